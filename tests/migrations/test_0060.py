"""What was checked of places that sort begins their past; going back forgets it."""

from typing import Any

from flask import Flask
from flask_migrate import downgrade, upgrade

from tests.conftest import NOW
from tests.migrations.test_0003 import read, write

BEFORE = "0041"
PLACE: dict[str, Any] = {
    "code": "A", "kind": "estate", "division": "410307106", "name": "甲苑", "households": 320,
    "started_on": NOW.date(), "entered_at": NOW, "entered_by": 1, "checked_at": NOW,
    "checked_by": 2,
}  # fmt: skip
PLAIN = PLACE | {"code": "B", "name": "乙苑", "checked_at": None, "checked_by": None}
DIVISION: dict[str, Any] = {
    "code": "410307106", "name": "示例镇", "level": "province", "parent": None, "active": True,
    "pinyin": "", "name_en": "", "centre_status": "", "centre_note": "",
}  # fmt: skip
ACCOUNT: dict[str, Any] = {
    "kind": "staff", "display_name": "", "state": "active", "created_at": NOW,
}  # fmt: skip


def test_what_was_checked_begins_the_past(empty_app: Flask) -> None:
    upgrade(revision=BEFORE)
    write("division", DIVISION)
    people = [{"id": one, "code": f"C{one}", "user_name": f"u{one}"} for one in (1, 2)]
    write("account", *(ACCOUNT | one for one in people))
    write("sorting_place", PLACE, PLAIN)
    upgrade(revision="0060")
    past = "SELECT households, since, until, replaced_at FROM sorting_span"
    assert [(n, str(since), *rest) for n, since, *rest in read(past)] == [
        (320, "2000-01-01", None, None)
    ]
    downgrade(revision=BEFORE)
    kept = read("SELECT code, checked_by FROM sorting_place ORDER BY code")
    assert kept == [("A", 2), ("B", None)]
