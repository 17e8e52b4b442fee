"""Proofs of service are rows; a hearing has its least length; waivers wait a day; proposals lapse."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LEAST_HEARING = 10
# Name, when a change of an entry is refused, and what it says then.
GUARDS = [
    (
        "listing_received_by_its_own",
        (
            "(NEW.way = 'account' AND OLD.way <> 'account' AND NOT EXISTS (SELECT 1 FROM membership"
            " WHERE membership.organisation_id = NEW.organisation_id"
            " AND membership.account_id = NEW.served_by"
            " AND membership.state IN ('handing_over', 'proven')))"
        ),
        "only who represents the enterprise receives in its account",
    ),
    (
        "listing_published_with_proof",
        (
            "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND NEW.kind = 'black'"
            " AND NOT EXISTS (SELECT 1 FROM listing_proof WHERE listing_proof.listing_id = NEW.id)"
            " AND NOT (NEW.way = 'account' AND EXISTS (SELECT 1 FROM listing_party"
            " WHERE listing_party.listing_id = NEW.id AND listing_party.part = 'vouch')))"
        ),
        "a service without its proof publishes nothing",
    ),
    (
        "listing_hearing_is_long_enough",
        (
            "(NEW.kind = 'black' AND NEW.served_at IS NOT NULL"
            " AND NEW.respond_until IS DISTINCT FROM OLD.respond_until"
            f" AND DAYS(NEW.served_at, NEW.respond_until) < {LEAST_HEARING})"
        ),
        "the time to answer is too short",
    ),
    (
        "listing_waiver_is_thought_over",
        (
            "(NEW.waived_from IS NOT NULL AND NEW.waived_from IS DISTINCT FROM OLD.waived_from"
            " AND DAYS(NEW.changed_at, NEW.waived_from) < 1)"
        ),
        "a waiver counts after a day at the earliest",
    ),
    (
        "listing_decided_after_waiver",
        (
            "(NEW.decided_at IS NOT NULL AND NEW.decided_at IS DISTINCT FROM OLD.decided_at"
            " AND NEW.decided_at <= NEW.respond_until"
            " AND (NEW.waived_from IS NULL OR NEW.decided_at < NEW.waived_from))"
        ),
        "nothing is decided before it was heard",
    ),
    (
        "listing_term_is_what_was_proposed",
        (
            "(NEW.ends_at IS NOT NULL AND NEW.ends_at IS DISTINCT FROM OLD.ends_at"
            " AND DAYS(NEW.published_at, NEW.ends_at) > 31 * NEW.months)"
        ),
        "an entry ends with the months that were proposed",
    ),
]
STAYS = "what was written stays"
# The columns of a snapshot, before and after the one that is new.
BEFORE = ("number", "at", "red", "black", "added", "gone")
AFTER = ("root", "leaves", "previous", "signature")
DAYS = re.compile(r"DAYS\(([\w.]+), ([\w.]+)\)")
BETWEEN = {
    "sqlite": r"(julianday(\2) - julianday(\1))",
    "postgresql": r"(EXTRACT(EPOCH FROM (\2 - \1)) / 86400)",
}


def upgrade() -> None:
    op.create_table(
        "listing_proof",
        sa.Column("photo_id", BIG, nullable=False),
        sa.Column("listing_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_proof_listing_id")
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_listing_proof_photo_id")),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_listing_proof")),
    )
    op.create_index(op.f("ix_listing_proof_listing_id"), "listing_proof", ["listing_id"])
    op.execute(
        "INSERT INTO listing_proof (photo_id, listing_id) SELECT photo.id, listing.id FROM listing"
        " JOIN photo ON photo.owner = 'redblack/' || listing.code || '/proof'"
        " WHERE listing.proofs > 0"
    )
    # Renamed in place: a table that SQLite makes anew loses its triggers.
    op.execute("ALTER TABLE listing RENAME COLUMN waived_at TO waived_from")
    op.add_column(
        "listing_error",
        sa.Column("paper", sa.String(length=10), nullable=False, server_default=sa.text("''")),
    )
    op.add_column("listing", sa.Column("reminded_at", sa.DateTime(timezone=True)))
    for guard in GUARDS:
        _guard(*guard)
    op.add_column(
        "listing_snapshot",
        sa.Column("changed", sa.Integer(), nullable=False, server_default=sa.text("0")),
    )
    _drop("listing_snapshot_stays", "listing_snapshot")
    _guard("listing_snapshot_stays", _other("changed"), STAYS, "listing_snapshot")


def downgrade() -> None:
    for name, *_rest in GUARDS:
        _drop(name, "listing")
    _drop("listing_snapshot_stays", "listing_snapshot")
    op.execute("ALTER TABLE listing_snapshot DROP COLUMN changed")
    _guard("listing_snapshot_stays", _other(), STAYS, "listing_snapshot")
    op.execute("ALTER TABLE listing DROP COLUMN reminded_at")
    op.execute("ALTER TABLE listing_error DROP COLUMN paper")
    op.execute("ALTER TABLE listing RENAME COLUMN waived_from TO waived_at")
    op.drop_index(op.f("ix_listing_proof_listing_id"), table_name="listing_proof")
    op.drop_table("listing_proof")


def _other(*more: str) -> str:
    """Return what says that a row of snapshots differs."""
    names = (*BEFORE, *more, *AFTER)
    return "(" + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in names) + ")"


def _drop(name: str, table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")


def _guard(name: str, when: str, says: str, table: str = "listing") -> None:
    dialect = op.get_bind().dialect.name
    head, when = f"CREATE TRIGGER {name} BEFORE UPDATE ON {table}", DAYS.sub(BETWEEN[dialect], when)
    if dialect == "sqlite":
        plain = when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(f"{head} WHEN {plain} BEGIN SELECT RAISE(ABORT, '{says}'); END")
        return
    refused = f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN NEW; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()")
