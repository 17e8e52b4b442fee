"""The migrations make what the models say, up, down and up again."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from wufei_public.infra.db import db
from wufei_public.infra.tables import Base

HEAD = Path("migrations/HEAD").read_text().strip()


def differences() -> list[object]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, Base.metadata))


def conditions() -> dict[str, str]:
    """Return every check and the condition of every partial index, as the database has them.

    Alembic compares neither.
    """
    found = inspect(db.engine)
    kept = {}
    for table in Base.metadata.tables:
        for check in found.get_check_constraints(table):
            kept[str(check["name"])] = " ".join(check["sqltext"].split())
        for index in found.get_indexes(table):
            where = index.get("dialect_options", {}).get(f"{db.engine.dialect.name}_where")
            if where is not None:
                kept[str(index["name"])] = str(where)
    return kept


def test_checks_and_partial_indexes_are_those_of_the_models(empty_app: Flask) -> None:
    upgrade()
    migrated = conditions()
    downgrade(revision="base")
    Base.metadata.create_all(db.engine)
    assert migrated == conditions()
    assert len(migrated) > 50


def test_up_down_up_equals_the_models(empty_app: Flask) -> None:
    upgrade()
    assert differences() == []
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert differences() == []
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == HEAD[:4]


def test_the_head_file_names_the_newest_revision() -> None:
    names = sorted(path.stem for path in Path("migrations/versions").glob("*.py"))
    assert names[-1].split("_")[0] == HEAD.split("_")[0]
