"""What the resident of the town does day by day: checks in, earns points, redeems some."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, select

from tests.browser.cases import developed, photo
from tests.browser.pictures import jpeg
from tests.browser.site import until
from wufei_public.checkins import jobs
from wufei_public.checkins.actions import (
    children,
    classes,
    coverage,
    daily,
    photos,
    places,
    profiles,
    splits,
    spots,
)
from wufei_public.checkins.actions import roads as road_actions
from wufei_public.checkins.models import CheckInPhoto, SpotCheck, SpotDraw
from wufei_public.checkins.rules import roads
from wufei_public.checkins.rules.coverage import Entry
from wufei_public.checkins.rules.schemes import Bin
from wufei_public.checkins.rules.splits import Way, Weights
from wufei_public.common.actor import SYSTEM, Actor
from wufei_public.common.clock import district_day, utc_now
from wufei_public.infra.work import Work, reading, work
from wufei_public.learning.actions import training
from wufei_public.learning.rules.training import Audience
from wufei_public.people.queries.accounts import holders
from wufei_public.people.rules.roles import Role
from wufei_public.points.actions import ledger, rewards, shops
from wufei_public.points.rules.shops import Entry as Shop

VILLAGE, COMMUNITY = "410307106201", "410307106001"
BINS = (Bin.ROTS, Bin.DOES_NOT_ROT)


def fill(resident: Actor) -> tuple[str, str]:
    """Let a resident settle, check in on past days, and redeem; return reward and redemption."""
    account = resident.id or 0

    def begin(w: Work) -> str:
        for days in range(1, 13):
            day = district_day(w.now) - timedelta(days)
            ledger.award(w, account, "checkin", day.isoformat(), day)
        bags = rewards.Offer("一卷垃圾袋", 20, 30, "A roll of rubbish bags", "在村委会领")
        rewards.add_reward(w, rewards.Offer("洗衣液", 200, 0, "Washing liquid", "在兑换点领"))
        return rewards.add_reward(w, bags).code

    work(resident, lambda w: profiles.settle(w, village=VILLAGE, nickname="小河边", listed=True))
    work(resident, lambda w: profiles.add_member(w, name="奶奶"))
    for days in range(12, 0, -1):
        if days not in {4, 9}:
            # The last two days have the same photo.
            kept = (photo(jpeg(11)),) if days < 3 else ()
            work(resident, lambda w, days=days, kept=kept: _check_in(w, days, kept))  # type: ignore[misc]
    until(developed)
    work(SYSTEM, photos.compare)
    jobs.recount("")
    reward = work(SYSTEM, begin)
    key = "browser-tests-redeem-once"
    made = work(resident, lambda w: rewards.redeem(w, code=reward, client_key=key))
    return reward, made


def open_shop(officer: Actor, reward: str) -> str:
    """Open a shop with its clerk, where a reward is fetched from now on; return its code."""
    clerk = holders(reading(), Role.SHOP_CLERK, division=VILLAGE[:9])[0]
    entry = Shop(VILLAGE, "村口便民店", "村委会对面", "8 点到 19 点")
    bags = rewards.Offer("一卷垃圾袋", 20, 30, "A roll of rubbish bags", "带上手机")

    def do(w: Work) -> str:
        code = shops.enter(w, entry)
        shops.add_clerk(w, code=code, clerk=clerk.code)
        rewards.change_reward(w, code=reward, offer=replace(bags, shop=code))
        return code

    return work(officer, do)


def train(officer: Actor) -> str:
    """Make today's training; return its code."""

    def do(w: Work) -> str:
        day = district_day(w.now)
        plan = training.Plan("厨余垃圾怎么分", day, VILLAGE[:9], "二楼会议室", Audience.SCHOOL)
        return training.make_event(w, plan)

    return work(officer, do)


def look_after(officer: Actor) -> str:
    """Add a collection point and draw yesterday's spot checks; return the code of one."""
    work(officer, lambda w: places.add_point(w, village=VILLAGE, name="村委会东头 1 号"))
    work(SYSTEM, _draw_again)
    reading().rollback()
    return str(reading().scalars(select(SpotCheck.code).limit(1)).one())


def sort_and_register(officer: Actor, other: Actor, sorter: Actor) -> None:
    """Register a village that another has checked and a 小区 that waits; weigh twice."""
    since = district_day(utc_now()) - timedelta(200)
    code = work(officer, lambda w: coverage.enter(w, Entry(VILLAGE, "", 320, since)))
    work(other, lambda w: coverage.check(w, code=code))
    work(officer, lambda w: coverage.enter(w, Entry(COMMUNITY, "河畔花园", 640, since)))
    for number, way in enumerate(Way):
        doors = 24 if way is Way.ROUND else None
        weights = Weights(365, 82, 410, 0 if number else 3)
        one = splits.Draft(f"browser-tests-split-{number:04}", VILLAGE, way, weights, doors)
        work(sorter, lambda w, one=one: splits.record(w, one))  # type: ignore[misc]


def go_to_school(teacher: Actor, school: str) -> str:
    """Open two classes of a school; teacher and household are in the first. Return its code."""
    opened = [
        work(teacher, lambda w, name=name: classes.open_class(w, organisation=school, name=name))  # type: ignore[misc]
        for name in ("三年级 2 班", "三年级 3 班")
    ]
    child = work(teacher, _add_child)
    for member in (0, 1, child):
        work(teacher, lambda w, member=member: classes.join(w, code=opened[0], member=member))  # type: ignore[misc]
    return opened[0]


def _add_child(w: Work) -> int:
    return children.add(w, name="小宝", birth_year=district_day(w.now).year - 8)


def walk_the_roads(officer: Actor, chief: Actor) -> None:
    """Assign two stretches, one of them inspected; a third has no chief."""
    with_chief = [one.code for one in holders(reading(), Role.ROAD_CHIEF, division=VILLAGE[:9])]
    for number, name in enumerate(("桥头到小学门口", "镇东口到加油站", "老街")):
        whose = with_chief[0] if number < 2 else ""
        code = work(officer, lambda w, n=name, c=whose: _add(w, n, c))  # type: ignore[misc]
        if not number:
            found = (roads.Trouble.LITTER, roads.Trouble.FULL_BINS)
            seen = road_actions.Draft("browser-tests-road-0000", code, found, "桥下两个桶")
            work(chief, lambda w, seen=seen: road_actions.inspect(w, seen))  # type: ignore[misc]


def _add(w: Work, name: str, chief: str) -> str:
    return road_actions.add_stretch(w, town=VILLAGE[:9], name=name, chief=chief)


def _draw_again(w: Work) -> None:
    """Draw everybody of yesterday; the site has drawn when it started, from nobody."""
    w.session.execute(delete(SpotDraw))
    spots.draw(w, per_mille=1000)


def hint() -> str:
    """Return the code of the photo that is like an earlier one."""
    like = select(CheckInPhoto.code).where(CheckInPhoto.likeness != "").limit(1)
    return str(reading().scalars(like).one())


def _check_in(w: Work, days: int, photo: Sequence[str]) -> None:
    w.now -= timedelta(days)
    daily.check_in(w, daily.Draft(f"browser-tests-day-{days:04}", BINS, photo=photo))
