"""Nobody lets a request for repair rest for ever; what a record says is not looked at again."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0127"
down_revision = "0126"
branch_labels = None
depends_on = None

# Name, table, change, when it is refused, what it says then.
GUARDS = [
    (
        "listing_taken_down_by_somebody",
        "listing",
        "UPDATE",
        (
            "((NEW.state = 'removed' AND OLD.state <> 'removed' AND ((NEW.over_by IS NULL AND NOT"
            " (OLD.state = 'repair_asked' AND EXISTS (SELECT 1 FROM listing_paper WHERE"
            " listing_paper.listing_id = NEW.id AND listing_paper.kind = 'repair' AND"
            " listing_paper.outcome = '' AND DAYS(listing_paper.answer_until, NEW.over_at) >="
            " 10))) OR NEW.over_reason = '')) OR (NEW.state = 'ended' AND OLD.state <> 'ended'"
            " AND NEW.over_at < NEW.ends_at) OR (OLD.over_at IS NOT NULL AND NEW.over_at IS NOT"
            " NULL AND (NEW.over_at IS DISTINCT FROM OLD.over_at OR NEW.over_by IS DISTINCT FROM"
            " OLD.over_by OR NEW.over_reason IS DISTINCT FROM OLD.over_reason)))"
        ),
        "before its end an entry is taken down by somebody, with a reason",
    ),
]
BEFORE = [
    (
        "listing_taken_down_by_somebody",
        "listing",
        "UPDATE",
        (
            "((NEW.state = 'removed' AND OLD.state <> 'removed' AND (NEW.over_by IS NULL OR"
            " NEW.over_reason = '')) OR (NEW.state = 'ended' AND OLD.state <> 'ended' AND"
            " NEW.over_at < NEW.ends_at) OR (OLD.over_at IS NOT NULL AND NEW.over_at IS NOT NULL"
            " AND (NEW.over_at IS DISTINCT FROM OLD.over_at OR NEW.over_by IS DISTINCT FROM"
            " OLD.over_by OR NEW.over_reason IS DISTINCT FROM OLD.over_reason)))"
        ),
        "before its end an entry is taken down by somebody, with a reason",
    ),
]


def upgrade() -> None:
    op.add_column(
        "listing_paper", sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index(
        "ix_listing_paper_unrecorded",
        "listing_paper",
        ["public_from", "listing_id"],
        sqlite_where=sa.text("recorded_at IS NULL"),
        postgresql_where=sa.text("recorded_at IS NULL"),
    )
    _claim_once("listing_id", "round", "claim", "letter")
    for guard in BEFORE:
        _drop(*guard[:2])
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for guard in GUARDS:
        _drop(*guard[:2])
    for guard in BEFORE:
        _guard(*guard)
    _claim_once("listing_id", "round", "claim")
    op.drop_index("ix_listing_paper_unrecorded", table_name="listing_paper")
    op.execute("ALTER TABLE listing_paper DROP COLUMN recorded_at")


def _claim_once(*columns: str) -> None:
    op.drop_index("uq_listing_paper_claim", "listing_paper")
    op.create_index(
        "uq_listing_paper_claim",
        "listing_paper",
        columns,
        unique=True,
        sqlite_where=sa.text("claim <> ''"),
        postgresql_where=sa.text("claim <> ''"),
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
