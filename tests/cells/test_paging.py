"""Every list goes on to its last row, page by page, whatever ties there are."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.cells import make
from tests.cells.make import EXPERTS, OFFICE, OWNER, SECTOR, do
from tests.cells.window import Window
from tests.conftest import Clock
from tests.dumping.make import TOWN_OFFICER, messages
from tests.people.make import statements
from wufei_public.cells import jobs
from wufei_public.cells.actions import reviewing
from wufei_public.cells.documents import lists as documents
from wufei_public.cells.documents import public, sheets
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.queries import applications, certificates, lists, reviews, rounds
from wufei_public.cells.rules.stages import State
from wufei_public.common.errors import Invalid
from wufei_public.infra.web.paging import pack
from wufei_public.infra.work import house, reading

pytestmark = pytest.mark.usefixtures("district")
API = "/api/v1/cells"


def every(read: Any, limit: int = 2) -> list[list[Any]]:
    """Return the pages of a list that `read(after, limit)` gives with what ends each."""
    pages, after = [], None
    while True:
        rows, after = read(after, limit)
        pages.append(list(rows))
        if after is None:
            return pages


def totals(session: Session, *wanted: tuple[make.Case, str]) -> None:
    for case, total in wanted:
        session.execute(
            update(CellApplication)
            .where(CellApplication.code == case.code)
            .values(total=Decimal(total))
        )
    session.commit()


def test_the_ranking_goes_on_past_its_first_page_through_ties(
    session: Session, see: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = make.a_round()
    a, b, c, d, e = (make.scored(opened=opened, number=number) for number in range(1, 6))
    totals(session, (a, "90"), (b, "95.5"), (c, "90"), (d, "90"), (e, "81.25"))
    wanted = [b.code, d.code, c.code, a.code, e.code]
    found = round_id(opened.code)
    pages = every(lambda after, limit: lists.ranking(session, found, after, limit))
    assert [[row.code for row in page] for page in pages] == [wanted[:2], wanted[2:4], wanted[4:]]
    monkeypatch.setattr(lists.ranking, "__defaults__", (None, 2))
    page, url = f"/staff/cells/office/rounds/{opened.code}", f"{API}/rounds/{opened.code}/ranking"
    told, after = [], None
    while True:
        answer = see.of(OFFICE).get(url, query_string={"after": after} if after else {}).get_json()
        told += [(unit["place"], unit["code"], unit["total"]) for unit in answer["units"]]
        text = see.get(OFFICE, f"{page}?after={after or ''}")
        assert [f"<td>{one['place']}</td>" in text for one in answer["units"]] == [True] * len(
            answer["units"]
        )
        assert ("下一页" in text) == (answer["next"] is not None)
        after = answer["next"]
        if after is None:
            break
    assert [place for place, _code, _total in told] == [1, 2, 3, 4, 5]
    assert [code for _place, code, _total in told] == wanted
    # What is decided on the second page stays there.
    second = see.of(OFFICE).get(url).get_json()["next"]
    answered = see.post(
        OFFICE, f"{page}/decide?after={second}", codes=[c.code], document="3号", in_favour="3"
    )
    assert answered.location.endswith(f"{page}?after={second}")
    assert see.of(TOWN_OFFICER).get(url).status_code == 403
    assert see.of(None).get(url).status_code == 401


def round_id(code: str) -> int:
    return rounds.round_of(reading(), code).id


@pytest.mark.parametrize(
    "position",
    ["x", pack("90", "1"), pack("x", "1", "1", "1"), pack("NaN", "1", "1", "1"),
     pack("90", "-1", "1", "1"), pack("90", "1", "²", "1"), pack("90", "1", str(1 << 63), "1")],
)  # fmt: skip
def test_a_position_that_no_page_gave_is_refused(position: str) -> None:
    with pytest.raises(Invalid) as refusal:
        documents.ranked_of(position)
    assert make.code_of(refusal) == "bad_position"


def test_the_units_to_name_go_on(session: Session, clock: Clock) -> None:
    opened = make.a_round()
    cases = [make.noticed(opened=opened, number=number) for number in (1, 2, 3)]
    clock.move(days=9)
    jobs.end_overdue("")
    pages = every(lambda after, limit: lists.of_state(session, State.CLEARED, after, limit))
    codes = [[row.code for row in page] for page in pages]
    assert codes == [[cases[0].code, cases[1].code], [cases[2].code]]


def test_a_units_own_list_goes_on(session: Session, see: Window) -> None:
    opened = make.a_round()
    codes = [make.started(opened=opened, number=number).code for number in (1, 2, 3)]
    found = every(lambda after, limit: applications.of_units(session, OWNER, after, limit))
    assert [[row.code for row in page] for page in found] == [[codes[2], codes[1]], [codes[0]]]
    last = applications.application(session, codes[1]).id
    page = see.get(OWNER, f"/mine/cells?after={last}")
    assert [code in page for code in codes] == [True, False, False]


def test_an_experts_list_goes_on_from_what_waits_to_what_is_in(session: Session) -> None:
    opened, first = make.a_round(), EXPERTS[0]
    cases = [make.with_experts(opened=opened, number=number) for number in (1, 2, 3, 4)]
    for case in cases[:2]:
        make.score(case, first)
    pages = every(lambda after, limit: reviews.waiting_for(session, first.id, after, limit), 3)
    codes = [[row.code for row in page] for page in pages]
    assert codes == [[cases[2].code, cases[3].code, cases[0].code], [cases[1].code]]
    alone = every(lambda after, limit: reviews.waiting_for(session, first.id, after, limit), 1)
    assert [row.code for page in alone for row in page] == [code for page in codes for code in page]
    for bad in ("2x", "x"):
        with pytest.raises(Invalid):
            sheets.lines(session, first.id, bad)


def test_the_rounds_go_on_and_cost_the_same_for_one_and_for_three(
    session: Session, see: Window, clock: Clock
) -> None:
    codes = [make.a_round().code]
    see.get(OFFICE, "/staff/cells/office/rounds")
    with statements() as one:
        see.get(OFFICE, "/staff/cells/office/rounds")
    codes += [make.a_round().code for _ in range(2)]
    with statements() as three:
        page = see.get(OFFICE, "/staff/cells/office/rounds")
    assert len(one) == len(three)
    assert all(code in page for code in codes)
    pages = every(lambda after, limit: rounds.rounds(session, after, limit))
    assert [[row.code for row in found] for found in pages] == [codes[:0:-1], codes[:1]]


def test_the_notices_go_on_in_the_api(
    app: Flask, see: Window, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    opened, cases = make.a_round(), []
    for number in (1, 2):
        cases.append(make.noticed(opened=opened, number=number))
        clock.move(days=1)
    monkeypatch.setattr(public, "MOST_NOTICES", 1)
    first = see.of(None).get(f"{API}/notices").get_json()
    second = see.of(None).get(f"{API}/notices?after={first['next']}").get_json()
    assert [unit["code"] for unit in first["units"] + second["units"]] == [c.code for c in cases]
    assert second["next"] is None
    assert second["units"][0] == {
        "code": cases[1].code, "unit": "洛水饭店", "kind": "饭店（酒店）", "held": False,
        "place": second["units"][0]["place"], "stars": "五星",
        "notice_from": second["units"][0]["notice_from"],
        "notice_until": second["units"][0]["notice_until"],
    }  # fmt: skip


def test_the_list_behind_39_goes_on(
    see: Window, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = make.a_round()
    numbers = [make.named(clock, opened=opened, number=at)[1].number for at in (1, 2)]
    clock.move(minutes=1)
    monkeypatch.setattr(public, "MOST_COUNTED", 1)
    first = see.get(None, "/cells/count")
    second = see.get(None, f"/cells/count?after={numbers[0]}")
    assert [f"{number} ·" in first for number in numbers] == [True, False]
    assert f"/cells/count?after={numbers[0]}" in first
    assert [f"{number} ·" in second for number in numbers] == [False, True]
    assert "下一页" not in second
    assert certificates.figures(reading(), house().clock()).numbers == tuple(numbers)


def test_everyone_is_reminded_however_many_there_are(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applications, "BATCH", 1)
    monkeypatch.setattr(reviews, "BATCH", 1)
    opened = make.a_round(closes_at=house().clock() + timedelta(days=40))
    for number in (1, 2):
        make.submitted(opened=opened, number=number)
    for number in (3, 4):
        make.checked(opened=opened, number=number)
    for number in (5, 6):
        do(SECTOR, reviewing.give_opinion, code=make.checked(opened=opened, number=number).code,
           opinion="support")  # fmt: skip
    for number in (7, 8):
        make.started(opened=opened, number=number)
    clock.move(days=38)
    jobs.remind("")
    told = messages()
    assert told.count((TOWN_OFFICER.id, "cells.desk_over")) == 2
    assert told.count((SECTOR.id, "cells.desk_over")) == 2
    assert told.count((OWNER.id, "cells.unit_soon")) == 2
