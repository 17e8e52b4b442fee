"""Codes leave by Alibaba Cloud's interface, signed as it checks; never twice where nobody knows."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Clock
from tests.dumping.make import DISTRICT_OFFICER
from tests.people import make
from tests.surveys import waves
from tests.surveys.test_calls import sampled
from wufei_public.common.actor import SYSTEM
from wufei_public.config import BadSettings, settings_from
from wufei_public.infra.outbox import OutboxRow, queue
from wufei_public.infra.work import House, work
from wufei_public.messages.gateway import aliyun
from wufei_public.messages.gateway.aliyun import AliyunSms, signature
from wufei_public.messages.jobs import deliver_sms
from wufei_public.messages.rules import PARAMETERS, SMS, SMS_AT_ONCE, Undelivered, placeholders
from wufei_public.people.queries.sealing import phone_address, seal_values
from wufei_public.surveys.actions import mailing
from wufei_public.surveys.rules.waves import Mode

ENV = {
    "WUFEI_SMS": "aliyun",
    "WUFEI_SMS_KEY_ID": "testId",
    "WUFEI_SMS_KEY_SECRET": "testSecret",
    "WUFEI_SMS_SIGN": "示例无废城市",
    "WUFEI_SMS_TEMPLATES": "people.code=SMS_71390007,surveys.invite=SMS_2,surveys.remind=SMS_3,"
    "organisations.code=SMS_5,"
    "messages.notice=SMS_4",
}


@dataclass
class FakeAliyun:
    """The service's side: checks the signature by the book, answers as `mood` says."""

    base: str = ""
    mood: str = "OK"
    taken: list[dict[str, str]] = field(default_factory=list)
    nonces: set[str] = field(default_factory=set)

    def answer(self, form: dict[str, str]) -> tuple[int, bytes]:
        given = form.pop("Signature")
        line = "&".join(
            f"{quote(k, safe='-_.~')}={quote(form[k], safe='-_.~')}" for k in sorted(form)
        )
        text = f"POST&%2F&{quote(line, safe='-_.~')}".encode()
        right = base64.b64encode(hmac.new(b"testSecret&", text, hashlib.sha1).digest()).decode()
        if given != right:
            return 400, b'{"Code":"SignatureDoesNotMatch","Message":"","RequestId":"1"}'
        if form["SignatureNonce"] in self.nonces:
            return 400, b'{"Code":"SignatureNonceUsed","Message":"","RequestId":"1"}'
        self.nonces.add(form["SignatureNonce"])
        if self.mood == "html":
            return 502, b"<html>bad gateway</html>"
        if self.mood == "OK":
            self.taken.append(form)
        return 200, json.dumps({"Code": self.mood, "Message": "", "RequestId": "1"}).encode()


class Server(ThreadingHTTPServer):
    """As many wait to be let in as carriers come at once, and more."""

    request_queue_size = 64


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAliyun]:
    monkeypatch.setattr(aliyun, "TIMEOUT_SECONDS", 1.5)
    state = FakeAliyun()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, answer = state.answer(dict(parse_qsl(body)))
            if state.mood == "silent":
                time.sleep(2.5)
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    state.base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield state
    server.shutdown()
    server.server_close()


def adapter(base: str) -> AliyunSms:
    return AliyunSms(base, "testId", "testSecret", "示例", {"people.code": "SMS_71390007"})


def test_the_signature_is_the_services_own_example() -> None:
    parameters = {
        "AccessKeyId": "testId", "Action": "SendSms", "Format": "XML", "OutId": "123",
        "PhoneNumbers": "15300000001", "RegionId": "cn-hangzhou",
        "SignName": "阿里云短信测试专用", "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": "45e25e9b-0a6f-4070-8c85-2956eda1b466", "SignatureVersion": "1.0",
        "TemplateCode": "SMS_71390007", "TemplateParam": '{"customer":"test"}',
        "Timestamp": "2017-07-12T02:42:19Z", "Version": "2017-05-25",
    }  # fmt: skip
    assert signature("GET", parameters, "testSecret") == "zJDF+Lrzhj/ThnlvIToysFRq6t4="


def test_a_code_reaches_the_phone_and_nothing_else_leaves(service: FakeAliyun) -> None:
    adapter(service.base).send(make.PHONE, "people.code", {"code": "123456", "minutes": 10})
    (form,) = service.taken
    assert (form["PhoneNumbers"], form["TemplateCode"]) == (
        make.PHONE.removeprefix("+86"), "SMS_71390007",
    )  # fmt: skip
    assert json.loads(form["TemplateParam"]) == {"code": "123456"}


@pytest.mark.parametrize(
    ("mood", "again"),
    [
        ("isv.BUSINESS_LIMIT_CONTROL", False),
        ("isv.MOBILE_NUMBER_ILLEGAL", False),
        ("isp.SYSTEM_ERROR", True),
        ("Throttling.User", True),
        ("isv.AMOUNT_NOT_ENOUGH", True),
        ("html", False),
        ("silent", False),
    ],
)
def test_what_was_not_taken_is_tried_again_only_where_it_cannot_come_twice(
    service: FakeAliyun, mood: str, *, again: bool
) -> None:
    service.mood = mood
    with pytest.raises(Undelivered) as failure:
        adapter(service.base).send(make.PHONE, "people.code", {"code": "123456"})
    assert failure.value.again is again
    unknown = str(failure.value).startswith(aliyun.UNKNOWN)
    assert unknown is (mood in {"html", "silent"})


def test_a_service_that_is_not_there_is_asked_again_and_no_secret_is_told() -> None:
    with pytest.raises(Undelivered) as failure:
        adapter("http://127.0.0.1:9").send(make.PHONE, "people.code", {"code": "123456"})
    assert failure.value.again
    assert not {"testSecret", "123456", make.PHONE} & set(str(failure.value).split())


def test_a_template_that_is_not_registered_waits_for_a_person(service: FakeAliyun) -> None:
    with pytest.raises(Undelivered, match="WUFEI_SMS_TEMPLATES"):
        replace(adapter(service.base), templates={}).send(make.PHONE, "people.code", {"code": "1"})


@pytest.mark.parametrize("template", sorted(SMS))
def test_every_text_has_a_template_that_is_filled_with_its_facts_alone(
    service: FakeAliyun, template: str
) -> None:
    values = {name: f"<{name}>" for name in placeholders(SMS[template])} | {"until": "later"}
    named = {name: f"SMS_{at}" for at, name in enumerate(sorted(SMS))}
    replace(adapter(service.base), templates=named).send(make.PHONE, template, values)
    [form] = service.taken
    assert form["TemplateCode"] == named[template]
    wanted = set(PARAMETERS[template])
    assert wanted == placeholders(SMS[template]) - {"minutes"}
    assert json.loads(form["TemplateParam"]) == {name: f"<{name}>" for name in wanted}


@pytest.mark.parametrize("letter", ["invite", "remind"])
def test_a_survey_invites_and_reminds_by_the_gateway_of_the_settings(
    app: Flask, service: FakeAliyun, clock: Clock, letter: str
) -> None:
    waves.seed()
    by_gateway(app, service)
    wave, address = sampled(Mode.INVITED), "https://wufei.example.gov.cn/surveys/X"
    for turn in ("invite", "remind"):
        work(DISTRICT_OFFICER, lambda w: mailing.send(w, code=wave.code, address=address))
        service.taken.clear()
        while deliver_sms(""):
            pass
        if turn == letter:
            break
        clock.move(days=4)
    assert len(service.taken) == 12
    code = settings_from(ENV).sms_templates[f"surveys.{letter}"]
    assert {form["TemplateCode"] for form in service.taken} == {code}
    facts = [json.loads(form["TemplateParam"]) for form in service.taken]
    assert {frozenset(one) for one in facts} == {frozenset(PARAMETERS[f"surveys.{letter}"])}
    assert {one["title"] for one in facts} == {wave.title}
    assert len({one["code"] for one in facts}) == 12
    assert all(one["address"].startswith(f"{address}?c=") for one in facts)


def by_gateway(app: Flask, service: FakeAliyun) -> None:
    """Let the site send by the gateway, as its operator would choose."""
    home: House = app.extensions["house"]
    chosen = settings_from({**ENV, "WUFEI_SMS_BASE": service.base})
    names = ("sms", "sms_base", "sms_key_id", "sms_key_secret", "sms_sign", "sms_templates")
    settings = replace(home.settings, **{name: getattr(chosen, name) for name in names})
    app.extensions["house"] = replace(home, settings=settings)


def test_the_job_sends_by_the_gateway_of_the_settings(app: Flask, service: FakeAliyun) -> None:
    by_gateway(app, service)
    for number in (1, 2):
        work(
            SYSTEM,
            lambda w, number=number: queue(
                w, channel="sms", to=phone_address(w.keys, make.PHONE), template="people.code",
                values=seal_values(w.keys, {"code": f"12345{number}", "minutes": 10}),
            ),
        )  # fmt: skip
    assert deliver_sms("") == 2
    assert sorted(json.loads(form["TemplateParam"])["code"] for form in service.taken) == [
        "123451", "123452",
    ]  # fmt: skip
    assert set(make.fresh().scalars(select(OutboxRow.state))) == {"sent"}


def test_a_tick_sends_all_that_waits_not_a_round_of_it(app: Flask, service: FakeAliyun) -> None:
    by_gateway(app, service)
    values = {"code": "123456", "minutes": 10}
    for number in range(SMS_AT_ONCE + 5):
        work(
            SYSTEM,
            lambda w, number=number: queue(
                w, channel="sms", to=phone_address(w.keys, f"139{number:08}"),
                template="people.code", values=seal_values(w.keys, values),
            ),
        )  # fmt: skip
    assert deliver_sms("") == SMS_AT_ONCE + 5
    assert len({form["PhoneNumbers"] for form in service.taken}) == SMS_AT_ONCE + 5
    assert set(make.fresh().scalars(select(OutboxRow.state))) == {"sent"}


def test_a_gateway_without_its_account_stops_the_start() -> None:
    with pytest.raises(BadSettings) as refusal:
        settings_from({"WUFEI_SMS": "aliyun", "WUFEI_SMS_TEMPLATES": "people.code"})
    assert set(refusal.value.faults) == {"WUFEI_SMS", "WUFEI_SMS_TEMPLATES"}
    assert set(settings_from(ENV).sms_templates) == set(SMS)
