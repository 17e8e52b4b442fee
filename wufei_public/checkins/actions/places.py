"""Collection points: added, retired; their QR codes are printed from a page."""

import secrets

from wufei_public.checkins import policy
from wufei_public.checkins.models import CollectionPoint
from wufei_public.checkins.queries import places as queries
from wufei_public.common.actor import Verdict
from wufei_public.common.codes import new_code
from wufei_public.common.errors import FieldError, Invalid, NotAllowed, NotFound
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.levels import UNIT_RANK
from wufei_public.infra import audit
from wufei_public.infra.work import Work

REASONS = {
    "not_keeper_here": N_("这个地方不归您管。"),
    "not_supervisor_here": N_("这个地方不归您抽查。"),
    "not_sorter_here": N_("您不是这个村的分拣员。"),
    "not_chief_here": N_("这段路不归您巡。"),
    "not_a_school": N_("只有学校可以建班级。"),
    "not_of_the_school": N_("您不代表这所学校。"),
    "own_entry": N_("自己登记的要由别人核对。"),
    "nothing_to_check": N_("这里没有要核对的。"),
}


def require(verdict: Verdict) -> None:
    """Raise NotAllowed with the reason when `verdict` is a no."""
    if not verdict.allowed:
        raise NotAllowed(verdict.reason, REASONS[verdict.reason])


def add_point(w: Work, *, village: str, name: str) -> CollectionPoint:
    """Add a collection point to a village; Invalid at `village` for an unknown one."""
    place = directory(w.session).get(village)
    if place is None or not place.active or place.rank != UNIT_RANK:
        sentence = N_("名单里没有这个地方，请重新选。")
        raise Invalid("no_place", sentence, [FieldError("village", sentence)])
    require(policy.may_keep_points(w.actor, village))
    row = CollectionPoint(
        code=new_code(secrets.token_bytes),
        village=village,
        name=name,
        added_at=w.now,
        retired_at=None,
    )
    w.session.add(row)
    w.session.flush()
    audit.record(w, "checkins:point:add", f"checkins/point/{row.code}", after={"village": village})
    return row


def retire_point(w: Work, *, code: str) -> None:
    """Retire a collection point's code: it opens the page of its village no more."""
    row = queries.point(w.session, code)
    if row is None:
        raise NotFound("no_such_point", N_("没有这个投放点，或者它的码已经停用。"))
    require(policy.may_keep_points(w.actor, row.village))
    row.retired_at = w.now
    w.session.flush()
    audit.record(w, "checkins:point:retire", f"checkins/point/{row.code}")
