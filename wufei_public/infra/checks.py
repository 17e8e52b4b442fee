"""What `flask doctor` looks at: each check says what is well, and what to do about the rest."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.exc import SQLAlchemyError

from wufei_public.config import SHARE, Mode
from wufei_public.infra.db import LEAST_SQLITE, db
from wufei_public.infra.forgetting import is_marked
from wufei_public.infra.jobs import STALE, last_beat
from wufei_public.infra.migrations import is_migrated
from wufei_public.infra.work import house, snapshot

LEAST_FREE = 2 * 1024**3  # bytes; a day of photos


class Level(StrEnum):
    """How bad it is: `bad` keeps the site from working as it should."""

    OK = "ok"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    about: str
    words: str


def findings() -> list[Finding]:
    """Return what every check found in the current application."""
    return [found for check in CHECKS for found in check()]


def _of(well: bool, about: str, good: str, otherwise: str, level: Level = Level.BAD) -> Finding:
    return Finding(Level.OK if well else level, about, good if well else otherwise)


def _settings() -> Iterator[Finding]:
    settings = house().settings
    yield Finding(Level.OK, "settings", f"mode {settings.mode.value}, data in {settings.var}")
    if settings.mode is not Mode.PRODUCTION:
        return
    yield _of(
        bool(settings.trusted_proxy),
        "WUFEI_TRUSTED_PROXY",
        f"believes {settings.trusted_proxy}",
        "not set: behind a proxy every visitor seems to come from the proxy's address",
        Level.NOTE,
    )
    yield _of(
        settings.sms != "console",
        "WUFEI_SMS",
        "a gateway is set",
        "console: no code reaches a phone, so residents cannot sign in by phone number",
        Level.NOTE,
    )
    yield _of(
        settings.web_processes == 1 or not settings.limits_storage.startswith("memory:"),
        "WUFEI_LIMITS_STORAGE",
        settings.limits_storage.split("://", 1)[0],
        "memory: each process counts for itself, so floods are blunted, not stopped",
        Level.NOTE,
    )


def _database() -> Iterator[Finding]:
    if db.engine.dialect.name == "sqlite":
        yield _of(
            sqlite3.sqlite_version_info >= LEAST_SQLITE,
            "SQLite",
            f"{sqlite3.sqlite_version}, synchronous={house().settings.sqlite_synchronous}",
            f"{sqlite3.sqlite_version} is too old: 3.38 or newer is needed",
        )
    try:
        with db.engine.connect() as connection:
            migrated = is_migrated(connection)
    except SQLAlchemyError as error:
        yield Finding(Level.BAD, "database", f"cannot be reached: {str(error).splitlines()[0]}")
        return
    yield _of(
        migrated,
        "database",
        f"{db.engine.dialect.name}, migrated",
        "not migrated to this version; run: flask db upgrade",
    )


def _files() -> Iterator[Finding]:
    settings = house().settings
    yield _of(
        os.access(settings.var, os.W_OK),
        "WUFEI_VAR",
        "can be written",
        f"{settings.var} cannot be written by this user",
    )
    yield _of(
        os.name == "nt" or not settings.var.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO),
        "privacy",
        "the folder is open to its owner only",
        f"others may look into {settings.var}; run: chmod 700 {settings.var}",
        Level.NOTE,
    )
    free = shutil.disk_usage(settings.var).free
    yield _of(
        free >= LEAST_FREE,
        "disk",
        f"{free / 1024**3:.0f} GB free",
        f"only {free / 1024**2:.0f} MB free: photos will soon be refused",
        Level.NOTE,
    )
    open_to_others = settings.keys_path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    yield _of(
        os.name == "nt" or not open_to_others,
        "keys",
        f"{settings.keys_path}, read by its owner only",
        f"others may read {settings.keys_path}; run: chmod 600 {settings.keys_path}",
    )
    yield _of(
        (SHARE / "static" / "dist" / "manifest.json").is_file(),
        "front end",
        "built",
        "static/dist is missing; run make run once, or install a released wheel",
    )


def _forgotten() -> Iterator[Finding]:
    words = "a backup was put back that holds what was erased since; run: flask backup forget-again"
    if is_marked(house().settings.var):
        yield Finding(Level.BAD, "erasures", words)


def _store() -> Iterator[Finding]:
    yield _of(
        house().store.ready(),
        "photo store",
        house().settings.store_url.split("://", 1)[0],
        "cannot be reached or written; see WUFEI_STORE",
    )


def _jobs() -> Iterator[Finding]:
    try:
        with snapshot() as session:
            seen = last_beat(session)
    except SQLAlchemyError:  # said by the database's own finding
        return
    if seen is None:
        words = "no jobs process has run yet; flask serve starts one"
        yield Finding(Level.NOTE, "jobs", words)
        return
    alive = f"last alive {seen:%Y-%m-%d %H:%M} UTC"
    yield _of(
        house().clock() - seen < STALE,
        "jobs",
        alive,
        f"{alive}: nothing is made ready, counted or told until flask serve or flask jobs run",
    )


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _settings, _database, _files, _forgotten, _store, _jobs,
)  # fmt: skip
