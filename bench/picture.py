"""Makes the bench's photo: 12 megapixels like a phone's, with EXIF time, position and turn."""

import random
from io import BytesIO

from PIL import ExifTags, Image, ImageChops, ImageDraw, ImageFilter

WIDE, HIGH = 4032, 3024
# Grain as a phone leaves it: with it the file has the 3 to 4 MB of a real one.
GRAIN = 7.0


def photo_bytes(size: tuple[int, int] = (WIDE, HIGH), quality: int = 90, seed: int = 7) -> bytes:
    """Return a JPEG of `size`, stored lying on its side (EXIF orientation 6)."""
    picture = _grain(_scene(size, random.Random(seed)))
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=quality, subsampling="4:2:0", exif=_exif())
    return buffer.getvalue()


def _scene(size: tuple[int, int], chance: random.Random) -> Image.Image:
    """Return soft ground with hard-edged heaps on it."""
    patches = bytes(chance.randrange(50, 210) for _ in range(20 * 15 * 3))
    ground = Image.frombytes("RGB", (20, 15), patches).resize(size, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(ground)
    for _ in range(260):
        left, top = chance.randrange(size[0]), chance.randrange(size[1])
        wide = chance.randrange(size[0] // 250, size[0] // 12)
        colour = tuple(chance.randrange(25, 230) for _ in range(3))
        heap = pen.ellipse if chance.random() < 0.4 else pen.rectangle
        heap((left, top, left + wide, top + max(1, wide * chance.randrange(4, 13) // 10)), colour)
    return ground.filter(ImageFilter.GaussianBlur(1))


def _grain(picture: Image.Image) -> Image.Image:
    noise = Image.effect_noise(picture.size, GRAIN)
    return ImageChops.add(picture, Image.merge("RGB", (noise,) * 3), 1, -128)


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Bench"
    taken = exif.get_ifd(ExifTags.IFD.Exif)
    taken[ExifTags.Base.DateTimeOriginal] = "2026:11:20 10:00:00"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLongitudeRef] = "N", "E"
    place[ExifTags.GPS.GPSLatitude] = (34.0, 43.0, 24.0)
    place[ExifTags.GPS.GPSLongitude] = (112.0, 47.0, 21.0)
    return exif
