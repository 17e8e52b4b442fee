"""Pages and operations for everyone and for officials, over the real application."""

from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.dumping.make import browser
from tests.indicators import make
from tests.people.make import statements
from wufei_public.common.actor import Actor
from wufei_public.indicators.rules.plans import current
from wufei_public.indicators.rules.states import Move, State

pytestmark = pytest.mark.usefixtures("district")
API = "/api/v1/indicators"


def page(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def desk(app: Flask, actor: Actor) -> FlaskClient:
    return browser(app, actor)


# ---- everyone -------------------------------------------------------------------


def test_the_board_shows_all_indicators_and_three_gauges(client: FlaskClient) -> None:
    found = page(client.get("/indicators"))
    for one in current().indicators:
        assert f'href="/indicators/{one.number}"' in found
    assert found.count('class="wf-gauge"') == 3
    assert "暂无数据" in found
    assert "待核实" in found
    assert "指标" in page(client.get("/"))
    assert "/indicators" in page(client.get("/notices"))


def test_what_is_published_and_only_that_is_on_the_board(client: FlaskClient) -> None:
    row = make.entered()
    assert "35.5%" not in page(client.get("/indicators"))
    make.moved(make.moved(row, make.COLLEAGUE, Move.CHECK), make.CHIEF, Move.PUBLISH)
    found = page(client.get("/indicators"))
    assert "35.5%" in found
    assert "外部" in found
    assert "达标" in found
    own = page(client.get("/indicators/24"))
    for word in (make.DOCUMENT, "不能重算", "2025年", "附件2第 24 项", "区城管局"):
        assert word in own, word


def test_a_guest_reads_each_indicator_and_nothing_else(client: FlaskClient) -> None:
    for number in range(1, 55):
        assert f"附件2第 {number} 项" in page(client.get(f"/indicators/{number}"))
    for name in ("checkins", "reports"):
        assert "不是方案的指标" in page(client.get(f"/indicators/{name}"))
    for address in ("/indicators/55", "/indicators/x", "/indicators/55/data.csv"):
        assert client.get(address).status_code == 404


def test_the_board_costs_the_same_with_one_value_and_with_three(client: FlaskClient) -> None:
    def asked() -> int:
        client.get("/indicators")
        with statements() as found:
            page(client.get("/indicators"))
        return len(found)

    make.published()
    one = asked()
    make.published(series="49", figure=Decimal(100))
    make.published(series="29", figure=Decimal(90))
    assert asked() == one


def test_gauges_say_their_interval_and_how_many_answered(client: FlaskClient) -> None:
    make.published(
        series="54", period="2025", figure=Decimal(85), low=Decimal("81.2"), high=Decimal("88.4"),
        n=558, collector="统计局", method="电话访问",
    )  # fmt: skip
    found = page(client.get("/indicators"))
    for word in ("85%", "81.2–88.4", "558", "未达标"):
        assert word in found, word


def test_a_trend_needs_two_values(client: FlaskClient) -> None:
    make.published(period="2024", figure=Decimal(20))
    assert "wf-trend" not in page(client.get("/indicators/24"))
    make.published(period="2025", figure=Decimal(36))
    assert "wf-trend" in page(client.get("/indicators/24"))


# ---- open data ------------------------------------------------------------------


def test_each_series_is_open_data_with_a_tag(client: FlaskClient) -> None:
    make.published()
    make.published(figure=Decimal("36.123456789"))
    answer = client.get(f"{API}/series/24")
    values = answer.get_json()["values"]
    assert [(one["version"], one["state"], one["figure"]) for one in values] == [
        (2, "published", "36.123456789"), (1, "superseded", "35.5"),
    ]  # fmt: skip
    columns = [one["column"] for one in answer.get_json()["dictionary"]]
    lines = client.get("/indicators/24/data.csv").get_data(as_text=True).splitlines()
    assert lines[0].split(",") == columns
    assert len(lines) == 3
    assert "36.123456789" in lines[1]
    for path in (f"{API}/series/24", "/indicators/24/data.csv", "/indicators", f"{API}/series"):
        tag = client.get(path).headers["ETag"]
        again = client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b""), path
    listed = client.get(f"{API}/series").get_json()
    assert [one["series"] for one in listed["series"]] == ["24"]
    assert f"{API}/series/24" in page(client.get("/indicators/data"))


def test_a_draft_is_in_no_data(client: FlaskClient) -> None:
    make.moved(make.entered(), make.COLLEAGUE, Move.CHECK)
    assert client.get(f"{API}/series/24").get_json()["values"] == []
    assert client.get(f"{API}/series").get_json()["series"] == []
    assert client.get(f"{API}/series/99").status_code == 404


def test_a_cell_of_the_table_is_no_formula(client: FlaskClient) -> None:
    make.published(document="=1+1 示例")
    assert "'=1+1" in client.get("/indicators/24/data.csv").get_data(as_text=True)


# ---- the desk -------------------------------------------------------------------


FORM = {"period": "2025", "figure": "35.5", "document": make.DOCUMENT}


def test_officials_enter_check_and_publish(app: Flask) -> None:
    office, chief = desk(app, make.DEPARTMENT_OFFICER), desk(app, make.CHIEF)
    assert office.post("/staff/indicators/24/values", data=FORM).status_code == 303
    (row,) = make.rows()
    step = f"/staff/indicators/values/{row.code}"
    assert "等另一个人核对" in page(office.get("/staff/indicators/24"))
    refused = office.post(f"{step}/check")
    assert refused.status_code == 409
    assert "由别人来" in refused.get_data(as_text=True)
    assert "35.5%" in page(chief.get("/staff/indicators"))
    assert chief.post(f"{step}/check").status_code == 303
    assert "指标数值等核对" in page(chief.get("/staff"))
    assert chief.post(f"{step}/publish").status_code == 303
    assert make.rows()[0].state == State.PUBLISHED
    assert chief.post(f"{step}/publish").status_code == 409
    assert chief.post(f"{step}/supersede").status_code == 404


def test_the_table_at_the_desk_has_every_indicator(app: Flask) -> None:
    found = page(desk(app, make.TOWN_OFFICER).get("/staff/indicators"))
    assert found.count("<tr>") == 55


def test_a_wrong_entry_keeps_what_was_typed(app: Flask) -> None:
    office = desk(app, make.DEPARTMENT_OFFICER)
    answer = office.post("/staff/indicators/24/values", data=FORM | {"figure": "135"})
    assert answer.status_code == 422
    found = answer.get_data(as_text=True)
    assert 'value="135"' in found
    assert "可能的范围" in found
    answer = office.post("/staff/indicators/24/values", data=FORM | {"figure": "很多"})
    assert answer.status_code == 422
    assert make.rows() == []


def test_a_jump_is_pointed_out_before_publication(app: Flask) -> None:
    make.published(period="2024", figure=Decimal(10))
    make.entered()
    assert "差一半以上" in page(desk(app, make.COLLEAGUE).get("/staff/indicators/24"))


def test_who_may_not_enter_sees_no_form_and_is_refused(app: Flask, client: FlaskClient) -> None:
    town = desk(app, make.TOWN_OFFICER)
    assert 'name="figure"' not in page(town.get("/staff/indicators/24"))
    assert town.post("/staff/indicators/24/values", data=FORM).status_code == 403
    other = desk(app, make.OTHER_DEPARTMENT_OFFICER)
    assert other.post("/staff/indicators/24/values", data=FORM).status_code == 409
    for who in (make.AUDITOR, make.RESIDENT):
        assert desk(app, who).get("/staff/indicators").status_code == 403
    assert client.get("/staff/indicators").status_code == 302
    assert make.rows() == []
