"""How a certificate stands: suspended, restored, removed (摘牌), brought back after an appeal."""

from wufei_public.cells import policy
from wufei_public.cells.actions.steps import note, open_application, opine, require, tell_unit
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import certificates
from wufei_public.cells.rules.standing import STANDINGS, Act, Standing
from wufei_public.infra.work import Work


def suspend(w: Work, *, code: str, reason: str) -> CellCertificate:
    """Suspend a certificate, with the reason that the verification page gives."""
    return _by_office(w, code, Act.SUSPEND, reason)


def restore(w: Work, *, code: str, reason: str) -> CellCertificate:
    """Lift a suspension."""
    return _by_office(w, code, Act.RESTORE, reason)


def revoke(w: Work, *, code: str, reason: str) -> CellCertificate:
    """Remove a certificate; the unit may appeal to somebody who had no part."""
    return _by_office(w, code, Act.REVOKE, reason)


def _by_office(w: Work, code: str, act: Act, reason: str) -> CellCertificate:
    found = certificates.certificate(w.session, code, locked=True)
    row = open_application(w, w.session.get_one(CellApplication, found.application_id).code)
    stand(w, row, found, act, reason)
    # Who suspended or removed it does not decide on the appeal.
    opine(w, row, "inspect", act, reason)
    return found


def reinstate(w: Work, row: CellApplication, reason: str) -> CellCertificate:
    """Bring a removed certificate back: the appeal was won."""
    found = certificates.of_application(w.session, row.id)
    if found is None:
        raise certificates.missing()
    stand(w, row, found, Act.REINSTATE, reason)
    return found


def stand(w: Work, row: CellApplication, found: CellCertificate, act: Act, reason: str) -> None:
    """Change how a certificate stands; the actor of `w` must be allowed to."""
    facts = queries.facts_of(w.session, row)
    require(policy.may_act(w.actor, facts, Standing(found.standing), act))
    target = STANDINGS.step(Standing(found.standing), act).target
    found.standing, found.standing_at = target, w.now
    found.standing_reason = "" if target is Standing.VALID else reason
    note(w, row, act, unit=reason)
    tell_unit(w, row, f"cells.{act}")
