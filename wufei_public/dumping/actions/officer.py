"""What officials do with a case."""

import secrets
from collections.abc import Sequence

from wufei_public.calendar.queries import holidays
from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.places import town_of
from wufei_public.common.redact import redact
from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.dumping import policy, queries
from wufei_public.dumping.actions.reporter import resumed
from wufei_public.dumping.actions.steps import move, note, owner_of, require
from wufei_public.dumping.models import Report
from wufei_public.dumping.rules.clocks import MOST_RETURNS, due_at
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.dumping.rules.states import WAITING, Move, Release, State
from wufei_public.infra.work import Work
from wufei_public.media import actions as media
from wufei_public.people.queries import accounts as people
from wufei_public.people.rules.roles import Role


def accept(w: Work, *, code: str) -> Report:
    """Accept the case; the clock for finishing it starts."""
    report = queries.report_for_update(w.session, code)
    calendar = holidays(w.session)
    finish = due_at("finish", w.now, calendar)
    move(
        w,
        report,
        Move.ACCEPT,
        accepted_at=w.now,
        finish_due=finish,
        legal_finish_due=due_at("legal_finish", w.now, calendar),
        due_at=due_at("transfer", w.now, calendar),
    )
    return report


def refuse(w: Work, *, code: str, ground: str, text: str) -> Report:
    """Refuse the case on a ground from the list, with a sentence for the reporter."""
    report = queries.report_for_update(w.session, code)
    move(
        w,
        report,
        Move.REFUSE,
        public=redact(text),
        refuse_ground=ground,
        due_at=None,
        held_until=None,
    )
    return report


def assign(
    w: Work, *, code: str, department: str | None, crew: int | None, text: str = ""
) -> Report:
    """Assign, or reassign, to a department or to one crew member of the case's town."""
    report = queries.report_for_update(w.session, code)
    _check_handler(w, report, department, crew)
    move(
        w,
        report,
        Move.ASSIGN,
        internal=text,
        department=department,
        crew_id=crew,
        due_at=report.finish_due,
    )
    return report


def _check_handler(w: Work, report: Report, department: str | None, crew: int | None) -> None:
    office = places.departments(w.session).get(department)
    if department and (office is None or not office.active):
        sentence = N_("没有这个部门。")
        raise Invalid("no_department", sentence, [FieldError("department", sentence)])
    team = people.holders(w.session, Role.CREW_MEMBER, division=report.town) if crew else ()
    if crew and crew not in {member.id for member in team}:
        sentence = N_("这个人不在这个镇办的清运人员里。")
        raise Invalid("no_crew", sentence, [FieldError("crew", sentence)])


def send_back(w: Work, *, code: str, text: str) -> Report:
    """Return the case as not ours; after two returns the district officer decides."""
    report = queries.report_for_update(w.session, code)
    returns = report.returns + 1
    calendar = holidays(w.session)
    move(
        w,
        report,
        Move.DISPUTE if returns >= MOST_RETURNS else Move.RETURN,
        internal=text,
        returns=returns,
        department=None,
        crew_id=None,
        due_at=due_at("transfer", w.now, calendar),
    )
    return report


def ask(w: Work, *, code: str, text: str) -> Report:
    """Ask the reporter for more; the clock is held, once in a case's life."""
    report = queries.report_for_update(w.session, code)
    if report.hold_used:
        raise WrongState("hold_used", N_("已经请举报人补充过一次，不能再停办理时限。"))
    move(
        w,
        report,
        Move.ASK,
        public=redact(text),
        asked_at=w.now,
        hold_used=True,
        held_until=due_at("hold", w.now, holidays(w.session)),
    )
    return report


def add_note(w: Work, *, code: str, text: str, public: bool = False) -> Report:
    """Add a note, for handlers only or for everyone who may see the case."""
    report = queries.report_for_update(w.session, code)
    require(policy.may_handle(w.actor, report.facts))
    if public:
        note(w, report, "note", public=redact(text))
    else:
        note(w, report, "note", internal=text)
    return report


def release(w: Work, *, code: str, public_words: str | None = None) -> Report:
    """Show the case to the public, under an address that is new each time."""
    report = queries.report_for_update(w.session, code)
    require(policy.may_release(w.actor, report.facts))
    if report.release == Release.RELEASED:
        raise WrongState("already_released", N_("这件案子已经公开了。"))
    if report.town is None:
        raise WrongState("no_place_yet", N_("先定下位置，再公开。"))
    if public_words is not None:
        report.public_words = redact(public_words)
    report.release = Release.RELEASED
    report.released_at = w.now
    report.release_token = secrets.token_urlsafe(18)
    report.withhold_reason = ""
    report.version += 1
    note(w, report, "release")
    return report


def withhold(w: Work, *, code: str, reason: str) -> Report:
    """Keep, or take back, the case from the public for a reason of the list."""
    report = queries.report_for_update(w.session, code)
    require(policy.may_release(w.actor, report.facts))
    if report.release == Release.WITHHELD:
        raise WrongState("already_withheld", N_("这件案子已经定为不公开。"))
    report.release = Release.WITHHELD
    report.released_at = None
    report.release_token = None
    report.withhold_reason = reason
    report.version += 1
    note(w, report, "withhold", internal=reason)
    return report


def close(
    w: Work,
    *,
    code: str,
    text: str,
    photo: Sequence[str] = (),
    lat: float | None = None,
    lon: float | None = None,
) -> Report:
    """Close the case with a public result and proof: a photo, or a position on the spot."""
    report = queries.report_for_update(w.session, code)
    if not photo and lat is None:
        sentence = N_("办结要有现场照片，或者现场定位。")
        raise Invalid("no_proof", sentence, [FieldError("photo", sentence)])
    require(policy.may_move(w.actor, report.facts, Move.CLOSE))
    claimed = media.claim(w, photo, owner=f"{owner_of(report.code)}/proof")
    move(
        w,
        report,
        Move.CLOSE,
        public=redact(text),
        outcome=redact(text),
        proof="photo" if claimed else "position",
        proof_lat=lat,
        proof_lon=lon,
        closed_at=w.now,
        due_at=None,
        held_until=None,
    )
    return report


def place(w: Work, *, code: str, division: str) -> Report:
    """Correct where the case is; one without a town leaves 待定位置."""
    report = queries.report_for_update(w.session, code)
    require(policy.may_place(w.actor, report.facts))
    if not places.directory(w.session).is_place_for_records(division):
        sentence = N_("名单里没有这个地方，请重新选。")
        raise Invalid("no_place", sentence, [FieldError("division", sentence)])
    before = report.division or ""
    report.division, report.town = division, town_of(division)
    report.version += 1
    note(w, report, "place", internal=f"{before} → {division}")
    return report


def reclassify(w: Work, *, code: str, kind: str) -> Report:
    """Set the official kind; what the resident said is kept beside it."""
    report = queries.report_for_update(w.session, code)
    require(policy.may_place(w.actor, report.facts))
    before = report.official_kind
    report.official_kind = kind
    report.version += 1
    media.keep_originals(w, owner_of(report.code), keep=OFFICIAL[kind].keep_original)
    note(w, report, "reclassify", internal=f"{before} → {kind}")
    return report


def resume(w: Work, *, code: str) -> Report:
    """Let the clocks run on when the reporter's time to answer is over (system)."""
    report = queries.report_for_update(w.session, code)
    if report.facts.state in WAITING:
        move(w, report, Move.RESUME, **resumed(w, report))
    return report


def hand_over(w: Work, account_id: int) -> int:
    """Give a leaver's open cases back to their towns; return how many."""
    codes = queries.open_of_crew(w.session, account_id)
    for code in codes:
        report = queries.report_for_update(w.session, code)
        if report.department is None and report.state in {State.ASSIGNED, State.ASKED_LATE}:
            report.state = State.ACCEPTED
            report.held_until = None
        report.crew_id = None
        report.version += 1
        note(w, report, "handover")
    return len(codes)
