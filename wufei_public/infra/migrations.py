"""Migrations by Alembic, which is loaded by who migrates: ten MiB that no web process needs."""

from typing import Any

from flask import Flask
from sqlalchemy import Connection

from wufei_public.config import SHARE
from wufei_public.infra.db import db
from wufei_public.infra.late import LateGroup

FOLDER = str(SHARE / "migrations")


class LateMigrate:
    """Stands where Flask-Migrate keeps its configuration, until a command asks for that."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        if self._app.extensions["migrate"] is self:
            self._put_the_real_one()
        return getattr(self._app.extensions["migrate"], name)

    def _put_the_real_one(self) -> None:
        from flask_migrate import Migrate  # noqa: PLC0415  see above

        Migrate(
            self._app,
            db,
            directory=FOLDER,
            render_as_batch=True,
            compare_server_default=True,
            transaction_per_migration=True,
        )


def init_migrations(app: Flask) -> None:
    """Let `flask db …` find its migrations."""
    app.extensions["migrate"] = LateMigrate(app)
    app.cli.add_command(LateGroup("db", "flask_migrate.cli:db", "Perform database migrations."))


def upgrade() -> None:
    """Bring the database to this version."""
    import flask_migrate  # noqa: PLC0415  see above

    flask_migrate.upgrade()


def knows(revision: str) -> bool:
    """Say whether this version has the migrations up to `revision`."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415  see above

    return revision in {one.revision for one in ScriptDirectory(FOLDER).walk_revisions()}


def is_migrated(connection: Connection) -> bool:
    """Say whether the database has the tables of this version."""
    from alembic.migration import MigrationContext  # noqa: PLC0415  see above
    from alembic.script import ScriptDirectory  # noqa: PLC0415  the same

    heads = set(ScriptDirectory(FOLDER).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == heads
