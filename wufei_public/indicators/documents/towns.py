"""Towns beside each other, month by month: a table with shades, a funnel, words that sum it up."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.indicators.documents import words
from wufei_public.indicators.queries import runs
from wufei_public.indicators.rules.funnels import (
    CHIPS,
    FAR,
    LABELS,
    Share,
    funnel,
    together,
    verdicts,
)
from wufei_public.indicators.rules.heat import Line, lines, months_until, span_of
from wufei_public.indicators.rules.periods import Kind
from wufei_public.indicators.rules.veils import Cells, Veil, hidden_months, veil
from wufei_public.infra.i18n import is_english

SERIES = {
    "reports": N_("随手拍件数"),
    "reports_closed": N_("其中已经办结的"),
    "checkins": N_("打卡次数"),
    "checkins_own": N_("其中本人打的"),
}
BY_VILLAGE = frozenset({"checkins", "checkins_own"})
PART, WHOLE = "reports_closed", "reports"


def heat(session: Session, series: str, parent: str, today: date) -> dict[str, Any]:
    """Return the table of a series over the last months: towns, or the villages of a town."""
    places = directory(session)
    codes = [place.code for place in places.children(parent)]
    months = months_until(today)
    figures = runs.figures(session, series, Kind.MONTH, codes, span_of(months))
    hidden = hidden_of(session, series, parent, figures, months)
    rows = sorted(lines(figures, codes, months, hidden), key=lambda line: -line.whole)
    names = places.called(english=is_english())
    return {
        "months": [_month(month) for month in months],
        "rows": [_row(line, names) for line in rows],
        "whole": sum(figures.values()),
        "hidden": bool(hidden),
        "summary": _summary(rows, names, series),
    }


def hidden_of(
    session: Session, series: str, parent: str, figures: Cells, months: Sequence[date]
) -> Veil:
    """Return which cells of the places below `parent` are hidden; cases are public anyway."""
    if series not in BY_VILLAGE:
        return {}
    places = directory(session)
    codes = [place.code for place in places.children(parent)]
    above = next((one.code for one in places.districts), "")
    if parent == above:
        return veil(figures, codes, months)
    towns = [place.code for place in places.children(above)]
    span = span_of(months)
    beside = runs.figures(session, series, Kind.MONTH, towns, span)
    unknown = hidden_months(veil(beside, towns, months), parent)
    return veil(figures, codes, months, unknown)


def _month(month: date) -> dict[str, str]:
    return {"short": f"{month:%y-%m}", "long": words.period(f"{month:%Y-%m}")}


def _row(line: Line, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "place": line.place,
        "name": names.get(line.place, line.place),
        "cells": list(zip(line.figures, line.shades, strict=True)),
        "whole": line.whole if line.is_whole else None,
    }


def _summary(rows: Sequence[Line], names: Mapping[str, str], series: str) -> str:
    """Say in a sentence what the table shows; empty where there is nothing in it."""
    counted = [line for line in rows if line.whole and line.is_whole]
    if not counted:
        return ""
    first, last = counted[0], counted[-1]
    sentence = N_(
        "%(what)s，12 个月一共 %(whole)s。最多：%(first)s %(most)s；最少：%(last)s %(least)s。"
    )
    if not all(line.is_whole for line in rows):
        sentence = N_("%(what)s，12 个月里最多：%(first)s %(most)s；最少：%(last)s %(least)s。")
    said: str = _(
        sentence,
        what=_(SERIES[series]),
        whole=sum(line.whole for line in rows),
        first=names.get(first.place, first.place),
        most=first.whole,
        last=names.get(last.place, last.place),
        least=last.whole,
    )
    return said


def closing(session: Session, parent: str, today: date) -> dict[str, Any]:
    """Return the towns' shares of closed cases as a funnel, with a table of the same."""
    places = directory(session)
    codes = [place.code for place in places.children(parent)]
    span = span_of(months_until(today))
    part, whole = (_sums(session, name, codes, span) for name in (PART, WHOLE))
    shares = [Share(code, part.get(code, 0), whole.get(code, 0)) for code in codes]
    said, names = verdicts(shares), places.called(english=is_english())
    rows = [
        {
            "place": one.place,
            "name": names.get(one.place, one.place),
            "part": one.part,
            "whole": one.whole,
            "rate": f"{one.rate * 100:.1f}%" if one.whole else "—",
            "chip": (CHIPS[said[one.place]], _(LABELS[said[one.place]])),
        }
        for one in sorted(shares, key=lambda one: -one.whole)
    ]
    return {
        "rows": rows,
        "picture": funnel(shares),
        "rate": f"{together(shares) * 100:.1f}%",
        "whole": sum(one.whole for one in shares),
        "far": [names.get(code, code) for code in codes if said[code] in FAR],
    }


def _sums(
    session: Session, series: str, codes: Sequence[str], span: tuple[date, date]
) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for (place, _start), figure in runs.figures(session, series, Kind.MONTH, codes, span).items():
        found[place] = found.get(place, 0) + figure
    return found
