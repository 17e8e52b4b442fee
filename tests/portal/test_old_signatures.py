"""What was signed under an older key stays checkable, on the pages and in the API."""

import base64

import pytest
from flask import Flask
from sqlalchemy import update

from tests.cells import make as cells
from tests.conftest import Clock
from tests.dumping import make as people
from tests.organisations import make as organisations
from tests.redblack import make as lists
from tests.redblack.test_desk import desk
from tests.rotating import rotate
from wufei_public.cells.queries.certificates import forget_figures
from wufei_public.cells.rules.naming import PURPOSE as CERTIFICATE
from wufei_public.common.actor import SYSTEM
from wufei_public.infra.keyring import SEALING, SIGNING
from wufei_public.infra.keys import check_signature
from wufei_public.infra.work import house, work
from wufei_public.redblack.actions.snapshots import SEAL
from wufei_public.redblack.models.snapshots import ListingLeaf

API = "/api/v1/redblack"


def test_a_certificate_names_the_key_that_signed_it(app: Flask, clock: Clock) -> None:
    forget_figures()
    people.places()
    cells.everybody()
    _case, found = cells.named(clock)
    old = base64.b64encode(house().keys.public_key(CERTIFICATE)).decode()
    rotate(SIGNING, clock)
    told = app.test_client().get(f"/api/v1/cells/certificates/{found.code}").get_json()
    assert told["public_key"] == old
    assert [one["key"] for one in told["public_keys"]][1] == old
    assert old in app.test_client().get(f"/cells/c/{found.code}").text


@pytest.fixture
def listed(app: Flask) -> object:
    people.places()
    for actor in lists.EVERYBODY:
        people.account(actor)
    card = organisations.organisation()
    lists.proven(card)
    return lists.published(card)


def test_a_snapshot_names_the_key_that_signed_it(app: Flask, clock: Clock, listed: object) -> None:
    old = house().keys.public_key("redblack:sign").hex()
    clock.move(hours=1)
    rotate(SIGNING, clock)
    client = app.test_client()
    told = client.get(f"{API}/snapshots/1").get_json()
    assert told["public_key"] == old
    key, signature = bytes.fromhex(old), bytes.fromhex(told["signature"])
    check_signature(key, signature, told["message"].encode())
    log = client.get(f"{API}/snapshots").get_json()
    assert [(one["key"], one["until"] is None) for one in log["public_keys"]][1] == (old, False)
    assert old in client.get("/redblack/changes").text


def test_a_record_that_is_not_what_was_published_is_not_shown(
    app: Flask, clock: Clock, listed: object
) -> None:
    auditor = desk(app, lists.AUDITOR)
    assert auditor.post("/staff/snapshots/1").status_code == 200
    rotate(SEALING, clock)
    forged = house().keys.encrypt(SEAL, b'{"salt": "00", "record": {}}')
    work(SYSTEM, lambda w: w.session.execute(update(ListingLeaf).values(sealed=forged)))
    assert auditor.post("/staff/snapshots/1").status_code == 409
