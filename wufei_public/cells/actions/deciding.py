"""The collective decision: proposed for one unit or a list, confirmed by a second person."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from wufei_public.calendar.queries import holidays
from wufei_public.cells.actions.bars import require_free
from wufei_public.cells.actions.charging import require_uncharged
from wufei_public.cells.actions.steps import check, move, open_application, opine, require
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.reviews import CellBallot
from wufei_public.cells.queries import lists, records, reviews, rounds
from wufei_public.cells.rules.clocks import due_at
from wufei_public.cells.rules.deciding import Votes, require_decision
from wufei_public.cells.rules.stages import Move
from wufei_public.common.actor import refuse as no
from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.work import Work


def propose_list(
    w: Work,
    *,
    codes: Sequence[str],
    document: str,
    minutes: str = "",
    votes: Votes | None = None,
    why: str = "",
) -> list[CellApplication]:
    """Decide on a list of units at one meeting; all of them or none."""
    chosen = _chosen(codes)
    given: dict[str, Any] = {"document": document, "minutes": minutes, "votes": votes, "why": why}
    return [propose(w, code=code, beside=chosen, **given) for code in chosen]


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
    why: str = "",
    beside: Sequence[str] = (),
) -> CellApplication:
    """Write the collective decision to name the unit: document number, votes or minutes.

    Where places are few, who stands before it in the ranking and is not decided on with it
    (`beside`) is passed over only with a reason (`why`), which is kept. WrongState
    below the thresholds, under a veto, beyond the round's quota, or where a unit was barred since
    it applied.
    """
    require_decision(votes, minutes)
    row = open_application(w, code, version)
    check(w, row, Move.PROPOSE)
    if not row.stars:
        raise WrongState("not_passed", N_("没有达到标准，不能提请命名。"))
    require_free(w, row)
    require_settled(w, row)
    _require_place(w, row, beside, why)
    opine(w, row, "propose", "name", f"{minutes}\n{why}".strip())
    if votes is not None:
        given = {"document": document, "at": w.now} | asdict(votes)
        w.insert(CellBallot, {"application_id": row.id} | given)
    changes = {"document": document, "minutes": minutes, "proposed_by": w.actor.id}
    move(w, row, Move.PROPOSE, internal=why, changes=changes | {"confirmed_by": None})
    return row


def _require_place(w: Work, row: CellApplication, beside: Sequence[str], why: str) -> None:
    """Raise WrongState without a place that is free, Invalid where a better one is passed over."""
    found = rounds.locked(w.session, row.round_id)
    if found.quota is None:
        return
    if found.taken >= found.quota:
        raise WrongState("quota_full", N_("这一批的名额已经用完。"))
    better = None if why else lists.passed_over(w.session, row, beside)
    if better is not None:
        sentence = N_("“%(unit)s”排在前面，也达到了标准。跳过它要写明原因。")
        facts = {"unit": better}
        raise Invalid("passed_over", sentence, [FieldError("why", sentence, facts)], **facts)


def require_settled(w: Work, row: CellApplication) -> None:
    """Raise WrongState while an objection is open, or what experts differ on is not discussed."""
    require_uncharged(w, row)
    if reviews.open_objections(w.session, row.id, "notice"):
        sentence = N_("“%(unit)s”还有异议没有答复，先答复再决定。")
        raise WrongState("objections_open", sentence, unit=row.unit)
    require_discussed(w, row)


def require_discussed(w: Work, row: CellApplication) -> None:
    """Raise WrongState where scores lie far apart, or experts differ on a veto, undiscussed."""
    result = row.result or {}
    if not (result.get("outliers") or result.get("split")) or records.discussed(w.session, row):
        return
    sentence = N_("“%(unit)s”有专家的评分差得远，先讨论并记下来再决定。")
    if result.get("split"):
        sentence = N_("“%(unit)s”的专家对一票否决看法不一，先讨论并记下来再决定。")
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
