"""A HEIC of many tiles, as iPhones write theirs: a grid over one real tile, used often."""

import struct
from itertools import pairwise

from tests.media.make import HEIC

TILE = (360, 480)


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def full(kind: bytes, *parts: bytes, version: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24), *parts)


def _found(kind: bytes) -> bytes:
    at = HEIC.index(kind) - 4
    return HEIC[at : at + struct.unpack_from(">I", HEIC, at)[0]]


def _pixels() -> bytes:
    at, _extents, _offset, length = struct.unpack_from(">IHII", HEIC, HEIC.index(b"iloc") + 16)
    return HEIC[at : at + length]


def _item(number: int, kind: bytes, *, hidden: bool = False) -> bytes:
    body = struct.pack(">IHH", 2 << 24 | hidden, number, 0) + kind + b"\0"
    return box(b"infe", body)


def _properties(tiles: int, grid: int, size: tuple[int, int]) -> bytes:
    shapes = (full(b"ispe", struct.pack(">II", *each)) for each in (TILE, size))
    container = box(b"ipco", _found(b"hvcC"), *shapes)
    of_tile = [struct.pack(">HBBB", each, 2, 0x81, 2) for each in range(1, tiles + 1)]
    of_grid = struct.pack(">HBB", grid, 1, 3)
    return box(b"iprp", container, full(b"ipma", struct.pack(">I", tiles + 1), *of_tile, of_grid))


def heic_of_tiles(
    columns: int,
    rows: int,
    size: tuple[int, int] | None = None,
    drawn: tuple[int, int] | None = None,
    *,
    hidden: bool = True,
) -> bytes:
    """Return a grid that says it is `size`; its own head, which a decoder draws, says `drawn`."""
    width, height = TILE[0] * columns, TILE[1] * rows
    tiles = columns * rows
    grid = tiles + 1
    size = size or (width, height)
    drawing = struct.pack(">BBBBII", 0, 1, rows - 1, columns - 1, *(drawn or size))
    pixels, ftyp = _pixels(), box(b"ftyp", b"heic\0\0\0\0mif1heic")

    def meta(place: int) -> bytes:
        items = [_item(each, b"hvc1", hidden=hidden) for each in range(1, tiles + 1)]
        of_tile = [
            struct.pack(">HHHHII", each, 0, 0, 1, place, len(pixels))
            for each in range(1, tiles + 1)
        ]
        of_grid = struct.pack(">HHHHII", grid, 1, 0, 1, 0, len(drawing))
        count = struct.pack(">H", tiles + 1)
        return full(
            b"meta",
            _found(b"hdlr"),
            full(b"pitm", struct.pack(">H", grid)),
            full(b"iloc", b"\x44\0", count, *of_tile, of_grid, version=1),
            full(b"iinf", count, *items, _item(grid, b"grid")),
            full(
                b"iref",
                box(
                    b"dimg",
                    struct.pack(">HH", grid, tiles),
                    *(struct.pack(">H", each) for each in range(1, tiles + 1)),
                ),
            ),
            _properties(tiles, grid, size),
            box(b"idat", drawing),
        )

    lengths = [len(meta(0))]
    place = len(ftyp) + lengths[0] + 8
    assert not any(one != two for one, two in pairwise([*lengths, len(meta(place))]))
    return ftyp + meta(place) + box(b"mdat", pixels)
