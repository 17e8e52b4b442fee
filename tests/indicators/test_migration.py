"""A migrated database guards what is written by the same triggers as one made from the models."""

from sqlalchemy import create_engine, text

from tests.databases import Databases

GUARDS = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    " ORDER BY tgname",
}


def guards(url: str) -> list[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = list(connection.scalars(text(GUARDS[engine.dialect.name])))
    engine.dispose()
    return found


def test_a_migrated_database_has_the_models_guards(migrated: str, databases: Databases) -> None:
    found = guards(migrated)
    with databases.with_tables() as url:
        assert found == guards(url)
    assert len(found) == 182
