"""接口应用 as the district sees it: a key once, and its end."""

from flask import Flask
from sqlalchemy import select

from tests.dumping import make as cases
from tests.open311 import make
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.work import reading
from wufei_public.open311.models import Application
from wufei_public.open311.queries import digest_of

FORM = {"name": "城管随手报", "contact": "信息科", "per_hour": "5", "on_trial": "1"}


def application() -> Application:
    reading().rollback()
    return reading().scalars(select(Application)).one()


def test_a_key_is_shown_once_and_kept_as_a_digest(app: Flask) -> None:
    browser = cases.browser(app, cases.account(cases.DISTRICT_OFFICER))
    page = browser.post("/staff/open311", data=FORM)
    key = page.text.partition('id="new-key">')[2].partition("<")[0]
    found = application()
    assert (found.key_digest, found.key_end) == (digest_of(key), key[-4:])
    assert (found.per_hour, found.on_trial, found.made_by) == (5, True, 103)
    again = browser.get("/staff/open311").text
    assert "城管随手报" in again
    assert key not in again
    assert key not in str(reading().scalars(select(AuditRow.after)).all())


def test_what_is_missing_is_said_at_its_field(app: Flask) -> None:
    browser = cases.browser(app, cases.account(cases.DISTRICT_OFFICER))
    page = browser.post("/staff/open311", data={"per_hour": "0"})
    assert page.status_code == 422
    for words in ("请填应用的名字。", "请填出了问题找谁。"):
        assert words in page.text
    assert reading().scalars(select(Application)).all() == []


def test_the_end_of_a_key_is_on_record(app: Flask) -> None:
    browser = cases.browser(app, cases.account(cases.DISTRICT_OFFICER))
    make.key()
    path = f"/staff/open311/{application().code}/revoke"
    assert browser.post(path).status_code == 303
    ended = application().ended_at
    assert browser.post(path).status_code == 303
    assert application().ended_at == ended is not None
    rows = reading().scalars(
        select(AuditRow.action).filter_by(target=f"open311/{application().code}")
    )
    assert list(rows) == ["open311:application:issue", "open311:application:revoke"]
    assert browser.post("/staff/open311/none/revoke").status_code == 404


def test_only_the_district_hands_keys_out(app: Flask) -> None:
    cases.account(cases.DISTRICT_OFFICER)
    for other in (cases.TOWN_OFFICER, cases.AUDITOR, cases.RESIDENT):
        browser = cases.browser(app, cases.account(other))
        assert browser.get("/staff/open311").status_code == 403
        assert browser.post("/staff/open311", data=FORM).status_code == 403
    assert app.test_client().get("/staff/open311").status_code == 302
    assert reading().scalars(select(Application)).all() == []
