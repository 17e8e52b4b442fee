"""Small files that unpack to much: refused by structure, or harmless to what decodes them."""

import struct
import time
import zlib

import pytest

from tests.media.heic import heic_of_tiles
from tests.media.make import encoded
from wufei_public.media.gateway import develop
from wufei_public.media.rules.inspect import inspect
from wufei_public.media.rules.limits import BadPhoto, Fault

PNG = encoded("PNG")
MEBIBYTE = 1024 * 1024


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunk(kind: bytes, body: bytes, times: int = 1) -> bytes:
    return PNG[:33] + chunk(kind, body) * times + PNG[33:]


def packed(mebibytes: int) -> bytes:
    packer = zlib.compressobj(1)
    parts = [packer.compress(bytes(MEBIBYTE)) for _ in range(mebibytes)]
    return b"".join(parts) + packer.flush()


def refused(data: bytes) -> Fault:
    with pytest.raises(BadPhoto) as caught:
        inspect(data)
    return caught.value.fault


HEADS = {b"zTXt": b"key\0\0", b"iTXt": b"key\0\1\0zh\0word\0", b"iCCP": b"profile\0\0"}
BOMB = packed(300)
LEAST = zlib.compress(bytes(3000))


@pytest.mark.parametrize("kind", HEADS)
def test_what_a_png_packs_is_refused_by_what_it_unpacks_to(kind: bytes) -> None:
    assert inspect(with_chunk(kind, HEADS[kind] + LEAST)).width == 640
    assert inspect(with_chunk(kind, HEADS[kind] + b"no stream")).width == 640
    bombs = [
        with_chunk(kind, HEADS[kind] + BOMB),
        with_chunk(kind, HEADS[kind] + zlib.compress(bytes(600_000)), times=2),
        PNG[:-12] + chunk(kind, HEADS[kind] + BOMB) + PNG[-12:],  # behind the pixels
    ]
    began = time.process_time()
    assert [refused(bomb) for bomb in bombs] == [Fault.BROKEN] * 3
    assert time.process_time() - began < 0.5


def test_plain_words_of_a_png_are_taken() -> None:
    plain = b"key\0\0\0zh\0word\0" + "说明".encode()
    assert inspect(with_chunk(b"iTXt", plain)).width == 640


def test_pixels_that_unpack_to_more_than_was_declared_are_not_unpacked() -> None:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 10, 10, 8, 2, 0, 0, 0))
    data = PNG[:8] + head + chunk(b"IDAT", BOMB) + chunk(b"IEND", b"")
    assert inspect(data).width == 10
    assert develop(data).large.width == 10


@pytest.mark.long
def test_the_deepest_png_of_the_limit_is_developed_within_the_limit_of_memory() -> None:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 7000, 7000, 16, 6, 0, 0, 0))
    data = PNG[:8] + head + chunk(b"IDAT", packed(374)) + chunk(b"IEND", b"")
    assert inspect(data).height == 7000
    assert develop(data).large.width == 2000


@pytest.mark.parametrize("kind", [b"ANIM", b"ANMF"])
def test_a_webp_with_a_part_of_a_moving_picture_is_refused(kind: bytes) -> None:
    whole = encoded("WEBP")
    more = kind + struct.pack("<I", 6) + bytes(6)
    size = struct.unpack_from("<I", whole, 4)[0] + len(more)
    assert refused(whole[:4] + struct.pack("<I", size) + whole[8:] + more) is Fault.ANIMATED


def test_a_webp_whose_frame_is_larger_than_its_canvas_is_refused() -> None:
    whole = encoded("WEBP", icc_profile=b"x" * 8)
    at = whole.index(b"VP8X") + 12
    canvas = struct.pack("<I", 9)[:3] * 2
    assert refused(whole[:at] + canvas + whole[at + 6 :]) is Fault.BROKEN


@pytest.mark.parametrize("hidden", [True, False])
def test_a_heic_of_an_iphones_tiles_is_developed(hidden: bool) -> None:
    """Tiles are hidden; a picture that is not is one more of the file's, and larger than kept."""
    data = heic_of_tiles(7, 5, hidden=hidden)
    shape = inspect(data)
    assert (shape.width, shape.height) == (2520, 2400)
    made = develop(data)
    assert (made.large.width, made.large.height) == (2000, 1905)
    assert (made.thumb.width, made.thumb.height) == (320, 305)


def test_a_heic_of_more_tiles_than_any_phone_writes_is_refused() -> None:
    assert inspect(heic_of_tiles(20, 14)).width == 7200
    assert refused(heic_of_tiles(32, 32, size=(640, 480))) is Fault.BROKEN
    assert refused(heic_of_tiles(20, 20)) is Fault.TOO_MANY_PIXELS


def test_a_heic_that_draws_more_than_it_says_is_a_fault_of_the_photo() -> None:
    data = heic_of_tiles(2, 2, size=(640, 480), drawn=(60_000, 60_000))
    assert inspect(data).width == 640
    with pytest.raises(BadPhoto) as caught:
        develop(data)
    assert caught.value.fault is Fault.UNREADABLE
