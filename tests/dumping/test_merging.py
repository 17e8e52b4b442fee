"""Two cases of one heap become one, and are taken apart again."""

import secrets

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import Clock
from tests.dumping import make
from tests.dumping.trace import refused
from wufei_public.common.actor import ANONYMOUS, Actor, ActorKind
from wufei_public.common.errors import Invalid, NotAllowed, WrongState
from wufei_public.dumping.actions import confirming, merging, officer, rating
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.queries import near
from wufei_public.dumping.queries.closing import closing
from wufei_public.dumping.queries.public import PublicFilter, public_list
from wufei_public.dumping.rules.ratings import DOUBTS
from wufei_public.infra.work import work

HERE = {"lat": 34.7, "lon": 112.8}
TOWN = make.TOWN_OFFICER


@pytest.fixture
def pair(town: None) -> tuple[Receipt, Receipt]:
    """Return an old case by the resident and a newer one by the neighbour, both accepted."""
    for person in (make.RESIDENT, make.NEIGHBOUR):
        make.account(person)
    first = make.assigned(make.RESIDENT, **HERE)
    return first, make.accepted(make.NEIGHBOUR, photo=[make.photo_token()], **HERE)


def merge(one: Receipt, two: Receipt) -> None:
    make.do(TOWN, merging.merge, one.code, into=two.code)


def test_merging_lets_one_case_go_on_for_both(pair: tuple[Receipt, Receipt]) -> None:
    first, second = pair
    make.released(first)
    make.released(second)
    number = make.shown_as(second)
    merge(second, first)
    row = make.case(second)
    assert (row.state, row.release, row.withhold_reason) == (
        "merged_accepted",
        "withheld",
        "merged",
    )
    assert (row.due_at, row.words, row.public_code) == (None, make.WORDS, number)
    target = make.case(first)
    assert (row.merged_into, target.state) == (target.id, "assigned")
    assert make.moves(first)[-1] == "gained"
    assert make.messages()[-2:] == [(202, "dumping.merged"), (201, "dumping.gained")]


def test_taking_apart_gives_everything_back(pair: tuple[Receipt, Receipt]) -> None:
    first, second = pair
    before = make.case(second)
    kept = (before.words, before.finish_due, before.accepted_at, before.reporter_id, before.photos)
    merge(second, first)
    make.do(TOWN, merging.unmerge, second.code, text="是两处。")
    row = make.case(second)
    assert (row.state, row.merged_into, row.release) == ("accepted", None, "pending")
    assert (row.words, row.finish_due, row.accepted_at, row.reporter_id, row.photos) == kept
    assert row.due_at == row.transfer_due
    assert make.moves(second)[-2:] == ["merge", "unmerge"]
    assert make.moves(first)[-1] == "lost"
    assert make.messages()[-2:] == [(202, "dumping.unmerged"), (201, "dumping.lost")]
    assert len(make.photos(second)) == 1


def test_a_case_that_waits_comes_back_to_be_accepted(town: None) -> None:
    first, second = make.accepted(), make.report(division=None)
    make.do(make.DISTRICT_OFFICER, merging.merge, second.code, into=first.code)
    assert make.case(second).state == "merged_submitted"
    make.do(make.DISTRICT_OFFICER, merging.unmerge, second.code, text="是两处。")
    row = make.case(second)
    assert (row.state, row.due_at) == ("submitted", row.accept_due)


def test_the_merged_reporter_hears_what_becomes_of_the_heap(pair: tuple[Receipt, Receipt]) -> None:
    first, second = pair
    merge(second, first)
    token = make.photo_token(seed=7)
    make.do(TOWN, officer.close, first.code, text="已经清走。", photo=[token])
    assert make.messages()[-2:] == [(201, "dumping.close"), (202, "dumping.close")]


def test_what_can_not_go_on_is_no_target(pair: tuple[Receipt, Receipt]) -> None:
    first, second = pair
    elsewhere, over = make.report(division=make.OTHER_TOWN), make.closed()
    for into in (first.code, "nothing", elsewhere.code, over.code):
        with pytest.raises(Invalid) as refused:
            make.do(TOWN, merging.merge, first.code, into=into)
        assert [fault.pointer for fault in refused.value.errors] == ["into"]
    merge(second, first)
    with pytest.raises(NotAllowed):
        make.released(second)
    with pytest.raises(WrongState):
        make.do(TOWN, merging.merge, first.code, into=make.accepted().code)
    with pytest.raises(NotAllowed):
        make.do(make.DEPARTMENT_OFFICER, merging.merge, first.code, into=second.code)
    with pytest.raises(NotAllowed):
        make.do(make.OTHER_OFFICER, merging.unmerge, second.code, text="是两处。")


def test_indicator_50_counts_the_heap_once(pair: tuple[Receipt, Receipt], session: Session) -> None:
    first, second = pair
    day = make.case(first).legal_finish_due
    assert day is not None
    assert closing(session, day.date(), day.date()).due == 2
    merge(second, first)
    assert closing(session, day.date(), day.date()).due == 1
    assert public_list(session, PublicFilter()) == []


def test_candidates_are_alike_open_and_ones_own(
    pair: tuple[Receipt, Receipt], session: Session
) -> None:
    first, second = pair
    make.accepted(lat=34.75, lon=112.8, kind="farm")
    make.closed(**HERE)
    make.report(division=make.OTHER_TOWN, **HERE)
    found = near.candidates(session, make.case(second), TOWN)
    assert [(one.row.code, one.likeness) for one in found] == [(first.code, 85)]
    assert near.candidates(session, make.case(second), make.OTHER_OFFICER) == []


def test_the_pages_merge_show_and_take_apart(app: Flask, pair: tuple[Receipt, Receipt]) -> None:
    first, second = pair
    make.released(second)
    make.released(first)
    number, other = make.shown_as(second), make.shown_as(first)
    client = make.browser(app, make.account(TOWN))
    page = client.get(f"/staff/cases/{second.code}").text
    assert "可能是同一处" in page
    assert f'name="into" value="{first.code}"' in page
    answer = client.post(f"/staff/cases/{second.code}/merge", data={"into": first.code})
    assert answer.headers["Location"].endswith(f"/staff/cases/{second.code}?done=merge")
    assert "这一件并在另一件里办" in client.get(f"/staff/cases/{second.code}").text
    assert "并进来的" in client.get(f"/staff/cases/{first.code}").text
    public = app.test_client()
    moved = public.get(f"/cases/{number}")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/cases/{other}")
    own = public.get(f"/r/{second.code}/{second.secret}").text
    assert "和另一件合在一起办" in own
    assert first.code not in own
    bad = client.post(f"/staff/cases/{first.code}/merge", data={"into": "0000"})
    assert bad.status_code == 422
    client.post(f"/staff/cases/{second.code}/unmerge", data={"text": "是两处。"})
    assert make.case(second).state == "accepted"
    assert public.get(f"/cases/{number}").status_code == 404


# ---- days, followers and handlers of both ----------------------------------------------


def see(actor: Actor, receipt: Receipt, seed: int) -> None:
    token, code = make.photo_token(seed=seed), make.shown_as(receipt)
    key = secrets.token_urlsafe(24)
    work(actor, lambda w: confirming.confirm(w, code=code, client_key=key, photo=[token]))


def close(receipt: Receipt) -> None:
    make.do(TOWN, officer.close, receipt.code, text="清了。", photo=[make.photo_token(seed=50)])


def test_no_overdue_case_hides_in_a_fresh_one(town: None, session: Session, clock: Clock) -> None:
    late = make.assigned()
    clock.move(days=61)
    fresh, third = make.assigned(), make.assigned()
    due = make.case(late)
    days = (due.finish_due, due.legal_finish_due)
    merge(late, fresh)
    merge(third, fresh)
    heap = make.case(fresh)
    assert (heap.finish_due, heap.legal_finish_due, heap.due_at) == (*days, days[0])
    close(fresh)
    assert days[1] is not None
    found = closing(session, days[1].date(), days[1].date())
    assert (found.due, found.in_time) == (1, 0)


def test_taken_apart_each_has_its_own_days_again(town: None, clock: Clock) -> None:
    first, second = make.assigned(), make.assigned()
    clock.move(days=20)
    heap = make.assigned()
    kept = (make.case(heap).finish_due, make.case(heap).legal_finish_due)
    earlier = make.case(first).finish_due
    merge(first, heap)
    merge(second, heap)
    make.do(TOWN, merging.unmerge, first.code, text="是两处。")
    assert make.case(heap).finish_due == earlier == make.case(heap).due_at
    make.do(TOWN, merging.unmerge, second.code, text="是两处。")
    row = make.case(heap)
    assert (row.finish_due, row.legal_finish_due, row.due_at) == (*kept, kept[0])


def test_who_saw_the_merged_one_follows_the_other_and_comes_back(
    town: None, session: Session
) -> None:
    for person in (make.RESIDENT, make.NEIGHBOUR):
        make.account(person)
    first, second = make.released(make.assigned()), make.released(make.assigned())
    see(make.NEIGHBOUR, first, 21)
    see(make.RESIDENT, first, 22)
    see(make.RESIDENT, second, 23)
    merge(first, second)
    assert make.messages() == [(202, "dumping.seen")]
    assert sorted(near.followers(session, make.case(second).id)) == [201, 202]
    close(second)
    assert sorted(make.messages()[1:]) == [(201, "dumping.seen"), (202, "dumping.seen")]
    third, fourth = make.released(make.assigned()), make.released(make.assigned())
    see(make.NEIGHBOUR, third, 24)
    merge(third, fourth)
    make.do(TOWN, merging.unmerge, third.code, text="是两处。")
    assert near.followers(session, make.case(third).id) == [202]
    assert near.followers(session, make.case(fourth).id) == []


def test_a_case_is_taken_out_to_who_had_it(town: None) -> None:
    make.account(make.CREW)
    one, heap = make.assigned(), make.assigned()
    merge(one, heap)
    make.do(TOWN, merging.unmerge, one.code, text="是两处。")
    row = make.case(one)
    assert (row.state, row.department, row.due_at) == ("assigned", make.DEPARTMENT, row.finish_due)
    two = make.crewed()
    merge(two, heap)
    make.leave(make.CREW)
    make.do(TOWN, merging.unmerge, two.code, text="是两处。")
    row = make.case(two)
    assert (row.state, row.department, row.crew_id) == ("accepted", None, None)


def test_the_other_case_is_as_far_as_this_one(town: None) -> None:
    accepted, fresh, shown = make.assigned(), make.report(), make.released(make.assigned())
    for one, into in ((accepted, fresh), (shown, accepted)):
        with refused(Invalid, "no_target", one, "into"):
            merge(one, into)
    merge(fresh, accepted)
    assert make.case(fresh).state == "merged_submitted"


# ---- everybody of a heap is heard ------------------------------------------------------


def rate(receipt: Receipt, said: str) -> None:
    make.do(ANONYMOUS, rating.rate, receipt.code, secret=receipt.secret, rating=said)


def test_who_was_merged_keeps_the_right_to_have_it_done_again(
    pair: tuple[Receipt, Receipt], app: Flask
) -> None:
    make.account(TOWN)
    first, second = pair
    merge(second, first)
    with refused(WrongState, "no_result_yet", second):
        rate(second, "satisfied")
    close(first)
    page = app.test_client().get(f"/r/{second.code}/{second.secret}").text
    assert f"/r/{second.code}/{second.secret}/rating" in page
    rate(second, "mostly")
    assert "您评的是：基本满意" in app.test_client().get(f"/r/{second.code}/{second.secret}").text
    assert make.case(first).state == "closed"
    rate(second, "unsatisfied")
    assert (make.case(first).state, make.case(first).reopened) == ("accepted", 1)
    assert make.case(second).state == "merged_accepted"
    make.do(TOWN, officer.close, first.code, text="又清。", photo=[make.photo_token(seed=51)])
    rate(second, "unsatisfied")
    assert make.case(first).state == "objected"


def test_so_many_who_saw_it_have_another_person_decide(app: Flask, town: None) -> None:
    make.account(TOWN)
    heap = make.released(make.assigned())
    people = [Actor(ActorKind.RESIDENT, 300 + number, "居民") for number in range(DOUBTS)]
    for number, person in enumerate(people):
        make.account(person)
        see(person, heap, 30 + number)
    number = make.shown_as(heap)
    close(heap)

    def vote(actor: Actor, said: str) -> None:
        work(actor, lambda w: rating.vote(w, code=number, rating=said))

    for stranger in (ANONYMOUS, TOWN):
        with refused(NotAllowed, "not_seen", heap):
            vote(stranger, "unsatisfied")
    for person in people[1:]:
        vote(person, "unsatisfied")
        vote(person, "unsatisfied")
    assert make.case(heap).state == "closed"
    assert "说过看到的人，来评结果" in app.test_client().get(f"/cases/{number}").text
    last = make.browser(app, people[0])
    assert f'action="/cases/{number}/seen/rating"' in last.get(f"/cases/{number}/seen").text
    path = f"/cases/{number}/seen/rating"
    assert last.post(path, data={"text": "还在。"}).status_code == 422
    assert last.post(path, data={"rating": "satisfied"}).status_code == 303
    assert "您评的是：满意" in last.get(f"/cases/{number}/seen").text
    body = {"rating": "unsatisfied", "text": "还在。"}
    answer = last.post(f"/api/v1/dumping/reports/{number}/seen/rating", json=body)
    assert answer.json == {"code": number, "state": "objected"}
    row = make.case(heap)
    assert row.due_at == row.review_due
    assert make.messages()[-1] == (TOWN.id, "dumping.doubt")
    assert "看到的人不满意的多，请人复核" in app.test_client().get(f"/cases/{number}").text
    assert last.post(path, data={"rating": "satisfied"}).status_code == 409
    with refused(NotAllowed, "closed_it_yourself", heap):
        make.do(TOWN, rating.review, heap.code, decision="redo", text="看过。")
    make.do(make.DISTRICT_OFFICER, rating.review, heap.code, decision="redo", text="看过。")
    assert make.case(heap).reopened == 1
