"""Reporters take words and photos back: from everybody in the next request, from all in the end."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests.conftest import Clock
from tests.dumping import make
from tests.dumping.trace import traced
from tests.people.make import fresh
from wufei_public.common.actor import ANONYMOUS, Actor
from wufei_public.common.errors import NotAllowed, WrongState
from wufei_public.dumping import jobs
from wufei_public.dumping.actions import confirming, officer, reporter, showing, withdrawing
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.models.photos import ReportPhoto
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.infra.work import reading, work
from wufei_public.media.models import Photo

pytestmark = pytest.mark.usefixtures("town")

WORDS, SPOT = "桥下三车碎砖，是我看见的", "老王家后墙"


@pytest.fixture
def shown() -> Receipt:
    """Return a released report with words, a spot, two photos, and one of somebody else."""
    tokens = [make.photo_token(seed=1), make.photo_token(seed=2)]
    receipt = make.report(words=WORDS, spot=SPOT, phone="13712345678", photo=tokens)
    make.develop()
    make.released(receipt, public_spot=SPOT)
    seen: dict[str, Any] = {"photo": [make.photo_token(seed=3)], "words": "我也见过"}
    seen |= {"code": make.shown_as(receipt), "client_key": "k" * 24}
    work(ANONYMOUS, lambda w: confirming.confirm(w, **seen))
    make.develop()
    make.released(receipt, public_spot=SPOT)
    return receipt


def take_back(receipt: Receipt, actor: Actor = ANONYMOUS, secret: str = "") -> Report:
    said: dict[str, Any] = {"code": receipt.code, "secret": secret or receipt.secret}
    return work(actor, lambda w: withdrawing.withdraw(w, **said))


def photo_addresses(client: FlaskClient, receipt: Receipt) -> list[str]:
    row, ids = make.case(receipt), [p.photo_id for p in make.photos(receipt) if p.public]
    found = [f"/p/{row.release_token}/{photo}/thumb" for photo in ids]
    assert {client.get(address).status_code for address in found} == {200}
    return found


def everywhere(client: FlaskClient, receipt: Receipt) -> str:
    code = make.shown_as(receipt)
    lists = ("/cases", "/cases/map", "/api/v1/dumping/reports", "/api/v1/dumping/map")
    pages = (*lists, f"/cases/{code}", f"/api/v1/dumping/reports/{code}")
    answers = [client.get(page) for page in pages]
    assert {answer.status_code for answer in answers} == {200}
    return "".join(answer.get_data(as_text=True) for answer in answers)


def test_nothing_of_the_reporter_is_anywhere_in_the_next_request(
    app: Flask, client: FlaskClient, shown: Receipt
) -> None:
    before = photo_addresses(client, shown)
    assert SPOT in everywhere(client, shown)
    with traced(shown) as left:
        take_back(shown)
    assert left.event[0] == "withdraw_own"
    found = everywhere(client, shown)
    assert [words for words in (WORDS, SPOT, "我看见的") if words in found] == []
    assert {client.get(address).status_code for address in before} == {404}
    # What somebody else sent is not the reporter's to take back.
    assert len(photo_addresses(client, shown)) == 1


def test_no_official_can_show_it_again(shown: Receipt) -> None:
    take_back(shown)
    make.do(
        make.TOWN_OFFICER, showing.release, shown.code,
        public_words=WORDS, public_spot=SPOT, photo=make.photo_ids(shown),
    )  # fmt: skip
    row = make.case(shown)
    assert (row.public_words, row.public_spot) == ("", "")
    public = {photo.role for photo in make.photos(shown) if photo.public}
    assert public <= {"seen"}
    with pytest.raises(IntegrityError):
        reading().execute(update(Report).values(public_words="又出来了"))


def test_handlers_keep_it_until_the_case_is_over(shown: Receipt) -> None:
    said = {"code": shown.code, "secret": shown.secret, "text": "我是张三"}
    work(ANONYMOUS, lambda w: reporter.add(w, **said))
    take_back(shown)
    make.do(make.TOWN_OFFICER, officer.accept, shown.code)
    assert (make.case(shown).words, jobs.forget_withdrawn("")) == (WORDS, 0)
    make.do(make.TOWN_OFFICER, officer.assign, shown.code, department=make.DEPARTMENT)
    proof = [make.photo_token(seed=9)]
    make.do(make.DISTRICT_OFFICER, officer.close, shown.code, text="清了。", photo=proof)
    assert (jobs.forget_withdrawn(""), jobs.forget_withdrawn("")) == (1, 0)
    row = make.case(shown)
    assert (row.words, row.spot, row.contact_sealed) == ("", "", None)
    roles = sorted(fresh().scalars(select(ReportPhoto.role)))
    assert roles == ["proof", "seen"]
    assert len(fresh().scalars(select(Photo.id)).all()) == len(roles)
    texts = {event.move: event.internal_text for event in queries.events(fresh(), row.id)}
    assert (texts["added"], texts["seen"]) == ("", "我也见过")


def test_of_a_case_that_is_over_it_goes_at_once(clock: Clock) -> None:
    receipt = make.closed(words=WORDS, photo=[make.photo_token(seed=1)])
    take_back(receipt)
    row = make.case(receipt)
    assert (row.words, row.forgotten_at) == (WORDS[:0], clock.now)
    assert [photo.role for photo in make.photos(receipt)] == ["proof"]


def test_it_is_the_reporters_alone_and_once(shown: Receipt) -> None:
    with pytest.raises(NotAllowed):
        take_back(shown, secret="x" * 26)
    with pytest.raises(NotAllowed):
        take_back(shown, make.TOWN_OFFICER, secret="x" * 26)
    take_back(shown)
    with pytest.raises(WrongState):
        take_back(shown)


def test_the_own_page_says_what_goes_and_what_stays(client: FlaskClient, shown: Receipt) -> None:
    address = f"/r/{shown.code}/{shown.secret}"
    assert "撤回我的话和照片" in client.get(address).get_data(as_text=True)
    for _tap in range(2):
        assert client.post(f"{address}/withdraw").status_code == 303
    page = client.get(address).get_data(as_text=True)
    assert ("您撤回了" in page, "撤回我的话和照片" in page) == (True, False)
