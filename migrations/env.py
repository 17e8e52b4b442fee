"""Alembic's environment: the same engine and metadata as the product."""

from alembic import context
from flask import current_app

from wufei_public.infra.db import db
from wufei_public.infra.tables import Base

migrate = current_app.extensions["migrate"]


def run() -> None:
    """Run the migrations, each in a transaction of its own."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=Base.metadata, **migrate.configure_args
        )
        with context.begin_transaction():
            context.run_migrations()


run()
