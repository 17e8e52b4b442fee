"""The migrations make what the models say, up, down and up again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import column, create_engine, insert, inspect, text
from sqlalchemy import table as table_of

from tests.conftest import NOW
from tests.databases import Databases
from wufei_public.common.codes import is_valid
from wufei_public.infra.db import db
from wufei_public.infra.tables import Base

AT = NOW.strftime("%Y-%m-%d %H:%M:%S.%f")  # as both databases read it
HEAD = Path("migrations/HEAD").read_text().strip()


def differences() -> list[object]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, Base.metadata))


def conditions(url: str) -> dict[str, str]:
    """Return every check and the condition of every partial index, as the database has them.

    Alembic compares neither.
    """
    engine = create_engine(url)
    found = inspect(engine)
    kept = {}
    for table in Base.metadata.tables:
        for check in found.get_check_constraints(table):
            kept[str(check["name"])] = " ".join(check["sqltext"].split())
        for index in found.get_indexes(table):
            where = index.get("dialect_options", {}).get(f"{engine.dialect.name}_where")
            if where is not None:
                kept[str(index["name"])] = str(where)
    engine.dispose()
    return kept


def test_checks_and_partial_indexes_are_those_of_the_models(
    migrated: str, databases: Databases
) -> None:
    found = conditions(migrated)
    with databases.with_tables() as url:
        assert found == conditions(url)
    assert len(found) > 50


def test_up_down_up_equals_the_models(migrated_app: Flask) -> None:
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


def test_released_cases_get_numbers_and_lose_none_of_their_columns(empty_app: Flask) -> None:
    upgrade(revision="0001")
    shown = {"release": "released", "released_at": AT, "release_token": "t"}
    with db.engine.begin() as connection:
        names = [found["name"] for found in inspect(connection).get_columns("report")]
        report = table_of("report", *map(column, names))
        for number, more in enumerate((shown, shown | {"release_token": "u"}, {}), start=1):
            connection.execute(insert(report), _case(names, number) | more)
    upgrade(revision="0002")
    numbers = codes()
    assert [is_valid(number or "") for number in numbers] == [True, True, False]
    assert len(set(numbers)) == 3
    with db.engine.connect() as connection:
        kept = connection.execute(text("SELECT code, words FROM report ORDER BY id")).all()
    assert kept == [(f"CASE{number:06}", "例") for number in (1, 2, 3)]
    downgrade(revision="0001")
    with db.engine.connect() as connection:
        assert connection.scalars(text("SELECT pin_failures FROM report")).all() == [0, 0, 0]
    upgrade(revision="0002")
    assert len(set(codes())) == 3


def codes() -> list[str | None]:
    with db.engine.connect() as connection:
        return list(connection.scalars(text("SELECT public_code FROM report ORDER BY id")))


def _case(names: Sequence[str], number: int) -> dict[str, Any]:
    """Return a submitted case as the first release of the product wrote it."""
    row: dict[str, Any] = dict.fromkeys(names)
    row |= dict.fromkeys(
        ("submitted_at", "accept_due", "legal_accept_due", "release_due", "due_at"), AT
    )
    row |= dict.fromkeys(
        ("datum", "position_source", "spot", "public_spot", "public_words", "outcome"), ""
    )
    row |= dict.fromkeys(("proof", "refuse_ground", "withhold_reason"), "")
    row |= dict.fromkeys(("pin_failures", "photos", "returns"), 0)
    return row | {
        "id": number, "code": f"CASE{number:06}", "state": "submitted", "release": "pending",
        "version": 1, "source": "h5", "plain_kind": "build", "official_kind": "construction",
        "division": "410307106", "town": "410307106", "words": "例", "salt": b"s" * 16,
        "business_day": NOW.date().isoformat(),
    }  # fmt: skip
