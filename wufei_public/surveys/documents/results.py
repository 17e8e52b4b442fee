"""A wave's figures: worked out once, as plain data, for page, file, API and publication alike."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from wufei_public.common.text import N_
from wufei_public.surveys.documents.blunt import blunt
from wufei_public.surveys.documents.estimates import estimates_json
from wufei_public.surveys.models import Wave
from wufei_public.surveys.queries import forms, waves
from wufei_public.surveys.rules.assembling import Assembled, assemble
from wufei_public.surveys.rules.columns import GROUPS, Column
from wufei_public.surveys.rules.comparison import Change, compare
from wufei_public.surveys.rules.crosses import Cross, cross
from wufei_public.surveys.rules.disclosure import K
from wufei_public.surveys.rules.estimates import Estimate, Measure, Options, estimate
from wufei_public.surveys.rules.grouping import Note
from wufei_public.surveys.rules.indicators import I54
from wufei_public.surveys.rules.intervals import Method
from wufei_public.surveys.rules.numbers import estimate_numbers
from wufei_public.surveys.rules.sample import Kind
from wufei_public.surveys.rules.together import Part, mean_of
from wufei_public.surveys.rules.waves import SAMPLED, UNITS

HEADLINES = ((I54, Measure.TOP_TWO), ("i52", Measure.SHARE), ("i53", Measure.SHARE))
UNIT_HEADLINES = ((I54, Measure.TOP_TWO), ("i53_units", Measure.SHARE))


def assembled(
    session: Session, wave: Wave, without: Collection[str], until: date | None = None
) -> Assembled:
    """Return a wave's weighted sample, without the answers that carry a mark of `without`.

    `until`: of the answers of the days up to this one.
    """
    form = forms.questionnaire(session, wave.form_key)
    replies = waves.replies(session, wave.id, without, until)
    found = assemble(form, replies, waves.plan_of(wave))
    return replace(found, notes=[*found.notes, *_joined(wave), *_interim(until)])


def _interim(until: date | None) -> list[Note]:
    if until is None:
        return []
    message = N_("中途的数：只算到 %(day)s 为止的回答，还没按标记剔除。")
    return [Note(message, {"day": until.isoformat()})]


def _joined(wave: Wave) -> list[Note]:
    """Say which strata were put together when the wave ended."""
    frame = wave.frame or {}
    notes = []
    joined: dict[str, str] = frame.get("joined", {})
    groups = [[one for one in joined if joined[one] == name] for name in sorted({*joined.values()})]
    if groups:
        message = N_("结束时回答不到 %(least)s 份的层并在一起：%(levels)s。")
        notes.append(Note(message, {"least": K, "levels": ["+".join(group) for group in groups]}))
    if mixed := frame.get("mixed_clusters"):
        message = N_(
            "结束时有 %(count)s 个村回答不到 %(least)s 份或与这样的村并在一起，算一个单位。"
        )
        notes.append(Note(message, {"count": mixed, "least": K}))
    if frame.get("clusters") and not frame["clusters"]["everybody"]:
        message = N_("先抽村、再在村里抽人：误差按村与村的差别算，不因为村的总数有限而减小。")
        notes.append(Note(message, {}))
    return notes


def figures_of(wave: Wave, found: Assembled, without: Collection[str]) -> dict[str, Any]:
    """Return every figure of a wave with what a reader needs to judge it."""
    by = [name for name in GROUPS if name in found.sample.groups]
    options = Options(floor=waves.floor_of(wave), by=by)
    results = estimate(found.design, found.sample.questions, options)
    results += estimate_numbers(found.design, found.sample.numbers, options)
    figures = estimates_json(found.design, results, options)
    told = {column.name: column for column in found.columns}
    measures = [blunt(_told(measure, told)) for measure in figures["measures"]]
    return figures | {
        "mode": wave.mode,
        "collector": wave.collector,
        "by_chance": wave.by_chance,
        "stated_design": wave.design,
        "groups": by,
        "measures": measures,
        "notes": [{"message": n.message, "facts": dict(n.facts)} for n in found.notes],
        "assumed": any(margin[3] == "assumption" for margin in wave.margins),
        "excluded": sorted(without),
        "form_id": wave.form_id,
    }


def _told(measure: dict[str, Any], columns: Mapping[str, Column]) -> dict[str, Any]:
    column = columns[measure["column"]]
    return measure | {"question": column.question, "choice": column.choice}


def cross_of(wave: Wave, found: Assembled, column: str, axes: tuple[str, str]) -> Cross | None:
    """Return one measure by two groups; None where the wave has no such measure or groups."""
    kinds = {c.name: c.kind for c in found.columns}
    if kinds.get(column) == Kind.NUMBER:
        return None
    fitting = all(axis in found.sample.groups and axis in GROUPS for axis in axes)
    if column not in kinds or not fitting or axes[0] == axes[1]:
        return None
    measure = Measure.TOP_TWO if kinds[column] == "scale" else Measure.SHARE
    return cross(found, column, measure, axes, waves.floor_of(wave))


def by_chance(figures: Mapping[str, Any]) -> bool:
    """Say whether figures rest on a sample drawn by chance; older ones say it by their mode."""
    return bool(figures.get("by_chance", figures["mode"] in SAMPLED))


def headlines(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the indicators among the figures, in their order."""
    wanted = UNIT_HEADLINES if figures["form_id"] in UNITS else HEADLINES
    known = {(one["column"], one["measure"]): one for one in figures["measures"]}
    return [known[column, measure] for column, measure in wanted if (column, measure) in known]


def estimate_of(measure: Mapping[str, Any]) -> Estimate | None:
    """Return the estimate that a published figure states; None where it is hidden."""
    if measure["weighted"] is None:
        return None
    return Estimate(
        measure["unweighted"],
        measure["weighted"],
        measure["se"],
        tuple(measure["interval"]) if measure["interval"] else None,
        Method(measure["method"]) if measure["method"] else None,
        measure["df"],
        measure["design_effect"],
        measure["effective_n"],
    )


def change_of(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> Change | None:
    """Return by how much a figure changed and whether by more than chance."""
    one, other = estimate_of(earlier), estimate_of(later)
    if one is None or other is None or one.error is None or other.error is None:
        return None
    return compare(one, other)


def indicator_53(session: Session) -> dict[str, Any]:
    """Return indicator 53 of the newest published waves: the mean of four groups, each shown.

    Without one of the four there is no mean: a missing group is no zero. The mean has its n and
    interval, the waves being independent.
    """
    groups = {}
    for form_id, column in (("public", "i53"), *((unit, "i53_units") for unit in sorted(UNITS))):
        wave = waves.newest_published(session, form_id)
        found = list((wave.figures or {})["measures"]) if wave else []
        shown = (one for one in found if one["column"] == column and one["weighted"] is not None)
        groups[form_id] = next(shown, None)
    whole = [one for one in groups.values() if one is not None]
    if len(whole) < len(groups):
        return {"groups": groups, "mean": None}
    parts = [Part(one["weighted"], one["se"], one["df"], one["n"]) for one in whole]
    return {"groups": groups, "mean": mean_of(parts)}
