"""/api/v1/dumping over HTTP: answers, problem details with pointers, and what never leaks."""

import json
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Clock
from tests.dumping import make
from tests.media.make import jpeg
from wufei_public.common.actor import Actor
from wufei_public.dumping.actions.receipts import Receipt

pytestmark = pytest.mark.usefixtures("town")

API = "/api/v1/dumping"
REPORT = {
    "client_key": "k" * 24,
    "kind": "build",
    "division": make.VILLAGE,
    "spot": make.SPOT,
    "words": make.WORDS,
    "phone": make.PHONE,
    "lat": 34.712345,
    "lon": 112.823456,
    "accuracy": 12.5,
}


def post(client: FlaskClient, path: str, **body: Any) -> TestResponse:
    # Escaped, so that letters that no encoding has can be sent too.
    data = json.dumps(body)
    return client.post(f"{API}/{path}", data=data, content_type="application/json")


def upload(client: FlaskClient, data: bytes, name: str = "p.jpg", **hints: str) -> TestResponse:
    form = {"photo": (BytesIO(data), name), **hints}
    return client.post(f"{API}/photos", data=form, content_type="multipart/form-data")


def problem(answer: TestResponse) -> tuple[int, str, list[str]]:
    """Return status, code and pointers of problem details, whose shape is checked."""
    assert answer.mimetype == "application/problem+json"
    body = answer.json or {}
    assert set(body) - {"errors"} == {"type", "title", "status", "detail", "code", "request_id"}
    assert body["status"] == answer.status_code
    assert body["detail"]
    places = [error.get("pointer") or f"?/{error['parameter']}" for error in body.get("errors", [])]
    assert all(place[:2] in {"#/", "?/"} for place in places)
    return answer.status_code, body["code"], [place[2:] for place in places]


@pytest.fixture
def town_officer(app: Flask) -> FlaskClient:
    return make.browser(app, make.account(make.TOWN_OFFICER))


# ---- photos -----------------------------------------------------------------------


def test_upload_gives_a_token_and_what_exif_told(client: FlaskClient) -> None:
    taken = {"taken": "2026:11:20 08:30:00", "offset": "+08:00"}
    answer = upload(client, jpeg(lat=34.5, lon=112.5, **taken))
    assert answer.status_code == 201
    body = answer.json or {}
    assert set(body) == {"token", "taken_at", "lat", "lon"}
    assert (round(body["lat"], 5), round(body["lon"], 5)) == (34.5, 112.5)
    assert body["taken_at"].startswith("2026-11-20T00:30:00")


def test_the_phones_hints_stand_in_for_exif(client: FlaskClient) -> None:
    hints = {"lat": "34.6", "lon": "112.6", "taken_at": "2026-11-20T08:30:00+08:00"}
    body = upload(client, jpeg(), **hints).json or {}
    assert (body["lat"], body["lon"]) == (34.6, 112.6)


def test_bad_uploads_name_the_file(client: FlaskClient) -> None:
    assert problem(upload(client, b"GIF89a nothing", "猫.gif"))[0::2] == (422, ["photo"])
    assert "猫.gif" in upload(client, b"text", "猫.gif").get_data(as_text=True)
    assert problem(upload(client, jpeg()[:-20])) == (422, "photo_cut_off", ["photo"])
    assert problem(client.post(f"{API}/photos")) == (422, "no_photo", ["photo"])
    assert problem(upload(client, jpeg(), lat="91", lon="0")) == (422, "invalid", ["lat"])


# ---- reporting --------------------------------------------------------------------


def test_a_report_is_answered_with_its_receipt(client: FlaskClient) -> None:
    token = (upload(client, jpeg()).json or {})["token"]
    answer = post(client, "reports", **REPORT, photo=[token])
    assert answer.status_code == 201
    body = answer.json or {}
    receipt = Receipt(body["code"], body["secret"], body["pin"], None, None)  # type: ignore[arg-type]
    row = make.case(receipt)
    assert body == {
        "code": row.code,
        "secret": body["secret"],
        "pin": body["pin"],
        "submitted_at": body["submitted_at"],
        "accept_due": body["accept_due"],
        "address": f"/r/{row.code}/{body['secret']}",
    }
    assert (row.photos, row.lat, row.words) == (1, 34.712345, make.WORDS)
    assert post(client, "reports", **REPORT, photo=[token]).json == body


@pytest.mark.parametrize(
    ("changes", "code", "pointers"),
    [
        ({"kind": "gold"}, "invalid", ["kind"]),
        ({"kind": None}, "invalid", ["kind"]),
        ({"client_key": "short"}, "invalid", ["client_key"]),
        ({"lat": None}, "invalid", ["lat"]),
        ({"lat": 91, "lon": 181}, "invalid", ["lat", "lon"]),
        ({"accuracy": -1}, "invalid", ["accuracy"]),
        ({"datum": "bd09"}, "invalid", ["datum"]),
        ({"words": "字" * 501}, "invalid", ["words"]),
        ({"photo": ["t"] * 10}, "invalid", ["photo"]),
        ({"photo": ["gone"]}, "photo_gone", ["photo/0"]),
        ({"division": "999999999"}, "no_place", ["division"]),
        ({"phone": "12345"}, "invalid", ["phone"]),
        ({"kind": "gold", "words": 5}, "invalid", ["kind", "words"]),
    ],
)
def test_a_bad_report_is_refused_at_its_fields(
    client: FlaskClient, changes: dict[str, Any], code: str, pointers: list[str]
) -> None:
    status, found, places = problem(post(client, "reports", **(REPORT | changes)))
    assert (status, found, sorted(places)) == (422, code, pointers)


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"'])
def test_what_is_no_json_object_is_refused(client: FlaskClient, body: str) -> None:
    answer = client.post(f"{API}/reports", data=body, content_type="application/json")
    assert problem(answer) == (422, "not_json", [])


# Letters that PostgreSQL does not take (NUL) or that no encoding has (half a surrogate pair).
@pytest.mark.parametrize("letter", ["\x00", "\ud800"])
@pytest.mark.parametrize("name", ["words", "spot", "division", "phone", "photo"])
def test_letters_that_no_database_takes_break_nothing(
    client: FlaskClient, name: str, letter: str
) -> None:
    value: Any = f"砖{letter}块"
    answer = post(client, "reports", **(REPORT | {name: [value] if name == "photo" else value}))
    assert answer.status_code in {201, 422}
    if answer.status_code == 201:
        body = answer.json or {}
        receipt = Receipt(body["code"], body["secret"], body["pin"], None, None)  # type: ignore[arg-type]
        assert getattr(make.case(receipt), name) == "砖块"


# ---- following --------------------------------------------------------------------


def test_the_code_alone_shows_state_and_dates(client: FlaskClient) -> None:
    receipt = make.assigned(phone=make.PHONE)
    answer = client.get(f"{API}/reports/{receipt.code.lower()}/status")
    row = make.case(receipt)
    assert row.finish_due is not None
    body = answer.json or {}
    assert (body.pop("submitted_at"), body.pop("due_at")) != (None, None)
    assert body == {
        "code": receipt.code, "state": "assigned", "state_label": "办理中", "closed_at": None,
        "reopened": 0,
    }  # fmt: skip


def test_a_strangers_code_is_not_found(client: FlaskClient) -> None:
    for path in ("0000000000/status", "nonsense/status", "0000000000"):
        answer = client.get(f"{API}/reports/{path}")
        assert problem(answer) == (404, "no_report", [])
    for path in ("0000000000/own", "nonsense/own"):
        assert problem(post(client, f"reports/{path}", pin="123456"))[:2] == (404, "no_report")


def test_pin_or_secret_opens_the_own_words(client: FlaskClient) -> None:
    receipt = make.report(photo=[make.photo_token()])
    make.develop()
    by_pin = post(client, f"reports/{receipt.code}/own", pin=receipt.pin)
    by_secret = post(client, f"reports/{receipt.code}/own", secret=receipt.secret)
    assert by_pin.json == by_secret.json
    body = by_pin.json or {}
    assert (body["words"], body["state"], len(body["events"])) == (make.WORDS, "submitted", 1)
    (photo,) = body["photos"]
    assert photo["state"] == "ready"
    assert client.get(photo["thumb"]).mimetype == "image/webp"


@pytest.mark.parametrize("proof", [{"pin": "000000x"}, {"secret": "a" * 26}, {"pin": "\ud800"}])
def test_a_wrong_proof_opens_nothing(client: FlaskClient, proof: dict[str, str]) -> None:
    receipt = make.report()
    answer = post(client, f"reports/{receipt.code}/own", **proof)
    assert problem(answer) == (403, "not_the_reporter", [])


def test_the_pin_locks_and_says_for_how_long(client: FlaskClient) -> None:
    receipt = make.report()
    for _ in range(5):
        post(client, f"reports/{receipt.code}/own", pin="wrong")
    answer = post(client, f"reports/{receipt.code}/own", pin=receipt.pin)
    assert problem(answer) == (429, "pin_locked", [])
    assert answer.headers["Retry-After"] == "3600"  # the next hour
    assert post(client, f"reports/{receipt.code}/own", secret=receipt.secret).status_code == 200


def test_a_used_key_leads_its_holder_to_the_first_receipt(client: FlaskClient) -> None:
    body = REPORT | {"client_key": "k" * 24, "photo": [make.photo_token(1)]}
    first = post(client, "reports", **body)
    again = post(client, "reports", **body | {"words": "另一处。"})
    told = again.json or {}
    assert (again.status_code, told["code"], told["first"]) == (409, "key_used", first.json)
    assert told["taken"] == body["photo"]


def test_answer_and_more_photos_by_secret(client: FlaskClient) -> None:
    receipt = make.asked(make.report())
    proven = {"secret": receipt.secret}
    path = f"reports/{receipt.code}"
    added = post(client, f"{path}/more", photo=[make.photo_token(1)], **proven)
    assert added.json == {
        "code": receipt.code, "state": "asked_submitted", "release": "pending", "version": 3,
    }  # fmt: skip
    answered = post(client, f"{path}/answer", text="周二。", photo=[make.photo_token(2)], **proven)
    assert (answered.json or {})["state"] == "submitted"
    assert make.case(receipt).photos == 2
    assert post(client, f"{path}/answer", text="周二。", **proven).json == answered.json
    assert problem(post(client, f"{path}/answer", text="", **proven)) == (422, "invalid", ["text"])
    assert problem(post(client, f"{path}/more", photo=[], **proven)) == (
        422,
        "nothing_said",
        ["text"],
    )
    told = post(client, f"{path}/own", **proven).json or {}
    assert [said["text"] for said in told["said_later"]] == ["周二。"]
    for move, body in (("answer", {"text": "周二。"}), ("more", {"photo": ["t"]})):
        refusal = problem(post(client, f"{path}/{move}", secret="", **body))
        assert refusal[:2] == (403, "not_the_reporter")


# ---- the public -------------------------------------------------------------------

SECRETS = (make.PHONE, "三车碎砖", "34.71", "112.82", "豫C12345")


def public_answers(client: FlaskClient, receipt: Receipt) -> list[str]:
    """Return everything that anybody can read about a case."""
    number = make.shown_as(receipt) or "none"
    pages = (
        f"{API}/reports", f"{API}/reports/{number}", "/cases", f"/cases/{number}", "/", "/notices",
        f"{API}/reports/{number}/status", f"/track?code={number}",
    )  # fmt: skip
    return [client.get(page).get_data(as_text=True) for page in pages]


@pytest.mark.parametrize("shown", [False, True])
def test_nothing_of_the_reporter_leaks(client: FlaskClient, *, shown: bool) -> None:
    body = post(client, "reports", **REPORT).json or {}
    receipt = Receipt(body["code"], body["secret"], body["pin"], None, None)  # type: ignore[arg-type]
    if shown:
        make.released(receipt, public_words="砖", public_spot="桥头")
    texts = public_answers(client, receipt)
    for word in (*SECRETS, receipt.secret, receipt.pin, receipt.code):
        assert [word for text in texts if word in text] == [], word
    assert any("砖" in text for text in texts) is shown


def test_the_list_and_one_case(client: FlaskClient) -> None:
    receipt = make.closed(photo=[make.photo_token(3)])
    make.develop()
    make.released(receipt, public_words="三车砖", public_spot="桥头")
    row = make.case(receipt)
    listed = (client.get(f"{API}/reports").json or {})["reports"]
    detail = client.get(f"{API}/reports/{row.public_code}").json or {}
    assert [set(line) - set(detail) for line in listed] == [set()]
    line = listed[0]
    assert {name: line[name] for name in ("code", "kind", "state", "spot")} == {
        "code": row.public_code, "kind": "construction", "state": "closed", "spot": "桥头",
    }  # fmt: skip
    assert line["photo"] == f"/p/{row.release_token}/{row.cover_id}/thumb"
    assert (detail["words"], detail["outcome"]) == ("三车砖", "已经清走。")
    assert [photo["which"] for photo in detail["photos"]] == ["before", "after"]
    assert [event["text"] for event in detail["events"]] == ["", "", "", "已经清走。"]


def test_public_photos_come_and_go_with_the_release(client: FlaskClient) -> None:
    receipt = make.closed(photo=[make.photo_token(3)])
    make.develop()
    make.released(receipt)
    number = make.shown_as(receipt)
    photos = (client.get(f"{API}/reports/{number}").json or {})["photos"]
    addresses = [photo[size] for photo in photos for size in ("thumb", "large")]
    for address in addresses:
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
        again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    assert client.get(addresses[0].replace("thumb", "original")).status_code == 404
    make.withheld(receipt)
    assert {client.get(address).status_code for address in addresses} == {404}
    assert client.get(f"{API}/reports/{number}").status_code == 404
    assert (client.get(f"{API}/reports").json or {})["reports"] == []


@pytest.mark.parametrize(
    "query",
    ["after=nonsense", "after=" + "A" * 300, "town=x", "kind=gold", "phase=maybe"],
)
def test_a_bad_query_is_refused(client: FlaskClient, query: str) -> None:
    assert problem(client.get(f"{API}/reports?{query}"))[0] == 422


def test_pages_follow_one_another(client: FlaskClient, clock: Clock) -> None:
    wanted = []
    for _ in range(23):
        clock.move(minutes=1)
        wanted.append(make.shown_as(make.released(make.report())))
    first = client.get(f"{API}/reports").json or {}
    second = client.get(f"{API}/reports?after={first['next']}").json or {}
    codes = [line["code"] for page in (first, second) for line in page["reports"]]
    assert codes == wanted[::-1]
    assert (len(first["reports"]), second["next"]) == (20, None)


# ---- officials --------------------------------------------------------------------

MOVES: dict[str, dict[str, Any]] = {
    "accept": {},
    "refuse": {"ground": "not_here", "text": "不在本区。"},
    "assign": {"department": make.DEPARTMENT},
    "return": {"text": "不归我们。"},
    "ask": {"text": "哪一天？"},
    "note": {"text": "看过了。"},
    "release": {},
    "withhold": {"reason": "minor"},
    "close": {"text": "清走了。", "lat": 34.7, "lon": 112.8},
    "place": {"division": make.TOWN},
    "kind": {"kind": "bulky"},
    "review": {"decision": "redo", "text": "到现场看过。"},
}


def test_a_case_goes_through_by_json(town_officer: FlaskClient) -> None:
    receipt = make.report(**make.POSITION)
    told = []
    for number, (move, state, release) in enumerate(
        [
            ("accept", "accepted", "pending"),
            ("assign", "assigned", "pending"),
            ("release", "assigned", "released"),
            ("withhold", "assigned", "withheld"),
            ("ask", "asked_assigned", "withheld"),
            ("kind", "asked_assigned", "withheld"),
            ("place", "asked_assigned", "withheld"),
            ("note", "asked_assigned", "withheld"),
            ("close", "closed", "withheld"),
        ],
        start=1,
    ):
        path = f"cases/{receipt.code}/{move}"
        answer = post(town_officer, path, version=number, **MOVES[move])
        assert answer.json == {
            "code": receipt.code, "state": state, "release": release, "version": number + 1,
        }, move  # fmt: skip
        told.append(problem(post(town_officer, path, version=number, **MOVES[move])))
    assert set(map(str, told)) == {str((409, "case_changed", []))}


def test_return_and_refuse_by_json(town_officer: FlaskClient) -> None:
    receipt, other = make.assigned(), make.report()
    returned = post(town_officer, f"cases/{receipt.code}/return", **MOVES["return"])
    assert (returned.json or {})["state"] == "accepted"
    refused = post(town_officer, f"cases/{other.code}/refuse", **MOVES["refuse"])
    assert (refused.json or {})["state"] == "refused"
    assert problem(post(town_officer, f"cases/{other.code}/accept")) == (409, "wrong_state", [])


@pytest.mark.parametrize(
    ("move", "body", "pointers"),
    [
        ("refuse", {"ground": "tired"}, ["ground", "text"]),
        ("assign", {}, ["department"]),
        ("assign", {"crew": 10**30}, ["crew"]),
        ("return", {"text": " "}, ["text"]),
        ("withhold", {"reason": "shy"}, ["reason"]),
        ("close", {"text": "清走了。"}, ["photo"]),
        ("close", {"text": "清走了。", "lat": 91, "lon": 0}, ["lat"]),
        ("place", {"division": "999999999"}, ["division"]),
        ("kind", {"kind": "gold"}, ["kind"]),
        ("release", {"photo": [10**30]}, ["photo"]),
        ("accept", {"version": "old"}, ["version"]),
    ],
)
def test_a_bad_move_is_refused_at_its_fields(
    town_officer: FlaskClient, move: str, body: dict[str, Any], pointers: list[str]
) -> None:
    receipt = make.accepted() if move in {"assign", "close"} else make.report()
    status, _code, found = problem(post(town_officer, f"cases/{receipt.code}/{move}", **body))
    assert (status, sorted(found)) == (422, pointers)


@pytest.mark.parametrize("move", sorted(MOVES))
def test_no_move_for_other_towns_residents_or_nobody(app: Flask, move: str) -> None:
    receipt = make.assigned() if move == "return" else make.report()
    people = [make.OTHER_OFFICER, make.AUDITOR, make.STRANGER, make.RESIDENT]
    clients = [make.browser(app, make.account(actor)) for actor in people]
    before = make.moves(receipt)
    for client in (*clients, app.test_client()):
        answer = post(client, f"cases/{receipt.code}/{move}", **MOVES[move])
        assert problem(answer)[0] in {401, 403, 404, 409}
        assert answer.status_code != 409 or move in {"assign", "close", "review"}
    assert make.moves(receipt) == before


@pytest.mark.parametrize("actor", [make.OTHER_OFFICER, make.STRANGER])
def test_a_queue_holds_only_the_own_cases(app: Flask, actor: Actor) -> None:
    receipt = make.report()
    mine = make.browser(app, make.account(make.TOWN_OFFICER)).get(f"{API}/cases").json or {}
    assert [line["code"] for line in mine["cases"]] == [receipt.code]
    assert set(mine["cases"][0]) == {
        "code", "state", "release", "kind", "town", "division", "due_at", "submitted_at",
    }  # fmt: skip
    others = make.browser(app, make.account(actor)).get(f"{API}/cases")
    assert (others.json or {}).get("cases", []) == []
    assert others.status_code == (200 if actor is make.OTHER_OFFICER else 403)
