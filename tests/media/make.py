"""Real photos, made by Pillow: phones write their EXIF like this."""

from io import BytesIO
from pathlib import Path

import piexif
from PIL import Image, ImageDraw

HEIC = (Path(__file__).parent / "photos" / "iphone.heic").read_bytes()


def picture(width: int = 640, height: int = 480, seed: int = 1) -> Image.Image:
    """Return a drawing whose corners differ, so that a turn shows."""
    image = Image.new("RGB", (width, height), (200, 215, 220))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 3, height // 3), fill=(200, 30, 30))
    draw.rectangle((width * 2 // 3, 0, width, height // 4), fill=(30, 160, 60))
    for number in range(12):
        x = (seed * 97 + number * 53) % width
        y = (seed * 61 + number * 89) % height
        draw.ellipse((x, y, x + width // 8, y + height // 8), fill=(30, 20 * number, 90))
    return image


def _dms(value: float) -> tuple[tuple[int, int], ...]:
    value = abs(value)
    minutes = value % 1 * 60
    return ((int(value), 1), (int(minutes), 1), (round(minutes % 1 * 60 * 10000), 10000))


def exif(
    *,
    orientation: int = 1,
    lat: float | None = None,
    lon: float | None = None,
    taken: str = "",
    offset: str = "",
) -> bytes:
    """Return an EXIF block as a phone writes it."""
    zeroth = {piexif.ImageIFD.Orientation: orientation, piexif.ImageIFD.Make: b"PhoneMaker"}
    detail: dict[int, object] = {}
    if taken:
        detail[piexif.ExifIFD.DateTimeOriginal] = taken.encode()
    if offset:
        detail[0x9011] = offset.encode()
    gps: dict[int, object] = {}
    if lat is not None and lon is not None:
        gps = {
            1: b"N" if lat >= 0 else b"S",
            2: _dms(lat),
            3: b"E" if lon >= 0 else b"W",
            4: _dms(lon),
        }
    block: bytes = piexif.dump({"0th": zeroth, "Exif": detail, "GPS": gps})
    return block


def encoded(
    kind: str, *, width: int = 640, height: int = 480, seed: int = 1, **options: object
) -> bytes:
    """Return the drawing in the format `kind`."""
    buffer = BytesIO()
    picture(width, height, seed).save(buffer, kind, **options)
    return buffer.getvalue()


def jpeg(*, width: int = 640, height: int = 480, seed: int = 1, **facts: object) -> bytes:
    """Return a JPEG with EXIF `facts` (orientation, lat, lon, taken, offset)."""
    return encoded(
        "JPEG",
        width=width,
        height=height,
        seed=seed,
        quality=85,
        exif=exif(**facts),  # type: ignore[arg-type]
    )


def pdf(inside: bytes = b"") -> bytes:
    """Return a PDF of one empty page, with `inside` among its objects."""
    objects = (
        b"1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
        b"2 0 obj << /Type /Pages /Kids [] /Count 0 >> endobj\n"
    )
    return b"%PDF-1.7\n" + objects + inside + b"\nstartxref\n9\n%%EOF\n"
