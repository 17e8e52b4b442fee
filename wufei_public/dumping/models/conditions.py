"""What indexes and checks of cases say in SQL, written once."""

from collections.abc import Iterable

from sqlalchemy import (
    Index,
    text,
)

from wufei_public.dumping.rules.clocks import RUNNING
from wufei_public.dumping.rules.states import (
    BEFORE_ACCEPTANCE,
    WITH_RESULT,
    WORKFLOW,
    Phase,
    State,
)


def among(column: str, values: Iterable[str]) -> str:
    """Return the SQL that says that `column` is one of `values`."""
    return f"{column} IN ({', '.join(sorted(repr(str(value)) for value in values))})"


def index(name: str, *columns: str, where: str) -> Index:
    """Return a partial index for both databases."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


# Written out, not bound: a partial index serves only a statement that repeats its words.
IS_OPEN = f"NOT {among('state', WORKFLOW.finals)}"
IS_OVER = among("state", WORKFLOW.finals)
IS_UNDECIDED = "release = 'pending' AND state <> 'refused'"
IS_RELEASED = "release = 'released'"
IN_PHASE = {
    Phase.OPEN: f"{IS_RELEASED} AND {IS_OPEN}",
    Phase.CLOSED: f"{IS_RELEASED} AND state = 'closed'",
    Phase.UNCLEARED: f"{IS_RELEASED} AND state = 'uncleared'",
    Phase.REFUSED: f"{IS_RELEASED} AND state = 'refused'",
}
# The column of the clock that runs, by state; NULL once the case is over.
RUNS = f"CASE state {' '.join(f'WHEN {s.value!r} THEN {c}' for s, c in RUNNING.items())} END"
# An event after the first of its case.
IS_CHANGE = "move <> 'submit'"
HAS_RESULT = among("state", WITH_RESULT)
UNKNOWN_PLACE = BEFORE_ACCEPTANCE | {State.REFUSED, State.MERGED_SUBMITTED}
