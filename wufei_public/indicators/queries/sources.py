"""Figures computed here, each through the queries of the feature that holds the rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from wufei_public.cells.queries import certificates
from wufei_public.cells.rules.counting import counted, rule_on
from wufei_public.checkins.queries.coverage import coverage, places
from wufei_public.checkins.rules.coverage import INDICATORS as COVERED
from wufei_public.checkins.rules.coverage import Kind as Sorting
from wufei_public.dumping.queries.closing import closing
from wufei_public.indicators.queries.activity import ACTIVITY
from wufei_public.indicators.rules.lineage import WITHOUT, Computed, mean, per_cent, ratio
from wufei_public.indicators.rules.periods import Period
from wufei_public.indicators.rules.plans import table
from wufei_public.indicators.rules.states import Source
from wufei_public.redblack.queries.grades import graded_share
from wufei_public.surveys.queries import waves
from wufei_public.surveys.rules.indicators import I54
from wufei_public.surveys.rules.together import Part, mean_of

PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure of a published wave, as it stands in its figures."""

    wave: str
    closes_on: date
    n: int
    weighted: float
    error: float | None
    interval: tuple[float, float] | None
    df: float = 0.0

    @property
    def told(self) -> dict[str, Any]:
        """Return what the lineage of a figure keeps of it."""
        return {
            "wave": self.wave,
            "closes_on": self.closes_on.isoformat(),
            "n": self.n,
            "weighted": self.weighted,
            "se": self.error,
        }


def cells(session: Session, period: Period) -> Computed:
    """Return indicator 39: cells that count on the period's last day."""
    found = certificates.standing_on(session, period.last)
    numbers = [cell.number for cell in counted(found, period.last)]
    inputs = {"rule": rule_on(period.last).version, "cells": numbers}
    figure = Decimal(len(numbers))
    return Computed("39", Source.CELLS, "valid-cells", figure, len(found), inputs)


def closed(session: Session, period: Period) -> Computed | None:
    """Return indicator 50; none where no case fell due."""
    found = closing(session, period.first, period.last)
    if not found.due:
        return None
    inputs = {
        "due": found.due,
        "in_time": found.in_time,
        "uncleared": found.uncleared,
        "cases": found.digest,
        "parts": found.parts,
        "apart": found.apart,
        WITHOUT: {"due": found.due_without, "in_time": found.in_time_without},
    }
    figure = ratio(found.in_time, found.due)
    return Computed("50", Source.CASES, "closed-by-legal-day", figure, found.due, inputs)


def reach(session: Session, period: Period) -> Computed | None:
    """Return indicator 52, of the last public wave that ended in the period."""
    return _estimated(session, period, "52", "i52")


def satisfaction(session: Session, period: Period) -> Computed | None:
    """Return indicator 54, of the last public wave that ended in the period."""
    return _estimated(session, period, "54", I54)


def _estimated(session: Session, period: Period, series: str, column: str) -> Computed | None:
    found = _measured(session, PUBLIC, column, period.last)
    if found is None or found.closes_on < period.first:
        return None
    bounds = found.interval
    return Computed(
        series,
        Source.WAVE,
        "wave-estimate",
        per_cent(found.weighted),
        found.n,
        {"column": column, **found.told, "interval": list(bounds) if bounds else None},
        found.n,
        (per_cent(bounds[0]), per_cent(bounds[1])) if bounds else None,
    )


def _measured(session: Session, form: str, column: str, until: date) -> Measured | None:
    """Return a column of the newest published wave of `form` that ended by `until`."""
    for row in waves.published(session):
        if row.closes_on > until:
            continue
        wave = waves.wave(session, row.code)
        if wave.form_id == form:
            return _of(wave.code, wave.closes_on, wave.figures or {}, column)
    return None


def _of(code: str, day: date, figures: Mapping[str, Any], column: str) -> Measured | None:
    wanted = "top_two" if column == I54 else "share"
    for one in figures.get("measures", ()):
        if (one["column"], one["measure"]) == (column, wanted) and one["weighted"] is not None:
            bounds = tuple(one["interval"]) if one["interval"] else None
            return Measured(code, day, one["n"], one["weighted"], one["se"], bounds, one["df"])
    return None


def participation(session: Session, period: Period) -> Computed | None:
    """Return indicator 53: the mean of the four groups, once each of them has a wave.

    A missing group is no zero. At least one of the waves ended in the period.
    """
    groups = {row["form"]: row for row in table("groups.csv")}
    found = {
        form: _measured(session, form, row["column"], period.last) for form, row in groups.items()
    }
    told = {form: one for form, one in found.items() if one is not None}
    if len(told) < len(groups) or all(one.closes_on < period.first for one in told.values()):
        return None
    weights = {form: int(row["weight"]) for form, row in groups.items()}
    figure = mean({form: one.weighted for form, one in told.items()}, weights)
    inputs = {
        "formula": next(iter(groups.values()))["version"],
        "weights": weights,
        "groups": {form: one.told for form, one in sorted(told.items())},
    }
    n = sum(one.n for one in told.values())
    interval = _around(told, weights)
    return Computed("53", Source.WAVE, "mean-of-groups", figure, n, inputs, n, interval)


def _around(
    told: Mapping[str, Measured], weights: Mapping[str, int]
) -> tuple[Decimal, Decimal] | None:
    """Return the interval of a mean of independent groups; none where one has no error."""
    parts = [
        Part(one.weighted, one.error, one.df, one.n, weights[form])
        for form, one in sorted(told.items())
    ]
    found = mean_of(parts).interval
    return (per_cent(found[0]), per_cent(found[1])) if found else None


def graded(session: Session, period: Period) -> Computed | None:
    """Return indicator 41: permit holders with a credit grade; none where there is no holder."""
    share = graded_share(session, period.last)
    if not share.holders:
        return None
    # The denominator itself, each with the grade that counted on the period's last day.
    inputs = {
        "holders": {
            row.uscc: share.graded[row.id].code if row.id in share.graded else ""
            for row in share.holders
        }
    }
    figure = ratio(len(share.graded), len(share.holders))
    rows = len(share.holders)
    return Computed("41", Source.GRADES, "graded-holders", figure, rows, inputs)


def estates(session: Session, period: Period) -> Computed | None:
    """Return indicator 12: housing estates of the register that sort on the last day."""
    return _covered(session, period, Sorting.ESTATE)


def villages(session: Session, period: Period) -> Computed | None:
    """Return indicator 13: villages that sort on the period's last day, of all villages."""
    return _covered(session, period, Sorting.VILLAGE)


def _covered(session: Session, period: Period, kind: Sorting) -> Computed | None:
    """Return a coverage with the list behind it; none as long as nobody keeps the register."""
    if not any(place.kind is kind for place in places(session)):
        return None
    found = coverage(session, kind, period.last)
    inputs = {"kind": kind.value, "whole": found.whole, "places": list(found.codes)}
    figure, name = ratio(found.covered, found.whole), COVERED[kind]
    return Computed(name, Source.REGISTER, "checked-places", figure, found.whole, inputs)


SOURCES: Mapping[str, Callable[[Session, Period], Computed | None]] = {
    "12": estates,
    "13": villages,
    "39": cells,
    "41": graded,
    "50": closed,
    "52": reach,
    "53": participation,
    "54": satisfaction,
    **ACTIVITY,
}
