"""Alembic's environment: the same engine and metadata as the product."""

from typing import Any

from alembic import context
from flask import current_app

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


def run() -> None:
    """Run the migrations, each in a transaction of its own."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=plain_types,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
