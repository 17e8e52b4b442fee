"""Staff write a report down for somebody else, once per outside number, and hand a receipt over."""

import secrets
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Clock
from tests.dumping import make
from wufei_public.common.actor import Actor
from wufei_public.common.errors import Invalid, NotFound
from wufei_public.dumping.actions import entering
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.actions.submit import Draft
from wufei_public.dumping.rules.states import Source
from wufei_public.infra.work import work

TOWN = make.TOWN_OFFICER


def enter(actor: Actor = TOWN, **changes: Any) -> Receipt:
    values = {"source": Source.HOTLINE_12345, "outside_number": "A-17", "phone": make.PHONE}
    draft: Draft = make.draft(**(values | changes))
    return work(actor, lambda w: entering.enter(w, draft))


def test_an_entered_case_is_as_good_as_any_other(town: None) -> None:
    receipt = enter(outside_number=" A-17 ")
    row = make.case(receipt)
    assert (row.source, row.outside_number, row.state) == ("12345", "A-17", "submitted")
    assert (row.reporter_id, row.contact_sealed is None) == (None, False)
    assert make.moves(receipt) == ["submit", "entered"]
    assert make.last_event(receipt).actor_id == TOWN.id


def test_a_number_is_entered_once_per_door_and_a_form_once(town: None) -> None:
    key = secrets.token_urlsafe(24)
    first = enter(client_key=key)
    assert enter(client_key=key) == first
    with pytest.raises(Invalid) as refused:
        enter()
    assert [fault.pointer for fault in refused.value.errors] == ["outside_number"]
    assert enter(source=Source.HOTLINE_12369).code != first.code
    assert enter(outside_number="").code != enter(outside_number="").code


def test_a_town_enters_what_it_handles(town: None) -> None:
    for place in (make.OTHER_TOWN, None):
        with pytest.raises(Invalid) as refused:
            enter(division=place)
        assert [fault.pointer for fault in refused.value.errors] == ["division"]
    assert make.case(enter(make.DISTRICT_OFFICER, division=None)).town is None


def test_the_receipt_is_printed_by_who_entered_it_and_soon(town: None, clock: Clock) -> None:
    receipt = enter()
    assert make.do(TOWN, entering.printable, receipt.code) == receipt
    with pytest.raises(NotFound):
        make.do(make.DISTRICT_OFFICER, entering.printable, receipt.code)
    clock.move(minutes=61)
    with pytest.raises(NotFound):
        make.do(TOWN, entering.printable, receipt.code)


def test_the_pages_take_a_call_and_show_its_receipt(app: Flask, town: None) -> None:
    client = make.browser(app, make.account(TOWN))
    assert "代录一件" in client.get("/staff/cases").text
    assert "12345 热线" in client.get("/staff/entry").text
    form = {
        "client_key": "k" * 24, "source": "12345", "outside_number": "B-1", "kind": "build",
        "division": make.VILLAGE, "words": "三车碎砖。", "phone": make.PHONE,
    }  # fmt: skip
    sent = client.post("/staff/entry", data=form)
    assert sent.status_code == 303
    page = client.get(sent.headers["Location"]).text
    assert "举报回执" in page
    code = sent.headers["Location"].rpartition("/")[2]
    assert "12345 热线 · B-1" in client.get(f"/staff/cases/{code}").text
    again = client.post("/staff/entry", data=form | {"client_key": "m" * 24})
    assert (again.status_code, "这个编号已经录过了。" in again.text) == (422, True)
    other = client.post("/staff/entry", data=form | {"words": "别的话。", "outside_number": ""})
    assert other.status_code == 409
    crew = make.browser(app, make.account(make.CREW))
    assert crew.get("/staff/entry").status_code == 403
