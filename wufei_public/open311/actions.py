"""Keys are given out and taken back; a request becomes a case, once."""

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import select

from wufei_public.common.budgets import Budget, Span
from wufei_public.common.codes import new_code
from wufei_public.common.errors import NotFound, TooMany
from wufei_public.common.text import N_
from wufei_public.dumping.actions.steps import note, open_case
from wufei_public.dumping.actions.submit import Draft, submit
from wufei_public.dumping.rules.states import Source
from wufei_public.infra import audit, replay
from wufei_public.infra.budgets import take
from wufei_public.infra.work import Work
from wufei_public.open311 import queries
from wufei_public.open311.models import Application, OutsideRequest

UPDATES = "open311:update"


@dataclass(frozen=True, slots=True)
class Made:
    """What a request became: its number, or the token under which that will be told."""

    number: str
    token: str


# ---- keys -----------------------------------------------------------------------


def issue(w: Work, *, name: str, contact: str, per_hour: int, on_trial: bool) -> str:
    """Register an application and return its key: the only time that anybody sees it."""
    key, code = secrets.token_urlsafe(32), new_code(secrets.token_bytes)
    told = {"name": name, "contact": contact, "per_hour": per_hour, "on_trial": on_trial}
    row = told | {
        "code": code,
        "key_digest": queries.digest_of(key),
        "key_end": key[-4:],
        "made_at": w.now,
        "made_by": w.actor.id,
    }
    w.insert(Application, row)
    audit.record(w, "open311:application:issue", f"open311/{code}", after=told)
    return key


def revoke(w: Work, *, code: str) -> None:
    """End an application: its key opens nothing from now on; its cases stay."""
    found = w.session.scalar(select(Application).where(Application.code == code).with_for_update())
    if found is None:
        raise NotFound("no_application", N_("没有这个应用。"))
    if found.ended_at is None:
        found.ended_at, found.ended_by = w.now, w.actor.id
        w.session.flush()
        audit.record(w, "open311:application:revoke", f"open311/{code}")


def admit(w: Work, key: str) -> Application:
    """Return the application that holds `key` and count one use; TooMany over its hour's share.

    Before anything of the request is looked at, so that broken ones count as well.
    """
    found = queries.holder(w.session, key)
    budget = Budget("open311", found.per_hour, Span.HOUR)
    if not take(w, budget, found.code):
        raise TooMany(
            "too_many",
            N_("这个 api_key 一小时里用得太多了，请过 %(retry_after)s 秒再试。"),
            retry_after=budget.wait(w.now),
        )
    return found


# ---- requests -------------------------------------------------------------------


def request(w: Work, key: str, draft: Draft, *, media_url: str = "", once: str = "") -> Made:
    """Make a case of a request; with the same `once` the same case again.

    The address of a picture, `media_url`, stays text for the handlers: nothing here fetches it.
    Its public number is given now, so that it can be told; it answers once it is released.
    Raises what `submit` raises, and NotAllowed where the key ended meanwhile.
    """
    found = queries.holder(w.session, key)
    receipt = submit(w, draft_of(draft, found.code, once))
    report = open_case(w, receipt.code)
    before = w.session.get(OutsideRequest, report.id)
    if before is not None:
        return _made(report.public_code, before.token)
    report.public_code = new_code(secrets.token_bytes)
    token = secrets.token_urlsafe(18) if found.on_trial else None
    row = {"application_id": found.id, "token": token}
    w.insert(OutsideRequest, row | {"report_id": report.id})
    note(w, report, "outside", internal="\n".join(part for part in (found.name, media_url) if part))
    return _made(report.public_code, token)


def draft_of(draft: Draft, application: str, once: str) -> Draft:
    """Return the draft under a key of its own: no other program, and no phone, can send it."""
    key = f"{application}:{once}" if once else secrets.token_urlsafe(24)
    values = {name: getattr(draft, name) for name in draft.__slots__}
    hashed = hashlib.sha256(key.encode()).hexdigest()
    return Draft(**values | {"client_key": hashed, "source": Source.OPEN311})


def _made(number: str | None, token: str | None) -> Made:
    return Made("" if token else number or "", token or "")


def add_update(w: Work, key: str, *, number: str, update: str, words: str, media_url: str) -> str:
    """Add what the application says of its own case; the same `update` once. Return its id.

    The state stays as it is: only this house decides on it.
    """
    found = queries.holder(w.session, key)
    code = queries.own_case(w.session, found, number)
    once = hashlib.sha256(f"{found.code}:{number}:{update}".encode()).hexdigest()
    if replay.claim(w, UPDATES, once, {"update": update}) is None:
        said = "\n".join(part for part in (words, media_url) if part)
        note(w, open_case(w, code), "added", internal=said)
    return update
