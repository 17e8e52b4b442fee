"""Classes of schools: opened and closed by the school's people, joined by a code."""

import secrets

from sqlalchemy import delete, func, select

from wufei_public.checkins import policy
from wufei_public.checkins.actions.daily import resident
from wufei_public.checkins.actions.places import require
from wufei_public.checkins.models import ClassPupil, SchoolClass
from wufei_public.checkins.queries import classes as queries
from wufei_public.checkins.queries import own
from wufei_public.checkins.rules.classes import MOST_CLASSES
from wufei_public.checkins.rules.people import OWN
from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict, FieldError, Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.organisations.queries import cards
from wufei_public.organisations.queries.memberships import represents


def open_class(w: Work, *, organisation: str, name: str) -> str:
    """Open a class of a school that the actor represents; return its code.

    Conflict where the school has an open class of that name, or too many.
    """
    account = resident(w)
    school = cards.organisation(w.session, organisation, locked=True)
    speaks = represents(w.session, account, school.id)
    require(policy.may_lead_classes(school.kind, represents=speaks))
    counted = select(func.count()).where(
        SchoolClass.organisation_id == school.id, SchoolClass.closed_at.is_(None)
    )
    if (w.session.scalar(counted) or 0) >= MOST_CLASSES:
        raise Conflict("too_many_classes", N_("一所学校最多 %(most)s 个班。"), most=MOST_CLASSES)
    row = w.session.scalar(
        select(SchoolClass).where(
            SchoolClass.organisation_id == school.id, SchoolClass.name == name
        )
    )
    if row is not None and row.closed_at is None:
        raise Conflict("class_is_open", N_("这个班已经建好了。"))
    if row is None:
        row = SchoolClass(organisation_id=school.id, name=name)
        w.session.add(row)
    # A class that is opened again gets another code: the old one may have gone round.
    row.code, row.teacher = new_code(secrets.token_bytes), account
    row.opened_at, row.closed_at = w.now, None
    w.session.flush()
    audit.record(w, "checkins:class:open", f"checkins/class/{row.code}", after={"name": name})
    return row.code


def close_class(w: Work, *, code: str) -> None:
    """Close a class: its code is good no more, and its pupils are in no class."""
    account = resident(w)
    row = queries.school_class(w.session, code, locked=True)
    if not represents(w.session, account, row.organisation_id):
        raise NotFound("no_such_class", N_("没有这个班级码，请再看看有没有抄错。"))
    row.closed_at = w.now
    w.session.flush()
    w.session.execute(delete(ClassPupil).where(ClassPupil.school_class == row.id))
    audit.record(w, "checkins:class:close", f"checkins/class/{row.code}")


def join(w: Work, *, code: str, member: int = OWN) -> None:
    """Put the actor, or somebody of the household, into a class; it counts from today.

    NotFound for a code that is unknown or closed, Invalid for somebody who is not there.
    """
    account = resident(w)
    row = queries.school_class(w.session, code)
    if member != OWN and member not in {one.number for one in own.members(w.session, account)}:
        sentence = N_("没有这位家人，请刷新页面。")
        raise Invalid("no_member", sentence, [FieldError("member", sentence)])
    leave(w, member=member)
    today = district_day(w.now)
    place = {"account": account, "member": member, "school_class": row.id, "joined_on": today}
    w.session.add(ClassPupil(**place))
    w.session.flush()


def leave(w: Work, *, member: int = OWN) -> None:
    """Take the actor, or somebody of the household, out of the class."""
    account = resident(w)
    w.session.execute(
        delete(ClassPupil).where(ClassPupil.account == account, ClassPupil.member == member)
    )
