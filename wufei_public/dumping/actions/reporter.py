"""What the reporter does after submitting: open the own page, answer, add words and photos."""

import hmac
from collections.abc import Mapping, Sequence

from wufei_public.calendar.queries import holidays
from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.errors import FieldError, Invalid, NotAllowed, WrongState
from wufei_public.common.text import N_
from wufei_public.dumping import policy
from wufei_public.dumping.actions.photos import add_from_reporter
from wufei_public.dumping.actions.receipts import secrets_of
from wufei_public.dumping.actions.steps import as_reporter, move, note, open_case, require
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.rules.clocks import STANDING, after_hold
from wufei_public.dumping.rules.photos import PhotoRole
from wufei_public.dumping.rules.states import OPEN, WAITING, WORKFLOW, Move
from wufei_public.infra.keys import Keys
from wufei_public.infra.work import Work

NOTHING_ADDED = N_("请先写一句，或者选照片。")


def is_own(actor: Actor, report: Report) -> bool:
    """Say whether the actor is the resident who reported with an account."""
    own = report.reporter_id is not None and report.reporter_id == actor.id
    return own and actor.kind is ActorKind.RESIDENT


def is_reporter(keys: Keys, actor: Actor, report: Report, secret: str) -> bool:
    """Say whether `secret` is the receipt's, or the actor the resident who reported."""
    kept = secrets_of(keys, report.code, report.salt)[0]
    return is_own(actor, report) or same_text(kept, secret)


def same_text(kept: str, given: str) -> bool:
    """Say whether what was given is what is kept, in a time that tells nothing."""
    return hmac.compare_digest(kept.encode(), given.encode())


def require_reporter(keys: Keys, actor: Actor, report: Report, secret: str) -> None:
    """Raise NotAllowed unless the actor or `secret` is the reporter's."""
    if not is_reporter(keys, actor, report, secret):
        raise NotAllowed("not_the_reporter", N_("查询码或密码不对。"))


def answer(w: Work, *, code: str, secret: str, text: str, photo: Sequence[str] = ()) -> Report:
    """Answer what the officials asked; the clocks that stood run on from here.

    An answer that comes when the time for it is over is taken as what came later.
    """
    report = open_case(w, code)
    require_reporter(w.keys, w.actor, report, secret)
    if report.asked_at is not None and report.facts.state in OPEN - WAITING:
        _add(w, report, text, photo)
        return report
    require(policy.may_move(w.actor, report.facts, Move.ANSWER, reporter=True))
    add_from_reporter(w, report, photo, PhotoRole.ANSWER)
    changes = resumed(w, report)
    move(as_reporter(w), report, Move.ANSWER, internal=text, reporter=True, changes=changes)
    return report


def resumed(w: Work, report: Report) -> Mapping[str, object]:
    """Return the deadlines of a case whose clocks run on, moved by the time they stood."""
    if report.asked_at is None:
        return {}
    calendar = holidays(w.session)
    return {
        name: after_hold(getattr(report, name), report.asked_at, w.now, calendar)
        for name in STANDING[report.facts.state]
    }


def add(w: Work, *, code: str, secret: str, text: str = "", photo: Sequence[str] = ()) -> Report:
    """Add what the reporter thought of later: a report is one unit however it travels."""
    report = open_case(w, code)
    require_reporter(w.keys, w.actor, report, secret)
    if report.facts.state in WORKFLOW.finals:
        raise WrongState("case_over", N_("这件案子已经结束，不能再补充。"))
    if not text and not photo:
        raise Invalid("nothing_said", NOTHING_ADDED, [FieldError("text", NOTHING_ADDED)])
    _add(w, report, text, photo)
    return report


def _add(w: Work, report: Report, text: str, photo: Sequence[str]) -> None:
    """Write the words and photos that the case does not have yet: a second tap adds nothing."""
    if text and text != queries.added_last(w.session, report.id):
        note(as_reporter(w), report, queries.ADDED, internal=text)
    if added := add_from_reporter(w, report, photo, PhotoRole.REPORTED):
        note(as_reporter(w), report, "photos", internal=str(added))
