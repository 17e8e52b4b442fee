"""What lies in the pictures: heaps of rubble, bags, straw, tyres, drums and the like."""

import math
from collections.abc import Callable, Iterator, Mapping
from random import Random

from wufei_public.demo.rules.shapes import (
    Colour,
    Point,
    Shape,
    box,
    dark,
    oval,
    pile,
    shadow,
    stroke,
    tint,
)

MIDDLE: Point = (0.5, 0.8)
_BRICKS: tuple[Colour, ...] = ((164, 78, 58), (150, 70, 52), (178, 96, 70), (150, 145, 138))
_CONCRETE: tuple[Colour, ...] = ((168, 166, 160), (146, 143, 138), (190, 186, 178), (128, 124, 118))
_BAGS: tuple[Colour, ...] = (
    (38, 38, 42),
    (226, 226, 222),
    (52, 96, 168),
    (190, 48, 44),
    (44, 44, 48),
)
_LITTER: tuple[Colour, ...] = (
    (230, 230, 226), (200, 60, 52), (64, 120, 190), (236, 196, 70), (92, 150, 84), (180, 170, 150),
)  # fmt: skip
_STRAW: tuple[Colour, ...] = ((206, 178, 104), (186, 156, 86), (222, 198, 130), (160, 132, 76))
_BRANCHES: tuple[Colour, ...] = ((104, 80, 56), (84, 66, 48), (122, 98, 68), (82, 110, 54))


def _blocks(
    rng: Random, colours: tuple[Colour, ...], count: int, size: tuple[float, float]
) -> Iterator[Shape]:
    yield shadow(MIDDLE, 0.72, 0.13)
    for at in pile(rng, count, MIDDLE, 0.62, 0.2):
        width = rng.uniform(0.5, 1.3) * size[0]
        height, turn = rng.uniform(0.6, 1.2) * size[1], rng.uniform(-0.9, 0.9)
        colour = tint(rng, rng.choice(colours), 22)
        yield Shape(box((at[0] + 0.004, at[1] + 0.008), width, height, turn), dark(colour, 0.4))
        yield Shape(box(at, width, height, turn), colour)
        top = box((at[0], at[1] - height * 0.3), width, height * 0.4, turn)
        yield Shape(top, tint(rng, colour, 6), 140)


def bricks(rng: Random) -> Iterator[Shape]:
    """Draw broken bricks of a pulled-down house."""
    yield from _blocks(rng, _BRICKS, 420, (0.05, 0.024))


def rubble(rng: Random) -> Iterator[Shape]:
    """Draw lumps of concrete with bars sticking out."""
    yield from _blocks(rng, _CONCRETE, 260, (0.075, 0.045))
    for _ in range(7):
        x = rng.uniform(0.32, 0.68)
        start = (x, 0.74)
        end = (x + rng.uniform(-0.08, 0.08), rng.uniform(0.55, 0.62))
        yield Shape(stroke(start, end, 0.005), (88, 58, 42))


def bags(rng: Random) -> Iterator[Shape]:
    """Draw rubbish bags, tied at the top."""
    yield shadow(MIDDLE, 0.74, 0.12)
    for at in pile(rng, 34, MIDDLE, 0.62, 0.14):
        yield from _bag(rng, at, rng.choice(_BAGS))
    yield from _scraps(rng, 60, _LITTER)


def _bag(rng: Random, at: Point, colour: Colour) -> Iterator[Shape]:
    size = rng.uniform(0.08, 0.13)
    colour = tint(rng, colour)
    yield Shape(oval((at[0] + 0.008, at[1] + 0.01), size, size * 0.95, rng), dark(colour, 0.45))
    yield Shape(oval(at, size, size * 0.92, rng), colour)
    for _ in range(4):
        fold = (at[0] + rng.uniform(-0.4, 0.4) * size, at[1] + rng.uniform(-0.1, 0.4) * size)
        line = stroke((at[0], at[1] - size * 0.42), fold, 0.004)
        yield Shape(line, dark(colour, 0.7), 150)
    shine = (at[0] - size * 0.2, at[1] - size * 0.2)
    yield Shape(oval(shine, size * 0.3, size * 0.16, rng, 0.5), (250, 250, 250), 70)
    knot = [(at[0] - 0.012, at[1] - size * 0.58), (at[0] + 0.014, at[1] - size * 0.6)]
    yield Shape([*knot, (at[0] + 0.003, at[1] - size * 0.4)], dark(colour, 0.8))


def _scraps(rng: Random, count: int, colours: tuple[Colour, ...]) -> Iterator[Shape]:
    for _ in range(count):
        at = (rng.gauss(0.5, 0.22), rng.uniform(0.76, 0.93))
        points = oval(at, rng.uniform(0.01, 0.034), rng.uniform(0.006, 0.018), rng, rng.random())
        yield Shape(points, tint(rng, rng.choice(colours), 20))


def litter(rng: Random) -> Iterator[Shape]:
    """Draw loose household litter: bottles, boxes, cloths."""
    yield shadow(MIDDLE, 0.8, 0.14)
    for at in pile(rng, 380, MIDDLE, 0.7, 0.12):
        size = rng.uniform(0.012, 0.05)
        colour = tint(rng, rng.choice(_LITTER), 26)
        turn = rng.uniform(0, math.pi)
        yield Shape(oval(at, size, size * 0.5, rng, turn), colour)
        yield Shape(
            oval((at[0], at[1] + 0.006), size * 0.7, size * 0.2, rng, turn), dark(colour), 120
        )
    yield from _scraps(rng, 90, _LITTER)


def furniture(rng: Random) -> Iterator[Shape]:
    """Draw an old sofa with a mattress leaning on it."""
    cloth = rng.choice(((122, 82, 60), (84, 96, 120), (130, 116, 92)))
    yield shadow((0.5, 0.86), 0.72, 0.1)
    yield Shape([(0.58, 0.42), (0.9, 0.5), (0.86, 0.86), (0.55, 0.82)], (224, 218, 202))
    for number in range(6):
        x = 0.6 + number * 0.05
        yield Shape(stroke((x, 0.45 + number * 0.01), (x - 0.03, 0.83), 0.003), (186, 176, 160))
    yield Shape([(0.2, 0.56), (0.62, 0.56), (0.64, 0.74), (0.18, 0.74)], tint(rng, cloth))
    for left in (0.2, 0.345, 0.49):
        yield Shape(box((left + 0.065, 0.735), 0.138, 0.07), tint(rng, cloth, 10))
    yield Shape(box((0.41, 0.81), 0.5, 0.09), dark(cloth, 0.8))
    for x in (0.165, 0.645):
        yield Shape(oval((x, 0.69), 0.08, 0.13), dark(cloth, 0.9))
        yield Shape(box((x, 0.78), 0.075, 0.14), dark(cloth, 0.85))
    torn = oval((0.36, 0.64), 0.11, 0.06, rng)
    yield Shape(torn, (226, 214, 168))
    for x in (0.2, 0.61):
        yield Shape(box((x, 0.87), 0.025, 0.04), (46, 36, 30))


def _sticks(
    rng: Random, colours: tuple[Colour, ...], count: int, length: float, width: float
) -> Iterator[Shape]:
    yield shadow(MIDDLE, 0.76, 0.13)
    for at in pile(rng, count, MIDDLE, 0.66, 0.18):
        turn = rng.gauss(0, 0.75)
        size = length * rng.uniform(0.5, 1.2)
        end = (at[0] + math.cos(turn) * size, at[1] + math.sin(turn) * size * 0.6)
        begin = (at[0] - math.cos(turn) * size, at[1] - math.sin(turn) * size * 0.6)
        yield Shape(stroke(begin, end, width), tint(rng, rng.choice(colours), 20))


def straw(rng: Random) -> Iterator[Shape]:
    """Draw a heap of straw."""
    yield from _sticks(rng, _STRAW, 1100, 0.07, 0.0035)


def branches(rng: Random) -> Iterator[Shape]:
    """Draw cut branches with some leaves left."""
    yield from _sticks(rng, _BRANCHES, 330, 0.13, 0.0075)
    for at in pile(rng, 160, MIDDLE, 0.7, 0.2):
        yield Shape(oval(at, 0.022, 0.012, rng, rng.random() * 3), tint(rng, (88, 124, 58), 24))


def film(rng: Random) -> Iterator[Shape]:
    """Draw torn plastic film from the fields."""
    yield shadow(MIDDLE, 0.74, 0.1)
    for at in pile(rng, 90, MIDDLE, 0.66, 0.12):
        grey = rng.randint(196, 240)
        width, height = rng.uniform(0.06, 0.16), rng.uniform(0.02, 0.06)
        points = oval(at, width, height, rng, rng.uniform(-0.6, 0.6))
        yield Shape(points, (grey, grey, grey + 6), 150)
        crease = stroke(rng.choice(points), rng.choice(points), 0.003)
        yield Shape(crease, (150, 152, 150), 170)


def tyres(rng: Random) -> Iterator[Shape]:
    """Draw worn tyres thrown on a heap."""
    yield shadow(MIDDLE, 0.7, 0.12)
    for at in pile(rng, 20, MIDDLE, 0.56, 0.2):
        size, flat, turn = rng.uniform(0.12, 0.17), rng.uniform(0.45, 0.95), rng.uniform(-0.5, 0.5)
        yield Shape(oval((at[0], at[1] + 0.014), size, size * flat, None, turn), (18, 18, 19))
        yield Shape(oval(at, size, size * flat, None, turn), tint(rng, (54, 54, 56), 10))
        yield Shape(oval(at, size * 0.8, size * flat * 0.8, None, turn), (38, 38, 40))
        yield Shape(oval(at, size * 0.5, size * flat * 0.5, None, turn), (96, 88, 76))
        yield Shape(
            oval((at[0], at[1] + 0.006), size * 0.42, size * flat * 0.4, None, turn), (30, 29, 27)
        )


def slag(rng: Random) -> Iterator[Shape]:
    """Draw grey ash and cinders tipped from a cart."""
    for left, high in ((0.33, 0.16), (0.63, 0.2)):
        yield shadow((left, 0.82), 0.42, 0.09)
        ridge = [(left - 0.22, 0.83), (left - 0.1, 0.83 - high * 0.7), (left, 0.83 - high)]
        yield Shape(
            [*ridge, (left + 0.09, 0.83 - high * 0.75), (left + 0.22, 0.83)], (104, 102, 100)
        )
        for at in pile(rng, 380, (left, 0.83), 0.34, high * 0.86):
            size = rng.uniform(0.006, 0.02)
            yield Shape(oval(at, size, size * 0.7, rng), tint(rng, (112, 108, 104), 34))


def drums(rng: Random) -> Iterator[Shape]:
    """Draw oil drums, one of them leaking."""
    yield Shape(oval((0.55, 0.88), 0.5, 0.1, rng), (26, 22, 18), 205)
    for x, y in ((0.3, 0.78), (0.62, 0.76), (0.46, 0.82), (0.76, 0.83)):
        colour = tint(rng, rng.choice(((44, 84, 142), (156, 62, 40), (60, 70, 66))))
        yield shadow((x, y + 0.01), 0.2, 0.05)
        yield Shape(box((x, y - 0.13), 0.15, 0.26), colour)
        yield Shape(box((x - 0.05, y - 0.13), 0.03, 0.26), tint(rng, colour, 40), 120)
        yield Shape(box((x + 0.055, y - 0.13), 0.04, 0.26), dark(colour), 150)
        for ring in (0.09, 0.175):
            yield Shape(box((x, y - ring), 0.154, 0.01), dark(colour, 0.75))
        yield Shape(oval((x, y), 0.15, 0.045), dark(colour, 0.8))
        yield Shape(oval((x, y - 0.26), 0.15, 0.05), tint(rng, colour, 30))
        yield Shape(oval((x + 0.03, y - 0.262), 0.025, 0.012), (20, 20, 20))
        for _ in range(5):
            rust = (x + rng.uniform(-0.06, 0.06), y - rng.uniform(0.02, 0.22))
            yield Shape(oval(rust, 0.02, 0.035, rng), (118, 62, 32), 150)


def needles(rng: Random) -> Iterator[Shape]:
    """Draw yellow clinic bags with syringes and small bottles."""
    yield shadow(MIDDLE, 0.6, 0.1)
    for at in pile(rng, 7, MIDDLE, 0.5, 0.07):
        yield from _bag(rng, at, (232, 190, 44))
    for _ in range(26):
        at, turn = (rng.gauss(0.5, 0.16), rng.uniform(0.82, 0.92)), rng.uniform(-1.2, 1.2)
        tip = (at[0] + math.cos(turn) * 0.045, at[1] + math.sin(turn) * 0.03)
        yield Shape(stroke(at, tip, 0.009), (236, 240, 242))
        yield Shape(stroke(at, tip, 0.003), (120, 150, 170), 160)
        end = (tip[0] + (tip[0] - at[0]) * 0.6, tip[1] + (tip[1] - at[1]) * 0.6)
        yield Shape(stroke(tip, end, 0.002), (150, 152, 156))


HEAPS: Mapping[str, Callable[[Random], Iterator[Shape]]] = {
    "bricks": bricks,
    "rubble": rubble,
    "bags": bags,
    "litter": litter,
    "furniture": furniture,
    "straw": straw,
    "branches": branches,
    "film": film,
    "tyres": tyres,
    "slag": slag,
    "drums": drums,
    "needles": needles,
}
# Which heaps show a kind of waste, in plain words.
OF_KIND: Mapping[str, tuple[str, ...]] = {
    "build": ("bricks", "rubble"),
    "house": ("bags", "litter"),
    "bulky": ("furniture",),
    "farm": ("straw", "film", "branches"),
    "factory": ("slag", "tyres"),
    "danger": ("drums",),
    "medical": ("needles",),
    "other": ("tyres", "branches", "litter"),
    "unsure": ("litter", "rubble", "slag"),
}
