"""On what a proposal rests: scores, a recorded decision, a case that was sent as evidence."""

from dataclasses import dataclass
from datetime import date

from wufei_public.common.clock import district_day
from wufei_public.common.codes import normalise
from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.dumping.queries import cases
from wufei_public.infra.work import Work
from wufei_public.redblack.models.assessments import ListingBasis
from wufei_public.redblack.queries import assessments
from wufei_public.redblack.rules.clocks import SEVERITIES, months_fit
from wufei_public.redblack.rules.names import for_public, hides_too_much, no_names, read_names
from wufei_public.redblack.rules.states import Basis, ListKind


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an official proposes: about whom, for which list, on which facts and ground."""

    organisation: str
    kind: str
    facts: str
    ground: str
    months: int
    severity: str = ""
    measure: str = ""
    document: str = ""
    document_on: date | None = None
    names: str = ""
    report: str = ""
    assessment: str = ""


def check_term(proposal: Proposal) -> None:
    """Raise Invalid where the months do not fit the list and the severity."""
    black = proposal.kind == ListKind.BLACK
    if black and proposal.severity not in SEVERITIES:
        raise wrong("severity", N_("请选失信程度。"))
    if not months_fit(proposal.severity if black else "", proposal.months):
        raise wrong("months", N_("公布的月数不在这个程度的范围里。"))


def basis_of(w: Work, proposal: Proposal, organisation_id: int) -> ListingBasis:
    """Return on what the proposal rests; Invalid unless scores or a recorded decision carry it."""
    require_past(w, proposal.document_on)
    if proposal.assessment:
        return ListingBasis(
            basis=Basis.ASSESSMENT,
            assessment_id=_assessment(w, proposal, organisation_id),
            document="",
            ground="",
        )
    if not proposal.document:
        raise wrong("document", N_("请填决定书文号，或者选一次考核作依据。"))
    if proposal.document_on is None:
        raise wrong("document_on", N_("请填决定书的日期。"))
    return ListingBasis(
        basis=Basis.DECISION,
        document=proposal.document,
        document_on=proposal.document_on,
        ground=proposal.ground,
    )


def require_past(w: Work, day: date | None) -> None:
    """Raise Invalid for a document of a day that is still to come: there is none yet."""
    if day is not None and day > district_day(w.now):
        raise wrong("document_on", N_("文书的日期不能在今天以后。"))


def _assessment(w: Work, proposal: Proposal, organisation_id: int) -> int:
    rows = assessments.of_organisation(w.session, organisation_id)
    found = next((row for row in rows if row.code == normalise(proposal.assessment)), None)
    if found is None or found.suggests != proposal.kind:
        raise wrong("assessment", N_("这次考核的得分不支持上这个榜。"))
    if not found.closed:
        raise wrong("assessment", N_("这一期考核还没有结束，得分还会变。"))
    if found.used:
        raise wrong("assessment", N_("已经根据这次考核提出过。"))
    return int(found.id)


def report_of(w: Work, code: str, organisation_id: int) -> str:
    """Return the code of a closed dumping case that was sent as evidence; nothing of its reporter.

    Whoever sent it has said how the enterprise was found out, and somebody else or a document
    confirms it.
    """
    if not code:
        return ""
    found = assessments.case_of(w.session, organisation_id, normalise(code))
    if found is None:
        raise wrong("report", N_("这个案件还没有作为证据送来：请在案件页面上送。"))
    if not found.stands:
        raise wrong("report", N_("这个案件说的企业还没有第二个人核实，也没有文书，先不能作证据。"))
    if not carries(w, found.report):
        raise wrong("report", REOPENED)
    return normalise(code)


# A case is looked into again: what it showed may be wrong.
REOPENED = N_("这个案件重新打开了，办结以前不能作证据。")


def carries(w: Work, report: str) -> bool:
    """Say whether a case has its result now; so has every entry that rests on none."""
    return not report or report in cases.results(w.session, [report])


def shown_text(pointer: str, text: str, names: str, most: int) -> str:
    """Return a text as everyone may read it; Invalid where it is longer than its field."""
    found = masked(text, names)
    if len(found) > most:
        raise wrong(pointer, N_("太长了，这一项写不下。"))
    return found


def masked(text: str, names: str, said: str | None = None) -> str:
    """Return a text with the `names` in it hidden; Invalid where they are none, or hide too much.

    `said` is what was said before anything in it was hidden, where that is not `text`.
    """
    given = read_names(names)
    fault = no_names(given)
    if fault:
        raise wrong("names", fault)
    found = for_public(text, given)
    if hides_too_much(text if said is None else said, found):
        raise wrong("names", N_("隐去的太多了：只隐去人名，别的话照登。"))
    return found


def wrong(pointer: str, sentence: str) -> Invalid:
    """Return what is wrong with one field."""
    return Invalid("invalid", sentence, [FieldError(pointer, sentence)])
