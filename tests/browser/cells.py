"""Waste-free cells of the town: one application for every look that their pages have."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import update

from tests.browser.people import Member
from tests.cells import make
from tests.cells.make import EXPERTS, OFFICE, SECOND, SECTOR, do
from tests.cells.test_editing import NEW_ITEM
from tests.dumping.make import TOWN_OFFICER
from tests.organisations import make as units
from wufei_public.cells import jobs
from wufei_public.cells.actions import deciding, naming, panels, reviewing, rounds, rubrics
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.rules import editing
from wufei_public.common.actor import SYSTEM, Actor
from wufei_public.common.clock import utc_now
from wufei_public.infra.work import House, Work, work
from wufei_public.people.rules.roles import Role

LONG_AGO = timedelta(days=25)


def fill_cells(app: Flask, staff: Mapping[Role, Member], owner: Actor) -> dict[str, str]:
    """Write applications in which the town's expert scores and `owner` speaks for the units."""
    house: House = app.extensions["house"]
    with app.app_context():
        app.extensions["house"] = replace(house, clock=lambda: utc_now() - LONG_AGO)
        try:
            make.everybody()
            expert = staff[Role.EXPERT].actor.id or 0
            do(OFFICE, rounds.register_expert, account=expert, about="外地专家")
            do(OFFICE, rubrics.begin_draft, kind="hotel", version="2026-1")
            do(OFFICE, rubrics.change_draft, kind="hotel", revision=0, change=_changed)
            opened = make.a_round()
            named = _noticed(opened, 1)
        finally:
            app.extensions["house"] = house
        jobs.end_overdue("")
        certificate = do(OFFICE, naming.name, codes=[named.code], document="无废办〔2026〕9号")[0]
        fresh = make.a_round()
        found = {
            "certificate": certificate.code,
            "named": named.code,
            "draft": make.started(opened=fresh, number=2).code,
            "submitted": make.submitted(opened=fresh, number=3).code,
            "noticed": _noticed(fresh, 4).code,
            "experts": _scoring(fresh, 5, staff[Role.EXPERT].actor).code,
            "round": fresh.code,
        }
        objected = _noticed(fresh, 6)
        work(SYSTEM, lambda w: _stay(w, found["noticed"], objected.code))
        found["objection"] = make.objected(objected).code
        for number in range(1, 7):
            units.proven(units.entered(number), owner)
        return found


def _changed(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a draft with an item more, another taken out, and totals that do not fit."""
    new = editing.with_item(content, "new", NEW_ITEM)
    return editing.moved(editing.without(new, "hotel-org-02"), "hotel-veto-01", 1)


def _stay(w: Work, *codes: str) -> None:
    """Let public notices outlast the journeys, which let the clock run ahead to end their own."""
    until = w.now + timedelta(days=300)
    w.session.execute(
        update(CellApplication)
        .where(CellApplication.code.in_(codes))
        .values(notice_until=until, due_at=until)
    )


def _noticed(opened: object, number: int) -> make.Case:
    case = make.with_experts(opened=opened, number=number)
    for expert in EXPERTS[:3]:
        make.score(case, expert)
    do(OFFICE, deciding.propose, code=case.code, document="3号", minutes="一致同意。")
    do(SECOND, deciding.confirm, code=case.code)
    return case


def _scoring(opened: object, number: int, expert: Actor) -> make.Case:
    case = make.submitted(opened=opened, number=number)
    do(TOWN_OFFICER, reviewing.pass_check, code=case.code)
    do(SECTOR, reviewing.give_opinion, code=case.code, opinion="support", text="同意。")
    do(OFFICE, panels.assign, code=case.code, experts=[expert.id or 0, EXPERTS[0].id or 0])
    do(expert, panels.declare, code=case.code)
    return case
