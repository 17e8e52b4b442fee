"""Who may get a case, and what happens when nobody wants it."""

import re
from collections.abc import Iterable

from wufei_public.common.actor import Grant
from wufei_public.dumping.rules.states import Move
from wufei_public.people.rules.roles import Role

# After two returns the district officer decides (issue 3 §4).
MOST_RETURNS = 2


def return_move(returns: int) -> Move:
    """Return the move that the `returns`-th return is: the second goes to the district."""
    return Move.DISPUTE if returns >= MOST_RETURNS else Move.RETURN


def can_get(grants: Iterable[Grant], town: str | None, department: str | None) -> bool:
    """Say whether a crew member with `grants` works in `town`, and for `department` if one is set.

    A crew of a department may also get a case that the town gives to nobody else.
    """
    return any(
        grant.role == Role.CREW_MEMBER and grant.reaches(town, department or grant.department)
        for grant in grants
    )


def handler_text(department: str | None, crew: int | None) -> str:
    """Return to whom a case was given, as the event keeps it: `→ housing #12`."""
    return f"→ {department or ''} #{crew or ''}"


_HANDLER = re.compile(r"→ (\S*) #(\d*)(?:\n|\Z)")


def handler_of(kept: str) -> tuple[str, int | None, str]:
    """Return department, crew member and words of an event's text; the first two may be empty."""
    found = _HANDLER.match(kept)
    if found is None:
        return "", None, kept
    return found[1], int(found[2]) if found[2] else None, kept[found.end() :]
