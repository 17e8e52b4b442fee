"""What officials do with a case from its acceptance to its end."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from wufei_public.calendar.queries import holidays
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.geo import Point, crs_named, to_wgs84
from wufei_public.common.redact import redact
from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.dumping import policy
from wufei_public.dumping.actions import photos
from wufei_public.dumping.actions.giving import give, require_lawful
from wufei_public.dumping.actions.proofs import require_new
from wufei_public.dumping.actions.reporter import resumed
from wufei_public.dumping.actions.steps import move, note, open_case, owner_of, require, trailed
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.queries.routing import lawful_of, route_of
from wufei_public.dumping.rules.assigning import handler_text, return_move
from wufei_public.dumping.rules.clocks import due_at
from wufei_public.dumping.rules.kinds import keeps_originals
from wufei_public.dumping.rules.proof import Proof, is_on_site
from wufei_public.dumping.rules.states import WAITING, WITH_HANDLER, Move, State
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media


def accept(w: Work, *, code: str, version: int | None = None) -> Report:
    """Accept the case; the clocks for passing it on and for finishing it start.

    Where the law or a rule says which department handles it, it goes there at once.
    """
    report = open_case(w, code, version)
    require(policy.may_move(w.actor, report.facts, Move.ACCEPT))
    if report.town is None:
        raise WrongState("no_place_yet", N_("先定下位置，再受理。"))
    calendar = holidays(w.session)
    clocks = {
        "accepted_at": w.now,
        "transfer_due": due_at("transfer", w.now, calendar),
        "finish_due": due_at("finish", w.now, calendar),
        "legal_finish_due": due_at("legal_finish", w.now, calendar),
    }
    move(w, report, Move.ACCEPT, changes=clocks)
    found = route_of(w.session, report.division, report.official_kind)
    if found is not None:
        give(w, report, found.department)
    return report


def refuse(w: Work, *, code: str, ground: str, text: str, version: int | None = None) -> Report:
    """Refuse the case on a ground from the list, with a sentence for the reporter."""
    report = open_case(w, code, version)
    move(w, report, Move.REFUSE, public=redact(text), changes={"refuse_ground": ground})
    return report


def assign(
    w: Work,
    *,
    code: str,
    department: str | None = None,
    crew: int | None = None,
    text: str = "",
    version: int | None = None,
) -> Report:
    """Assign, or reassign, to a department, to a crew member who works in the town, or both."""
    report = open_case(w, code, version)
    require(policy.may_move(w.actor, report.facts, Move.ASSIGN))
    if not policy.may_place(w.actor, report.facts).allowed:
        # A department's officer gives it to a person of their own, not away.
        department = department or report.department
    _check_handler(w, report, department, crew)
    require_lawful(w, report, department or None)
    changes = {"department": department or None, "crew_id": crew or None}
    handler = handler_text(department, crew)
    move(w, report, Move.ASSIGN, internal=f"{handler}\n{text}".rstrip(), changes=changes)
    return report


def _check_handler(w: Work, report: Report, department: str | None, crew: int | None) -> None:
    if not department and not crew:
        sentence = N_("请选承办部门或清运人员。")
        raise Invalid("nobody", sentence, [FieldError("department", sentence)])
    office = places.departments(w.session).get(department)
    if department and (office is None or not office.active):
        sentence = N_("没有这个部门。")
        raise Invalid("no_department", sentence, [FieldError("department", sentence)])
    if crew and crew not in {
        member.id for member in queries.crew_for(w.session, report.town, department)
    }:
        sentence = N_("这个人不在这个镇办的清运人员里。")
        raise Invalid("no_crew", sentence, [FieldError("crew", sentence)])


def send_back(w: Work, *, code: str, text: str, version: int | None = None) -> Report:
    """Return the case as not ours; after two returns the district officer decides."""
    report = open_case(w, code, version)
    returns = report.returns + 1
    changes = {"returns": returns, **_unassigned(w, w.now)}
    move(w, report, return_move(returns), internal=text, changes=changes)
    return report


def _unassigned(w: Work, start: datetime) -> Mapping[str, object]:
    """Return the columns of a case that waits from `start` to be passed on."""
    return {
        "department": None,
        "crew_id": None,
        "transfer_due": due_at("transfer", start, holidays(w.session)),
    }


def ask(w: Work, *, code: str, text: str, version: int | None = None) -> Report:
    """Ask the reporter for more; the clock is held, once in a case's life."""
    report = open_case(w, code, version)
    require(policy.may_move(w.actor, report.facts, Move.ASK))
    if report.asked_at is not None:
        raise WrongState("asked_before", N_("已经请举报人补充过一次，不能再停办理时限。"))
    if report.due_at is not None and report.due_at < w.now:
        raise WrongState(
            "overdue", N_("办理时限已经过了，不能再停。要问举报人，请加一条公开的记录。")
        )
    held_until = due_at("hold", w.now, holidays(w.session))
    changes = {"asked_at": w.now, "held_until": held_until}
    move(w, report, Move.ASK, public=redact(text), changes=changes)
    return report


def add_note(
    w: Work, *, code: str, text: str, public: bool = False, version: int | None = None
) -> Report:
    """Add a note, for handlers only or for everyone who may see the case."""
    report = open_case(w, code, version)
    require(policy.may_handle(w.actor, report.facts))
    if public:
        note(w, report, "note", public=redact(text))
    else:
        note(w, report, "note", internal=text)
    return report


def close(
    w: Work,
    *,
    code: str,
    text: str,
    photo: Sequence[str] = (),
    lat: float | None = None,
    lon: float | None = None,
    accuracy: float | None = None,
    datum: str = "wgs84",
    cleared: bool = True,
    proof_reason: str = "",
    version: int | None = None,
) -> Report:
    """Close the case with a public result and proof: a photo, or a position on the spot.

    Not `cleared` it ends as 已办结·未清除: the result says why the waste still lies there.
    A photo that is an earlier one, or was taken before the assignment, needs a `proof_reason`,
    which everyone reads. Raises Invalid at `photo` without any proof, and at `lat` for a position
    elsewhere.
    """
    report = open_case(w, code, version)
    what = Move.CLOSE if cleared else Move.CLOSE_UNCLEARED
    require(policy.may_move(w.actor, report.facts, what))
    here = to_wgs84(lon, lat, crs_named(datum)) if lat is not None and lon is not None else None
    if not photo:
        _check_on_site(report, here, accuracy)
    ids = photos.add_proof(w, report, photo)
    reason = redact(proof_reason) if photo else ""
    if not reason:
        require_new(w, report, ids)
    outcome = "\n".join(part for part in (redact(text), reason) if part)
    changes = {
        "outcome": outcome,
        "proof_reason": reason,
        "proof": Proof.PHOTO if photo else Proof.POSITION,
        "proof_lat": round(here.lat, 7) if here else None,
        "proof_lon": round(here.lon, 7) if here else None,
        "closed_at": w.now,
        "closed_by": w.actor.id,
        "reviewed_by": None,
        "rate_until": due_at("rate", w.now, holidays(w.session)),
    }
    move(w, report, what, public=outcome, changes=changes)
    return report


def _check_on_site(report: Report, here: Point | None, accuracy: float | None) -> None:
    if here is None:
        sentence = N_("办结要有现场照片，或者现场定位。")
        raise Invalid("no_proof", sentence, [FieldError("photo", sentence)])
    if report.point is None:
        sentence = N_("这件案子只定到村，没有坐标，定位证明不了。请拍一张照片。")
        raise Invalid("no_position", sentence, [FieldError("photo", sentence)])
    if not is_on_site(report.point, report.accuracy, here, accuracy):
        sentence = N_("这个定位离现场太远，或者不够准。请到现场定位，或者拍照片。")
        raise Invalid("not_on_site", sentence, [FieldError("lat", sentence)])


def reclassify(w: Work, *, code: str, kind: str, version: int | None = None) -> Report:
    """Set the official kind; what the resident said is kept beside it."""
    report = open_case(w, code, version)
    require(policy.may_place(w.actor, report.facts))
    before = trailed(report)
    if kind != report.official_kind:
        report.official_kind = kind
        keep = keeps_originals(report.plain_kind, kind, known=True)
        media.keep_originals(w, owner_of(report.code), keep=keep)
        changed = f"{before['official_kind']} → {kind}"
        note(w, report, "reclassify", internal=changed, before=before)
        _to_lawful(w, report)
    return report


def _to_lawful(w: Work, report: Report) -> None:
    """Give a case in hand to the department that the law names for its kind, if another has it.

    What waits for the district's decision waits on: then no other department can get it.
    """
    lawful = lawful_of(w.session, report.official_kind)
    in_hand = report.facts.state in WITH_HANDLER | {State.ACCEPTED, State.ASKED_ACCEPTED}
    if lawful and in_hand and report.department != lawful:
        give(w, report, lawful)


def resume(w: Work, *, code: str) -> Report:
    """Let the clocks run on when the reporter's time to answer is over (system)."""
    report = open_case(w, code)
    over = report.held_until is not None and report.held_until < w.now
    if over and report.facts.state in WAITING:
        move(w, report, Move.RESUME, changes=resumed(w, report))
    return report


def hand_over(w: Work, account_id: int) -> int:
    """Take a person's open cases from where they work no more; return how many.

    Who assigned them assigns them anew; a case that a department has too stays with it.
    """
    system = replace(w, actor=SYSTEM)
    codes = queries.left_by(w.session, account_id)
    for code in codes:
        give_up(system, open_case(w, code))
    return len(codes)


def give_up(system: Work, report: Report) -> None:
    """Take a case from its crew member; a department that has it too keeps it."""
    if report.department is None and report.facts.state in WITH_HANDLER:
        # While the reporter is asked the clock stands, and moves on from the question.
        asked = report.asked_at if report.facts.state in WAITING else None
        move(system, report, Move.HAND_OVER, changes=_unassigned(system, asked or system.now))
    else:
        before = trailed(report)
        report.crew_id = None
        note(system, report, Move.HAND_OVER, before=before)
