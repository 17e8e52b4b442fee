"""A wave as officials see it: the plan, what came in, marks, decisions."""

import csv
import io
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.common.text import N_
from wufei_public.infra.i18n import is_english
from wufei_public.surveys.documents.calls import CALL_WORDS
from wufei_public.surveys.models import Wave
from wufei_public.surveys.queries import forms, units, waves
from wufei_public.surveys.queries.quotas import cells
from wufei_public.surveys.rules.margins import LEVEL, POPULATION, VARIABLE, read_margins
from wufei_public.surveys.rules.outcomes import Outcome, outcome_of, response_rates
from wufei_public.surveys.rules.planning import LEAST_PER_TOWN, Quota, half_width, quotas, to_draw
from wufei_public.surveys.rules.waves import (
    CHIPS,
    LABELS,
    LEAST_TO_LOOK,
    MODES,
    PUBLIC,
    SAMPLED,
    Mode,
    State,
)

FLAG_WORDS = {
    "fast": N_("答得太快：不到读完题目所需时间的三分之一"),
    "straight": N_("一条线：五类管理全选同一级"),
    "everything": N_("全都勾：每道多选题都勾了所有选项"),
    "impossible": N_("互相矛盾：总的非常满意、各类却全是很不满意（或反过来），或者个数是负数"),
    "duplicate": N_("同一台设备：这台手机已经交过一份"),
}
OUTCOME_WORDS = CALL_WORDS | {
    "start": N_("打开了问卷"),
    "1.1": N_("完整"),
    "1.2": N_("部分"),
    "2.12": N_("中途停下"),
    "2.2": N_("没见到本人"),
    "2.3": N_("因语言、身体等不能答"),
    "3.2": N_("打开过，没答到镇办和年龄"),
    "4.8": N_("配额已满"),
}
STATUSES = {"assumption": N_("推算的，不是公布的统计数")}


def margin_rows(data: bytes, form_id: str) -> list[list[Any]]:
    """Return rows of variable, level, population, status, source; Invalid with each fault.

    Without `data`: those that the package brings for residents, none for units.
    """
    if not data and form_id != PUBLIC:
        return []
    data = data or shipped_margins()
    known = read_margins(data)
    said = _said_of_sources(data)
    return [
        [m.variable, level, n, *said.get((m.variable, level), ("", ""))]
        for m in known
        for level, n in zip(m.levels, m.populations, strict=True)
    ]


def shipped_margins() -> bytes:
    """Return the margins that the package brings; which are assumptions stands in them."""
    return files("wufei_public.surveys").joinpath("data", "margins.csv").read_bytes()


def _said_of_sources(data: bytes) -> dict[tuple[str, str], tuple[str, str]]:
    text = data.decode("utf-8-sig", errors="replace")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return {
        (row.get(VARIABLE) or "", row.get(LEVEL) or ""): (
            (row.get("status") or "")[:20],
            (row.get("source_note") or "")[:500],
        )
        for row in rows
        if row.get(POPULATION)
    }


def wave_page(session: Session, row: Wave, names: Mapping[str, str]) -> dict[str, Any]:
    """Return everything that a wave's page draws."""
    counted = waves.counted(session, row.id)
    outcomes = waves.outcomes(session, row)
    marks = waves.marks(session, row.id)
    left_out = waves.excluded(session, row.id)
    questionnaire = forms.questionnaire(session, row.form_key)
    return {
        "wave": row,
        "form_title": questionnaire.title.zh,
        "standing": (CHIPS[State(row.state)], _(LABELS[State(row.state)])),
        "mode": _(MODES[Mode(row.mode)]),
        "counted": counted,
        "least": LEAST_TO_LOOK,
        "reach": half_width(max(row.target, 1)) * 100,
        "quotas": [_quota(quota, names, row.expected_rate) for quota in _quotas(row)],
        "each_town": to_draw(LEAST_PER_TOWN, row.expected_rate),
        "least_per_town": LEAST_PER_TOWN,
        "assumed": any(margin[3] == "assumption" for margin in row.margins),
        "cells": quota_rows(session, row),
        "outcomes": _outcomes(outcomes),
        "rates": _rates(row, outcomes),
        "marks": [
            {"flag": flag, "words": _(FLAG_WORDS[flag]), "count": count, "out": flag in left_out}
            for flag, count in marks.items()
        ],
        "decisions": waves.exclusions(session, row.id),
        "flag_words": {flag: _(words) for flag, words in FLAG_WORDS.items()},
        "units": units.answered(session, row.id) if row.facts.of_units else [],
        "units_count": units.count(session, row.id) if row.facts.of_units else 0,
        "sample": (row.frame or {}).get("drawn", 0),
        "villages": _villages(row.frame or {}),
    }


def _villages(frame: Mapping[str, Any]) -> dict[str, int]:
    """Return how many villages were drawn first, and of how many; empty where none were."""
    found = frame.get("clusters")
    return {"drawn": found["drawn"], "listed": sum(found["listed"].values())} if found else {}


def _quotas(row: Wave) -> list[Quota]:
    towns = [(level, float(n)) for variable, level, n, *_rest in row.margins if variable == "town"]
    return quotas(towns, row.target)


def _quota(quota: Quota, names: Mapping[str, str], rate: int) -> dict[str, Any]:
    return {
        "name": names.get(quota.level, quota.level),
        "population": round(quota.population),
        "wanted": quota.wanted,
        "draw": to_draw(quota.wanted, rate),
        "reach": quota.half_width * 100,
    }


def quota_rows(session: Session, row: Wave) -> list[dict[str, Any]]:
    """Return the cells of a wave with their words and how full they are, the emptiest first."""
    if not row.quotas:
        return []
    asked, by = forms.questionnaire(session, row.form_key).by_name, row.quotas["by"]
    words = [
        {c.name: c.label.read(english=is_english()) for c in asked[name].choices} for name in by
    ]
    rows = [
        {
            "words": " · ".join(of[level] for of, level in zip(words, cell.levels, strict=True)),
            "wanted": cell.wanted,
            "filled": cell.filled,
            "percent": min(100, 100 * cell.filled // cell.wanted),
            "full": cell.is_full,
        }
        for cell in cells(session, row.id)
    ]
    return sorted(rows, key=lambda one: (one["full"], one["percent"]))


def _outcomes(found: Mapping[str, int]) -> list[tuple[str, str, int]]:
    return [
        (code, _(OUTCOME_WORDS.get(code, code)), found[code])
        for code in sorted(found, key=lambda code: (code != "start", code))
    ]


def _rates(row: Wave, found: Mapping[str, int]) -> dict[str, float] | None:
    """Return response rates where there is a sample to answer, None for an open link."""
    if row.mode not in SAMPLED | {Mode.INTERVIEWER}:
        return None
    counts: dict[Outcome, int] = {}
    for code, count in found.items():
        outcome = outcome_of(code)
        counts[outcome] = counts.get(outcome, 0) + count
    if not sum(counts.values()) - counts.get(Outcome.NOT_ELIGIBLE, 0):
        return None
    rates = response_rates(counts)
    return {"rr1": rates.rr1 * 100, "rr3": rates.rr3 * 100, "e": rates.e * 100}
