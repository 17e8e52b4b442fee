"""Tasks of the plan: 未填报 at first, what departments say, late only after a notice."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.dumping.make import browser
from tests.indicators import make
from tests.people.make import audited
from wufei_public.common.actor import SYSTEM, Actor
from wufei_public.common.errors import Invalid, NotAllowed, NotFound
from wufei_public.indicators.actions import tasks
from wufei_public.indicators.rules.plans import current
from wufei_public.indicators.rules.tasks import Progress
from wufei_public.infra.work import work

pytestmark = pytest.mark.usefixtures("district")
# 区城管局 leads A-22, whose day was 2022-12-31.
TASK = "A-22"


def said(actor: Actor, progress: Progress = Progress.DOING, code: str = TASK) -> None:
    words = "办法已经印发，正在各社区推。"
    work(actor, lambda w: tasks.report(w, code=code, progress=progress, words=words))


def live(day: date) -> None:
    work(SYSTEM, lambda w: tasks.go_live(w, on_day=day, notice_days=30))


def test_every_task_begins_unreported(client: FlaskClient) -> None:
    page = client.get("/indicators/tasks").get_data(as_text=True)
    for task in current().tasks:
        assert f'href="/indicators/tasks/{task.code}"' in page
        assert client.get(f"/indicators/tasks/{task.code}").status_code == 200
    assert page.count("未填报") >= len(current().tasks)
    assert "逾期" not in page
    assert client.get("/indicators/tasks/F-1").status_code == 404


def test_the_lead_department_reports_and_everybody_reads_it(
    app: Flask, client: FlaskClient
) -> None:
    office = browser(app, make.DEPARTMENT_OFFICER)
    address = f"/staff/indicators/tasks/{TASK}"
    assert 'name="words"' in office.get(address).get_data(as_text=True)
    told = {"progress": "done", "words": "办法已经印发。", "evidence": "示例文号 1 号"}
    assert office.post(address, data=told | {"words": ""}).status_code == 422
    assert office.post(address, data=told).status_code == 303
    page = client.get(f"/indicators/tasks/{TASK}").get_data(as_text=True)
    for word in ("办法已经印发。", "示例文号 1 号", "已完成"):
        assert word in page, word
    assert audited(f"indicators-task/{TASK}") == ["indicators:task:report"]


def test_others_do_not_report(app: Flask) -> None:
    for who in (make.TOWN_OFFICER, make.OTHER_DEPARTMENT_OFFICER, make.RESIDENT, SYSTEM):
        with pytest.raises(NotAllowed):
            said(who)
    address = f"/staff/indicators/tasks/{TASK}"
    town = browser(app, make.TOWN_OFFICER)
    assert 'name="words"' not in town.get(address).get_data(as_text=True)
    assert town.post(address, data={"progress": "done", "words": "好了"}).status_code == 403
    with pytest.raises(NotFound):
        said(make.DISTRICT_OFFICER, code="Z-9")
    with pytest.raises(Invalid):
        said(make.DISTRICT_OFFICER, Progress.UNREPORTED)


def test_late_is_said_only_after_the_notice(client: FlaskClient) -> None:
    address = f"/indicators/tasks/{TASK}"

    def is_late() -> bool:
        return "逾期" in client.get(address).get_data(as_text=True)

    assert not is_late()
    live(date(2026, 11, 1))  # today is 24 November
    assert not is_late()
    live(date(2026, 10, 1))
    assert is_late()
    said(make.DEPARTMENT_OFFICER)
    page = client.get(address).get_data(as_text=True)
    assert "逾期" in page
    assert "正在各社区推" in page
    said(make.DEPARTMENT_OFFICER, Progress.DONE)
    assert not is_late()
