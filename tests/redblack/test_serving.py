"""Serving a notice: what failed before an announcement, in which round, and its clocks."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from tests.dumping.make import browser, develop, photo_token
from tests.redblack import make
from tests.redblack.steps import refused
from wufei_public.common.clock import DISTRICT_ZONE
from wufei_public.common.errors import Invalid
from wufei_public.infra.work import work
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import officer, serving
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingAttempt


def tried(row: Listing, way: str) -> None:
    """Record a service that failed."""
    values = {"tried_at": make.now(), "words": "门锁着，没有人。", "tracking": "EMS7"}
    photo = [photo_token(seed=17)]
    make.do(make.TOWN_OFFICER, serving.note_attempt, row, way=way, photo=photo, **values)


def announced(row: Listing) -> str:
    """Announce the notice now; return at which field it was refused, if it was."""
    served = {"way": "announcement", "served_on": make.now(), "photo": [photo_token()]}
    try:
        make.do(make.TOWN_OFFICER, serving.serve, row, **served)
    except Invalid as error:
        return error.errors[0].pointer
    return ""


def test_what_is_tried_again_is_tried_on_another_day(enterprise: Organisation) -> None:
    row = make.proposed(enterprise)
    tried(row, "hand")
    make.move(minutes=5)
    with pytest.raises(Invalid) as same_day:
        tried(row, "post")
    assert same_day.value.errors[0].pointer == "tried_at"
    values = {
        "listing_id": row.id, "round": 1, "way": "post", "tried_at": make.now(), "tracking": "E1",
        "words": "退回。", "photos": 1, "noted_by": make.CLERK.id, "noted_at": make.now(),
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="on another day"):
        work(make.CLERK, lambda w: w.session.execute(insert(ListingAttempt), values))
    make.move(days=1)
    tried(row, "post")


def test_an_announcement_waits_for_who_may_still_come(enterprise: Organisation) -> None:
    """From the recording of the last attempt on, however early it is said to have been."""
    row = make.proposed(enterprise)
    early = make.now()
    tried(row, "hand")
    make.move(days=7)
    values = {"tried_at": early + timedelta(days=1), "words": "退回。", "tracking": "E1"}
    photo = [photo_token(seed=33)]
    make.do(make.TOWN_OFFICER, serving.note_attempt, row, way="post", photo=photo, **values)
    make.move(days=2)
    assert announced(row) == "served_on"
    service = {"way": "announcement", "served_at": make.now(), "served_by": make.CLERK.id}
    until = {"respond_until": make.now() + timedelta(days=50), "proofs": 1, "state": "served"}
    statement = update(Listing).where(Listing.id == row.id).values(service | until)
    with pytest.raises(IntegrityError, match="some days after"):
        work(make.CLERK, lambda w: w.session.execute(statement))
    make.move(days=5)
    assert announced(row) == ""


def test_an_attempt_says_how_and_shows_it(enterprise: Organisation) -> None:
    row = make.proposed(enterprise)
    whole = {"way": "post", "tried_at": make.now(), "words": "退回。", "tracking": "EMS7"}
    later = make.now() + timedelta(hours=1)
    for pointer, wrong in (
        ("way", {"way": "announcement"}),
        ("tracking", {"tracking": ""}),
        ("tried_at", {"tried_at": later}),
        ("photo", {"photo": []}),
    ):
        values = {"photo": [photo_token(seed=18)]} | whole | wrong
        with pytest.raises(Invalid) as found:
            make.do(make.TOWN_OFFICER, serving.note_attempt, row, **values)
        assert found.value.errors[0].pointer == pointer


def test_what_was_tried_in_a_round_before_opens_no_announcement(enterprise: Organisation) -> None:
    row = make.proposed(enterprise)
    for way in ("hand", "post"):
        tried(row, way)
        make.move(days=7)
    served = {"way": "announcement", "served_on": make.now(), "photo": [photo_token()]}
    make.do(make.CLERK, serving.serve, row, **served)
    make.move(days=60)
    make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="没有人来说。")
    make.do(make.CHIEF, officer.send_back, row, reason="再送一次。")
    served |= {"served_on": make.now(), "photo": [photo_token(seed=19)]}
    with pytest.raises(Invalid):
        make.do(make.CLERK, serving.serve, row, **served)
    # The database refuses it as well, whatever the action asks.
    its = Listing.id == row.id
    service = {"way": "announcement", "served_at": make.now(), "served_by": make.CLERK.id}
    until = {"respond_until": make.now() + timedelta(days=50), "proofs": 1, "state": "served"}
    with pytest.raises(IntegrityError, match="after what was tried"):
        work(
            make.CLERK,
            lambda w: w.session.execute(update(Listing).where(its).values(service | until)),
        )


def test_what_is_announced_counts_as_served_a_month_later(enterprise: Organisation) -> None:
    row = make.proposed(enterprise)
    for way in ("hand", "post"):
        assert announced(row) == "way"
        tried(row, way)
        make.move(days=7)
    assert announced(row) == ""
    make.move(days=31)
    refused("still_hearing", make.DEPARTMENT_OFFICER, officer.decide, row, reason="早了。")
    make.move(days=20)
    make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="没有人来说。")


def test_an_official_records_on_the_page_what_failed(app: Flask, enterprise: Organisation) -> None:
    row = make.proposed(enterprise)
    clerk, page = browser(app, make.TOWN_OFFICER), f"/staff/listings/{row.code}"
    make.move(minutes=2)
    local = make.now().astimezone(DISTRICT_ZONE).strftime("%Y-%m-%dT%H:%M")
    form = {"way": "hand", "tried_at": local, "words": "大门锁着，邻居说搬走了。", "tracking": ""}
    refused_form = clerk.post(f"{page}/attempt", data=form | {"words": "门"})
    assert refused_form.status_code == 422
    form |= {"photo_token": photo_token(seed=31)}
    assert clerk.post(f"{page}/attempt", data=form).status_code == 303
    develop()
    text = clerk.get(page).text
    assert "大门锁着，邻居说搬走了。" in text
    assert "登记了没有送到" in text
    # The enterprise reads it too, with the picture.
    own = browser(app, make.RESIDENT).get(f"/mine/listings/{row.code}").text
    assert "大门锁着，邻居说搬走了。" in own
    shown = re.search(rf"/mine/listings/{row.code}/photos/\d+/large", own)
    assert shown is not None
    assert browser(app, make.RESIDENT).get(shown[0]).mimetype == "image/jpeg"
