"""Renditions: upright once, small, and with nothing of the phone left in them."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from tests.media.make import HEIC, encoded, exif, jpeg, picture
from wufei_public.media import gateway
from wufei_public.media.gateway import Developed, develop, distance
from wufei_public.media.rules.inspect import inspect
from wufei_public.media.rules.limits import LARGE_SIDE, THUMB_SIDE, BadPhoto, Fault


def corner(data: bytes) -> tuple[int, int, int]:
    """Return the colour of the upper left corner, where the drawing is red."""
    image = Image.open(BytesIO(data)).convert("RGB")
    pixel = image.getpixel((image.width // 12, image.height // 12))
    assert isinstance(pixel, tuple)
    return pixel


def turned(orientation: int) -> bytes:
    """Return the drawing as a phone held so would store it: turned back by its EXIF."""
    undo = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]
    image = picture()
    if undo is not None:
        image = image.transpose(Image.Transpose(undo))
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=90, exif=exif(orientation=orientation))
    return buffer.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(orientation: int) -> None:
    made = develop(turned(orientation))
    assert (made.large.width, made.large.height) == (640, 480)
    for data in (made.large.data, made.thumb.data):
        red, green, blue = corner(data)
        assert red > 150
        assert green < 90
        assert blue < 90


def test_a_heic_is_turned_once_though_it_says_so_twice() -> None:
    made = develop(HEIC)
    assert (made.large.width, made.large.height) == (480, 360)
    assert (made.thumb.width, made.thumb.height) == (320, 240)
    red, green, blue = corner(made.large.data)
    assert red > 150
    assert max(green, blue) < 90


def test_a_heic_that_ends_the_decoder_is_a_fault_of_the_photo() -> None:
    """libheif 1.23.0 meets an item of an unknown kind with a segmentation fault."""
    at = HEIC.index(b"Exif")
    broken = HEIC[: at + 1] + b"\xa2" + HEIC[at + 2 :]
    assert inspect(broken).mime == "image/heic"
    with pytest.raises(BadPhoto) as caught:
        develop(broken)
    assert caught.value.fault is Fault.UNREADABLE


def test_a_photo_that_decodes_to_more_than_it_declared_is_refused() -> None:
    data = encoded("PNG")
    huge = struct.pack(">IIBBBBB", 9_000, 9_000, 8, 2, 0, 0, 0)
    head = struct.pack(">I", 13) + b"IHDR" + huge + struct.pack(">I", zlib.crc32(b"IHDR" + huge))
    with pytest.raises(BadPhoto) as caught:
        develop(data[:8] + head + data[33:])
    assert caught.value.fault is Fault.TOO_MANY_PIXELS


def test_wide_colours_lose_their_profile_and_stay_readable() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = develop(encoded("JPEG", icc_profile=profile))
    assert "icc_profile" not in Image.open(BytesIO(made.large.data)).info
    assert corner(made.large.data)[0] > 150


def damaged(kind: str, data: st.DataObject) -> bytes:
    whole = bytearray(encoded(kind))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(12, len(whole) - 1))] = data.draw(st.integers(0, 255))
    return bytes(whole[: data.draw(st.integers(len(whole) // 2, len(whole)))])


def try_to_develop(photo: bytes, way: Callable[[bytes], Developed]) -> None:
    try:
        made = way(photo)
    except BadPhoto:
        return
    assert Image.open(BytesIO(made.large.data)).size == (made.large.width, made.large.height)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.data())
def test_damage_that_structure_does_not_show_is_a_named_fault(
    kind: str, data: st.DataObject
) -> None:
    """In this process: starting one for each photo is thirty times the work of decoding it."""
    try_to_develop(damaged(kind, data), gateway._develop_here)


@settings(max_examples=5, deadline=None)
@given(st.sampled_from(["PNG", "WEBP"]), st.data())
def test_damage_is_a_named_fault_of_the_process_apart_too(kind: str, data: st.DataObject) -> None:
    try_to_develop(damaged(kind, data), develop)


@pytest.mark.long
@settings(max_examples=500, deadline=None)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.data())
def test_much_damage_is_a_named_fault(kind: str, data: st.DataObject) -> None:
    try_to_develop(damaged(kind, data), develop)


def test_a_large_photo_is_scaled_to_the_stated_sides() -> None:
    made = develop(jpeg(width=4032, height=3024))
    assert LARGE_SIDE <= max(made.large.width, made.large.height) <= LARGE_SIDE * 1.02
    assert max(made.thumb.width, made.thumb.height) == THUMB_SIDE


@pytest.mark.parametrize(
    "data",
    [
        jpeg(lat=34.6, lon=112.8, taken="2026:11:20 10:00:00"),
        encoded("PNG", exif=exif(lat=34.6, lon=112.8)),
        encoded("WEBP", exif=exif(lat=34.6, lon=112.8)),
        HEIC,
    ],
)
def test_no_metadata_survives(data: bytes) -> None:
    made = develop(data)
    for rendition in (made.large.data, made.thumb.data):
        for trace in (b"Exif", b"PhoneMaker", b"GPS", b"ICC_PROFILE", b"http", b"xmp", b"2026:11"):
            assert trace not in rendition
        assert not Image.open(BytesIO(rendition)).getexif()


@pytest.mark.parametrize("mode", ["CMYK", "L", "RGBA", "P", "I;16", "1", "LA"])
def test_odd_kinds_of_pixels_become_plain(mode: str) -> None:
    deep = Image.new("I;16", (64, 48), 40_000)
    image = deep if mode == "I;16" else picture().convert(mode)
    buffer = BytesIO()
    image.save(buffer, "JPEG" if mode in {"CMYK", "L"} else "PNG")
    made = develop(buffer.getvalue())
    assert Image.open(BytesIO(made.large.data)).mode == "RGB"


def test_the_same_picture_sent_again_is_near_and_another_is_far() -> None:
    first = develop(encoded("JPEG", quality=95)).dhash
    again = develop(encoded("JPEG", quality=40)).dhash
    other = develop(encoded("JPEG", seed=40, width=480, height=640)).dhash
    assert distance(first, again) <= 4
    assert distance(first, other) > 10
    assert -(1 << 63) <= first < 1 << 63


def test_what_only_decoding_shows_is_a_named_fault() -> None:
    data = bytearray(encoded("PNG"))
    data[60:200] = b"\0" * 140
    with pytest.raises(BadPhoto) as caught:
        develop(bytes(data))
    assert caught.value.fault is Fault.UNREADABLE
