"""A code to the contact that the register holds: whoever gets it told speaks for the organisation.

The membership is proven on the word of the official who wrote the contact down: where that one
has a part in what the organisation may answer to, the code proves nothing (`voices`).
"""

import secrets
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete

from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.errors import Conflict, FieldError, Invalid, NotAllowed, TooMany
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.budgets import take
from wufei_public.infra.outbox import queue
from wufei_public.infra.work import Work
from wufei_public.messages.actions import inbox
from wufei_public.messages.rules import quiet_until
from wufei_public.organisations.actions.memberships import make_move, succeed
from wufei_public.organisations.models import Membership, MembershipCode, Organisation
from wufei_public.organisations.queries import memberships as queries
from wufei_public.organisations.queries.sealing import CONTACT, code_hash, is_code, unseal
from wufei_public.organisations.rules.codes import OF_APPLICANT, OF_ORGANISATION
from wufei_public.organisations.rules.memberships import Move, Proof, State
from wufei_public.people.actions.residents import take_from_budgets
from wufei_public.people.queries.sealing import phone_address, phone_index, seal_values
from wufei_public.people.rules.codes import LIFE, RESEND_AFTER, CodeFacts, new_code, plain_code

_MINUTE = timedelta(minutes=1)
WRONG = N_("核实码不对，或者已经过期。请核对，或者重新发一个。")


def send_code(w: Work, *, code: str, address: str = "") -> None:
    """Send a code to the registered phone for the membership that the actor asks for.

    Raises Conflict where there is nobody to send it to or it is night, TooMany when it is too soon.
    """
    row, card = _own(w, code)
    phone = _contact(w, row, card)
    if quiet_until(w.now, w.settings.sms_quiet) is not None:
        raise Conflict("quiet_hours", N_("现在太晚了，不打扰别人。请白天再发。"))
    before = w.session.get(MembershipCode, row.id)
    if before is not None and w.now < before.sent_at + RESEND_AFTER:
        raise _too_soon(int(RESEND_AFTER.total_seconds()))
    for budget, whom in ((OF_APPLICANT, row.code), (OF_ORGANISATION, card.code)):
        if not take(w, budget, whom):
            raise _too_soon(budget.wait(w.now))
    take_from_budgets(w, phone_index(w.keys, phone), address)
    _write_code(w, row, card, phone)
    audit.record(w, "organisations:membership:code", f"membership/{row.code}")


def _own(w: Work, code: str) -> tuple[Membership, Organisation]:
    row = queries.membership(w.session, code, locked=True)
    if w.actor.kind is not ActorKind.RESIDENT or row.account_id != w.actor.id:
        raise queries.missing()
    if row.state != State.PENDING:
        raise Conflict("not_pending", N_("这份申请已经有结果了。"))
    return row, w.session.get_one(Organisation, row.organisation_id)


def _contact(w: Work, row: Membership, card: Organisation) -> str:
    """Return the registered phone that may vouch; Conflict where there is none."""
    phone = unseal(w.keys, CONTACT, card.contact_sealed).get("phone", "")
    words = N_("这个单位现在不能用核实码，请交盖章的授权书，由工作人员核实。")
    if not phone or card.contact_by is None or card.contact_by == row.account_id:
        raise Conflict("no_contact", words)
    official = replace(w, actor=Actor(ActorKind.STAFF, card.contact_by, ""))
    try:
        official.follow("organisations.voices", card.id)
    except NotAllowed as refusal:
        raise Conflict("no_contact", words) from refusal
    return phone


def _too_soon(seconds: int) -> TooMany:
    return TooMany(
        "code_too_soon",
        N_("核实码发得太勤了，请过 %(retry_after)s 秒再发。"),
        retry_after=seconds,
    )


def _write_code(w: Work, row: Membership, card: Organisation, phone: str) -> None:
    code = new_code(secrets.randbelow)
    w.session.merge(
        MembershipCode(
            membership_id=row.id,
            code_hash=code_hash(w.keys, row.code, phone, code),
            sent_at=w.now,
            expires_at=w.now + LIFE,
            tries=0,
        )
    )
    w.session.flush()
    until = (w.now + LIFE).isoformat()
    values = {"name": card.name, "code": code, "minutes": LIFE // _MINUTE, "until": until}
    queue(
        w,
        channel="sms",
        to=phone_address(w.keys, phone),
        template="organisations.code",
        values=seal_values(w.keys, values),
    )


def prove_by_code(w: Work, *, code: str, typed: str) -> bool:
    """Prove the membership by the code; False where it is wrong, which counts a try."""
    row, card = _own(w, code)
    phone = _contact(w, row, card)
    if not _use(w, row, phone, plain_code(typed)):
        return False
    row.proof, row.proven_by, row.proven_at = Proof.REGISTER, card.contact_by, w.now
    peers = queries.representatives(w.session, card.id)
    make_move(w, row, card, Move.PROVE)
    for peer in peers:
        inbox.tell(w, peer, "organisations.coded", {"name": card.name})
    succeed(w, row, card)
    return True


def _use(w: Work, row: Membership, phone: str, typed: str) -> bool:
    """Count a try of the code that was sent; a right one is used up."""
    kept = w.session.get(MembershipCode, row.id, with_for_update=True)
    if kept is None or not CodeFacts(kept.expires_at, kept.tries).is_open(w.now):
        return False
    kept.tries += 1
    right = is_code(w.keys, row.code, phone, typed, kept.code_hash)
    if right:
        w.session.execute(delete(MembershipCode).where(MembershipCode.membership_id == row.id))
    w.session.flush()
    return right


def wrong() -> Invalid:
    """Return what is said of a wrong code, the same for one that is over or never was."""
    return Invalid("wrong_code", WRONG, (FieldError("code", WRONG),))
