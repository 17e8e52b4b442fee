"""A two-way table of one measure, protected as a table and not cell by cell."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wufei_public.common.suppression import Hidden, protect_table
from wufei_public.surveys.rules.assembling import Assembled
from wufei_public.surveys.rules.designs import weigh
from wufei_public.surveys.rules.estimates import Figure, Measure, Options, Result, estimate
from wufei_public.surveys.rules.sample import Codes

_PAIR = "_pair"


@dataclass(frozen=True, slots=True)
class Cross:
    """Figures by row and column with the totals of both; what is hidden says why."""

    row_levels: Sequence[str]
    column_levels: Sequence[str]
    cells: Sequence[Sequence[Figure]]
    rows: Sequence[Figure]
    columns: Sequence[Figure]
    all: Figure


def cross(
    assembled: Assembled, column: str, measure: Measure, axes: tuple[str, str], floor: int
) -> Cross:
    """Return one measure by the levels of two groups (rows, columns)."""
    sample = assembled.sample
    down, across = (sample.groups[axis] for axis in axes)
    width = len(across.levels)
    pairs = Codes(
        tuple(f"{i},{j}" for i in range(len(down.levels)) for j in range(width)),
        [i * width + j for i, j in zip(down.of, across.of, strict=True)],
    )
    question = [one for one in sample.questions if one.column == column]
    paired = replace(sample, groups={**sample.groups, _PAIR: pairs}, questions=question)
    design = weigh(paired, assembled.margins, assembled.design.raking.bound)
    options = Options(floor=0, by=(_PAIR, *axes))
    found = next(r for r in estimate(design, question, options) if r.measure is measure)
    return _veiled(found, axes, width, floor)


def _veiled(found: Result, axes: tuple[str, str], width: int, floor: int) -> Cross:
    pairs = list(found.by[_PAIR].values())
    cells = [pairs[at : at + width] for at in range(0, len(pairs), width)]
    veil = protect_table([[figure.n or 0 for figure in row] for row in cells], floor)
    too_few = (found.all.n or 0) < floor
    rows, columns = (found.by[axis] for axis in axes)
    return Cross(
        list(rows),
        list(columns),
        [
            [_shown(figure, veil.cells.get((i, j)), few=too_few) for j, figure in enumerate(row)]
            for i, row in enumerate(cells)
        ],
        [_shown(figure, veil.rows.get(i), few=too_few) for i, figure in enumerate(rows.values())],
        [
            _shown(figure, veil.columns.get(j), few=too_few)
            for j, figure in enumerate(columns.values())
        ],
        Figure(None, None, None, Hidden.SMALL) if too_few else found.all,
    )


def _shown(figure: Figure, hidden: Hidden | None, *, few: bool) -> Figure:
    why = hidden or (Hidden.SMALL if few else None)
    return figure if why is None else Figure(None, None, None, why)
