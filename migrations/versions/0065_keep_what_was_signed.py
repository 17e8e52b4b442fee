"""What was proposed, signed, handed in or graded stays; what is over comes back no more."""

from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

STAYS = "what was written stays"


def _differs(*columns: str) -> str:
    return "(" + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns) + ")"


SAID = (
    "(NEW.facts IS DISTINCT FROM OLD.facts OR NEW.severity IS DISTINCT FROM OLD.severity"
    " OR (OLD.published_at IS NOT NULL"
    " AND (NEW.published_at IS DISTINCT FROM OLD.published_at"
    " OR NEW.approved_by IS DISTINCT FROM OLD.approved_by"
    " OR NEW.decided_by IS DISTINCT FROM OLD.decided_by"
    " OR NEW.repair_from > OLD.repair_from)))"
)
OVER = "(NEW.state IS DISTINCT FROM OLD.state AND OLD.state IN ('dropped', 'ended', 'removed'))"
PAPER = _differs("listing_id", "kind", "words", "at", "holds", "letter")
GRADE = f"(OLD.published_at IS NOT NULL AND {_differs('grade', 'points', 'ground', 'vetoes')})"
HEARD = "a grade is published after the enterprise was heard"
BACK = "what is over comes back as another proposal"
SIGNED = "what was proposed and signed stays"
# Name, table, change, when it is refused, what it says then.
GUARDS = [
    ("listing_says_what_was_proposed", "listing", "UPDATE", SAID, SIGNED),
    ("listing_is_over_for_good", "listing", "UPDATE", OVER, BACK),
    ("listing_paper_stays", "listing_paper", "UPDATE", PAPER, STAYS),
    (
        "credit_grade_begins_unpublished",
        "credit_grade",
        "INSERT",
        "(NEW.published_at IS NOT NULL)",
        HEARD,
    ),
    ("credit_grade_stays_as_published", "credit_grade", "UPDATE", GRADE, STAYS),
    ("credit_grade_is_kept", "credit_grade", "DELETE", "1 = 1", STAYS),
]


def upgrade() -> None:
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for name, table, *_rest in GUARDS:
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
    refused = f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN NEW; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()")
