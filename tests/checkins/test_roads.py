"""Road chiefs: stretches assigned by the town, inspections once each, also from an outbox."""

import secrets
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checkins import make
from tests.conftest import Clock
from tests.dumping.make import OTHER_OFFICER, TOWN_OFFICER, last_audit
from wufei_public.checkins import policy
from wufei_public.checkins.actions import roads as actions
from wufei_public.checkins.actions.roads import Draft
from wufei_public.checkins.models import StretchInspection
from wufei_public.checkins.queries import roads as queries
from wufei_public.checkins.rules.roads import State, Trouble, from_bits, state_of, to_bits
from wufei_public.common.actor import Actor, ActorKind, Grant
from wufei_public.common.errors import Invalid, NotAllowed, NotFound
from wufei_public.infra.work import work
from wufei_public.people.queries.accounts import holders
from wufei_public.people.rules.roles import Role

CHIEF = Actor(ActorKind.STAFF, 131, "路长", (Grant(Role.ROAD_CHIEF, make.TOWN),))
OTHER = Actor(ActorKind.STAFF, 132, "别的路长", (Grant(Role.ROAD_CHIEF, make.TOWN),))
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("last", "found", "state"),
    [
        (None, 0, State.DUE),
        (TODAY - timedelta(days=7), 0, State.DUE),
        (TODAY - timedelta(days=6), 0, State.CLEAN),
        (TODAY, to_bits([Trouble.DUMPED]), State.TROUBLED),
    ],
)
def test_a_stretch_is_due_a_week_after_it_was_seen(
    last: date | None, found: int, state: State
) -> None:
    assert state_of(last, found, TODAY) is state
    assert from_bits(to_bits([Trouble.DUMPED, Trouble.LITTER])) == (Trouble.LITTER, Trouble.DUMPED)


def test_only_the_assigned_chief_inspects() -> None:
    assert policy.may_inspect(CHIEF, make.TOWN, {131}).allowed
    for actor, chief in ((OTHER, {131}), (CHIEF, set()), (TOWN_OFFICER, {TOWN_OFFICER.id or 0})):
        assert policy.may_inspect(actor, make.TOWN, chief).reason == "not_chief_here"


@pytest.fixture
def staff(town: None) -> None:
    for one in (CHIEF, OTHER, TOWN_OFFICER, OTHER_OFFICER):
        make.account(one)


def chief_of(session: Session, actor: Actor) -> str:
    chiefs = holders(session, Role.ROAD_CHIEF, division=make.TOWN)
    return next(one.code for one in chiefs if one.id == actor.id)


def stretch(name: str = "桥头到小学门口", actor: Actor = TOWN_OFFICER, chief: str = "") -> str:
    return work(actor, lambda w: actions.add_stretch(w, town=make.TOWN, name=name, chief=chief))


def inspect(code: str, actor: Actor = CHIEF, **changes: Any) -> str:
    one = Draft(changes.pop("client_key", secrets.token_urlsafe(24)), code, **changes)
    return work(actor, lambda w: actions.inspect(w, one))


def test_strangers_neither_add_nor_assign(staff: None) -> None:
    with pytest.raises(NotAllowed):
        stretch(actor=OTHER_OFFICER)
    code = stretch()
    with pytest.raises(NotAllowed):
        work(OTHER_OFFICER, lambda w: actions.assign(w, code=code, chief=""))
    with pytest.raises(Invalid):
        stretch(chief="AAAAAAAAAA")
    with pytest.raises(NotAllowed):
        inspect(code)


def test_a_walk_without_a_signal_counts_once_for_its_day(
    staff: None, session: Session, clock: Clock
) -> None:
    code = stretch(chief=chief_of(session, CHIEF))
    stamp = make.stamp(CHIEF)
    one = {"client_key": "the-same-walk-sent-twice", "found": (Trouble.FULL_BINS,)}
    clock.now += timedelta(hours=30)
    for _ in range(2):
        inspect(code, stamp=stamp, claimed_on=TODAY, **one)
    rows = session.execute(select(StretchInspection.day, StretchInspection.found)).all()
    assert [tuple(row) for row in rows] == [(TODAY, 2)]
    (line,) = queries.of_chief(session, CHIEF.id or 0)
    assert (line.day, line.found) == (TODAY, 2)


def test_another_chief_takes_over_and_an_ended_stretch_is_gone(
    staff: None, session: Session, clock: Clock
) -> None:
    code = stretch(chief=chief_of(session, CHIEF))
    work(TOWN_OFFICER, lambda w: actions.assign(w, code=code, chief=chief_of(session, OTHER)))
    assert last_audit().after == {"chief": OTHER.id}
    clock.move(days=1)
    with pytest.raises(NotAllowed):
        inspect(code)
    inspect(code, OTHER)
    work(TOWN_OFFICER, lambda w: actions.end_stretch(w, code=code))
    with pytest.raises(NotFound):
        inspect(code, OTHER)
    assert queries.of_town(session, make.TOWN) == []


def test_the_latest_day_stands_not_what_came_in_last(
    staff: None, session: Session, clock: Clock
) -> None:
    code = stretch(chief=chief_of(session, CHIEF))
    opened = make.stamp(CHIEF)
    clock.move(days=1)
    inspect(code, found=(Trouble.DUMPED,))
    inspect(code, stamp=opened, claimed_on=TODAY)
    (line,) = queries.of_town(session, make.TOWN)
    assert (line.day, from_bits(line.found)) == (TODAY + timedelta(1), (Trouble.DUMPED,))


def test_what_a_phone_held_counts_by_who_had_the_stretch_that_day(
    staff: None, session: Session, clock: Clock
) -> None:
    code = stretch(chief=chief_of(session, CHIEF))
    opened = make.stamp(CHIEF)
    clock.move(hours=20)
    work(TOWN_OFFICER, lambda w: actions.assign(w, code=code, chief=chief_of(session, OTHER)))
    inspect(code, stamp=opened, claimed_on=TODAY)
    (line,) = queries.of_town(session, make.TOWN)
    assert (line.day, line.chief) == (TODAY, OTHER.id)
    clock.move(days=1)
    with pytest.raises(NotAllowed):
        inspect(code, stamp=make.stamp(CHIEF), claimed_on=TODAY + timedelta(2))
    work(TOWN_OFFICER, lambda w: actions.assign(w, code=code, chief=""))
    with pytest.raises(NotAllowed):
        inspect(code, stamp=opened, claimed_on=TODAY + timedelta(2))


def test_the_town_reads_what_the_chief_wrote(app: Flask, staff: None, session: Session) -> None:
    desk, phone = make.browser(app, TOWN_OFFICER), make.browser(app, CHIEF)
    fields = {"town": make.TOWN, "name": "老街", "chief": chief_of(session, CHIEF)}
    assert desk.post("/staff/roads", data=fields).status_code == 303
    page = phone.get("/staff/road").text
    assert "1 段路该巡了" in page
    code = page.split('<option value="')[1].split('"')[0]
    sent = {"stretch": code, "client_key": secrets.token_urlsafe(24), "found": ["dumped"]}
    done = phone.post("/staff/road", data=sent | {"words": "桥下两个桶"})
    assert done.status_code == 303
    assert "记下了：老街，有问题。" in phone.get(done.headers["Location"]).text
    shown = desk.get(f"/staff/roads?town={make.TOWN}").text
    assert "桥下两个桶" in shown
    assert "有人偷倒的堆" in shown
    assert desk.get("/staff/road").status_code == 403
    assert phone.post("/staff/road", data={"found": ["dumped"]}).status_code == 422
