"""Whatever anybody wrote, nothing of it runs: on no page, in no feed, workbook, list or document.

Every text of the filled year that holds Chinese, which is what people write, gets scripts, quotes
and a formula in front of it, past all guards; then everything that a role may read is read.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

from defusedxml import ElementTree
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import JSON, Column, Connection, String, Table, select
from sqlalchemy.exc import DataError, IntegrityError
from werkzeug.test import TestResponse

from tests.architecture.addresses import filled
from tests.architecture.test_bad_input import NOT_ASKED
from tests.demo.records import add_records, targets
from tests.demo.test_pages import become
from tests.servers import POSTGRESQL
from wufei_public.infra.db import db
from wufei_public.infra.tables import Base
from wufei_public.infra.web.access import PUBLIC, access_of
from wufei_public.people.rules.roles import Role

MARK = "onxss"
EVIL = f"=1+1</script><xss {MARK}=1>\"{MARK}=\"1'{MARK}='1</textarea><!--"
LINK = f"javascript:{MARK}()"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Pages are rendered by the same code on both databases: there a guest and one desk will do.
SHOWN = 40 if POSTGRESQL else 100
READERS = (None, Role.DISTRICT_OFFICER) if POSTGRESQL else (None, *Role)


class Found(HTMLParser):
    """What a browser would make of a page: marked elements, handlers and addresses."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.alive: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "xss":
            self.alive.append(tag)
        for name, value in attrs:
            runs = (value or "").strip().lower().startswith("javascript:")
            if name.startswith(MARK) or (runs and name in {"href", "src", "action", "formaction"}):
                self.alive.append(f"{tag} {name}={value}")


def poisoned(value: Any) -> Any:
    """Return `value` with something evil in every text that people write."""
    if isinstance(value, str):
        if value.startswith(("http://", "https://")):
            return LINK
        return EVIL + value if CHINESE.search(value) else value
    if isinstance(value, list):
        return [poisoned(one) for one in value]
    if isinstance(value, dict):
        return {key: poisoned(one) for key, one in value.items()}
    return value


def poison(connection: Connection) -> set[str]:
    """Write it everywhere; return the columns that hold it now."""
    done = set()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            written = isinstance(column.type, (String, JSON)) and not column.foreign_keys
            if written and _poison_column(connection, table, column):
                done.add(f"{table.name}.{column.name}")
    return done


def _poison_column(connection: Connection, table: Table, column: Column[Any]) -> bool:
    keys = list(table.primary_key.columns)
    rows = connection.execute(select(*keys, column.label("was")).where(column.is_not(None))).all()
    length = getattr(column.type, "length", None) if POSTGRESQL else None
    changed = [(row[:-1], now[:length] if length else now) for row in rows
               if (now := poisoned(row[-1])) != row[-1]]  # fmt: skip
    spot = connection.begin_nested()
    try:
        for key, now in changed:
            mine = [one == value for one, value in zip(keys, key, strict=True)]
            connection.execute(table.update().where(*mine).values({column: now}))
    except (IntegrityError, DataError):  # a constraint holds on PostgreSQL
        spot.rollback()
        return False
    spot.commit()
    return bool(changed)


def off_guard(connection: Connection) -> None:
    """Let everything be written, as if every check in front of the database had failed."""
    if POSTGRESQL:
        connection.exec_driver_sql("SET session_replication_role = replica")
        return
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    for (name,) in connection.exec_driver_sql(names).all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def of_page(answer: TestResponse) -> list[str]:
    return Found(answer.text).alive


def of_feed(answer: TestResponse) -> list[str]:
    root = ElementTree.fromstring(answer.data)
    tags = [one.tag for one in root.iter() if "xss" in str(one.tag)]
    held = [one.text or "" for one in root.iter() if one.get("type") == "html"]
    links = [one.get("href", "") for one in root.iter()]
    runs = [link for link in links if link.startswith("javascript:")]
    return [*tags, *runs, *(alive for page in held for alive in Found(page).alive)]


def of_json(answer: TestResponse) -> list[str]:
    json.loads(answer.data)
    return [] if answer.headers["X-Content-Type-Options"] == "nosniff" else ["sniffed"]


def of_csv(answer: TestResponse) -> list[str]:
    rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    return [cell for row in rows for cell in row if cell.startswith("=")]


def of_workbook(answer: TestResponse) -> list[str]:
    book = load_workbook(io.BytesIO(answer.data), read_only=True)
    rows = (row for sheet in book for row in sheet.iter_rows())
    return [str(cell.value) for row in rows for cell in row if cell.data_type == "f"]


def of_document(answer: TestResponse) -> list[str]:
    return [word for word in ("/JavaScript", "(javascript:") if word.encode() in answer.data]


LOOKS: dict[str, Callable[[TestResponse], list[str]]] = {
    "text/html": of_page,
    "application/atom+xml": of_feed,
    "application/xml": of_feed,
    "text/xml": of_feed,
    "image/svg+xml": of_feed,
    "application/json": of_json,
    "application/geo+json": of_json,
    "application/problem+json": of_json,
    "text/csv": of_csv,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": of_workbook,
    "application/pdf": of_document,
}
# Nothing in them is read as a page, with the type that they are sent as.
SAFE = ("image/", "text/plain", "text/css", "text/javascript", "application/zip")


def reads(app: Flask, connection: Connection) -> Iterator[tuple[str, bool]]:
    """Yield what is read, one record each, and whether everybody may read it."""
    for one in targets(app, connection, 1):
        if one.method == "GET" and not one.address.startswith(("/static/", "/p/")):
            yield one.address, one.permission == PUBLIC
    for rule in app.url_map.iter_rules():
        mine = "GET" in (rule.methods or ()) and not rule.arguments
        if mine and rule.rule not in NOT_ASKED:
            yield filled(rule, "x"), access_of(app, rule.endpoint) == PUBLIC


def test_what_runs_is_seen() -> None:
    page = Found(f'<a href="{LINK}">x</a><p title="{EVIL}">{EVIL}</p>')
    assert {one.split()[0] for one in page.alive} == {"p", "xss", "a"}


def test_nothing_that_was_written_runs(copied: Flask) -> None:
    addresses, wrong, shown = spoilt(copied), {}, set()
    for role in READERS:
        client = copied.test_client()
        if role is not None:
            become(client, role)
        for address, public in addresses.items():
            if public and role is not None:
                continue
            found, holds = _look(client, address)
            if found:
                wrong[f"{role} {address}"] = found
            if holds:
                shown.add(address)
    assert wrong == {}
    # It was there to be seen: these pages showed it, as plain words.
    assert len(shown) > SHOWN


def _look(client: FlaskClient, address: str) -> tuple[list[str], bool]:
    """Return what would run of an answer, and whether it holds what was written at all."""
    with client.get(address) as answer:
        if answer.status_code >= 500:
            return [answer.status], False
        if answer.mimetype in LOOKS:
            return LOOKS[answer.mimetype](answer), MARK.encode() in answer.data
        return [] if answer.mimetype.startswith(SAFE) else [answer.mimetype], False


def spoilt(app: Flask) -> dict[str, bool]:
    """Spoil what `app` holds; return what can be read of it."""
    with db.engine.connect() as connection:
        add_records(connection)
        connection.commit()
        off_guard(connection)
        connection.commit()
        held = poison(connection)
        connection.commit()
        addresses = dict(reads(app, connection))
    assert len(held) > 60, sorted(held)
    assert len(addresses) > 200
    return addresses
