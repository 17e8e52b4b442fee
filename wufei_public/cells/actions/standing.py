"""How a certificate stands: suspended, restored, removed (摘牌), brought back after an appeal."""

from datetime import date

from wufei_public.cells import policy
from wufei_public.cells.actions.bars import require_free, require_nothing_else
from wufei_public.cells.actions.steps import note, open_application, opine, require, tell_unit
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import certificates
from wufei_public.cells.rules.standing import STANDINGS, Act, Standing, may_suspend
from wufei_public.common.errors import WrongState
from wufei_public.common.text import N_
from wufei_public.infra.work import Work


def suspend(w: Work, *, code: str, reason: str) -> CellCertificate:
    """Suspend a certificate, with the reason that everyone reads; the unit may appeal.

    What the black list suspended is suspended by the office as well, and then does not come
    back by itself (decision 0078). WrongState for what the office has suspended before.
    """
    found = certificates.certificate(w.session, code, locked=True)
    standing = Standing(found.standing)
    if standing is Standing.SUSPENDED and not may_suspend(standing, found.standing_reason):
        raise WrongState("suspended_before", N_("已经暂停使用了。"))
    return _by_office(w, code, Act.SUSPEND, reason)


def restore(w: Work, *, code: str, reason: str) -> CellCertificate:
    """Lift a suspension, but none that the black list asks for."""
    found = certificates.certificate(w.session, code, locked=True)
    require_free(w, w.session.get_one(CellApplication, found.application_id))
    return _by_office(w, code, Act.RESTORE, reason)


def _by_office(w: Work, code: str, act: Act, reason: str) -> CellCertificate:
    found = certificates.certificate(w.session, code, locked=True)
    row = open_application(w, w.session.get_one(CellApplication, found.application_id).code)
    stand(w, row, found, act, reason)
    # Who suspended or removed it does not decide on the appeal.
    opine(w, row, "inspect", act, reason)
    return found


def reinstate(w: Work, row: CellApplication, reason: str) -> CellCertificate:
    """Bring a suspended or removed certificate back: the appeal was won.

    WrongState while another removal, or untrue papers, bar one of its units. The black list
    is no such bar: under it the certificate comes back suspended (`suspend_while_listed`).
    """
    found = certificates.of_application(w.session, row.id)
    if found is None:
        raise certificates.missing()
    require_nothing_else(w, row)
    stand(w, row, found, Act.REINSTATE, reason)
    return found


def stand(
    w: Work,
    row: CellApplication,
    found: CellCertificate,
    act: Act,
    reason: str,
    free_from: date | None = None,
) -> None:
    """Change how a certificate stands; the actor of `w` must be allowed to."""
    facts = queries.facts_of(w.session, row)
    require(policy.may_act(w.actor, facts, Standing(found.standing), act))
    target = STANDINGS.step(Standing(found.standing), act).target
    found.standing, found.standing_at = target, w.now
    found.standing_reason = "" if target is Standing.VALID else reason
    found.free_from = free_from
    note(w, row, act, unit=reason)
    tell_unit(w, row, f"cells.{act}")
