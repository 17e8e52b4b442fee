"""Keyset pages: the position is a value, so page 50,000 costs what page 1 costs."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from datetime import date, datetime

from wufei_public.common.errors import Invalid
from wufei_public.common.text import N_

# Greater than any id that a database gives.
_MOST = 1 << 63


def pack(*parts: str) -> str:
    """Return a position as text for a URL."""
    return urlsafe_b64encode("\x1f".join(parts).encode()).decode().rstrip("=")


def unpack(position: str, count: int) -> tuple[str, ...]:
    """Return the `count` parts of a position; Invalid if it was not made by `pack`."""
    try:
        padded = position + "=" * (-len(position) % 4)
        parts = tuple(urlsafe_b64decode(padded.encode()).decode().split("\x1f"))
    except (BadBase64, UnicodeError, ValueError):
        parts = ()
    if len(parts) != count:
        raise bad_position()
    return parts


def pack_moment(position: tuple[datetime, int]) -> str:
    """Return the position of a row in an order by instant and id."""
    return pack(position[0].isoformat(), str(position[1]))


def unpack_moment(position: str) -> tuple[datetime, int]:
    """Return the instant and the id of a position; Invalid if it holds anything else."""
    instant, row_id = unpack(position, 2)
    try:
        found = datetime.fromisoformat(instant), whole(row_id)
    except ValueError as error:
        raise bad_position() from error
    if found[0].tzinfo is None:
        raise bad_position()
    return found


def pack_day(position: tuple[date, int]) -> str:
    """Return the position of a row in an order by day and id."""
    return pack(position[0].isoformat(), str(position[1]))


def unpack_day(position: str) -> tuple[date, int]:
    """Return the day and the id of a position; Invalid if it holds anything else."""
    day, row_id = unpack(position, 2)
    try:
        return date.fromisoformat(day), whole(row_id)
    except ValueError as error:
        raise bad_position() from error


def whole(part: str) -> int:
    """Return the id, or the count, that a part of a position holds; Invalid if it holds none."""
    if not (part.isascii() and part.isdigit() and int(part) < _MOST):
        raise bad_position()
    return int(part)


def bad_position() -> Invalid:
    """Return the refusal of a position that no page of the list gave out."""
    return Invalid("bad_position", N_("这个翻页地址不对，请从第一页看起。"))
