"""The register of places that sort: entered by one official, checked by another; schemes."""

import secrets
from datetime import date

from wufei_public.checkins import policy
from wufei_public.checkins.actions.places import require
from wufei_public.checkins.models import SortingPlace, SortingSpan, VillageScheme
from wufei_public.checkins.queries import coverage as queries
from wufei_public.checkins.rules.coverage import (
    ALWAYS,
    Entry,
    Kind,
    only_moved,
    settled,
)
from wufei_public.checkins.rules.schemes import Scheme
from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import FieldError, Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.directory import Place
from wufei_public.divisions.rules.levels import UNIT_RANK, Level
from wufei_public.infra import audit
from wufei_public.infra.buckets import hand_on
from wufei_public.infra.work import Work

MEASURE = "coverage"


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
    """Enter a place or change it; what was checked holds until the change is. Return its code."""
    place = unit(w, entry.division)
    require(policy.may_keep_register(w.actor, entry.division))
    kind = kind_of(place, entry.name)
    if kind is None:
        sentence = N_("社区按小区登记，请写小区的名称。")
        raise Invalid("no_name", sentence, [FieldError("name", sentence)])
    row = queries.row_of(w.session, entry.division, entry.name)
    known = queries.facts_of(row, queries.spans_of(w.session, row.id)) if row else None
    last = known.entry if known else None
    entry = settled(entry, known, district_day(w.now))
    if row is None:
        row = SortingPlace(code=new_code(secrets.token_bytes), kind=kind.value)
        row.division, row.name = entry.division, entry.name
        w.session.add(row)
    elif last == entry:
        return row.code
    _write(w, row, entry)
    _hand_on(w, min(entry.since or ALWAYS, last.since or ALWAYS) if last else entry.since)
    return row.code


def _write(w: Work, row: SortingPlace, entry: Entry) -> None:
    if w.actor.id is None:
        raise NotFound("no_such_account", N_("没有这个账号。"))
    row.households, row.started_on = entry.households, entry.started_on
    row.since, row.until = entry.since or ALWAYS, entry.until
    row.entered_at, row.entered_by = w.now, w.actor.id
    row.checked_at = row.checked_by = None
    w.session.flush()
    days = {name: getattr(entry, name) for name in ("started_on", "since", "until")}
    said = {name: day.isoformat() if day else None for name, day in days.items()}
    after = {"division": entry.division, "households": entry.households, **said}
    audit.record(w, "checkins:coverage:enter", f"checkins/place/{row.code}", after=after)


def _hand_on(w: Work, since: date | None) -> None:
    """Say that the coverage of every day from `since` on may have changed."""
    hand_on(w, MEASURE, [("", since or ALWAYS)])


def check(w: Work, *, code: str) -> None:
    """Confirm that a place is as it was entered, by another official than the one who did."""
    row = queries.place_row(w.session, code)
    said = queries.spans_of(w.session, row.id)
    require(policy.may_check_place(w.actor, queries.facts_of(row, said)))
    row.checked_at, row.checked_by = w.now, w.actor.id
    _hand_on(w, min(row.since, _settle(w, row, said[-1] if said else None)))
    audit.record(w, "checkins:coverage:check", f"checkins/place/{row.code}")


def _settle(w: Work, row: SortingPlace, last: SortingSpan | None) -> date:
    """Write what now holds of a place; return since when what it replaces was said to hold."""
    columns = ("since", "until", "households", "started_on", "entered_at", "entered_by")
    told = {name: getattr(row, name) for name in columns}
    checked = {"place": row.id, "checked_at": w.now, "checked_by": w.actor.id}
    w.session.add(SortingSpan(**told, **checked))
    w.session.flush()
    if last is None:
        return row.since
    before = queries.facts_of(row, [last]).told[-1]
    if only_moved(queries.entry_of(row), before):
        last.replaced_at = w.now
        w.session.flush()
    return last.since


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
