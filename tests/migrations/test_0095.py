"""Snapshots from before the tree keep every leaf, there and back, and who is listed has a place."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from tests.conftest import NOW
from tests.migrations.test_0003 import read, write
from tests.migrations.test_0060 import ACCOUNT, DIVISION
from wufei_public.infra.db import db
from wufei_public.infra.work import reading
from wufei_public.redblack.models.snapshots import Snapshot
from wufei_public.redblack.queries import snapshots as queries
from wufei_public.redblack.rules import snapshots, trees

BEFORE = "0094"
LATER = NOW + timedelta(days=20)
FIRM: dict[str, Any] = {
    "id": 1, "code": "F1", "uscc": "91410307MA00000011", "name": "甲石材厂", "kind": "factory",
    "division": "410307106", "town": "410307106", "address": "", "permit_class": "",
    "waste_related": False, "hazardous_licence": "", "version": 1, "created_at": NOW,
    "changed_at": NOW,
}  # fmt: skip
LISTED: dict[str, Any] = {
    "id": 7, "code": "L000000007", "organisation_id": 1, "division": "410307106",
    "town": "410307106", "trade": "factory", "kind": "red", "severity": "", "months": 11,
    "state": "published", "version": 4, "changed_at": LATER, "facts": "好。",
    "public_facts": "好。", "ground": "第二十条", "measure": "", "document": "", "report": "",
    "evidence": 0,
    "proposed_by": 1, "proposed_at": NOW, "way": "", "tracking": "", "proofs": 0, "holding": 0,
    "respond_until": NOW + timedelta(days=5), "decided_by": 2, "decided_at": LATER, "reason": "",
    "approved_by": 3, "published_at": LATER, "ends_at": LATER + timedelta(days=300),
    "salt": bytes(16), "record": "{}",
}  # fmt: skip
OWN = [
    snapshots.leaf_of(bytes(16), snapshots.identity("L000000007", "red")),
    snapshots.leaf_of(bytes(16), "{}"),
]
OTHERS = [[bytes([n]) * 32, bytes([n + 9]) * 32] for n in (1, 2)]
# The first two are gone in the last one, and whoever stood behind them moved up.
LEAVES = [
    [*OTHERS[0]], [*OTHERS[0], *OTHERS[1]], [*OTHERS[0], *OTHERS[1], *OWN], [*OTHERS[1], *OWN], OWN,
]  # fmt: skip


def signed(number: int, leaves: list[bytes]) -> dict[str, Any]:
    return {
        "number": number, "at": NOW, "red": len(leaves) // 2, "black": 0, "added": 0, "gone": 0,
        "changed": 0, "root": snapshots.root(leaves), "leaves": b"".join(leaves),
        "previous": bytes(32), "signature": bytes(64),
    }  # fmt: skip


def in_use() -> None:
    write("division", DIVISION)
    write(
        "account", *(ACCOUNT | {"id": n, "code": f"C{n}", "user_name": f"u{n}"} for n in (1, 2, 3))
    )
    write("organisation", FIRM)
    with db.engine.begin() as connection:  # written as it is, not step by step
        on = " ON listing" if connection.dialect.name == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER listing_begins_as_a_proposal{on}"))
    write("listing", LISTED)
    write("listing_snapshot", *(signed(n, leaves) for n, leaves in enumerate(LEAVES, start=1)))


def test_every_snapshot_keeps_its_leaves(empty_app: Flask) -> None:
    upgrade(revision=BEFORE)
    in_use()
    upgrade()  # to the newest, which says how the first were signed
    for number, leaves in enumerate(LEAVES, start=1):
        row = reading().get_one(Snapshot, number)
        assert row.head.message().split()[1] == b"1"
        assert queries.leaves(reading(), row) == leaves
        tops = [queries.tree(reading(), number)(top) for top in trees.peaks(row.size)]
        assert trees.crown(tops) == row.root
    assert read("SELECT place, listing_id FROM listing_place") == [(0, 7)]
    assert [bytes(leaf) for (leaf,) in read("SELECT leaf FROM listing")] == [OWN[1]]
    db.session.remove()
    downgrade(revision=BEFORE)
    kept = [bytes(one) for (one,) in read("SELECT leaves FROM listing_snapshot ORDER BY number")]
    assert kept == [b"".join(leaves) for leaves in LEAVES]
