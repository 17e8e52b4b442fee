"""Pictures as lists of shapes: a place, a heap in it, the same place when it is clean."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from wufei_public.demo.rules.heaps import HEAPS, MIDDLE
from wufei_public.demo.rules.shapes import Colour, Shape, box, dark, oval, stroke, tint

HORIZON = 0.42


@dataclass(frozen=True, slots=True)
class Light:
    """A weather: colours of the sky from top to horizon, and how the whole is tinted."""

    top: Colour
    low: Colour
    tint: tuple[float, float, float]
    flash: bool = False


LIGHTS: Mapping[str, Light] = {
    "sunny": Light((104, 156, 214), (206, 222, 236), (1.05, 1.02, 0.95)),
    "grey": Light((176, 182, 188), (206, 208, 208), (0.9, 0.92, 0.95)),
    "dusk": Light((92, 96, 132), (238, 178, 120), (0.98, 0.82, 0.68)),
    "night": Light((10, 12, 20), (26, 28, 36), (1.2, 1.16, 1.05), flash=True),
    "rain": Light((134, 142, 150), (160, 166, 170), (0.74, 0.79, 0.83)),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture to paint: its name, the place, the heap and the light."""

    name: str
    place: str
    heap: str
    light: str
    view: str

    @property
    def window(self) -> tuple[float, float, float, float]:
        """Return the part of the square that the camera shows: left, top, right, bottom."""
        if self.view == "close":
            return 0.2, 0.45, 0.8, 1.0
        return (0.02, 0.04, 0.98, 0.97) if self.view == "after" else (0.0, 0.0, 1.0, 1.0)

    def shapes(self) -> Iterator[Shape]:
        """Draw everything from the back to the front."""
        stem = self.name.rpartition("-")[0]
        yield from PLACES[self.place](Random(f"place {stem}"))  # noqa: S311  a play, no secret
        rng = Random(f"heap {stem}")  # noqa: S311  the same
        if self.view == "after":
            yield from _swept(rng)
        else:
            yield from HEAPS[self.heap](rng)


def _ground(rng: Random, colour: Colour) -> Iterator[Shape]:
    yield Shape([(0, HORIZON), (1, HORIZON), (1, 1), (0, 1)], colour)
    for _ in range(70):
        down = rng.random() ** 0.7
        y = HORIZON + down * (1 - HORIZON)
        patch = oval((rng.random(), y), 0.2 * down + 0.03, 0.03 * down + 0.004, rng)
        yield Shape(patch, tint(rng, colour, 16), 90)


def _trees(rng: Random, count: int) -> Iterator[Shape]:
    for _ in range(count):
        x, high = rng.random(), rng.uniform(0.08, 0.2)
        green = tint(rng, (70, 98, 56), 22)
        yield Shape(stroke((x, HORIZON + 0.02), (x, HORIZON - high * 0.6), 0.01), (70, 56, 44))
        for _ in range(9):
            at = (x + rng.uniform(-0.05, 0.05), HORIZON - high + rng.uniform(-0.04, 0.07))
            yield Shape(oval(at, 0.08, 0.07, rng), tint(rng, green, 16))


def _grass(rng: Random, count: int, low: float, high: float) -> Iterator[Shape]:
    for _ in range(count):
        x, y = rng.random(), rng.uniform(low, high)
        end = (x + rng.uniform(-0.015, 0.015), y - rng.uniform(0.01, 0.035) * (y + 0.2))
        yield Shape(stroke((x, y), end, 0.003), tint(rng, (104, 126, 66), 26))


def _field(rng: Random) -> Iterator[Shape]:
    yield from _trees(rng, 11)
    yield from _ground(rng, (134, 128, 84))
    for number in range(-14, 16):
        end = (0.5 + number * 0.16, 1.0)
        yield Shape(stroke((0.5 + number * 0.03, HORIZON), end, 0.008), (112, 110, 62), 90)
    yield Shape([(0.1, 1), (0.34, 0.62), (0.74, 0.6), (1, 0.86), (1, 1)], (158, 140, 108))
    yield from _grass(rng, 240, 0.5, 0.98)


def _road(rng: Random) -> Iterator[Shape]:
    yield from _trees(rng, 8)
    yield from _ground(rng, (150, 134, 100))
    yield Shape([(0.72, HORIZON), (0.78, HORIZON), (1.25, 1), (0.62, 1)], (112, 112, 114))
    for number in range(6):
        y = HORIZON + 0.03 + number * number * 0.016
        x = 0.755 + (y - HORIZON) * 0.33
        yield Shape(
            box((x, y), 0.006 + number * 0.002, 0.02 + number * 0.008, -0.4), (226, 226, 220)
        )
    for x, foot, high in ((0.12, 0.6, 0.42), (0.28, 0.5, 0.22), (0.36, 0.46, 0.13)):
        yield Shape(stroke((x, foot), (x, foot - high), 0.010 * high / 0.3), (96, 92, 88))
        yield Shape(box((x, foot - high * 0.94), high * 0.2, 0.007), (92, 88, 84))
    yield from _grass(rng, 200, 0.48, 0.98)


def _wall(rng: Random) -> Iterator[Shape]:
    yield from _trees(rng, 5)
    yield from _ground(rng, (160, 152, 138))
    brick = rng.choice(((170, 104, 82), (196, 190, 178), (152, 134, 116)))
    yield Shape([(0, 0.2), (1, 0.26), (1, 0.6), (0, 0.62)], brick)
    for row in range(18):
        y = 0.215 + row * 0.022
        yield Shape(stroke((0, y), (1, y + 0.045 - row * 0.0035), 0.0022), dark(brick, 0.8), 190)
        for column in range(22):
            x = column / 21 + (row % 2) * 0.022
            yield Shape(stroke((x, y), (x, y + 0.022), 0.002), dark(brick, 0.8), 150)
    yield Shape([(0, 0.19), (1, 0.25), (1, 0.27), (0, 0.21)], dark(brick, 0.7))
    yield Shape([(0, 0.6), (1, 0.58), (1, 0.64), (0, 0.67)], dark(brick, 0.5), 90)
    yield from _grass(rng, 90, 0.6, 0.72)


def _river(rng: Random) -> Iterator[Shape]:
    yield from _trees(rng, 13)
    yield from _ground(rng, (112, 122, 78))
    yield Shape([(0, 0.46), (1, 0.44), (1, 0.62), (0, 0.66)], (92, 108, 100))
    for _ in range(120):
        x, y = rng.random(), rng.uniform(0.47, 0.63)
        end = (x + rng.uniform(0.02, 0.1), y)
        yield Shape(stroke((x, y), end, 0.003), tint(rng, (128, 146, 140), 22), 130)
    yield Shape([(0, 0.65), (1, 0.61), (1, 0.66), (0, 0.72)], (104, 92, 66))
    yield from _grass(rng, 330, 0.64, 0.98)


def _yard(rng: Random) -> Iterator[Shape]:
    plaster = tint(rng, (206, 196, 178), 16)
    yield Shape([(0.05, 0.04), (0.62, 0.1), (0.62, 0.56), (0.05, 0.6)], plaster)
    yield Shape([(0.62, 0.1), (1, 0.2), (1, 0.54), (0.62, 0.56)], dark(plaster, 0.78))
    for row in range(3):
        for column in range(4):
            at = (0.13 + column * 0.13, 0.15 + row * 0.14 + column * 0.006)
            yield Shape(box(at, 0.078, 0.085), (232, 232, 228))
            yield Shape(box(at, 0.066, 0.073), tint(rng, (74, 92, 108), 20))
    yield from _ground_below(rng, (176, 172, 164))


def _ground_below(rng: Random, colour: Colour) -> Iterator[Shape]:
    yield Shape([(0, 0.58), (1, 0.53), (1, 1), (0, 1)], colour)
    for number in range(7):
        y = 0.62 + number * number * 0.011
        yield Shape(stroke((0, y), (1, y - 0.03), 0.0025), dark(colour, 0.85), 170)
    for number in range(-6, 14):
        start = (0.3 + number * 0.06, 0.57)
        yield Shape(stroke(start, (number * 0.14 - 0.1, 1), 0.0025), dark(colour, 0.85), 150)
    yield from _grass(rng, 30, 0.58, 0.64)


def _swept(rng: Random) -> Iterator[Shape]:
    """Draw what is left after clearing: a paler patch with the marks of brooms and wheels."""
    yield Shape(oval((MIDDLE[0], MIDDLE[1] + 0.01), 0.72, 0.17, rng), (176, 164, 140), 120)
    for _ in range(60):
        x, y = rng.gauss(0.5, 0.16), rng.uniform(0.75, 0.88)
        end = (x + rng.uniform(0.03, 0.09), y + rng.uniform(-0.01, 0.01))
        yield Shape(stroke((x, y), end, 0.003), (132, 120, 100), 110)
    for x in (0.44, 0.56):
        yield Shape(stroke((x, 0.76), (x + 0.16, 1.0), 0.022), (118, 106, 88), 100)


PLACES: Mapping[str, Callable[[Random], Iterator[Shape]]] = {
    "field": _field, "road": _road, "wall": _wall, "river": _river, "yard": _yard,
}  # fmt: skip
# Where each heap is found, with the light of the day: two pictures of each.
_FOUND: Mapping[str, Sequence[tuple[str, str]]] = {
    "bricks": (("road", "sunny"), ("field", "night")),
    "rubble": (("wall", "grey"), ("road", "dusk")),
    "bags": (("yard", "sunny"), ("wall", "rain")),
    "litter": (("river", "grey"), ("yard", "dusk")),
    "furniture": (("yard", "grey"), ("road", "sunny")),
    "straw": (("field", "sunny"), ("river", "dusk")),
    "branches": (("road", "grey"), ("field", "sunny")),
    "film": (("field", "grey"), ("river", "sunny")),
    "tyres": (("wall", "sunny"), ("field", "rain")),
    "slag": (("wall", "dusk"), ("river", "grey")),
    "drums": (("field", "grey"), ("wall", "night")),
    "needles": (("yard", "rain"), ("wall", "sunny")),
}
VIEWS = ("wide", "close", "after")
SCENES: Sequence[Scene] = tuple(
    Scene(f"{heap}{number}-{view}", place, heap, light, view)
    for number in (1, 2)
    for heap, places in _FOUND.items()
    for place, light in (places[number - 1],)
    for view in VIEWS
)
