"""The officials' queue: whose cases, in which order, narrowed to what, counted how."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.dumping import make, plans
from tests.dumping.plans import CLOCKS, due, fill, over, shown
from wufei_public.common.actor import Actor, Grant
from wufei_public.common.clock import day_end, district_day
from wufei_public.dumping.actions.entering import enter
from wufei_public.dumping.documents.desk import queue_rows
from wufei_public.dumping.queries import cases, desk
from wufei_public.dumping.queries.desk import QueueFilter, queue, queue_page
from wufei_public.infra.work import work
from wufei_public.people.rules.roles import Role

pytestmark = pytest.mark.usefixtures("town")

DISTRICT, TOWN = make.DISTRICT_OFFICER, make.TOWN_OFFICER
NEXT_TOWN = {"division": make.OTHER_TOWN, "town": make.OTHER_TOWN}
BOTH = Actor(
    TOWN.kind,
    TOWN.id,
    "两处",
    (Grant(Role.TOWN_OFFICER, make.TOWN), Grant(Role.DEPARTMENT_OFFICER, None, make.DEPARTMENT)),
)


def codes(session: Session, actor: Actor, wanted: QueueFilter) -> list[str]:
    return [row.code[:4] for row in queue(session, actor, wanted, NOW, 99) if row.words != "例"]


def walk(session: Session, actor: Actor, wanted: dict[str, Any], limit: int) -> list[str]:
    found: list[str] = []
    after = None
    while True:
        rows, after = queue_page(session, actor, QueueFilter(**wanted, after=after), NOW, limit)
        found += [row.code for row in rows]
        if after is None:
            return found


# ---- whose ----------------------------------------------------------------------


def test_each_official_has_the_cases_of_the_own_scope(session: Session) -> None:
    make.account(make.CREW)
    assigned = CLOCKS | {"state": "assigned", "due_at": NOW, "words": "x"}
    fill(
        session,
        [
            due(1, words="x"),
            due(2, words="x") | NEXT_TOWN,
            due(3, words="x", division=None, town=None),
            assigned | {"department": make.DEPARTMENT, "crew_id": make.CREW.id},
            # Given before the person came to another crew.
            assigned | NEXT_TOWN | {"department": make.DEPARTMENT, "crew_id": make.CREW.id},
        ],
    )
    assert {
        actor.name: sorted(codes(session, actor, QueueFilter()))
        for actor in (
            TOWN, make.OTHER_OFFICER, DISTRICT, make.DEPARTMENT_OFFICER, make.CREW, BOTH,
            make.OTHER_CREW, make.STRANGER, make.AUDITOR, make.RESIDENT,
        )
    } == {
        "镇办甲": ["0000", "0003"],
        "镇办乙": ["0001", "0004"],
        "区级": ["0000", "0001", "0002", "0003", "0004"],
        "部门": ["0003", "0004"],
        "清运": ["0003"],
        "两处": ["0000", "0003", "0004"],
        "别的清运": [],
        "生人": [],
        "审计": [],
        "居民": [],
    }  # fmt: skip


# ---- order and pages --------------------------------------------------------------


@pytest.mark.parametrize("actor", [TOWN, DISTRICT, BOTH])
def test_the_most_urgent_comes_first_without_gap_or_repeat(session: Session, actor: Actor) -> None:
    assigned = CLOCKS | {"state": "assigned", "due_at": NOW, "department": make.DEPARTMENT}
    fill(session, [due(number % 4) for number in range(11)] + [assigned, assigned])
    whole = queue(session, actor, QueueFilter(), NOW, 99)
    assert len(whole) == len({row.id for row in whole}) == 14
    assert [(row.due_at, row.id) for row in whole] == sorted((row.due_at, row.id) for row in whole)
    for limit in (1, 3, 13, 14, 15):
        assert walk(session, actor, {}, limit) == [row.code for row in whole]


def test_finished_cases_come_newest_first(session: Session) -> None:
    fill(session, [over(submitted_at=NOW - timedelta(days=n % 3)) for n in range(7)])
    fill(session, [over("refused", code="REF000")])
    whole = queue(session, TOWN, QueueFilter("closed"), NOW, 99)
    assert len(whole) == 7
    keys = [(row.submitted_at, row.id) for row in whole]
    assert keys == sorted(keys, reverse=True)
    assert walk(session, TOWN, {"state": "closed"}, 2) == [row.code for row in whole]
    assert len(queue(session, TOWN, QueueFilter("refused"), NOW)) == 1


def test_what_waits_for_release_comes_by_its_own_deadline(session: Session) -> None:
    rows = [due(9 - n, release_due=NOW + timedelta(hours=n)) for n in range(4)]
    fill(session, [*rows, over() | {"release_due": NOW - timedelta(days=1)}, over("refused")])
    fill(session, [shown(release_token="a", code="SHOWN0")])
    whole = queue(session, TOWN, QueueFilter("unreleased"), NOW, 99)
    times = [row.release_due for row in whole]
    assert times == sorted(times)
    assert [row.code[:4] for row in whole][:5] == ["0004", "0000", "0001", "0002", "0003"]
    assert walk(session, TOWN, {"state": "unreleased"}, 2) == [row.code for row in whole]


# ---- narrowed ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (QueueFilter("submitted"), {"0000", "0001", "0002", "0003", "0004"}),
        (QueueFilter("placeless"), {"0002"}),
        (QueueFilter("asked"), {"0005"}),
        (QueueFilter("assigned"), {"0006"}),
        (QueueFilter("accepted"), set()),
        (QueueFilter(town=make.OTHER_TOWN), {"0001"}),
        (QueueFilter(kind="medical"), {"0003"}),
        (QueueFilter(due="over"), {"0000"}),
        (QueueFilter(due="today"), {"0004", "0006"}),
        (QueueFilter(due="soon"), {"0001"}),
        (QueueFilter(due="later"), {"0002", "0003", "0005"}),
        (QueueFilter(words="桥头"), {"0003"}),
        (QueueFilter(words="三车"), {"0001"}),
        (QueueFilter(words="%"), set()),
        (QueueFilter("submitted", make.OTHER_TOWN, due="soon"), {"0001"}),
    ],
)  # fmt: skip
def test_filters(session: Session, wanted: QueueFilter, expected: set[str]) -> None:
    asked = {"asked_at": NOW, "held_until": NOW + timedelta(days=5)}
    tonight = day_end(district_day(NOW))
    plain = {"words": "x", "spot": ""}
    rows = [
        due(-1) | plain,
        due(1) | plain | NEXT_TOWN | {"words": "三车碎砖"},
        due(3) | plain | {"division": None, "town": None},
        due(4) | plain | {"official_kind": "medical", "spot": "村口桥头"},
        plain | {"due_at": tonight, "accept_due": tonight},
        plain | asked | {"state": "asked_submitted", "due_at": asked["held_until"]},
        plain | CLOCKS | {"state": "assigned", "due_at": NOW, "department": make.DEPARTMENT},
        over() | plain,
    ]
    fill(session, rows)
    assert set(codes(session, DISTRICT, wanted)) == expected


def test_a_case_is_found_by_its_code_however_typed_and_by_its_place(session: Session) -> None:
    receipt = make.report(words="x", spot="")
    typed = f" {receipt.code[:5].lower()}-{receipt.code[5:].lower()} "
    for words in (receipt.code, typed.strip(), "缑氏"):
        found = queue(session, DISTRICT, QueueFilter(words=words), NOW)
        assert (words, [row.code for row in found]) == (words, [receipt.code] if words else [])
    assert queue(session, make.OTHER_OFFICER, QueueFilter(words=receipt.code), NOW) == []


def searched(session: Session, actor: Actor, words: str, most: int) -> tuple[list[str], int]:
    """Return the codes that pages of a search in finished cases find, and how many pages."""
    found, pages, after = list[str](), 0, None
    while True:
        wanted = QueueFilter("closed", words=words, after=after)
        rows, after = queue_page(session, actor, wanted, NOW, 2, searched=most)
        found += [row.code for row in rows]
        pages += 1
        if after is None:
            return found, pages


@pytest.mark.parametrize("actor", [TOWN, DISTRICT, BOTH])
def test_words_are_looked_for_in_so_many_finished_cases_at_a_time(
    session: Session, actor: Actor
) -> None:
    rows = [
        over(
            submitted_at=NOW - timedelta(hours=n // 2),
            words="碎砖" if n in {3, 9, 10, 11, 20} else "别的",
            department=make.DEPARTMENT if n % 3 == 0 else None,
        )
        for n in range(23)
    ]
    fill(session, rows)
    whole = queue(session, actor, QueueFilter("closed", words="碎砖"), NOW, 99)
    assert len(whole) == 5
    for most in (1, 2, 5, 22, 23, 24):
        found, pages = searched(session, actor, "碎砖", most)
        assert found == [row.code for row in whole], most
        assert pages >= 23 // most


# ---- counts -----------------------------------------------------------------------


def test_counts_equal_the_lists_that_they_lead_to(session: Session) -> None:
    fill(
        session,
        [
            due(-1), due(-2) | NEXT_TOWN, due(2, division=None, town=None), over(), over("refused"),
            CLOCKS | {"state": "disputed", "due_at": NOW, "returns": 2},
            over() | {"state": "objected", "due_at": NOW, "review_due": NOW},
            shown(release_token="a"),
        ],
    )  # fmt: skip
    for actor in (TOWN, make.OTHER_OFFICER, DISTRICT, make.DEPARTMENT_OFFICER, make.STRANGER):
        counts = dict(desk.queue_counts(session, actor, NOW))
        lists = {
            "all": QueueFilter(),
            "today": QueueFilter(due="today"),
            "soon": QueueFilter(due="soon"),
            "asked": QueueFilter("asked"),
            "over": QueueFilter(due="over"),
            "submitted": QueueFilter("submitted"),
            "placeless": QueueFilter("placeless"),
            "disputed": QueueFilter("disputed"),
            "objected": QueueFilter("objected"),
            "longer": QueueFilter("longer"),
            "unreleased": QueueFilter("unreleased"),
        }
        late = queue(session, actor, QueueFilter("unreleased"), NOW, 99)
        assert counts.pop("unreleased_over") == sum(row.release_due < NOW for row in late)
        assert counts == {
            name: len(queue(session, actor, wanted, NOW, 99)) for name, wanted in lists.items()
        }
    assert desk.queue_counts(session, DISTRICT, NOW)["all"] == 7


# ---- others -----------------------------------------------------------------------


def test_a_resident_finds_the_own_reports_and_no_others(session: Session) -> None:
    for actor in (make.RESIDENT, make.NEIGHBOUR):
        make.account(actor)
    mine = [make.report(make.RESIDENT).code for _ in range(5)]
    make.report(make.NEIGHBOUR)
    make.report()
    for limit in (1, 2, 4, 5, 6):
        found, after = list[str](), None
        while True:
            rows, after = desk.of_reporter(session, make.RESIDENT.id or 0, after, limit)
            found += [row.code for row in rows]
            if after is None:
                break
        assert found == mine[::-1]


def test_crew_is_offered_by_place_and_department(session: Session) -> None:
    sanitation = Actor(
        make.CREW.kind, 120, "环卫", (Grant(Role.CREW_MEMBER, None, make.DEPARTMENT),)
    )
    away = Actor(make.CREW.kind, 121, "外镇", (Grant(Role.CREW_MEMBER, make.OTHER_TOWN),))
    for actor in (make.CREW, sanitation, away, TOWN):
        make.account(actor)
    assert {member.id for member in cases.crew_for(session, make.TOWN, None)} == {105, 120}
    assert {m.id for m in cases.crew_for(session, make.TOWN, make.OTHER_DEPARTMENT)} == {105}
    make.leave(make.CREW)
    assert {member.id for member in cases.crew_for(session, make.TOWN, None)} == {120}


def test_three_rows_cost_as_many_statements_as_one(app: Flask, session: Session) -> None:
    make.account(make.CREW)
    assigned = CLOCKS | {"state": "assigned", "due_at": NOW, "crew_id": make.CREW.id}
    fill(session, [assigned, assigned, assigned])
    counted = []
    for limit in (1, 1, 3):  # the first reads the directory, which the process keeps
        with app.test_request_context(), plans.statements() as seen:
            rows = queue(session, TOWN, QueueFilter(), NOW, limit)[:limit]
            counted.append((len(queue_rows(session, rows, NOW)), len(seen)))
    assert counted[1:] == [(1, counted[1][1]), (3, counted[1][1])]


def test_a_number_of_another_office_finds_its_case_and_a_telephone_number_none(
    session: Session,
) -> None:
    make.account(make.TOWN_OFFICER)
    letter = make.draft(source="12345", outside_number="LY20261124-0042")
    entered = work(make.TOWN_OFFICER, lambda w: enter(w, letter))
    for words, found in (
        ("LY20261124-0042", [entered.code]), (" LY20261124-0042", [entered.code]),
        ("LY20261124", []), (make.PHONE, []), ("三车碎砖", [entered.code]),
    ):  # fmt: skip
        rows, _more = queue_page(session, make.TOWN_OFFICER, QueueFilter(words=words), NOW)
        assert [row.code for row in rows] == found
