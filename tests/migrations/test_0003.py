"""Ratings come to a database that is in use: its cases stay, and go back again."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import MetaData, Table, insert, select, text
from sqlalchemy.exc import IntegrityError

from tests.conftest import NOW
from wufei_public.infra.db import db

FOUNDATION = "0001"
CASE: dict[str, Any] = {
    "code": "A000000000", "state": "submitted", "release": "pending", "version": 1, "source": "h5",
    "plain_kind": "build", "official_kind": "construction", "datum": "", "position_source": "",
    "spot": "", "public_spot": "", "words": "砖", "public_words": "砖", "salt": b"0" * 16,
    "pin_failures": 0, "photos": 0, "submitted_at": NOW, "business_day": date(2026, 11, 24),
    "accept_due": NOW, "legal_accept_due": NOW, "release_due": NOW, "due_at": NOW, "returns": 0,
    "outcome": "", "proof": "", "refuse_ground": "", "withhold_reason": "", "division": "410307106",
    "town": "410307106",
}  # fmt: skip
CLOSED = CASE | {
    "code": "B000000000", "state": "closed", "due_at": None, "accepted_at": NOW, "closed_at": NOW,
    "transfer_due": NOW, "finish_due": NOW, "legal_finish_due": NOW, "outcome": "清了",
    "proof": "photo",
}  # fmt: skip


def table(name: str) -> Table:
    with db.engine.connect() as connection:
        return Table(name, MetaData(), autoload_with=connection)


def write(name: str, *rows: dict[str, Any]) -> None:
    with db.engine.begin() as connection:
        for row in rows:
            connection.execute(insert(table(name)), row)


def read(statement: str) -> list[tuple[Any, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def in_use() -> None:
    """Write two cases, one with a photo and an event, and the mark of one of them."""
    write("report", CASE, CLOSED)
    (case,) = read("SELECT id FROM report WHERE code = 'A000000000'")[0]
    photo = {
        "token_hash": b"1" * 32, "state": "quarantined", "fault": "", "mime": "image/jpeg",
        "size": 1, "width": 1, "height": 1, "sha256": "0" * 64, "taken_source": "",
        "quarantine_name": "quarantine/x", "keep_original": False, "uploaded_at": NOW,
        "lease_until": NOW, "tries": 0, "note": "",
    }  # fmt: skip
    write("photo", photo)
    (photo_id,) = read("SELECT id FROM photo")[0]
    place = {"photo_id": photo_id, "report_id": case, "role": "reported", "position": 0}
    write("report_photo", place | {"public": False})
    event = {
        "report_id": case, "number": 1, "move": "submit", "actor_kind": "anonymous", "at": NOW,
        "came_from": "submitted", "state": "submitted", "public_text": "", "internal_text": "",
    }  # fmt: skip
    write("report_event", event)


def test_cases_stay_and_wait_to_be_counted(empty_app: Flask) -> None:
    upgrade(revision=FOUNDATION)
    in_use()
    upgrade()
    assert read("SELECT state, reopened, rate_until FROM report ORDER BY code") == [
        ("submitted", 0, None), ("closed", 0, None),
    ]  # fmt: skip
    assert [(row[0], bool(row[1])) for row in read("SELECT round, told FROM report_photo")] == [
        (0, True),
    ]  # fmt: skip
    assert read("SELECT count(*) FROM report_event") == [(1,)]
    assert read("SELECT measure, place FROM bucket_mark") == [("reports", "410307106")]
    with db.engine.begin() as connection, pytest.raises(IntegrityError):
        connection.execute(table("report_event").update().values(report_id=999_999))


def test_new_ends_become_plain_ones_on_the_way_back(empty_app: Flask) -> None:
    upgrade(revision=FOUNDATION)
    in_use()
    upgrade()
    objected = {"state": "objected", "review_due": NOW, "due_at": NOW, "code": "C000000000"}
    write("report", CLOSED | objected, CLOSED | {"state": "uncleared", "code": "D000000000"})
    (case,) = read("SELECT id FROM report WHERE code = 'C000000000'")[0]
    write("report_rating", {"report_id": case, "round": 0, "rating": "unsatisfied", "at": NOW})
    downgrade(revision=FOUNDATION)
    assert read("SELECT state, due_at IS NULL FROM report ORDER BY code") == [
        ("submitted", False), ("closed", True), ("closed", True), ("closed", True),
    ]  # fmt: skip
    with db.engine.begin() as connection, pytest.raises(IntegrityError):
        connection.execute(table("report").update().values(state="objected"))
    upgrade()
    assert read("SELECT count(*) FROM report_event") == [(1,)]
    with db.engine.connect() as connection:
        assert len(connection.execute(select(table("report_photo"))).all()) == 1
