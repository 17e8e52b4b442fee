"""Entering and correcting organisations and their sites."""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, insert, select

from wufei_public.common.actor import Verdict
from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict, FieldError, Invalid, NotAllowed, WrongState
from wufei_public.common.places import town_of
from wufei_public.common.suffixes import suffixes
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.organisations import policy
from wufei_public.organisations.actions import permits
from wufei_public.organisations.models import FormerName, NameEnd, Organisation, Site
from wufei_public.organisations.queries import cards as queries
from wufei_public.organisations.queries.sealing import CONTACT, seal, unseal
from wufei_public.organisations.rules.cards import Card
from wufei_public.organisations.rules.kinds import KINDS, PermitClass
from wufei_public.organisations.rules.names import MOST_SITES, read_uscc, renamed
from wufei_public.people.rules.phones import read_mobile

REASONS = {
    "not_officer_here": N_("这个单位不归您管。"),
    "not_yours_to_do": N_("这一步不由您来做。"),
}


def require(verdict: Verdict) -> None:
    """Raise NotAllowed with the reason when `verdict` is a no."""
    if not verdict.allowed:
        raise NotAllowed(verdict.reason, REASONS[verdict.reason])


def owner_of(code: str) -> str:
    """Return the name of an organisation in the audit trail."""
    return f"organisations/{code}"


def register(w: Work, card: Card) -> Organisation:
    """Enter an organisation; Conflict at `uscc` where its code is there already."""
    require(policy.may_edit(w.actor, card.division))
    row = _columns(w, card)
    if queries.by_uscc(w.session, row["uscc"]) is not None:
        raise _twice()
    code = new_code(secrets.token_bytes)
    known = {"code": code, "version": 1, "created_at": w.now, "changed_at": w.now}
    found = Organisation(**row, **known)
    w.session.add(found)
    w.session.flush()
    _index(w, found, ())
    permits.keep(w, found, card.permit_since)
    audit.record(w, "organisations:card:register", owner_of(code), after=_seen(found))
    return found


def correct(w: Work, *, code: str, version: int, card: Card) -> Organisation:
    """Correct an organisation's card; a name that changes stays findable as a former one.

    Raises Conflict if the card is no longer what the official looked at.
    """
    found = open_card(w, code, version)
    row = _columns(w, card)
    require(policy.may_edit(w.actor, card.division))
    other = queries.by_uscc(w.session, row["uscc"])
    if other is not None and other.id != found.id:
        raise _twice()
    before, ended, called = _seen(found), found.ended_on, (found.name, found.uscc)
    former = renamed(found.name, row["name"], queries.former_names(w.session, found.id))
    for name, value in row.items():
        setattr(found, name, value)
    _touch(w, found)
    _index(w, found, former)
    permits.keep(w, found, card.permit_since)
    permits.end(w, ended, found.ended_on)
    if called[1] != found.uscc:
        w.follow("organisations.recoded", found.id)
    if called != (found.name, found.uscc):
        w.follow("organisations.renamed", found.id)
    target = owner_of(found.code)
    audit.record(w, "organisations:card:correct", target, before=before, after=_seen(found))
    return found


def open_card(w: Work, code: str, version: int | None = None) -> Organisation:
    """Return the card, locked, if the actor may edit it and it is the one that was looked at."""
    found = queries.organisation(w.session, code, locked=True)
    require(policy.may_edit(w.actor, found.division))
    if version is not None and version != found.version:
        raise Conflict("card_changed", N_("别人刚刚改过这个单位。请看过再改，您填的还在。"))
    return found


def _touch(w: Work, found: Organisation) -> None:
    found.version += 1
    found.changed_at = w.now
    w.session.flush()


def _columns(w: Work, card: Card) -> dict[str, Any]:
    """Return the columns of a card; Invalid with a pointer per field."""
    if card.kind not in KINDS:
        raise _wrong("kind", N_("请选一种单位类型。"))
    return {
        "uscc": read_uscc(card.uscc),
        "name": card.name,
        "kind": card.kind,
        **place_of(w, card.division),
        "address": card.address,
        "permit_class": PermitClass(card.permit_class),
        "waste_related": card.waste_related,
        "hazardous_licence": card.hazardous_licence,
        "ended_on": card.ended_on,
    }


def place_of(w: Work, division: str) -> dict[str, str]:
    """Return the columns of a place; Invalid at `division` unless it is one of the list."""
    town = town_of(division)
    if town is None or not directory(w.session).is_place_for_records(division):
        raise _wrong("division", N_("名单里没有这个地方，请重新选。"))
    return {"division": division, "town": town}


def _wrong(pointer: str, sentence: str) -> Invalid:
    return Invalid("invalid", sentence, [FieldError(pointer, sentence)])


def _twice() -> Invalid:
    return _wrong("uscc", N_("名录里已经有这个信用代码的单位了。"))


def _seen(found: Organisation) -> dict[str, object]:
    return {
        "uscc": found.uscc,
        "division": found.division,
        "kind": found.kind,
        "permit_class": found.permit_class,
        "waste_related": found.waste_related,
        "ended": found.ended_on is not None,
    }


def _index(w: Work, found: Organisation, former: tuple[str, ...]) -> None:
    """Write the former names, and every end of every name, anew."""
    for model in (FormerName, NameEnd):
        w.session.execute(delete(model).where(model.organisation_id == found.id))
    own = {"organisation_id": found.id}
    if former:
        names = [own | {"position": at, "name": name} for at, name in enumerate(former)]
        w.session.execute(insert(FormerName), names)
    ends = frozenset().union(*(suffixes(name) for name in (found.name, *former)))
    rows = [own | {"name_end": end, "town": found.town} for end in sorted(ends)]
    w.session.execute(insert(NameEnd), rows)


# ---- contact --------------------------------------------------------------------


def set_contact(w: Work, *, code: str, name: str, phone: str) -> Organisation:
    """Keep whom officials call, sealed; empty words take the contact out."""
    found = open_card(w, code)
    found.contact_sealed = _sealed(w, name, phone)
    found.contact_by = w.actor.id if found.contact_sealed else None
    _touch(w, found)
    audit.record(w, "organisations:contact:set", owner_of(found.code))
    return found


def _sealed(w: Work, name: str, phone: str) -> bytes | None:
    if not name and not phone:
        return None
    contact = {"name": name, "phone": read_mobile(phone) if phone else ""}
    return seal(w.keys, CONTACT, contact)


def open_contact(w: Work, *, code: str, reason: str) -> Mapping[str, str]:
    """Return the contact to an official who says why; the look is written down."""
    found = queries.organisation(w.session, code)
    require(policy.may_see(w.actor, found.facts))
    if found.contact_sealed is None:
        raise queries.missing()
    audit.record(w, "organisations:contact:open", owner_of(found.code), reason=reason)
    return unseal(w.keys, CONTACT, found.contact_sealed)


# ---- sites ----------------------------------------------------------------------


def add_site(w: Work, *, code: str, name: str, division: str, address: str = "") -> Site:
    """Add a place to an organisation: a campus, a branch, a shop."""
    found = open_card(w, code)
    count = w.session.scalar(
        select(func.count()).select_from(Site).where(Site.organisation_id == found.id)
    )
    if (count or 0) >= MOST_SITES:
        raise WrongState("sites_full", N_("这个单位的地点已经够多了。"))
    place = place_of(w, division)
    site = Site(
        code=new_code(secrets.token_bytes),
        organisation_id=found.id,
        name=name,
        address=address,
        created_at=w.now,
        **place,
    )
    w.session.add(site)
    _touch(w, found)
    audit.record(w, "organisations:site:add", owner_of(found.code), after={"site": site.code})
    return site


def correct_site(
    w: Work, *, code: str, site: str, name: str, division: str, address: str = ""
) -> Site:
    """Correct a site's name and place."""
    found = open_card(w, code)
    row = queries.site(w.session, site, found.id)
    for column, value in {"name": name, "address": address, **place_of(w, division)}.items():
        setattr(row, column, value)
    _touch(w, found)
    audit.record(w, "organisations:site:correct", owner_of(found.code), after={"site": row.code})
    return row


def end_site(w: Work, *, code: str, site: str) -> Site:
    """Close a site; it stays for what refers to it."""
    found = open_card(w, code)
    row = queries.site(w.session, site, found.id)
    if row.ended_at is None:
        row.ended_at = w.now
        _touch(w, found)
        audit.record(w, "organisations:site:end", owner_of(found.code), after={"site": row.code})
    return row
