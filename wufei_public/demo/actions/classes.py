"""Classes of a school: a teacher's page with pupils, children whose guardians check in too."""

from datetime import timedelta
from itertools import islice
from random import Random

from wufei_public.checkins.actions import classes as actions
from wufei_public.checkins.actions import daily
from wufei_public.checkins.models import HouseholdMember
from wufei_public.checkins.queries.own import home, members
from wufei_public.checkins.rules.classes import SCHOOL
from wufei_public.checkins.rules.schemes import BINS
from wufei_public.common.actor import Actor, ActorKind
from wufei_public.demo import queries
from wufei_public.demo.actions.parts import Maker
from wufei_public.demo.actions.people import at, resident
from wufei_public.demo.actions.units import owner_of
from wufei_public.demo.rules.plan import Plan, chance
from wufei_public.demo.rules.units import UNITS
from wufei_public.demo.rules.words import SENTENCES
from wufei_public.infra.work import Work

_OPENED, _JOINED = timedelta(days=60), timedelta(days=20)
# How many grown-ups are in each class beside the children.
_PUPILS = 9
_LAST_DAYS, _COMES = 8, 0.7
_NAMES = SENTENCES["class", ""]


def classes(plan: Plan) -> Maker:
    """Return what opens the classes of the first resident's school, and fills them."""

    def do(w: Work) -> None:
        rng, teacher = plan.rng("classes"), resident(w.session, 0)
        school = next(
            one for one in UNITS if one.kind == SCHOOL and owner_of(w.session, one).id == teacher.id
        )
        code = queries.organisation_called(w.session, school.name)
        opened = at(w, teacher, plan.until - _OPENED)
        codes = [actions.open_class(opened, organisation=code, name=name) for name in _NAMES]
        _children(w, plan, rng, codes[0])
        # The teacher is no pupil.
        settled = (
            one
            for _, one in queries.residents(w.session)
            if one != teacher.id and home(w.session, one)
        )
        for number, account in enumerate(islice(settled, len(codes) * _PUPILS)):
            pupil = at(w, Actor(ActorKind.RESIDENT, account, ""), plan.until - _JOINED)
            actions.join(pupil, code=codes[number % len(codes)])

    return lambda _part: do


def _children(w: Work, plan: Plan, rng: Random, code: str) -> None:
    """Let guardians put their children into a class, and check in for them on most days."""
    guardians = w.session.query(HouseholdMember.account).where(HouseholdMember.child.is_not(None))
    for (account,) in guardians.distinct().order_by(HouseholdMember.account).all():
        guardian = Actor(ActorKind.RESIDENT, account, "")
        place = home(w.session, account)
        for child in members(w.session, account):
            if not child.child or place is None:
                continue
            actions.join(at(w, guardian, plan.until - _JOINED), code=code, member=child.number)
            for days in range(_LAST_DAYS, 0, -1):
                if chance(rng, _COMES):
                    bins = BINS[place.scheme][:2]
                    key = f"demo-child-{account}-{child.number}-{days}"
                    then = at(w, guardian, plan.until - timedelta(days=days))
                    daily.check_in(then, daily.Draft(key, bins, member=child.number))
