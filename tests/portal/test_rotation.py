"""Keys rotated on both databases: with writes going on, killed in the middle, two at once."""

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from tests.dumping import make
from tests.people import make as people
from tests.portal.rotating import PHONES, everything, kept, versions
from wufei_public.backups.actions import restoring, taking
from wufei_public.backups.actions.refusing import Refused
from wufei_public.common.actor import SYSTEM
from wufei_public.dumping.actions.steps import owners_of
from wufei_public.dumping.models.reports import Report
from wufei_public.infra import keyfile, resealing, rotation
from wufei_public.infra.db import db
from wufei_public.infra.keyring import GROUPS, INDEX, SEALING, SESSIONS, SIGNING, number_of
from wufei_public.infra.work import house, reading, work
from wufei_public.media.actions import covering
from wufei_public.media.models import Photo
from wufei_public.media.rules.boxes import Box
from wufei_public.people.models import Account, Identity
from wufei_public.people.queries.sealing import open_phone
from wufei_public.redblack.models.snapshots import ListingLeaf
from wufei_public.surveys.models import Call

# ---- one after the other --------------------------------------------------------------


def test_everything_is_sealed_anew_and_the_old_keys_end(site: Flask) -> None:
    was = everything()
    done = rotation.rotate(house(), SEALING, at_once=True)
    assert everything() == was
    assert (done.left, done.stuck, done.ends) == (0, [], None)
    assert versions(Call.sealed) == versions(ListingLeaf.sealed) == versions(Identity.sealed) == {2}
    assert [one.number for one in house().keys.ring.live(SEALING)] == [2]
    read = house().store.read
    assert all(number_of(read(one)) == 2 for one in kept(Photo.plain_name))


def test_a_second_rotation_is_no_other(site: Flask) -> None:
    was = everything()
    for _turn in range(2):
        rotation.rotate(house(), SEALING, at_once=True)
    assert (everything(), versions(Call.sealed)) == (was, {3})


def test_people_are_found_before_between_and_after(site: Flask) -> None:
    was = people.count(Account)
    for step in (0, 1, 2):
        if step == 1:
            keyfile.add_version(house().settings.keys_path, INDEX, house().clock(), 1)
        if step == 2:
            rotation.go_on(house(), INDEX, at_once=True)
        with db.engine.begin() as connection:
            connection.execute(text("DELETE FROM one_time_code"))
        people.resident(PHONES[0])
        assert people.count(Account) == was
    assert versions(Account.phone_index) == versions(Identity.subject) == {2}


def test_a_code_sent_before_a_rotation_lets_in_after_it(site: Flask) -> None:
    code = people.ask(PHONES[5])
    for group in (SESSIONS, INDEX, SEALING):
        rotation.rotate(house(), group)
    assert hasattr(people.try_code(code, PHONES[5]), "token")


def test_codes_of_a_day_are_counted_over_a_rotation(site: Flask) -> None:
    people.ask(PHONES[6])
    rotation.rotate(house(), INDEX)
    with pytest.raises(Exception, match="太勤"):
        people.ask(PHONES[6])


@pytest.mark.usefixtures("whole_site")
def test_a_picture_sealed_after_a_rotation_says_so_and_waits_for_none() -> None:
    rotation.rotate(house(), SEALING, at_once=True)
    receipt = make.report(photo=[make.photo_token(seed=2)])
    make.develop()
    (photo,) = make.photo_ids(receipt)
    box = [Box(0.1, 0.1, 0.2, 0.2)]
    made = covering.prepare(house(), photo, owners_of(receipt.code), box)
    assert made is not None
    work(SYSTEM, lambda w: covering.write(w, made))
    assert reading().scalar(select(Photo.plain_key).where(Photo.id == photo)) == 2
    assert not any(resealing.waiting(house().keys, SEALING).values())


def test_the_old_keys_wait_for_who_began_under_them(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = rotation.rotate(house(), SEALING)
    assert done.ends is not None
    assert rotation.rotate(house(), SEALING).version == 2
    later = house().clock() + timedelta(days=1, seconds=1)
    monkeypatch.setattr(house(), "clock", lambda: later)
    assert "old versions have ended" in rotation.tend("")
    assert rotation.tend("") == "nothing under way"


def test_what_does_not_open_is_named_and_keeps_the_old_keys(site: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(update(Account).where(Account.id == 1).values(phone_cipher=b"x" * 40))
    done = rotation.rotate(house(), SEALING, at_once=True)
    assert (done.left, [one.partition(":")[0] for one in done.stuck]) == (
        1,
        ["account.phone_cipher 1"],
    )
    assert len(house().keys.ring.live(SEALING)) == 2


def test_two_accounts_of_one_phone_are_named(site: Flask) -> None:
    keyfile.add_version(house().settings.keys_path, INDEX, house().clock(), 1)
    session, keys = reading(), house().keys
    first = session.get_one(Account, 1)
    number = open_phone(keys, first.phone_cipher or b"")
    index = keys.index("people:phone-index", number.encode())
    with db.engine.begin() as connection:
        values = {"phone_cipher": first.phone_cipher, "phone_index": index}
        connection.execute(update(Account).where(Account.id == 2).values(values))
    done = rotation.go_on(house(), INDEX, at_once=True)
    assert done.stuck == ["account.phone_index 1: another row has it too"]


def test_a_record_is_sealed_anew_and_never_otherwise(site: Flask) -> None:
    same = update(ListingLeaf).values(sealed=house().keys.encrypt("redblack:leaf", b"[]"))
    for change in (same, update(ListingLeaf).values(listing_id=2)):
        with pytest.raises(IntegrityError, match="what was written stays"):
            work(SYSTEM, lambda w, change=change: w.session.execute(change))


# ---- at the same time -----------------------------------------------------------------


def test_others_write_and_read_while_keys_rotate(site: Flask) -> None:
    stop, faults = threading.Event(), []

    def live() -> None:
        with site.app_context():
            number = 0
            while not stop.is_set():
                try:
                    make.report(phone=PHONES[number % 12])
                    everything()
                except Exception as error:  # noqa: BLE001
                    faults.append(error)
                number += 1
            db.session.remove()

    thread = threading.Thread(target=live)
    thread.start()
    try:
        for group in (SEALING, INDEX, SEALING):
            rotation.rotate(house(), group)
    finally:
        stop.set()
        thread.join()
    assert faults == []
    assert rotation.go_on(house(), SEALING, at_once=True).left == 0
    assert versions(Report.contact_sealed) == {2}
    everything()


KILLED = """
import os, signal, sys
from wufei_public.app import create_app
from wufei_public.config import settings_of_process
from wufei_public.infra import keyfile, resealing, rotation
module, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
module = {"keyfile": keyfile, "resealing": resealing}[module]
real, calls = getattr(module, name), [0]
def dying(*given, **named):
    calls[0] += 1
    if calls[0] == count:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*given, **named)
setattr(module, name, dying)
resealing.PART, resealing.FILES = 5, 1
app = create_app(settings_of_process())
with app.app_context():
    from wufei_public.infra.work import house
    rotation.rotate(house(), "sealing", at_once=True)
"""


def another(*where: str) -> subprocess.Popen[bytes]:
    """Start a process that rotates, and dies at a call of a function."""
    settings = house().settings
    env = os.environ | {
        "WUFEI_VAR": str(settings.var),
        "WUFEI_DATABASE": db.engine.url.render_as_string(hide_password=False),
        "WUFEI_DISTRICT": settings.district,
        "WUFEI_LOG_LEVEL": "error",
    }
    return subprocess.Popen([sys.executable, "-c", KILLED, *where], env=env)


@pytest.mark.parametrize(
    "where",
    [
        ("keyfile", "write_keys", "1"),
        ("keyfile", "_replace", "1"),
        ("resealing", "_one", "1"),
        ("resealing", "_one", "9"),
        ("resealing", "_renewed_file", "2"),
        ("keyfile", "write_keys", "2"),
    ],
)
def test_a_rotation_that_is_killed_is_gone_on_with(site: Flask, where: tuple[str, ...]) -> None:
    was = everything()
    assert another(*where).wait() == -signal.SIGKILL
    assert everything() == was
    rotation.rotate(house(), SEALING, at_once=True)
    assert everything() == was
    assert [one.number for one in house().keys.ring.live(SEALING)] == [2]
    assert versions(Call.sealed) == {2}


def test_two_processes_rotate_once(site: Flask) -> None:
    was = everything()
    both = [another("keyfile", "write_keys", "99") for _process in range(2)]
    assert [one.wait() for one in both] == [0, 0]
    assert everything() == was
    assert len(house().keys.ring.live(SEALING)) == 1


# ---- backups --------------------------------------------------------------------------


def stamped() -> None:
    head = Path("migrations/HEAD").read_text().partition("_")[0]
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})


@pytest.mark.usefixtures("whole_site")
def test_an_old_backup_asks_for_its_keys_and_is_read_with_them(tmp_path: Path) -> None:
    stamped()
    was, path = everything(), house().settings.keys_path
    old = path.read_bytes()
    backup = tmp_path / "backups" / taking.take(house(), tmp_path / "backups", 3)
    rotation.rotate(house(), SEALING, at_once=True)
    with pytest.raises(Refused, match="version 1 of the keys “sealing” is not in the key file"):
        restoring.check(backup, house().keys)
    assert keyfile.bring_back(path, old)
    restoring.restore(house(), backup, over=True)
    assert everything() == was
    rotation.go_on(house(), SEALING, at_once=True)
    assert (everything(), len(house().keys.ring.live(SEALING))) == (was, 1)


def test_a_backup_from_before_versions_needs_the_first_keys(site: Flask, tmp_path: Path) -> None:
    stamped()
    backup = tmp_path / "backups" / taking.take(house(), tmp_path / "backups", 3)
    manifest = backup / taking.MANIFEST
    old = restoring.check(backup, house().keys)
    manifest.write_text(_without_versions(old.text()))
    restoring.check(backup, house().keys)
    rotation.rotate(house(), INDEX, at_once=True)
    with pytest.raises(Refused, match="version 1 of the keys “index”"):
        restoring.check(backup, house().keys)


def _without_versions(manifest: str) -> str:
    found = json.loads(manifest)
    del found["versions"]
    return json.dumps(found)


# ---- the operator ---------------------------------------------------------------------


def test_the_operator_sees_groups_versions_and_what_waits(site: Flask) -> None:
    run = site.test_cli_runner().invoke
    keyfile.add_version(house().settings.keys_path, SEALING, house().clock(), 1)
    words = run(args=["keys"]).output
    assert all(f"{group}: " in words for group in GROUPS)
    assert "version 1: made with the key file" in words
    assert "survey_call.sealed: 12" in words
    done = run(args=["keys", "rotate", "sealing", "--at-once"])
    assert (done.exit_code, "old versions have ended" in done.output) == (0, True)
    assert "waiting" not in run(args=["keys"]).output


def test_a_lost_key_comes_back_beside_the_new_ones(site: Flask, tmp_path: Path) -> None:
    run, file = site.test_cli_runner().invoke, tmp_path / "keys.sealed"
    words = ["--passphrase", "vier Worte und ein Komma"]
    assert run(args=["keys", "backup", str(file), *words]).exit_code == 0
    rotation.rotate(house(), SEALING, at_once=True)
    assert "every version of both" in run(args=["keys", "restore", str(file), *words]).output
    assert [one.number for one in house().keys.ring.live(SEALING)] == [2, 1]


def test_paper_is_not_offered(site: Flask) -> None:
    assert site.test_cli_runner().invoke(args=["keys", "rotate", "paper"]).exit_code == 2


def test_signing_ends_the_old_private_key_at_once(site: Flask) -> None:
    rotation.rotate(house(), SIGNING)
    assert [one.number for one in house().keys.ring.live(SIGNING)] == [2]
    assert len(house().keys.public_keys("trail:sign")) == 2
