"""Photos of a case: those that fail, twins, where they were taken, which are shown."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.dumping import make, plans
from tests.dumping.test_api import upload
from tests.dumping.test_desk_pages import form_values
from tests.dumping.test_pages import FORM, receipt_of, send, text
from tests.dumping.trace import refused, traced
from tests.media.make import jpeg
from wufei_public.common.actor import ANONYMOUS, SYSTEM
from wufei_public.common.errors import Invalid, WrongState
from wufei_public.dumping.actions import officer, placing, reporter, showing
from wufei_public.dumping.actions.rating import rate, review
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.jobs import tell_failed
from wufei_public.dumping.queries import cases
from wufei_public.dumping.queries.counts import satisfaction
from wufei_public.infra.work import Work, work
from wufei_public.media.models import Photo

pytestmark = pytest.mark.usefixtures("town")

TOWN, DISTRICT = make.TOWN_OFFICER, make.DISTRICT_OFFICER


def fail(*ids: int) -> None:
    """Let photos be as if nothing could open them."""
    broken = {
        "state": "failed",
        "fault": "photo_unreadable",
        "large_name": None,
        "thumb_name": None,
    }

    def do(w: Work) -> None:
        w.session.execute(update(Photo).where(Photo.id.in_(ids)).values(broken))

    work(SYSTEM, do)


def shown(receipt: Receipt) -> list[int]:
    return [photo.photo_id for photo in make.photos(receipt) if photo.public]


# ---- photos that fail ---------------------------------------------------------------


def test_a_failed_photo_is_told_once_in_the_inbox_and_on_both_pages(client: FlaskClient) -> None:
    make.account(make.RESIDENT)
    receipt = make.report(make.RESIDENT, photo=[make.photo_token(1), make.photo_token(2)])
    make.develop()
    assert tell_failed("") == 0
    assert "处理不了" not in text(client.get(f"/track?code={receipt.code}"))
    fail(make.photo_ids(receipt)[0])
    with traced(receipt) as left:
        assert tell_failed("") == 1
    assert left.event == ("photo_failed", "submitted", "submitted", "", "1")
    assert (left.by, left.told) == (("system", None), [(make.RESIDENT.id, "dumping.photo_failed")])
    assert tell_failed("") == 0
    assert "有 1 张照片处理不了" in text(client.get(f"/track?code={receipt.code}"))
    assert "要重传" in text(client.get(f"/r/{receipt.code}/{receipt.secret}"))


def test_who_left_no_account_finds_it_on_the_page_and_a_case_that_is_over_asks_nobody(
    client: FlaskClient,
) -> None:
    anonymous, over = (
        make.report(photo=[make.photo_token(1)]),
        make.closed(photo=[make.photo_token(2)]),
    )
    make.develop()
    fail(*make.photo_ids(anonymous), *make.photo_ids(over))
    assert tell_failed("") == 2
    assert make.moves(anonymous) == ["submit", "photo_failed"]
    assert "photo_failed" not in make.moves(over)
    page = text(client.get(f"/r/{over.code}/{over.secret}"))
    assert ("不用再传" in page, "data-opens" in page) == (True, False)
    assert make.messages() == []
    assert tell_failed("") == 0


def test_photos_that_failed_take_no_room_from_those_that_come_instead() -> None:
    receipt = make.report(photo=[make.photo_token(n) for n in range(9)])
    add = {"secret": receipt.secret}
    more = [make.photo_token(n) for n in range(10, 19)]
    make.do(ANONYMOUS, reporter.add, receipt.code, photo=more, **add)
    instead = [make.photo_token(20)]
    with pytest.raises(WrongState):
        make.do(ANONYMOUS, reporter.add, receipt.code, photo=instead, **add)
    fail(make.photo_ids(receipt)[0])
    make.do(ANONYMOUS, reporter.add, receipt.code, photo=instead, **add)
    assert make.case(receipt).photos == 19


@pytest.mark.parametrize("held", [True, False])
def test_a_result_whose_photos_cannot_be_opened_is_taken_back(app: Flask, *, held: bool) -> None:
    make.account(TOWN)
    receipt = make.assigned() if held else make.accepted()
    due = make.case(receipt).due_at
    close = {"text": "清走了，盖了土。", "photo": [make.photo_token(7), make.photo_token(8)]}
    make.do(TOWN, officer.close, receipt.code, **close)
    make.develop()
    first, second = (photo.photo_id for photo in make.photos(receipt))
    fail(first)
    assert tell_failed("") == 1
    assert make.case(receipt).state == "closed"
    fail(second)
    with traced(receipt) as left:
        assert tell_failed("") == 1
    state = "assigned" if held else "accepted"
    move = "unproven" if held else "unproven_left"
    assert left.event == (move, "closed", state, "", "")
    assert left.told == [(TOWN.id, "dumping.proof_failed")]
    row = make.case(receipt)
    assert (row.closed_at, row.outcome, row.proof, row.due_at) == (None, "", "", due)
    page = text(make.browser(app, TOWN).get(f"/staff/cases/{receipt.code}"))
    assert "清走了，盖了土。" in page.partition('id="do-close"')[2].partition("</form>")[0]
    again = close | {"photo": [make.photo_token(9)]}
    make.do(TOWN, officer.close, receipt.code, **again)
    make.develop()
    assert tell_failed("") == 0
    assert make.case(receipt).state == "closed"


def test_a_result_that_somebody_is_about_to_decide_on_is_taken_back_after_it() -> None:
    make.account(TOWN)
    receipt = make.closed()
    secret = {"secret": receipt.secret, "rating": "unsatisfied"}
    make.do(ANONYMOUS, rate, receipt.code, **secret)
    make.do(TOWN, officer.assign, receipt.code, department=make.DEPARTMENT)
    make.do(TOWN, officer.close, receipt.code, text="又清了。", photo=[make.photo_token(8)])
    make.do(ANONYMOUS, rate, receipt.code, **secret)
    make.develop()
    fail(make.photos(receipt)[-1].photo_id)
    assert tell_failed("") == 0
    make.do(DISTRICT, review, receipt.code, decision="keep", text="看过，清了。")
    assert tell_failed("") == 1
    assert make.case(receipt).state == "assigned"


def test_a_rating_of_a_result_that_was_taken_back_is_gone_with_it(session: Session) -> None:
    make.account(TOWN)
    make.account(make.RESIDENT)
    receipt = make.assigned(make.RESIDENT)
    make.do(TOWN, officer.close, receipt.code, text="清走了。", photo=[make.photo_token(8)])
    make.do(make.RESIDENT, rate, receipt.code, secret=receipt.secret, rating="satisfied")
    make.develop()
    fail(make.photos(receipt)[-1].photo_id)
    assert tell_failed("") == 1
    found = satisfaction(session)
    assert (found.results, sum(found.rated.values())) == (0, 0)
    assert (make.RESIDENT.id, "dumping.unproven") in make.messages()


def test_failures_are_found_by_their_index(session: Session) -> None:
    make.report(photo=[make.photo_token(1)])
    lines = plans.plan(session, lambda: cases.untold_failures(session))
    assert "ix_photo_failed" in lines
    assert re.search(r"Seq Scan|SCAN (report|photo)$", lines, re.MULTILINE) is None


# ---- what a report says ---------------------------------------------------------------


def test_a_report_with_neither_photo_nor_words_is_asked_for_one(client: FlaskClient) -> None:
    form = {name: value for name, value in FORM.items() if name != "words"}
    answer = send(client, "/report", **form)
    page = text(answer)
    assert answer.status_code == 422
    assert ('href="#f-words"' in page, "请拍一张照片，或者写一句" in page) == (True, True)
    assert make.SPOT in page
    with_photo = send(client, "/report", (jpeg(), "a.jpg"), **form)
    assert make.case(receipt_of(with_photo)).photos == 1
    assert (
        send(client, "/report", **(form | {"client_key": "z" * 24, "words": "砖"})).status_code
        == 303
    )
    body = {**form, "client_key": "y" * 24}
    refusal = client.post("/api/v1/dumping/reports", json=body).json or {}
    assert (refusal["code"], [one["pointer"] for one in refusal["errors"]]) == (
        "nothing_said", ["#/words"],
    )  # fmt: skip


# ---- where it was taken ---------------------------------------------------------------


def position(**values: object) -> tuple[str, float | None]:
    row = make.case(make.report(**values))
    return row.position_source, row.accuracy


def test_the_source_of_a_position_is_who_read_it() -> None:
    placed = {"lat": 34.71, "lon": 112.79}
    assert position(photo=[make.photo_token(1, **placed)]) == ("exif", None)
    stated = placed | {"position_source": "photo", "accuracy": 5.0}
    assert position(photo=[make.photo_token(2, **placed)], **stated) == ("exif", None)
    # The photo was taken out of the form again: its position is nobody's.
    assert position(photo=[make.photo_token(3)], **stated) == ("list", None)
    assert position(photo=[make.photo_token(4, lat=34.9, lon=112.79)], **stated) == ("list", None)
    assert position(**stated) == ("list", None)
    # Not here, the resident said, and chose from the list.
    chosen = {"photo": [make.photo_token(5, **placed)], "position_source": "list"}
    assert position(**chosen) == ("list", None)
    assert position(**chosen | {"photo": [make.photo_token(6, **placed)], "division": None}) == (
        "", None,
    )  # fmt: skip
    assert position(**placed, position_source="map") == ("map", None)
    assert position(**placed, accuracy=12.0) == ("device", 12.0)
    assert position() == ("list", None)
    assert position(division=None) == ("", None)


def test_a_phones_hint_is_told_from_what_this_house_read(client: FlaskClient, app: Flask) -> None:
    form = {"lat": "34.71", "lon": "112.79"}
    token = (upload(client, jpeg(seed=77), **form).json or {})["token"]
    receipt = make.report(photo=[token], lat=34.71, lon=112.79, position_source="photo")
    assert make.case(receipt).position_source == "phone"
    page = text(make.browser(app, make.account(TOWN)).get(f"/staff/cases/{receipt.code}"))
    assert "照片里的位置（手机读出）" in page
    assert "离案件 0 米" in page


# ---- twins ------------------------------------------------------------------------------


def test_twins_are_named_with_a_way_to_those_one_handles(app: Flask) -> None:
    first = make.report(photo=[make.photo_token(5), make.photo_token(6)])
    away = make.report(photo=[make.photo_token(5)], division=make.OTHER_TOWN)
    near = make.report(photo=[make.photo_token(5)])
    page = text(make.browser(app, make.account(TOWN)).get(f"/staff/cases/{first.code}"))
    assert f'href="/staff/cases/{near.code}"' in page
    assert f"{away.code[:5]}-{away.code[5:]}" in page
    assert f'href="/staff/cases/{away.code}"' not in page


def test_more_photos_need_no_more_statements(app: Flask) -> None:
    one = make.report(photo=[make.photo_token(1)])
    many = make.report(photo=[make.photo_token(n) for n in range(9)])
    client = make.browser(app, make.account(TOWN))
    counted = []
    for receipt in (one, one, many):
        with plans.statements() as seen:
            assert client.get(f"/staff/cases/{receipt.code}").status_code == 200
        counted.append(len(seen))
    assert counted[1] == counted[2]


# ---- which are shown --------------------------------------------------------------------


def test_proofs_are_hidden_one_by_one() -> None:
    receipt = make.assigned(photo=[make.photo_token(1)])
    tokens = [make.photo_token(8), make.photo_token(9)]
    make.do(TOWN, officer.close, receipt.code, text="清走了。", photo=tokens)
    make.develop()
    own, first, second = (photo.photo_id for photo in make.photos(receipt))
    make.released(receipt)
    assert shown(receipt) == [own, first, second]
    make.released(receipt, photo=[own], proof=[second])
    assert shown(receipt) == [own, second]
    make.released(receipt, photo=[])
    assert shown(receipt) == [second]
    make.released(receipt, proof=[])
    assert shown(receipt) == [own]
    with refused(Invalid, "no_photo", receipt, "proof"):
        make.do(TOWN, showing.release, receipt.code, proof=[own])


def test_proofs_are_chosen_on_the_release_form(app: Flask) -> None:
    receipt = make.closed(photo=[make.photo_token(1)])
    make.develop()
    (own, proof) = (photo.photo_id for photo in make.photos(receipt))
    desk = make.browser(app, make.account(TOWN))
    path = f"/staff/cases/{receipt.code}"
    values = form_values(text(desk.get(path)), "release")
    assert values["proof"] == ["", str(proof)]
    hidden = values | {"photo": ["", str(own)], "proof": [""]}
    assert send(desk, f"{path}/release", **hidden).status_code == 303
    assert shown(receipt) == [own]
    number = make.shown_as(receipt)
    body = app.test_client().get(f"/api/v1/dumping/reports/{number}").json or {}
    assert [photo["which"] for photo in body["photos"]] == ["before"]


def test_the_proof_of_an_earlier_result_is_called_so(client: FlaskClient) -> None:
    for actor in (TOWN, DISTRICT):
        make.account(actor)
    receipt = make.released(make.closed())
    path = f"reports/{receipt.code}/rating"
    said = {"secret": receipt.secret, "rating": "unsatisfied"}
    assert client.post(f"/api/v1/dumping/{path}", json=said).status_code == 200
    make.do(TOWN, officer.close, receipt.code, text="又清了。", photo=[make.photo_token(30)])
    make.develop()
    number = make.shown_as(receipt)
    body = client.get(f"/api/v1/dumping/reports/{number}").json or {}
    assert [photo["which"] for photo in body["photos"]] == ["earlier", "after"]
    assert "上次办结" in text(client.get(f"/cases/{number}"))


# ---- events in words --------------------------------------------------------------------


def test_events_say_names_not_codes(app: Flask) -> None:
    receipt = make.report(division=None)
    make.do(DISTRICT, placing.place, receipt.code, division=make.VILLAGE)
    make.do(TOWN, placing.place, receipt.code, division=make.TOWN)
    make.do(TOWN, officer.reclassify, receipt.code, kind="hazardous")
    make.do(TOWN, showing.withhold, receipt.code, reason="minor")
    page = text(make.browser(app, make.account(TOWN)).get(f"/staff/cases/{receipt.code}"))
    line = page.partition('id="h-line"')[2].partition("</section>")[0]
    for code in (make.VILLAGE, make.TOWN, "hazardous", "construction", "minor"):
        assert code not in line, code
    for word in ("位置待定 → ", " → 缑氏镇", "建筑装修垃圾 → 危险废物", "涉及未成年人"):
        assert word in line, word
