"""What the black list does to cells: certificates are suspended with its publication, and restored.

`app.py` hands these to the transaction of the list (docs/decisions/0027).
"""

from dataclasses import replace
from datetime import date

from wufei_public.cells.actions.standing import stand
from wufei_public.cells.actions.steps import open_application
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.queries import certificates as queries
from wufei_public.cells.rules.standing import LISTED, Act, Standing
from wufei_public.common.actor import SYSTEM
from wufei_public.common.clock import district_day
from wufei_public.infra.work import Work
from wufei_public.redblack.queries.listings import black_until


def suspend_listed(w: Work, organisation: int) -> None:
    """Suspend every valid certificate of an organisation that has just been listed."""
    for found in queries.of_organisation(w.session, organisation):
        if found.standing == Standing.VALID:
            _suspend(w, found)
        elif found.free_from is not None:
            found.free_from = _free_from(w, found)


def suspend_while_listed(w: Work, found: CellCertificate) -> None:
    """Suspend a certificate that has come back while one of its units is on the list."""
    if _free_from(w, found) is not None:
        _suspend(w, found)


def _suspend(w: Work, found: CellCertificate) -> None:
    _stand(w, found, Act.SUSPEND, LISTED, _free_from(w, found))


def _free_from(w: Work, found: CellCertificate) -> date | None:
    """Return the day on which the last entry of its units ends; None where none is listed."""
    units = queries.organisations_of(w.session, found.application_id)
    ends = [end for unit in units if (end := black_until(w.session, unit, w.now)) is not None]
    return district_day(max(ends)) if ends else None


def restore_listed(w: Work, organisation: int) -> None:
    """Restore what the list alone had suspended, once none of its units is listed any more."""
    for found in queries.of_organisation(w.session, organisation):
        ours = found.standing == Standing.SUSPENDED and found.standing_reason == LISTED
        if ours and _free_from(w, found) is None:
            _stand(w, found, Act.RESTORE, "")


def _stand(
    w: Work, found: CellCertificate, act: Act, reason: str, free_from: date | None = None
) -> None:
    system = replace(w, actor=SYSTEM)
    code = w.session.get_one(CellApplication, found.application_id).code
    stand(system, open_application(system, code), found, act, reason, free_from)
