"""Letters of enterprises, objections that hold once, and entries that begin as proposals."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

STAYS = "what was written stays"
TOOK_PART = "who took part decides and answers nothing"
HOLDS = "an objection without an answer holds the publication"
_OPEN = (
    "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND EXISTS (SELECT 1"
    " FROM listing_paper WHERE listing_paper.listing_id = NEW.id"
    " AND listing_paper.kind = 'objection' AND listing_paper.outcome = ''"
)
WAITED, WAITS = f"{_OPEN}))", f"{_OPEN} AND listing_paper.holds = 1))"
UPHELD = (
    "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND EXISTS (SELECT 1"
    " FROM listing_paper WHERE listing_paper.listing_id = NEW.id"
    " AND listing_paper.kind = 'objection' AND listing_paper.outcome = 'upheld'))"
)
FIXED = (
    "(NEW.kind IS DISTINCT FROM OLD.kind OR NEW.proposed_by IS DISTINCT FROM OLD.proposed_by"
    " OR NEW.organisation_id IS DISTINCT FROM OLD.organisation_id"
    " OR NEW.months IS DISTINCT FROM OLD.months"
    " OR (OLD.state <> 'proposed' AND NEW.state <> 'proposed'"
    " AND (NEW.way IS DISTINCT FROM OLD.way OR NEW.served_at IS DISTINCT FROM OLD.served_at"
    " OR NEW.respond_until IS DISTINCT FROM OLD.respond_until)))"
)
BEGINS = "(NEW.state <> 'proposed' OR NEW.published_at IS NOT NULL OR NEW.way <> '')"
OWN = "(NEW.answered_by IS NOT NULL AND NEW.answered_by = NEW.account_id)"
SHOWN = (
    "EXISTS (SELECT 1 FROM listing WHERE listing.id = OLD.listing_id"
    " AND listing.published_at IS NOT NULL)"
)
UNHEARD = (
    "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL"
    " AND (NEW.heard_until IS NULL OR NEW.published_at <= NEW.heard_until))"
)
RIGHT = "what an objection was right about is not published"
# Name, table, change, when it is refused, what it says then.
GUARDS = [
    ("listing_dropped_by_an_objection", "listing", "UPDATE", UPHELD, RIGHT),
    ("listing_is_about_one", "listing", "UPDATE", FIXED, "what was proposed and served stays"),
    ("listing_begins_as_a_proposal", "listing", "INSERT", BEGINS, "an entry begins as a proposal"),
    ("listing_is_kept", "listing", "DELETE", "1 = 1", STAYS),
    ("listing_paper_is_kept", "listing_paper", "DELETE", "1 = 1", STAYS),
    ("listing_paper_answered_by_another", "listing_paper", "UPDATE", OWN, TOOK_PART),
    (
        "credit_grade_published_after_hearing",
        "credit_grade",
        "UPDATE",
        UNHEARD,
        "a grade is published after the enterprise was heard",
    ),
    ("listing_proof_is_kept", "listing_proof", "DELETE", SHOWN, STAYS),
]
HAS_DOCUMENT = "document <> '' AND state <> 'dropped'"


def upgrade() -> None:
    for name, default in (("holds", "1"), ("letter", "0")):
        op.add_column(
            "listing_paper",
            sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text(default)),
        )
    op.add_column("listing_error", sa.Column("drafted_at", sa.DateTime(timezone=True)))
    op.add_column("credit_grade", sa.Column("heard_until", sa.DateTime(timezone=True)))
    op.add_column(
        "credit_grade",
        sa.Column("reply", sa.Text(), nullable=False, server_default=sa.text("''")),
    )
    op.execute("UPDATE credit_grade SET heard_until = graded_at")
    op.create_index(
        "uq_listing_document",
        "listing",
        ["organisation_id", "kind", "document"],
        unique=True,
        sqlite_where=sa.text(HAS_DOCUMENT),
        postgresql_where=sa.text(HAS_DOCUMENT),
    )
    _drop("listing_waits_for_answers", "listing")
    _guard("listing_waits_for_answers", "listing", "UPDATE", WAITS, HOLDS)
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for name, table, *_rest in GUARDS:
        _drop(name, table)
    _drop("listing_waits_for_answers", "listing")
    _guard("listing_waits_for_answers", "listing", "UPDATE", WAITED, HOLDS)
    op.drop_index("uq_listing_document", table_name="listing")
    op.execute("ALTER TABLE listing_error DROP COLUMN drafted_at")
    for name in ("reply", "heard_until"):
        op.execute(f"ALTER TABLE credit_grade DROP COLUMN {name}")
    for name in ("letter", "holds"):
        op.execute(f"ALTER TABLE listing_paper DROP COLUMN {name}")


def _drop(name: str, table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")


def _guard(name: str, table: str, change: str, when: str, says: str) -> None:
    head = f"CREATE TRIGGER {name} BEFORE {change} ON {table}"
    if op.get_bind().dialect.name == "sqlite":
        plain = when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(f"{head} WHEN {plain} BEGIN SELECT RAISE(ABORT, '{says}'); END")
        return
    gives = "OLD" if name == "listing_proof_is_kept" else "NEW"
    refused = f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN {gives}; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()")
