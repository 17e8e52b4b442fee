"""After a result: rated by the reporter, done again by right, then decided by another person."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import Clock
from tests.dumping import make
from tests.dumping.test_pages import send, text
from tests.dumping.trace import refused, staff, traced
from tests.media.make import jpeg
from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor
from wufei_public.common.clock import day_end, district_day
from wufei_public.common.errors import NotAllowed, WrongState
from wufei_public.common.workdays import Holidays
from wufei_public.dumping.actions import officer, rating
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.models.opinions import ReportRating
from wufei_public.dumping.queries import counts
from wufei_public.dumping.rules.clocks import due_at

pytestmark = pytest.mark.usefixtures("town")

TOWN, DISTRICT, CREW = make.TOWN_OFFICER, make.DISTRICT_OFFICER, make.CREW
HERE = {"lat": 34.7, "lon": 112.8, "accuracy": 20.0}


@pytest.fixture
def closed() -> Receipt:
    """Return a case of a resident that the town closed; both have accounts."""
    for actor in (make.RESIDENT, TOWN, DISTRICT):
        make.account(actor)
    return make.closed(make.RESIDENT)


def rate(receipt: Receipt, said: str, actor: Actor = ANONYMOUS, **values: object) -> None:
    values = {"secret": receipt.secret, "rating": said} | values
    make.do(actor, rating.rate, receipt.code, **values)


def close(receipt: Receipt, actor: Actor = TOWN, *, cleared: bool = True) -> None:
    make.do(actor, officer.close, receipt.code, text="又清了一遍。", cleared=cleared, **HERE)


def again(receipt: Receipt) -> Receipt:
    """Have the case done again by right and closed once more."""
    rate(receipt, "unsatisfied")
    close(receipt)
    return receipt


def objected(receipt: Receipt) -> Receipt:
    rate(again(receipt), "unsatisfied", text="沟里还有。")
    return receipt


def decide(receipt: Receipt, decision: str, actor: Actor = DISTRICT) -> None:
    make.do(actor, rating.review, receipt.code, decision=decision, text="到现场看过。")


def ratings(session: Session, receipt: Receipt) -> list[tuple[int, str]]:
    report = make.case(receipt).id
    rows = select(ReportRating.round, ReportRating.rating).where(ReportRating.report_id == report)
    return [(row.round, row.rating) for row in session.execute(rows.order_by(ReportRating.round))]


# ---- rating -----------------------------------------------------------------------


@pytest.mark.parametrize("said", ["satisfied", "mostly"])
def test_a_good_word_is_an_event_that_everyone_sees(
    closed: Receipt, session: Session, said: str
) -> None:
    with traced(closed) as left:
        rate(closed, said, text="谢谢。")
    assert left.event == (said, "closed", "closed", "", "谢谢。")
    assert (left.by, left.told) == (("anonymous", None), [])
    assert left.marks == [make.TOWN]
    assert ratings(session, closed) == [(0, said)]
    assert make.case(closed).reopened == 0


def test_another_word_takes_the_place_of_the_first(closed: Receipt, session: Session) -> None:
    rate(closed, "satisfied")
    rate(closed, "mostly")
    assert ratings(session, closed) == [(0, "mostly")]
    said = counts.satisfaction(session)
    assert (said.results, said.content, said.silent) == (1, 1, 0)


def test_a_resident_rates_by_account_and_nobody_for_them(closed: Receipt) -> None:
    rate(closed, "satisfied", make.RESIDENT, secret="")
    assert make.last_event(closed).actor_id == make.RESIDENT.id
    other = make.report()
    for actor in (ANONYMOUS, make.NEIGHBOUR, TOWN, DISTRICT, SYSTEM):
        with refused(NotAllowed, "not_the_reporter", closed):
            rate(closed, "unsatisfied", actor, secret=other.secret)


def test_what_has_no_result_is_not_rated() -> None:
    receipt = make.assigned()
    with refused(WrongState, "no_result_yet", receipt):
        rate(receipt, "satisfied")


def test_rating_ends_after_seven_working_days(closed: Receipt, clock: Clock) -> None:
    until = make.case(closed).rate_until
    assert until == day_end(district_day(clock.now) + timedelta(days=9))
    clock.now = until
    rate(closed, "satisfied")
    clock.move(seconds=1)
    with refused(WrongState, "rating_over", closed):
        rate(closed, "unsatisfied")


# ---- done again -------------------------------------------------------------------


def test_the_first_not_content_has_the_case_done_again_by_right(
    closed: Receipt, clock: Clock, session: Session
) -> None:
    finish = make.case(closed).finish_due
    clock.move(days=1)
    with traced(closed) as left:
        rate(closed, "unsatisfied", text="沟里还有。", photo=[make.photo_token(4)])
    row = make.case(closed)
    assert left.event == ("reopen", "closed", "accepted", "", "沟里还有。")
    assert left.told == [(TOWN.id, "dumping.reopen")]
    assert (row.reopened, row.department, row.crew_id, row.outcome, row.proof) == (
        1, None, None, "", "",
    )  # fmt: skip
    assert (row.closed_at, row.rate_until, row.closed_by) == (None, None, TOWN.id)
    assert row.due_at == row.transfer_due == day_end(district_day(clock.now) + timedelta(days=1))
    assert row.finish_due == finish
    assert [photo.role for photo in make.photos(closed)] == ["answer", "proof"]
    assert ratings(session, closed) == [(0, "unsatisfied")]


def test_a_case_done_again_has_days_of_its_own(closed: Receipt, clock: Clock) -> None:
    rate(closed, "unsatisfied")
    clock.move(days=20)
    close(closed, DISTRICT)
    rate(closed, "unsatisfied")
    decide(closed, "redo", TOWN)
    again = due_at("redo", clock.now, Holidays())  # there is no holiday in these weeks
    assert make.case(closed).finish_due == again == day_end(date(2026, 12, 23))


def test_each_result_has_its_own_proof_and_its_own_rating(
    closed: Receipt, session: Session
) -> None:
    rate(closed, "unsatisfied")
    make.do(TOWN, officer.close, closed.code, text="清了。", photo=[make.photo_token(9)])
    rate(closed, "satisfied")
    proofs = [photo for photo in make.photos(closed) if photo.role == "proof"]
    assert [(photo.position, photo.round) for photo in proofs] == [(0, 0), (1, 1)]
    assert ratings(session, closed) == [(0, "unsatisfied"), (1, "satisfied")]
    said = counts.satisfaction(session)
    assert (said.results, said.content, said.silent) == (2, 1, 0)


# ---- decided by another -----------------------------------------------------------


def test_a_second_not_content_waits_for_a_decision(closed: Receipt, clock: Clock) -> None:
    again(closed)
    with traced(closed) as left:
        rate(closed, "unsatisfied", text="沟里还有。")
    row = make.case(closed)
    assert left.event == ("object", "closed", "objected", "", "沟里还有。")
    assert left.told == [(TOWN.id, "dumping.object")]
    assert row.due_at == row.review_due == day_end(district_day(clock.now) + timedelta(days=7))
    assert (row.outcome, row.reopened) == ("又清了一遍。", 1)
    with refused(WrongState, "no_result_yet", closed):
        rate(closed, "satisfied")


def test_who_closed_it_does_not_decide(closed: Receipt) -> None:
    objected(closed)
    for decision in ("redo", "keep", "keep_uncleared"):
        with refused(NotAllowed, "closed_it_yourself", closed):
            decide(closed, decision, TOWN)
        for actor in (make.DEPARTMENT_OFFICER, make.OTHER_OFFICER, CREW, make.RESIDENT, ANONYMOUS):
            with refused(NotAllowed, "not_yours_to_do", closed):
                decide(closed, decision, actor)


@pytest.mark.parametrize(
    ("decision", "state"), [("keep", "closed"), ("keep_uncleared", "uncleared")]
)
def test_a_result_that_is_kept_is_the_last_word(closed: Receipt, decision: str, state: str) -> None:
    objected(closed)
    with traced(closed) as left:
        decide(closed, decision)
    row = make.case(closed)
    assert left.event == (decision, "objected", state, "到现场看过。", "")
    assert (left.by, left.told) == (staff(DISTRICT), [(make.RESIDENT.id, f"dumping.{decision}")])
    assert (row.reviewed_by, row.review_due, row.rate_until, row.due_at) == (
        DISTRICT.id, None, None, None,
    )  # fmt: skip
    with refused(WrongState, "rating_over", closed):
        rate(closed, "unsatisfied")


def test_a_decision_to_do_it_again_counts(closed: Receipt) -> None:
    objected(closed)
    decide(closed, "redo")
    row = make.case(closed)
    assert (row.state, row.reopened, row.reviewed_by, row.outcome) == (
        "accepted", 2, DISTRICT.id, "",
    )  # fmt: skip
    close(closed, DISTRICT)
    row = make.case(closed)
    assert (row.state, row.closed_by, row.reviewed_by) == ("closed", DISTRICT.id, None)
    rate(closed, "unsatisfied")
    with refused(NotAllowed, "closed_it_yourself", closed):
        decide(closed, "keep")
    decide(closed, "keep", TOWN)


# ---- 已办结·未清除 -------------------------------------------------------------------


def test_a_case_can_end_with_the_waste_still_there(closed: Receipt) -> None:
    receipt = make.assigned(make.RESIDENT)
    with traced(receipt) as left:
        make.do(TOWN, officer.close, receipt.code, text="枯水期再清。", cleared=False, **HERE)
    assert left.event == ("close_uncleared", "assigned", "uncleared", "枯水期再清。", "")
    assert left.told == [(make.RESIDENT.id, "dumping.close_uncleared")]
    rate(receipt, "unsatisfied")
    assert make.case(receipt).state == "accepted"


def test_a_case_that_was_closed_takes_no_other_move(closed: Receipt) -> None:
    for action, values in ((officer.accept, {}), (officer.assign, {"crew": CREW.id})):
        with refused(WrongState, "wrong_state", closed):
            make.do(DISTRICT, action, closed.code, **values)
    with refused(WrongState, "wrong_state", closed):
        decide(closed, "keep")


# ---- pages and JSON -----------------------------------------------------------------


def own(receipt: Receipt) -> str:
    return f"/r/{receipt.code}/{receipt.secret}"


def test_the_own_page_asks_how_it_was_done_and_takes_the_answer(
    closed: Receipt, client: FlaskClient
) -> None:
    page = text(client.get(own(closed)))
    assert f'action="{own(closed)}/rating"' in page
    assert "一定重新办理一次" in page
    empty = send(client, f"{own(closed)}/rating", text="还有一堆。")
    assert (empty.status_code, "还有一堆。" in text(empty)) == (422, True)
    assert 'href="#f-rating-rating"' in text(empty)
    done = send(client, f"{own(closed)}/rating", rating="satisfied")
    assert (done.status_code, done.headers["Location"]) == (303, own(closed))
    assert "您评的是：满意" in text(client.get(own(closed)))


def test_not_content_by_form_with_a_photo(closed: Receipt, client: FlaskClient) -> None:
    send(client, f"{own(closed)}/rating", (jpeg(seed=3), "a.jpg"), rating="unsatisfied")
    page = text(client.get(own(closed)))
    assert ("重新办理过 1 次" in page, "/rating" in page) == (True, False)
    assert make.case(closed).photos == 1
    late = send(client, f"{own(closed)}/rating", rating="satisfied")
    assert late.status_code == 409


def test_everyone_sees_how_often_it_was_done_again(closed: Receipt, client: FlaskClient) -> None:
    make.released(closed)
    code = make.shown_as(closed)
    assert "重新办理过" not in text(client.get(f"/cases/{code}"))
    objected(closed)
    assert "重新办理过 1 次" in text(client.get(f"/cases/{code}"))
    assert "举报人还是不满意，请人复核" in text(client.get(f"/cases/{code}"))
    assert "沟里还有。" not in text(client.get(f"/cases/{code}"))
    for path in (f"reports/{code}", f"reports/{closed.code}/status"):
        assert (client.get(f"/api/v1/dumping/{path}").json or {})["reopened"] == 1
    listed = client.get("/api/v1/dumping/reports").json or {}
    assert [line["reopened"] for line in listed["reports"]] == [1]


def test_the_review_by_form_is_offered_to_another_person_only(app: Flask, closed: Receipt) -> None:
    objected(closed)
    path = f"/staff/cases/{closed.code}"
    closer, other = make.browser(app, TOWN), make.browser(app, DISTRICT)
    assert f'action="{path}/review"' not in text(closer.get(path))
    assert "沟里还有。" in text(closer.get(path))
    form = {"decision": "keep_uncleared", "text": "埋在底下。"}
    refusal = send(closer, f"{path}/review", **form)
    assert (refusal.status_code, "要由另一个人来复核" in text(refusal)) == (409, True)
    assert f'action="{path}/review"' in text(other.get(path))
    assert send(other, f"{path}/review", text="没选。").status_code == 422
    assert send(other, f"{path}/review", **form).status_code == 303
    assert make.case(closed).state == "uncleared"


def test_rating_by_json(closed: Receipt, client: FlaskClient) -> None:
    path = f"/api/v1/dumping/reports/{closed.code}/rating"
    body = {"secret": closed.secret, "rating": "unsatisfied"}
    assert client.post(path, json=body | {"rating": "great"}).status_code == 422
    assert client.post(path, json=body | {"secret": ""}).status_code == 403
    answer = client.post(path, json=body)
    assert answer.json == {
        "code": closed.code, "state": "accepted", "release": "pending", "version": 5,
    }  # fmt: skip
    assert client.post(path, json=body).status_code == 409


def test_the_totals_say_how_results_were_rated(closed: Receipt, client: FlaskClient) -> None:
    rate(closed, "mostly")
    make.closed()
    body = client.get("/api/v1/dumping/totals").json
    assert body == {
        "open": 0, "closed": 2, "uncleared": 0, "refused": 0, "total": 2,
        "ratings": {"results": 2, "satisfied": 0, "mostly": 1, "unsatisfied": 0, "silent": 1},
    }  # fmt: skip
    assert "没有评价 1（不算满意）" in text(client.get("/notices"))
