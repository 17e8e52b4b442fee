"""The interface as a client meets it: what goes in, what comes out, and what never does."""

import io
from typing import Any

import pytest
import xmltodict
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.conftest import Clock
from tests.dumping import make as cases
from tests.dumping.plans import statements
from tests.media.make import jpeg
from tests.open311 import make
from wufei_public.dumping.actions import showing
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as case_queries
from wufei_public.dumping.queries.figures import clusters
from wufei_public.infra.work import reading, work
from wufei_public.open311 import actions
from wufei_public.open311.models import Application

WHEN = "2026-11-24T10:00:00+08:00"


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    cases.places()
    cases.account(cases.DISTRICT_OFFICER)


def shown(receipt: Receipt) -> str:
    cases.released(receipt, public_words="三车碎砖。", public_spot="村口桥头")
    return cases.shown_as(receipt)


def test_services_are_the_kinds_of_waste(client: FlaskClient) -> None:
    answer = client.get("/open311/v2/services.json")
    assert answer.content_type == "application/json; charset=utf-8"
    assert answer.json is not None
    assert answer.json[1] == {
        "service_code": "construction",
        "service_name": "建筑装修垃圾",
        "description": "乱倒的建筑装修垃圾",
        "metadata": True,
        "type": "realtime",
        "keywords": "建筑垃圾",
        "group": "固体废物",
    }
    assert [one["metadata"] for one in answer.json if one["service_code"] == "other"] == [False]


def test_a_definition_in_xml_has_the_tags_of_the_contract(client: FlaskClient) -> None:
    answer = client.get("/open311/v2/services/medical.xml")
    assert answer.content_type == "text/xml; charset=utf-8"
    assert answer.text == (
        '<?xml version="1.0" encoding="utf-8"?>\n<service_definition>'
        "<service_code>medical</service_code><attributes><attribute>"
        "<variable>false</variable><code>SAFETY</code><datatype>text</datatype>"
        "<required>false</required><datatype_description/><order>1</order>"
        "<description>有药味、油味的，或者有针头的，请走远一些再拍，不要用手碰。</description>"
        "</attribute><attribute><variable>true</variable><code>SHARPS</code>"
        "<datatype>singlevaluelist</datatype><required>true</required><datatype_description/>"
        "<order>2</order><description>有没有针头刀片</description><values>"
        "<value><key>yes</key><name>有针头刀片</name></value>"
        "<value><key>no</key><name>没有针头刀片</name></value>"
        "<value><key>unknown</key><name>看不清</name></value>"
        "</values></attribute></attributes></service_definition>\n"
    )


def test_discovery_names_a_test_and_a_production_endpoint(client: FlaskClient) -> None:
    answer = client.get("/open311/v2/discovery.xml")
    assert answer.headers["Content-Type"] == "text/xml"
    found = xmltodict.parse(answer.text)["discovery"]
    assert all(found[name] for name in ("changeset", "contact", "key_service"))
    formats = {"format": ["text/xml", "application/json"]}
    assert found["endpoints"]["endpoint"] == [
        {
            "specification": "http://wiki.open311.org/GeoReport_v2",
            "url": f"http://localhost/open311/{edition}",
            "changeset": found["changeset"],
            "type": kind,
            "formats": formats,
        }
        for edition, kind in (("test", "test"), ("v2", "production"))
    ]
    json = client.get("/open311/test/discovery.json")
    assert json.headers["Content-Type"] == "application/json"


# ---- reading --------------------------------------------------------------------


def test_a_released_case_tells_what_was_released_and_no_more(client: FlaskClient) -> None:
    receipt = cases.accepted(lat=34.70123, lon=112.80321)
    number = shown(receipt)
    answer = client.get(f"/open311/v2/requests/{number}.json")
    assert answer.json == [
        {
            "service_request_id": number,
            "status": "open",
            "status_notes": "已受理",
            "service_name": "建筑装修垃圾",
            "service_code": "construction",
            "description": "三车碎砖。",
            "agency_responsible": None,
            "service_notice": None,
            "requested_datetime": WHEN,
            "updated_datetime": WHEN,
            "expected_datetime": "2026-12-15T23:59:59+08:00",
            "address": "缑氏镇 化寨村 村口桥头",
            "address_id": cases.VILLAGE,
            "zipcode": None,
            # As roughly as on the public map.
            "lat": 34.6958,
            "long": 112.811,
            "media_url": None,
        }
    ]
    for secret in (receipt.code, cases.PHONE, "豫C12345", "34.70123", "112.80321"):
        assert secret not in answer.text


def test_positions_are_those_of_the_public_map(client: FlaskClient) -> None:
    shown(cases.accepted(lat=34.70123, lon=112.80321))
    (row,) = told(client, "requests.json")
    (one,) = clusters(reading())
    assert (row["lat"], row["long"]) == (one.point.lat, one.point.lon)


def told(client: FlaskClient, path: str) -> list[dict[str, Any]]:
    answer = client.get(f"/open311/v2/{path}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json  # type: ignore[assignment]
    return found


def numbers(client: FlaskClient, query: str = "") -> list[str]:
    return [row["service_request_id"] for row in told(client, f"requests.json?{query}")]


def test_what_is_not_released_is_not_there(client: FlaskClient) -> None:
    pending, withheld, seen = cases.accepted(), cases.accepted(), shown(cases.accepted())
    number = shown(withheld)
    cases.withheld(withheld)
    for one in (number, pending.code, withheld.code):
        answer = client.get(f"/open311/v2/requests/{one}.json")
        assert (answer.status_code, answer.json) == (
            404,
            [{"code": 404, "description": "没有这个编号的案件，或者没有公开。"}],
        )
    assert numbers(client, f"service_request_id={number},{seen},{pending.code}") == [seen]
    assert numbers(client) == [seen]


def test_a_closed_case_has_its_result_and_the_time_of_closing(
    client: FlaskClient, clock: Clock
) -> None:
    receipt = cases.closed()
    clock.move(hours=3)
    number = shown(receipt)
    (row,) = told(client, f"requests/{number}.json?extensions=true")
    assert (row["status"], row["status_notes"]) == ("closed", "已办结: 已经清走。")
    assert (row["updated_datetime"], row["agency_responsible"]) == (WHEN, "区城管局")
    assert row["notes"][-1] == {"datetime": WHEN, "description": "已经清走。", "type": "办结"}


def test_lists_are_narrowed_by_state_kind_and_span(client: FlaskClient, clock: Clock) -> None:
    old = shown(cases.accepted())
    clock.move(days=91)
    done = shown(cases.closed(kind="house"))
    clock.move(minutes=1)
    new = shown(cases.accepted())
    assert numbers(client) == [new, done]
    assert numbers(client, "status=open") == [new]
    assert numbers(client, "status=closed") == [done]
    assert numbers(client, "service_code=household,bulky") == [done]
    assert numbers(client, "end_date=2026-11-25T00:00:00Z") == [old]
    # Numbers override everything else.
    assert numbers(client, f"service_request_id={old}&status=closed") == [old]


def test_pages_start_at_one_and_end_empty(client: FlaskClient, clock: Clock) -> None:
    made = []
    for _ in range(3):
        made.append(shown(cases.accepted()))
        clock.move(minutes=1)
    first = client.get("/open311/v2/requests.json?page_size=2")
    assert first.headers["Link"] == (
        '<http://localhost/open311/v2/requests.json?page_size=2&page=2>; rel="next"'
    )
    assert numbers(client, "page_size=2&page=1") == made[:0:-1]
    assert numbers(client, "page_size=2&page=2") == made[:1]
    assert numbers(client, "page_size=2&page=3") == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("requests.json?status=done", 400),
        ("requests.json?page=0", 400),
        ("requests.json?page_size=1001", 400),
        ("requests.json?start_date=2026-01-01T00:00:00Z&end_date=2026-06-01T00:00:00Z", 400),
        ("requests.json?service_code=potholes", 404),
        ("services/potholes.json", 404),
        ("services.json?jurisdiction_id=410300", 404),
        ("services.json?jurisdiction_id=410307", 200),
        ("services.json?jurisdiction_id=", 200),
        ("tokens/none.json", 404),
        ("nothing.json", 404),
    ],
)
def test_arguments_are_judged(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(f"/open311/v2/{path}")
    assert answer.status_code == status
    if status != 200:
        assert answer.json is not None
        assert [one["code"] for one in answer.json] == [status]


def test_a_wrong_suffix_is_told_in_xml(client: FlaskClient) -> None:
    answer = client.get("/open311/v2/services.yaml")
    assert (answer.status_code, answer.content_type) == (404, "text/xml; charset=utf-8")
    assert xmltodict.parse(answer.text)["errors"]["error"]["code"] == "404"


def test_statements_do_not_grow_with_the_rows(app: Flask, client: FlaskClient) -> None:
    path = "/open311/v2/requests.json?extensions=true"
    shown(cases.accepted())
    client.get(path)  # what is kept is kept now
    with statements() as one:
        client.get(path)
    for _ in range(2):
        shown(cases.accepted())
    with statements() as three:
        client.get(path)
    assert len(one) == len(three)


# ---- reporting ------------------------------------------------------------------


def case_of(answer: TestResponse) -> Report:
    """Return the case of a request that was taken."""
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    number = answer.json[0]["service_request_id"]
    return reading().execute(select(Report).where(Report.public_code == number)).scalar_one()


def test_a_request_becomes_a_case_of_its_source(client: FlaskClient) -> None:
    answer = make.post(
        client,
        api_key=make.key(),
        service_code="hazardous",
        description="桥下有油桶。\n找 13812345678",
        media_url="https://example.org/1.jpg",
        phone="+86 138-1234-5678",
        email="someone@example.org",
        **{"attribute[CONTAINER]": "drum", "attribute[LEAKING]": "yes"},
    )
    report = case_of(answer)
    assert (report.source, report.official_kind, report.position_source) == (
        "open311",
        "hazardous",
        "outside",
    )
    assert report.words == "桥下有油桶。\n找 13812345678\n怎么装的：桶\n有没有漏出来：漏了"
    assert report.public_words.splitlines()[1] == "找 ［手机号已隐去］"
    assert (report.lat, report.lon, report.release) == (34.7, 112.8, "pending")
    assert report.contact_sealed is not None
    event = case_queries.events(reading(), report.id)[-1]
    assert (event.move, event.internal_text) == (
        "outside",
        "城管随手报\nhttps://example.org/1.jpg",
    )


def test_its_number_answers_once_it_is_released(client: FlaskClient) -> None:
    report = case_of(make.post(client, api_key=make.key(), address_id=cases.VILLAGE))
    path = f"/open311/v2/requests/{report.public_code}.json"
    assert client.get(path).status_code == 404
    number = report.public_code
    cases.do(cases.TOWN_OFFICER, showing.release, report.code)
    assert client.get(path).json[0]["service_request_id"] == number  # type: ignore[index]


def test_on_trial_a_token_comes_first(client: FlaskClient) -> None:
    answer = make.post(client, api_key=make.key(on_trial=True), address_id=cases.VILLAGE)
    assert answer.json is not None
    (made,) = answer.json
    assert sorted(made) == ["account_id", "service_notice", "token"]
    path = f"tokens/{made['token']}.json"
    assert told(client, path) == [{"service_request_id": None, "token": made["token"]}]
    report = reading().scalars(select(Report)).one()
    cases.do(cases.TOWN_OFFICER, showing.release, report.code)
    assert told(client, path)[0]["service_request_id"] == report.public_code


def test_photos_come_with_the_request(client: FlaskClient) -> None:
    photo = (io.BytesIO(jpeg(seed=3)), "a.jpg")
    report = case_of(make.post(client, api_key=make.key(), media=photo, description=None))
    assert (report.photos, report.words) == (1, "建筑装修垃圾")
    bad = make.post(client, api_key=make.key(name="b"), media=(io.BytesIO(b"no photo"), "b.jpg"))
    assert (bad.status_code, len(cases_there())) == (400, 1)


def cases_there() -> list[int]:
    return list(reading().scalars(select(Report.id)))


@pytest.mark.parametrize(
    ("form", "descriptions"),
    [
        ({"lat": None}, ["lat: 位置要有经度和纬度。"]),
        ({"lat": "north"}, ["lat: 这一项要填数字。", "lat: 位置要有经度和纬度。"]),
        (
            {"lat": None, "long": None},
            ["lat: 要有地方：lat 和 long，或者 address_string，或者 address_id。"],
        ),
        ({"address_id": "999999999"}, ["division: 名单里没有这个地方，请重新选。"]),
        (
            {"service_code": "medical", "attribute[COLOUR]": "red"},
            ["attribute[COLOUR]: 这个服务没有这一项。", "attribute[SHARPS]: 这一项要填。"],
        ),
    ],
)
def test_each_fault_is_an_error_of_its_own(
    client: FlaskClient, form: dict[str, str], descriptions: list[str]
) -> None:
    answer = make.post(client, api_key=make.key(), **form)
    assert answer.status_code == 400
    assert answer.json == [{"code": 400, "description": one} for one in descriptions]
    assert cases_there() == []


@pytest.mark.parametrize("form", [{}, {"api_key": "wrong"}, {"api_key": "\x00"}])
def test_without_its_key_nothing_is_taken(client: FlaskClient, form: dict[str, str]) -> None:
    answer = make.post(client, fmt="xml", **form)
    assert answer.status_code == 403
    assert xmltodict.parse(answer.text)["errors"]["error"]["code"] == "403"
    assert cases_there() == []


def test_a_key_that_ended_opens_nothing(client: FlaskClient) -> None:
    key = make.key()
    code = reading().scalars(select(Application.code)).one()
    work(cases.DISTRICT_OFFICER, lambda w: actions.revoke(w, code=code))
    assert make.post(client, api_key=key).status_code == 403


def test_a_key_has_its_share_of_an_hour_broken_requests_too(
    client: FlaskClient, clock: Clock
) -> None:
    key = make.key(per_hour=2)
    statuses = [
        make.post(client, api_key=key, service_code=code).status_code
        for code in ("potholes", "bulky", "bulky")
    ]
    assert statuses == [404, 201, 429]
    assert make.post(client, api_key=make.key(name="b")).status_code == 201
    clock.move(hours=1)
    assert make.post(client, api_key=key).status_code == 201


def test_the_same_key_of_a_try_makes_one_case(client: FlaskClient) -> None:
    once = {"headers": {"Idempotency-Key": "0123456789abcdef"}}
    form = {"service_code": "bulky", **make.HERE, "description": "沙发", "api_key": make.key()}
    answers = [client.post("/open311/v2/requests.json", data=form, **once) for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert len(cases_there()) == 1
    # Another program's try of the same name is its own.
    form["api_key"] = make.key(name="b")
    client.post("/open311/v2/requests.json", data=form, **once)
    assert len(cases_there()) == 2


def test_the_test_endpoint_checks_everything_and_keeps_nothing(client: FlaskClient) -> None:
    key = make.key()
    assert make.post(client, edition="test", api_key=key).status_code == 201
    assert make.post(client, edition="test", api_key=key, lat="95").status_code == 400
    assert make.post(client, edition="test", api_key="wrong").status_code == 403
    assert cases_there() == []


# ---- updates --------------------------------------------------------------------


def test_updates_are_the_public_steps_of_released_cases(client: FlaskClient) -> None:
    number = shown(cases.closed())
    cases.accepted()  # not released
    assert told(client, "servicerequestupdates.json") == [
        {
            "update_id": f"{number}-{count}",
            "service_request_id": number,
            "status": status,
            "updated_datetime": WHEN,
            "description": words,
            "media_url": None,
        }
        for count, status, words in (
            (2, "open", "受理"),
            (3, "open", "派人去办"),
            (4, "closed", "已经清走。"),
        )
    ]


def update(client: FlaskClient, key: str, number: str) -> TestResponse:
    form = {
        "api_key": key,
        "service_request_id": number,
        "update_id": "u1",
        "updated_datetime": WHEN,
        "status": "closed",
        "description": "又多了两车。",
    }
    return client.post("/open311/v2/servicerequestupdates.json", data=form)


def test_a_program_adds_to_its_own_case_once(client: FlaskClient) -> None:
    key, other = make.key(), make.key(name="b")
    report = case_of(make.post(client, api_key=key))
    number, code = report.public_code or "", report.code
    assert update(client, other, number).status_code == 404
    assert [update(client, key, number).json for _ in range(2)] == [[{"update_id": "u1"}]] * 2
    events = case_queries.events(reading(), case_queries.report(reading(), code).id)
    assert [event.move for event in events] == ["submit", "outside", "added"]
    # Only this house says how a case stands.
    assert (events[-1].internal_text, events[-1].state) == ("又多了两车。", "submitted")
