"""Keyset pages: the position is a value, so page 50,000 costs what page 1 costs."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from wufei_public.common.errors import Invalid
from wufei_public.common.text import N_

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Rows of one page and the positions around it (None where there is nothing more)."""

    rows: Sequence[R]
    after: str | None = None


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
        raise Invalid("bad_position", N_("这个翻页地址不对，请从第一页看起。"))
    return parts
