"""Each step after the notice is told, in the account or on paper, a decision before its publication."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0128"
down_revision = "0127"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
CHECKS = (
    ("way_known", "way IN ('', 'account', 'announcement', 'hand', 'post')"),
    ("service_has_time", "(way = '') = (served_at IS NULL)"),
    ("paper_has_server", "(way IN ('', 'account')) = (served_by IS NULL)"),
    ("service_has_proof", "way IN ('', 'account') OR proofs > 0"),
    ("post_has_number", "way <> 'post' OR tracking <> ''"),
)
# Name, table, change, when it is refused, what it says then.
GUARDS = [
    (
        "listing_letter_begins_unserved",
        "listing_letter",
        "INSERT",
        (
            "(NEW.way NOT IN ('', 'account') OR (NEW.way = 'account' AND NOT EXISTS (SELECT 1"
            " FROM membership JOIN listing ON listing.organisation_id ="
            " membership.organisation_id WHERE listing.id = NEW.listing_id AND membership.state"
            " IN ('handing_over', 'proven'))))"
        ),
        "only who has an account is told in it",
    ),
    (
        "listing_letter_stays",
        "listing_letter",
        "UPDATE",
        (
            "(OLD.way <> '' OR NEW.way = 'account' OR (NEW.id IS DISTINCT FROM OLD.id OR"
            " NEW.listing_id IS DISTINCT FROM OLD.listing_id OR NEW.round IS DISTINCT FROM"
            " OLD.round OR NEW.step IS DISTINCT FROM OLD.step OR NEW.written_at IS DISTINCT FROM"
            " OLD.written_at))"
        ),
        "what was written stays",
    ),
    (
        "listing_letter_is_kept",
        "listing_letter",
        "DELETE",
        ("1 = 1"),
        "what was written stays",
    ),
    (
        "listing_decision_is_served",
        "listing",
        "UPDATE",
        (
            "(NEW.kind = 'black' AND OLD.published_at IS NULL AND NEW.published_at IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM listing_letter WHERE listing_letter.listing_id ="
            " NEW.id AND listing_letter.step = 'decide' AND listing_letter.round = NEW.round AND"
            " listing_letter.way <> '' AND (listing_letter.served_by IS NULL OR NEW.approved_by"
            " IS NULL OR listing_letter.served_by <> NEW.approved_by)))"
        ),
        "a decision is with the enterprise before everyone reads of it",
    ),
]
BEFORE = []


def upgrade() -> None:
    _make()
    # Decided before there were letters: served on paper before it is published.
    op.execute(
        "INSERT INTO listing_letter (listing_id, round, step, written_at, way, tracking, proofs,"
        " served_at) SELECT id, round, 'decide', decided_at, '', '', 0, NULL FROM listing"
        " WHERE state = 'decided'"
    )
    for guard in BEFORE:
        _drop(*guard[:2])
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for guard in GUARDS:
        _drop(*guard[:2])
    for guard in BEFORE:
        _guard(*guard)
    op.drop_table("listing_letter")


def _make() -> None:
    op.create_table(
        "listing_letter",
        sa.Column("id", BIG, nullable=False),
        sa.Column("listing_id", BIG, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(12), nullable=False),
        sa.Column("written_at", AT, nullable=False),
        sa.Column("way", sa.String(12), nullable=False),
        sa.Column("tracking", sa.String(60), nullable=False),
        sa.Column("proofs", sa.Integer(), nullable=False),
        sa.Column("served_by", BIG, nullable=True),
        sa.Column("served_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_letter")),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_letter_listing_id")
        ),
        sa.ForeignKeyConstraint(
            ["served_by"], ["account.id"], name=op.f("fk_listing_letter_served_by")
        ),
        *(
            sa.CheckConstraint(says, name=op.f(f"ck_listing_letter_{name}"))
            for name, says in CHECKS
        ),
    )
    op.create_index("ix_listing_letter_listing_id_id", "listing_letter", ["listing_id", "id"])
    op.create_index(
        "ix_listing_letter_unserved",
        "listing_letter",
        ["written_at", "listing_id"],
        sqlite_where=sa.text("way = ''"),
        postgresql_where=sa.text("way = ''"),
    )


def _drop(name: str, table: str) -> None:
    op.execute(f"DROP TRIGGER {name}" + _on(table))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {name}()")


def _on(table: str) -> str:
    return f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""


DAYS, DAY = re.compile(r"DAYS\(([\w.]+), ([\w.]+)\)"), re.compile(r"\bDAY\(([\w.]+)\)")
BETWEEN = {
    "sqlite": r"(julianday(\2) - julianday(\1))",
    "postgresql": r"(EXTRACT(EPOCH FROM (\2 - \1)) / 86400)",
}
ON = {
    "sqlite": r"date(\1, '+8 hours')",
    "postgresql": r"(\1 AT TIME ZONE 'Asia/Shanghai')::date",
}


def _guard(name: str, table: str, change: str, when: str, says: str) -> None:
    dialect = op.get_bind().dialect.name
    head, when = (
        f"CREATE TRIGGER {name} BEFORE {change} ON {table}",
        DAY.sub(ON[dialect], DAYS.sub(BETWEEN[dialect], when)),
    )
    if dialect == "sqlite":
        plain = when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(f"{head} WHEN {plain} BEGIN SELECT RAISE(ABORT, '{says}'); END")
        return
    refused = f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'"
    # PostgreSQL passes a DELETE over, without a word, when the trigger returns nothing.
    row = "OLD" if change == "DELETE" else "NEW"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN {row}; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()")
