"""The register of places that sort: entered by one official, checked by another; schemes."""

import secrets

from wufei_public.checkins import policy
from wufei_public.checkins.actions.places import require
from wufei_public.checkins.models import SortingPlace, VillageScheme
from wufei_public.checkins.queries import coverage as queries
from wufei_public.checkins.rules.coverage import Entry, Kind
from wufei_public.checkins.rules.schemes import Scheme
from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import FieldError, Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.directory import Place
from wufei_public.divisions.rules.levels import UNIT_RANK, Level
from wufei_public.infra import audit
from wufei_public.infra.work import Work


def unit(w: Work, division: str) -> Place:
    """Return a village or community in use; Invalid at `division` for anything else."""
    place = directory(w.session).get(division)
    if place is None or not place.active or place.rank != UNIT_RANK:
        sentence = N_("名单里没有这个地方，请重新选。")
        raise Invalid("no_place", sentence, [FieldError("division", sentence)])
    return place


def kind_of(place: Place, name: str) -> Kind | None:
    """Return what an entry is: a 小区 has a name, a village is the division itself."""
    if name:
        return Kind.ESTATE
    return Kind.VILLAGE if place.level is Level.VILLAGE else None


def enter(w: Work, entry: Entry) -> str:
    """Enter a place or change it; a change has to be checked anew. Return its code."""
    place = unit(w, entry.division)
    require(policy.may_keep_register(w.actor, entry.division))
    kind = kind_of(place, entry.name)
    if kind is None:
        sentence = N_("社区按小区登记，请写小区的名称。")
        raise Invalid("no_name", sentence, [FieldError("name", sentence)])
    if entry.started_on is not None and entry.started_on > district_day(w.now):
        sentence = N_("开始的日子还没到。")
        raise Invalid("future_start", sentence, [FieldError("started_on", sentence)])
    row = queries.row_of(w.session, entry.division, entry.name)
    if row is None:
        row = SortingPlace(code=new_code(secrets.token_bytes), kind=kind.value)
        row.division, row.name = entry.division, entry.name
        w.session.add(row)
    elif queries.facts_of(row).entry == entry:
        return row.code
    _write(w, row, entry)
    return row.code


def _write(w: Work, row: SortingPlace, entry: Entry) -> None:
    if w.actor.id is None:
        raise NotFound("no_such_account", N_("没有这个账号。"))
    row.households, row.started_on = entry.households, entry.started_on
    row.entered_at, row.entered_by = w.now, w.actor.id
    row.checked_at = row.checked_by = None
    w.session.flush()
    started = entry.started_on.isoformat() if entry.started_on else None
    after = {"division": entry.division, "households": entry.households, "started_on": started}
    audit.record(w, "checkins:coverage:enter", f"checkins/place/{row.code}", after=after)


def check(w: Work, *, code: str) -> None:
    """Confirm that sorting is in place there, by another official than the one who entered it."""
    row = queries.place_row(w.session, code)
    require(policy.may_check_place(w.actor, queries.facts_of(row)))
    row.checked_at, row.checked_by = w.now, w.actor.id
    w.session.flush()
    audit.record(w, "checkins:coverage:check", f"checkins/place/{row.code}")


def set_scheme(w: Work, *, division: str, scheme: Scheme) -> None:
    """Set the scheme by which a village or community sorts; check-ins of before keep theirs."""
    unit(w, division)
    require(policy.may_keep_register(w.actor, division))
    if w.actor.id is None:
        raise NotFound("no_such_account", N_("没有这个账号。"))
    row = w.session.get(VillageScheme, division)
    if row is None:
        row = VillageScheme(division=division)
        w.session.add(row)
    before = row.scheme
    row.scheme, row.set_at, row.set_by = scheme.value, w.now, w.actor.id
    w.session.flush()
    target = f"checkins/scheme/{division}"
    audit.record(
        w,
        "checkins:scheme:set",
        target,
        before={"scheme": before} if before else None,
        after={"scheme": scheme.value},
    )
