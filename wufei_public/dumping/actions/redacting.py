"""An official covers what shows a person in a photo of a case."""

from wufei_public.common.errors import WrongState
from wufei_public.common.text import N_
from wufei_public.dumping import policy
from wufei_public.dumping.actions.steps import change_address, note, open_case, require
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.release import Release
from wufei_public.infra import audit
from wufei_public.infra.forgetting import remember
from wufei_public.infra.work import Work
from wufei_public.media.actions import covering

REDACT = "redact"


def redact(w: Work, *, code: str, made: covering.Covered) -> Report:
    """Let a photo be covered as prepared; the address of the case's public photos changes.

    Less is covered only while nobody sees the case: what was shown covered stays so.
    """
    report = open_case(w, code)
    require(policy.may_open_original(w.actor, report.facts))
    boxes = made.values["boxes"] or []
    if report.release == Release.RELEASED and not boxes:
        raise WrongState("shown_covered", N_("已经公开了，不能去掉打码；先改成不公开。"))
    _write(w, report, made)
    remember(w, "photo", {"code": code, "photo": made.photo_id, "boxes": boxes})
    return report


def redact_again(w: Work, *, code: str, made: covering.Covered) -> Report:
    """Cover again what was covered after the backup that was put back (system)."""
    report = open_case(w, code)
    _write(w, report, made)
    return report


def _write(w: Work, report: Report, made: covering.Covered) -> None:
    boxes = made.values["boxes"] or []
    covering.write(w, made)
    if report.release_token is not None:
        change_address(w, report)
    note(w, report, REDACT, internal=str(len(boxes)))
    audit.record(w, "dumping:photo:redact", f"photo/{made.photo_id}", after={"boxes": len(boxes)})
