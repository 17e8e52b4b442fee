"""One short statement straight at the driver: for what every signed-in request waits for.

SQLAlchemy compiles the statement once and tells how values go in and come out; its
connection and its transaction are left out, which are nine tenths of the cost of reading
one row (figures in bench/README.md). For single reads only: nothing is locked or written.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Select
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection

from wufei_public.infra.db import db

Change = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class Bare:
    """A connection of the driver, and how its database speaks."""

    connection: DBAPIConnection | PoolProxiedConnection
    dialect: Dialect

    @classmethod
    def of(cls, session: Session) -> Self:
        """Return the connection under `session`, which sees what that has written."""
        connection = session.connection()
        return cls(connection.connection, connection.dialect)


@contextmanager
def bare() -> Iterator[Bare]:
    """Give a connection of the pool; one that fails does not go back."""
    connection = db.engine.raw_connection()
    try:
        yield Bare(connection, db.engine.dialect)
    except BaseException:
        connection.invalidate()
        raise
    finally:
        connection.close()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A statement in the words of one database."""

    text: str
    order: Sequence[str] | None
    constants: Mapping[str, Any]
    into: Mapping[str, Callable[[Any], Any]]
    out: Sequence[Change]
    row: Callable[..., Any]

    def values(self, given: Mapping[str, object]) -> Any:
        named = {**self.constants, **given}
        for name, change in self.into.items():
            named[name] = change(named[name])
        return named if self.order is None else [named[name] for name in self.order]


class Glance:
    """A SELECT of named columns, ready for each kind of database once it was asked there."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._ready: dict[str, _Ready] = {}

    def rows(self, on: Bare, **values: object) -> list[Any]:
        """Return the rows with their columns by name."""
        ready = self._ready.get(on.dialect.name) or self._prepare(on.dialect)
        cursor = on.connection.cursor()
        try:
            cursor.execute(ready.text, ready.values(values))
            found = cursor.fetchall()
        finally:
            cursor.close()
        return [
            ready.row(
                *(
                    change(value) if change else value
                    for change, value in zip(ready.out, row, strict=True)
                )
            )
            for row in found
        ]

    def _prepare(self, dialect: Dialect) -> _Ready:
        compiled = self._statement.compile(dialect=dialect)
        columns = self._statement.selected_columns
        order = getattr(compiled, "positiontup", None)
        into = {
            name: change
            for bind, name in compiled.bind_names.items()
            if (change := bind.type.dialect_impl(dialect).bind_processor(dialect))
        }
        ready = self._ready[dialect.name] = _Ready(
            text=str(compiled),
            order=order,
            constants={name: value for name, value in compiled.params.items() if value is not None},
            into=into,
            out=[
                each.type.dialect_impl(dialect).result_processor(dialect, None) for each in columns
            ],
            row=namedtuple("Row", [each.name for each in columns]),  # noqa: PYI024  made, not written
        )
        return ready
