"""The commands that an operator types."""

import os
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
import segno
from flask import Flask

from tests.conftest import Clock
from wufei_public.app import create_app
from wufei_public.config import BadSettings, Settings
from wufei_public.infra.db import db
from wufei_public.infra.scheduler import beat
from wufei_public.infra.storage import DiskStore
from wufei_public.infra.work import House
from wufei_public.portal import cli


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
        "WUFEI_STORE": "s3://bucket?endpoint=http://127.0.0.1:1&foo=bar",
    }
    done = subprocess.run(
        [sys.executable, "-m", "flask", "doctor"],
        env=environ, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    told = done.stdout + done.stderr
    assert done.returncode != 0
    for name in ("WUFEI_PORT", "WUFEI_MODE", "WUFEI_LOG_LEVEL", "WUFEI_STORE"):
        assert f"{name}: " in told
    assert "Traceback" not in told


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings = Settings(var=tmp_path / "file" / "var")
    with pytest.raises(BadSettings, match="WUFEI_VAR"):
        create_app(settings)


def test_a_folder_that_is_made_is_open_to_its_owner_only(tmp_path: Path) -> None:
    create_app(Settings(var=tmp_path / "var"))
    assert (tmp_path / "var").stat().st_mode & 0o077 == 0


def test_doctor_names_a_district_that_was_not_loaded(own_app: Flask) -> None:
    home: House = own_app.extensions["house"]
    assert said(own_app, "seed")[0] == 0
    assert "ok    WUFEI_DISTRICT" in said(own_app, "doctor")[1]
    settings = replace(home.settings, district="999999")
    own_app.extensions["house"] = replace(home, settings=settings)
    assert "bad   WUFEI_DISTRICT" in said(own_app, "doctor")[1]


def test_whoever_opens_the_site_to_the_network_is_shown_a_code_for_the_phone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "lan_addresses", lambda: ["192.168.1.9"])
    cli._greet(Settings(host="0.0.0.0", port=9000))  # noqa: S104  nothing is bound
    said = capsys.readouterr().out
    assert "From a phone in the same network:  http://192.168.1.9:9000/" in said
    drawn = StringIO()
    segno.make("http://192.168.1.9:9000/", micro=False).terminal(drawn, compact=True)
    assert drawn.getvalue() in said
    cli._greet(Settings(host="127.0.0.1", port=9000))
    assert "HOST=0.0.0.0" in capsys.readouterr().out


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
