"""Children of the first residents, added by their guardians as anybody would."""

from dataclasses import replace
from datetime import timedelta

from wufei_public.checkins.actions import children as actions
from wufei_public.checkins.queries.own import home
from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.clock import district_day
from wufei_public.demo import queries
from wufei_public.demo.actions.parts import Maker
from wufei_public.demo.rules.plan import Plan
from wufei_public.demo.rules.words import SENTENCES
from wufei_public.infra.work import Work

# The ages of each family's children.
_FAMILIES = ((8, 5), (11,), (6,))
_AGO = timedelta(days=20)


def children(plan: Plan) -> Maker:
    """Return what lets the first residents who have settled add their children."""

    def do(w: Work) -> None:
        at = plan.until - _AGO
        names = iter(SENTENCES["child", ""])
        settled = (one for _, one in queries.residents(w.session) if home(w.session, one))
        for account, family in zip(settled, _FAMILIES, strict=False):
            mine = replace(w, actor=Actor(ActorKind.RESIDENT, account, ""), now=at)
            for age in family:
                actions.add(mine, name=next(names), birth_year=district_day(at).year - age)

    return lambda _part: do
