"""What the stage on PostgreSQL leaves out has no database, and cannot get one unseen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import pytest
from sqlalchemy import create_engine, text

@pytest.fixture(scope="session")
def databases(): ...

@pytest.fixture
def app(databases): ...

def connect():
    with create_engine("sqlite://").connect() as connection:
        connection.execute(text("SELECT 1"))

def test_asks(databases): connect()
def test_asks_by_another(app): connect()
def test_has_none(): ...
"""
SECRET = "def test_secret(): connect()\n"


def run(folder: Path, source: str, *words: str, database: str) -> tuple[int, str]:
    (folder / "test_it.py").write_text(source)
    pytest_alone = [sys.executable, "-m", "pytest", "-q", "-p", "tests.selection"]
    options = ["-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(folder)]
    env = {"TEST_DATABASE": database, "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(
        [*pytest_alone, *options, *words, str(folder)],
        env={**os.environ, **env, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_only_what_asks_for_a_database_is_run_on_postgresql(tmp_path: Path) -> None:
    code, said = run(tmp_path, TESTS, "--collect-only", database="postgresql")
    found = [line.rpartition("::")[2] for line in said.splitlines() if "::" in line]
    assert (code, found) == (0, ["test_asks", "test_asks_by_another"])


@pytest.mark.parametrize(("more", "end"), [("", "3 passed"), (SECRET, "4 passed, 1 error")])
def test_a_test_that_connects_without_asking_fails(tmp_path: Path, more: str, end: str) -> None:
    code, said = run(tmp_path, TESTS + more, database="sqlite")
    assert said.splitlines()[-1].startswith(end)
    assert code == bool(more)
    assert ("it must ask for the fixture" in said) == bool(more)
