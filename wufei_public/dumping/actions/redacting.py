"""An official covers what shows a person in a photo of a case."""

from wufei_public.common.errors import WrongState
from wufei_public.common.text import N_
from wufei_public.dumping import policy
from wufei_public.dumping.actions.steps import change_address, note, open_case, require
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.infra import audit
from wufei_public.infra.forgetting import remember
from wufei_public.infra.work import Work
from wufei_public.media.actions import covering
from wufei_public.media.rules.boxes import Box, covers

REDACT = "redact"


def redact(w: Work, *, code: str, made: covering.Covered) -> Report:
    """Let a photo be covered as prepared; the address of the case's public photos changes.

    Less is covered only before the case was ever shown: from then on what is covered stays so,
    withheld or not. Raises WrongState for boxes that leave a part of it open.
    """
    report = open_case(w, code)
    require(policy.may_open_original(w.actor, report.facts))
    boxes = made.values["boxes"] or []
    if queries.was_released(w.session, report.id):
        _require_no_less(w, made)
    _write(w, report, made)
    remember(w, "photo", {"code": code, "photo": made.photo_id, "boxes": boxes})
    return report


def _require_no_less(w: Work, made: covering.Covered) -> None:
    new = [Box(**box) for box in made.values["boxes"] or []]
    if not covers(new, covering.boxes_of(w.session, made.photo_id)):
        raise WrongState("shown_covered", N_("公开过的案件只能多盖：原来盖住的地方都要还盖着。"))


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
