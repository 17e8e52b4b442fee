"""Figures computed here: once a month, the same again however often it is run."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from wufei_public.indicators.actions.values import add, days_of, district, move
from wufei_public.indicators.models.values import Value
from wufei_public.indicators.queries import values
from wufei_public.indicators.queries.sources import SOURCES
from wufei_public.indicators.queries.values import Place
from wufei_public.indicators.rules.lineage import METHODS, Computed
from wufei_public.indicators.rules.periods import Period, read_period
from wufei_public.indicators.rules.plans import current
from wufei_public.indicators.rules.states import Move, State
from wufei_public.infra.work import Work


def compute(w: Work, *, period: Period, run: str, only: Collection[str] = ()) -> int:
    """Write what each source gives for `period`, or those of the series `only`.

    What is there already is not written again.
    """
    wanted = [source for series, source in SOURCES.items() if not only or series in only]
    found = [source(w.session, period) for source in wanted]
    return sum(_keep(w, one, period, run) for one in found if one is not None)


def _keep(w: Work, found: Computed, period: Period, run: str) -> bool:
    place = Place(current().code, found.series, "", period.key, district(w))
    last = values.newest(w.session, place)
    if last is not None and last.digest == found.digest:
        return False
    if last is not None and last.state == State.CHECKED and last.run:
        move(w, code=last.code, what=Move.DROP, reason="recomputed")
    add(w, _row(w, found, period, run))
    return True


def _row(w: Work, found: Computed, period: Period, run: str) -> dict[str, object]:
    low, high = found.interval or (None, None)
    return {
        "series": found.series,
        "component": "",
        **days_of(period),
        # The machine has nothing to check by eye: a person publishes it.
        "state": State.CHECKED,
        "figure": found.figure,
        "statement": "",
        "met": None,
        "low": low,
        "high": high,
        "n": found.n,
        "source": found.source,
        "method": found.method,
        "method_version": METHODS[found.method],
        "collector": "",
        "document": "",
        "cut_off": w.now,
        "rows": found.rows,
        "digest": found.digest,
        "inputs": dict(found.inputs),
        "run": run,
        "entered_by": None,
    }


@dataclass(frozen=True, slots=True)
class Again:
    """A published value beside the same figure made again from its rows."""

    value: Value
    figure: Decimal | None
    digest: str

    @property
    def same(self) -> bool:
        """Say whether every digit, and every input, came back."""
        return self.figure == self.value.figure and self.digest == self.value.digest


def recompute(session: Session, series: str = "") -> Iterator[Again]:
    """Make published figures again from their rows; nothing is written."""
    for row in values.computed(session):
        if series and row.series != series:
            continue
        found = SOURCES[row.series](session, read_period(row.period))
        yield Again(row, found.figure if found else None, found.digest if found else "")
