"""摘牌: one person proposes it with the reason, another one confirms it or declines."""

from wufei_public.cells import policy
from wufei_public.cells.actions.standing import stand
from wufei_public.cells.actions.steps import note, open_application, opine, require, tell_unit
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.models.removals import CellRemoval
from wufei_public.cells.models.reviews import REVIEW
from wufei_public.cells.queries import aftercare, certificates
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.rules.aftercare import Removal
from wufei_public.cells.rules.standing import Act, Standing
from wufei_public.common.actor import refuse as no
from wufei_public.common.errors import Conflict, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.work import Work


def propose_removal(w: Work, *, code: str, reason: str) -> CellRemoval:
    """Propose that a certificate be removed, with the reason; the unit hears and may answer.

    Nothing changes of the certificate before a second person has confirmed it.
    """
    found, row = _open(w, code)
    if aftercare.open_removal(w.session, found.id) is not None:
        raise Conflict("removal_open", N_("已经有人提出摘牌，等另一个人确认。"))
    opine(w, row, "inspect", "propose_removal", reason)
    made = CellRemoval(
        certificate_id=found.id,
        application_id=row.id,
        duty=REVIEW,
        proposed_by=w.actor.id or 0,
        proposed_at=w.now,
        reason=reason,
        outcome=Removal.OPEN,
        words="",
    )
    w.session.add(made)
    note(w, row, "propose_removal", unit=reason)
    tell_unit(w, row, "cells.removal_proposed")
    return made


def confirm_removal(w: Work, *, code: str, text: str = "") -> CellCertificate:
    """Confirm a removal as a second person: the certificate is void; the unit may appeal."""
    found, row = _open(w, code)
    proposal = _decide(w, row, found, Removal.CONFIRMED, text)
    stand(w, row, found, Act.REVOKE, proposal.reason)
    return found


def decline_removal(w: Work, *, code: str, text: str) -> CellRemoval:
    """Decline a removal as a second person: the certificate stands as it stood."""
    found, row = _open(w, code)
    proposal = _decide(w, row, found, Removal.DECLINED, text)
    note(w, row, "decline_removal", unit=text)
    tell_unit(w, row, "cells.removal_declined")
    return proposal


def _open(w: Work, code: str) -> tuple[CellCertificate, CellApplication]:
    """Return a certificate that the actor may remove, and its application, both locked."""
    found = certificates.certificate(w.session, code, locked=True)
    row = open_application(w, w.session.get_one(CellApplication, found.application_id).code)
    facts = queries.facts_of(w.session, row)
    require(policy.may_act(w.actor, facts, Standing(found.standing), Act.REVOKE))
    return found, row


def _decide(
    w: Work, row: CellApplication, found: CellCertificate, outcome: Removal, text: str
) -> CellRemoval:
    proposal = aftercare.open_removal(w.session, found.id, locked=True)
    if proposal is None:
        raise WrongState("no_removal", N_("没有等确认的摘牌。"))
    if proposal.proposed_by == w.actor.id:
        require(no("same_person"))
    opine(w, row, "inspect", outcome, text)
    proposal.outcome, proposal.words = outcome, text
    proposal.decided_by, proposal.decided_at = w.actor.id, w.now
    w.session.flush()
    return proposal
