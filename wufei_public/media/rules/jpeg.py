"""Walks a JPEG (ITU-T T.81 annex B) from mark to mark to its true end, and what phones put behind.

Behind the end phones write further pictures (CIPA DC-007; gain maps, depth), the short film of
a moving photo, Samsung's named blocks, and padding. All of it goes with the original, so it is
taken where its own structure holds to its last byte; whatever else rides along is refused.
"""

import re
from collections.abc import Iterator
from struct import Struct

from wufei_public.media.rules.heif import boxes
from wufei_public.media.rules.limits import MOST_PARTS, BadPhoto, Fault, Shape

_U16 = Struct(">H")
_L32 = Struct("<I")
_START, _SCAN, _END = b"\xff\xd8\xff", 0xDA, 0xD9
_SIZED = {0xC0, 0xC1, 0xC2}
_BARE = {0x01, *range(0xD0, 0xD8)}
_NO_MARK = {0x00, 0xD8}  # a second start is none
# A progressive JPEG has about ten scans; each costs a pass over all pixels.
_MOST_SCANS = 100
_MOST_PICTURES = 16
# A camera's slip: so few bytes hold nothing.
_STRAY = 8
# In a scan FF stands before 00 or a restart mark; before anything else it begins a mark.
_MARK = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_FILL = re.compile(rb"\xff+")
_PADDING = re.compile(rb"[\0\n\r ]*")
# Huawei's phones end the film of a moving photo with some words of text.
# vivo's phones put a line of JSON behind, with a mark of their own at the very end.
_VIVO = re.compile(rb"vivo\{[\t\n\r -~\x80-\xf4]{0,65536}\}\s?\xff{4}\x1b\*9HWfu\x84\x93\xa2\xb1\Z")
_VIVOS_END = b"\x1b*9HWfu\x84\x93\xa2\xb1"
_LIVE = re.compile(rb"[ -~]{0,44}LIVE_\d+ *\Z")
# Who announces more pictures: CIPA DC-007, and Google's containers (gain maps, depth).
_ANNOUNCED = {0xE2: b"MPF\0", 0xE1: b"http://ns.adobe.com/xap/1.0/\0"}
_GOOGLE = b"http://ns.google.com/photos/"

Segment = tuple[int, int, bytes]


def read_jpeg(data: bytes) -> Shape:
    """Return the shape of a JPEG that is whole, and followed only by what phones put there."""
    width = height = 0
    exif, more = b"", False
    segments = list(_segments(data, 0))
    for marker, _end, body in segments:
        if marker in _SIZED and not width:
            height, width = _U16.unpack_from(body, 1)[0], _U16.unpack_from(body, 3)[0]
        elif marker == 0xE1 and body.startswith(b"Exif\0\0") and not exif:
            exif = body[6:]
        more = more or _announces(marker, body)
    _check_behind(data, segments[-1][1], pictures=_MOST_PICTURES if more else 0)
    return Shape("image/jpeg", width, height, exif)


def _segments(data: bytes, start: int) -> Iterator[Segment]:
    """Give `(marker, end, body)` of each segment of the picture at `start`, its end mark last."""
    at, room, scans = start + 2, MOST_PARTS, _MOST_SCANS
    while True:
        room -= 1
        at = _past_fill(data, at)
        marker = data[at + 1]
        if marker == _END:
            yield marker, at + 2, b""
            return
        if marker in _BARE:
            at += 2
            continue
        end = _segment_end(data, at)
        yield marker, end, data[at + 4 : end]
        scans -= marker == _SCAN
        if min(room, scans) < 0:
            raise BadPhoto(Fault.BROKEN)
        at = _next_mark(data, end) if marker == _SCAN else end


def _past_fill(data: bytes, at: int) -> int:
    """Return where the mark at `at` begins: a row of FF before it is fill."""
    found = _FILL.match(data, at)
    if found is None:
        raise BadPhoto(Fault.BROKEN if at < len(data) else Fault.CUT_OFF)
    at = found.end() - 1
    if data[at + 1] in _NO_MARK:
        raise BadPhoto(Fault.BROKEN)
    return at


def _next_mark(data: bytes, at: int) -> int:
    found = _MARK.search(data, at)
    if found is None:
        raise BadPhoto(Fault.CUT_OFF)
    return found.start()


def _segment_end(data: bytes, at: int) -> int:
    length = _U16.unpack_from(data, at + 2)[0]
    if length < 2:
        raise BadPhoto(Fault.BROKEN)
    if at + 2 + length > len(data):
        raise BadPhoto(Fault.CUT_OFF)
    return int(at + 2 + length)


def _announces(marker: int, body: bytes) -> bool:
    """Say whether a segment tells of more pictures behind the first."""
    if not body.startswith(_ANNOUNCED.get(marker, b"\xff")):
        return False
    return marker == 0xE2 or _GOOGLE in body


def _check_behind(data: bytes, at: int, pictures: int) -> None:
    """Go from one rider to the next; each must be known, and whole."""
    vivo = _VIVO.search(data, at) if data.endswith(_VIVOS_END) else None
    end = vivo.start() if vivo else _samsungs_start(data, at)
    while (at := _past_padding(data, at, end)) < end:
        if data.startswith(_START, at) and pictures:
            pictures -= 1
            at = max(stop for _, stop, _ in _segments(data, at))
        elif (film := data.find(b"ftyp", at, at + 5)) >= 0:
            # Its size stands before its name, and begins with what looks like padding.
            _check_film(data, film - 4, end)
            return
        elif end - at <= _STRAY:
            return
        else:
            raise BadPhoto(Fault.TRAILING)


def _past_padding(data: bytes, at: int, end: int) -> int:
    found = _PADDING.match(data, at, end)
    return found.end() if found else at


def _check_film(data: bytes, at: int, end: int) -> None:
    text = _LIVE.search(data, max(at, end - 64), end)
    kinds = [kind for kind, _, _ in boxes(data, at, text.start() if text else end)]
    if b"moov" not in kinds:
        raise BadPhoto(Fault.TRAILING)


def _samsungs_start(data: bytes, at: int) -> int:
    """Return where Samsung's blocks begin, the end of `data` without: their directory is last.

    It is `SEFH`, a version, a count and entries of 12 bytes (0, kind, how far back, size);
    then its own length and `SEFT`.
    """
    foot = data.rfind(b"SEFT", max(at, len(data) - 64))
    if foot < at + 20 or data[foot + 4 :].strip(b"\0"):
        return len(data)
    length = _L32.unpack_from(data, foot - 4)[0]
    head = foot - 4 - length
    if head < at or data[head : head + 4] != b"SEFH":
        return len(data)
    count = _L32.unpack_from(data, head + 8)[0]
    if length != 12 + 12 * count:
        return len(data)
    back = [_L32.unpack_from(data, head + 16 + 12 * each)[0] for each in range(count)]
    start = head - max(back, default=0)
    return start if start >= at else len(data)
