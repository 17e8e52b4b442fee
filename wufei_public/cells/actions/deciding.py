"""The collective decision: proposed for one unit or a list, confirmed by a second person."""

from collections.abc import Sequence
from dataclasses import asdict

from wufei_public.calendar.queries import holidays
from wufei_public.cells.actions.bars import require_free
from wufei_public.cells.actions.steps import check, move, open_application, opine, require
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.reviews import CellBallot
from wufei_public.cells.queries import records, reviews, rounds
from wufei_public.cells.rules.clocks import due_at
from wufei_public.cells.rules.deciding import Votes, require_decision
from wufei_public.cells.rules.stages import Move
from wufei_public.common.actor import refuse as no
from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.work import Work


def propose_list(
    w: Work, *, codes: Sequence[str], document: str, minutes: str = "", votes: Votes | None = None
) -> list[CellApplication]:
    """Decide on a list of units at one meeting; all of them or none."""
    return [
        propose(w, code=code, document=document, minutes=minutes, votes=votes)
        for code in _chosen(codes)
    ]


def confirm_list(w: Work, *, codes: Sequence[str], text: str = "") -> list[CellApplication]:
    """Confirm a list of decisions as a second person; all of them or none."""
    return [confirm(w, code=code, text=text) for code in _chosen(codes)]


def _chosen(codes: Sequence[str]) -> Sequence[str]:
    if not codes:
        sentence = N_("请选单位。")
        raise Invalid("no_units", sentence, [FieldError("codes", sentence)])
    return list(dict.fromkeys(codes))


def propose(
    w: Work,
    *,
    code: str,
    document: str,
    minutes: str = "",
    version: int | None = None,
    votes: Votes | None = None,
) -> CellApplication:
    """Write the collective decision to name the unit: document number, votes or minutes.

    WrongState below the thresholds, under a veto, beyond the round's quota, or where a unit
    was barred since it applied.
    """
    require_decision(votes, minutes)
    row = open_application(w, code, version)
    check(w, row, Move.PROPOSE)
    if not row.stars:
        raise WrongState("not_passed", N_("没有达到标准，不能提请命名。"))
    require_free(w, row)
    require_settled(w, row)
    if rounds.quota_full(w.session, row.round_id):
        raise WrongState("quota_full", N_("这一批的名额已经用完。"))
    opine(w, row, "propose", "name", minutes)
    if votes is not None:
        given = {"document": document, "at": w.now} | asdict(votes)
        w.insert(CellBallot, {"application_id": row.id} | given)
    changes = {"document": document, "minutes": minutes, "proposed_by": w.actor.id}
    move(w, row, Move.PROPOSE, changes=changes | {"confirmed_by": None})
    return row


def require_settled(w: Work, row: CellApplication) -> None:
    """Raise WrongState while an objection is open or scores far apart were not discussed."""
    if reviews.open_objections(w.session, row.id, "notice"):
        sentence = N_("“%(unit)s”还有异议没有答复，先答复再决定。")
        raise WrongState("objections_open", sentence, unit=row.unit)
    if (row.result or {}).get("outliers") and not records.discussed(w.session, row):
        sentence = N_("“%(unit)s”有专家的评分差得远，先讨论并记下来再决定。")
        raise WrongState("not_discussed", sentence, unit=row.unit)


def confirm(w: Work, *, code: str, text: str = "", version: int | None = None) -> CellApplication:
    """Confirm the decision as a second person; the public notice begins."""
    row = open_application(w, code, version)
    check(w, row, Move.CONFIRM)
    if row.proposed_by == w.actor.id:
        require(no("same_person"))
    opine(w, row, "confirm", "name", text)
    until = due_at("notice", w.now, holidays(w.session))
    changes = {"confirmed_by": w.actor.id, "notice_from": w.now, "notice_until": until}
    move(w, row, Move.CONFIRM, internal=text, changes=changes)
    return row


def disagree(w: Work, *, code: str, text: str, version: int | None = None) -> CellApplication:
    """Not confirm the decision: the group takes it up again."""
    row = open_application(w, code, version)
    check(w, row, Move.SEND_BACK)
    if row.proposed_by == w.actor.id:
        require(no("same_person"))
    opine(w, row, "confirm", "disagree", text)
    move(w, row, Move.SEND_BACK, internal=text, changes={"proposed_by": None, "document": ""})
    return row
