"""Assessment: scores with evidence, and what they lead to."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from tests.dumping.make import browser, photo_token
from tests.people.make import statements
from tests.redblack import make
from wufei_public.common.actor import SYSTEM, Actor
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, WrongState
from wufei_public.infra.work import reading, work
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import assessing, officer
from wufei_public.redblack.models.assessments import Assessment, AssessmentPeriod, ListingBasis
from wufei_public.redblack.queries import assessments as queries
from wufei_public.redblack.rules.assessing import CRITERIA, NEWEST, Given, suggestion, total
from wufei_public.redblack.rules.states import ListKind

CODES = [one.code for one in CRITERIA[NEWEST]]


def given(*scores: int | None) -> dict[str, Given]:
    return {
        code: Given(None if score is None else Decimal(score), "看了台账。")
        for code, score in zip(CODES, scores, strict=True)
    }


@pytest.mark.parametrize(
    ("scores", "whole", "leads_to"),
    [
        ((100, 100, 100, 100), "100", ListKind.RED),
        ((100, 100, 100, 59), "89.75", None),
        ((90, 90, 90, 90), "90", ListKind.RED),
        ((100, 100, None, 59), "87.19", None),
        ((60, 60, 60, 60), "60", None),
        ((59, 60, 60, 60), "59.7", ListKind.BLACK),
        ((None, None, None, 10), "10", ListKind.BLACK),
        ((None, None, None, None), None, None),
    ],
)
def test_a_total_is_weighed_over_what_applies(
    scores: tuple[int | None, ...], whole: str | None, leads_to: ListKind | None
) -> None:
    found = given(*scores)
    assert total(NEWEST, found) == (None if whole is None else Decimal(whole))
    assert suggestion(NEWEST, found) == leads_to


# ---- actions --------------------------------------------------------------------

SPAN = {"name": "2026 年下半年", "begins_on": date(2026, 7, 1), "ends_on": date(2026, 12, 31)}


def do(actor: Actor, action: Any, **values: Any) -> Any:
    return work(actor, lambda w: action(w, **values))


def period() -> AssessmentPeriod:
    found: AssessmentPeriod = do(make.DISTRICT_OFFICER, assessing.open_period, **SPAN)
    return found


def assessed(
    to: Organisation, span: AssessmentPeriod, *scores: int | None,
    actor: Actor = make.TOWN_OFFICER, **more: Any,
) -> Assessment:  # fmt: skip
    values = {"period": span.code, "organisation": to.code, "given": given(*scores)} | more
    found: Assessment = do(actor, assessing.assess, **values)
    return found


def test_scores_lead_to_a_proposal_once_and_stand_then(enterprise: Organisation) -> None:
    span = period()
    row = assessed(enterprise, span, 50, 50, 50, 50, photo=[photo_token(seed=3)])
    assert (row.total, row.suggests, row.photos) == (Decimal(50), "black", 1)
    again = assessed(enterprise, span, 40, 50, 50, 50, version=1)
    assert (again.code, again.version, again.total) == (row.code, 2, Decimal(47))
    rests = {"assessment": row.code, "document": "", "document_on": None}
    with pytest.raises(Invalid):  # what still runs may still change
        make.proposed(enterprise, **rests)
    do(make.CHIEF, assessing.close_period, code=span.code)
    made = make.proposed(enterprise, **rests)
    basis = queries.basis(reading(), made.id)
    assert basis is not None
    assert (basis.basis, basis.assessment_id) == ("assessment", row.id)
    with pytest.raises(WrongState):
        assessed(enterprise, span, 100, 100, 100, 100, version=2)


def test_what_came_to_nothing_uses_no_scores_up(enterprise: Organisation) -> None:
    rests = {
        "assessment": make.scored(enterprise, make.SECOND),
        "document": "",
        "document_on": None,
    }
    row = make.proposed(enterprise, **rests)
    make.do(make.TOWN_OFFICER, officer.drop, row, reason="写错了。")
    row = make.proposed(enterprise, **rests)
    other = {"listing_id": make.proposed(enterprise, kind="red", severity="").id}
    basis = reading().get_one(ListingBasis, row.id)
    kept = {
        "basis": "assessment",
        "assessment_id": basis.assessment_id,
        "document": "",
        "ground": "",
    }
    with pytest.raises(IntegrityError):
        do(SYSTEM, lambda w: w.session.execute(insert(ListingBasis), kept | other))


def test_scores_carry_no_other_list(enterprise: Organisation) -> None:
    span = period()
    row = assessed(enterprise, span, 100, 100, 100, 100)
    do(make.CHIEF, assessing.close_period, code=span.code)
    with pytest.raises(Invalid):
        make.proposed(enterprise, assessment=row.code)


def test_who_may_assess_and_when(enterprise: Organisation) -> None:
    for actor in (make.TOWN_OFFICER, make.AUDITOR, make.RESIDENT):
        with pytest.raises(NotAllowed):
            do(actor, assessing.open_period, **SPAN)
    span = period()
    with pytest.raises(Invalid):
        period()
    for actor in (make.OTHER_OFFICER, make.RESIDENT, make.AUDITOR):
        with pytest.raises(NotAllowed):
            assessed(enterprise, span, 50, 50, 50, 50, actor=actor)
    assessed(enterprise, span, 50, 50, 50, 50)
    with pytest.raises(Conflict):
        assessed(enterprise, span, 60, 60, 60, 60, actor=make.DEPARTMENT_OFFICER)
    do(make.DISTRICT_OFFICER, assessing.close_period, code=span.code)
    with pytest.raises(WrongState):
        assessed(enterprise, span, 60, 60, 60, 60, version=1)


def test_a_score_without_its_ground_is_refused(enterprise: Organisation) -> None:
    wrong = given(50, 50, 50, 101) | {"sorting": Given(Decimal(1), "")}
    del wrong["ledger"]
    with pytest.raises(Invalid) as error:
        do(make.TOWN_OFFICER, assessing.assess, period=period().code,
           organisation=enterprise.code, given=wrong)  # fmt: skip
    assert [fault.pointer for fault in error.value.errors] == [
        "words-sorting", "score-ledger", "score-violations",
    ]  # fmt: skip


def test_an_official_assesses_and_proposes_on_the_pages(
    app: Flask, enterprise: Organisation
) -> None:
    chief, clerk = browser(app, make.DISTRICT_OFFICER), browser(app, make.TOWN_OFFICER)
    form = {"name": "下半年", "begins_on": "2026-07-01", "ends_on": "2026-12-31"}
    span = chief.post("/staff/assessments", data=form).headers["Location"]
    assert chief.post("/staff/assessments", data=form).status_code == 422
    assert f'href="{span}/firms/{enterprise.code}"' in clerk.get(f"{span}?words=建材").text
    one = f"{span}/firms/{enterprise.code}"
    filled = {"version": "0", "none-ledger": "true"}
    filled |= {f"score-{code}": "58.5" for code in CODES if code != "ledger"}
    assert "凭什么" in clerk.post(one, data=filled).text
    filled |= {f"words-{code}": "抽查记录 3 号" for code in CODES}
    assert clerk.post(one, data=filled).status_code == 303
    assert clerk.post(one, data=filled).status_code == 409
    assert "58.5" in clerk.get(span).text
    assert enterprise.name not in clerk.get(f"{span}?suggests=red").text
    row = reading().scalars(select(Assessment)).one()
    assert row.code not in clerk.get(f"/staff/listings/new?organisation={enterprise.code}").text
    assert chief.post(f"{span}/close").status_code == 303
    page = clerk.get(f"/staff/listings/new?organisation={enterprise.code}").text
    assert row.code in page
    draft = {name: value for name, value in asdict(make.draft(enterprise)).items() if value}
    draft |= {"assessment": row.code}
    made = clerk.post("/staff/listings/new", data=draft)
    assert made.status_code == 303
    assert "考核得分" in clerk.get(made.headers["Location"]).text
    assert browser(app, make.OTHER_OFFICER).get(one).status_code == 404
    assert chief.post(f"{span}/close").status_code == 409
    assert clerk.post(f"{span}/close").status_code == 403


def test_the_assessed_cost_the_same_for_one_and_for_three(
    app: Flask, client: FlaskClient, enterprise: Organisation
) -> None:
    span, clerk = period(), browser(app, make.TOWN_OFFICER)
    assessed(enterprise, span, 50, 50, 50, 50)
    counts = []
    for number in (2, 3, 4):
        with statements() as seen:
            assert clerk.get(f"/staff/assessments/{span.code}").status_code == 200
        counts.append(len(seen))
        firm = make.organisations.organisation(number, name=f"{number}石材厂")
        assessed(firm, span, 50, 50, 50, 50)
    assert counts[0] == counts[-1]
