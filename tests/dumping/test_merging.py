"""Two cases of one heap become one, and are taken apart again."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.dumping import make
from wufei_public.common.errors import Invalid, NotAllowed, WrongState
from wufei_public.dumping.actions import merging, officer
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.queries import near
from wufei_public.dumping.queries.closing import closing
from wufei_public.dumping.queries.public import PublicFilter, public_list

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
    assert make.messages()[-1] == (202, "dumping.unmerged")
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
    assert (moved.status_code, moved.headers["Location"]) == (302, f"/cases/{other}")
    own = public.get(f"/r/{second.code}/{second.secret}").text
    assert "和另一件合在一起办" in own
    assert first.code not in own
    bad = client.post(f"/staff/cases/{first.code}/merge", data={"into": "0000"})
    assert bad.status_code == 422
    client.post(f"/staff/cases/{second.code}/unmerge", data={"text": "是两处。"})
    assert make.case(second).state == "accepted"
    assert public.get(f"/cases/{number}").status_code == 404
