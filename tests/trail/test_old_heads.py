"""Heads that were signed under an older key stay checkable, and an old key signs no new one."""

from dataclasses import replace
from pathlib import Path

from flask import Flask, current_app

from tests.conftest import Clock
from tests.rotating import rotate
from tests.trail.test_trail import export, record, verify
from wufei_public.infra.keyring import SIGNING
from wufei_public.infra.work import house
from wufei_public.trail import jobs
from wufei_public.trail.actions import PURPOSE


def test_heads_of_before_and_after_verify(app: Flask, clock: Clock, tmp_path: Path) -> None:
    for _turn in range(2):
        record("a")
        jobs.seal("")
        export(tmp_path)
        clock.move(hours=1)
        rotate(SIGNING, clock)
        clock.move(hours=1)
    assert verify(app, "--heads", str(tmp_path)) == (0, ["2 seals, 2 heads, 0 faults"])
    known = [one.key.hex() for one in house().keys.public_keys(PURPOSE)]
    page = app.test_client().get("/audit/heads").text
    assert len(known) == 3
    assert all(key in page for key in known)
    both = [word for key in known[1:] for word in ("--key", key)]
    assert verify(app, "--heads", str(tmp_path), *both)[0] == 0
    assert verify(app, "--heads", str(tmp_path), "--key", known[0])[0] == 1
    assert known[1] in app.test_cli_runner().invoke(args=["audit", "key"]).output


def test_an_old_key_signs_no_head_of_today(app: Flask, clock: Clock, tmp_path: Path) -> None:
    leaked = house()
    rotate(SIGNING, clock)
    clock.move(hours=1)
    record("a")
    jobs.seal("")
    current = house()
    current_app.extensions["house"] = replace(current, keys=leaked.keys)
    export(tmp_path)
    current_app.extensions["house"] = current
    assert "not signed by this site" in verify(app, "--heads", str(tmp_path))[1][0]
