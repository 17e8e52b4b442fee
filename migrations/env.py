"""Alembic's environment: the same engine and metadata as the product."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext
from flask import current_app
from sqlalchemy import Connection

from wufei_public.infra.db import db
from wufei_public.infra.tables import JSON, Base, UtcDateTime

migrate = current_app.extensions["migrate"]


def plain_types(kind: str, item: object, autogen: Any) -> str | bool:
    """Write our column types as what they are in the database: migrations import no model."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and item is JSON:
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


@contextmanager
def resting_keys(connection: Connection) -> Iterator[None]:
    """Let SQLite's foreign keys rest: it alters a table by making it anew under the same name."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def check_keys(ctx: MigrationContext, **_step: Any) -> None:
    """Refuse, before it commits, a migration after which SQLite's rows point at nothing."""
    connection = ctx.connection
    if connection is None or connection.dialect.name != "sqlite":
        return
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("after this migration rows point at nothing; it was taken back")


def run() -> None:
    """Run the migrations, each in a transaction of its own."""
    with db.engine.connect() as connection, resting_keys(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=plain_types,
            on_version_apply=check_keys,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
