"""Every line that a process of ours writes is one JSON object, whoever wrote it."""

import json
import logging
import subprocess
import sys
import traceback

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from tests.conftest import NOW
from wufei_public.infra.db import db
from wufei_public.infra.outbox import OutboxRow

ROW = {
    "channel": "sms",
    "recipient": "13800138000",
    "template": "code",
    "values": {},
    "created_at": NOW,
    "next_at": NOW,
    "state": "odd",
}


def lines_of(script: str) -> list[dict[str, object]]:
    head = "import logging, structlog\nfrom wufei_public.infra.logs import configure_logs\n"
    done = subprocess.run(
        [sys.executable, "-c", head + script], capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_a_librarys_warning_is_one_json_line_like_ours() -> None:
    ours, theirs = lines_of(
        "configure_logs('info')\nconfigure_logs('info')\n"
        "structlog.get_logger().info('request', id='ab')\n"
        "logging.getLogger('waitress').warning('slow\\nclient %s', 7)\n"
        "logging.getLogger('apscheduler').info('Job executed')\n"
    )
    assert (ours["event"], ours["level"], ours["id"]) == ("request", "info", "ab")
    assert theirs.pop("timestamp")
    assert theirs == {"event": "slow\nclient 7", "level": "warning", "logger": "waitress"}


def test_a_librarys_exception_stays_on_its_line() -> None:
    [line] = lines_of(
        "configure_logs('error')\n"
        "try:\n    1 / 0\n"
        "except ZeroDivisionError:\n    logging.getLogger('x').exception('broken')\n"
    )
    assert line["event"] == "broken"
    assert str(line["exception"]).endswith("ZeroDivisionError: division by zero")


def test_a_request_that_waits_for_a_thread_writes_no_second_line() -> None:
    said = "logging.getLogger('waitress.queue').warning('Task queue depth is %d', 1)\n"
    assert lines_of("configure_logs('info')\n" + said) == []


def test_the_level_holds_for_libraries_too() -> None:
    said = "logging.getLogger('waitress').warning('slow')\n"
    assert lines_of("configure_logs('error')\n" + said) == []
    assert logging.getLogger("waitress").propagate


def test_a_fault_of_the_database_tells_no_values(own_app: Flask) -> None:
    with pytest.raises(IntegrityError) as caught, db.engine.begin() as connection:
        connection.execute(insert(OutboxRow).values(ROW))
    told = "".join(traceback.format_exception(caught.value))
    assert "outbox_state_known" in told
    assert "13800138000" not in told
