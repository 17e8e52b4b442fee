"""Snapshots are nodes of one tree: each verifies for ever, and each change is small."""

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from tests.organisations import make as organisations
from tests.redblack import make
from tests.redblack.checks import VERIFIED, verify_snapshots
from wufei_public.common.actor import SYSTEM
from wufei_public.infra.work import reading, work
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import snapshots as actions
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.snapshots import (
    ListingNode,
    ListingPlace,
    Snapshot,
    SnapshotCount,
)
from wufei_public.redblack.queries import snapshots as queries
from wufei_public.redblack.rules import snapshots, trees

API = "/api/v1/redblack"


def published(number: int) -> Listing:
    return make.published(organisations.organisation(number, name=f"{number}号石材厂"))


def removed(row: Listing) -> None:
    firm = reading().get_one(Organisation, row.organisation_id)
    make.proven(firm, [make.photo_token(seed=60 + firm.id)])
    make.answered(row, make.handed_in(row, "objection"), outcome="upheld")


def counts() -> list[tuple[int, int, int, int]]:
    make.fresh()
    rows = reading().scalars(select(Snapshot).order_by(Snapshot.number))
    return [(row.black, row.added, row.gone, row.size) for row in rows]


def test_who_comes_takes_the_place_of_who_went(town: None) -> None:
    VERIFIED[:] = [snapshots.BEGINNING]
    first, second = published(1), published(2)
    removed(first)
    third = published(3)
    # Beside them what the enterprise says, which takes no place.
    assert [row for row in counts() if row[1] or row[2]] == [
        (1, 1, 0, 2), (2, 1, 0, 4), (1, 0, 1, 4), (2, 1, 0, 4),
    ]  # fmt: skip
    places = queries.places_of(reading(), [first.id, second.id, third.id])
    assert places == {second.id: 1, third.id: 0}
    assert len(verify_snapshots()) == 4


def test_every_snapshot_stays_as_it_was_signed(client: FlaskClient, town: None) -> None:
    first = published(1)
    before = client.get(f"{API}/snapshots/1").get_json()
    mine = client.get(f"{API}/entries/{first.code}/record").get_json()
    published(2)
    removed(first)
    for _time in range(2):
        assert client.get(f"{API}/snapshots/1").get_json() == before
    leaves = [bytes.fromhex(leaf) for leaf in before["leaves"]]
    assert mine["leaf"] in before["leaves"]
    assert snapshots.root(leaves).hex() == before["root"]
    last = reading().scalars(select(Snapshot).order_by(Snapshot.number.desc())).first()
    assert last is not None
    newest = client.get(f"{API}/snapshots/{last.number}").get_json()
    assert newest["leaves"][:2] == [trees.GAP.hex()] * 2
    assert mine["leaf"] not in newest["leaves"]


def test_the_path_of_an_entry_leads_to_the_newest_root(client: FlaskClient, town: None) -> None:
    rows = [published(number) for number in range(1, 6)]
    removed(rows[2])
    newest = queries.newest(reading())
    assert newest is not None
    for row in (rows[0], rows[1], rows[4]):
        mine = client.get(f"{API}/entries/{row.code}/record").get_json()
        leaf, steps = bytes.fromhex(mine["leaf"]), [bytes.fromhex(one) for one in mine["path"]]
        found = snapshots.root_from(leaf, mine["place"], newest.size, steps)
        assert (mine["snapshot"], found) == (newest.number, newest.root)
        assert json.loads(mine["record"])["code"] == row.code


def test_a_change_keeps_as_many_nodes_as_the_tree_is_high(town: None) -> None:
    rows = [published(number) for number in range(1, 9)]
    wrote = select(ListingNode.number, func.count()).group_by(ListingNode.number)
    many = dict(reading().execute(wrote).tuples().all())
    # Two leaves, and above them one node of each level.
    assert max(many.values()) <= 2 + (2 * len(rows)).bit_length()


def test_what_is_over_leaves_without_a_job(town: None) -> None:
    over = published(1)
    make.move(days=400)
    published(2)
    # The second takes no place of the first, which is there until this very snapshot.
    assert counts()[-1] == (1, 1, 1, 4)
    assert over.id not in queries.places_of(reading(), [over.id])
    assert make.state(over).state == "published"


def sql(statement: object) -> None:
    work(SYSTEM, lambda w: w.session.execute(statement))  # type: ignore[call-overload]


def test_no_statement_slips_a_snapshot_or_a_leaf_in(town: None) -> None:
    published(1)
    node = {"level": 0, "place": 7, "hash": bytes(32)}
    one = reading().get_one(Snapshot, 1)
    kept = {column.name: getattr(one, column.name) for column in Snapshot.__table__.columns}
    for statement, says in (
        (update(SnapshotCount).values(number=9), "one after the other"),
        (delete(SnapshotCount), "stays"),
        (insert(Snapshot).values(kept | {"number": 9}), "one after the other"),
        (insert(Snapshot).values(kept | {"number": 2, "format": 1}), "how many leaves"),
        (insert(Snapshot).values(kept | {"number": 2, "size": 1}), "how many leaves"),
        (insert(ListingNode).values(node | {"number": 1}), "no other leaves"),
        (update(ListingNode).values(hash=bytes(32)), "stays"),
        (delete(ListingNode), "stays"),
        (delete(ListingPlace), "stays"),
    ):
        with pytest.raises(IntegrityError, match=says):
            sql(statement)
    # A count that was moved on by hand makes no hole in the numbers.
    sql(update(SnapshotCount).values(number=2))
    published(2)
    assert [row[0] for row in counts()] == [1, 2]


@pytest.mark.parametrize("change", [{"record": "{}"}, {"salt": bytes(16)}, {"leaf": bytes(32)}])
def test_no_statement_rewrites_what_is_signed_of_an_entry(
    town: None, change: dict[str, object]
) -> None:
    row = published(1)
    own = update(Listing).where(Listing.id == row.id)
    for values in (change, {"record": "{}", "leaf": bytes(32)}):
        with pytest.raises(IntegrityError, match=r"changes with its leaf|without a snapshot"):
            sql(own.values(values))


def test_leaves_that_lead_elsewhere_are_handed_to_nobody(
    town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(1)
    monkeypatch.setattr(queries, "leaves", lambda *_given: [bytes(32)])
    with pytest.raises(RuntimeError, match="do not lead to what was signed"):
        work(make.AUDITOR, lambda w: actions.open_snapshot(w, number=1))
