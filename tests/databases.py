"""New databases for the tests, empty or with all tables, copied from one that was made once."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url

from tests.servers import POSTGRESQL, postgresql_url
from wufei_public.infra.tables import Base


class Databases:
    """Gives databases, each to one `with` block."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._pattern = ""

    @contextmanager
    def empty(self, pattern: str = "") -> Iterator[str]:
        """Give the address of a new database without a table, or of a copy of `pattern`."""
        if POSTGRESQL:
            name = make_url(pattern).database if pattern else None
            with postgresql_url(name or "template1") as url:
                yield url
            return
        file = self._folder / f"{secrets.token_hex(6)}.sqlite3"
        if pattern:
            shutil.copyfile(str(make_url(pattern).database), file)
        yield f"sqlite:///{file}"
        for left in self._folder.glob(f"{file.name}*"):
            left.unlink()

    @contextmanager
    def with_tables(self) -> Iterator[str]:
        """Give the address of a new database with all tables and nothing in them."""
        if not self._pattern:
            self._pattern = self._stack.enter_context(self.empty())
            _make_tables(self._pattern)
        with self.empty(self._pattern) as url:
            yield url


def _make_tables(url: str) -> None:
    """Make the tables; nobody stays connected, so that the database can be copied."""
    engine = create_engine(url)
    if not POSTGRESQL:
        event.listen(engine, "connect", _write_ahead)
    Base.metadata.create_all(engine)
    engine.dispose()


def _write_ahead(dbapi: object, _record: object) -> None:
    dbapi.execute("PRAGMA journal_mode=WAL")  # type: ignore[attr-defined]
