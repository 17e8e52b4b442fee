"""Who is reminded of which deadline, and the key under which it happens once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from wufei_public.cells.rules.stages import State

SOON = timedelta(days=3)
EXPIRES_SOON = timedelta(days=90)


class Side(StrEnum):
    """Whose turn it is."""

    UNIT = "unit"
    TOWN = "town"
    SECTOR = "sector"
    OFFICE = "office"


# In EXPERTS each expert is reminded of the own sheet; a notice ends by itself.
TURNS: Mapping[State, Side] = {
    State.RETURNED: Side.UNIT,
    State.RECTIFYING: Side.UNIT,
    State.REFUSED: Side.UNIT,
    State.SUBMITTED: Side.TOWN,
    State.SECTOR: Side.SECTOR,
    State.SCORED: Side.OFFICE,
    State.REINSPECTING: Side.OFFICE,
    State.PROPOSED: Side.OFFICE,
    State.CLEARED: Side.OFFICE,
    State.HELD: Side.OFFICE,
    State.APPEALED: Side.OFFICE,
}

# Once these are late the office hears of it too.
LOWER = frozenset({Side.TOWN, Side.SECTOR})


def key_of(row_id: int, what: str, when: str, due_at: datetime) -> str:
    """Return the key of one reminder: a deadline that moves is reminded of anew."""
    return f"a{row_id}:{what}:{when}:{due_at:%Y%m%d%H%M}"
