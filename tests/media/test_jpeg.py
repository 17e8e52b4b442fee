"""What rides behind a JPEG's true end: what phones put there is taken, the rest is refused."""

import struct
import time
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from tests.media.make import encoded, jpeg, picture
from wufei_public.media.rules.inspect import inspect
from wufei_public.media.rules.limits import BadPhoto, Fault

ZIP = b"PK\x03\x04 a zip in its wake" * 9


def fault(data: bytes) -> Fault:
    with pytest.raises(BadPhoto) as caught:
        inspect(data)
    return caught.value.fault


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, 2 + len(body)) + body


def announcing(marker: int, body: bytes) -> bytes:
    """Return a photo with one more segment behind its start."""
    whole = jpeg()
    return whole[:2] + segment(marker, body) + whole[2:]


def pictures(count: int = 2) -> bytes:
    """Return a multi-picture file (CIPA DC-007) as Pillow writes it."""
    buffer = BytesIO()
    more = [picture(320, 240, seed) for seed in range(2, count + 1)]
    picture().save(buffer, "MPO", save_all=True, append_images=more)
    return buffer.getvalue()


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


FILM = (
    box(b"ftyp", b"mp42\0\0\0\0isommp41mp42")
    + box(b"mdat", b"\xff\xd9" * 99)
    + box(b"moov", b"\0" * 99)
)


def samsungs(*blocks: tuple[bytes, bytes]) -> bytes:
    """Return Samsung's blocks and their directory."""
    body, places = b"", []
    for name, data in blocks:
        places.append(len(body))
        body += struct.pack("<HHI", 0, 0x0A30, len(name)) + name + data
    entries = b"".join(
        struct.pack("<HHII", 0, 0x0A30, len(body) - place, len(body)) for place in places
    )
    directory = b"SEFH" + struct.pack("<II", 106, len(blocks)) + entries
    return body + directory + struct.pack("<I", len(directory)) + b"SEFT"


def test_a_rider_that_ends_like_a_photo_is_refused() -> None:
    for end in (b"\xff\xd9", b"\xff\xd9\xff\xd9", b"\xff\xd9" + b"\0" * 99):
        assert fault(jpeg() + ZIP + end) is Fault.TRAILING
    progressive = encoded("JPEG", progressive=True)
    assert fault(progressive + ZIP + b"\xff\xd9") is Fault.TRAILING


def test_a_scan_with_restart_marks_is_walked_to_its_end() -> None:
    data = encoded("JPEG", restart_marker_blocks=4)
    assert data.count(b"\xff\xd3") > 1
    assert inspect(data).width == 640
    assert fault(data + ZIP + b"\xff\xd9") is Fault.TRAILING


def test_fill_before_a_mark_is_skipped() -> None:
    whole = jpeg()
    assert inspect(whole[:2] + b"\xff\xff" + whole[2:-2] + b"\xff\xff" + whole[-2:]).width == 640


def test_padding_is_taken() -> None:
    for padding in (b"\0" * 70_000, b"\r\n", b"\n", b" "):
        assert inspect(jpeg() + padding).mime == "image/jpeg"


def test_a_cameras_stray_byte_is_taken() -> None:
    # An Olympus D-320L writes one behind the end; what could begin a file is none.
    assert inspect(jpeg() + b"\x14").width == 640
    assert fault(jpeg() + ZIP[:9]) is Fault.TRAILING


VIVOS_END = b"\xff\xff\xff\xff\x1b*9HWfu\x84\x93\xa2\xb1"
PHONES: dict[str, Callable[[bytes], bytes]] = {
    "film of a moving photo": lambda rider: jpeg() + FILM + rider,
    "film and Huawei's words": lambda rider: (
        jpeg() + FILM + b"v2_f35".ljust(20) + b"0:0".ljust(20) + b"LIVE_3051054".ljust(20) + rider
    ),
    "Samsung's blocks": lambda rider: (
        jpeg() + samsungs((b"Image_UTC_Data", b"1764000000000")) + rider
    ),
    "Samsung's film": lambda rider: (
        jpeg() + samsungs((b"Image_UTC_Data", b"17640"), (b"MotionPhoto_Data", FILM)) + rider
    ),
    "Samsung's gain map and blocks": lambda rider: pictures() + samsungs((b"A", b"b")) + rider,
    "vivo's words": lambda rider: (
        jpeg() + b'vivo{"wm":"vivo X100","t":"\xe5\xa4\x9c"}' + VIVOS_END + rider
    ),
    "many pictures": lambda rider: pictures(4) + rider,
    "Google's gain map": lambda rider: (
        announcing(
            0xE1, b'http://ns.adobe.com/xap/1.0/\0<x a="http://ns.google.com/photos/1.0/container/"'
        )
        + b"\0" * 40 + encoded("JPEG", width=160, height=120) + rider
    ),
}  # fmt: skip


@pytest.mark.parametrize("phone", PHONES.values(), ids=PHONES)
def test_what_phones_put_behind_is_taken_and_a_zip_behind_that_is_not(
    phone: Callable[[bytes], bytes],
) -> None:
    shape = inspect(phone(b""))
    assert (shape.width, shape.height) == (640, 480)
    for rider in (ZIP, ZIP + b"\xff\xd9"):
        assert fault(phone(rider)) is Fault.TRAILING


def test_pillow_sees_the_pictures_that_are_taken() -> None:
    assert Image.open(BytesIO(pictures(4))).n_frames == 4  # type: ignore[attr-defined]


def test_a_further_picture_that_nobody_announced_is_refused() -> None:
    assert fault(jpeg() + jpeg(seed=2)) is Fault.TRAILING


def test_a_further_picture_that_is_cut_off_is_named() -> None:
    assert fault(pictures()[:-40]) is Fault.CUT_OFF


def test_pictures_without_end_are_refused() -> None:
    tiny = encoded("JPEG", width=8, height=8)
    assert fault(announcing(0xE2, b"MPF\0") + tiny * 17) is Fault.TRAILING


@pytest.mark.parametrize(
    "film",
    [FILM + ZIP, FILM[:-1], box(b"ftyp", b"mp42") + box(b"mdat", ZIP), ZIP + FILM],
    ids=["and a zip", "cut off", "without a moov", "behind a zip"],
)
def test_a_film_that_is_none_is_refused(film: bytes) -> None:
    assert fault(jpeg() + film) in {Fault.TRAILING, Fault.CUT_OFF}


@pytest.mark.parametrize(
    "forged",
    [
        ZIP + samsungs((b"A", b"b")),
        ZIP + b"SEFT",
        ZIP + b"SEFH" + struct.pack("<II", 106, 0) + struct.pack("<I", 12) + b"SEFT",
        samsungs((b"A", b"b"))[:-12] + struct.pack("<II", 9, 99) + b"SEFT",
        ZIP + VIVOS_END,
        b"vivo{" + ZIP + b"}" + VIVOS_END,
    ],
)
def test_a_phones_mark_alone_opens_no_door(forged: bytes) -> None:
    assert fault(jpeg() + forged) is Fault.TRAILING


@pytest.mark.parametrize("mark", [b"\xff\x00", b"\xff\xd8", b"\xff\xe1\x00\x01"])
def test_what_is_no_mark_before_the_scan_is_refused(mark: bytes) -> None:
    whole = jpeg()
    assert fault(whole[:2] + mark + whole[2:]) is Fault.BROKEN


def test_the_walk_costs_little_where_every_second_byte_looks_like_a_mark() -> None:
    whole = jpeg()
    scan = b"\xff\x00" * 5_000_000 + b"\xff" * 5_000_000
    began = time.process_time()
    assert inspect(whole[:-2] + scan + whole[-2:]).width == 640
    assert time.process_time() - began < 3
