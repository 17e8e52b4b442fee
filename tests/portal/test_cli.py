"""The commands that an operator types."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from flask import Flask

from tests.conftest import Clock
from wufei_public.infra.db import db
from wufei_public.infra.scheduler import beat
from wufei_public.infra.storage import DiskStore
from wufei_public.infra.work import House


def said(app: Flask, *words: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=words)
    return done.exit_code, done.output


def test_doctor_finds_a_migrated_site_well(empty_app: Flask) -> None:
    assert said(empty_app, "db", "upgrade")[0] == 0
    code, words = said(empty_app, "doctor")
    assert code == 0, words
    assert "ok    database: " in words
    assert "note  jobs: no jobs process has run yet" in words
    assert "bad" not in words


def test_doctor_names_a_jobs_process_that_has_stopped(own_app: Flask, clock: Clock) -> None:
    home: House = own_app.extensions["house"]
    own_app.extensions["house"] = replace(home, clock=clock)
    beat(own_app)
    assert "ok    jobs: last alive" in said(own_app, "doctor")[1]
    clock.move(seconds=61)
    assert "bad   jobs: last alive" in said(own_app, "doctor")[1]


def test_doctor_names_everything_bad_at_once(empty_app: Flask, tmp_path: Path) -> None:
    home: House = empty_app.extensions["house"]
    (tmp_path / "file").write_text("in the way")
    store = DiskStore(tmp_path / "file" / "photos")
    empty_app.extensions["house"] = replace(home, store=store)
    home.settings.keys_path.chmod(0o644)
    db.session.remove()
    code, words = said(empty_app, "doctor")
    assert code == 1
    bad = [line.split()[1] for line in words.splitlines() if line.startswith("bad")]
    assert bad == ["database:", "keys:", "photo"]


def test_doctor_names_every_bad_variable_at_once(tmp_path: Path) -> None:
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("WUFEI_")},
        "FLASK_APP": "wsgi",
        "WUFEI_VAR": str(tmp_path),
        "WUFEI_PORT": "eighty",
        "WUFEI_MODE": "prod",
        "WUFEI_LOG_LEVEL": "loud",
    }
    done = subprocess.run(
        [sys.executable, "-m", "flask", "doctor"],
        env=environ, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    told = done.stdout + done.stderr
    assert done.returncode != 0
    for name in ("WUFEI_PORT", "WUFEI_MODE", "WUFEI_LOG_LEVEL"):
        assert f"{name}: " in told
    assert "Traceback" not in told


def test_seed_a_second_time_changes_nothing(own_app: Flask) -> None:
    code, first = said(own_app, "seed")
    assert (code, "seed: divisions:" in first) == (0, True)
    assert said(own_app, "seed") == (0, "")


def test_jobs_are_listed_and_an_unknown_one_names_those_there_are(own_app: Flask) -> None:
    code, words = said(own_app, "jobs", "list")
    assert code == 0
    assert "photos.sweep" in words
    code, words = said(own_app, "jobs", "once", "nightly")
    assert code == 1
    assert "there is no job nightly; there are: photos.develop" in words


def test_keys_are_made_once(own_app: Flask) -> None:
    home: House = own_app.extensions["house"]
    path = home.settings.keys_path
    before = path.read_bytes()
    assert "is there" in said(own_app, "keys", "make")[1]
    assert path.read_bytes() == before
