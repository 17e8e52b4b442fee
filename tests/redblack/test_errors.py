"""Anyone reports an error in a field; a named official without part in it answers in time."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.dumping.make import browser, messages
from tests.redblack import make
from wufei_public.common.actor import ANONYMOUS, Actor
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from wufei_public.infra.work import house, reading, work
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import errors
from wufei_public.redblack.actions.snapshots import SIGN
from wufei_public.redblack.models.errors import ListingError
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.snapshots import Snapshot
from wufei_public.redblack.queries import errors as queries
from wufei_public.redblack.rules import snapshots
from wufei_public.redblack.rules.errors import MOST_OPEN, handler_for

WRONG = {"field": "facts", "words": "不是 40 吨，是 14 吨，打 13812345678 问。"}
RIGHT = "2026年7月，张**带人把约 14 吨碎石料倒在河滩。"


def test_the_least_busy_official_is_to_answer() -> None:
    assert handler_for({}) is None
    assert handler_for({7: 2, 9: 1, 8: 1}) == 8


@pytest.fixture
def listed(enterprise: Organisation) -> Listing:
    return make.published(enterprise)


def reported(row: Listing, actor: Actor = ANONYMOUS, **changes: Any) -> ListingError:
    found: ListingError = make.do(actor, errors.report, row, **(WRONG | changes))
    return found


def answered(found: ListingError, actor: Actor = make.CHIEF, **values: Any) -> ListingError:
    given = {"outcome": "upheld", "words": "磅单是 14 吨。", "correction": RIGHT} | values
    done: ListingError = work(actor, lambda w: errors.answer(w, code=found.code, **given))
    return done


def test_a_report_goes_to_a_named_official_without_part_with_a_clock(listed: Listing) -> None:
    found = reported(listed)
    # Of the two district officers one approved the entry.
    assert found.handler_id == make.CHIEF.id
    assert found.account_id is None
    assert "13812345678" not in found.words
    assert (found.answer_until - make.now()).days in range(10, 20)
    assert (make.CHIEF.id, "redblack.error") in messages()
    assert queries.waiting_count(reading(), make.CHIEF) == 1


def test_who_took_part_answers_nothing(listed: Listing) -> None:
    found = reported(listed)
    for actor in (make.TOWN_OFFICER, make.DEPARTMENT_OFFICER, make.DISTRICT_OFFICER, make.RESIDENT):
        with pytest.raises(NotAllowed):
            answered(found, actor)
    with pytest.raises(Invalid):
        answered(found, correction="")
    answered(found)
    with pytest.raises(WrongState):
        answered(found)


def test_what_is_put_right_is_frozen_anew_and_the_chain_holds(listed: Listing) -> None:
    before, leaf = listed.record, snapshots.leaf_of(listed.salt or b"", listed.record or "")
    found = reported(listed, make.NEIGHBOUR)
    answered(found)
    now = make.state(listed)
    assert (now.public_facts, json.loads(now.record or "")["facts"]) == (RIGHT, RIGHT)
    assert now.record != before
    first, second = reading().scalars(select(Snapshot).order_by(Snapshot.number)).all()
    assert (second.added, second.gone, second.black) == (1, 1, 1)
    assert leaf in snapshots.split(first.leaves)
    assert leaf not in snapshots.split(second.leaves)
    assert bytes(second.previous) == snapshots.after(first.signature)
    assert house().keys.public_key(SIGN)
    assert {"redblack.correct", "redblack.error_answer"} <= {name for _who, name in messages()}


def test_nothing_changes_where_nothing_was_wrong(listed: Listing) -> None:
    answered(reported(listed), outcome="rejected", correction="")
    assert make.state(listed).public_facts == listed.public_facts
    assert len(reading().scalars(select(Snapshot)).all()) == 1


def test_only_what_is_shown_can_be_reported_and_not_without_end(listed: Listing) -> None:
    for _time in range(MOST_OPEN):
        reported(listed)
    with pytest.raises(Conflict):
        reported(listed)
    make.move(days=400)
    with pytest.raises(NotFound):
        reported(listed)


def test_a_guest_reports_and_reads_the_answer(
    app: Flask, client: FlaskClient, listed: Listing
) -> None:
    page = f"/redblack/{listed.code}/error"
    assert page in client.get(f"/redblack/{listed.code}").text
    assert client.post(page, data={"field": "colour", "words": "x"}).status_code == 422
    receipt = client.post(page, data=WRONG).headers["Location"]
    code = receipt.rsplit("/", 1)[1]
    told = client.get(receipt).text
    for word in ("事实", code, make.CHIEF.name, "最晚答复"):
        assert word in told, word
    chief, clerk = browser(app, make.CHIEF), browser(app, make.TOWN_OFFICER)
    assert f"/staff/listing-errors/{code}" in chief.get("/staff/listing-errors").text
    assert "/staff/listing-errors" in chief.get("/staff").text
    own = f"/staff/listing-errors/{code}"
    form = {"outcome": "upheld", "words": "磅单是 14 吨。", "correction": RIGHT}
    assert clerk.post(own, data=form).status_code == 409
    assert browser(app, make.OTHER_OFFICER).get(own).status_code == 404
    assert chief.post(own, data=form | {"correction": ""}).status_code == 422
    assert chief.post(own, data=form).status_code == 303
    assert chief.post(own, data=form).status_code == 409
    assert "磅单是 14 吨" in client.get(receipt).text
    assert "14 吨碎石料" in client.get(f"/redblack/{listed.code}").text
    make.move(days=400)
    assert client.get(page).status_code == 404
