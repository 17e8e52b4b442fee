"""Residents with numbers that nobody has, who joined one after the other."""

from datetime import timedelta

from sqlalchemy import insert

from wufei_public.common.actor import ActorKind
from wufei_public.common.codes import new_code
from wufei_public.demo.actions.parts import Maker
from wufei_public.demo.rules.plan import YEAR, Plan, parts_of
from wufei_public.demo.rules.words import phone
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.work import Work
from wufei_public.people.models import Account
from wufei_public.people.queries.sealing import phone_index, seal_phone
from wufei_public.people.rules.accounts import State

_SIZE = 500
# The first are there when the year begins.
_BEFORE = timedelta(days=15)


def parts(plan: Plan) -> int:
    """Return in how many parts the residents are written."""
    return parts_of(plan.residents, _SIZE)


def residents(plan: Plan) -> Maker:
    """Return what writes residents, as a first sign-in does."""
    return lambda part: lambda w: _write(w, plan, part)


def _write(w: Work, plan: Plan, part: int) -> None:
    rng = plan.rng("residents", part)
    begin, span = plan.until - YEAR - _BEFORE, YEAR
    rows, audits = [], []
    for number in range(part * _SIZE, min((part + 1) * _SIZE, plan.residents)):
        # Many at the start, fewer later.
        share = (number / plan.residents) ** 1.6
        at, mobile = begin + span * share, phone(number)
        code = new_code(rng.randbytes)
        rows.append(
            {
                "kind": ActorKind.RESIDENT,
                "code": code,
                "phone_cipher": seal_phone(w.keys, mobile),
                "phone_index": phone_index(w.keys, mobile),
                "state": State.ACTIVE,
                "display_name": "",
                "created_at": at,
            }
        )
        audits.append(
            {
                "at": at,
                "actor_kind": ActorKind.ANONYMOUS,
                "actor_id": None,
                "action": "people:account:join",
                "target": f"people/{code}",
                "reason": "",
                "request_id": "",
            }
        )
    w.session.execute(insert(Account), rows)
    w.session.execute(insert(AuditRow), audits)
