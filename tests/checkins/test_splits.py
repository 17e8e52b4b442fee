"""The second split: weights once each, also from an outbox; who may; both schemes comparable."""

import secrets
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checkins import make
from tests.conftest import Clock
from tests.dumping.make import CREW, TOWN_OFFICER
from wufei_public.checkins import policy
from wufei_public.checkins.actions import splits as actions
from wufei_public.checkins.actions.splits import Draft
from wufei_public.checkins.queries import splits as queries
from wufei_public.checkins.rules.boards import Length, span_of
from wufei_public.checkins.rules.schemes import COMMON as OF_BINS
from wufei_public.checkins.rules.schemes import to_bits
from wufei_public.checkins.rules.splits import (
    COMMON,
    FOUR,
    PARTS,
    Way,
    Weights,
    in_common,
    kilograms,
    per_cent,
    tenths,
)
from wufei_public.common.actor import Actor, ActorKind, Grant
from wufei_public.common.errors import Invalid, NotAllowed, NotFound, WrongState
from wufei_public.infra.work import work
from wufei_public.people.rules.roles import Role

SORTER = Actor(ActorKind.STAFF, 121, "分拣", (Grant(Role.VILLAGE_SORTER, make.VILLAGE),))
OTHER = Actor(ActorKind.STAFF, 122, "别村", (Grant(Role.VILLAGE_SORTER, "410307106202"),))
TODAY = date(2026, 11, 24)
MONTH = span_of(Length.MONTH, TODAY)
FULL = Weights(125, 30, 200, 5)


# ---- rules -----------------------------------------------------------------------


def test_both_schemes_come_to_the_same_three() -> None:
    for name, parts in COMMON.items():
        assert OF_BINS[name] & to_bits(FOUR[part] for part in parts) == to_bits(
            FOUR[part] for part in parts
        )
    assert sorted(part for parts in COMMON.values() for part in parts) == sorted(PARTS)
    assert in_common(FULL) == {"wet": 125, "dry": 230, "hazardous": 5}


def test_weights_are_exact() -> None:
    assert [tenths(Decimal(one)) for one in ("12.5", "0.05", "0.04", "7")] == [125, 1, 0, 70]
    assert tenths(None) == 0
    assert [kilograms(one) for one in (125, 0, 70)] == ["12.5", "0.0", "7.0"]
    assert (per_cent(125, 360), per_cent(0, 0)) == ("35%", "–")
    assert (FULL + Weights(sellable=1)).sellable == 31


def test_only_the_village_s_sorter_records() -> None:
    assert policy.may_split(SORTER, make.VILLAGE).allowed
    for actor in (OTHER, CREW, TOWN_OFFICER, make.RESIDENT):
        assert policy.may_split(actor, make.VILLAGE).reason == "not_sorter_here"


# ---- recording -------------------------------------------------------------------


@pytest.fixture
def staff(town: None) -> None:
    for one in (SORTER, OTHER, TOWN_OFFICER):
        make.account(one)


def draft(**changes: Any) -> Draft:
    first = Draft(secrets.token_urlsafe(24), make.VILLAGE, Way.ROUND, FULL, 12)
    return replace(first, **changes)


def record(one: Draft, actor: Actor = SORTER) -> str:
    return work(actor, lambda w: actions.record(w, one))


@pytest.mark.usefixtures("staff")
def test_the_same_round_counts_once(session: Session) -> None:
    one = draft()
    assert record(one) == record(one)
    record(draft(way=Way.HEAP, weights=Weights(compost=75), households=None))
    assert queries.by_village(session, MONTH) == {make.VILLAGE: (2, 12, replace(FULL, compost=200))}
    assert queries.by_village(session, MONTH, "410307004") == {}


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"weights": Weights()}, "compost"),
        ({"households": None}, "households"),
        ({"village": make.TOWN}, "division"),
    ],
)
def test_half_a_record_is_refused_at_its_field(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        record(draft(**changes))
    assert [fault.pointer for fault in refused.value.errors] == [pointer]


@pytest.mark.usefixtures("staff")
def test_a_round_without_a_signal_counts_for_its_day(session: Session, clock: Clock) -> None:
    stamp = make.stamp(SORTER)
    late = [draft(stamp=stamp, claimed_on=TODAY) for _ in range(2)]
    clock.now += timedelta(hours=30)
    for one in late:
        record(one)
    assert {row.day for row in queries.own(session, SORTER.id or 0, TODAY)} == {TODAY}
    clock.now += timedelta(hours=20)
    record(draft(stamp=stamp, claimed_on=TODAY))
    assert len(queries.own(session, SORTER.id or 0, TODAY + timedelta(days=2))) == 1


@pytest.mark.usefixtures("staff")
def test_strangers_neither_record_nor_withdraw(session: Session, clock: Clock) -> None:
    with pytest.raises(NotAllowed):
        record(draft(), OTHER)
    with pytest.raises(NotAllowed):
        record(draft(stamp=make.stamp(OTHER)))
    code = record(draft())
    with pytest.raises(NotFound):
        work(OTHER, lambda w: actions.withdraw(w, code=code))
    clock.now += timedelta(days=1)
    with pytest.raises(WrongState):
        work(SORTER, lambda w: actions.withdraw(w, code=code))
    assert queries.by_village(session, MONTH)[make.VILLAGE] == (1, 12, FULL)


# ---- pages -----------------------------------------------------------------------


@pytest.fixture
def phone(app: Flask, staff: None) -> FlaskClient:
    return make.browser(app, SORTER)


def fields(**changes: str) -> dict[str, str]:
    first = {"client_key": secrets.token_urlsafe(24), "village": make.VILLAGE, "way": "round"}
    return first | {"households": "12", "compost": "12.5", "sellable": "3"} | changes


def test_a_sorter_records_and_takes_back(app: Flask, phone: FlaskClient) -> None:
    sent = phone.post("/staff/second-split", data=fields())
    assert sent.status_code == 303
    page = phone.get(sent.headers["Location"]).text
    assert "一共 15.5 公斤" in page
    desk = make.browser(app, TOWN_OFFICER)
    assert "12.5" in desk.get("/staff/second-splits").text
    code = sent.headers["Location"].split("done=")[1]
    assert phone.post(f"/staff/second-split/{code}/withdraw").status_code == 303
    assert "这一段还没有称过" in desk.get("/staff/second-splits").text
    assert desk.get("/staff/second-split").status_code == 403


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"compost": "很多"}, "请写公斤数，最多一位小数。"),
        ({"compost": "NaN"}, "请写公斤数，最多一位小数。"),
        ({"compost": "-1"}, "请写公斤数，最多一位小数。"),
        ({"compost": "", "sellable": ""}, "请至少写一样的重量。"),
        ({"households": ""}, "请写收了几户。"),
    ],
)
def test_faults_stand_at_their_fields(
    phone: FlaskClient, changes: dict[str, str], said: str
) -> None:
    refused = phone.post("/staff/second-split", data=fields(**changes))
    assert refused.status_code == 422
    assert said in refused.text
