"""Rubrics, submissions, opinions, ballots and scores that are in stay as they were written."""

from collections.abc import Iterable, Sequence

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

STAYS = "what was written stays"
# Every column of each table that is not to change.
KEPT: Sequence[tuple[str, tuple[str, ...]]] = (
    ("cell_rubric", ("id", "kind", "version", "digest", "content", "made_at", "made_by")),
    ("cell_submission", ("application_id", "number", "at", "total", "content")),
    (
        "cell_opinion",
        ("id", "application_id", "account_id", "duty", "step", "verdict", "text", "at"),
    ),
    (
        "cell_ballot",
        ("id", "application_id", "document", "in_favour", "against", "abstained", "at"),
    ),
    ("cell_sheet_change", ("id", "sheet_id", "at", "item", "before", "after", "reason")),
)
_SHEET = (
    "id", "application_id", "evaluation", "expert_id", "duty", "assigned_at", "due_at",
    "declared_at", "recused_at", "recusal", "visited_on", "scored_at", "words",
)  # fmt: skip
_WRITTEN = (
    "NOT EXISTS (SELECT 1 FROM cell_sheet_change WHERE cell_sheet_change.sheet_id = OLD.id"
    " AND cell_sheet_change.before = OLD.total AND cell_sheet_change.after = NEW.total)"
)
_IN = (
    "EXISTS (SELECT 1 FROM cell_sheet WHERE cell_sheet.id = {row}.sheet_id"
    " AND cell_sheet.scored_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cell_sheet_change"
    " WHERE cell_sheet_change.sheet_id = {row}.sheet_id AND cell_sheet_change.item = {row}.item))"
)


def _differs(columns: Iterable[str]) -> str:
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns)
    return f"({changed})"


def _guards() -> list[tuple[str, str, str, str]]:
    """Return name, table, change and when it is refused of each trigger."""
    found = []
    for table, columns in KEPT:
        found.append((f"{table}_stays", table, "UPDATE", _differs(columns)))
        found.append((f"{table}_is_kept", table, "DELETE", "1 = 1"))
    limber = _differs(("result", "total", "vetoes"))
    scored = f"(OLD.scored_at IS NOT NULL AND ({_differs(_SHEET)} OR ({limber} AND {_WRITTEN})))"
    found += [
        ("cell_sheet_stays", "cell_sheet", "UPDATE", scored),
        ("cell_sheet_is_kept", "cell_sheet", "DELETE", "(OLD.scored_at IS NOT NULL)"),
        ("cell_mark_added", "cell_mark", "INSERT", _IN.format(row="NEW")),
        ("cell_mark_stays", "cell_mark", "UPDATE", _IN.format(row="OLD")),
        ("cell_mark_is_kept", "cell_mark", "DELETE", _IN.format(row="OLD")),
        ("cell_mark_in_place", "cell_mark", "UPDATE", _differs(("sheet_id", "item"))),
    ]
    return found


def _guard(name: str, table: str, change: str, when: str) -> None:
    head = f"CREATE TRIGGER {name} BEFORE {change} ON {table}"
    if op.get_bind().dialect.name == "sqlite":
        plain = when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(f"{head} WHEN {plain} BEGIN SELECT RAISE(ABORT, '{STAYS}'); END")
        return
    refused = f"RAISE EXCEPTION '{STAYS}' USING ERRCODE = 'integrity_constraint_violation'"
    row = "OLD" if change == "DELETE" else "NEW"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN {row}; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()")


def upgrade() -> None:
    for one in _guards():
        _guard(*one)


def downgrade() -> None:
    for name, table, *_rest in reversed(_guards()):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
            continue
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")
