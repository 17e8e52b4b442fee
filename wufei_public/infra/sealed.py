"""What of the tables lies under a key: each column says so itself, or why it does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ColumnElement, LargeBinary, MetaData, Table

from wufei_public.infra.keyring import GROUP_OF

_SEALED, _INDEX, _PLAIN = "sealed", "index", "not_under_a_key"


class Form(StrEnum):
    """How a column holds what is sealed."""

    BYTES = "bytes"
    BASE64 = "base64"
    JSON = "json"  # base64 at `sealed`, or nothing
    FILE = "file"  # a name in the store; another column tells the version


def sealed_for(purpose: str, form: Form = Form.BYTES, version: str = "") -> dict[str, Any]:
    """Return the `info` of a column that is sealed for `purpose`."""
    return {_SEALED: (purpose, form, version)}


def indexed(purpose: str, source: str = "") -> dict[str, Any]:
    """Return the `info` of a keyed hash of what `source`, a sealed column beside it, holds.

    Without a source it passes before an old version does (`rests` of its group).
    """
    return {_INDEX: (purpose, source)}


def not_under_a_key(why: str) -> dict[str, Any]:
    """Return the `info` of bytes that no rotation has to do with."""
    return {_PLAIN: why}


@dataclass(frozen=True, slots=True)
class Place:
    """A column under a key; for an index `source` is the place that it is computed from."""

    table: Table
    column: Column[Any]
    purpose: str
    form: Form
    version: Column[Any] | None = None
    source: "Place | None" = None

    @property
    def group(self) -> str:
        return GROUP_OF[self.purpose]

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.name}"

    @property
    def key(self) -> list[ColumnElement[Any]]:
        return list(self.table.primary_key.columns)


def places(metadata: MetaData) -> Iterator[Place]:
    """Yield every column that a rotation has to renew; an index comes before its source."""
    for table in metadata.sorted_tables:
        found = [_place(table, column) for column in table.columns if _SEALED in column.info]
        for column in table.columns:
            purpose, source = column.info.get(_INDEX, ("", ""))
            if source:
                beside = _place(table, table.columns[source])
                yield Place(table, column, purpose, Form.BYTES, source=beside)
        yield from found


def _place(table: Table, column: Column[Any]) -> Place:
    purpose, form, version = column.info[_SEALED]
    return Place(table, column, purpose, form, table.columns[version] if version else None)


def unsaid(metadata: MetaData) -> Iterator[str]:
    """Yield the columns of bytes that do not say whether they lie under a key, and which."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            said = {_SEALED, _INDEX, _PLAIN} & column.info.keys()
            if isinstance(column.type, LargeBinary) and len(said) != 1:
                yield f"{table.name}.{column.name}"
            for purpose, *_rest in (column.info[one] for one in said - {_PLAIN}):
                if purpose not in GROUP_OF:
                    yield f"{table.name}.{column.name}: {purpose}"
