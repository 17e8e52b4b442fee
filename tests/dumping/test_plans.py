"""Every list and count is read from its own index, in order, on a migrated database."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask

from tests.conftest import NOW
from tests.dumping import make, plans
from tests.dumping.plans import CLOCKS, due, fill, over, shown
from wufei_public.common.actor import Actor
from wufei_public.dumping.queries import cases, desk, figures, public, requests
from wufei_public.dumping.queries.desk import QueueFilter
from wufei_public.dumping.queries.public import PublicFilter
from wufei_public.dumping.queries.requests import Wanted
from wufei_public.dumping.rules.states import Phase
from wufei_public.infra.work import reading

EARLIER = NOW - timedelta(days=90)
LATER = (NOW + timedelta(days=1), 5)
OVER, UNDECIDED = QueueFilter("closed"), QueueFilter("unreleased")
TOWN, DISTRICT = make.TOWN_OFFICER, make.DISTRICT_OFFICER
Read = Callable[[], object]


@pytest.fixture
def filled(migrated_app: Flask) -> Iterator[None]:
    """Give a database whose indexes were made as an operator's are: SQLite breaks ties by age."""
    make.places()
    make.account(make.CREW)
    fill(
        reading(),
        [
            *(shown(release_token=f"t{n}") for n in range(5)),
            *(due(n, reporter_id=7) for n in range(5)),
            *(over() for _ in range(5)),
            over("refused"),
            CLOCKS | {"state": "assigned", "crew_id": make.CREW.id, "due_at": NOW},
        ],
    )
    yield
    reading().rollback()


def listed(**narrowed: object) -> Read:
    return lambda: public.public_list(reading(), PublicFilter(**narrowed))  # type: ignore[arg-type]


def queued(actor: Actor, wanted: QueueFilter) -> Read:
    return lambda: desk.queue(reading(), actor, wanted, NOW)


# What is read, and the one index from which it comes in order.
IN_ORDER: dict[str, tuple[Read, str]] = {
    "public": (listed(), "ix_report_public"),
    "public, next": (listed(after=LATER), "ix_report_public"),
    "public by town": (listed(town=make.TOWN), "ix_report_public_town"),
    "public by town, next": (listed(town=make.TOWN, after=LATER), "ix_report_public_town"),
    "public by kind": (listed(kind="medical"), "ix_report_public_kind"),
    "public by kind, next": (listed(kind="medical", after=LATER), "ix_report_public_kind"),
    "public by area": (listed(area=make.VILLAGE), "ix_report_public_area"),
    "public by area, next": (listed(area=make.VILLAGE, after=LATER), "ix_report_public_area"),
    "requested": (
        lambda: requests.page(reading(), Wanted(start=EARLIER, end=NOW), 1, 2),
        "ix_report_public_requested",
    ),
    **{
        f"public {phase}{' next' if after else ''}": (
            listed(phase=phase, after=after),
            f"ix_report_public_{phase}",
        )
        for phase in Phase
        for after in (None, LATER)
    },
    "district": (queued(DISTRICT, QueueFilter()), "ix_report_open"),
    "district, next": (queued(DISTRICT, QueueFilter(after=LATER)), "ix_report_open"),
    "town": (queued(TOWN, QueueFilter()), "ix_report_open_town"),
    "town, next": (queued(TOWN, QueueFilter(after=LATER)), "ix_report_open_town"),
    "department": (queued(make.DEPARTMENT_OFFICER, QueueFilter()), "ix_report_open_department"),
    "crew": (queued(make.CREW, QueueFilter()), "ix_report_open_crew"),
    "undecided": (queued(DISTRICT, UNDECIDED), "ix_report_undecided"),
    "undecided of a town": (queued(TOWN, UNDECIDED), "ix_report_undecided_town"),
    "over, district": (queued(DISTRICT, OVER), "ix_report_over"),
    "over, town": (queued(TOWN, OVER), "ix_report_over_town"),
    "over, department": (queued(make.DEPARTMENT_OFFICER, OVER), "ix_report_over_department"),
    "over, crew": (queued(make.CREW, OVER), "ix_report_over_crew"),
    "of a reporter": (lambda: desk.of_reporter(reading(), 7), "ix_report_reporter"),
    "of a reporter, next": (lambda: desk.of_reporter(reading(), 7, LATER), "ix_report_reporter"),
    "held": (lambda: cases.hold_over(reading(), NOW), "ix_report_held"),
}
# Counts are read from partial indexes: what is over by the thousand is not gone through.
COUNTED: dict[str, tuple[Read, set[str]]] = {
    "district": (
        lambda: desk.queue_counts(reading(), DISTRICT, NOW),
        {"extension", "open", "undecided"},
    ),
    "town": (lambda: desk.queue_counts(reading(), TOWN, NOW), {"extension", "open", "undecided"}),
    "leavers": (lambda: cases.left_with_cases(reading()), {"open"}),
}


def indexes(lines: str) -> set[str]:
    return {word for word in lines.split() if word.startswith("ix_report")}


def test_every_list_is_read_in_order_from_its_index(filled: None) -> None:
    found = {name: plans.plan(reading(), read) for name, (read, _index) in IN_ORDER.items()}
    used = {name: (indexes(lines), plans.sorts(lines)) for name, lines in found.items()}
    assert used == {name: ({index}, False) for name, (_read, index) in IN_ORDER.items()}


def test_what_changed_lately_is_read_in_order_of_the_events(filled: None) -> None:
    lines = plans.plan(
        reading(), lambda: requests.changes(reading(), EARLIER, NOW, {"close"}, 1, 2)
    )
    assert "ix_report_event_changed" in indexes(lines)
    assert not plans.sorts(lines)


def test_every_count_is_read_from_partial_indexes(filled: None) -> None:
    found = {name: plans.plan(reading(), read) for name, (read, _parts) in COUNTED.items()}
    used = {
        name: {index.split("_")[2] for index in indexes(lines)} for name, lines in found.items()
    }
    assert used == {name: wanted for name, (_read, wanted) in COUNTED.items()}
    # A scan without an index would name none.
    assert [lines for lines in found.values() if re.search(r"Seq Scan|SCAN report$", lines)] == []


@pytest.mark.parametrize("actor", [TOWN, DISTRICT])
def test_words_in_finished_cases_are_looked_for_in_a_range_of_their_index(
    filled: None, actor: Actor
) -> None:
    after = (NOW + timedelta(days=9999), 5)
    wanted = QueueFilter("closed", words="碎砖", after=after)
    lines = plans.plan(
        reading(), lambda: desk.queue_page(reading(), actor, wanted, NOW, searched=2)
    )
    assert indexes(lines) == {"ix_report_over_town" if actor is TOWN else "ix_report_over"}
    assert re.search(r"Seq Scan|SCAN report$", lines, re.MULTILINE) is None


def test_points_come_from_the_open_cases_alone(filled: None) -> None:
    lines = plans.plan(reading(), lambda: figures.clusters(reading()))
    assert indexes(lines) == {"ix_report_points"}
    assert re.search(r"Seq Scan|SCAN report$", lines, re.MULTILINE) is None
