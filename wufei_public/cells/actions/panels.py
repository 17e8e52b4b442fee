"""Experts: assigned without conflicts, they declare, score blind, and change only with a reason."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from wufei_public.calendar.queries import holidays
from wufei_public.cells import policy
from wufei_public.cells.actions.results import forget_result, result_of, self_result_of
from wufei_public.cells.actions.steps import (
    check,
    move,
    note,
    open_application,
    require,
    take_part,
    visit_owner,
)
from wufei_public.cells.models.applications import CellApplication, CellEvidence
from wufei_public.cells.models.reviews import REVIEW, CellMark, CellSheet
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import reviews, rounds
from wufei_public.cells.rules.applying import has_room
from wufei_public.cells.rules.clocks import due_at
from wufei_public.cells.rules.conflicts import CONFLICTS, Expert, conflict
from wufei_public.cells.rules.panels import LEAST_EXPERTS, complete, score_json
from wufei_public.cells.rules.rubrics import Rubric
from wufei_public.cells.rules.scoring import Answer, Score, check_answer, missing, score
from wufei_public.cells.rules.stages import Move, State
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra import replay
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media
from wufei_public.messages.actions import inbox
from wufei_public.people.queries.accounts import holders
from wufei_public.people.rules.roles import Role

SCOPE = "cells.sheet"


def _key(w: Work, client_key: str) -> str:
    """Return under what a phone's key is kept: nobody sends under another's."""
    return hashlib.sha256(f"{w.actor.id} {client_key}".encode()).hexdigest()


def assign(
    w: Work, *, code: str, experts: Sequence[int], version: int | None = None
) -> CellApplication:
    """Put experts onto the panel; Invalid at the first who has a conflict, with the reason."""
    row = open_application(w, code, version)
    check(w, row, Move.CLOSE_SCORING)
    known = {one.account: one for one in reviews.experts(w.session)}
    held = {sheet.expert_id for sheet in reviews.sheets(w.session, row)}
    chosen = [account for account in dict.fromkeys(experts) if account not in held]
    if not chosen:
        raise _wrong(N_("请选专家。"))
    for account in chosen:
        reason = conflict_of(w, row, known.get(account))
        if reason:
            raise _wrong(reason)
    # Who chose the panel decides on no objection to what it found.
    take_part(w, row, w.actor.id or 0)
    for account in chosen:
        _seat(w, row, account)
    note(w, row, "assign", internal=str(len(chosen)))
    return row


def _wrong(sentence: str) -> Invalid:
    return Invalid("bad_expert", sentence, [FieldError("experts", sentence)])


def conflict_of(w: Work, row: CellApplication, expert: Expert | None) -> str:
    """Return the sentence of what stands against an expert, empty where nothing does."""
    if expert is None:
        return N_("这个人不是评审专家。")
    sites = queries.sites(w.session, row.id)
    found = conflict(
        expert,
        kind=row.kind,
        divisions=[site.division for site in sites],
        organisations=[site.organisation_id for site in sites],
        busy=busy(w, row),
        recused=recused(w, row),
    )
    return CONFLICTS[found] if found else ""


def busy(w: Work, row: CellApplication) -> Collection[int]:
    """Return who has another part in the application than that of an expert."""
    scoring = {sheet.expert_id for sheet in reviews.sheets(w.session, row)}
    return reviews.duties(w.session, row.id).keys() - scoring - reviews.seated(w.session, row.id)


def recused(w: Work, row: CellApplication) -> Collection[int]:
    """Return the experts who stepped back from the application, in whichever evaluation."""
    return reviews.recused(w.session, row.id)


def _seat(w: Work, row: CellApplication, account: int) -> None:
    take_part(w, row, account)
    due = due_at("scoring", w.now, holidays(w.session))
    w.session.add(
        CellSheet(
            application_id=row.id,
            evaluation=row.evaluation,
            expert_id=account,
            duty=REVIEW,
            assigned_at=w.now,
            due_at=due,
            recusal="",
            vetoes=[],
            words="",
        )
    )
    w.session.flush()
    inbox.tell(w, account, "cells.assigned", {"code": row.code, "unit": row.unit})


def go_on(w: Work, row: CellApplication, what: Move, *, internal: str = "") -> None:
    """Make the move `what`, with all that begins where it leads: a panel, or the self-score.

    A way without experts takes the self-score that was checked as its result.
    """
    target, changes = check(w, row, what), dict[str, object]()
    if target is State.EXPERTS:
        _seat_again(w, row)
    elif target is State.SCORED and row.total is None:
        changes = self_result_of(w, row)
    move(w, row, what, internal=internal, changes=changes)


def _seat_again(w: Work, row: CellApplication) -> None:
    """Begin another evaluation with the experts of the last one against whom nothing stands.

    Not with those who stepped back, hold the role no more, or now belong to the unit or town.
    """
    last = [s.expert_id for s in reviews.sheets(w.session, row) if s.recused_at is None]
    known = {one.account: one for one in reviews.experts(w.session)} if last else {}
    free = [account for account in last if not conflict_of(w, row, known.get(account))]
    row.evaluation += 1
    forget_result(row)
    for account in free:
        _seat(w, row, account)
    tell_if_short(w, row)


def tell_if_short(w: Work, row: CellApplication) -> None:
    """Tell the office that a panel has too few experts; nobody of the panel hears of the others."""
    seated = {one.expert for one in reviews.panel(reviews.sheets(w.session, row))}
    if len(seated) >= LEAST_EXPERTS:
        return
    for one in holders(w.session, Role.DISTRICT_OFFICER):
        if one.id not in seated:
            inbox.tell(w, one.id, "cells.panel_short", {"code": row.code, "unit": row.unit})


# ---- one expert -----------------------------------------------------------------


def open_sheet(w: Work, code: str) -> tuple[CellApplication, CellSheet]:
    """Return the application and the actor's own sheet, locked, while it is being scored."""
    row = open_application(w, code)
    require(policy.may_score(w.actor, queries.facts_of(w.session, row)))
    sheet = reviews.sheet_of(w.session, row, w.actor.id, locked=True)
    if row.state != State.EXPERTS or sheet.scored_at is not None:
        raise WrongState("scored_before", N_("您的评分已经交了，不能再改。"))
    return row, sheet


def declare(w: Work, *, code: str) -> CellSheet:
    """Declare that nothing stands against scoring this unit; WrongState where something does."""
    row, sheet = open_sheet(w, code)
    known = {one.account: one for one in reviews.experts(w.session)}
    if reason := conflict_of(w, row, known.get(sheet.expert_id)):
        raise WrongState("conflict", reason)
    sheet.declared_at = w.now
    w.session.flush()
    return sheet


def recuse(w: Work, *, code: str, reason: str) -> CellSheet:
    """Step back, with the reason; the office puts somebody else onto the panel."""
    row, sheet = open_sheet(w, code)
    sheet.recused_at, sheet.recusal = w.now, reason
    w.session.flush()
    note(w, row, "recuse", internal=reason)
    tell_if_short(w, row)
    return sheet


def _declared(w: Work, code: str) -> tuple[CellApplication, CellSheet]:
    row, sheet = open_sheet(w, code)
    if sheet.declared_at is None:
        raise WrongState("not_declared", N_("请先声明与这个单位没有利害关系。"))
    if sheet.due_at < w.now:
        raise WrongState("sheet_too_late", N_("评分的期限过了，请联系领导小组办公室延期。"))
    return row, sheet


def mark(
    w: Work,
    *,
    code: str,
    item: str,
    step: int | None = None,
    value: Decimal | None = None,
    na: bool = False,
    note: str = "",
) -> CellSheet:
    """Keep what the expert gives for one item; nothing given empties it."""
    row, sheet = _declared(w, code)
    write_mark(w, row, sheet, item, Answer(step, value, na), note)
    return sheet


def write_mark(
    w: Work, row: CellApplication, sheet: CellSheet, item: str, answer: Answer, note: str
) -> None:
    """Write what an expert gives for one item; Invalid for what the item does not know."""
    check_mark(rounds.rubric(w.session, row.rubric_id), item, answer)
    found = w.session.get(CellMark, (sheet.id, item))
    if found is None:
        found = CellMark(sheet_id=sheet.id, item=item)
        w.session.add(found)
    found.step, found.value, found.na, found.note = answer.step, answer.value, answer.na, note
    w.session.flush()


def check_mark(rubric: Rubric, item: str, answer: Answer) -> None:
    """Raise NotFound for no item of the rubric, Invalid for an answer that it does not know."""
    known = rubric.item(item)
    if known is None:
        raise queries.missing()
    if answer.given:
        check_answer(known, answer)


def add_visit_photos(w: Work, *, code: str, item: str, photo: Sequence[str]) -> CellSheet:
    """Add photos that the expert took on site to an item of the own sheet; sent twice adds once."""
    row, sheet = _declared(w, code)
    photo = media.not_yet(w, photo, visit_owner(row.code, sheet.id))
    held = sum(one.item == item for one in queries.evidence(w.session, row.id, sheet.id))
    if not has_room(held, len(photo)):
        raise WrongState("photos_full", N_("这一项的材料已经够多了。"))
    ids = media.claim(w, photo, owner=visit_owner(row.code, sheet.id))
    w.session.add_all(
        CellEvidence(photo_id=one, application_id=row.id, item=item, sheet_id=sheet.id)
        for one in ids
    )
    w.session.flush()
    return sheet


def hand_in(
    w: Work,
    *,
    code: str,
    vetoes: Sequence[str] = (),
    words: str = "",
    visited_on: datetime | None = None,
    client_key: str = "",
) -> CellSheet:
    """Hand the own sheet in; the last one of the panel closes the scoring.

    Raises Invalid at each item that has no mark, and without photos of the visit where the
    rubric asks for what is seen and the words do not say why there are none. A phone that
    heard no answer sends it again with the same `client_key`, and the first time counts.
    """
    if client_key and replay.claim(w, SCOPE, _key(w, client_key), {}) is not None:
        return reviews.sheet_of(w.session, queries.application(w.session, code), w.actor.id)
    row, sheet = _declared(w, code)
    rubric = rounds.rubric(w.session, row.rubric_id)
    marks = {item: answer for item, (answer, _) in reviews.marks(w.session, sheet.id).items()}
    empty = [item for item, what in missing(rubric, marks, {}) if what == "answer"]
    if empty:
        sentence = N_("还有没打分的项目。")
        raise Invalid("not_complete", sentence, [FieldError(item, sentence) for item in empty])
    if not words and rubric.wants_photos and not queries.evidence(w.session, row.id, sheet.id):
        sentence = N_("没有传现场照片，请在总的意见里写明原因。")
        raise Invalid("no_photos", sentence, [FieldError("words", sentence)])
    sheet.visited_on, sheet.words = visited_on, words
    write_total(sheet, score(rubric, marks, vetoes))
    sheet.scored_at = w.now
    w.session.flush()
    note(w, row, "score")
    sheets = reviews.panel(reviews.sheets(w.session, row))
    if complete(sheets):
        close_scoring(replace(w, actor=SYSTEM), code=row.code)
    return sheet


def write_total(sheet: CellSheet, given: Score) -> None:
    """Write what the marks of a sheet come to."""
    sheet.total, sheet.vetoes = given.total, list(given.vetoes)
    sheet.result = score_json(given)


def close_scoring(w: Work, *, code: str, version: int | None = None) -> CellApplication:
    """Close the scoring and write the panel's result; WrongState before all are in."""
    row = open_application(w, code, version)
    if not complete(reviews.panel(reviews.sheets(w.session, row))):
        raise WrongState("not_all_in", N_("专家还没有都交齐，或者不到三位。"))
    rubric = rounds.rubric(w.session, row.rubric_id)
    move(w, row, Move.CLOSE_SCORING, changes=result_of(w, row, rubric))
    return row
