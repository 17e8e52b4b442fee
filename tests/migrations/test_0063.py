"""Of one of ours and one from outside, published side by side, ours stays when going back."""

from typing import Any

from flask import Flask
from flask_migrate import downgrade, upgrade

from tests.conftest import NOW
from tests.migrations.test_0003 import read, write

DAY = NOW.date()
VALUE: dict[str, Any] = {
    "plan": "p", "series": "54", "component": "", "kind": "month", "period": "2026-11",
    "starts_on": DAY, "ends_on": DAY, "division": "410307", "state": "published", "figure": "80",
    "statement": "", "method": "", "method_version": "", "cut_off": NOW, "rows": 1, "digest": "",
    "inputs": "{}", "code_version": "", "entered_at": NOW, "published_by": 3, "published_at": NOW,
}  # fmt: skip
OURS = {"code": "A", "version": 1, "source": "wave", "run": "r", "collector": "", "document": "",
        "entered_by": None}  # fmt: skip
THEIRS = {"code": "B", "version": 2, "source": "external", "run": "", "collector": "c",
          "document": "d", "entered_by": 1}  # fmt: skip


def test_ours_stays_published(migrated_app: Flask) -> None:
    write("indicator_value", VALUE | OURS, VALUE | THEIRS)
    write("indicator_value", VALUE | THEIRS | {"code": "C", "version": 1, "period": "2026-10"})
    downgrade(revision="0062")
    assert read("SELECT code, state FROM indicator_value ORDER BY code") == [
        ("A", "published"), ("B", "superseded"), ("C", "published"),
    ]  # fmt: skip
    upgrade(revision="0063")
