"""A check-in in the database: once, on the right day, with all that follows from it."""

import re
import threading
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.checkins import make
from tests.conftest import NOW, Clock
from tests.dumping.make import STRANGER, marks
from tests.dumping.plans import plan, statements
from tests.points.make import balance
from wufei_public.checkins.actions import daily, personal, profiles, spots
from wufei_public.checkins.models import CheckIn, SpotCheck
from wufei_public.checkins.queries import own as queries
from wufei_public.checkins.rules.days import Origin
from wufei_public.checkins.rules.schemes import Bin, Scheme
from wufei_public.common.actor import ANONYMOUS, SYSTEM
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, NotFound
from wufei_public.infra.work import Work, house, reading, work

TODAY = date(2026, 11, 24)
# The town of the residents is loaded for each test but those with an application of their own.
here = pytest.mark.usefixtures("town")


@here
def test_a_check_in_is_written_whole(session: Session) -> None:
    receipt = make.check_in()
    assert (receipt.day, receipt.origin, receipt.streak, receipt.points, receipt.again) == (
        TODAY, Origin.TODAY, 1, 5, False,
    )  # fmt: skip
    row = session.scalars(select(CheckIn)).one()
    assert (row.account, row.member, row.day, row.arrived_at) == (201, 0, TODAY, NOW)
    assert (row.village, row.scheme, row.bins) == (make.VILLAGE, "two", 48)
    assert marks() == [("checkins", make.VILLAGE)]
    assert balance(make.RESIDENT) == 5


@here
def test_the_same_form_again_counts_once() -> None:
    first = make.check_in(client_key="k" * 24)
    second = make.check_in(client_key="k" * 24)
    assert (second.day, second.streak, second.again) == (first.day, first.streak, True)
    assert (len(make.days()), balance(make.RESIDENT), len(marks())) == (1, 5, 1)


@here
def test_a_second_phone_counts_once() -> None:
    make.check_in()
    assert make.check_in().again
    assert (len(make.days()), balance(make.RESIDENT), len(marks())) == (1, 5, 1)


@here
def test_a_form_repeated_after_midnight_does_not_count_for_the_new_day(clock: Clock) -> None:
    make.check_in(client_key="k" * 24)
    clock.move(hours=20)
    again = make.check_in(client_key="k" * 24)
    assert (again.day, again.again) == (TODAY, True)
    assert list(make.days()) == [TODAY]
    assert not make.check_in().again


@here
def test_every_day_makes_the_streak_longer_and_a_milestone_is_worth_points(clock: Clock) -> None:
    receipts = []
    for _ in range(8):
        receipts.append(make.check_in())
        clock.move(days=1)
    assert [one.streak for one in receipts] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [one.points for one in receipts] == [5, 5, 5, 5, 5, 5, 15, 5]
    clock.move(days=1)
    assert make.check_in().streak == 1


@here
def test_what_the_phone_held_counts_for_its_day(clock: Clock) -> None:
    opened = make.stamp(make.RESIDENT)
    clock.move(hours=30)
    receipt = make.check_in(stamp=opened, claimed_on=TODAY)
    assert (receipt.day, receipt.origin) == (TODAY, Origin.BACKDATED)
    assert not make.check_in().again
    assert make.days() == {TODAY: 1, TODAY + timedelta(1): 2}


@here
def test_a_back_dated_day_joins_two_streaks(clock: Clock) -> None:
    for _ in range(5):
        make.check_in()
        clock.move(days=1)
    opened = make.stamp(make.RESIDENT)
    held = TODAY + timedelta(5)
    clock.move(days=1)
    make.check_in()
    receipt = make.check_in(stamp=opened, claimed_on=held)
    assert receipt.day == held
    assert list(make.days().values()) == [1, 2, 3, 4, 5, 6, 7]
    assert (receipt.streak, receipt.points) == (7, 15)
    assert not make.check_in(make.NEIGHBOUR).again


@here
def test_a_second_back_dated_day_of_a_week_counts_for_its_arrival(clock: Clock) -> None:
    opened = make.stamp(make.RESIDENT)
    clock.move(hours=40)
    make.check_in(stamp=opened, claimed_on=TODAY)
    second = make.check_in(stamp=opened, claimed_on=TODAY + timedelta(1))
    assert (second.day, second.origin) == (TODAY + timedelta(2), Origin.SECOND)
    clock.move(days=3)
    opened = make.stamp(make.RESIDENT)
    clock.move(days=1)
    late = make.check_in(stamp=opened, claimed_on=TODAY + timedelta(5))
    assert (late.day, late.origin) == (TODAY + timedelta(6), Origin.SECOND)


@here
def test_a_forged_opening_is_worth_nothing(clock: Clock) -> None:
    opened = make.stamp(make.RESIDENT)
    clock.move(days=1)
    broken = opened[:-2] + ("AA" if opened[-2:] != "AA" else "BB")
    for stamp in (broken, "", "?", "AAAA"):
        assert daily.opened_at(house().keys, stamp, 201) is None
    receipt = make.check_in(stamp=broken, claimed_on=TODAY)
    assert receipt.origin is Origin.WRONG_CLOCK


@here
def test_a_phone_that_changed_hands_sends_nothing_for_another() -> None:
    with pytest.raises(NotAllowed):
        make.check_in(make.NEIGHBOUR, stamp=make.stamp(make.RESIDENT))
    assert make.days(make.NEIGHBOUR) == {}


@here
@pytest.mark.parametrize("bins", [(), (Bin.FOOD,), (Bin.ROTS, Bin.RESIDUAL)])
def test_bins_of_another_scheme_are_refused(bins: tuple[Bin, ...]) -> None:
    with pytest.raises(Invalid) as refusal:
        make.check_in(bins=bins)
    assert refusal.value.errors[0].pointer == "bins"
    assert make.days() == {}


@here
def test_a_community_sorts_four_ways(session: Session) -> None:
    make.home(make.RESIDENT, make.COMMUNITY)
    place = queries.home(session, 201)
    assert place is not None
    assert place.scheme is Scheme.FOUR
    assert not make.check_in(bins=(Bin.FOOD, Bin.RECYCLABLE)).again


@pytest.mark.parametrize("who", [ANONYMOUS, STRANGER])
def test_only_residents_check_in(app: Flask, who: Any) -> None:
    with pytest.raises(NotAllowed):
        make.check_in(who)


def test_who_has_no_home_is_asked_for_it(app: Flask) -> None:
    make.places()
    make.account(make.RESIDENT)
    with pytest.raises(Invalid) as refusal:
        make.check_in()
    assert refusal.value.errors[0].pointer == "village"


@here
def test_impossible_rows_are_impossible(session: Session) -> None:
    make.check_in()
    for change in ("bins = 0", "bins = 64", "streak = 0", "origin = 'x'", "scheme = 'x'"):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(f"UPDATE check_in SET {change}"))  # noqa: S608  our own words
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO check_in (account, member, day, village, scheme, bins, origin,"
                " streak, arrived_at) SELECT account, member, day, village, scheme, bins,"
                " origin, streak, arrived_at FROM check_in"
            )
        )


# ---- household -------------------------------------------------------------------


def add(name: str = "奶奶") -> int:
    return work(make.RESIDENT, lambda w: profiles.add_member(w, name=name))


@here
def test_a_member_counts_beside_the_resident_and_is_marked() -> None:
    number = add()
    own, other = make.check_in(), make.check_in(member=number)
    assert (own.points, other.points, other.again) == (5, 2, False)
    assert make.check_in(member=number).again
    assert (len(make.days(member=0)), len(make.days(member=number))) == (1, 1)
    assert balance(make.RESIDENT) == 7


@here
def test_there_are_six_members_at_most_and_numbers_are_not_used_twice(clock: Clock) -> None:
    numbers = [add(f"家人{n}") for n in range(6)]
    with pytest.raises(Conflict):
        add("第七位")
    work(make.RESIDENT, lambda w: profiles.end_member(w, number=numbers[0]))
    clock.move(days=1, seconds=1)
    assert add("第七位") == 7
    with pytest.raises(Invalid):
        make.check_in(member=numbers[0])
    with pytest.raises(NotFound):
        work(make.NEIGHBOUR, lambda w: profiles.end_member(w, number=numbers[1]))


@here
def test_who_exchanges_members_checks_in_for_six_a_day(clock: Clock) -> None:
    for _ in range(6):
        number = add("家人")
        make.check_in(member=number)
        work(make.RESIDENT, lambda w, one=number: profiles.end_member(w, number=one))
    with pytest.raises(Conflict) as refusal:
        add("家人")
    assert refusal.value.code == "too_many_added"
    # The day of the district has not turned, but a day has passed since the first was added.
    clock.move(days=1, seconds=1)
    opened = make.stamp(make.RESIDENT)
    newest = add("家人")
    make.check_in(member=newest, stamp=opened)
    assert balance(make.RESIDENT) == 7 * 2


@here
def test_a_seventh_member_of_a_day_is_refused_at_the_field(clock: Clock) -> None:
    gone = [add(f"家人{n}") for n in range(3)]
    clock.move(hours=20)
    for number in gone:
        make.check_in(member=number)
        work(make.RESIDENT, lambda w, one=number: profiles.end_member(w, number=one))
    clock.move(hours=5)
    for n in range(3):
        make.check_in(member=add(f"新人{n}"))
    with pytest.raises(Invalid) as refusal:
        make.check_in(member=add("第七位"))
    assert (refusal.value.code, refusal.value.errors[0].pointer) == ("too_many_members", "member")
    assert balance(make.RESIDENT) == 6 * 2


@here
def test_nobody_checks_in_for_another_household() -> None:
    number = add()
    with pytest.raises(Invalid):
        make.check_in(make.NEIGHBOUR, member=number)


# ---- the account moves or ends ---------------------------------------------------


@here
def test_two_accounts_become_one_and_a_day_counts_once(clock: Clock) -> None:
    make.check_in()
    make.check_in(make.NEIGHBOUR)
    clock.move(days=1)
    make.check_in(make.NEIGHBOUR)
    work(SYSTEM, lambda w: personal.absorb(w, 202, 201))
    assert list(make.days()) == [TODAY, TODAY + timedelta(1)]
    assert make.days(make.NEIGHBOUR) == {}


@here
@pytest.mark.parametrize("both", [True, False], ids=["both_drawn", "one_drawn"])
def test_a_spot_check_of_a_day_that_both_have_speaks_for_the_one(
    clock: Clock, session: Session, both: bool
) -> None:
    make.check_in()
    make.check_in(make.NEIGHBOUR)
    clock.move(days=1)
    work(SYSTEM, lambda w: spots.draw(w, per_mille=1000))
    if not both:
        kept = select(CheckIn.id).where(CheckIn.account == 201)
        work(
            SYSTEM,
            lambda w: w.session.execute(delete(SpotCheck).where(SpotCheck.check_in.in_(kept))),
        )
    work(SYSTEM, lambda w: personal.absorb(w, 202, 201))
    one = session.scalars(select(CheckIn.id)).one()
    assert session.scalars(select(SpotCheck.check_in)).all() == [one]


@here
def test_an_ended_account_keeps_no_name_and_no_home(session: Session) -> None:
    add()
    make.home(make.RESIDENT, nickname="小河边", listed=True)
    make.check_in()
    work(SYSTEM, lambda w: personal.erase(w, 201))
    session.expire_all()
    assert queries.home(session, 201) is None
    assert queries.members(session, 201) == []
    assert session.scalar(select(func.count()).select_from(CheckIn)) == 1


# ---- many at once ----------------------------------------------------------------


def test_two_phones_at_once_count_once(own_app: Flask) -> None:
    make.town()
    came = at_once(own_app, 16, lambda _n: make.check_in().again)
    assert Counter(came) == {True: 15, False: 1}
    reading().rollback()
    assert (len(make.days()), balance(make.RESIDENT)) == (1, 5)


def test_one_form_sent_many_times_at_once_counts_once(own_app: Flask) -> None:
    make.town()
    came = at_once(own_app, 16, lambda _n: make.check_in(client_key="k" * 24).again)
    assert Counter(came) == {True: 15, False: 1}


@pytest.mark.parametrize(
    ("first", "second", "streaks"), [(2, 1, [1, 1]), (0, 1, [1, 2])], ids=["back", "today"]
)
def test_a_check_in_waits_for_the_one_before_it(
    own_app: Flask, first: int, second: int, streaks: list[int]
) -> None:
    make.town()
    today = district_day(house().clock())
    opened = make.stamp(make.RESIDENT, house().clock() - timedelta(hours=47))
    written, over = threading.Event(), threading.Event()

    def one(days: int) -> daily.Draft:
        return make.draft(stamp=opened, claimed_on=today - timedelta(days))

    def slow(w: Work) -> daily.Receipt:
        receipt = daily.check_in(w, one(first))
        written.set()
        over.wait(1)  # as long as the other does not wait for this one
        return receipt

    def do(place: int) -> daily.Receipt:
        if not place:
            return work(make.RESIDENT, slow)
        written.wait(60)
        try:
            return work(make.RESIDENT, lambda w: daily.check_in(w, one(second)))
        finally:
            over.set()

    came = at_once(own_app, 2, do)
    assert Counter(one.origin for one in came)[Origin.BACKDATED] == 1
    assert list(make.days().values()) == streaks


def at_once(app: Flask, number: int, do: Any) -> list[Any]:
    came: list[Any] = []
    begin = threading.Barrier(number)

    def one(place: int) -> None:
        with app.app_context():
            begin.wait()
            came.append(do(place))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return came


# ---- what it costs ---------------------------------------------------------------


@here
def test_every_read_of_a_check_in_comes_from_an_index(session: Session) -> None:
    def read() -> None:
        queries.home(session, 201)
        queries.lately(session, 201, 0, TODAY)

    lines = plan(session, read)
    assert "check_in_account_member_day" in lines or "sqlite_autoindex_check_in_1" in lines
    assert re.findall(r"Seq Scan|SCAN ", lines) == []


@here
def test_a_check_in_asks_no_more_for_a_long_history(clock: Clock) -> None:
    def statements_of() -> int:
        with statements() as seen:
            make.check_in()
        return len(seen)

    make.check_in()
    clock.move(days=1)
    first = statements_of()
    for _ in range(40):
        clock.move(days=1)
        make.check_in()
    clock.move(days=1)
    assert statements_of() == first
