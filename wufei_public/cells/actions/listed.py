"""What the black list does to cells: certificates are suspended with its publication, and restored.

`app.py` hands these to the transaction of the list (docs/decisions/0027).
"""

from collections.abc import Collection
from dataclasses import replace

from wufei_public.cells.actions.standing import stand
from wufei_public.cells.actions.steps import open_application
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.queries import certificates as queries
from wufei_public.cells.rules.standing import Act, Standing
from wufei_public.common.actor import SYSTEM
from wufei_public.common.clock import district_day
from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.redblack.queries.listings import black_until

# Who is suspended by the office for something else is not restored with the end of a term.
LISTED = N_("单位在公布的失信期内，期满、修复后自动恢复。")


def suspend_listed(w: Work, organisation: int) -> None:
    """Suspend every valid certificate of an organisation that has just been listed."""
    for found in queries.of_organisation(w.session, organisation):
        if found.standing == Standing.VALID:
            _stand(w, found, Act.SUSPEND, LISTED)


def restore_listed(w: Work, organisation: int) -> None:
    """Restore what the list alone had suspended, once none of its units is listed any more."""
    for found in queries.of_organisation(w.session, organisation):
        ours = found.standing == Standing.SUSPENDED and found.standing_reason == LISTED
        units = queries.organisations_of(w.session, found.application_id)
        if ours and not any(black_until(w.session, unit, w.now) for unit in units):
            _stand(w, found, Act.RESTORE, "")


def _stand(w: Work, found: CellCertificate, act: Act, reason: str) -> None:
    system = replace(w, actor=SYSTEM)
    code = w.session.get_one(CellApplication, found.application_id).code
    stand(system, open_application(system, code), found, act, reason)


def require_unlisted(w: Work, organisations: Collection[int]) -> None:
    """Raise Invalid while one of the units is on the black list: no application until its end."""
    ends = [black_until(w.session, one, w.now) for one in organisations]
    until = max((end for end in ends if end is not None), default=None)
    if until is not None:
        sentence = N_("单位在公布的失信期内，%(day)s 以前不能申报；修复以后可以。")
        facts = {"day": district_day(until).isoformat()}
        raise Invalid("listed", sentence, [FieldError("site", sentence, facts)], **facts)
