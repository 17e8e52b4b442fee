"""When and where a photo was taken: two facts out of EXIF (CIPA DC-008), nothing else."""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from struct import Struct
from typing import TypeVar

from wufei_public.common.clock import DISTRICT_ZONE

_ORIENTATION, _EXIF_IFD, _GPS_IFD = 0x0112, 0x8769, 0x8825
_TAKEN, _OFFSET = 0x9003, 0x9011
_LAT_REF, _LAT, _LON_REF, _LON = 1, 2, 3, 4
_MOST_ENTRIES = 512
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}

T = TypeVar("T")
Entry = tuple[int, int, int]  # type, count, position of the value


@dataclass(frozen=True, slots=True)
class Facts:
    """What EXIF told: instant (UTC), degrees WGS-84 as written, orientation 1 to 8."""

    taken_at: datetime | None = None
    lat: float | None = None
    lon: float | None = None
    orientation: int = 1


def read_exif(tiff: bytes) -> Facts:
    """Return the facts in an EXIF block (a TIFF header and its directories); never raises."""
    if tiff[:2] not in {b"II", b"MM"}:
        return Facts()
    return _unless_broken(_Tiff(tiff).facts) or Facts()


def _unless_broken(read: Callable[[], T]) -> T | None:
    """Return what `read` finds: a time that is none says nothing about the position beside it."""
    try:
        return read()
    except (struct.error, IndexError, ValueError, OverflowError, ZeroDivisionError):
        return None


class _Tiff:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._order = "<" if data[:2] == b"II" else ">"
        self._u16 = Struct(self._order + "H")
        self._u32 = Struct(self._order + "I")

    def facts(self) -> Facts:
        first = self._entries(self._u32.unpack_from(self._data, 4)[0])
        detail = _unless_broken(lambda: self._below(first, _EXIF_IFD)) or {}
        gps = _unless_broken(lambda: self._below(first, _GPS_IFD)) or {}
        lat = _unless_broken(lambda: self._degrees(gps, _LAT, _LAT_REF, b"S", 90))
        lon = _unless_broken(lambda: self._degrees(gps, _LON, _LON_REF, b"W", 180))
        # A phone without a fix writes 0, 0: a spot in the sea off Ghana.
        placed = lat is not None and lon is not None and (lat, lon) != (0.0, 0.0)
        orientation = self._short(first, _ORIENTATION)
        return Facts(
            _unless_broken(lambda: self._taken(detail)),
            lat if placed else None,
            lon if placed else None,
            orientation if orientation in range(1, 9) else 1,
        )

    def _entries(self, at: int) -> Mapping[int, Entry]:
        count = min(self._u16.unpack_from(self._data, at)[0], _MOST_ENTRIES)
        found: dict[int, Entry] = {}
        for number in range(count):
            place = at + 2 + 12 * number
            tag, kind = (self._u16.unpack_from(self._data, place + skip)[0] for skip in (0, 2))
            amount = self._u32.unpack_from(self._data, place + 4)[0]
            inline = _SIZES.get(kind, 1) * amount <= 4
            value = place + 8 if inline else self._u32.unpack_from(self._data, place + 8)[0]
            found.setdefault(tag, (kind, amount, value))
        return found

    def _below(self, entries: Mapping[int, Entry], tag: int) -> Mapping[int, Entry]:
        entry = entries.get(tag)
        return self._entries(self._u32.unpack_from(self._data, entry[2])[0]) if entry else {}

    def _short(self, entries: Mapping[int, Entry], tag: int) -> int:
        entry = entries.get(tag)
        return int(self._u16.unpack_from(self._data, entry[2])[0]) if entry else 1

    def _text(self, entries: Mapping[int, Entry], tag: int) -> str:
        entry = entries.get(tag)
        if entry is None:
            return ""
        raw = self._data[entry[2] : entry[2] + min(entry[1], 64)]
        return raw.split(b"\0")[0].decode("ascii", "ignore").strip()

    def _taken(self, entries: Mapping[int, Entry]) -> datetime | None:
        written = self._text(entries, _TAKEN)
        if not written or written.startswith("0000"):
            return None
        local = datetime.strptime(written, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  zone follows
        offset = self._text(entries, _OFFSET)
        zone = _zone(offset) if offset else DISTRICT_ZONE
        return local.replace(tzinfo=zone).astimezone(UTC)

    def _degrees(
        self, entries: Mapping[int, Entry], tag: int, ref: int, negative: bytes, most: int
    ) -> float | None:
        entry = entries.get(tag)
        if entry is None or entry[1] != 3:
            return None
        parts = [self._fraction(entry[2] + 8 * number) for number in range(3)]
        value = parts[0] + parts[1] / 60 + parts[2] / 3600
        if value > most:
            return None
        return -value if self._text(entries, ref).encode() == negative else value

    def _fraction(self, at: int) -> float:
        return int(self._u32.unpack_from(self._data, at)[0]) / int(
            self._u32.unpack_from(self._data, at + 4)[0]
        )


def _zone(offset: str) -> timezone:
    sign = -1 if offset.startswith("-") else 1
    hours, minutes = offset.lstrip("+-").split(":")[:2]
    return timezone(sign * timedelta(hours=int(hours), minutes=int(minutes)))
