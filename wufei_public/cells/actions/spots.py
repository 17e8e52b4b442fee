"""The yearly spot check: drawn once, by the office; each unit's result is written once."""

import secrets

from wufei_public.cells import policy
from wufei_public.cells.actions.steps import note, require, tell_unit
from wufei_public.cells.actions.tasks import set_task
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.spots import CellDraw, CellSpotCheck
from wufei_public.cells.queries import certificates
from wufei_public.cells.queries import spots as queries
from wufei_public.cells.rules.aftercare import Kind
from wufei_public.cells.rules.spots import Finding, drawn
from wufei_public.cells.rules.standing import Standing, stands
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Conflict, WrongState
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work


def draw(w: Work) -> CellDraw:
    """Draw this year's tenth of the units that are named and valid today; once in a year."""
    require(policy.may_lead(w.actor))
    today = district_day(w.now)
    if queries.draw_of(w.session, today.year) is not None:
        raise Conflict("drawn_before", N_("今年已经抽过了，不能再抽。"))
    standing = {
        one.number: one.id
        for one in certificates.standing_now(w.session, today)
        if stands(Standing(one.standing), today, one.free_from) is Standing.VALID
    }
    if not standing:
        raise WrongState("nothing_to_draw", N_("现在没有有效的无废细胞可以抽查。"))
    found = CellDraw(
        year=today.year,
        seed=secrets.token_hex(8),
        units=len(standing),
        drawn_at=w.now,
        drawn_by=w.actor.id or 0,
    )
    w.session.add(found)
    w.session.flush()
    w.session.add_all(
        CellSpotCheck(year=found.year, certificate_id=standing[number], finding="", text="")
        for number in drawn(found.seed, standing)
    )
    w.session.flush()
    audit.record(w, "cells:spots:draw", f"cells/spots/{found.year}", after={"seed": found.seed})
    return found


def find(w: Work, *, year: int, code: str, finding: str, text: str) -> CellSpotCheck:
    """Write what was found at a unit; it stands on the verification page, and the unit hears.

    What slipped is to be put right by a day: a task of the unit.
    """
    require(policy.may_lead(w.actor))
    held = certificates.certificate(w.session, code, locked=True)
    found = w.session.get(CellSpotCheck, (year, held.id))
    if found is None:
        raise certificates.missing()
    if found.finding:
        raise WrongState("checked_before", N_("这个单位的抽查结果已经写过了。"))
    found.finding, found.text = Finding(finding), text
    found.checked_by, found.checked_at = w.actor.id, w.now
    w.session.flush()
    row = w.session.get_one(CellApplication, held.application_id)
    note(w, row, "spot_check", unit=text)
    tell_unit(w, row, "cells.spot_check")
    if found.finding == Finding.SLIPPED and held.standing != Standing.REVOKED:
        set_task(w, held, Kind.RECTIFY, text, year)
    return found
