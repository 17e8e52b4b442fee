"""A closed case as evidence: without its reporter, and never on one official's word."""

from dataclasses import asdict
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests.dumping import make as dumping
from tests.dumping.make import browser, photo_token
from tests.people.make import audited
from tests.redblack import make
from wufei_public.common.actor import ANONYMOUS, Actor
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from wufei_public.dumping.actions import officer as dumping_officer
from wufei_public.dumping.actions import rating
from wufei_public.dumping.models.reports import Report
from wufei_public.infra.work import reading, work
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import evidence, officer
from wufei_public.redblack.models.assessments import CaseEvidence
from wufei_public.redblack.rules.assessing import stands

PAPER = {"document": "示罚〔2026〕12号", "document_on": date(2026, 11, 2)}


def do(actor: Actor, action: Any, case: Report, to: Organisation, **values: Any) -> Any:
    return work(actor, lambda w: action(w, report=case.code, organisation=to.code, **values))


def sent(case: Report, to: Organisation, actor: Actor = make.TOWN_OFFICER, **more: Any) -> Any:
    return do(actor, evidence.send_case, case, to, confirmed="现场查获，当事人承认。", **more)


def test_one_officials_word_is_not_enough() -> None:
    assert not stands("", None)
    assert stands("", 7)
    assert stands("示罚〔2026〕12号", None)


def test_a_closed_case_goes_without_its_reporter(enterprise: Organisation) -> None:
    open_one, closed = dumping.report(), dumping.closed(make.RESIDENT, phone="13912345678")
    with pytest.raises(WrongState):
        sent(open_one, enterprise)
    with pytest.raises(NotFound):  # a department has what was given to it alone
        sent(open_one, enterprise, make.DEPARTMENT_OFFICER)
    with pytest.raises(NotAllowed):
        sent(closed, enterprise, make.OTHER_OFFICER)
    with pytest.raises(Invalid):
        sent(closed, enterprise, document=PAPER["document"])
    with pytest.raises(Invalid):
        make.proposed(enterprise, report=closed.code)
    row = sent(closed, enterprise, **PAPER)
    with pytest.raises(Conflict):
        sent(closed, enterprise)
    kept = reading().execute(select(CaseEvidence.__table__)).one()._asdict()
    told = {"kind", "division", "closed_on", "confirmed", "report", "organisation_id", "town"}
    proven = {"sent_by", "sent_at", "document", "document_on", "confirmed_by", "confirmed_at"}
    assert set(kept) == told | proven | {"id"}
    assert row.stands
    assert make.proposed(enterprise, report=closed.code).report == closed.code
    assert audited(f"dumping/{closed.code}")[-1] == "redblack:case:send"


def test_without_a_document_a_second_official_confirms(enterprise: Organisation) -> None:
    closed = dumping.closed()
    sent(closed, enterprise)
    for actor in (make.TOWN_OFFICER, make.OTHER_OFFICER, make.RESIDENT, make.AUDITOR):
        with pytest.raises(NotAllowed):
            do(actor, evidence.confirm_case, closed, enterprise)
    with pytest.raises(Invalid) as unconfirmed:
        make.proposed(enterprise, report=closed.code)
    assert unconfirmed.value.errors[0].pointer == "report"
    one_person = update(CaseEvidence).values(confirmed_by=CaseEvidence.sent_by)
    with pytest.raises(IntegrityError):
        work(make.CHIEF, lambda w: w.session.execute(one_person.values(confirmed_at=w.now)))
    do(make.DISTRICT_OFFICER, evidence.confirm_case, closed, enterprise)
    with pytest.raises(WrongState):
        do(make.CHIEF, evidence.refuse_case, closed, enterprise, reason="晚了。")
    assert make.proposed(enterprise, report=closed.code).report == closed.code


def test_a_second_official_finds_it_among_the_tasks(app: Flask, enterprise: Organisation) -> None:
    closed, clerk = dumping.closed(), browser(app, make.TOWN_OFFICER)
    page = f"/staff/assessments/cases/{closed.code}"
    assert page in clerk.get(f"/staff/cases/{closed.code}").text
    send = {"organisation": enterprise.code, "confirmed": "现场查获。"}
    wrong = clerk.post(page, data=send | {"document": "示罚〔2026〕12号"})
    assert (wrong.status_code, "要么都填" in wrong.text) == (422, True)
    assert clerk.post(page, data=send).status_code == 303
    assert "案件证据等您核实" not in clerk.get("/staff").text
    new = f"/staff/listings/new?organisation={enterprise.code}"
    assert closed.code not in clerk.get(new).text
    assert clerk.post(f"{page}/confirm", data=send).status_code == 409
    chief = browser(app, make.CHIEF)
    assert "案件证据等您核实" in chief.get("/staff").text
    own = f"{page}?organisation={enterprise.code}"
    assert own in chief.get("/staff/assessments").text
    assert "核实，是这家企业" in chief.get(own).text
    assert chief.post(f"{page}/refuse", data=send).status_code == 422
    refused = {**send, "reason": "磅单是另一家的。"}
    assert chief.post(f"{page}/refuse", data=refused).status_code == 303
    assert clerk.post(page, data=send).status_code == 303
    assert chief.post(f"{page}/confirm", data=send).status_code == 303
    assert closed.code in clerk.get(new).text
    draft = {name: value for name, value in asdict(make.draft(enterprise)).items() if value}
    made = clerk.post("/staff/listings/new", data=draft | {"report": closed.code})
    assert closed.code in clerk.get(made.headers["Location"]).text
    assert browser(app, make.OTHER_OFFICER).get(own).status_code == 404


def test_a_case_that_is_open_again_carries_nothing(enterprise: Organisation) -> None:
    case = dumping.closed()
    sent(case, enterprise, **PAPER)
    row = make.served(enterprise, report=case.code)
    opened = {"code": case.code, "secret": case.secret, "rating": "unsatisfied"}
    work(ANONYMOUS, lambda w: rating.rate(w, **opened, text="还在那里。"))
    make.move(days=20)
    with pytest.raises(NotAllowed) as refusal:
        make.do(make.DEPARTMENT_OFFICER, officer.decide, row, reason="理由。")
    assert refusal.value.code == "case_reopened"
    with pytest.raises(Invalid) as refused:
        make.proposed(enterprise, kind="red", severity="", report=case.code)
    assert refused.value.errors[0].pointer == "report"


def test_a_case_that_was_not_cleared_away_is_evidence_too(enterprise: Organisation) -> None:
    case = dumping.assigned()
    done = {"code": case.code, "text": "太陡，清不了。", "cleared": False}
    done |= {"photo": [photo_token(seed=8)]}
    work(make.TOWN_OFFICER, lambda w: dumping_officer.close(w, **done))
    assert sent(case, enterprise, **PAPER).stands
