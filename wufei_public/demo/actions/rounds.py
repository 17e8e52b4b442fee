"""What officials, crews and shops do around check-ins: points, rewards, spot checks, counters."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from wufei_public.checkins.actions import figures, places, spots
from wufei_public.checkins.queries.places import waiting_spots
from wufei_public.checkins.rules.schemes import from_bits
from wufei_public.checkins.rules.spots import PER_MILLE, Finding
from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.clock import DISTRICT_ZONE, district_day
from wufei_public.demo import queries
from wufei_public.demo.actions.parts import Maker
from wufei_public.demo.actions.sorting import staff_of
from wufei_public.demo.rules.plan import YEAR, Plan, chance
from wufei_public.demo.rules.words import SENTENCES, rows_of
from wufei_public.infra.work import Work
from wufei_public.people.rules.roles import Role
from wufei_public.points.actions import rewards

_SPOTS = SENTENCES["bin spot", ""]
_POINTS = 2
_DAYS, _REDEEMED = 21, 60
_SEEN, _RIGHT = 0.8, 0.82


# ---- before the season: bins with codes, the catalogue -----------------------------


def bins(plan: Plan) -> Maker:
    """Return what sets up collection points in each town, and the rewards."""

    def do(w: Work) -> None:
        rng, people = plan.rng("points"), queries.everybody(w.session)
        begun = replace(w, now=plan.until - YEAR)
        for town, units in queries.busiest_towns(w.session).items():
            officer = people.teams[town].officers[0]
            at = replace(begun, actor=staff_of(officer, Role.TOWN_OFFICER, town))
            for village in units:
                for name in rng.sample(_SPOTS, _POINTS):
                    places.add_point(at, village=village, name=name)
        for row in rows_of("rewards.csv"):
            offer = rewards.Offer(
                row["name"], int(row["cost"]), int(row["stock"]), row["name_en"], row["words"]
            )
            rewards.add_reward(begun, offer)

    return lambda _part: do


# ---- after it: figures, spot checks, redemptions ------------------------------------


def looked_after(plan: Plan) -> Maker:
    """Return what counts the season, draws and records spot checks, and redeems."""

    def do(w: Work) -> None:
        figures.recount_all(w)
        teams = {town: team.crew for town, team in queries.everybody(w.session).teams.items()}
        for back in range(_DAYS, 0, -1):
            _spot_checks(w, plan, district_day(plan.until) - timedelta(days=back), teams)
        town = next(iter(queries.busiest_towns(w.session)))
        _redeem(w, plan, staff_of(teams[town][0], Role.CREW_MEMBER, town))

    return lambda _part: do


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), DISTRICT_ZONE)


def _spot_checks(w: Work, plan: Plan, day: date, teams: Mapping[str, Sequence[int]]) -> None:
    """Draw those of `day` on the next morning, and let crews see most of them that day."""
    rng, drawn_at = plan.rng("spots", day), _at(day + timedelta(days=1), 5, 30)
    if drawn_at >= plan.until:
        return
    spots.draw(replace(w, now=drawn_at), per_mille=PER_MILLE, seed=f"{rng.getrandbits(128):032x}")
    seen_at = _at(day + timedelta(days=1), 9, rng.randrange(60))
    if seen_at >= plan.until:
        return
    for town, members in teams.items():
        crew = staff_of(rng.choice(members), Role.CREW_MEMBER, town)
        at = replace(w, actor=crew, now=seen_at)
        for row in waiting_spots(w.session, crew, day):
            if chance(rng, _SEEN):
                findings = {
                    one: Finding.RIGHT if chance(rng, _RIGHT) else Finding.WRONG
                    for one in from_bits(row.bins)
                }
                spots.record(at, code=row.code, findings=findings)


def _redeem(w: Work, plan: Plan, clerk: Actor) -> None:
    """Let the richest redeem something these days; all but the first few have it by now."""
    rng = plan.rng("redeemed")
    for number, account in enumerate(queries.rich(w.session, _REDEEMED)):
        made = replace(w, actor=Actor(ActorKind.RESIDENT, account), now=_made(plan, number))
        reward = rng.choice(queries.affordable(w.session, account))
        code = rewards.redeem(made, code=reward, client_key=f"demo-{account:012}")
        handed = replace(w, actor=clerk, now=made.now + timedelta(hours=20))
        if number and chance(rng, 0.75) and handed.now < plan.until:
            rewards.hand_over(handed, code=code)


def _made(plan: Plan, number: int) -> datetime:
    """Return when the `number`-th redemption was made, the first of them yesterday."""
    return plan.until - timedelta(hours=24 + 2 * number)
