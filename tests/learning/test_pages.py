"""分类查询 and its desk in requests: what is shown, who may, what a fault looks like."""

import gzip
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.dumping.make import account, browser
from tests.learning import make
from wufei_public.learning.models import SortingItem, SortingMiss

pytestmark = pytest.mark.usefixtures("things")
FORM = {
    "name": "飞碟模型",
    "aliases": "飞碟、碟子飞机",
    "town_class": "recyclable",
    "town_kind": "塑料",
    "rural_first": "does_not_rot",
    "rural_second": "sellable",
}


def test_the_page_answers_without_scripts(client: FlaskClient) -> None:
    html = client.get("/sorting", query_string={"q": "dianchi"}).get_data(as_text=True)
    assert re.search(r'<b lang="zh">[^<]*电池', html)
    assert "有害垃圾" in html
    assert "data-sorting-guide hidden" in html


def test_the_phone_gets_the_whole_dictionary_for_ever(client: FlaskClient) -> None:
    html = client.get("/sorting").get_data(as_text=True)
    address = re.findall(r'data-sorting="([^"]+)"', html)[0]
    answer = client.get(address)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert len(json.loads(answer.get_data())["items"]) > 1000
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.get_data()) == answer.get_data()
    assert client.get("/sorting/index-000000000000.json").status_code == 404


def test_a_new_entry_makes_a_new_file(app: Flask, client: FlaskClient) -> None:
    def address() -> str:
        html = client.get("/sorting").get_data(as_text=True)
        return str(re.findall(r'data-sorting="([^"]+)"', html)[0])

    before = address()
    browser(app, make.editor()).post("/staff/sorting/new", data=FORM)
    assert address() != before
    assert client.get(before).status_code == 404


def test_the_service_worker_may_serve_every_page(client: FlaskClient) -> None:
    answer = client.get("/offline.js")
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.mimetype == "text/javascript"


def test_a_miss_without_scripts_is_noted(client: FlaskClient, session: Session) -> None:
    answer = client.post("/sorting/misses", data={"words": "外星飞碟"})
    assert answer.status_code == 303
    html = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "记下了" in html
    assert session.scalars(select(SortingMiss.words)).all() == ["外星飞碟"]


def test_a_miss_by_the_api(client: FlaskClient) -> None:
    asked = client.post("/api/v1/learning/misses", json={"words": "外星飞碟"})
    assert (asked.status_code, asked.get_json()) == (201, {"noted": True})
    known = client.post("/api/v1/learning/misses", json={"words": "电池"})
    assert known.get_json() == {"noted": False}
    assert client.post("/api/v1/learning/misses", json={"words": "长" * 21}).status_code == 422


def test_the_api_finds(client: FlaskClient) -> None:
    found = client.get("/api/v1/learning/things", query_string={"q": "菜叶"}).get_json()
    assert (found["items"][0]["name"], found["near"]) == ("菜叶", False)
    assert set(found["items"][0]) == {
        "name", "aliases", "name_en", "town_class", "town_kind", "rural_first", "rural_second",
        "tip", "note",
    }  # fmt: skip


# ---- the desk --------------------------------------------------------------------


def test_an_editor_adds_and_corrects(app: Flask, session: Session) -> None:
    editor = browser(app, make.editor())
    assert editor.post("/staff/sorting/new", data=FORM).status_code == 303
    row = session.scalars(select(SortingItem).where(SortingItem.name == "飞碟模型")).one()
    assert row.aliases == "飞碟|碟子飞机"
    changed = FORM | {"tip": "洗净再投", "retired": "1"}
    assert editor.post(f"/staff/sorting/{row.code}", data=changed).status_code == 303
    session.expire_all()
    assert (row.tip, row.active) == ("洗净再投", False)


def test_a_fault_stands_at_its_field_and_the_answers_stay(app: Flask) -> None:
    editor = browser(app, make.editor())
    answer = editor.post("/staff/sorting/new", data=FORM | {"name": "菜叶", "tip": "还在"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="e-name"' in html
    assert 'value="还在"' in html


def test_a_miss_can_be_added_or_dismissed(app: Flask, client: FlaskClient) -> None:
    client.post("/api/v1/learning/misses", json={"words": "外星飞碟"})
    editor = browser(app, make.editor())
    assert "外星飞碟" in editor.get("/staff/sorting").get_data(as_text=True)
    editor.post("/staff/sorting/misses/dismiss", data={"words": "外星飞碟"})
    assert "外星飞碟" not in editor.get("/staff/sorting").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/staff/sorting", "/staff/sorting/new"])
def test_a_stranger_edits_nothing(app: Flask, path: str) -> None:
    assert browser(app, account(make.CREW)).get(path).status_code == 403
    assert browser(app, account(make.RESIDENT)).get(path).status_code == 403
