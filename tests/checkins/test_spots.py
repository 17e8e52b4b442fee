"""Collection points and spot checks: who may, what counts, what anybody can repeat."""

import hashlib
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tests.checkins import make
from tests.conftest import Clock
from tests.dumping.make import CREW, OTHER_OFFICER, STRANGER, TOWN_OFFICER, last_audit
from tests.points.make import balance
from wufei_public.checkins import jobs, policy
from wufei_public.checkins.actions import places, spots
from wufei_public.checkins.models import CheckIn, SpotCheck, SpotDraw
from wufei_public.checkins.queries import places as queries
from wufei_public.checkins.rules.boards import Length, span_of
from wufei_public.checkins.rules.schemes import Bin
from wufei_public.checkins.rules.spots import Finding, Share, is_drawn
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Invalid, NotAllowed, NotFound, WrongState
from wufei_public.infra.work import house, reading, work
from wufei_public.people.models import Account
from wufei_public.people.queries.sealing import phone_index, seal_phone

pytestmark = pytest.mark.usefixtures("town")
TODAY = date(2026, 11, 24)
RIGHT = {Bin.ROTS: Finding.RIGHT, Bin.DOES_NOT_ROT: Finding.RIGHT}


@pytest.fixture
def officer(town: None) -> None:
    make.account(TOWN_OFFICER)
    make.account(CREW)


# ---- rules -----------------------------------------------------------------------


def test_a_draw_hits_its_rate_and_can_be_repeated() -> None:
    drawn = [number for number in range(50_000) if is_drawn("seed", number)]
    assert 900 <= len(drawn) <= 1100  # 2 % is 1,000; a miss by 100 has a chance of 1 in 700
    assert drawn == [number for number in range(50_000) if is_drawn("seed", number)]
    assert drawn != [number for number in range(50_000) if is_drawn("other", number)]
    assert all(is_drawn("seed", number, 1000) for number in range(100))
    assert not any(is_drawn("seed", number, 0) for number in range(100))


@pytest.mark.parametrize(
    ("right", "seen", "low", "high"),
    [(0, 0, 0.0, 100.0), (10, 10, 72.2, 100.0), (0, 10, 0.0, 27.8), (81, 263, 25.5, 36.6)],
)
def test_shares_have_wilson_s_interval(right: int, seen: int, low: float, high: float) -> None:
    found = Share(right, seen).interval
    assert (round(found[0], 1), round(found[1], 1)) == (low, high)


def test_scope_decides() -> None:
    assert policy.may_spot_check(TOWN_OFFICER, make.VILLAGE).allowed
    assert policy.may_spot_check(CREW, make.VILLAGE).allowed
    assert not policy.may_spot_check(OTHER_OFFICER, make.VILLAGE).allowed
    assert not policy.may_keep_points(CREW, make.VILLAGE).allowed
    assert not policy.may_keep_points(STRANGER, make.VILLAGE).allowed


# ---- collection points -----------------------------------------------------------


def add_point(village: str = make.VILLAGE) -> str:
    return work(TOWN_OFFICER, lambda w: places.add_point(w, village=village, name="村口 1 号")).code


@pytest.mark.usefixtures("officer")
def test_a_check_in_by_a_code_counts_for_its_village(session: Session) -> None:
    code = add_point("410307106202")
    make.check_in(point=code)
    row = session.execute(select(CheckIn.village, CheckIn.point)).one()
    assert (row.village, row.point) == ("410307106202", queries.point(session, code).id)  # type: ignore[union-attr]


@pytest.mark.usefixtures("officer")
def test_a_retired_code_counts_at_home(session: Session) -> None:
    code = add_point("410307106202")
    work(TOWN_OFFICER, lambda w: places.retire_point(w, code=code))
    assert last_audit().action == "checkins:point:retire"
    make.check_in(point=code)
    assert session.execute(select(CheckIn.village, CheckIn.point)).one() == (make.VILLAGE, None)
    with pytest.raises(NotFound):
        work(TOWN_OFFICER, lambda w: places.retire_point(w, code=code))


@pytest.mark.usefixtures("officer")
def test_points_of_other_towns_are_not_ours() -> None:
    with pytest.raises(NotAllowed):
        add_point("410307107201")
    with pytest.raises(Invalid):
        add_point("410307106")
    code = add_point()
    with pytest.raises(NotAllowed):
        work(OTHER_OFFICER, lambda w: places.retire_point(w, code=code))


@pytest.mark.usefixtures("officer")
def test_pages_of_points(app: Flask) -> None:
    officer = make.browser(app, TOWN_OFFICER)
    sent = {"village": make.VILLAGE, "name": "村口 1 号"}
    assert officer.post("/staff/collection-points", data=sent).status_code == 303
    assert "村口 1 号" in officer.get("/staff/collection-points").get_data(as_text=True)
    sheet = officer.get("/staff/collection-points/sheet").get_data(as_text=True)
    assert sheet.count("data:image/svg+xml") == 1
    bad = officer.post("/staff/collection-points", data={"village": make.VILLAGE})
    assert (bad.status_code, 'id="e-name"' in bad.get_data(as_text=True)) == (422, True)
    code = queries.points(reading(), make.TOWN)[0].code
    resident = make.browser(app, make.RESIDENT)
    html = resident.get(f"/checkin?point={code}").get_data(as_text=True)
    assert f'name="point" value="{code}"' in html
    officer.post(f"/staff/collection-points/{code}/retire", data={"town": make.TOWN})
    assert "已经停用" in resident.get(f"/checkin?point={code}").get_data(as_text=True)
    assert make.browser(app, CREW).get("/staff/collection-points").status_code == 403


# ---- spot checks -----------------------------------------------------------------


def drawn(clock: Clock) -> str:
    """Check in, let the night pass with everybody drawn; return the code."""
    make.check_in()
    clock.move(days=1)
    assert work(SYSTEM, lambda w: spots.draw(w, per_mille=1000, seed="s")) == 1
    return str(reading().scalars(select(SpotCheck.code)).one())


@pytest.mark.usefixtures("officer")
def test_a_day_is_drawn_once_and_its_seed_is_kept(session: Session, clock: Clock) -> None:
    rows = [
        {
            "account": 201, "member": number, "day": TODAY, "village": make.VILLAGE,
            "scheme": "two", "bins": 16, "origin": "today", "streak": 1,
            "arrived_at": datetime(2026, 11, 24, tzinfo=UTC),
        }
        for number in range(1, 60)
    ]  # fmt: skip
    session.execute(insert(CheckIn), rows)
    session.commit()
    make.check_in()
    make.check_in(make.NEIGHBOUR)
    clock.move(days=1)
    assert work(SYSTEM, lambda w: spots.draw(w, per_mille=1000)) == 2  # nobody's grandmother
    assert jobs.draw_spots("") == 0
    kept = session.get_one(SpotDraw, TODAY)
    assert (kept.per_mille, kept.stored, kept.drawn, len(kept.seed)) == (1000, 2, 2, 32)


@pytest.mark.usefixtures("officer")
def test_all_right_is_worth_points_once(session: Session, clock: Clock) -> None:
    code = drawn(clock)
    before = balance(make.RESIDENT)
    work(CREW, lambda w: spots.record(w, code=code, findings=RIGHT))
    assert balance(make.RESIDENT) == before + 10
    with pytest.raises(WrongState):
        work(CREW, lambda w: spots.record(w, code=code, findings=RIGHT))
    found = queries.shares(session, span_of(Length.MONTH, TODAY))
    assert found == {make.VILLAGE: Share(2, 2)}


@pytest.mark.usefixtures("officer")
def test_one_wrong_bin_is_counted_and_worth_nothing(session: Session, clock: Clock) -> None:
    code = drawn(clock)
    before = balance(make.RESIDENT)
    findings = {Bin.ROTS: Finding.RIGHT, Bin.DOES_NOT_ROT: Finding.WRONG}
    work(CREW, lambda w: spots.record(w, code=code, findings=findings))
    assert balance(make.RESIDENT) == before
    assert queries.shares(session, span_of(Length.MONTH, TODAY)) == {make.VILLAGE: Share(1, 2)}


@pytest.mark.usefixtures("officer")
def test_nothing_seen_is_no_finding_and_strangers_record_none(clock: Clock) -> None:
    code = drawn(clock)
    with pytest.raises(Invalid):
        work(CREW, lambda w: spots.record(w, code=code, findings={Bin.FOOD: Finding.RIGHT}))
    with pytest.raises(NotAllowed):
        work(OTHER_OFFICER, lambda w: spots.record(w, code=code, findings=RIGHT))


@pytest.mark.usefixtures("officer")
def test_pages_of_spot_checks(app: Flask, clock: Clock) -> None:
    code = drawn(clock)
    crew = make.browser(app, CREW)
    listed = crew.get("/staff/spot-checks").get_data(as_text=True)
    assert re.findall(r"/staff/spot-checks/(\w{10})", listed) == [code]
    assert "会烂的" in crew.get(f"/staff/spot-checks/{code}").get_data(as_text=True)
    nothing = {"rots": "unseen", "does_not_rot": "unseen"}
    assert crew.post(f"/staff/spot-checks/{code}", data=nothing).status_code == 422
    sent = {"rots": "right", "does_not_rot": "wrong"}
    assert crew.post(f"/staff/spot-checks/{code}", data=sent).status_code == 303
    after = crew.get("/staff/spot-checks").get_data(as_text=True)
    assert "50%" in after
    assert code not in after
    other = make.browser(app, make.account(OTHER_OFFICER))
    assert other.get(f"/staff/spot-checks/{code}").status_code == 404
    assert code not in other.get("/staff/spot-checks").get_data(as_text=True)


@pytest.mark.usefixtures("officer")
def test_a_supervisor_sees_the_masked_number_of_the_household(app: Flask, clock: Clock) -> None:
    code, keys = drawn(clock), house().keys
    sealed = {
        "phone_cipher": seal_phone(keys, "13812345678"),
        "phone_index": phone_index(keys, "13812345678"),
    }
    change = update(Account).where(Account.id == make.RESIDENT.id).values(**sealed)
    work(SYSTEM, lambda w: w.session.execute(change))
    html = make.browser(app, CREW).get(f"/staff/spot-checks/{code}").get_data(as_text=True)
    assert "138****5678" in html
    assert "13812345678" not in html


@pytest.mark.usefixtures("officer")
def test_what_nobody_checked_in_three_days_is_not_asked_for(app: Flask, clock: Clock) -> None:
    code = drawn(clock)
    clock.now += timedelta(days=3)
    assert code not in make.browser(app, CREW).get("/staff/spot-checks").get_data(as_text=True)


def test_a_resident_sees_no_spot_checks(client: FlaskClient, app: Flask) -> None:
    assert client.get("/staff/spot-checks").status_code == 302
    assert make.browser(app, make.RESIDENT).get("/staff/spot-checks").status_code == 403


@pytest.mark.usefixtures("officer")
def test_anybody_repeats_a_draw_by_its_seed(app: Flask, clock: Clock, session: Session) -> None:
    for number in range(401, 421):
        one = make.account(make.resident(number))
        make.home(one)
        make.check_in(one)
    clock.move(days=1)
    assert 0 < work(SYSTEM, lambda w: spots.draw(w, per_mille=500)) < 20
    desk = make.browser(app, TOWN_OFFICER)
    made = session.scalars(select(SpotDraw)).one()
    assert made.seed in desk.get("/staff/spot-checks/draws").text
    lines = desk.get(f"/staff/spot-checks/draws/{TODAY}.csv").text.split()
    assert len(lines) == 21
    for line in lines[1:]:
        _day, seed, per_mille, number, drawn = line.split(",")
        digest = hashlib.sha256(f"{seed} {number}".encode()).digest()
        assert (int.from_bytes(digest[:4]) * 1000 < int(per_mille) << 32) is (drawn == "1")
    assert desk.get("/staff/spot-checks/draws/2026-01-01.csv").status_code == 404
    assert desk.get("/staff/spot-checks/draws/x.csv").status_code == 404
    again = app.test_cli_runner().invoke(args=["checkins", "draw-again", str(TODAY)])
    assert (again.exit_code, "the same again" in again.output) == (0, True)
    work(SYSTEM, lambda w: w.session.execute(update(SpotDraw).values(seed="another")))
    again = app.test_cli_runner().invoke(args=["checkins", "draw-again", str(TODAY)])
    assert (again.exit_code, "differs at" in again.output) == (1, True)
