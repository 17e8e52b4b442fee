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
from wufei_public.indicators.rules.lineage import METHODS, Computed, nothing, only_erased
from wufei_public.indicators.rules.measures import ERASED
from wufei_public.indicators.rules.periods import Period, read_period
from wufei_public.indicators.rules.plans import current
from wufei_public.indicators.rules.states import Move, Source, State
from wufei_public.infra.buckets import erased
from wufei_public.infra.work import Work


def compute(w: Work, *, period: Period, run: str, only: Collection[str] = ()) -> int:
    """Write what each source gives for `period`, or those of the series `only`.

    What is there already is not written again. Of what was published and cannot be computed any
    more a version without a value is written, with the reason.
    """
    wanted = {series: source for series, source in SOURCES.items() if not only or series in only}
    found = {series: source(w.session, period) for series, source in wanted.items()}
    return sum(_keep(w, series, one, period, run) for series, one in found.items())


def _keep(w: Work, series: str, told: Computed | None, period: Period, run: str) -> bool:
    place = Place(current().code, series, "", period.key, district(w))
    last = values.newest(w.session, place)
    published = values.published_at(w.session, place) if last is not None else None
    found = told or _nothing(published)
    if last is not None and found is not None and last.digest == found.digest:
        return False
    if last is not None and last.state == State.CHECKED and last.run:
        move(w, code=last.code, what=Move.DROP, reason="recomputed")
    if found is None or (published is not None and _says_the_same(w, published, told, found)):
        return False
    add(w, _row(w, found, period, run))
    return True


def _nothing(published: Value | None) -> Computed | None:
    """Return that a computed value is no more; what nobody published needs no such word."""
    if published is None or not published.run:
        return None
    return nothing(published.series, Source(published.source), published.method)


def _says_the_same(w: Work, published: Value, told: Computed | None, found: Computed) -> bool:
    """Say whether what is published stands, also where rows went with a person since."""
    if published.digest == found.digest:
        return True
    figure = told.figure if told else None
    return only_erased(published.figure, figure, erased_since(w.session, published))


def erased_since(session: Session, row: Value) -> int:
    """Return how many rows of a value's inputs went with persons since it was computed."""
    measures = ERASED.get(row.series, ())
    return erased(session, measures, (row.starts_on, row.ends_on), row.cut_off)


def _row(w: Work, found: Computed, period: Period, run: str) -> dict[str, object]:
    low, high = found.interval or (None, None)
    return {
        "series": found.series,
        "component": "",
        **days_of(period),
        # The machine has nothing to check by eye: a person publishes it.
        "state": State.CHECKED,
        "figure": found.figure,
        "statement": found.inputs.get("nothing", ""),
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
    # Rows of its inputs that went with persons since it was computed.
    erased: int = 0

    @property
    def same(self) -> bool:
        """Say whether every digit, and every input, came back."""
        return self.figure == self.value.figure and self.digest == self.value.digest

    @property
    def only_erased(self) -> bool:
        """Say whether nothing differs but what erased rows explain."""
        return not self.same and only_erased(self.value.figure, self.figure, self.erased)


def made_here() -> list[str]:
    """Return the series that are computed from our own rows."""
    return sorted(SOURCES)


def recompute(session: Session, series: str = "") -> Iterator[Again]:
    """Make published figures again from their rows; nothing is written."""
    for row in values.computed(session):
        if series and row.series != series:
            continue
        told = SOURCES[row.series](session, read_period(row.period))
        found = told or nothing(row.series, Source(row.source), row.method)
        yield Again(row, found.figure, found.digest, erased_since(session, row))
