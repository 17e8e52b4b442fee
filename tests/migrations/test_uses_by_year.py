"""What was used is known by year and number, the older entry keeps what is one now."""

from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import downgrade, upgrade

from tests.migrations.test_0003 import read, write
from tests.migrations.test_0060 import ACCOUNT, DIVISION
from tests.migrations.test_0095 import FIRM, LISTED

OWN = next(Path("migrations/versions").glob("*_hold_once_for_each_thing.py")).name[:4]
UNSIGNED = (
    "respond_until", "decided_by", "decided_at", "approved_by", "published_at", "ends_at", "salt",
    "record",
)  # fmt: skip
PROPOSED: dict[str, Any] = LISTED | dict.fromkeys(UNSIGNED) | {"state": "proposed"}
USED = [(7, "示罚202220"), (8, "依据示罚202220"), (8, "示罚202321"), (8, "没有文")]


def test_a_decision_is_known_by_year_and_number(empty_app: Flask) -> None:
    upgrade(revision=f"{int(OWN) - 1:04d}")
    write("division", DIVISION)
    write("account", ACCOUNT | {"id": 1, "code": "C1", "user_name": "u1"})
    write("organisation", FIRM)
    for number, kind in ((7, "red"), (8, "black")):
        severity = "" if kind == "red" else "minor"
        own = {"id": number, "code": f"L00000000{number}", "kind": kind, "severity": severity}
        write("listing", PROPOSED | own)
    uses = {"organisation_id": 1, "kind": "black", "what": "document"}
    write("listing_use", *(uses | {"listing_id": one, "number": number} for one, number in USED))
    for _time in range(2):
        upgrade(revision=OWN)
        found = read("SELECT number, listing_id FROM listing_use ORDER BY number")
        assert sorted(found) == sorted([("2022-20", 7), ("2023-21", 8), ("没有文", 8)])
        downgrade(revision=f"{int(OWN) - 1:04d}")
