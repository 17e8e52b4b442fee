"""Who may score a unit: nobody of the same unit or town, nobody who said that it is not proper."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from wufei_public.common.places import town_of
from wufei_public.common.text import N_


@dataclass(frozen=True, slots=True)
class Expert:
    """An expert as the register of experts knows them; `kinds` empty means all."""

    account: int
    # Where the expert lives or works, and every town for which they are an officer.
    towns: frozenset[str]
    organisation: int | None
    kinds: frozenset[str] = frozenset()
    # Of whom nobody wrote down where they belong a conflict cannot be ruled out.
    registered: bool = True


CONFLICTS = {
    "unknown": N_("还没登记所在地和单位"),
    "same_unit": N_("在这个单位工作"),
    "same_town": N_("在同一个镇、街道"),
    "other_kind": N_("不评这一类单位"),
    "had_part": N_("在这次评审里已有别的职责"),
    "declared": N_("已经声明回避"),
}


def conflict(
    expert: Expert,
    *,
    kind: str,
    divisions: Collection[str],
    organisations: Collection[int],
    busy: Collection[int] = (),
    recused: Collection[int] = (),
) -> str:
    """Return why `expert` may not score the unit, empty where nothing is known against it."""
    towns = {town for division in divisions if (town := town_of(division))}
    reasons = {
        "unknown": not expert.registered,
        "same_unit": expert.organisation is not None and expert.organisation in organisations,
        "same_town": bool(expert.towns & towns),
        "other_kind": bool(expert.kinds) and kind not in expert.kinds,
        "had_part": expert.account in busy,
        "declared": expert.account in recused,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def offered(
    experts: Iterable[Expert],
    *,
    kind: str,
    divisions: Collection[str],
    organisations: Collection[int],
    busy: Collection[int] = (),
    recused: Collection[int] = (),
) -> tuple[Expert, ...]:
    """Return the experts who are offered for a unit, nobody with a conflict among them."""
    return tuple(
        expert
        for expert in experts
        if not conflict(
            expert,
            kind=kind,
            divisions=divisions,
            organisations=organisations,
            busy=busy,
            recused=recused,
        )
    )
