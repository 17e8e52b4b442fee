"""The database: engine settings for SQLite and PostgreSQL, sessions."""

import math
import sqlite3
import time
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DisconnectionError

from wufei_public.config import Settings
from wufei_public.infra.tables import Base

LEAST_SQLITE = (3, 38)
REST = 5.0  # seconds; a connection of the pool that rested longer is asked first

db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False, "autoflush": False})


def init_db(app: Flask, settings: Settings) -> None:
    """Bind the database of `settings` to `app`."""
    url = settings.database_url
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(url, settings)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine, settings.sqlite_synchronous)
        if db.engine.dialect.name == "postgresql":
            ask_the_rested(db.engine)


def _engine_options(url: str, settings: Settings) -> dict[str, Any]:
    # What a row holds is nobody's business in a log.
    options: dict[str, Any] = {"hide_parameters": True}
    if url.startswith("sqlite"):
        return options | {
            "connect_args": {"timeout": 15, "check_same_thread": False},
            # A connection reads the planner's statistics when it is opened (infra/upkeep.py).
            "pool_recycle": 3600,
        }
    return options | {
        "pool_size": settings.web_threads + 1,
        "connect_args": {"application_name": "wufei_public"},
    }


def ask_the_rested(engine: Engine) -> None:
    """Ask a pooled connection whether it lives if it has rested; a dead one is replaced.

    Asking at every request is a round trip more, a fifth of a short read (bench/README.md);
    in a busy pool an answer of some seconds ago is as good.
    """

    @event.listens_for(engine, "checkin")
    def _rest(_dbapi: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(dbapi: Any, record: Any, _proxy: Any) -> None:
        rested = time.monotonic() - record.info.get("rests_since", math.inf)
        if rested < REST:  # a new connection has not rested at all
            return
        try:
            engine.dialect.do_ping(dbapi)
        except Exception as error:
            raise DisconnectionError from error


def _forget_details(context: ExceptionContext) -> None:
    """Keep the first line of PostgreSQL's message: its DETAIL quotes the row."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\nDETAIL:")[0], *error.args[1:])


def prepare_engine(engine: Engine, synchronous: str) -> None:
    """Set SQLite's pragmas on `engine` and leave BEGIN to SQLAlchemy; quieten PostgreSQL."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "handle_error", _forget_details)
        return
    if sqlite3.sqlite_version_info < LEAST_SQLITE:
        raise RuntimeError(f"SQLite {sqlite3.sqlite_version} is too old: 3.38 or newer is needed")

    @event.listens_for(engine, "connect")
    def _pragmas(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None  # stops the driver's own implicit BEGIN
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "busy_timeout=15000",
            "temp_store=MEMORY",
            "cache_size=-16000",
        ):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))
