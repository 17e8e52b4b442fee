"""When a round takes applications, and from whom."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from wufei_public.cells.rules.stages import State
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
PHASE_CHIPS = {Phase.AHEAD: "none", Phase.OPEN: "doing", Phase.CLOSED: "done"}


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


def left_over(state: State, submissions: int, closes_at: datetime, now: datetime) -> bool:
    """Say whether an application was never handed in and its round is over: it may go on elsewhere.

    What was withdrawn by hand before the end counts as well.
    """
    return not submissions and (
        state is State.WITHDRAWN or (state is State.DRAFT and closes_at < now)
    )


def require_fits(facts: RoundFacts, kind: str, divisions: Collection[str]) -> None:
    """Raise Invalid where the round is not for this kind or not for this place."""
    if kind not in facts.kinds:
        sentence = N_("这一批不接受这一类单位。")
        raise Invalid("wrong_kind", sentence, [FieldError("kind", sentence)])
    if facts.towns and not {town_of(place) for place in divisions} <= facts.towns:
        sentence = N_("这一批只接受部分镇、街道的单位。")
        raise Invalid("wrong_town", sentence, [FieldError("site", sentence)])


def chosen_rubrics(
    known: Mapping[str, Mapping[int, str]], kinds: Collection[str], chosen: Collection[int]
) -> Mapping[str, int]:
    """Return the rubric by which a round takes each kind: the one chosen, else the first known.

    Raises Invalid without a kind, and for what is no version of a kind's own rubric.
    """
    if not kinds or not set(kinds) <= set(known):
        sentence = N_("请选这一批接受哪些单位。")
        raise Invalid("no_kinds", sentence, [FieldError("kinds", sentence)])
    if not set(chosen) <= {one for versions in known.values() for one in versions}:
        sentence = N_("没有这个版本的评分表。")
        raise Invalid("no_such_rubric", sentence, [FieldError("rubrics", sentence)])
    return {
        kind: next((one for one in known[kind] if one in chosen), next(iter(known[kind])))
        for kind in kinds
    }


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
