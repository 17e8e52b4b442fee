"""How the persons of a wave were drawn: strata, clusters, weights of the drawing.

Of our own sample the list says how many stand in each stratum; a collector's file says by its
own columns what it knows. A stratum with one unit shows no spread, and goes to the nearest.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import Any

from wufei_public.common.text import N_
from wufei_public.surveys.rules.grouping import Note
from wufei_public.surveys.rules.sample import Codes, Margin, Sample, numbered


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it is kept, for estimates; `psu` is the unit that was drawn first, if any."""

    answers: Mapping[str, Any]
    stratum: str = ""
    weight: float | None = None
    psu: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the wave was drawn and what is known of its population.

    `frame` is how many persons, `units` how many clusters (persons where there are no clusters)
    each stratum has to draw from; empty where that is not known, or must not make the errors
    smaller. Of fewer answers than `floor` no table shows anything.
    """

    margins: Sequence[Margin] = ()
    frame: Mapping[str, int] = field(default_factory=dict)
    seed: int = 0
    floor: int = 0
    units: Mapping[str, float] = field(default_factory=dict)


def drawn_as(
    replies: Sequence[Reply], plan: Plan, groups: Mapping[str, Codes], notes: list[Note]
) -> Sample:
    """Return the sample as it was drawn, without its questions; `notes` gets what was decided."""
    clusters = _clusters(replies)
    units = _units(replies, clusters)
    sizes = _known(plan, units)
    home = _homes(units, sizes or {}, plan, notes)
    names = sorted(set(home.values()))
    number = {name: place for place, name in enumerate(names)}
    strata = Codes(tuple(names), [number[home[reply.stratum]] for reply in replies])
    totals = _put_together(sizes, home, names) if sizes else None
    drawn = Counter(home[stratum] for stratum in units.elements())
    if totals:
        _tell_whole(totals, [drawn[name] for name in names], clusters, notes)
    base = _base(replies, plan, home, drawn, dict(zip(names, totals or (), strict=False)))
    return Sample(len(replies), groups, strata, clusters, base, totals, ())


def _clusters(replies: Sequence[Reply]) -> list[int] | None:
    """Return the clusters by number, those of two strata apart; None where persons were drawn."""
    if not all(reply.psu for reply in replies):
        return None
    return numbered((reply.stratum, reply.psu) for reply in replies)


def _units(replies: Sequence[Reply], clusters: Sequence[int] | None) -> Counter[str]:
    """Return how many units answered in each stratum."""
    strata = [reply.stratum for reply in replies]
    if clusters is None:
        return Counter(strata)
    return Counter(stratum for stratum, _ in set(zip(strata, clusters, strict=True)))


def _known(plan: Plan, units: Collection[str]) -> Mapping[str, float] | None:
    """Return of how many units each stratum was drawn; None where that is not known of all."""
    return plan.units if plan.units and set(units) <= set(plan.units) else None


def _homes(
    units: Mapping[str, int], sizes: Mapping[str, float], plan: Plan, notes: list[Note]
) -> dict[str, str]:
    """Return the stratum in which each one is counted: itself, or the nearest for a lonely one."""
    if plan.frame and not set(units) <= set(plan.frame):
        return dict.fromkeys(units, "")
    whole = {name for name, n in units.items() if n > 1 or sizes.get(name) == n}
    lonely = sorted(set(units) - whole)
    if lonely and not whole:
        return dict.fromkeys(units, "")
    home = {name: name for name in whole}
    if lonely:
        message = N_("只有一份回答的层并到人数最相近的层：%(levels)s。")
        notes.append(Note(message, {"levels": lonely}))
        how_large = plan.frame or sizes or units
        home |= {one: _nearest(one, whole, how_large) for one in lonely}
    return home


def _nearest(lonely: str, others: Collection[str], sizes: Mapping[str, float]) -> str:
    """Return the stratum nearest in size: a small one must not come to speak for a large one."""
    return min(others, key=lambda name: (abs(log(sizes[name] / sizes[lonely])), name))


def _put_together(
    sizes: Mapping[str, float], home: Mapping[str, str], names: Sequence[str]
) -> list[float]:
    totals = dict.fromkeys(names, 0.0)
    for stratum, at in home.items():
        totals[at] += sizes[stratum]
    return [totals[name] for name in names]


def _tell_whole(
    totals: Sequence[float],
    drawn: Sequence[int],
    clusters: Sequence[int] | None,
    notes: list[Note],
) -> None:
    """Say where every unit was drawn: there nothing is left to chance, as the formula has it."""
    whole = sum(of <= n for of, n in zip(totals, drawn, strict=True))
    if not whole:
        return
    message = (
        N_("%(count)s 层的单位全都答了，这些层不算抽样误差。")
        if clusters is None
        else N_(
            "%(count)s 层里最先抽的单位（例如村）全都抽到了：公式只算第一步的抽样，这些层的误差"
            "算成 0；村里只问了一部分人的，真实的误差比写出来的大。"
        )
    )
    notes.append(Note(message, {"count": whole}))


def _base(
    replies: Sequence[Reply],
    plan: Plan,
    home: Mapping[str, str],
    drawn: Mapping[str, int],
    totals: Mapping[str, float],
) -> list[float]:
    """Return the weights of the drawing: as stated, else by the list, else by the units."""
    if any(reply.weight for reply in replies):
        return [reply.weight or 1.0 for reply in replies]
    if plan.frame and set(home) <= set(plan.frame):
        answered = Counter(home[reply.stratum] for reply in replies)
        persons: Counter[str] = Counter()
        for stratum, at in home.items():
            persons[at] += plan.frame[stratum]
        return [persons[home[r.stratum]] / answered[home[r.stratum]] for r in replies]
    if totals:
        return [totals[home[r.stratum]] / drawn[home[r.stratum]] for r in replies]
    return [1.0] * len(replies)
