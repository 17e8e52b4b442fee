"""What is not shown because too few answered, and what must go with it.

A figure that rests on fewer answers than the floor is hidden. Totals are published, so a
hidden figure could be had by subtraction: further cells are hidden until nothing that can
be derived, a cell or a sum of cells, rests on fewer answers than the floor.

In a table with rows and columns the derivable sums of hidden cells are these: choose rows
R and columns C whose hidden cells all lie in R; the rows' totals less the columns' totals
give the sum of the hidden cells in R and not in C. (Gusfield 1988 shows it for single
cells.) The smallest such sum on one side of a cell is a minimum cut.
"""

from collections import deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
Place = tuple[int, int]
_Node = tuple[str, int]
# The row or column that stands for all whose totals are hidden: only their sum is known.
_HIDDEN_LINE = -1


class Hidden(StrEnum):
    """Why a figure is not shown: few answers, or because it would give away another."""

    SMALL = "small"
    SECONDARY = "secondary"


def protect(
    counts: Mapping[K, int], floor: int, sizes: Mapping[K, int] | None = None
) -> dict[K, Hidden]:
    """Return what to hide in a one-way table whose total is published.

    The hidden groups together must have as many answers as the floor, since their sum is
    the total less what is shown. Empty groups hide nothing and protect nothing. `sizes` says
    how many each group has with those who gave no answer: of a few who are all silent, even
    their silence is hidden.
    """
    few = {key for key, n in (sizes or {}).items() if 0 < n < floor}
    hidden = {key: Hidden.SMALL for key, n in counts.items() if 0 < n < floor or key in few}
    shown = sorted((key for key, n in counts.items() if n >= floor), key=lambda key: counts[key])
    for key in shown:
        if not hidden or sum(counts[key] for key in hidden) >= floor:
            break
        hidden[key] = Hidden.SECONDARY
    return hidden


def protect_sum(counts: Mapping[K, int], floor: int) -> dict[K, Hidden]:
    """Return what to hide of places whose sum is published, where nothing is no secret.

    As `protect`, and what is hidden must be more than one for each cell: of five in five places
    everybody would know where each was. The next smallest goes first; where all others are
    empty, one that is empty.
    """
    hidden = protect(counts, floor)
    others = sorted(
        (key for key in counts if key not in hidden),
        key=lambda key: (counts[key] == 0, counts[key], str(key)),
    )
    for key in others:
        if not hidden or _is_open([counts[one] for one in hidden]):
            break
        hidden[key] = Hidden.SECONDARY
    return hidden


def _is_open(counts: Sequence[int]) -> bool:
    """Say whether more than one row of figures would come to the same sum."""
    return len(counts) > 1 and (0 in counts or sum(counts) > len(counts))


@dataclass(frozen=True, slots=True)
class Veil:
    """What to hide of a two-way table: totals of rows and of columns, and cells."""

    rows: Mapping[int, Hidden]
    columns: Mapping[int, Hidden]
    cells: Mapping[Place, Hidden]


def protect_table(counts: Sequence[Sequence[int]], floor: int) -> Veil:
    """Return what to hide of a table of counts, its total being published.

    The totals of rows and of columns are one-way tables of their own. Within a hidden row
    or column no cell is shown. Empty cells are hidden only where nothing else helps.
    """
    rows = protect({i: sum(row) for i, row in enumerate(counts)}, floor)
    columns = protect({j: sum(column) for j, column in enumerate(zip(*counts, strict=True))}, floor)
    cells = {
        (i, j): Hidden.SMALL if 0 < n < floor else Hidden.SECONDARY
        for i, row in enumerate(counts)
        for j, n in enumerate(row)
        if 0 < n < floor or i in rows or j in columns
    }
    # Of a table below the floor nothing is published, so nothing can be subtracted.
    if sum(map(sum, counts)) >= floor:
        _hide_more(_Table(counts, floor, rows, columns), cells)
    return Veil(rows, columns, cells)


def _hide_more(table: "_Table", cells: dict[Place, Hidden]) -> None:
    """Hide cells until nothing can be derived, then show again what need not be hidden."""
    before = set(cells)
    while (found := table.derivable(cells)) is not None:
        cells[table.breaks(found, cells)] = Hidden.SECONDARY
    added = sorted(set(cells) - before, key=lambda at: table.counts[at[0]][at[1]], reverse=True)
    for place in added:
        if table.derivable([other for other in cells if other != place]) is None:
            del cells[place]


class _Table:
    def __init__(
        self,
        counts: Sequence[Sequence[int]],
        floor: int,
        rows: Mapping[int, Hidden],
        columns: Mapping[int, Hidden],
    ) -> None:
        self.counts = counts
        self.floor = floor
        self.rows = rows
        self.columns = columns
        self.places = [(i, j) for i, row in enumerate(counts) for j in range(len(row))]

    def ends(self, place: Place) -> tuple[_Node, _Node]:
        """Return row and column of a cell; those with hidden totals are one."""
        i, j = place
        return (
            ("row", _HIDDEN_LINE if i in self.rows else i),
            ("column", _HIDDEN_LINE if j in self.columns else j),
        )

    def derivable(self, cells: Iterable[Place]) -> tuple[set[_Node], bool] | None:
        """Return the lines whose totals give away a sum below the floor; None if none do."""
        hidden = list(cells)
        pairs = {self.ends(place) for place in hidden if self.counts[place[0]][place[1]]}
        for forward in (True, False):
            flows = self._flows(hidden, forward=forward)
            for row, column in sorted(pairs):
                source, sink = (row, column) if forward else (column, row)
                side = _side_of_cut(flows, source, sink, self.floor)
                if side is not None:
                    return side, forward
        return None

    def _flows(self, hidden: Iterable[Place], *, forward: bool) -> dict[_Node, dict[_Node, float]]:
        """Return capacities: a cell's count one way, and no cut the other way."""
        flows: dict[_Node, dict[_Node, float]] = {}
        for place in hidden:
            row, column = self.ends(place)
            start, end = (row, column) if forward else (column, row)
            ahead = flows.setdefault(start, {})
            ahead[end] = ahead.get(end, 0) + self.counts[place[0]][place[1]]
            flows.setdefault(end, {})[start] = inf
        return flows

    def breaks(self, found: tuple[set[_Node], bool], cells: Iterable[Place]) -> Place:
        """Return the cell to hide next so that this sum grows or can't be derived."""
        side, forward = found
        hidden = set(cells)
        helpful = []
        for place in self.places:
            start, end = self.ends(place) if forward else self.ends(place)[::-1]
            count = self.counts[place[0]][place[1]]
            grows = start in side and end not in side and count > 0
            ties = start not in side and end in side
            if place not in hidden and (grows or ties):
                helpful.append((count == 0, count, place))
        return min(helpful)[2]


def _side_of_cut(
    flows: Mapping[_Node, Mapping[_Node, float]], source: _Node, sink: _Node, floor: int
) -> set[_Node] | None:
    """Return the source's side of a cut below `floor`, or None (Ford and Fulkerson)."""
    left = {node: dict(ends) for node, ends in flows.items()}
    total = 0.0
    while total < floor:
        path, reached = _path(left, source, sink)
        if not path:
            return reached
        most = min(left[one][other] for one, other in path)
        total += most
        for one, other in path:
            left[one][other] -= most
            left[other][one] = left[other].get(one, 0) + most
    return None


def _path(
    left: Mapping[_Node, Mapping[_Node, float]], source: _Node, sink: _Node
) -> tuple[list[tuple[_Node, _Node]], set[_Node]]:
    """Return a path that still has room, and all that can be reached from the source."""
    came: dict[_Node, _Node] = {source: source}
    queue = deque([source])
    while queue:
        node = queue.popleft()
        for end, room in left[node].items():
            if room > 0 and end not in came:
                came[end] = node
                queue.append(end)
    if sink not in came:
        return [], set(came)
    path = []
    while sink != source:
        path.append((came[sink], sink))
        sink = came[sink]
    return path, set(came)
