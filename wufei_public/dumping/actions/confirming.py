"""A resident saw a heap that is reported already: one more witness instead of one more case."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import select

from wufei_public.common.actor import ActorKind
from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.dumping.actions.photos import add_seen
from wufei_public.dumping.actions.steps import as_reporter, note, open_case
from wufei_public.dumping.models.opinions import ReportConfirmation
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries.public import code_of_public
from wufei_public.dumping.rules.states import OPEN
from wufei_public.infra import replay
from wufei_public.infra.work import Work

SCOPE = "dumping.seen"
NOT_WITHOUT_PHOTO = N_("请拍一张现在的照片，办的人好核对是不是同一处。")


def confirm(
    w: Work, *, code: str, client_key: str, words: str = "", photo: Sequence[str] = ()
) -> bool:
    """Say that the released open case with the public number `code` was seen by others too.

    With an account the person follows it from then on. Returns False where the same form or
    the same account said so before. Raises Invalid at `photos` without a photo, and
    WrongState once the case is over.
    """
    if not photo:
        fault = FieldError("photos", NOT_WITHOUT_PHOTO)
        raise Invalid("no_photo", NOT_WITHOUT_PHOTO, [fault])
    key = hashlib.sha256(client_key.encode()).hexdigest()
    if replay.claim(w, SCOPE, key, {"code": code}) is not None:
        return False
    report = open_case(w, code_of_public(w.session, code))
    if report.facts.state not in OPEN:
        raise WrongState("case_over", N_("这一处已经有结果了。还有垃圾的话，请重新举报。"))
    w = as_reporter(w)
    account = w.actor.id if w.actor.kind is ActorKind.RESIDENT else None
    if account is not None and _is_known(w, report, account):
        return False
    _write(w, report, account, words, photo)
    return True


def _is_known(w: Work, report: Report, account: int) -> bool:
    """Say whether the account reported this heap, or said before that it saw it."""
    said = select(ReportConfirmation.id).where(
        ReportConfirmation.report_id == report.id, ReportConfirmation.account == account
    )
    return report.reporter_id == account or w.session.scalar(said) is not None


def _write(w: Work, report: Report, account: int | None, words: str, photo: Sequence[str]) -> None:
    row = {"report_id": report.id, "account": account, "words": words, "at": w.now}
    w.insert(ReportConfirmation, row | {"photos": add_seen(w, report, photo)})
    note(w, report, "seen", internal=words)
