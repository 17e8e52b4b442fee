"""Photos for the tests: drawn heaps of waste, in files as phones write them."""

import random
from io import BytesIO
from pathlib import Path

import piexif  # type: ignore[import-untyped]
from PIL import Image, ImageDraw

HEIC = Path(__file__).resolve().parents[1] / "media" / "photos" / "iphone.heic"
RUBBLE = ((156, 144, 126), (128, 118, 104), (178, 120, 92), (98, 92, 84), (190, 182, 168))
CLEAN: tuple[tuple[int, int, int], ...] = ()


def heap(seed: int, pieces: tuple[tuple[int, int, int], ...] = RUBBLE) -> Image.Image:
    """Return a roadside with a heap, or a clean one without `pieces`."""
    dice = random.Random(seed)  # noqa: S311  the same picture each time
    image = Image.new("RGB", (1600, 1200), (198, 214, 222))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 420, 1600, 1200), fill=(150, 160, 116))
    draw.polygon([(0, 1200), (500, 470), (900, 470), (1500, 1200)], fill=(168, 166, 160))
    for number in range(9):
        x = number * 190 + dice.randrange(60)
        draw.ellipse((x, 250 + dice.randrange(60), x + 230, 480), fill=(92, 128, 86))
    for number in range(140 if pieces else 0):
        x = round(dice.gauss(800, 260))
        y = round(1040 - abs(dice.gauss(0, 130)) + number * 0.6)
        size = dice.randrange(34, 110)
        corners = [
            (x + dice.randrange(-size, size), y + dice.randrange(-size, size)) for _ in "1234"
        ]
        draw.polygon(corners, fill=dice.choice(pieces), outline=(70, 64, 58))
    return image.reduce(2)


def jpeg(
    seed: int,
    pieces: tuple[tuple[int, int, int], ...] = RUBBLE,
    place: tuple[float, float] | None = None,
) -> bytes:
    """Return the heap as a JPEG with time, and with GPS when `place` (lat, lon) is given.

    A clean place has no time: whoever proves that it is clean took the photo just now.
    """
    taken = {piexif.ExifIFD.DateTimeOriginal: b"2026:11:23 08:05:09"} if pieces else {}
    gps = {1: b"N", 2: degrees(place[0]), 3: b"E", 4: degrees(place[1])} if place else {}
    out = BytesIO()
    block = piexif.dump({"0th": {}, "Exif": taken, "GPS": gps})
    heap(seed, pieces).save(out, "JPEG", quality=88, exif=block)
    return out.getvalue()


def degrees(value: float) -> tuple[tuple[int, int], ...]:
    minutes = value % 1 * 60
    return ((int(value), 1), (int(minutes), 1), (round(minutes % 1 * 60 * 10000), 10000))
