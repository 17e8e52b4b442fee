"""What the tables keep, whoever writes to them: versions of rubrics, and what was handed in."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.cells import make
from tests.cells.make import EXPERTS, OFFICE, OWNER, do
from tests.dumping.make import TOWN_OFFICER
from wufei_public.cells.actions import applying, moderating, objecting, panels, reviewing
from wufei_public.cells.models.applications import CellEvent, CellSubmission
from wufei_public.cells.models.reviews import (
    CellBallot,
    CellMark,
    CellObjection,
    CellOpinion,
    CellSheet,
    CellSheetChange,
)
from wufei_public.cells.models.rounds import CellRubric
from wufei_public.cells.queries import applications, reviews
from wufei_public.infra.work import reading, work

pytestmark = pytest.mark.usefixtures("district")


def refused(session: Session, statement: Any) -> None:
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(statement)


def test_a_version_of_a_rubric_is_neither_changed_nor_deleted(session: Session) -> None:
    make.started()
    for values in ({"content": {}}, {"version": "9"}, {"digest": "x"}, {"kind": "school"}):
        refused(session, update(CellRubric).where(CellRubric.kind == "hotel").values(**values))
    refused(session, delete(CellRubric).where(CellRubric.kind == "farm"))


def test_a_submission_stays_but_for_the_account_of_the_person(session: Session) -> None:
    case = make.submitted()
    own = CellSubmission.application_id == case.row.id
    for values in ({"total": Decimal(1)}, {"content": {}}, {"number": 9}):
        refused(session, update(CellSubmission).where(own).values(**values))
    refused(session, delete(CellSubmission).where(own))
    session.execute(update(CellSubmission).where(own).values(by=make.STRANGER.id))


def test_opinions_ballots_and_changes_stay(session: Session) -> None:
    case = make.scored()
    item = revisable(case)
    do(OFFICE, moderating.moderate, code=case.code, text="当面谈过。")
    do(EXPERTS[0], moderating.revise, code=case.code, item=item, step=1, reason="看错了。")
    for model, values in (
        (CellOpinion, {"text": "改过"}), (CellOpinion, {"account_id": OWNER.id}),
        (CellSheetChange, {"reason": "改过"}),
    ):  # fmt: skip
        refused(session, update(model).values(**values))
        refused(session, delete(model))
    session.execute(
        insert(CellBallot).values(
            application_id=case.row.id, document="3号", in_favour=3, against=0, abstained=0,
            at=make.house().clock(),
        )
    )  # fmt: skip
    refused(session, update(CellBallot).values(in_favour=4))
    refused(session, delete(CellBallot))


# ---- scores -------------------------------------------------------------------------------


def revisable(case: make.Case) -> str:
    return next(item.id for item in make.rubric_of(case).items if len(item.steps) > 2)


def sheet_of(case: make.Case) -> CellSheet:
    return reviews.sheet_of(reading(), case.row, EXPERTS[0].id)


@pytest.mark.parametrize(
    "values",
    [{"total": Decimal(1)}, {"result": {}}, {"vetoes": ["x"]}, {"words": "别的"},
     {"expert_id": 324}, {"scored_at": None, "total": None, "result": None}, {"evaluation": 7}],
)  # fmt: skip
def test_a_sheet_that_is_in_stays(values: dict[str, Any], session: Session) -> None:
    sheet = sheet_of(make.scored())
    refused(session, update(CellSheet).where(CellSheet.id == sheet.id).values(**values))
    refused(session, delete(CellSheet).where(CellSheet.id == sheet.id))


def test_the_marks_of_a_sheet_that_is_in_stay(session: Session) -> None:
    case = make.scored()
    sheet, item = sheet_of(case), revisable(case)
    own = CellMark.sheet_id == sheet.id, CellMark.item == item
    refused(session, update(CellMark).where(*own).values(step=1))
    refused(session, update(CellMark).where(*own).values(note="别的"))
    refused(session, delete(CellMark).where(*own))
    new = {"sheet_id": sheet.id, "item": "other", "na": True, "note": ""}
    refused(session, insert(CellMark).values(**new))


def test_marks_come_and_go_until_the_sheet_is_in(session: Session) -> None:
    case = make.with_experts()
    work(EXPERTS[0], make.marking(case))
    sheet, item = sheet_of(case), revisable(case)
    do(EXPERTS[0], panels.mark, code=case.code, item=item, step=1)
    own = CellMark.sheet_id == sheet.id, CellMark.item == item
    # No mark goes over to another sheet.
    refused(session, update(CellMark).where(*own).values(item="other"))
    refused(session, update(CellMark).where(*own).values(sheet_id=sheet.id + 1))
    assert session.execute(delete(CellMark).where(*own)).rowcount == 1  # type: ignore[attr-defined]
    assert item not in reviews.marks(session, sheet.id)
    unscored = CellSheet.id == sheet.id
    assert session.execute(update(CellSheet).where(unscored).values(words="草稿")).rowcount == 1  # type: ignore[attr-defined]


def test_a_revised_score_follows_its_written_change_and_no_other(session: Session) -> None:
    case = make.scored()
    item, other = revisable(case), make.rubric_of(case).items[-1].id
    do(OFFICE, moderating.moderate, code=case.code, text="当面谈过。")
    do(EXPERTS[0], moderating.revise, code=case.code, item=item, step=1, reason="看错了。")
    sheet = sheet_of(case)
    (change,) = reviews.sheet_changes(session, [sheet.id])
    assert (change.before, change.after) == (100, sheet.total)
    refused(session, update(CellSheet).where(CellSheet.id == sheet.id).values(total=Decimal(99)))
    mark = CellMark.sheet_id == sheet.id, CellMark.item == other
    refused(session, update(CellMark).where(*mark).values(note="别的"))


def test_events_and_what_was_objected_and_answered_stay(session: Session) -> None:
    case = make.noticed()
    found = make.objected(case)
    for values in ({"internal_text": "改过"}, {"actor_id": 1}, {"move": "name"}):
        refused(session, update(CellEvent).values(**values))
    refused(session, delete(CellEvent))
    own = CellObjection.id == found.id
    refused(session, update(CellObjection).where(own).values(text="改过"))
    do(make.OUTSIDER, objecting.decide, code=found.code, outcome="rejected", answer="查过了。")
    for values in ({"answer": "改过"}, {"outcome": "upheld"}, {"handler_id": make.THIRD.id}):
        refused(session, update(CellObjection).where(own).values(**values))
    refused(session, delete(CellObjection).where(own))
    session.execute(update(CellObjection).where(own).values(by=None, contact_sealed=None))


def test_each_submission_keeps_the_commitment_that_was_signed_with_it(session: Session) -> None:
    case = make.submitted()
    first = case.row.commitment
    assert first
    do(TOWN_OFFICER, reviewing.send_back, code=case.code, remarks={}, text="补台账。")
    do(OWNER, applying.submit, code=case.code, committed=True)
    kept = applications.submissions(reading(), case.row.id)
    assert [(one.number, one.commitment) for one in kept] == [(1, first), (2, first)]
    refused(session, update(CellSubmission).values(commitment="9"))
