"""Snapshots are kept as nodes of one tree, not each with every leaf; nothing is slipped in.

What was signed so far stays: the leaves of each snapshot become the nodes that it changed.
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0095"
down_revision = "0094"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STAYS = "what was written stays"
# The columns of a snapshot that stay as they were, but those of its leaves.
COLUMNS = ("number", "at", "red", "black", "added", "gone", "changed", "root")
LAST = ("previous", "signature")
# Name, table, change, when it is refused, what it says then.
GUARDS = [
    (
        "listing_record_is_a_leaf",
        "listing",
        "UPDATE",
        (
            "(OLD.record IS NOT NULL AND NEW.record IS NOT NULL AND (NEW.salt IS DISTINCT FROM "
            "OLD.salt OR (NEW.record IS DISTINCT FROM OLD.record) <> (NEW.leaf IS DISTINCT FROM"
            " OLD.leaf) OR (NEW.record IS DISTINCT FROM OLD.record AND NOT EXISTS (SELECT 1 "
            "FROM listing_leaf WHERE listing_leaf.listing_id = NEW.id AND listing_leaf.leaf = "
            "NEW.leaf))))"
        ),
        "a record that is shown changes with its leaf, and its salt stays",
    ),
    (
        "listing_node_stays",
        "listing_node",
        "UPDATE",
        (
            "(NEW.level IS DISTINCT FROM OLD.level OR NEW.place IS DISTINCT FROM OLD.place OR "
            "NEW.number IS DISTINCT FROM OLD.number OR NEW.hash IS DISTINCT FROM OLD.hash)"
        ),
        "what was written stays",
    ),
    (
        "listing_node_is_kept",
        "listing_node",
        "DELETE",
        "1 = 1",
        "what was written stays",
    ),
    (
        "listing_place_is_kept",
        "listing_place",
        "DELETE",
        "1 = 1",
        "what was written stays",
    ),
    (
        "listing_snapshot_count_is_kept",
        "listing_snapshot_count",
        "DELETE",
        "1 = 1",
        "what was written stays",
    ),
    (
        "listing_snapshot_count_follows",
        "listing_snapshot_count",
        "UPDATE",
        (
            "(NEW.number <> (SELECT coalesce(max(listing_snapshot.number), 0) + 1 FROM "
            "listing_snapshot))"
        ),
        "snapshots are numbered one after the other",
    ),
    (
        "listing_snapshot_follows",
        "listing_snapshot",
        "INSERT",
        (
            "(NEW.number <> (SELECT coalesce(max(listing_snapshot.number), 0) + 1 FROM "
            "listing_snapshot))"
        ),
        "snapshots are numbered one after the other",
    ),
    (
        "listing_node_belongs_to_the_next",
        "listing_node",
        "INSERT",
        (
            "(NEW.number <> (SELECT coalesce(max(listing_snapshot.number), 0) + 1 FROM "
            "listing_snapshot))"
        ),
        "what was signed gets no other leaves",
    ),
]
NODES = sa.table(
    "listing_node",
    sa.column("level", sa.Integer),
    sa.column("place", sa.Integer),
    sa.column("number", sa.Integer),
    sa.column("hash", sa.LargeBinary),
)
PLACES = sa.table("listing_place", sa.column("place", sa.Integer), sa.column("listing_id", BIG))
SNAPSHOTS = sa.table(
    "listing_snapshot",
    sa.column("number", sa.Integer),
    sa.column("leaves", sa.LargeBinary),
    sa.column("size", sa.Integer),
)
LISTINGS = sa.table(
    "listing",
    sa.column("id", BIG),
    sa.column("code", sa.String),
    sa.column("kind", sa.String),
    sa.column("salt", sa.LargeBinary),
    sa.column("record", sa.Text),
    sa.column("leaf", sa.LargeBinary),
)


def upgrade() -> None:
    op.create_table(
        "listing_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", "number", name=op.f("pk_listing_node")),
    )
    op.create_table(
        "listing_place",
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("listing_id", BIG),
        sa.CheckConstraint("place >= 0", name=op.f("ck_listing_place_counted")),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_place_listing_id")
        ),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_listing_place")),
        sa.UniqueConstraint("listing_id", name=op.f("uq_listing_place_listing_id")),
    )
    op.create_index(
        "ix_listing_place_free",
        "listing_place",
        ["place"],
        sqlite_where=sa.text("listing_id IS NULL"),
        postgresql_where=sa.text("listing_id IS NULL"),
    )
    op.add_column("listing", sa.Column("leaf", sa.LargeBinary(length=32)))
    _index_ends("salt IS NOT NULL")
    _drop("listing_snapshot_stays", "listing_snapshot")
    op.add_column(
        "listing_snapshot",
        sa.Column("size", sa.Integer(), nullable=False, server_default=sa.text("0")),
    )
    _stand(_grow())
    op.execute("ALTER TABLE listing_snapshot DROP COLUMN leaves")
    _guard("listing_snapshot_stays", "listing_snapshot", "UPDATE", _other("size"), STAYS)
    for guard in GUARDS:
        _guard(*guard)


def _grow() -> list[bytes]:
    """Write of each snapshot the nodes that it changed; return the leaves of the newest."""
    bind, known = op.get_bind(), dict[tuple[int, int], bytes]()
    leaves: list[bytes] = []
    wanted = sa.select(SNAPSHOTS.c.number).order_by(SNAPSHOTS.c.number)
    for number in bind.scalars(wanted).all():
        own = SNAPSHOTS.c.number == number
        run = bytes(bind.scalar(sa.select(SNAPSHOTS.c.leaves).where(own)) or b"")
        leaves = [run[at : at + 32] for at in range(0, len(run), 32)]
        anew, level, hashes = {}, 0, leaves
        while hashes:
            for place, one in enumerate(hashes):
                if known.get((level, place)) != one:
                    anew[level, place] = one
            pairs = zip(hashes[::2], hashes[1::2], strict=False)
            hashes = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs]
            level += 1
        known |= anew
        rows = [
            {"level": level, "place": place, "number": number, "hash": one}
            for (level, place), one in anew.items()
        ]
        if rows:
            bind.execute(sa.insert(NODES), rows)
        bind.execute(sa.update(SNAPSHOTS).where(own).values(size=len(leaves)))
    return leaves


def _stand(leaves: list[bytes]) -> None:
    """Write where in the newest snapshot each entry stands, and the leaf of each that is shown."""
    bind = op.get_bind()
    at = {leaf: place // 2 for place, leaf in enumerate(leaves) if place % 2 == 0}
    stands: dict[int, int] = {}
    for row in bind.execute(sa.select(LISTINGS).where(LISTINGS.c.salt.is_not(None))).all():
        same = {"code": row.code, "list": row.kind}
        what = json.dumps(same, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        identity, leaf = (
            hashlib.sha256(b"\x00" + bytes(row.salt) + words.encode()).digest()
            for words in (what, row.record)
        )
        if identity in at:
            stands[at[identity]] = row.id
        bind.execute(sa.update(LISTINGS).where(LISTINGS.c.id == row.id).values(leaf=leaf))
    rows = [
        {"place": place, "listing_id": stands.get(place)} for place in range((len(leaves) + 1) // 2)
    ]
    if rows:
        bind.execute(sa.insert(PLACES), rows)


def downgrade() -> None:
    for name, table, *_rest in GUARDS:
        _drop(name, table)
    _drop("listing_snapshot_stays", "listing_snapshot")
    plain, empty = ("BLOB", "x''") if _on_sqlite() else ("BYTEA", "''")
    op.execute(f"ALTER TABLE listing_snapshot ADD COLUMN leaves {plain} NOT NULL DEFAULT {empty}")
    _put_leaves_back()
    op.execute("ALTER TABLE listing_snapshot DROP COLUMN size")
    _index_ends("state IN ('published', 'repair_asked')")
    op.execute("ALTER TABLE listing DROP COLUMN leaf")
    op.drop_index("ix_listing_place_free", table_name="listing_place")
    op.drop_table("listing_place")
    op.drop_table("listing_node")
    _guard("listing_snapshot_stays", "listing_snapshot", "UPDATE", _other("leaves"), STAYS)


def _index_ends(where: str) -> None:
    op.drop_index("ix_listing_ends", table_name="listing")
    op.create_index(
        "ix_listing_ends",
        "listing",
        ["ends_at"],
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _put_leaves_back() -> None:
    bind, known = op.get_bind(), dict[int, bytes]()
    wanted = sa.select(SNAPSHOTS.c.number, SNAPSHOTS.c.size).order_by(SNAPSHOTS.c.number)
    for number, size in bind.execute(wanted).all():
        own = (NODES.c.level == 0, NODES.c.number == number)
        known |= dict(bind.execute(sa.select(NODES.c.place, NODES.c.hash).where(*own)).all())
        leaves = b"".join(bytes(known[place]) for place in range(size))
        bind.execute(sa.update(SNAPSHOTS).where(SNAPSHOTS.c.number == number).values(leaves=leaves))


def _other(leaves: str) -> str:
    """Return what says that a row of snapshots differs."""
    names = (*COLUMNS, leaves, *LAST)
    return "(" + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in names) + ")"


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _drop(name: str, table: str) -> None:
    if _on_sqlite():
        op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")


def _guard(name: str, table: str, change: str, when: str, says: str) -> None:
    head = f"CREATE TRIGGER {name} BEFORE {change} ON {table}"
    if _on_sqlite():
        plain = when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(f"{head} WHEN {plain} BEGIN SELECT RAISE(ABORT, '{says}'); END")
        return
    refused = f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'"
    # PostgreSQL passes a DELETE over, without a word, when the trigger returns nothing.
    row = "OLD" if change == "DELETE" else "NEW"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN {row}; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()")
