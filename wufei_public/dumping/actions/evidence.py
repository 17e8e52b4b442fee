"""Looking at an original, a number or unmasked words: with a reason, and a line in the audit."""

from dataclasses import dataclass

from wufei_public.dumping import policy
from wufei_public.dumping.actions.steps import note, open_case, owner_of, require
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.media import queries as media


@dataclass(frozen=True, slots=True)
class Original:
    """Where a sealed original lies, and what it is."""

    name: str
    mime: str


def open_original(w: Work, *, code: str, photo_id: int, reason: str) -> Original:
    """Return where the original of a photo lies; the look and its reason are written down."""
    report = open_case(w, code)
    require(policy.may_open_original(w.actor, report.facts))
    found = media.evidence(w.session, photo_id, owner_of(report.code))
    if found is None:
        raise queries.missing()
    note(w, report, "evidence", internal=reason)
    audit.record(w, "dumping:evidence:open", f"photo/{photo_id}", reason=reason)
    return Original(found.evidence_name, found.mime)


def open_contact(w: Work, *, code: str, reason: str) -> str:
    """Return the reporter's whole number to who handles the case; the look is written down."""
    report = open_case(w, code)
    require(policy.may_see_words(w.actor, report.facts))
    if report.contact_sealed is None:
        raise queries.missing()
    note(w, report, "contact", internal=reason)
    audit.record(w, "dumping:contact:open", owner_of(report.code), reason=reason)
    return w.keys.decrypt("phone", report.contact_sealed).decode()


def open_words(w: Work, *, code: str, reason: str) -> Report:
    """Return the case to who handles it, to read its words unmasked; the look is written down."""
    report = open_case(w, code)
    require(policy.may_see_words(w.actor, report.facts))
    note(w, report, "words", internal=reason)
    audit.record(w, "dumping:words:open", owner_of(report.code), reason=reason)
    return report
