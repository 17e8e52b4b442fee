"""When a round takes applications, and from whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.places import town_of
from wufei_public.common.text import N_


class Phase(StrEnum):
    """Where a round stands at an instant."""

    AHEAD = "ahead"
    OPEN = "open"
    CLOSED = "closed"


PHASE_LABELS = {
    Phase.AHEAD: N_("还没开始"),
    Phase.OPEN: N_("正在申报"),
    Phase.CLOSED: N_("已截止"),
}


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """A round as plain values; `towns` empty means the whole district."""

    opens_at: datetime
    closes_at: datetime
    kinds: frozenset[str]
    towns: frozenset[str] = frozenset()


def phase(facts: RoundFacts, now: datetime) -> Phase:
    """Return where the round stands at `now`; the last second still counts."""
    if now < facts.opens_at:
        return Phase.AHEAD
    return Phase.OPEN if now <= facts.closes_at else Phase.CLOSED


def require_open(facts: RoundFacts, now: datetime) -> None:
    """Raise WrongState unless the round takes applications now, by the server's clock."""
    found = phase(facts, now)
    if found is Phase.AHEAD:
        raise WrongState("round_ahead", N_("这一批申报还没开始。"))
    if found is Phase.CLOSED:
        raise WrongState("round_closed", N_("这一批申报已经截止。"))


def require_fits(facts: RoundFacts, kind: str, divisions: Collection[str]) -> None:
    """Raise Invalid where the round is not for this kind or not for this place."""
    if kind not in facts.kinds:
        sentence = N_("这一批不接受这一类单位。")
        raise Invalid("wrong_kind", sentence, [FieldError("kind", sentence)])
    if facts.towns and not {town_of(place) for place in divisions} <= facts.towns:
        sentence = N_("这一批只接受部分镇、街道的单位。")
        raise Invalid("wrong_town", sentence, [FieldError("site", sentence)])


def require_dates(opens_at: datetime, closes_at: datetime) -> None:
    """Raise Invalid unless a round ends after it begins."""
    if closes_at <= opens_at:
        sentence = N_("截止时间要在开始之后。")
        raise Invalid("round_dates", sentence, [FieldError("closes_at", sentence)])


def require_longer(facts: RoundFacts, closes_at: datetime) -> None:
    """Raise Invalid unless an extension ends later than the round did."""
    if closes_at <= facts.closes_at:
        sentence = N_("延长后的截止时间要比原来晚。")
        raise Invalid("not_longer", sentence, [FieldError("closes_at", sentence)])
