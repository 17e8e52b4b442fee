"""Officers: completeness check, sector opinion, rectification, refusal."""

from collections.abc import Mapping, Sequence

from wufei_public.cells.actions.charging import charge, require_uncharged
from wufei_public.cells.actions.deciding import require_discussed
from wufei_public.cells.actions.panels import go_on
from wufei_public.cells.actions.results import forget_result
from wufei_public.cells.actions.steps import (
    check,
    inspection_owner,
    move,
    note,
    open_application,
    opine,
    tell,
)
from wufei_public.cells.models.applications import CellApplication, CellRemark
from wufei_public.cells.queries import parts, records, rounds
from wufei_public.cells.rules.refusing import require_ground
from wufei_public.cells.rules.stages import BARRING, Ground, Move, State
from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media
from wufei_public.people.rules.roles import Role


def send_back(
    w: Work,
    *,
    code: str,
    remarks: Mapping[str, str],
    text: str = "",
    version: int | None = None,
) -> CellApplication:
    """Return the application to be put right, with a remark per item or for the whole."""
    row = open_application(w, code, version)
    check(w, row, Move.RETURN)
    rubric = rounds.rubric(w.session, row.rubric_id)
    said = {item: words for item, words in remarks.items() if words and rubric.item(item)}
    if text:
        said[""] = text
    if not said:
        sentence = N_("请写明要补正什么。")
        raise Invalid("no_remarks", sentence, [FieldError("text", sentence)])
    step = "town" if row.state == State.SUBMITTED else "sector"
    w.session.add_all(
        CellRemark(
            application_id=row.id,
            submission=row.submissions,
            item=item,
            text=words,
            by=w.actor.id or 0,
            at=w.now,
        )
        for item, words in said.items()
    )
    opine(w, row, step, "return", text)
    forget_result(row)
    move(w, row, Move.RETURN, unit=text)
    return row


def pass_check(
    w: Work, *, code: str, text: str = "", version: int | None = None
) -> CellApplication:
    """Say that everything is there; it goes to the next step of its way.

    A joint application of several towns goes on once each of them has said so; the district's
    office says it for those that are missing, with its reason.
    """
    row = open_application(w, code, version)
    check(w, row, Move.CHECK)
    opine(w, row, "town", "complete", text)
    if _check_towns(w, row, text):
        go_on(w, row, Move.CHECK, internal=text)
    else:
        note(w, row, "check_part", internal=text)
    return row


def _check_towns(w: Work, row: CellApplication, text: str) -> bool:
    """Write down which towns the actor has checked for; say whether none is missing any more."""
    waiting = [one for one in parts.town_checks(w.session, row) if one.checked_at is None]
    own = [one for one in waiting if w.actor.holds(Role.TOWN_OFFICER, division=one.town)]
    if waiting and not own:
        if not w.actor.holds(Role.DISTRICT_OFFICER, division=row.division):
            raise WrongState("town_checked", N_("您这个镇已经看过了，还在等其他镇。"))
        if not text:
            sentence = N_("替没有初审的镇通过，请写明原因。")
            raise Invalid("no_reason", sentence, [FieldError("text", sentence)])
        own = waiting
    for one in own:
        one.checked_by, one.checked_at, one.text = w.actor.id, w.now, text
    w.session.flush()
    return len(own) == len(waiting)


def give_opinion(
    w: Work, *, code: str, opinion: str, text: str = "", version: int | None = None
) -> CellApplication:
    """Give the sector department's opinion; nobody is bound by it."""
    row = open_application(w, code, version)
    check(w, row, Move.OPINE)
    opine(w, row, "sector", opinion, text)
    go_on(w, row, Move.OPINE, internal=text)
    return row


def rectify(w: Work, *, code: str, text: str, version: int | None = None) -> CellApplication:
    """Set a time for putting right what the experts found (限期整改)."""
    row = open_application(w, code, version)
    check(w, row, Move.RECTIFY)
    opine(w, row, "inspect", "rectify", text)
    move(w, row, Move.RECTIFY, unit=text)
    return row


def inspect(
    w: Work,
    *,
    code: str,
    text: str,
    why: str = "",
    photo: Sequence[str] = (),
    version: int | None = None,
) -> CellApplication:
    """Find on inspection (验收) that it was put right; the scores stand as they are.

    Invalid without photos where the rubric asks for what is seen, unless `why` says why
    there are none.
    """
    row = open_application(w, code, version)
    check(w, row, Move.INSPECT)
    if not photo and not why and rounds.rubric(w.session, row.rubric_id).wants_photos:
        sentence = N_("请传现场照片；没有照片的，写明原因。")
        raise Invalid("no_photos", sentence, [FieldError("photos", sentence)])
    media.claim(w, photo, owner=inspection_owner(row.code))
    opine(w, row, "inspect", "mended", f"{text}\n{why}".strip())
    move(w, row, Move.INSPECT, internal=text)
    return row


def rescore(w: Work, *, code: str, text: str = "", version: int | None = None) -> CellApplication:
    """Have it scored again after the rectification: by the panel, or by the unit itself."""
    row = open_application(w, code, version)
    target = check(w, row, Move.RESCORE)
    opine(w, row, "inspect", "rescore", text)
    if target is State.EXPERTS:
        go_on(w, row, Move.RESCORE, internal=text)
        return row
    forget_result(row)
    move(w, row, Move.RESCORE, unit=text)
    tell(w, row, Move.RETURN)
    return row


def refuse(
    w: Work, *, code: str, ground: str, reason: str, version: int | None = None
) -> CellApplication:
    """Refuse the application on a ground from the list, with the reason; the unit may appeal.

    A ground that bars the unit for years is only charged: another person decides after a hearing.
    """
    row = open_application(w, code, version)
    check(w, row, Move.REFUSE)
    require_ground(records.record(w.session, row), ground)
    if Ground(ground) in BARRING:
        charge(w, row, Ground(ground), reason)
        return row
    require_uncharged(w, row)
    if Ground(ground) is Ground.VETO:
        require_discussed(w, row)
    opine(w, row, "refuse", ground, reason)
    changes = {"refuse_ground": Ground(ground), "refuse_reason": reason}
    move(w, row, Move.REFUSE, unit=reason, changes=changes)
    return row
