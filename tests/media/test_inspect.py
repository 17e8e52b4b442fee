"""What structure shows: type, size, whole or cut, riders, frames; nothing else is ever raised."""

import contextlib
import struct
import time
import zlib
from io import BytesIO

import piexif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.media.make import HEIC, encoded, exif, jpeg, picture
from wufei_public.media.rules.exif import Facts, read_exif
from wufei_public.media.rules.inspect import inspect
from wufei_public.media.rules.limits import MOST_BYTES, BadPhoto, Fault

PHOTOS = {
    "image/jpeg": jpeg(),
    "image/png": encoded("PNG"),
    "image/webp": encoded("WEBP"),
    "image/heic": HEIC,
}
SIZES = dict.fromkeys(PHOTOS, (640, 480)) | {"image/heic": (360, 480)}


def fault(data: bytes) -> Fault:
    with pytest.raises(BadPhoto) as caught:
        inspect(data)
    return caught.value.fault


@pytest.mark.parametrize("mime", PHOTOS)
def test_a_whole_photo_is_known_by_its_content(mime: str) -> None:
    shape = inspect(PHOTOS[mime])
    assert (shape.mime, shape.width, shape.height) == (mime, *SIZES[mime])


@pytest.mark.parametrize("mode", ["lossless", "lossy"])
def test_webp_of_each_coding_is_measured(mode: str) -> None:
    shape = inspect(encoded("WEBP", lossless=mode == "lossless"))
    assert (shape.width, shape.height) == (640, 480)


@pytest.mark.parametrize("mime", PHOTOS)
def test_a_photo_that_is_cut_off_is_refused(mime: str) -> None:
    whole = PHOTOS[mime]
    for length in (len(whole) // 2, len(whole) - 3):
        assert fault(whole[:length]) in {Fault.CUT_OFF, Fault.BROKEN}


@pytest.mark.parametrize("mime", PHOTOS)
def test_a_photo_with_a_rider_is_refused(mime: str) -> None:
    assert fault(PHOTOS[mime] + b"PK\x03\x04 a zip in its wake" * 9) is Fault.TRAILING


@pytest.mark.parametrize(
    "data",
    [b"GIF89a" + b"\0" * 50, b"%PDF-1.7", b"<svg/>", b"\x00\x00\x00\x18ftypavif" + b"\0" * 99],
)
def test_what_is_no_photo_is_refused_whatever_its_name(data: bytes) -> None:
    assert fault(data) is Fault.NOT_A_PHOTO


def test_empty_and_too_large_are_refused() -> None:
    assert fault(b"") is Fault.EMPTY
    assert fault(jpeg() + b"\0" * MOST_BYTES) is Fault.TOO_LARGE


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    data = (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
        + struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    )  # fmt: skip
    assert fault(data) is Fault.TOO_MANY_PIXELS


def chunk(kind: bytes, body: bytes) -> bytes:
    crc = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + crc


def test_a_png_that_hides_its_size_behind_a_second_head_is_refused() -> None:
    small = chunk(b"IHDR", struct.pack(">IIBBBBB", 10, 10, 8, 2, 0, 0, 0))
    whole = PHOTOS["image/png"]
    assert fault(whole[:-12] + small + whole[-12:]) is Fault.BROKEN
    assert fault(whole[:8] + chunk(b"tEXt", b"a\0b") + whole[8:]) is Fault.BROKEN


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    whole = encoded("JPEG", progressive=True)
    assert inspect(whole).mime == "image/jpeg"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
    assert fault(whole[:-2] + scan * 200 + whole[-2:]) is Fault.BROKEN


def test_a_cut_jpeg_with_a_whole_thumbnail_is_told_from_one_with_a_rider() -> None:
    block = piexif.load(exif())
    block["1st"] = {piexif.ImageIFD.Compression: 6}
    block["thumbnail"] = encoded("JPEG", width=160, height=120)
    whole = encoded("JPEG", exif=piexif.dump(block))
    assert whole.count(b"\xff\xd9") == 2
    assert fault(whole[:-40]) is Fault.CUT_OFF


def test_an_avif_is_no_heic_though_it_claims_kinship() -> None:
    head = struct.pack(">I", 28) + b"ftypavif\0\0\0\0avifmif1miaf"
    assert fault(head + HEIC[28:]) is Fault.NOT_A_PHOTO


def test_the_film_of_a_live_photo_is_refused() -> None:
    assert fault(HEIC + struct.pack(">I4s", 16, b"moov") + b"\0" * 8) is Fault.ANIMATED


def test_exactly_the_limit_of_pixels_is_taken() -> None:
    def declared(width: int, height: int) -> bytes:
        head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        return PHOTOS["image/png"][:8] + head + chunk(b"IEND", b"")

    assert inspect(declared(10_000, 5_000)).width == 10_000
    assert fault(declared(10_000, 5_001)) is Fault.TOO_MANY_PIXELS
    assert fault(declared(0, 5_000)) is Fault.BROKEN


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_moving_pictures_are_refused(kind: str) -> None:
    buffer = BytesIO()
    picture().save(buffer, kind, save_all=True, append_images=[picture(seed=5)], duration=100)
    assert fault(buffer.getvalue()) is Fault.ANIMATED


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(PHOTOS)), st.data())
def test_damage_never_raises_anything_but_a_named_fault(mime: str, data: st.DataObject) -> None:
    whole = bytearray(PHOTOS[mime])
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(12, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    with contextlib.suppress(BadPhoto):
        inspect(bytes(whole[:cut]))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_noise_never_raises_anything_but_a_named_fault(noise: bytes) -> None:
    for head in (
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x20\0\0\0WEBP",
        b"\0\0\0\x18ftypheic",
    ):
        try:
            inspect(head + noise)
        except BadPhoto:
            continue


def facts_of(data: bytes) -> Facts:
    return read_exif(inspect(data).exif)


def test_time_and_position_are_read_before_they_are_stripped() -> None:
    facts = facts_of(jpeg(lat=34.612345, lon=112.801234, taken="2026:11:20 10:00:00"))
    assert facts.lat == pytest.approx(34.612345, abs=1e-5)
    assert facts.lon == pytest.approx(112.801234, abs=1e-5)
    # Without an offset the clock on the phone is the district's.
    assert facts.taken_at is not None
    assert facts.taken_at.isoformat() == "2026-11-20T02:00:00+00:00"


def test_a_written_offset_is_followed() -> None:
    facts = facts_of(jpeg(taken="2026:11:20 10:00:00", offset="+09:00"))
    assert facts.taken_at is not None
    assert facts.taken_at.isoformat() == "2026-11-20T01:00:00+00:00"


def test_an_iphones_heic_tells_time_and_position() -> None:
    facts = facts_of(HEIC)
    assert (facts.lat, facts.lon, facts.orientation) == (34.6012, 112.8034, 6)
    assert facts.taken_at is not None
    assert facts.taken_at.isoformat() == "2026-11-20T02:00:00+00:00"


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "2026:13:40 10:00:00", "yesterday"])
def test_a_time_that_is_none_takes_nothing_else_down(taken: str) -> None:
    facts = facts_of(jpeg(lat=34.5, lon=112.5, taken=taken))
    assert (facts.taken_at, facts.lat) == (None, 34.5)


def test_degrees_that_are_none_are_no_position() -> None:
    facts = facts_of(jpeg(lat=95.0, lon=112.5, taken="2026:11:20 10:00:00"))
    assert (facts.lat, facts.lon) == (None, None)
    assert facts.taken_at is not None


def test_the_southern_and_western_halves_are_negative() -> None:
    facts = facts_of(jpeg(lat=-33.5, lon=-70.25))
    assert (facts.lat, facts.lon) == (-33.5, -70.25)


def test_a_phone_without_a_fix_has_no_position() -> None:
    assert facts_of(jpeg(lat=0.0, lon=0.0)).lat is None


def test_exif_of_png_and_webp_is_read_too() -> None:
    for kind in ("PNG", "WEBP"):
        data = encoded(kind, exif=exif(lat=34.5, lon=112.5, orientation=6))
        facts = facts_of(data)
        assert (facts.lat, facts.lon, facts.orientation) == (34.5, 112.5, 6)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_a_broken_exif_block_says_nothing_and_raises_nothing(noise: bytes) -> None:
    for order in (b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"):
        assert isinstance(read_exif(order + noise), Facts)


def test_pillow_agrees_on_size() -> None:
    for mime in ("image/jpeg", "image/png", "image/webp"):
        shape = inspect(PHOTOS[mime])
        assert Image.open(BytesIO(PHOTOS[mime])).size == (shape.width, shape.height)


# ---- work without a picture ---------------------------------------------------------


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def heic_with_places(items: int, extents: int) -> bytes:
    """Return a HEIC whose `iloc` lists `items` of `extents` each, of no size at all."""
    infe = box(b"infe", b"\2\0\0\0" + struct.pack(">HH", 9, 0) + b"Exif\0")
    iinf = box(b"iinf", b"\0\0\0\0" + struct.pack(">H", 1) + infe)
    entry = struct.pack(">HHH", 1, 0, extents)
    iloc = box(b"iloc", b"\0\0\0\0\0\0" + struct.pack(">H", items) + entry * items)
    ispe = box(b"ispe", b"\0\0\0\0" + struct.pack(">II", 640, 480))
    iprp = box(b"iprp", box(b"ipco", ispe))
    meta = box(b"meta", b"\0\0\0\0" + iinf + iloc + iprp)
    return box(b"ftyp", b"heic\0\0\0\0mif1heic") + meta + box(b"mdat", b"x")


BUSY = {
    "places of a HEIC": heic_with_places(60_000, 65_535),
    "fill of a JPEG": b"\xff\xd8" + b"\xff" * 1_000_000 + b"\0",
    "segments of a JPEG": b"\xff\xd8" + b"\xff\xe1\0\2" * 500_000,
    "chunks of a PNG": encoded("PNG")[:33] + struct.pack(">I4sI", 0, b"tEXt", 0) * 200_000,
    "chunks of a WebP": b"RIFF"
    + struct.pack("<I", 4 + 8 * 200_000)
    + b"WEBP"
    + (b"EXIF\0\0\0\0" * 200_000),
}


@pytest.mark.parametrize("data", BUSY.values(), ids=BUSY)
def test_many_empty_parts_are_refused_after_few_steps(data: bytes) -> None:
    began = time.process_time()
    assert fault(data) is Fault.BROKEN
    # A whole walk takes seconds to hours; this is a thousandth of it, and the machine may be busy.
    assert time.process_time() - began < 0.5
