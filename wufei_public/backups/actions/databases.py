"""One consistent copy of the database while others write to it, and the way back."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy import make_url, text

from wufei_public.backups.actions.refusing import Refused
from wufei_public.infra.db import db
from wufei_public.infra.migrations import is_migrated
from wufei_public.infra.work import house, reading

SQLITE, POSTGRESQL = "sqlite", "postgresql"


def engine_name() -> str:
    """Return which engine the site's database is of."""
    return str(db.engine.dialect.name)


def revision() -> str:
    """Return the schema's revision, empty where there are no tables."""
    with db.engine.connect() as connection:
        if not db.inspect(connection).has_table("alembic_version"):
            return ""
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def is_current() -> bool:
    """Say whether the tables are those of this version, so that its actions may touch them."""
    with db.engine.connect() as connection:
        return is_migrated(connection)


def dump(to: Path) -> None:
    """Write the database as it stands at one instant; nobody waits for it."""
    if engine_name() == SQLITE:
        # A read transaction of its own: in WAL mode it sees one instant and blocks nobody.
        with sqlite3.connect(_file(), timeout=60) as source:
            source.execute("VACUUM INTO ?", (str(to),))
        return
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={to}", _plain())


def require_empty(*, over: bool) -> None:
    """Raise Refused where there is a database already, unless it is to be replaced."""
    if revision() and not over:
        raise Refused("the database is not empty; to replace it, say --over")


def load(source: Path, *, over: bool) -> None:
    """Put a dump where the site's database is."""
    reading().rollback()
    db.engine.dispose()  # what we hold ourselves would be waited for
    if engine_name() == SQLITE:
        _load_file(source)
        return
    more = ("--clean", "--if-exists") if over else ()
    _run(
        "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges",
        *more, f"--dbname={_plain()}", str(source),
    )  # fmt: skip


def _load_file(source: Path) -> None:
    target = Path(_file())
    coming = target.with_name(target.name + ".restoring")
    shutil.copyfile(source, coming)
    with coming.open("rb+") as file:
        os.fsync(file.fileno())
    for rest in ("-wal", "-shm"):
        target.with_name(target.name + rest).unlink(missing_ok=True)
    coming.replace(target)


def _file() -> str:
    return str(db.engine.url.database)


def _plain() -> str:
    url = make_url(db.engine.url.render_as_string(hide_password=False))
    return url.set(drivername=POSTGRESQL).render_as_string(hide_password=False)


def _run(tool: str, *arguments: str) -> None:
    found = shutil.which(tool, path=house().settings.pg_bin)
    if found is None:
        raise Refused(f"{tool} is not there; install PostgreSQL's client, or set WUFEI_PG_BIN")
    done = subprocess.run([found, *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Refused(f"{tool} failed: {done.stderr.strip()[-500:]}")
