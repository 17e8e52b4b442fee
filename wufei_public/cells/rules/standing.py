"""The second small machine: how a certificate stands. Expiry is a date, never a move."""

from datetime import date
from enum import StrEnum

from wufei_public.cells.rules.stages import Who
from wufei_public.common.text import N_
from wufei_public.common.workflow import Step, Workflow
from wufei_public.people.rules.roles import Role


class Standing(StrEnum):
    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class Act(StrEnum):
    SUSPEND = "suspend"
    RESTORE = "restore"
    REVOKE = "revoke"
    REINSTATE = "reinstate"


class Shown(StrEnum):
    """What the verification page says."""

    VALID = "valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


_OFFICE = frozenset({Role.DISTRICT_OFFICER})
# The black list suspends and restores by itself, in the transaction of its publication.
_OFFICE_OR_LIST = _OFFICE | {Who.SYSTEM}
STANDINGS: Workflow[Standing, Act] = Workflow(
    start=Standing.VALID,
    finals=(),
    steps=(
        Step(Standing.VALID, Act.SUSPEND, Standing.SUSPENDED, _OFFICE_OR_LIST),
        Step(Standing.SUSPENDED, Act.RESTORE, Standing.VALID, _OFFICE_OR_LIST),
        # The office's reason takes the list's place, and stays when the entry ends.
        Step(Standing.SUSPENDED, Act.SUSPEND, Standing.SUSPENDED, _OFFICE),
        Step(Standing.VALID, Act.REVOKE, Standing.REVOKED, _OFFICE),
        Step(Standing.SUSPENDED, Act.REVOKE, Standing.REVOKED, _OFFICE),
        # An appeal that was won lifts a suspension; nothing else brings a removed one back.
        Step(Standing.SUSPENDED, Act.REINSTATE, Standing.VALID, frozenset({Who.INDEPENDENT})),
        Step(Standing.REVOKED, Act.REINSTATE, Standing.VALID, frozenset({Who.INDEPENDENT})),
    ),
)
# The reason of what the black list alone suspended, and restores by itself.
LISTED = N_("单位在公布的失信期内，期满、修复后自动恢复。")
# What each act makes of a certificate, for reading how it stood on a day that is gone.
MADE = {step.move: step.target for step in STANDINGS.steps.values()}
SHOWN_LABELS = {
    Shown.VALID: N_("有效"),
    Shown.EXPIRED: N_("已过有效期"),
    Shown.SUSPENDED: N_("暂停使用"),
    Shown.REVOKED: N_("已摘牌"),
}
SHOWN_CHIPS = {
    Shown.VALID: "done",
    Shown.EXPIRED: "none",
    Shown.SUSPENDED: "soon",
    Shown.REVOKED: "bad",
}


def stands(standing: Standing, today: date, free_from: date | None) -> Standing:
    """Return how a certificate stands on the day `today`.

    What the black list alone suspended is free from the day on which the entry ends, whether a
    job has written that down or not.
    """
    free = free_from is not None and today >= free_from
    return Standing.VALID if free and standing is Standing.SUSPENDED else standing


def shown(
    standing: Standing, valid_until: date, today: date, free_from: date | None = None
) -> Shown:
    """Return what a certificate is on the day `today`; removal and suspension go before expiry."""
    standing = stands(standing, today, free_from)
    if standing is Standing.VALID and today > valid_until:
        return Shown.EXPIRED
    return Shown(standing)


def may_suspend(standing: Standing, reason: str) -> bool:
    """Say whether the office may suspend a certificate: once for a reason of its own."""
    return standing is Standing.VALID or (standing is Standing.SUSPENDED and reason == LISTED)


def is_told(found: Shown) -> bool:
    """Say whether the unit's story and its photos are for everyone: while it holds, no longer."""
    return found is Shown.VALID
