"""打卡 in requests: the form, its refusals, what it leads to, who sees what."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.checkins import make
from tests.conftest import Clock
from wufei_public.checkins.actions import profiles
from wufei_public.infra.work import work

pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture
def phone(app: Flask, town: None) -> FlaskClient:
    return make.browser(app, make.RESIDENT)


def form_of(html: str) -> dict[str, str]:
    """Return the hidden fields of the first check-in form of a page."""
    form = re.search(r"(?s)<form[^>]*data-checkin.*?</form>", html)
    assert form
    return dict(re.findall(r'name="([\w_]+)" value="([^"]*)"', form.group()))


def send(phone: FlaskClient, **changes: object) -> object:
    fields = form_of(phone.get("/checkin").get_data(as_text=True))
    fields.pop("bins", None)
    return phone.post("/checkin", data=fields | {"bins": ["rots", "does_not_rot"]} | changes)


def test_a_plain_form_checks_in(phone: FlaskClient) -> None:
    answer = send(phone)
    assert answer.status_code == 303  # type: ignore[attr-defined]
    html = phone.get(answer.headers["Location"]).get_data(as_text=True)  # type: ignore[attr-defined]
    assert "打卡成功" in html
    assert "得 5 分" in html
    page = phone.get("/checkin").get_data(as_text=True)
    assert "今天打过卡了" in page
    assert "wf-is-on wf-is-today" in page
    assert "今天打过卡了" in phone.get("/").get_data(as_text=True)


def test_no_bin_is_a_fault_at_its_place(phone: FlaskClient) -> None:
    answer = send(phone, bins=[])
    html = answer.get_data(as_text=True)  # type: ignore[attr-defined]
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert 'id="e-bins"' in html


def test_the_last_choice_is_chosen_again(phone: FlaskClient, clock: Clock) -> None:
    send(phone, bins=["rots"])
    clock.move(days=1)
    html = phone.get("/checkin").get_data(as_text=True)
    assert re.findall(r'name="bins" value="(\w+)" checked', html) == ["rots"]


def test_who_has_no_home_chooses_it_first(app: Flask) -> None:
    newcomer = make.account(make.resident(301))
    phone = make.browser(app, newcomer)
    assert phone.get("/checkin").headers["Location"] == "/checkin/home"
    assert "您住在哪里" in phone.get("/checkin/home").get_data(as_text=True)
    bad = phone.post("/checkin/home", data={"village": "410307106999"})
    assert bad.status_code == 422
    assert phone.post("/checkin/home", data={"village": make.VILLAGE}).status_code == 303
    assert "今天分了哪几种" in phone.get("/checkin").get_data(as_text=True)


def test_a_grandmother_is_checked_in_by_her_grandson(phone: FlaskClient) -> None:
    assert phone.post("/checkin/household", data={"name": "奶奶"}).status_code == 303
    send(phone)
    html = phone.get("/checkin").get_data(as_text=True)
    fields = form_of(html[html.index("<summary><span") :])
    assert fields["member"] == "1"
    fields.pop("bins", None)
    answer = phone.post("/checkin", data=fields | {"bins": ["rots"]})
    assert "替 奶奶 打的" in phone.get(answer.headers["Location"]).get_data(as_text=True)
    assert "打过了" in phone.get("/checkin").get_data(as_text=True)


def test_a_bad_name_stays_with_its_fault(phone: FlaskClient) -> None:
    answer = phone.post("/checkin/household", data={"name": "镇长"})
    assert answer.status_code == 422
    assert 'id="e-name"' in answer.get_data(as_text=True)
    for n in range(6):
        phone.post("/checkin/household", data={"name": f"家人{n}"})
    assert phone.post("/checkin/household", data={"name": "第七位"}).status_code == 409
    assert phone.post("/checkin/household/1/end").status_code == 303
    assert "家人0" not in phone.get("/checkin/home").get_data(as_text=True)


def test_the_calendar_turns_back(phone: FlaskClient) -> None:
    html = phone.get("/checkin?month=2026-10").get_data(as_text=True)
    assert "2026年10月" in html
    assert "month=2026-11" in html
    assert "2026年11月" in phone.get("/checkin?month=nonsense").get_data(as_text=True)


def test_a_guest_is_led_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/checkin").headers["Location"] == "/people/sign-in?next=/checkin"
    assert client.post("/checkin").status_code == 401


def test_the_api_checks_in_once(phone: FlaskClient) -> None:
    opened = phone.get("/api/v1/checkins/stamp").get_json()
    assert (opened["village"], opened["scheme"]) == (make.VILLAGE, "two")
    body = {"client_key": "k" * 24, "bins": ["rots"], "stamp": opened["stamp"]}
    first = phone.post("/api/v1/checkins", json=body)
    assert (first.status_code, first.get_json()) == (
        201,
        {"day": "2026-11-24", "origin": "today", "streak": 1, "points": 5, "again": False},
    )
    assert phone.post("/api/v1/checkins", json=body).get_json()["again"]
    bad = phone.post("/api/v1/checkins", json=body | {"bins": ["food"]})
    assert (bad.status_code, bad.get_json()["errors"][0]["pointer"]) == (422, "#/bins")


def test_a_resident_takes_everything_away(phone: FlaskClient) -> None:
    work(make.RESIDENT, lambda w: profiles.add_member(w, name="奶奶"))
    send(phone)
    copy = phone.get("/mine/data.json").get_json()
    assert copy["我的打卡"][0] == {"village": make.VILLAGE, "nickname": ""}
    assert copy["我的打卡"][1] == {"member": 1, "name": "奶奶"}
    assert copy["我的打卡"][2]["bins"] == ["rots", "does_not_rot"]
    assert copy["我的积分"][0] == {"balance": 5}


def test_a_whole_school_behind_one_address_is_not_refused(app: Flask) -> None:
    answers = []
    for number in range(301, 421):
        pupil = make.account(make.resident(number))
        make.home(pupil)
        body = {"client_key": f"pupil-{number:012}", "bins": ["rots"]}
        answers.append(make.browser(app, pupil).post("/api/v1/checkins", json=body).status_code)
    assert answers == [201] * 120


def test_one_person_who_sends_for_ever_is_told_to_wait(phone: FlaskClient) -> None:
    body = {"client_key": "k" * 24, "bins": ["rots"]}
    answers = [phone.post("/api/v1/checkins", json=body).status_code for _ in range(61)]
    assert answers == [201] * 60 + [429]
