"""A migrated database guards what is written by the same triggers as one made from the models."""

from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from wufei_public.infra.db import db
from wufei_public.infra.tables import Base

GUARDS = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    " ORDER BY tgname",
}


def guards() -> list[str]:
    with db.engine.connect() as connection:
        return list(connection.scalars(text(GUARDS[db.engine.dialect.name])))


def test_a_migrated_database_has_the_models_guards(empty_app: Flask) -> None:
    upgrade()
    migrated = guards()
    downgrade(revision="base")
    Base.metadata.create_all(db.engine)
    assert migrated == guards()
    assert len(migrated) == 96
