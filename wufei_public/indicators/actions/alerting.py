"""Telling who can do something about runs that fail, or whose process dies each time."""

from wufei_public.indicators.models.runs import Run
from wufei_public.indicators.queries import runs
from wufei_public.indicators.rules.runs import RunState
from wufei_public.infra.work import Work
from wufei_public.messages.actions.inbox import tell
from wufei_public.people.queries.accounts import holders
from wufei_public.people.rules.roles import Role

_WATCHERS = (Role.SYSTEM_ADMIN, Role.DISTRICT_OFFICER)


def failed(w: Work, row: Run) -> None:
    """Tell that a run failed; of failures in a row the first."""
    if runs.in_a_row(w.session, row.id, RunState.FAILED) == 0:
        _tell(w, "indicators.run_failed", {"run": row.code, "reason": row.outcome})


def lost(w: Work, row: Run) -> None:
    """Tell that a second run in a row was lost: one process may end, the next goes on."""
    if runs.in_a_row(w.session, row.id, RunState.LOST) == 1:
        _tell(w, "indicators.run_lost", {"run": row.code})


def _tell(w: Work, template: str, values: dict[str, object]) -> None:
    people = {person.id for role in _WATCHERS for person in holders(w.session, role)}
    for account in sorted(people):
        tell(w, account, template, values)
