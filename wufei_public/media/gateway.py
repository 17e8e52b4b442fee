"""Pillow: makes the stripped renditions and the perceptual hash. Loaded by the jobs process.

Only JPEG, which nearly every phone sends, is decoded here, at half scale and so in little
memory. The rest is decoded in a process of its own that reads the photo and writes the
renditions: a PNG of 49 million pixels took 630 MiB, and one changed byte of a HEIC ended
libheif 1.23 by a segmentation fault, and with it whatever ran beside.
"""

import json
import os
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from wufei_public.media.rules.boxes import Box
from wufei_public.media.rules.limits import (
    LARGE_SIDE,
    MOST_PIXELS,
    THUMB_SIDE,
    BadPhoto,
    Fault,
)

JPEG = b"\xff\xd8"
LARGE_QUALITY = 80
THUMB_QUALITY = 72
# Of the process that decodes one photo apart; a HEIC of 48 million pixels took 350 MiB and 2 s
# of a processor, whatever else the machine did.
APART_SECONDS = 60
APART_CPU = 15
APART_MEMORY = 2 * 1024**3
_APART = (sys.executable, "-m", "wufei_public.media.gateway")
_PACKAGE = str(Path(__file__).parents[2])
_DAMAGE = (
    OSError,
    ValueError,
    SyntaxError,
    ArithmeticError,
    MemoryError,
    LookupError,
    EOFError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One encoded rendition with its size in pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Developed:
    """What is kept of a photo: two renditions without metadata, and a 64-bit dHash."""

    large: Picture
    thumb: Picture
    dhash: int


def develop(data: bytes) -> Developed:
    """Return the renditions of the photo in `data`, upright; BadPhoto if it can't be decoded.

    JPEG is decoded at half scale where that leaves enough: the large side is then
    between 2000 px and what the half scale gives, at a fraction of the full decode.
    """
    return _develop_here(data) if data[:2] == JPEG else _develop_apart(data)


def _develop_here(data: bytes) -> Developed:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # ours is stricter, and an error instead of a warning
    try:
        with Image.open(BytesIO(data), formats=["JPEG", "PNG", "WEBP", "HEIF"]) as source:
            if source.width * source.height > MOST_PIXELS:
                raise BadPhoto(Fault.TOO_MANY_PIXELS)
            return _develop(source)
    except _DAMAGE as error:
        raise BadPhoto(Fault.UNREADABLE) from error


def _develop_apart(data: bytes) -> Developed:
    try:
        done = subprocess.run(  # noqa: S603  our own module
            _APART,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": _PACKAGE},
            timeout=APART_SECONDS,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise BadPhoto(Fault.UNREADABLE) from error
    head, _, rest = done.stdout.partition(b"\n")
    told = json.loads(head)
    if told["fault"]:
        raise BadPhoto(Fault(told["fault"]))
    cut = told["cut"]
    return Developed(
        Picture(rest[:cut], *told["large"]), Picture(rest[cut:], *told["thumb"]), told["dhash"]
    )


def _be_apart() -> None:
    """Be the process that decodes one photo: what it says is a line of JSON and two pictures."""
    import pi_heif

    if os.name != "nt":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (APART_MEMORY, APART_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (APART_CPU, APART_CPU))
    pi_heif.register_heif_opener(thumbnails=False)
    pictures = b""
    told: dict[str, Any] = {"fault": ""}
    try:
        made = _develop_here(sys.stdin.buffer.read())
    except BadPhoto as bad:
        told["fault"] = bad.fault
    else:
        pictures = made.large.data + made.thumb.data
        told |= {
            "cut": len(made.large.data),
            "large": (made.large.width, made.large.height),
            "thumb": (made.thumb.width, made.thumb.height),
            "dhash": made.dhash,
        }
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + pictures)


def _develop(source: Any) -> Developed:
    from PIL import Image

    orientation = source.getexif().get(0x0112, 1) if source.format != "HEIF" else 1
    if source.format == "JPEG":
        half = max(source.size) // 2
        if half >= LARGE_SIDE:
            source.draft("RGB", (source.width // 2, source.height // 2))
    large = _as_rgb(source)
    if max(large.size) > LARGE_SIDE * 1.02:
        # A new picture: pi-heif's own would load its full size again, where a file holds several.
        scale = LARGE_SIDE / max(large.size)
        size = (max(1, round(large.width * scale)), max(1, round(large.height * scale)))
        large = large.resize(size, Image.Resampling.BILINEAR, reducing_gap=1.5)
    thumb = large.copy()
    thumb.thumbnail((THUMB_SIDE, THUMB_SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    turn = _TURNS.get(orientation)
    if turn is not None:
        large, thumb = large.transpose(turn), thumb.transpose(turn)
    return Developed(
        _encode(large, "JPEG", quality=LARGE_QUALITY),
        _encode(thumb, "WEBP", quality=THUMB_QUALITY, method=2),
        dhash(thumb),
    )


def covered(data: bytes, boxes: Sequence[Box]) -> Developed:
    """Return the renditions of our own large one in `data` with `boxes` painted black."""
    from PIL import Image, ImageDraw

    with Image.open(BytesIO(data), formats=["JPEG"]) as source:
        large = _as_rgb(source)
        pen = ImageDraw.Draw(large)
        for box in boxes:
            left, top, right, bottom = box.pixels(large.width, large.height)
            pen.rectangle((left, top, right - 1, bottom - 1), fill=(0, 0, 0))
        thumb = large.copy()
        thumb.thumbnail((THUMB_SIDE, THUMB_SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
        return Developed(
            _encode(large, "JPEG", quality=LARGE_QUALITY),
            _encode(thumb, "WEBP", quality=THUMB_QUALITY, method=2),
            dhash(thumb),
        )


# EXIF orientation → Pillow's Transpose (FLIP_LEFT_RIGHT 0, FLIP_TOP_BOTTOM 1, ROTATE_90 2,
# ROTATE_180 3, ROTATE_270 4, TRANSPOSE 5, TRANSVERSE 6)
_TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}


def _as_rgb(image: Any) -> Any:
    """Return `image` as plain RGB: transparency on white, 16 bits down to 8, CMYK converted."""
    from PIL import Image

    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, (255, 255, 255))
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    if image.mode.startswith("I"):
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    if image.mode == "RGB":
        image.load()
        # A plain copy of the pixels leaves EXIF, ICC, XMP and comments behind.
        image.info = {}
        return image
    return image.convert("RGB")


def _encode(image: Any, kind: str, **options: Any) -> Picture:
    image.info = {}
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return Picture(buffer.getvalue(), image.width, image.height)


def dhash(image: Any) -> int:
    """Return the 64-bit difference hash of `image` as a signed whole number.

    Nine by eight grey pixels, each compared with its right neighbour: the same picture
    re-sent, re-compressed or watermarked differs in a few bits.
    """
    from PIL import Image

    small = image.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            left = small[row * 9 + column]
            bits = bits << 1 | (left > small[row * 9 + column + 1])
    return bits - (1 << 64) if bits >> 63 else bits


def distance(one: int, other: int) -> int:
    """Return in how many of 64 bits two hashes differ."""
    return ((one ^ other) & (1 << 64) - 1).bit_count()


if __name__ == "__main__":
    _be_apart()
