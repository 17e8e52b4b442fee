"""The desk as JSON: one whole case, the number and the original with a reason, permissions."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import reasons
from tests.dumping import make
from tests.dumping.test_api import post, problem
from tests.media.make import jpeg
from wufei_public.common.actor import ANONYMOUS, Actor
from wufei_public.dumping.actions import reporter
from wufei_public.dumping.schemas.moves import MOVES
from wufei_public.infra.web.access import access_of
from wufei_public.infra.work import work
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.people.rules.roles import OFFICERS, Role

pytestmark = pytest.mark.usefixtures("town")

API = "/api/v1/dumping"


@pytest.fixture
def town_officer(app: Flask) -> FlaskClient:
    return make.browser(app, make.account(make.TOWN_OFFICER))


def test_one_case_with_everything_that_its_handler_may_know(town_officer: FlaskClient) -> None:
    receipt = make.assigned(
        phone=make.PHONE, photo=[make.photo_token(1, lat=34.7, lon=112.8)], division=make.VILLAGE,
        lat=None, lon=None,
    )  # fmt: skip
    make.develop()
    body = town_officer.get(f"{API}/cases/{receipt.code}").json or {}
    assert {
        name: body[name]
        for name in ("code", "state", "release", "version", "kind", "plain_kind", "town", "words",
                     "lat", "position_source", "phone", "department", "handler", "can", "reopened")
    } == {
        "code": receipt.code,
        "state": "assigned",
        "release": "pending",
        "version": 3,
        "kind": "construction",
        "plain_kind": "build",
        "town": make.TOWN,
        "words": make.WORDS.replace(make.PHONE, "［手机号已隐去］"),
        "lat": 34.7,
        "position_source": "exif",
        "phone": "138****5678",
        "department": make.DEPARTMENT,
        "handler": body["handler"],
        "can": ["ask", "assign", "close", "contact", "evidence", "extend", "kind", "merge", "note",
                "place", "release", "return", "withhold"],
        "reopened": 0,
    }  # fmt: skip
    assert [event["move"] for event in body["events"]] == ["submit", "accept", "assign"]
    assert body["events"][1]["actor"] == make.TOWN_OFFICER.name
    (photo,) = body["photos"]
    assert (photo["role"], photo["state"], photo["lat"], photo["placed_source"]) == (
        "reported", "ready", 34.7, "exif",
    )  # fmt: skip
    assert town_officer.get(photo["large"]).mimetype == "image/jpeg"
    assert receipt.secret not in str(body)
    assert make.PHONE not in str(body)


def test_what_can_be_done_is_what_the_pages_offer(town_officer: FlaskClient) -> None:
    for receipt in (make.report(), make.accepted(), make.asked(make.report()), make.closed()):
        can = (town_officer.get(f"{API}/cases/{receipt.code}").json or {})["can"]
        page = town_officer.get(f"/staff/cases/{receipt.code}").get_data(as_text=True)
        offered = {name for name in MOVES if f'action="/staff/cases/{receipt.code}/{name}"' in page}
        assert set(can) & set(MOVES) == offered


@pytest.mark.parametrize("actor", [make.OTHER_OFFICER, make.DEPARTMENT_OFFICER, make.CREW])
def test_a_strangers_case_looks_like_none(app: Flask, actor: Actor) -> None:
    receipt = make.report(kind="danger", phone=make.PHONE, photo=[make.photo_token()])
    make.develop()
    (photo,) = make.photo_ids(receipt)
    client = make.browser(app, make.account(actor))
    path = f"cases/{receipt.code}"
    assert problem(client.get(f"{API}/{path}"))[:2] == (404, "no_report")
    for answer in (
        post(client, f"{path}/contact", text="回访。"),
        post(client, f"{path}/photos/{photo}/original", text="核对。"),
    ):
        assert answer.status_code in {403, 404}
    assert make.moves(receipt) == ["submit"]


def test_the_number_needs_a_reason_that_stays(town_officer: FlaskClient) -> None:
    receipt = make.report(phone=make.PHONE)
    path = f"cases/{receipt.code}/contact"
    assert problem(post(town_officer, path)) == (422, "invalid", ["text"])
    assert post(town_officer, path, text="回访。").json == {"phone": make.PHONE}
    assert make.last_event(receipt).internal_text == "回访。"
    audit = make.last_audit()
    assert (audit.action, reasons.said(audit)) == ("dumping:contact:open", "回访。")
    without = make.report()
    assert problem(post(town_officer, f"cases/{without.code}/contact", text="回访。"))[0] == 404


def test_numbers_in_the_words_are_masked_until_a_reason_is_written_down(
    town_officer: FlaskClient,
) -> None:
    receipt = make.report(spot=f"找 {make.PHONE} 带路")
    said = {"code": receipt.code, "secret": receipt.secret, "text": "车牌豫A12345"}
    work(ANONYMOUS, lambda w: reporter.add(w, **said))
    page = f"/staff/cases/{receipt.code}"
    for address in ("/staff/cases", page, f"{API}/cases", f"{API}/cases/{receipt.code}"):
        shown = town_officer.get(address).get_data(as_text=True)
        assert (address, make.PHONE in shown, "豫A12345" in shown) == (address, False, False)
    assert town_officer.post(f"{page}/words", data={"text": ""}).status_code == 422
    assert make.moves(receipt)[-1] == "added"
    shown = town_officer.post(f"{page}/words", data={"text": "要带路。"}).get_data(as_text=True)
    assert [text in shown for text in (make.WORDS, "带路", said["text"])] == [True] * 3
    opened = post(town_officer, f"cases/{receipt.code}/words", text="再看。").json
    assert opened == {
        "words": make.WORDS, "spot": f"找 {make.PHONE} 带路", "later": [said["text"]],
    }  # fmt: skip
    audit = make.last_audit()
    assert (audit.action, reasons.said(audit)) == ("dumping:words:open", "再看。")


def test_the_original_needs_a_reason_that_stays(town_officer: FlaskClient) -> None:
    receipt = make.report(kind="danger", photo=[make.photo_token(4)])
    make.develop()
    (photo,) = make.photo_ids(receipt)
    path = f"cases/{receipt.code}/photos/{photo}/original"
    assert problem(post(town_officer, path, text="")) == (422, "invalid", ["text"])
    opened = post(town_officer, path, text="核对车牌。")
    assert (opened.data, opened.headers["Cache-Control"]) == (jpeg(seed=4), "private, no-store")
    assert reasons.said(make.last_audit()) == "核对车牌。"


def test_pages_and_json_ask_for_the_same_permission(app: Flask) -> None:
    for name, move in MOVES.items():
        found = {access_of(app, f"desk.move_{name}"), access_of(app, f"desk_api.official_{name}")}
        assert found == {move.access}, name
    for page, operation in (
        ("desk.case", "desk_api.get_case"),
        ("desk.contact", "desk_api.open_contact"),
        ("desk.original", "desk_api.open_original"),
        ("desk.words", "desk_api.open_words"),
        ("desk.queue", "desk_api.queue"),
    ):
        assert access_of(app, page) == access_of(app, operation)


def test_a_crew_member_makes_only_their_own_moves(app: Flask) -> None:
    for actor in (make.CREW, make.TOWN_OFFICER):
        make.account(actor)
    receipt = make.crewed()
    client = make.browser(app, make.CREW)
    crew = {name for name, move in MOVES.items() if Role.CREW_MEMBER in PERMISSIONS[move.access]}
    assert crew == {"note", "return", "close"}
    for name in set(MOVES) - crew:
        assert client.post(f"/staff/cases/{receipt.code}/{name}").status_code == 403, name
        assert post(client, f"cases/{receipt.code}/{name}").status_code == 403, name
    assert set((client.get(f"{API}/cases/{receipt.code}").json or {})["can"]) == crew
    assert {PERMISSIONS[move.access] - {Role.CREW_MEMBER} for move in MOVES.values()} == {OFFICERS}


def test_the_reporter_gets_everything_of_the_own_case(client: FlaskClient) -> None:
    receipt = make.asked(make.accepted())
    body = post(client, f"reports/{receipt.code}/own", secret=receipt.secret).json or {}
    assert {
        name: body[name] for name in ("kind", "division", "spot", "words", "asked", "rating")
    } == {
        "kind": "construction",
        "division": make.VILLAGE,
        "spot": make.SPOT,
        "words": make.WORDS,
        "asked": "请说说是哪一天倒的。",
        "rating": {"open": False, "until": None, "rating": None, "by_right": True},
    }
    assert body["held_until"] is not None
    over = make.closed()
    body = post(client, f"reports/{over.code}/own", secret=over.secret).json or {}
    assert (body["outcome"], body["rating"]["open"]) == ("已经清走。", True)
