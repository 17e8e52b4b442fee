"""The register's pages: who sees what, forms that keep their answers, letters, messages."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.dumping.make import browser, develop
from tests.media.make import jpeg
from tests.organisations import make
from tests.people.make import statements
from wufei_public.common.actor import Actor
from wufei_public.infra.work import reading
from wufei_public.organisations.queries import cards, memberships

pytestmark = pytest.mark.usefixtures("town")


def text(answer: TestResponse) -> str:
    assert answer.status_code < 400, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    return browser(app, make.TOWN_OFFICER)


@pytest.fixture
def phone(app: Flask) -> FlaskClient:
    return browser(app, make.RESIDENT)


FORM = {
    "uscc": make.uscc(), "name": make.NAME, "kind": "factory", "division": make.VILLAGE,
    "permit_class": "key", "waste_related": "true",
}  # fmt: skip


def test_an_official_enters_finds_and_corrects(desk: FlaskClient) -> None:
    assert make.uscc() not in text(desk.get("/staff/organisations"))
    made = desk.post("/staff/organisations/new", data=FORM)
    assert made.status_code == 303
    page = text(desk.get(made.location))
    for word in (make.NAME, make.uscc(), "重点管理", "还没有登记联系人"):
        assert word in page, word
    assert make.NAME in text(desk.get("/staff/organisations?words=建材&kind=factory"))
    assert "没有找到" in text(desk.get("/staff/organisations?words=建筑"))
    changed = FORM | {"name": "新名", "version": "1"}
    assert desk.post(f"{made.location}/edit", data=changed).status_code == 303
    assert "曾用名" in text(desk.get(made.location))
    late = desk.post(f"{made.location}/edit", data=changed | {"name": "又改"})
    assert late.status_code == 409
    assert "又改" in late.get_data(as_text=True)


def test_a_form_that_fails_keeps_its_answers(desk: FlaskClient) -> None:
    answer = desk.post("/staff/organisations/new", data=FORM | {"uscc": "123", "address": "桥头"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "校验位" in page
    assert "桥头" in page
    assert desk.post("/staff/organisations/new", data={}).status_code == 422


def test_sites_and_contact_on_the_card(desk: FlaskClient, app: Flask) -> None:
    card = make.organisation()
    url = f"/staff/organisations/{card.code}"
    desk.post(f"{url}/sites", data={"name": "东校区", "division": make.TOWN})
    assert "东校区" in text(desk.get(url))
    assert desk.post(f"{url}/sites", data={"name": "西"}).status_code == 422
    site = cards.sites(reading(), card.id)[0].code
    desk.post(f"{url}/sites/{site}/end")
    assert "东校区" not in text(desk.get(url))
    desk.post(f"{url}/contact", data={"name": "李四", "phone": "13812345678"})
    page = text(desk.get(url))
    assert "138****5678" in page
    assert "13812345678" not in page
    assert desk.post(f"{url}/contact/open", data={"reason": ""}).status_code == 422
    assert "13812345678" in text(desk.post(f"{url}/contact/open", data={"reason": "核实"}))
    office = browser(app, make.DEPARTMENT_OFFICER)
    assert "改资料" not in text(office.get(url))
    assert office.post(f"{url}/contact", data={"name": "王"}).status_code == 403


@pytest.mark.parametrize("path", ["", "/edit"])
def test_a_strangers_card_looks_like_none(app: Flask, path: str) -> None:
    card = make.organisation()
    other = browser(app, make.OTHER_OFFICER)
    assert other.get(f"/staff/organisations/{card.code}{path}").status_code == 404
    assert other.get("/staff/organisations/0000000000").status_code == 404
    assert browser(app, make.AUDITOR).get("/staff/organisations").status_code == 403


def test_lists_cost_the_same_for_one_and_for_three(desk: FlaskClient, phone: FlaskClient) -> None:
    counts: dict[str, set[int]] = {}
    for number in (1, 2, 3):
        make.applied(make.organisation(number, name=f"{number}厂"))
        for client, url in (
            (desk, "/staff/organisations"), (desk, "/staff/organisations?words=厂"),
            (desk, "/staff/memberships"), (phone, "/mine/organisations"),
            (phone, "/mine/organisations/find?words=厂"), (phone, "/mine"),
        ):  # fmt: skip
            with statements() as seen:
                text(client.get(url))
            counts.setdefault(url, set()).add(len(seen))
    assert {url: len(found) for url, found in counts.items()} == dict.fromkeys(counts, 1)


def letter() -> dict[str, Any]:
    return {"letter": (io.BytesIO(jpeg(seed=3)), "letter.jpg")}


def apply(client: FlaskClient, code: str, **changes: Any) -> TestResponse:
    data = {"name": "张三", "duty": "厂长"} | changes
    return client.post(f"/mine/organisations/apply/{code}", data=data)


def test_a_resident_applies_and_staff_decide(
    app: Flask, desk: FlaskClient, phone: FlaskClient
) -> None:
    card = make.organisation()
    assert card.code in text(phone.get("/mine/organisations/find?words=建材"))
    assert "授权书" in text(phone.get(f"/mine/organisations/apply/{card.code}"))
    sent = apply(phone, card.code, **letter())
    assert sent.status_code == 303
    assert "等待核实" in text(phone.get(sent.location))
    develop()
    (row,) = memberships.waiting(reading(), make.TOWN_OFFICER)
    url = f"/staff/memberships/{row.code}"
    page = text(desk.get(url))
    photo = page.split("/letters/")[1].split("/")[0]
    assert "张三" in page
    assert desk.get(f"{url}/letters/{photo}/large").mimetype == "image/jpeg"
    other = browser(app, make.OTHER_OFFICER)
    assert other.get(url).status_code == 404
    assert other.get(f"{url}/letters/{photo}/large").status_code == 404
    assert desk.get(f"{url}/letters/{photo}/original").status_code == 404
    assert desk.post(url, data={"move": "refuse", "version": "1"}).status_code == 422
    assert (
        desk.post(url, data={"move": "prove", "proof": "letter", "version": "1"}).status_code == 303
    )
    assert desk.post(url, data={"move": "prove", "version": "1"}).status_code == 409
    page = text(phone.get(sent.location))
    assert "已核实" in page
    assert "镇办甲" in page
    assert "您可以代表单位了" in text(phone.get("/mine/messages"))
    assert make.NAME in text(phone.get("/mine"))


def test_an_application_that_fails_keeps_words_and_letter(phone: FlaskClient) -> None:
    card = make.organisation()
    missing = apply(phone, card.code)
    assert missing.status_code == 422
    assert "张三" in missing.get_data(as_text=True)
    broken = apply(phone, card.code, letter=(io.BytesIO(b"no photo"), "a.jpg"))
    assert broken.status_code == 422
    nameless = apply(phone, card.code, name="", **letter())
    page = nameless.get_data(as_text=True)
    assert nameless.status_code == 422
    token = page.split('name="letter_token" value="')[1].split('"')[0]
    assert apply(phone, card.code, letter_token=token).status_code == 303
    assert apply(phone, card.code, **letter()).status_code == 409
    many = apply(phone, card.code, letter_token=["a", "b", "c"], **letter())
    assert many.status_code == 422


def test_a_colleague_is_confirmed_on_the_phone(app: Flask, phone: FlaskClient) -> None:
    card = make.organisation()
    own = make.proven(card)
    row = make.applied(card, make.NEIGHBOUR, letters=0)
    url = f"/mine/organisations/{row.code}"
    assert "有人申请代表您的单位" in text(phone.get("/mine/messages"))
    assert url in text(phone.get(f"/mine/organisations/{own.code}"))
    assert "张三" in text(phone.get(url))
    stranger = browser(app, make.STRANGER)
    assert stranger.get(url).status_code == 404
    assert stranger.post(url, data={"move": "prove"}).status_code == 404
    assert phone.post(url, data={"move": "refuse"}).status_code == 422
    assert phone.post(url, data={"move": "prove", "version": "1"}).status_code == 303
    neighbour = browser(app, make.NEIGHBOUR)
    handed = neighbour.post(url, data={"move": "hand_over", "version": "2"})
    assert handed.status_code == 303
    assert "正在交接" in text(neighbour.get(url))
    assert neighbour.post(url, data={"move": "hand_over", "version": "2"}).status_code == 409


@pytest.mark.parametrize("actor", [make.TOWN_OFFICER, make.AUDITOR])
def test_staff_have_no_organisations_of_their_own(app: Flask, actor: Actor) -> None:
    client = browser(app, actor)
    assert client.get("/mine/organisations").status_code == 403
    assert "代表单位办事" not in text(client.get("/mine"))


def test_the_menu_and_the_desk_show_what_waits(desk: FlaskClient, app: Flask) -> None:
    make.applied(make.organisation())
    page = text(desk.get("/staff"))
    assert "单位名录" in page
    assert "等着核实的代表申请" in page
    assert "单位名录" not in text(browser(app, make.AUDITOR).get("/staff"))
