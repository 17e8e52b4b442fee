"""Histories of permit classes begin with the cards; evidence that was sent waits for a second."""

from typing import Any

from flask import Flask
from flask_migrate import downgrade, upgrade

from tests.conftest import NOW
from tests.migrations.test_0003 import read, write

BEFORE = "0029"
CARD: dict[str, Any] = {
    "uscc": "91410307MA0000001X", "name": "石材厂", "kind": "factory", "division": "410307106",
    "town": "410307106", "address": "", "permit_class": "key", "waste_related": True,
    "hazardous_licence": "", "version": 1, "created_at": NOW, "changed_at": NOW, "code": "A",
}  # fmt: skip
PLAIN = CARD | {
    "code": "B", "uscc": "91410307MA0000002X", "permit_class": "", "waste_related": False,
}  # fmt: skip


def test_what_was_there_stays_and_goes_back(empty_app: Flask) -> None:
    upgrade(revision=BEFORE)
    write("organisation", CARD, PLAIN)
    account = {"kind": "staff", "code": "C", "user_name": "u", "display_name": "",
               "state": "active", "created_at": NOW}  # fmt: skip
    write("account", account)
    (firm,), (clerk,) = (
        read("SELECT min(id) FROM organisation")[0],
        read("SELECT id FROM account")[0],
    )
    sent = {"organisation_id": firm, "report": "R", "kind": "construction", "closed_on": NOW.date(),
            "confirmed": "查获。", "sent_by": clerk, "sent_at": NOW}  # fmt: skip
    write("case_evidence", sent)
    upgrade(revision="0030")
    spans = read("SELECT organisation_id, permit_class FROM organisation_permit")
    assert spans == [(firm, "key")]
    assert read("SELECT town, document, confirmed_by FROM case_evidence") == [
        ("410307106", "", None)
    ]
    downgrade(revision=BEFORE)
    assert read("SELECT count(*) FROM case_evidence") == [(1,)]
    assert read("SELECT count(*) FROM organisation") == [(2,)]
