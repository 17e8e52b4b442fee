"""Impossible rows are impossible, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import CheckConstraint, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.dumping import make
from wufei_public.divisions.models import Department
from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.photos import ReportPhoto
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.clocks import RUNNING
from wufei_public.dumping.rules.states import OPEN, WAITING, State

LATER = NOW + timedelta(days=3)
SUBMITTED = {"state": "submitted", "due_at": NOW, "accept_due": NOW}
ACCEPTED = {
    "state": "accepted", "accepted_at": NOW, "transfer_due": LATER, "finish_due": LATER,
    "legal_finish_due": LATER, "due_at": LATER,
}  # fmt: skip
ASSIGNED = ACCEPTED | {"state": "assigned", "department": make.DEPARTMENT}
CLOSED = ACCEPTED | {
    "state": "closed", "closed_at": NOW, "outcome": "清走了", "proof": "photo", "due_at": None,
}  # fmt: skip
BY_POSITION = CLOSED | {"proof": "position", "proof_lat": 34.7, "proof_lon": 112.8}
UNCLEARED = CLOSED | {"state": "uncleared", "rate_until": LATER, "closed_by": 1}
OBJECTED = UNCLEARED | {"state": "objected", "review_due": LATER, "due_at": LATER}
REFUSED = {"state": "refused", "refuse_ground": "not_here", "due_at": None}
ASKED = ACCEPTED | {"state": "asked_accepted", "asked_at": NOW, "held_until": NOW, "due_at": NOW}
RELEASED = {"release": "released", "released_at": NOW, "release_token": "t"}
PLACED = {"lat": 34.7, "lon": 112.8, "datum": "wgs84", "accuracy": 30.0}
PLACELESS = {"division": None, "town": None}

POSSIBLE = [
    SUBMITTED, SUBMITTED | PLACELESS, ACCEPTED, ASSIGNED, CLOSED, BY_POSITION, REFUSED, ASKED,
    RELEASED, CLOSED | RELEASED, {"release": "withheld", "withhold_reason": "minor"}, PLACED,
    REFUSED | PLACELESS, UNCLEARED, OBJECTED, OBJECTED | {"reviewed_by": 2},
    CLOSED | {"reviewed_by": 1},
]  # fmt: skip
# The constraint that refuses, and a possible row with one thing wrong.
IMPOSSIBLE = [
    ("state_known", ACCEPTED | {"state": "lost", "due_at": None}),
    ("release_known", {"release": "maybe"}),
    ("source_known", {"source": "fax"}),
    ("proof_known", CLOSED | {"proof": "word"}),
    ("ground_known", REFUSED | {"refuse_ground": "tired"}),
    ("reason_known", {"release": "withheld", "withhold_reason": "shy"}),
    ("closed_has_outcome_and_proof", CLOSED | {"closed_at": None}),
    ("closed_has_outcome_and_proof", CLOSED | {"outcome": ""}),
    ("closed_has_outcome_and_proof", CLOSED | {"proof": ""}),
    ("closed_has_outcome_and_proof", ACCEPTED | {"closed_at": NOW}),
    ("closed_has_outcome_and_proof", ACCEPTED | {"outcome": "清走了"}),
    ("closed_has_outcome_and_proof", ACCEPTED | {"proof": "photo"}),
    ("closed_has_outcome_and_proof", UNCLEARED | {"closed_at": None, "rate_until": None}),
    ("closed_has_outcome_and_proof", UNCLEARED | {"outcome": ""}),
    ("closed_has_outcome_and_proof", OBJECTED | {"proof": ""}),
    ("rated_has_result", ACCEPTED | {"rate_until": LATER}),
    ("objected_has_deadline", OBJECTED | {"review_due": None, "due_at": None}),
    ("objected_has_deadline", UNCLEARED | {"review_due": LATER}),
    ("reviewed_by_another", UNCLEARED | {"reviewed_by": 1}),
    ("reviewed_by_another", OBJECTED | {"reviewed_by": 1}),
    ("proof_has_position", BY_POSITION | {"proof_lat": None, "proof_lon": None}),
    ("proof_has_position", BY_POSITION | {"proof_lon": None}),
    ("refused_has_ground", REFUSED | {"refuse_ground": ""}),
    ("refused_has_ground", {"refuse_ground": "not_here"}),
    ("assigned_has_handler", ASSIGNED | {"department": None}),
    ("assigned_has_handler", ASKED | {"state": "asked_assigned"}),
    ("released_has_time", RELEASED | {"released_at": None}),
    ("released_has_time", RELEASED | {"release_token": None}),
    ("released_has_time", {"released_at": NOW}),
    ("released_has_time", {"release_token": "t"}),
    ("released_has_time", {"cover_id": 1}),
    ("released_has_place", RELEASED | PLACELESS),
    ("withheld_has_reason", {"release": "withheld"}),
    ("withheld_has_reason", {"withhold_reason": "minor"}),
    ("asked_has_end", ASKED | {"held_until": None}),
    ("asked_has_end", {"held_until": NOW, "asked_at": NOW}),
    ("asked_has_time", ASKED | {"asked_at": None}),
    ("accepted_has_place_and_clocks", ACCEPTED | PLACELESS),
    ("accepted_has_place_and_clocks", ACCEPTED | {"accepted_at": None}),
    ("accepted_has_place_and_clocks", ASSIGNED | {"finish_due": None, "due_at": None}),
    ("accepted_has_place_and_clocks", ASSIGNED | {"transfer_due": None}),
    ("accepted_has_place_and_clocks", CLOSED | {"legal_finish_due": None}),
    ("due_at_is_the_clock_that_runs", {"due_at": LATER}),
    ("due_at_is_the_clock_that_runs", {"due_at": None}),
    ("due_at_is_the_clock_that_runs", CLOSED | {"due_at": LATER}),
    ("due_at_is_the_clock_that_runs", ASKED | {"due_at": LATER}),
    ("merged_has_other", {"state": "merged_submitted", "due_at": None}),
    ("merged_has_other", ACCEPTED | {"state": "merged_accepted", "due_at": None}),
    ("position_is_whole", PLACED | {"lon": None}),
    ("position_is_whole", PLACED | {"datum": ""}),
    ("position_is_whole", {"datum": "wgs84"}),
    ("position_is_whole", {"accuracy": 5.0}),
    ("town_matches", {"town": None}),
    ("town_matches", {"division": None}),
    ("town_matches", {"town": make.OTHER_TOWN}),
    ("withdrawn_shows_nothing", {"withdrawn_at": NOW, "public_words": "砖"}),
    ("withdrawn_shows_nothing", {"withdrawn_at": NOW, "public_words": "", "public_spot": "桥"}),
]  # fmt: skip


@pytest.fixture
def base(app: Flask, session: Session) -> dict[str, Any]:
    """Return the columns of a submitted case, to be changed one by one."""
    office = {"code": make.DEPARTMENT, "name": "城管", "name_en": "", "active": True}
    session.execute(insert(Department), office)
    session.commit()
    row = make.case(make.report(division=None))
    values = {column.name: getattr(row, column.name) for column in Report.__table__.c}
    here = {"division": make.VILLAGE, "town": make.TOWN, "code": "OTHER0000X"}
    return {**values, **SUBMITTED, **here}


def add(session: Session, row: dict[str, Any]) -> None:
    kept = {name: value for name, value in row.items() if name != "id"}
    with session.begin_nested():
        session.execute(insert(Report), kept)


@pytest.mark.parametrize("changes", POSSIBLE)
def test_a_possible_row_is_taken(
    session: Session, base: dict[str, Any], changes: dict[str, Any]
) -> None:
    add(session, base | changes)
    assert (
        session.scalar(select(Report.state).where(Report.code == "OTHER0000X"))
        == (base | changes)["state"]
    )


@pytest.mark.parametrize(("constraint", "changes"), IMPOSSIBLE)
def test_an_impossible_row_is_refused(
    session: Session, base: dict[str, Any], constraint: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=f"ck_report_{constraint}"):
        add(session, base | changes)


def test_every_constraint_has_its_impossible_row() -> None:
    named = {
        str(found.name).removeprefix("ck_report_")
        for found in Report.__table__.constraints  # type: ignore[attr-defined]
        if isinstance(found, CheckConstraint)
    }
    assert {constraint for constraint, _row in IMPOSSIBLE} == named


def test_only_the_running_clock_may_be_the_deadline(session: Session, base: dict[str, Any]) -> None:
    """Each open state with the deadline of its own clock, and with another day."""
    whole = {
        **ASSIGNED, "asked_at": NOW, "accept_due": NOW, "transfer_due": NOW + timedelta(days=1),
        "finish_due": NOW + timedelta(days=2),
    }  # fmt: skip
    for number, state in enumerate(sorted(OPEN)):
        held = NOW + timedelta(days=4) if state in WAITING else None
        row = base | whole | {"state": state, "held_until": held, "code": f"{number:010d}"}
        if state is State.OBJECTED:
            row |= {"closed_at": NOW, "outcome": "清走了", "proof": "photo", "review_due": LATER}
        right = row[RUNNING[State(state)]]
        with pytest.raises(IntegrityError, match="due_at_is_the_clock_that_runs"):
            add(session, row | {"due_at": right + timedelta(seconds=1)})
        add(session, row | {"due_at": right})


# ---- keys -----------------------------------------------------------------------


def test_a_code_is_given_once(session: Session, base: dict[str, Any]) -> None:
    add(session, base)
    with pytest.raises(IntegrityError):
        add(session, base)


def test_two_cases_have_no_release_token_in_common(session: Session, base: dict[str, Any]) -> None:
    add(session, base | RELEASED)
    with pytest.raises(IntegrityError):
        add(session, base | RELEASED | {"code": "ANOTHER00X"})


@pytest.mark.parametrize(
    "changes", [{"department": "no_such"}, {"crew_id": 999999}, RELEASED | {"cover_id": 999999}]
)
def test_a_case_names_only_what_there_is(
    session: Session, base: dict[str, Any], changes: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError):
        add(session, base | changes)


def test_an_event_has_a_number_of_its_own(session: Session, base: dict[str, Any]) -> None:
    row = session.scalars(select(ReportEvent)).one()
    again = {c.name: getattr(row, c.name) for c in ReportEvent.__table__.c if c.name != "id"}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(insert(ReportEvent), again)


def test_a_photo_stands_in_one_case_at_one_place(town: None, session: Session) -> None:
    receipt = make.report(photo=[make.photo_token(1), make.photo_token(2)])
    first, second = make.photo_ids(receipt)
    for change in ({"position": 0}, {"role": "holiday"}):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(
                update(ReportPhoto).where(ReportPhoto.photo_id == second).values(**change)
            )
    row = session.get_one(ReportPhoto, first)
    same = {c.name: getattr(row, c.name) for c in ReportPhoto.__table__.c}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(insert(ReportPhoto), same | {"position": 5})
