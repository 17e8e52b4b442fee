"""What one answer leaves behind, in tables, logs and backups: nothing that names or dates it."""

import json
import re
import sqlite3
import subprocess
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from http.cookiejar import Cookie
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select, text

from tests.backups.test_backups import TOOLS
from tests.conftest import Clock
from tests.dumping import make as people
from tests.dumping.test_faults import Server
from tests.surveys import waves as make
from tests.surveys.test_calls import sampled, taken
from wufei_public.common.actor import SYSTEM
from wufei_public.common.clock import district_day, utc_now
from wufei_public.config import Settings
from wufei_public.infra.db import db
from wufei_public.infra.tables import Base
from wufei_public.infra.web.session import COOKIE
from wufei_public.infra.work import Work, reading, work
from wufei_public.people.actions.sessions import start_session
from wufei_public.people.models import Account
from wufei_public.surveys.models import Token, Wave
from wufei_public.surveys.pages.answering import told_of

loaded = pytest.mark.usefixtures("loaded")
# Outlives nobody's day: it ends with the second day after, whatever the hour of the answer.
DATED = {("replay", "expires_at")}


def house_of_rows() -> dict[str, Counter[str]]:
    """Return every row of every table, as words."""
    reading().rollback()
    return {
        table.name: Counter(repr(dict(row)) for row in reading().execute(select(table)).mappings())
        for table in Base.metadata.sorted_tables
    }


def written(before: dict[str, Counter[str]]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that are new or changed since, by table."""
    reading().rollback()
    found: dict[str, list[dict[str, Any]]] = {}
    for table in Base.metadata.sorted_tables:
        rows = [dict(row) for row in reading().execute(select(table)).mappings()]
        fresh = [row for row in rows if not before[table.name][repr(row)]]
        if fresh:
            found[table.name] = fresh
    return found


def instants(rows: dict[str, list[dict[str, Any]]]) -> set[tuple[str, str]]:
    return {
        (table, column)
        for table, found in rows.items()
        for row in found
        for column, value in row.items()
        if isinstance(value, datetime)
    }


@loaded
def test_an_answer_of_somebody_signed_in_names_and_dates_nobody(app: Flask) -> None:
    somebody = people.account(people.RESIDENT)
    wave = make.wave(signed_in=True, quota_by=("age",))
    before = house_of_rows()
    make.submit(wave, make.sent(), somebody)
    found = written(before)
    assert set(found) == {
        "replay", "survey_device", "survey_quota", "survey_response", "survey_token",
    }  # fmt: skip
    assert instants(found) == DATED
    owned = {"account", "account_id", "actor_id", "assigned_to", "by", "request_id", "address"}
    assert not owned & {column for rows in found.values() for row in rows for column in row}
    told = [row for table in ("survey_token", "survey_device") for row in found[table]]
    assert all(
        set(row) - {"fresh"} in ({"wave_id", "token"}, {"wave_id", "device"}) for row in told
    )


@loaded
def test_an_interview_by_telephone_leaves_the_number_without_a_day(
    app: Flask, clock: Clock
) -> None:
    people.places()
    interviewer = people.account(people.TOWN_OFFICER)
    wave = sampled()
    number = taken(wave, interviewer)[0]
    before = house_of_rows()
    make.submit(wave, make.sent(device="", case=number), interviewer)
    found = written(before)
    assert set(found) == {"replay", "survey_call", "survey_invitation", "survey_response"}
    assert instants(found) == DATED
    assert found["survey_call"][0]["assigned_to"] is None
    assert found["survey_response"][0]["day"] != clock.now.date()
    assert set(found["survey_response"][0]) == {
        "id", "wave_id", "day", "outcome", "answers", "pace", "straight", "everything",
        "impossible", "duplicate", "stratum", "psu", "weight", "fresh",
    }  # fmt: skip


# ---- in the logs ------------------------------------------------------------------------

LINE = {"event", "level", "timestamp", "id", "method", "route", "status", "ms"}
PROXY = (Path(__file__).parents[2] / "deploy" / "Caddyfile").read_text()


def stamped() -> None:
    """Say of which version the tables are, as migrations do."""
    head = Path("migrations/HEAD").read_text().partition("_")[0]
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})


def own_cookie(session: str) -> Cookie:
    """Return the cookie of somebody who is signed in."""
    of_host = {"domain": "127.0.0.1", "domain_specified": True, "domain_initial_dot": False}
    path = {"path": "/", "path_specified": True, "port": None, "port_specified": False}
    rest = {"secure": False, "expires": None, "discard": True, "comment": None}
    more: Any = of_host | path | rest | {"comment_url": None, "rest": {}}
    return Cookie(version=0, name=COOKIE, value=session, **more)


class Phone:
    """Somebody's phone: it keeps its cookies and follows the way of the survey."""

    def __init__(self, server: Server, session: str = "") -> None:
        kept = urllib.request.HTTPCookieProcessor()
        if session:
            kept.cookiejar.set_cookie(own_cookie(session))
        self._ask = urllib.request.build_opener(kept).open
        self._base = f"http://127.0.0.1:{server.port}"
        self.key = ""

    def open(self, path: str, fields: Mapping[str, Any] | None = None) -> tuple[str, str]:
        """Return the address at which it ended, and the page."""
        data = None if fields is None else urlencode(fields, doseq=True).encode()
        head = {"Sec-Fetch-Site": "same-origin"}
        asked = urllib.request.Request(self._base + path, data, head)  # noqa: S310  our own
        with self._ask(asked, timeout=20) as answer:
            return answer.url, answer.read().decode()

    def answer(self, wave: Wave, comment: str) -> str:
        """Go the whole way; return the address of the last page."""
        page = f"/surveys/{wave.code}"
        form = self.open(f"{page}/begin", {})[1]
        own = dict(re.findall(r'type="hidden" name="(client_key|began)" value="([^"]+)"', form))
        self.key = own["client_key"]
        return self.open(f"{page}/form", {**make.ANSWERS, "open_comment": comment, **own})[0]


@pytest.fixture
def served(own_app: Flask, tmp_path: Path) -> Iterator[Server]:
    """Serve what the test writes, as in production, with the lines of every request."""
    make.seed()
    stamped()
    house = own_app.extensions["house"]
    found = Server(tmp_path, house.settings.database)
    found.settings["WUFEI_LOG_LEVEL"] = "info"
    try:
        found.start()
        yield found
    finally:
        found.kill()


def open_now(**changes: Any) -> Wave:
    """Return a wave that is open on the day of the test, by the real clock."""
    today = district_day(utc_now())
    days = {"opens_on": today - timedelta(days=3), "closes_on": today + timedelta(days=3)}
    return make.wave(**(days | changes))


def test_the_log_tells_neither_who_answered_nor_what(served: Server) -> None:
    somebody = people.account(people.RESIDENT)

    def enter(w: Work) -> str:
        row = w.session.get_one(Account, somebody.id)
        return start_session(w, row, device="", old_token="").token

    session = work(SYSTEM, enter)
    wave = open_now()
    phones = [Phone(served, session), *(Phone(served) for _ in range(2))]
    ends = [phone.answer(wave, f"第{at}个桶") for at, phone in enumerate(phones)]
    assert {end.rpartition("?")[2] for end in ends} == {"o=1.1"}
    kept = [row.id for row in make.responses()]
    tokens = [row.token for row in reading().query(Token)]
    reading().rollback()
    assert len(kept) == len(phones)
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE survey_response RENAME TO survey_gone"))
    with pytest.raises(HTTPError, match="500"):
        Phone(served).answer(wave, "第9个桶")
    written = served.log.read_text()
    lines = [json.loads(line) for line in written.splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert {frozenset(line) for line in requests} == {frozenset(LINE)}
    assert [line["event"] for line in lines if "exception" in line] == ["crash"]
    told = [session, wave.code, "个桶", "60_69", make.TOWN, *(phone.key for phone in phones)]
    told += [*map(str, kept), *tokens]
    assert [secret for secret in told if secret in written] == []


def test_the_proxy_keeps_no_log_of_addresses() -> None:
    """Its lines would join network, instant and address: docs/surveys.md says so."""
    assert re.search(r"^\s*log\b", PROXY, re.MULTILINE) is None


@pytest.mark.parametrize("outcome", ["1.2", "2.12", "3.2", "4.7", "nothing"])
def test_the_last_address_does_not_tell_how_far_somebody_came(outcome: str) -> None:
    assert told_of(outcome) in {"1.1", "4.1"}
    assert [told_of(one) for one in ("1.1", "2.11", "4.8")] == ["1.1", "2.11", "4.8"]


# ---- in a backup --------------------------------------------------------------------------

MANY = 60


def lying(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Return the rows of a backup by table, in the order in which they lie there."""
    found: dict[str, list[dict[str, str]]] = {}
    tables = ("survey_response", "survey_token", "survey_device", "replay")
    if db.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(folder / "database")) as copy:
            copy.row_factory = sqlite3.Row
            for table in tables:
                found[table] = [dict(row) for row in copy.execute(f"SELECT * FROM {table}")]  # noqa: S608
        return found
    command = [str(TOOLS / "pg_restore"), "--data-only", "--file=-", str(folder / "database")]
    dump = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for table, columns, rows in re.findall(
        r"^COPY public\.(\w+) \(([^)]*)\) FROM stdin;\n(.*?)^\\\.$", dump, re.MULTILINE | re.DOTALL
    ):
        if table in tables:
            names = columns.split(", ")
            found[table] = [
                dict(zip(names, row.split("\t"), strict=True)) for row in rows.splitlines()
            ]
    return found


def agreement(came: list[int]) -> float:
    """Return the rank correlation of where rows lie with when they came (Spearman)."""
    count = len(came)
    apart = sum((place - rank) ** 2 for place, rank in enumerate(came))
    return abs(1 - 6 * apart / (count * (count**2 - 1)))


def test_a_backup_holds_no_order_in_which_answers_came(
    own_app: Flask, tmp_path: Path, settings: Settings
) -> None:
    make.seed()
    stamped()
    house = own_app.extensions["house"]
    own_app.extensions["house"] = replace(house, settings=replace(house.settings, pg_bin=TOOLS))
    wave, keys, tokens = open_now(), [], []
    for at in range(MANY):
        said = make.sent({**make.ANSWERS, "open_comment": f"第{at:02d}个"})
        make.submit(wave, said)
        reading().rollback()
        keys.append(sha256(f"{wave.code}/{said.client_key}".encode()).hexdigest())
        tokens += [row.token for row in reading().query(Token) if row.token not in tokens]
    done = own_app.test_cli_runner().invoke(args=["backup", "take", str(tmp_path / "safe")])
    assert done.exit_code == 0, done.output
    [folder] = [one for one in (tmp_path / "safe").iterdir() if (one / "manifest.json").exists()]
    rows = lying(folder)
    answers = [
        int(re.findall(r"第(\d\d)个", json_text(row["answers"]))[0])
        for row in rows["survey_response"]
    ]
    spent = [tokens.index(row["token"]) for row in rows["survey_token"]]
    again = [keys.index(row["key"]) for row in rows["replay"] if row["key"] in keys]
    assert [len(one) for one in (answers, spent, again)] == [MANY] * 3
    assert max(map(agreement, (answers, spent, again))) < 0.6


def json_text(value: str) -> str:
    return json.dumps(json.loads(value), ensure_ascii=False)


def test_a_backup_of_an_older_schema_is_taken_all_the_same(own_app: Flask, tmp_path: Path) -> None:
    house = own_app.extensions["house"]
    own_app.extensions["house"] = replace(house, settings=replace(house.settings, pg_bin=TOOLS))
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE survey_wave DROP COLUMN rotates"))
    done = own_app.test_cli_runner().invoke(args=["backup", "take", str(tmp_path / "safe")])
    assert done.exit_code == 0, done.output
