"""Two persons press at the same moment: one publication, one chain of snapshots."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Clock
from tests.dumping import make as people
from tests.dumping.test_faults import at_once
from tests.organisations import make as organisations
from tests.redblack import make
from wufei_public.common.actor import Actor
from wufei_public.infra.keys import check_signature
from wufei_public.infra.work import house, reading, work
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import officer
from wufei_public.redblack.actions.snapshots import SIGN
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.snapshots import Snapshot
from wufei_public.redblack.queries import listings
from wufei_public.redblack.rules import snapshots


@pytest.fixture
def site(own_app: Flask) -> Flask:
    own_app.extensions["house"].clock = Clock()
    people.places()
    for actor in make.EVERYBODY:
        people.account(actor)
    return own_app


def firm(number: int) -> Organisation:
    found = organisations.organisation(number, name=f"{number}石材厂")
    organisations.proven(found)
    return found


def pressed(site: Flask, presses: list[tuple[Actor, Listing]]) -> list[Any]:
    def press(actor: Actor, row: Listing) -> Any:
        return work(actor, lambda w: officer.publish(w, code=row.code, hidden=True)).state

    rows = [(actor, row) for actor, row in presses]
    found = at_once(site, [lambda a=a, r=r: press(a, r) for a, r in rows])
    make.fresh()
    return found


def chain_holds() -> list[Snapshot]:
    """Check numbers, links and signatures; return the snapshots."""
    rows = list(reading().scalars(select(Snapshot).order_by(Snapshot.number)))
    previous = snapshots.BEGINNING
    for number, row in enumerate(rows, start=1):
        assert (row.number, bytes(row.previous)) == (number, previous)
        check_signature(house().keys.public_key(SIGN), row.signature, row.head.message())
        previous = snapshots.after(row.signature)
    return rows


def test_two_press_on_one_entry(site: Flask) -> None:
    row = make.decided(firm(1))
    found = pressed(site, [(make.DISTRICT_OFFICER, row), (make.CHIEF, row)])
    assert sorted(found, key=str) == sorted(["published", "wrong_state"], key=str)
    assert [event.move for event in listings.events(reading(), row.id)].count("publish") == 1
    assert len(chain_holds()) == 1


def test_two_publish_two_entries(site: Flask) -> None:
    rows = [make.decided(firm(number)) for number in (1, 2)]
    assert pressed(site, list(zip((make.DISTRICT_OFFICER, make.CHIEF), rows, strict=True))) == [
        "published", "published",
    ]  # fmt: skip
    taken = chain_holds()
    assert [(one.number, one.black) for one in taken] == [(1, 1), (2, 2)]


def test_red_and_black_of_one_firm_at_the_same_moment(site: Flask) -> None:
    to = firm(1)
    rows = [make.red_decided(to), make.decided(to)]
    pressed(site, list(zip((make.DISTRICT_OFFICER, make.CHIEF), rows, strict=True)))
    states = {make.state(row).kind: make.state(row).state for row in rows}
    # Whoever came first: red was taken down again, or never put up.
    assert states["black"] == "published"
    assert states["red"] in {"removed", "decided"}
    assert chain_holds()[-1].red == 0
