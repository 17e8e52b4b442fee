"""The shape and the EXIF of an iPhone's HEIC (ISO/IEC 23008-12), from its boxes."""

from collections.abc import Iterator
from struct import Struct

from wufei_public.media.rules.limits import BadPhoto, Fault, Shape

_U16 = Struct(">H")
_U32 = Struct(">I")
_FULL = 4  # version and flags of a full box
_MOST_BOXES = 4096
# A phone's photo has some fifty items of one extent each; more is work without a picture.
_MOST_EXTENTS = 8192

# 48 megapixels in tiles of 512 x 512 are 200 items, and libheif refuses more than 1,000.
_MOST_ITEMS = 1000

Box = tuple[bytes, int, int]


def boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    """Give `(kind, body start, body end)` of each box between `start` and `end`."""
    at, seen = start, 0
    while at < end:
        seen += 1
        if seen > _MOST_BOXES:
            raise BadPhoto(Fault.BROKEN)
        if at + 8 > end:
            raise BadPhoto(Fault.CUT_OFF)
        size, kind, head = _U32.unpack_from(data, at)[0], data[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = end - at
        if size < head or not kind.isalnum():
            raise BadPhoto(Fault.TRAILING)
        if at + size > end:
            raise BadPhoto(Fault.CUT_OFF)
        yield kind, at + head, at + size
        at += size


def _child(data: bytes, start: int, end: int, kind: bytes) -> tuple[int, int] | None:
    return next(((a, b) for found, a, b in boxes(data, start, end) if found == kind), None)


def read_heif(data: bytes) -> Shape:
    """Return the shape of a HEIC file; every top-level box must be whole."""
    top = list(boxes(data, 0, len(data)))
    if any(kind == b"moov" for kind, _, _ in top):
        raise BadPhoto(Fault.ANIMATED)
    meta = next(((a + _FULL, b) for kind, a, b in top if kind == b"meta"), None)
    if meta is None:
        raise BadPhoto(Fault.BROKEN)
    width, height = _largest(data, *meta)
    return Shape("image/heic", width, height, _exif(data, *meta))


def _largest(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Return the largest `ispe`: a phone's HEIC is one grid over many small tiles."""
    properties = _child(data, start, end, b"iprp")
    container = properties and _child(data, *properties, b"ipco")
    if not container:
        raise BadPhoto(Fault.BROKEN)
    sizes = [
        (_U32.unpack_from(data, a + _FULL)[0], _U32.unpack_from(data, a + _FULL + 4)[0])
        for kind, a, _ in boxes(data, *container)
        if kind == b"ispe"
    ]
    return max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))


def _exif(data: bytes, start: int, end: int) -> bytes:
    item = _exif_item(data, start, end)
    places = _child(data, start, end, b"iloc")
    if item is None or places is None:
        return b""
    offset, length = _extent(data, *places, item)
    if not length or offset + length > len(data):
        return b""
    body = data[offset : offset + length]
    return body[4 + _U32.unpack_from(body)[0] :] if len(body) > 4 else b""


def _exif_item(data: bytes, start: int, end: int) -> int | None:
    infos = _child(data, start, end, b"iinf")
    if infos is None:
        return None
    width = 2 if data[infos[0]] == 0 else 4
    first = infos[0] + _FULL + width
    if int.from_bytes(data[first - width : first], "big") > _MOST_ITEMS:
        raise BadPhoto(Fault.BROKEN)
    for kind, a, b in boxes(data, first, infos[1]):
        if kind == b"infe" and data[a] >= 2 and b"Exif" in data[a:b]:
            return int(_U16.unpack_from(data, a + _FULL)[0])
    return None


def _extent(data: bytes, start: int, end: int, item: int) -> tuple[int, int]:
    """Return offset and length of the item's first extent (versions 0 and 1 of `iloc`)."""
    version, sizes = data[start], data[start + _FULL]
    offset_size, length_size = sizes >> 4, sizes & 15
    base_size, index_size = data[start + 5] >> 4, data[start + 5] & 15
    count, at = _U16.unpack_from(data, start + 6)[0], start + 8
    room = _MOST_EXTENTS
    for _ in range(count):
        found = _U16.unpack_from(data, at)[0]
        at += 4 + (2 if version == 1 else 0)
        base = int.from_bytes(data[at : at + base_size], "big")
        at += base_size
        extents = _U16.unpack_from(data, at)[0]
        at += 2
        room -= 1 + extents
        if room < 0 or at > end:
            raise BadPhoto(Fault.BROKEN)
        for _ in range(extents):
            at += index_size if version == 1 else 0
            offset = int.from_bytes(data[at : at + offset_size], "big")
            at += offset_size
            length = int.from_bytes(data[at : at + length_size], "big")
            at += length_size
            if found == item:
                return base + offset, length
    return 0, 0
