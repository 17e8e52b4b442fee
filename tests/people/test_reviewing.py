"""权限复核: who may what, confirmed or withdrawn grant by grant."""

import csv
import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import NOW, Clock
from tests.people import make
from tests.people.entering import post, signed_in
from tests.reasons import said
from wufei_public.infra.audit import AuditRow
from wufei_public.people.models import GrantRow
from wufei_public.people.rules.reviewing import REVIEW_EVERY, is_due
from wufei_public.people.rules.roles import Role

PAGE = "/staff/access"


@pytest.fixture
def security(app: Flask, clock: Clock) -> FlaskClient:
    """Sign a security administrator in, a quarter after an officer got a role."""
    make.places()
    make.invited("zhen.ban", Role.TOWN_OFFICER)
    clock.move(days=REVIEW_EVERY.days)
    return signed_in(app, clock, "guard.an", Role.SECURITY_ADMIN)


def grant_of(role: Role) -> str:
    found = make.fresh().scalar(select(GrantRow.code).where(GrantRow.role == role))
    assert found is not None
    return found


def due(client: FlaskClient) -> str:
    found = re.search(r"现在有 (\d+) 个到期", client.get(PAGE).text)
    assert found is not None
    return found[1]


def test_a_grant_is_due_a_quarter_after_it_was_last_looked_at() -> None:
    later = NOW + REVIEW_EVERY
    assert is_due(NOW, None, later)
    assert not is_due(NOW, None, later - timedelta(seconds=1))
    assert not is_due(NOW, NOW + timedelta(days=1), later)


def test_a_confirmed_grant_waits_for_the_next_quarter(security: FlaskClient, clock: Clock) -> None:
    assert due(security) == "1"
    assert "要复核的角色" in security.get("/staff").text
    code = grant_of(Role.TOWN_OFFICER)
    assert code in security.get(f"{PAGE}?due=1").text
    answer = post(security, f"{PAGE}/{code}/confirm?due=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}?done=1&due=1")
    assert due(security) == "0"
    assert code not in security.get(f"{PAGE}?due=1").text
    page = security.get(PAGE).text
    assert "guard.an 的姓名" in page
    done = make.fresh().scalars(
        select(AuditRow.after).where(AuditRow.action == "people:role:confirm")
    )
    assert list(done) == [{"grant": code, "role": "town_officer"}]


def test_a_grant_is_withdrawn_with_a_reason(security: FlaskClient) -> None:
    code = grant_of(Role.TOWN_OFFICER)
    assert post(security, f"{PAGE}/{code}/withdraw").status_code == 422
    answer = post(security, f"{PAGE}/{code}/withdraw", reason="调走了")
    assert answer.status_code == 303
    assert code not in security.get(PAGE).text
    assert post(security, f"{PAGE}/{code}/confirm").status_code == 404
    rows = make.fresh().scalars(select(AuditRow).where(AuditRow.action == "people:role:end"))
    assert [said(row) for row in rows] == ["调走了"]


def test_nobody_reviews_the_own_grant(security: FlaskClient) -> None:
    code = grant_of(Role.SECURITY_ADMIN)
    assert f"{code}/confirm" not in security.get(PAGE).text
    for move in ("confirm", "withdraw"):
        answer = post(security, f"{PAGE}/{code}/{move}", reason="自己")
        assert answer.status_code == 403
        assert "自己的账号要由别人来办" in answer.text


def test_the_file_says_the_same_and_holds_no_formula(security: FlaskClient, app: Flask) -> None:
    answer = security.get(f"{PAGE}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(row["user_name"], row["role"], row["due"]) for row in rows] == [
        ("zhen.ban", "镇办人员", "1"),
        ("guard.an", "安全管理员", "0"),
    ]
    assert rows[0]["scope"] == "缑氏镇"
    assert (rows[0]["last_used_at"], rows[1]["last_used_at"] != "") == ("", True)


def test_three_grants_cost_as_many_statements_as_one(security: FlaskClient) -> None:
    security.get(PAGE)
    with make.statements() as few:
        security.get(PAGE)
    for number in range(3):
        make.invited(f"zhen.{number}", Role.TOWN_OFFICER)
    with make.statements() as more:
        security.get(PAGE)
    assert len(few) == len(more)


def test_the_auditor_sees_and_changes_nothing(app: Flask, clock: Clock) -> None:
    make.places()
    make.invited("zhen.ban", Role.TOWN_OFFICER)
    auditor = signed_in(app, clock, "audit.or", Role.AUDITOR)
    page = auditor.get(PAGE)
    assert (page.status_code, "zhen.ban" in page.text, "/confirm" in page.text) == (
        200,
        True,
        False,
    )
    code = grant_of(Role.TOWN_OFFICER)
    assert post(auditor, f"{PAGE}/{code}/confirm").status_code == 403
    system = signed_in(app, clock, "admin.xi", Role.SYSTEM_ADMIN)
    assert system.get(PAGE).status_code == 403
    assert system.get(f"{PAGE}.csv").status_code == 403
