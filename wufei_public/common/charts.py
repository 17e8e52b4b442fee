"""Geometry of maps drawn on the server: tiles, outlines, steps of colour. Values in, numbers out.

Units are those of an SVG `viewBox`: x to the right, y down.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import cos, hypot, radians

from wufei_public.common.geo import Box, MultiPolygon, Point, Ring, Vertex, contains

TILE_WIDTH, TILE_HEIGHT, TILE_GAP, TILE_ROUND = 70, 56, 6, 6
MAP_WIDTH = 360
# A line may leave its place by this much: a third of a pixel on a phone.
TOLERANCE = 0.4
STEPS = 4
_FLAT = 3  # a closed ring with so few vertices has no inside
_LINES = 24


@dataclass(frozen=True, slots=True)
class Area:
    """One place of a map: its outline, the middle of its label and the room around that.

    `shape` is what an outline was drawn from, in units of the map; a tile has none.
    """

    key: str
    path: str
    x: float
    y: float
    room: float
    shape: MultiPolygon = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """Where positions lie in a map that is drawn to scale."""

    box: Box
    scale: float

    def at(self, point: Point) -> Vertex:
        """Return x and y of a position."""
        aside = cos(radians((self.box.south + self.box.north) / 2))
        x = (point.lon - self.box.west) * aside * self.scale
        y = (self.box.north - point.lat) * self.scale
        return round(x, 1), round(y, 1)


@dataclass(frozen=True, slots=True)
class Plan:
    """A map: tiles without a frame, or outlines with one."""

    width: float
    height: float
    areas: Sequence[Area]
    frame: Frame | None = None


def tile_plan(cells: Mapping[str, tuple[int, int]], height: float = TILE_HEIGHT) -> Plan:
    """Return tiles at (row, column), both from 1; `height` is that of one tile."""
    across, down = TILE_WIDTH + TILE_GAP, height + TILE_GAP
    areas = [
        Area(
            key,
            _tile((column - 1) * across, (row - 1) * down, height),
            (column - 1) * across + TILE_WIDTH / 2,
            (row - 1) * down + height / 2,
            height,
        )
        for key, (row, column) in cells.items()
    ]
    rows = max((row for row, _ in cells.values()), default=0)
    columns = max((column for _, column in cells.values()), default=0)
    return Plan(columns * across - TILE_GAP, rows * down - TILE_GAP, areas)


def _tile(x: float, y: float, height: float) -> str:
    r = TILE_ROUND
    wide, high = TILE_WIDTH - 2 * r, height - 2 * r
    corners = (f"{r} {r}", f"-{r} {r}", f"-{r} -{r}", f"{r} -{r}")
    one, two, three, four = (f"a{r} {r} 0 0 1 {corner}" for corner in corners)
    return f"M{x + r:g} {y:g}h{wide:g}{one}v{high:g}{two}h-{wide:g}{three}v-{high:g}{four}z"


def frame_of(boxes: Sequence[Box], width: float = MAP_WIDTH) -> Frame:
    """Return the frame that holds `boxes` in `width`."""
    box = Box(
        min(one.south for one in boxes),
        min(one.west for one in boxes),
        max(one.north for one in boxes),
        max(one.east for one in boxes),
    )
    aside = cos(radians((box.south + box.north) / 2))
    return Frame(box, width / ((box.east - box.west) * aside))


def outline_plan(shapes: Mapping[str, MultiPolygon], frame: Frame) -> Plan:
    """Return the outlines of `shapes` in `frame`, with no more vertices than can be seen."""
    width, height = frame.at(Point(frame.box.south, frame.box.east))
    areas = [_outlined(key, drawn(shape, frame)) for key, shape in shapes.items()]
    return Plan(width, height, areas, frame)


def _outlined(key: str, shape: MultiPolygon) -> Area:
    path = "".join(_ring(ring) for ring in chain.from_iterable(shape))
    (x, y), room = middle_of(shape)
    return Area(key, path, round(x, 1), round(y, 1), round(2 * room, 1), shape)


def _ring(ring: Ring) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in ring[:-1]) + "z"


def drawn(shape: MultiPolygon, frame: Frame) -> MultiPolygon:
    """Return `shape` in the units of `frame`; parts too small to be seen are left out."""
    polygons = [
        [
            simplified([frame.at(Point(lat, lon)) for lon, lat in ring], TOLERANCE)
            for ring in polygon
        ]
        for polygon in shape
    ]
    seen = [[ring for ring in polygon if len(ring) > _FLAT] for polygon in polygons]
    return [
        rings
        for rings, polygon in zip(seen, polygons, strict=True)
        if rings and rings[0] is polygon[0]
    ]


def simplified(line: Sequence[Vertex], tolerance: float) -> list[Vertex]:
    """Return the vertices of `line` without those nearer than `tolerance` to the rest.

    Douglas and Peucker's way; a ring keeps its first vertex as its last.
    """
    kept, waiting = {0, len(line) - 1}, [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        inner = range(first + 1, last)
        far = max(inner, key=lambda at: _apart(line[first], line[last], line[at]), default=first)
        if far != first and _apart(line[first], line[last], line[far]) > tolerance:
            kept.add(far)
            waiting += [(first, far), (far, last)]
    return [line[at] for at in sorted(kept)]


def _apart(one: Vertex, two: Vertex, point: Vertex) -> float:
    """Return how far `point` is from the segment between `one` and `two`."""
    run, rise = two[0] - one[0], two[1] - one[1]
    x, y = point[0] - one[0], point[1] - one[1]
    length = run * run + rise * rise
    reach = min(1.0, max(0.0, (x * run + y * rise) / length)) if length else 0.0
    return hypot(x - reach * run, y - reach * rise)


def middle_of(shape: MultiPolygon) -> tuple[Vertex, float]:
    """Return a point well inside `shape` and how far it is from every edge.

    Of the middles of the widest stretches along some lines it is the roomiest.
    """
    middles = [
        middle
        for polygon in shape
        for level in _levels([vertex[1] for vertex in polygon[0]])
        for middle in _widest(polygon, level)
    ]
    edges = [edge for ring in chain.from_iterable(shape) for edge in pairwise(ring)]
    room, middle = max(
        ((min(_apart(*edge, middle) for edge in edges), middle) for middle in middles),
        default=(0.0, (0.0, 0.0)),
    )
    return middle, room


def _levels(heights: Sequence[float]) -> list[float]:
    low, high = min(heights), max(heights)
    return [low + (high - low) * (step + 0.5) / _LINES for step in range(_LINES)]


def _widest(polygon: Sequence[Ring], level: float) -> list[Vertex]:
    """Return the middle of the widest stretch inside `polygon` along the line at `level`."""
    crossings = sorted(
        one[0] + (level - one[1]) / (two[1] - one[1]) * (two[0] - one[0])
        for ring in polygon
        for one, two in pairwise(ring)
        if (one[1] > level) != (two[1] > level)
    )
    stretches = list(zip(crossings[::2], crossings[1::2], strict=True))
    if not stretches:
        return []
    left, right = max(stretches, key=lambda stretch: stretch[1] - stretch[0])
    return [((left + right) / 2, level)]


def drawn_inside(area: Area, x: float, y: float) -> Vertex:
    """Return (x, y), moved towards the middle of `area` until it lies in its outline."""
    for part in range(5):
        at = (x + (area.x - x) * part / 4, y + (area.y - y) * part / 4)
        if contains(area.shape, Point(at[1], at[0])):
            return round(at[0], 1), round(at[1], 1)
    return area.x, area.y


def steps(most: int) -> tuple[int, ...]:
    """Return where each step of colour begins, for whole numbers from 1 to `most`.

    Steps are as equal as whole numbers allow, and no more than there are numbers.
    """
    return tuple(sorted({most * step // STEPS + 1 for step in range(STEPS)})) if most else ()


def step_of(value: int, begins: Sequence[int]) -> int:
    """Return the step of `value`, from 1; 0 for nothing."""
    return sum(1 for begin in begins if value >= begin)


def stacked(shares: Sequence[float]) -> list[Vertex]:
    """Return begin and width of each part of a bar of 100, for shares that sum to 1 or less."""
    placed, at = [], 0.0
    for share in shares:
        placed.append((round(at * 100, 2), round(share * 100, 2)))
        at += share
    return placed


def placed(value: float, low: float, high: float) -> float:
    """Return where `value` lies from `low` to `high`, as 0 to 100; what is beyond, at the end."""
    return round(100 * min(1.0, max(0.0, (value - low) / (high - low))), 2)
