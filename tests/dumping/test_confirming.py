"""Somebody saw the same heap: near by, one more witness, news for who follows."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import Clock
from tests.dumping import make
from wufei_public.common.actor import ANONYMOUS, Actor
from wufei_public.common.errors import Invalid, NotFound, WrongState
from wufei_public.common.geo import Point
from wufei_public.dumping.actions import confirming, keeping, officer, personal
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.documents.personal import export
from wufei_public.dumping.queries import near
from wufei_public.infra.work import house, work

HERE = {"lat": 34.7, "lon": 112.8}
HEAP = Point(34.7, 112.8)
KEY = "k" * 24


@pytest.fixture
def shown(town: None) -> Receipt:
    """Return a released open case with a photo."""
    receipt = make.assigned(photo=[make.photo_token()], **HERE)
    make.develop()
    return make.released(receipt)


def confirm(actor: Actor, receipt: Receipt, seed: int = 9, key: str = KEY, words: str = "") -> bool:
    token, code = make.photo_token(seed=seed), make.shown_as(receipt)
    return work(
        actor,
        lambda w: confirming.confirm(w, code=code, client_key=key, words=words, photo=[token]),
    )


def test_near_by_are_released_open_cases_of_a_like_kind(
    shown: Receipt, session: Session, clock: Clock
) -> None:
    make.accepted(**HERE)
    make.released(make.closed(**HERE))
    make.released(make.assigned(kind="farm", **HERE))
    make.released(make.assigned(lat=34.72, lon=112.8))
    found = near.near_released(session, "build", HEAP, clock.now)
    assert [(one.row.public_code, one.metres) for one in found] == [(make.shown_as(shown), 100)]
    clock.move(days=61)
    assert near.near_released(session, "build", HEAP, clock.now) == []


def test_a_witness_is_no_new_case_and_hears_of_the_end(shown: Receipt, session: Session) -> None:
    make.account(make.NEIGHBOUR)
    assert confirm(make.NEIGHBOUR, shown, words="还在。")
    row = make.case(shown)
    assert [(one.words, one.photos) for one in near.confirmations(session, row.id)] == [
        ("还在。", 1)
    ]
    assert [(photo.role, photo.public) for photo in make.photos(shown)] == [
        ("reported", True), ("seen", False),
    ]  # fmt: skip
    assert make.moves(shown)[-1] == "seen"
    token = make.photo_token(seed=7)
    make.do(make.TOWN_OFFICER, officer.close, shown.code, text="已经清走。", photo=[token])
    assert make.messages() == [(202, "dumping.seen")]


def test_the_same_form_and_the_same_person_count_once(shown: Receipt, session: Session) -> None:
    make.account(make.NEIGHBOUR)
    assert confirm(make.NEIGHBOUR, shown)
    assert not confirm(make.NEIGHBOUR, shown, seed=10)
    assert not confirm(make.NEIGHBOUR, shown, seed=11, key="m" * 24)
    assert confirm(ANONYMOUS, shown, seed=12, key="n" * 24)
    assert confirm(make.TOWN_OFFICER, shown, seed=13, key="o" * 24)
    report = make.case(shown)
    assert near.seen_count(session, report.id) == 3
    assert near.followers(session, report.id) == [202]


def test_what_is_hidden_over_or_without_a_photo_takes_no_witness(shown: Receipt) -> None:
    number = make.shown_as(shown)
    with pytest.raises(Invalid):
        work(ANONYMOUS, lambda w: confirming.confirm(w, code=number, client_key=KEY))
    over = make.released(make.closed())
    with pytest.raises(WrongState):
        confirm(ANONYMOUS, over)
    make.withheld(shown)
    with pytest.raises(NotFound):
        confirm(ANONYMOUS, shown)


def test_an_account_takes_its_witness_along_or_leaves_it_nameless(
    shown: Receipt, session: Session
) -> None:
    make.account(make.NEIGHBOUR)
    make.account(make.RESIDENT)
    confirm(make.NEIGHBOUR, shown, words="我家对面。")
    report = make.case(shown)
    assert [row["words"] for row in export(session, house().keys, 202)] == ["我家对面。"]
    work(make.RESIDENT, lambda w: personal.absorb(w, 202, 201))
    assert near.followers(session, report.id) == [201]
    work(make.RESIDENT, lambda w: personal.erase(w, 201))
    assert near.followers(session, report.id) == []
    assert [row.words for row in near.confirmations(session, report.id)] == [""]


def test_a_reduced_case_forgets_its_witnesses(
    shown: Receipt, session: Session, clock: Clock
) -> None:
    make.account(make.NEIGHBOUR)
    confirm(make.NEIGHBOUR, shown, words="我家对面。")
    token = make.photo_token(seed=7)
    make.do(make.TOWN_OFFICER, officer.close, shown.code, text="已经清走。", photo=[token])
    clock.move(days=1200)
    assert make.do(make.TOWN_OFFICER, keeping.reduce_case, shown.code)
    report = make.case(shown)
    assert near.followers(session, report.id) == []
    assert "seen" not in {photo.role for photo in make.photos(shown)}


def test_the_pages_offer_what_is_near_and_take_a_witness(app: Flask, shown: Receipt) -> None:
    client, number = app.test_client(), make.shown_as(shown)
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    piece = client.get("/report/near?kind=build&lat=34.7&lon=112.8").text
    assert f"/cases/{number}/seen" in piece
    assert "约 100 米" in piece
    assert shown.code not in piece
    assert client.get("/report/near?kind=build&lat=34.9&lon=112.8").text.strip() == ""
    assert client.get("/report/near?kind=gold&lat=34.9&lon=112.8").status_code == 422
    page = client.get(f"/cases/{number}/seen").text
    assert "拍一张现在的样子" in page
    form = {"client_key": KEY, "words": "还在。"}
    assert client.post(f"/cases/{number}/seen", data=form).status_code == 422
    form["photo"] = make.photo_token(seed=9)
    sent = client.post(f"/cases/{number}/seen", data=form)
    assert sent.headers["Location"] == f"/cases/{number}/seen?done=1"
    assert "记下了" in client.get(sent.headers["Location"]).text
    case = client.get(f"/cases/{number}").text
    assert "另有 1 人也看到了。" in case
    assert "还在。" not in case
    staff = make.browser(app, make.account(make.TOWN_OFFICER))
    assert "还在。" in staff.get(f"/staff/cases/{shown.code}").text
