"""Photos for the scripts, and what becomes of them on the page."""

import io
from functools import cache
from typing import Any

import piexif
from PIL import Image
from playwright.sync_api import Page

from tests.assets.toy import Seen

TURNED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


DONE = "[data-photo-list] [data-when=done]:not([hidden])"


SUBMIT = "button:has-text('提交举报')"


@cache
def noise(size: tuple[int, int]) -> Image.Image:
    return Image.effect_noise(size, 80).convert("RGB")


def photo(
    orientation: int = 1, size: tuple[int, int] = (2600, 1950), *, placed: bool | int = False
) -> bytes:
    """Return a JPEG over 700 kB, with time; upright its quarters are red, green, blue.

    One that is `placed` has GPS, too: then the form asks about the place. Higher numbers lie
    as many degrees further north.
    """
    picture = noise(size).copy()
    half = (size[0] // 2, size[1] // 2)
    picture.paste((220, 30, 30), (0, 0, *half))
    picture.paste((30, 160, 30), (half[0], 0, size[0], half[1]))
    picture.paste((30, 30, 220), (0, half[1], half[0], size[1]))
    turn = TURNED[orientation]
    stored = picture.transpose(turn) if turn is not None else picture
    gps = {
        1: b"N",
        2: ((33 + placed, 1), (31, 1), (2250, 100)),
        3: b"E",
        4: ((112, 1), (50, 1), (0, 1)),
    }
    exif = piexif.dump(
        {
            "0th": {piexif.ImageIFD.Orientation: orientation},
            "Exif": {piexif.ExifIFD.DateTimeOriginal: b"2026:11:23 08:05:09"},
            "GPS": gps if placed else {},
        }
    )
    out = io.BytesIO()
    stored.save(out, "JPEG", quality=96, exif=exif)
    assert out.tell() > 700 * 1024
    return out.getvalue()


def choose(page: Page, *files: tuple[str, str, bytes]) -> None:
    payload: Any = [{"name": n, "mimeType": kind, "buffer": data} for n, kind, data in files]
    page.locator("input[type=file][multiple]").set_input_files(payload)


def quarters(data: bytes) -> list[str]:
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    width, height = picture.size
    spots = [(1, 1), (3, 1), (1, 3)]
    colours = [picture.getpixel((width * x // 4, height * y // 4)) for x, y in spots]
    return [("red", "green", "blue")[list(found).index(max(found))] for found in colours]


def arrived(page: Page, seen: Seen, count: int) -> None:
    """Wait until the server holds `count` uploads, answered or not."""
    for _ in range(150):
        if len(seen.uploads) >= count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{len(seen.uploads)} of {count} uploads arrived")
