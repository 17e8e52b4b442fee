"""What the log keeps of a report: that there was a request, and nothing of the person."""

import json

import pytest
from flask import Flask

from tests.dumping import make
from tests.dumping.test_pages import FORM, send, text
from tests.lines import written_by
from tests.media.make import jpeg
from wufei_public.infra.web import errors, headers


@pytest.mark.usefixtures("town")
def test_every_request_is_one_line_without_a_word_of_the_person(app: Flask) -> None:
    client = app.test_client()
    form = FORM | {"words": make.WORDS, "phone": make.PHONE}
    with written_by(headers, errors) as lines:
        sent = send(client, "/report", (jpeg(), "a.jpg"), **form)
        own = sent.headers["Location"].partition("?")[0]
        code, secret = own.split("/")[2:4]
        assert make.WORDS in text(client.get(own))
        client.post("/track", data={"code": code, "pin": "000000"})
        send(client, f"{own}/more", text="又倒了一车。")
    told = [line for line in lines if line["event"] == "request"]
    assert [(line["status"], line["method"]) for line in told] == [
        (303, "POST"), (200, "GET"), (422, "POST"), (303, "POST"),
    ]  # fmt: skip
    assert all(line["id"] and line["ms"] >= 0 and line["route"] for line in told)
    log = json.dumps(lines, ensure_ascii=False, default=str)
    for word in (make.PHONE, make.WORDS, "又倒了一车", secret, code, "000000"):
        assert word not in log
