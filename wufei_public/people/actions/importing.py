"""Accounts from a sheet: all of them, or none."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.sheets import Faults, read_sheet
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.people.actions.accounts import Invited, invite_staff
from wufei_public.people.models import Account
from wufei_public.people.policy import may_invite, require
from wufei_public.people.rules.names import plain_user_name
from wufei_public.people.rules.staff_sheets import COLUMNS, USER_NAME, NewStaff, read_staff


@dataclass(frozen=True, slots=True)
class StaffSheet:
    """What a sheet would make, and every bad row by its number."""

    people: Sequence[NewStaff]
    faults: Sequence[FieldError]


def look_at(session: Session, *, name: str, data: bytes) -> StaffSheet:
    """Return what a sheet (CSV) would make now; Invalid for what is no such sheet."""
    rows = read_sheet(name, data, COLUMNS)
    wanted = {plain_user_name(row[USER_NAME]) for row in rows}
    taken = session.scalars(select(Account.user_name).where(Account.user_name.in_(wanted)))
    faults = Faults(name)
    people = read_staff(rows, {str(one) for one in taken}, faults)
    return StaffSheet(people, faults.errors)


def invite_all(w: Work, *, name: str, data: bytes) -> list[Invited]:
    """Make an account for each row, without any role, and its set-up link; or nothing at all."""
    require(may_invite(w.actor))
    sheet = look_at(w.session, name=name, data=data)
    if sheet.faults:
        raise Invalid("bad_rows", N_("文件里还有错的行，没有导入任何内容。"), sheet.faults)
    return [
        invite_staff(w, user_name=one.user_name, display_name=one.display_name)
        for one in sheet.people
    ]
