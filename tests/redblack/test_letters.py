"""An enterprise without an account is told of every step on paper, and of a decision in time."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from tests.dumping.make import messages, photo_token
from tests.organisations import make as organisations
from tests.redblack import make
from tests.redblack.steps import desk, photo, refused, text
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Invalid, WrongState
from wufei_public.infra.work import reading, work
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import letters as actions
from wufei_public.redblack.actions import officer
from wufei_public.redblack.models.letters import ListingLetter
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.queries import letters


@pytest.fixture
def row(town: None) -> Listing:
    """Return a black entry of an enterprise without an account that was decided a moment ago."""
    found = make.served(organisations.organisation(91, name="只收信的石材厂"))
    make.move(days=20)
    make.do(make.DEPARTMENT_OFFICER, officer.decide, found, reason="事实清楚。")
    return make.state(found)


def sql(statement: Any) -> None:
    work(SYSTEM, lambda w: w.session.execute(statement))


def told(row: Listing) -> list[tuple[str, str]]:
    make.fresh()
    return [(one.step, one.way) for one in letters.of_listing(reading(), row.id)]


def served(row: Listing, **changes: Any) -> Any:
    (found,) = (one for one in letters.of_listing(reading(), row.id) if not one.way)
    given = {"letter": found.id, "way": "hand", "served_on": make.now()} | changes
    actor = given.pop("actor", make.TOWN_OFFICER)
    return make.do(actor, actions.serve, row, **({"photo": [photo_token(seed=9)]} | given))


def test_nothing_is_published_that_the_enterprise_was_not_told(row: Listing) -> None:
    assert told(row) == [("decide", "")]
    assert (make.CHIEF.id, "redblack.on_paper") in messages()
    refused("decision_unserved", make.CHIEF, officer.publish, row, hidden=True)
    served(row, actor=make.DISTRICT_OFFICER)
    refused("own_part", make.DISTRICT_OFFICER, officer.publish, row, hidden=True)
    make.do(make.CHIEF, officer.publish, row, hidden=True)
    assert told(row) == [("decide", "hand"), ("publish", "")]
    served(row, way="post", tracking="EMS1")
    assert told(row)[-1] == ("publish", "post")


def test_a_letter_has_its_proof_and_its_time(row: Listing) -> None:
    for pointer, wrong in (
        ("way", {"way": "account"}), ("way", {"way": "announcement"}), ("photo", {"photo": []}),
        ("tracking", {"way": "post"}), ("served_on", {"served_on": make.now() - timedelta(days=1)}),
    ):  # fmt: skip
        with pytest.raises(Invalid) as found:
            served(row, **wrong)
        assert found.value.errors[0].pointer == pointer
    (one,) = letters.of_listing(reading(), row.id)
    served(row)
    with pytest.raises(WrongState):
        make.do(
            make.TOWN_OFFICER, actions.serve, row, letter=one.id, way="hand",
            served_on=make.now(), photo=[photo_token(seed=9)],
        )  # fmt: skip


def test_no_statement_says_that_a_decision_was_served(row: Listing) -> None:
    for statement, says in (
        (update(ListingLetter).values(way="account", served_at=make.now()), "stays"),
        (update(ListingLetter).values(way="hand", served_at=make.now()), "CHECK|check"),
        (delete(ListingLetter), "stays"),
        (
            insert(ListingLetter).values(
                listing_id=row.id, round=1, step="decide", written_at=make.now(), way="account",
                tracking="", proofs=0, served_at=make.now(),
            ),
            "told in it",
        ),
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match=says):
            sql(statement)


def test_who_has_an_account_is_told_in_it(enterprise: Organisation) -> None:
    row = make.published(enterprise)
    assert told(row) == [("decide", "account"), ("publish", "account")]
    before = messages()
    assert (make.CHIEF.id, "redblack.on_paper") not in before


def test_an_official_serves_a_step_on_the_page(app: Flask, row: Listing) -> None:
    clerk, url = desk(app, make.TOWN_OFFICER), f"/staff/listings/{row.code}"
    assert "书面送达一步" in text(clerk.get(url))
    (one,) = letters.of_listing(reading(), row.id)
    form = {"letter": str(one.id), "way": "hand", "served_on": "2020-01-01T10:00"}
    assert clerk.post(f"{url}/letter", data=form).status_code == 422
    form["served_on"] = (make.now() + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M")
    make.move(minutes=5)
    form["served_on"] = (make.now() + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M")
    assert clerk.post(f"{url}/letter", data=form | photo()).status_code == 303
    page = text(clerk.get(url))
    assert "书面送达一步" not in page
    assert "企业知道了哪几步" in page
