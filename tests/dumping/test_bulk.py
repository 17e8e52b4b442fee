"""Several cases at once, and filters that an official keeps."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.dumping import make
from wufei_public.common.errors import Invalid
from wufei_public.dumping.actions.filters import MOST, drop, keep
from wufei_public.dumping.queries.filters import kept
from wufei_public.infra.work import work

pytestmark = pytest.mark.usefixtures("town")

BULK = "/staff/cases/bulk"


def test_each_case_is_done_for_itself(app: Flask) -> None:
    browser = make.browser(app, make.account(make.TOWN_OFFICER))
    good, taken, far = make.report(), make.accepted(), make.report(division=make.OTHER_TOWN)
    codes = [one.code for one in (good, taken, far, good)]
    page = browser.post(BULK, data={"code": codes, "what": "accept"})
    assert page.status_code == 200
    assert "办好了 1 件。" in page.text
    assert [make.case(one).state for one in (good, taken, far)] == [
        "accepted",
        "accepted",
        "submitted",
    ]
    for one in (taken, far):
        assert f"{one.code[:5]}-{one.code[5:]}</b>" in page.text
    assert make.moves(good) == ["submit", "accept"]


def test_assigning_wants_a_department_for_each(app: Flask) -> None:
    browser = make.browser(app, make.account(make.TOWN_OFFICER))
    cases = [make.accepted() for _ in range(2)]
    form = {"code": [one.code for one in cases], "what": "assign"}
    assert "请选承办部门或清运人员。" in browser.post(BULK, data=form).text
    page = browser.post(BULK, data=form | {"department": make.DEPARTMENT})
    assert "办好了 2 件。" in page.text
    assert {make.case(one).department for one in cases} == {make.DEPARTMENT}


@pytest.mark.parametrize(
    "form", [{"what": "accept"}, {"code": ["A"]}, {"code": ["A"], "what": "close"}]
)
def test_a_form_without_cases_or_with_another_step_comes_back(
    app: Flask, form: dict[str, object]
) -> None:
    browser = make.browser(app, make.account(make.TOWN_OFFICER))
    make.report()
    assert browser.post(BULK, data=form).status_code == 422
    assert browser.post(BULK, data={"code": ["A"] * 51, "what": "accept"}).status_code == 422


def test_the_page_lists_what_the_queue_is_narrowed_to(app: Flask) -> None:
    browser = make.browser(app, make.account(make.TOWN_OFFICER))
    new, taken = make.report(), make.accepted()
    page = browser.get(f"{BULK}?state=submitted").text
    assert (new.code in page, taken.code in page) == (True, False)
    assert "/staff/cases/bulk?state=submitted" in browser.get("/staff/cases?state=submitted").text


def test_a_filter_is_kept_under_its_name_and_leads_back(app: Flask, session: Session) -> None:
    browser = make.browser(app, make.account(make.TOWN_OFFICER))
    sent = browser.post(f"{BULK}/filters", data={"name": "急的", "due": "over", "kind": "bulky"})
    assert sent.headers["Location"] == "/staff/cases?kind=bulky&due=over"
    assert 'href="/staff/cases?kind=bulky&amp;due=over"' in browser.get("/staff/cases").text
    browser.post(f"{BULK}/filters", data={"name": "急的", "state": "asked"})
    session.rollback()
    (row,) = kept(session, make.TOWN_OFFICER.id)
    assert (row.name, row.query) == ("急的", "state=asked")
    assert browser.post(f"{BULK}/filters", data={"state": "asked"}).status_code == 422
    browser.post(f"{BULK}/filters/{row.id}/drop")
    session.rollback()
    assert kept(session, make.TOWN_OFFICER.id) == []


def test_filters_are_the_own_ones_and_not_too_many(app: Flask, session: Session) -> None:
    for actor in (make.TOWN_OFFICER, make.OTHER_OFFICER):
        make.account(actor)
    work(make.OTHER_OFFICER, lambda w: keep(w, name="他的", query=""))
    (theirs,) = kept(session, make.OTHER_OFFICER.id)
    work(make.TOWN_OFFICER, lambda w: drop(w, number=theirs.id))
    assert "他的" not in make.browser(app, make.TOWN_OFFICER).get("/staff/cases").text
    assert len(kept(session, make.OTHER_OFFICER.id)) == 1
    for number in range(MOST):
        work(make.TOWN_OFFICER, lambda w, n=number: keep(w, name=f"第{n}", query=""))
    with pytest.raises(Invalid):
        work(make.TOWN_OFFICER, lambda w: keep(w, name="多的", query=""))


def test_strangers_do_nothing_in_bulk(app: Flask) -> None:
    case = make.report()
    for actor in (make.CREW, make.AUDITOR, make.RESIDENT):
        browser = make.browser(app, make.account(actor))
        assert browser.get(BULK).status_code == 403
        sent = browser.post(BULK, data={"code": [case.code], "what": "accept"})
        assert sent.status_code == 403
    assert make.case(case).state == "submitted"
