"""Nobody is listed, removed or found by a statement that passes the tree of snapshots."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from tests.dumping.make import photo_token
from tests.organisations import make as organisations
from tests.redblack import make
from tests.redblack.checks import VERIFIED, verify_snapshots
from wufei_public.common.actor import SYSTEM
from wufei_public.infra.work import Work, reading, work
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import serving
from wufei_public.redblack.models.listings import Listing, ListingNameEnd
from wufei_public.redblack.models.snapshots import (
    ListingLeaf,
    ListingNode,
    ListingPlace,
    Snapshot,
)
from wufei_public.redblack.rules import snapshots

LEAF, END = b"no" * 16, datetime(2027, 9, 1, tzinfo=UTC)


def sql(*statements: Any) -> None:
    def run(w: Work) -> None:
        for statement in statements:
            w.session.execute(statement)

    work(SYSTEM, run)


def refused(says: str, *statements: Any) -> None:
    with pytest.raises(IntegrityError, match=says):
        sql(*statements)


def of(row: Listing, **values: Any) -> Any:
    return update(Listing).where(Listing.id == row.id).values(**values)


def removed(row: Listing) -> Any:
    return of(
        row, state="removed", over_at=make.now(), over_by=make.CHIEF.id, over_reason="没了。",
        salt=None, record=None, leaf=None,
    )  # fmt: skip


def pair(left: bytes, right: bytes, place: int = 0) -> list[Any]:
    """Return what writes two leaves of the snapshot that comes next."""
    number = (reading().scalar(select(func.max(Snapshot.number))) or 0) + 1
    return [
        insert(ListingNode).values(level=0, place=2 * place + at, number=number, hash=found)
        for at, found in enumerate((left, right))
    ]


def test_nobody_is_removed_without_leaving_the_tree(enterprise: Organisation) -> None:
    row = make.published(enterprise)
    refused("without a snapshot", removed(row))
    left = update(ListingPlace).values(listing_id=None)
    refused("without leaves", left)
    refused("without leaves", left, removed(row))
    # Nor with leaves that nobody signed, or with others than empty ones.
    refused("without a snapshot", *pair(bytes(32), bytes(32)), left, removed(row))
    refused("without leaves", *pair(bytes(32), LEAF), left)
    make.fresh()
    VERIFIED[:] = [snapshots.BEGINNING]
    assert len(verify_snapshots()) == 2


def test_nobody_is_hidden_by_an_earlier_end(enterprise: Organisation) -> None:
    row = make.published(enterprise)
    refused("by a report and two persons", of(row, ends_at=row.ends_at - timedelta(days=30)))


def published(row: Listing) -> Any:
    until = make.now() + timedelta(days=300)
    return of(
        row, state="published", approved_by=make.CHIEF.id, published_at=make.now(),
        repair_from=make.now(), ends_at=until, salt=bytes(16), record="{}", leaf=LEAF,
    )  # fmt: skip


def test_nobody_is_published_with_any_leaf(enterprise: Organisation) -> None:
    row = make.decided(enterprise)
    says = "without a snapshot|people are named"
    leaf = insert(ListingLeaf).values(leaf=LEAF, listing_id=row.id, sealed=b"x")
    stands = insert(ListingPlace).values(place=0, listing_id=row.id)
    refused(says, published(row))
    refused(says, leaf, published(row))
    refused("without leaves", leaf, stands, published(row))
    refused(says, leaf, *pair(bytes(32), LEAF), stands, published(row))
    refused("without leaves", *pair(bytes(32), bytes(32)), stands)
    far = insert(ListingPlace).values(place=7, listing_id=row.id)
    refused("without leaves", *pair(bytes(32), LEAF, 7), far)


def test_no_place_is_given_to_somebody_else(town: None) -> None:
    first, second = (make.published(organisations.organisation(number)) for number in (1, 2))
    moved = update(ListingPlace).where(ListingPlace.listing_id == first.id)
    refused("without leaves|UNIQUE|unique", moved.values(listing_id=second.id))
    refused("without leaves", moved.values(place=9))


@pytest.mark.parametrize(
    "change",
    [
        lambda _row: delete(ListingNameEnd),
        lambda _row: update(ListingNameEnd).values(town="410307103"),
        lambda _row: update(ListingNameEnd).values(name_end="另一家"),
        lambda row: insert(ListingNameEnd).values(
            listing_id=row.id, name_end="另一家", town=row.town, kind=row.kind, trade=row.trade
        ),
    ],
)
def test_nobody_is_found_by_other_names(
    enterprise: Organisation, change: Callable[[Listing], Any]
) -> None:
    refused("found by the names", change(make.published(enterprise)))


def test_ten_days_are_not_passed_by_two_statements(enterprise: Organisation) -> None:
    """The end of the time to answer first, and then a service that lies before it."""
    row, now = make.proposed(enterprise), make.now()
    until = of(row, respond_until=now - timedelta(days=1), decide_until=now)
    served = of(
        row, state="served", way="hand", proofs=1, served_by=make.CLERK.id,
        served_at=now - timedelta(hours=2), respond_until=now - timedelta(hours=1),
    )  # fmt: skip
    refused("served and decided after it", until)
    refused("too short", served)
    row = make.do(
        make.TOWN_OFFICER,
        serving.serve,
        row,
        way="hand",
        served_on=now,
        photo=[photo_token(seed=5)],
    )
    refused("served and decided after it|served stays", of(row, state="proposed"))
    refused("too short|served stays", of(row, served_at=row.respond_until - timedelta(days=1)))
    waived = of(row, waived_from=now - timedelta(days=1), changed_at=now - timedelta(days=3))
    refused("dated before|after a day", waived)


@pytest.mark.parametrize(
    "change",
    [
        {"decided_at": END}, {"decided_by": make.THIRD.id}, {"reason": "别的理由。"},
        {"served_by": make.THIRD.id}, {"tracking": "EMS9"}, {"proofs": 7}, {"way": "post"},
        {"waived_from": END}, {"decide_until": END}, {"respond_until": END},
        {"proposed_at": END}, {"evidence": 9},
    ],
)  # fmt: skip
@pytest.mark.parametrize("made", [make.decided, make.published])
def test_what_was_served_and_decided_stays(
    enterprise: Organisation, made: Callable[[Organisation], Listing], change: dict[str, object]
) -> None:
    refused("stays", of(made(enterprise), **change))
