"""Registers of things in places, brought by a sheet: what each row would do, then all or nothing.

A thing is known by its place and its name there.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from wufei_public.common.errors import Conflict, FieldError, Invalid
from wufei_public.common.sheets import Faults, Row, read_sheet
from wufei_public.common.text import N_

SHEET = "sheet"


class Entry(Protocol):
    """A line of a register; equal lines say the same."""

    @property
    def division(self) -> str: ...

    @property
    def name(self) -> str: ...


E = TypeVar("E")
R = TypeVar("R", bound=Entry)


@dataclass(frozen=True, slots=True)
class Change(Generic[E]):
    """What a row would do: `before` is None for what is new."""

    number: int
    entry: E
    before: E | None


@dataclass(frozen=True, slots=True)
class Preview(Generic[E]):
    """What a sheet would do to the register as it stands now; `same` rows do nothing."""

    changes: Sequence[Change[E]]
    same: int
    faults: Sequence[FieldError]
    digest: str


def read_rows(data: bytes, columns: Iterable[str], optional: Iterable[str], most: int) -> list[Row]:
    """Return the rows of a register's sheet; Invalid for what cannot be read, or is too long."""
    rows = read_sheet(SHEET, data, columns, optional)
    if len(rows) > most:
        raise Invalid("too_long", N_("一次最多 %(most)s 行，请分开上传。"), most=most)
    return rows


def compared(
    found: Iterable[tuple[int, R]],
    known: Mapping[tuple[str, str], R],
    faults: Faults,
    column: str,
) -> Preview[R]:
    """Return what the rows `found` would do to what is `known`; a second row of one is a fault."""
    entries = list(_once(found, faults, column))
    changes = [
        Change(number, entry, known.get((entry.division, entry.name)))
        for number, entry in entries
        if known.get((entry.division, entry.name)) != entry
    ]
    return Preview(changes, len(entries) - len(changes), faults.errors, digest_of(changes))


def digest_of(changes: Sequence[Change[Any]]) -> str:
    """Return what tells two previews apart."""
    return hashlib.sha256(repr(changes).encode()).hexdigest()[:32]


def _once(found: Iterable[tuple[int, R]], faults: Faults, column: str) -> Iterator[tuple[int, R]]:
    seen = set()
    for number, entry in found:
        if (entry.division, entry.name) in seen:
            faults.add(number, column, N_("这个地方在上面已经有一行。"))
            continue
        seen.add((entry.division, entry.name))
        yield number, entry


def agreed(found: Preview[E], digest: str) -> Sequence[Change[E]]:
    """Return the changes that somebody has seen and wants.

    Conflict where the register has changed since the preview, Invalid for bad rows.
    """
    if found.faults:
        sentence = N_("文件里还有错的行，没有导入任何内容。")
        raise Invalid("bad_rows", sentence, found.faults)
    if found.digest != digest:
        raise Conflict("register_changed", N_("登记表刚刚变了。请再看一遍预览。"))
    return found.changes
