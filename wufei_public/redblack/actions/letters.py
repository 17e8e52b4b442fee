"""Serving on paper what an enterprise without an account is to know of each later step."""

from collections.abc import Sequence
from datetime import datetime

from wufei_public.common.errors import NotAllowed, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media
from wufei_public.redblack import policy
from wufei_public.redblack.actions.basis import wrong
from wufei_public.redblack.actions.serving import require_proof
from wufei_public.redblack.actions.steps import REASONS, note, open_listing, require
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.queries import letters as queries
from wufei_public.redblack.rules.facts import owner_of
from wufei_public.redblack.rules.states import ListKind, Way


def letters_of(code: str) -> str:
    """Return the name under which media keeps the proofs of letters."""
    return f"{owner_of(code)}/letters"


def serve(
    w: Work,
    *,
    code: str,
    letter: int,
    way: str,
    served_on: datetime,
    tracking: str = "",
    photo: Sequence[str] = (),
    version: int | None = None,
) -> Listing:
    """Record that a letter about a step reached the enterprise, with its proof.

    It is announced only to an enterprise that was to be found in no other way for the notice.
    """
    row = open_listing(w, code, version)
    require(policy.may_handle(w.actor, row.known))
    require_proof(way, tracking, photo)
    if way == Way.ANNOUNCEMENT and row.way != Way.ANNOUNCEMENT:
        raise wrong("way", N_("告知书不是公告送达的，这一步也不能公告：请当面或者邮寄。"))
    found = queries.unserved(w.session, row.id, letter)
    if found is None:
        raise WrongState("letter_served", N_("这一步已经送达了。"))
    if not found.written_at <= served_on <= w.now:
        raise wrong("served_on", N_("送达的时间要在这一步之后、现在之前。"))
    found.proofs = len(media.claim(w, photo, owner=letters_of(row.code)))
    found.way, found.tracking = way, tracking
    found.served_by, found.served_at = w.actor.id, served_on
    note(w, row, "letter")
    return row


def require_decision_served(w: Work, row: Listing) -> None:
    """Refuse to publish a black entry before its decision is with the enterprise.

    Whoever says that it is does not publish: that is one more person who saw to it.
    """
    if row.kind != ListKind.BLACK:
        return
    found = queries.of_decision(w.session, row)
    if found is None or not found.way:
        words = N_("决定还没有送到企业：企业没有账号，先当面或者邮寄送达，再公布。")
        raise NotAllowed("decision_unserved", words)
    if found.served_by == w.actor.id:
        raise NotAllowed("own_part", REASONS["own_part"])
