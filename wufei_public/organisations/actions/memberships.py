"""Asking to represent an organisation, and every decision about it."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select, text

from wufei_public.common.actor import SYSTEM, ActorKind
from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict, FieldError, Invalid, NotAllowed
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media
from wufei_public.messages.actions import inbox
from wufei_public.organisations import policy
from wufei_public.organisations.actions.cards import require
from wufei_public.organisations.models import (
    IS_OPEN,
    Membership,
    MembershipEvent,
    Organisation,
)
from wufei_public.organisations.queries import cards
from wufei_public.organisations.queries import memberships as queries
from wufei_public.organisations.queries.sealing import APPLICANT, seal
from wufei_public.organisations.rules.memberships import SILENCING, WORKFLOW, Move, Proof, State

# Of these the resident hears who did not do them.
_TOLD = frozenset({Move.PROVE, Move.REFUSE, Move.DISPUTE, Move.UPHOLD, Move.END, Move.SUCCEED})


def letters_of(code: str) -> str:
    """Return the name under which media keeps the stamped letters of a membership."""
    return f"membership/{code}"


def apply(
    w: Work, *, organisation: str, name: str, duty: str, letter: Sequence[str] = ()
) -> Membership:
    """Ask to represent an organisation: by a stamped letter, a code to its contact, a peer's word.

    Raises Conflict while an earlier application or membership is open.
    """
    card = cards.organisation(w.session, organisation, locked=True)
    account = _resident(w)
    if _open_one(w, card, account) is not None:
        raise Conflict("applied_before", N_("您已经申请过这个单位，请看申请的进展。"))
    by_code = card.contact_by is not None  # to the registered phone (`proving`)
    if not letter and not by_code and not queries.representatives(w.session, card.id):
        sentence = N_("请拍一张盖了公章的授权书。")
        raise Invalid("no_letter", sentence, [FieldError("letter", sentence)])
    code = new_code(secrets.token_bytes)
    claimed = media.claim(w, letter, owner=letters_of(code))
    row = Membership(
        code=code,
        organisation_id=card.id,
        account_id=account,
        state=State.PENDING,
        version=0,
        applicant_sealed=seal(w.keys, APPLICANT, {"name": name, "duty": duty}),
        letters=len(claimed),
        proof="",
        applied_at=w.now,
        end_move="",
    )
    w.session.add(row)
    _note(w, row, "apply")
    for peer in queries.representatives(w.session, card.id):
        inbox.tell(w, peer, "organisations.applied", {"name": card.name})
    return row


def _resident(w: Work) -> int:
    if w.actor.kind is not ActorKind.RESIDENT or w.actor.id is None:
        raise NotAllowed("not_resident", N_("请用自己的居民账号申请。"))
    return w.actor.id


def _open_one(w: Work, card: Organisation, account: int) -> int | None:
    return w.session.scalar(
        select(Membership.id).where(
            Membership.organisation_id == card.id,
            Membership.account_id == account,
            text(IS_OPEN),
        )
    )


# By these somebody speaks for the organisation, or does no more: whoever has something to gain
# by that may object.
_VOICES = frozenset({Move.PROVE, Move.UPHOLD}) | SILENCING


def decide(
    w: Work, *, code: str, move: str, reason: str = "", proof: str = "", version: int | None = None
) -> Membership:
    """Make one move of a membership; what follows from it is written with it.

    Raises Conflict where the membership is no longer what was looked at.
    """
    row = queries.membership(w.session, code, locked=True)
    if version is not None and version != row.version:
        raise Conflict("membership_changed", N_("这份申请刚刚有了新情况，请看过再决定。"))
    card = w.session.get_one(Organisation, row.organisation_id)
    peer = queries.represents(w.session, w.actor.id, card.id)
    made = Move(move)
    require(policy.may_move(w.actor, row.facts(card.facts), made, peer=peer))
    if made in _VOICES:
        w.follow("organisations.voices", card.id)
    if made in SILENCING:
        w.follow("organisations.silenced", card.id)
    if made is Move.PROVE:
        _prove(w, row, proof)
    make_move(w, row, card, made, reason)
    if made is Move.PROVE:
        succeed(w, row, card)
    return row


def _prove(w: Work, row: Membership, proof: str) -> None:
    by = Proof.PEER if w.actor.kind is ActorKind.RESIDENT else Proof(proof or Proof.LETTER)
    if by is Proof.LETTER and not row.letters:
        sentence = N_("这份申请没有授权书的照片，请选另一种核实方式。")
        raise Invalid("no_letter", sentence, [FieldError("proof", sentence)])
    row.proof, row.proven_by, row.proven_at = by, w.actor.id, w.now


def make_move(w: Work, row: Membership, card: Organisation, made: Move, reason: str = "") -> None:
    """Change the state and write all that follows; the caller has asked who may."""
    row.state = WORKFLOW.step(State(row.state), made).target
    if row.state == State.ENDED:
        row.ended_at, row.end_move = w.now, made
    _note(w, row, made, reason)
    if made in _TOLD and w.actor.id != row.account_id:
        inbox.tell(w, row.account_id, f"organisations.{made}", {"name": card.name})


def succeed(w: Work, row: Membership, card: Organisation) -> None:
    """End the membership of those who waited for a successor."""
    system = replace(w, actor=SYSTEM)
    for former in queries.handing_over(w.session, card.id):
        if former.id != row.id:
            make_move(system, former, card, Move.SUCCEED)


def _note(w: Work, row: Membership, what: str, reason: str = "") -> None:
    row.version += 1
    w.session.flush()
    w.insert(
        MembershipEvent,
        {
            "membership_id": row.id,
            "number": row.version,
            "move": what,
            "actor_kind": w.actor.kind,
            "actor_id": w.actor.id,
            "at": w.now,
            "state": row.state,
            "text": reason,
        },
    )
    target = f"membership/{row.code}"
    audit.record(w, f"organisations:membership:{what}", target, after={"state": row.state})
