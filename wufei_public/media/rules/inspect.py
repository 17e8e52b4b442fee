"""Decides by content what a photo is, and whether it is whole: no pixel is decoded.

PNG: ISO/IEC 15948 §5. WebP: RFC 9649. HEIF: ISO/IEC 23008-12
on ISO/IEC 14496-12 boxes.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from struct import Struct

from wufei_public.media.rules.heif import read_heif
from wufei_public.media.rules.jpeg import read_jpeg
from wufei_public.media.rules.limits import (
    MOST_BYTES,
    MOST_PARTS,
    MOST_PIXELS,
    BadPhoto,
    Fault,
    Shape,
)

_U32 = Struct(">I")
_L32 = Struct("<I")
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"hevc", b"msf1"}
_OTHER_BRANDS = {b"avif", b"avis"}
_CRC = 4
# Words and a colour profile, packed; a real profile has some kilobytes, and Pillow refuses more.
_PACKED = {b"zTXt", b"iTXt", b"iCCP"}
_MOST_UNPACKED = 1024 * 1024
# Cameras pad files with zeros to a block.
_SLACK = 64 * 1024


def inspect(data: bytes) -> Shape:
    """Return the shape of the photo in `data`; BadPhoto names what its structure shows."""
    if not data:
        raise BadPhoto(Fault.EMPTY)
    if len(data) > MOST_BYTES:
        raise BadPhoto(Fault.TOO_LARGE)
    reader = _reader(data)
    try:
        shape = reader(data)
    except (struct.error, IndexError, ValueError) as error:
        raise BadPhoto(Fault.BROKEN) from error
    if shape.width < 1 or shape.height < 1:
        raise BadPhoto(Fault.BROKEN)
    if shape.width * shape.height > MOST_PIXELS:
        raise BadPhoto(Fault.TOO_MANY_PIXELS)
    return shape


def _reader(data: bytes) -> Callable[[bytes], Shape]:
    if data.startswith(b"\xff\xd8\xff"):
        return read_jpeg
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp
    if data[4:8] == b"ftyp":
        brands = _brands(data)
        if brands & _HEIC_BRANDS and not brands & _OTHER_BRANDS:
            return read_heif
    raise BadPhoto(Fault.NOT_A_PHOTO)


# ---- PNG ------------------------------------------------------------------------


def _png(data: bytes) -> Shape:
    width = height = end = 0
    exif, room = b"", _MOST_UNPACKED
    for number, (kind, body, end) in enumerate(_png_chunks(data)):
        # One head, and first: a decoder goes by the first, whatever comes later.
        if (kind == b"IHDR") != (number == 0):
            raise BadPhoto(Fault.BROKEN)
        if kind == b"IHDR":
            width, height = _U32.unpack_from(data, body)[0], _U32.unpack_from(data, body + 4)[0]
        elif kind == b"acTL":
            raise BadPhoto(Fault.ANIMATED)
        elif kind == b"eXIf":
            exif = data[body:end]
        elif kind in _PACKED:
            room -= _unpacked(kind, data[body:end])
            if room < 0:
                raise BadPhoto(Fault.BROKEN)
    _nothing_after(data, end + _CRC)
    return Shape("image/png", width, height, exif)


def _unpacked(kind: bytes, body: bytes) -> int:
    """Return how many bytes a packed chunk unpacks to, at most one more than is allowed."""
    packed = body.partition(b"\0")[2][1:]
    if kind == b"iTXt":  # a flag, the method, a language, the keyword in it
        packed = packed[1:].split(b"\0", 2)[-1]
    try:
        return len(zlib.decompressobj().decompress(packed, _MOST_UNPACKED + 1))
    except zlib.error:
        return 0  # a decoder passes over what it can not unpack


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Give `(kind, body start, body end)` of each chunk up to the last, IEND."""
    at, kind, room = 8, b"", MOST_PARTS
    while kind != b"IEND":
        room -= 1
        if room < 0:
            raise BadPhoto(Fault.BROKEN)
        if at + 12 > len(data):
            raise BadPhoto(Fault.CUT_OFF)
        length, kind = _U32.unpack_from(data, at)[0], data[at + 4 : at + 8]
        end = at + 8 + length
        if end + _CRC > len(data):
            raise BadPhoto(Fault.CUT_OFF)
        yield kind, at + 8, end
        at = end + _CRC


# ---- WebP -----------------------------------------------------------------------


def _webp(data: bytes) -> Shape:
    end = 8 + _L32.unpack_from(data, 4)[0]
    if end > len(data):
        raise BadPhoto(Fault.CUT_OFF)
    _nothing_after(data, end)
    sizes: set[tuple[int, int]] = set()
    exif = b""
    for kind, body in _riff_chunks(data, end):
        if kind in {b"ANIM", b"ANMF"} or (kind == b"VP8X" and body[0] & 0x02):
            raise BadPhoto(Fault.ANIMATED)
        if kind == b"EXIF":
            exif = body.removeprefix(b"Exif\0\0")
        elif kind in _WEBP_SIZES:
            sizes.add(_WEBP_SIZES[kind](body))
    if len(sizes) != 1:  # the frame of a picture that stands still fills its canvas
        raise BadPhoto(Fault.BROKEN)
    return Shape("image/webp", *sizes.pop(), exif)


def _riff_chunks(data: bytes, end: int) -> Iterator[tuple[bytes, bytes]]:
    at, room = 12, MOST_PARTS
    while at + 8 <= end:
        room -= 1
        if room < 0:
            raise BadPhoto(Fault.BROKEN)
        kind, length = data[at : at + 4], _L32.unpack_from(data, at + 4)[0]
        if at + 8 + length > end:
            raise BadPhoto(Fault.CUT_OFF)
        yield kind, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _vp8x(body: bytes) -> tuple[int, int]:
    return (
        1 + int.from_bytes(body[4:7], "little"),
        1 + int.from_bytes(body[7:10], "little"),
    )


def _vp8(body: bytes) -> tuple[int, int]:
    if body[3:6] != b"\x9d\x01\x2a":
        raise BadPhoto(Fault.BROKEN)
    return (
        int.from_bytes(body[6:8], "little") & 0x3FFF,
        int.from_bytes(body[8:10], "little") & 0x3FFF,
    )


def _vp8l(body: bytes) -> tuple[int, int]:
    if body[0] != 0x2F:
        raise BadPhoto(Fault.BROKEN)
    bits = int.from_bytes(body[1:5], "little")
    return 1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF)


_WEBP_SIZES = {b"VP8X": _vp8x, b"VP8 ": _vp8, b"VP8L": _vp8l}


def _nothing_after(data: bytes, end: int) -> None:
    if data[end : end + _SLACK].strip(b"\0") or len(data) > end + _SLACK:
        raise BadPhoto(Fault.TRAILING)


# ---- HEIF -----------------------------------------------------------------------


def _brands(data: bytes) -> set[bytes]:
    size = _U32.unpack_from(data, 0)[0]
    box = data[8 : min(size, 256)]
    return {box[:4], *(box[at : at + 4] for at in range(8, len(box) - 3, 4))}
