"""Whether a target is reached: a figure and the plan in, one of four answers out."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from wufei_public.common.text import N_
from wufei_public.indicators.rules.targets import Part, Rule, Target


class Light(StrEnum):
    """What is said of a target."""

    MET = "met"
    NEAR = "near"
    MISSED = "missed"
    NONE = "none"
    UNCLEAR = "unclear"


LABELS = {
    Light.MET: N_("达标"),
    Light.NEAR: N_("接近目标"),
    Light.MISSED: N_("未达标"),
    Light.NONE: N_("暂无数据"),
    Light.UNCLEAR: N_("待核实"),
}
# Shape and colour of `chip`; the word stands beside it.
CHIPS = {
    Light.MET: "done",
    Light.NEAR: "doing",
    Light.MISSED: "bad",
    Light.NONE: "none",
    Light.UNCLEAR: "soon",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was published of one component: a figure or a statement, and the figure before."""

    figure: Decimal | None = None
    met: bool | None = None
    before: Decimal | None = None
    interval: tuple[Decimal, Decimal] | None = None


def target_for(targets: tuple[Target, ...], year: int) -> Target:
    """Return the target that `year` is on the way to: the next one, after all of them the last."""
    return next((one for one in targets if one.year >= year), targets[-1])


def judge(target: Target, readings: Mapping[str, Reading]) -> Light:
    """Say whether `target` is reached: only if each of its components reaches its own."""
    lights = {_light(part, readings.get(part.component, Reading())) for part in target.parts}
    for light in (Light.UNCLEAR, Light.MISSED, Light.NONE, Light.NEAR):
        if light in lights:
            return light
    return Light.MET


def _light(part: Part, reading: Reading) -> Light:
    if part.rule is Rule.UNCLEAR:
        return Light.UNCLEAR
    if reading.interval and part.bound is not None and _is_inside(part.bound, reading.interval):
        return Light.NEAR
    reached = _reached(part, reading)
    if reached is None:
        return Light.NONE
    return Light.MET if reached else Light.MISSED


def _is_inside(bound: Decimal, interval: tuple[Decimal, Decimal]) -> bool:
    """Say whether chance alone may have put a figure on this side of its target."""
    return interval[0] < bound <= interval[1]


def _reached(part: Part, reading: Reading) -> bool | None:
    if part.rule is Rule.STATE or reading.figure is None:
        return reading.met
    if part.rule in {Rule.RISING, Rule.FALLING}:
        return _moved(part.rule, reading.figure, reading.before)
    if part.bound is None:
        return None
    if part.rule is Rule.AT_MOST:
        return reading.figure <= part.bound
    return reading.figure >= part.bound


def _moved(rule: Rule, now: Decimal, before: Decimal | None) -> bool | None:
    """Say whether a figure moved the way the plan asks; unknown without an earlier one."""
    if before is None:
        return None
    return now > before if rule is Rule.RISING else now < before
