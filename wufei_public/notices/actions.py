"""What editors do: write, publish now or later, take back; and the package's own texts."""

import secrets
from dataclasses import asdict
from datetime import datetime

from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.audit import record
from wufei_public.infra.work import Work
from wufei_public.notices import policy, queries
from wufei_public.notices.models import Notice, NoticeVersion
from wufei_public.notices.queries import Piece
from wufei_public.notices.rules import markup
from wufei_public.notices.rules.shipped import shipped
from wufei_public.notices.rules.versions import (
    TEXTS,
    Draft,
    Kind,
    hour_faults,
    is_fixed,
)
from wufei_public.people.actions import personal
from wufei_public.people.rules.consent import SHIPPED

_STALE = N_("别人刚刚改过这一篇。请看看他改了什么，再改一次。")


def write(w: Work, *, kind: Kind, draft: Draft) -> Notice:
    """Begin a notice or an article as a draft; return it."""
    division = policy.home(w.actor)
    policy.require(policy.may_write(w.actor, kind, division))
    _check(draft)
    notice = Notice(
        code=new_code(secrets.token_bytes),
        kind=kind,
        division=division,
        saves=1,
        withdrawn_reason="",
    )
    w.session.add(notice)
    w.session.flush()
    _add(w, notice, 1, draft)
    record(w, "notices:notice:write", _target(notice), after={"version": 1})
    return notice


def rewrite(w: Work, *, code: str, draft: Draft, saves: int) -> Notice:
    """Change the newest version, or begin the next one where readers have seen it.

    `saves` is what the editor began from; Conflict where somebody else saved meanwhile.
    """
    piece = _held(w, code, saves)
    _check(draft)
    newest = piece.versions[-1]
    if is_fixed(newest.facts, w.now):
        number = newest.number + 1
        _add(w, piece.notice, number, draft)
    else:
        number = newest.number
        for name, value in asdict(draft).items():
            setattr(newest, name, value)
        newest.written_by, newest.written_at = w.actor.id, w.now
        w.session.flush()
    record(w, "notices:notice:write", _target(piece.notice), after={"version": number})
    return piece.notice


def publish(w: Work, *, code: str, saves: int, at: datetime | None = None) -> Notice:
    """Show the newest version from now on, or from `at`; the one before stays until then."""
    piece = _held(w, code, saves)
    newest = piece.versions[-1]
    if is_fixed(newest.facts, w.now) and piece.shown(w.now) is newest:
        raise WrongState("published_already", N_("最新的一版已经发布了。"))
    faults = hour_faults(at, w.now) if at else []
    if faults:
        raise Invalid("bad_hour", faults[0].message, faults)
    if is_fixed(newest.facts, w.now):  # withdrawn since: the same words come back as a version
        newest = _add(w, piece.notice, newest.number + 1, newest.draft)
    newest.publish_at = at or w.now
    w.session.flush()
    if piece.notice.slug in SHIPPED:
        slug, since = piece.notice.slug, newest.publish_at
        personal.new_text(w, text=slug, number=newest.number, since=since)
    after = {"version": newest.number, "at": newest.publish_at.isoformat()}
    record(w, "notices:notice:publish", _target(piece.notice), after=after)
    return piece.notice


def withdraw(w: Work, *, code: str, saves: int, reason: str) -> Notice:
    """Take a piece back, and every hour that was set for it; readers are told the reason."""
    piece = _held(w, code, saves)
    notice = piece.notice
    if notice.kind == Kind.TEXT:
        raise WrongState("texts_stay", N_("网站文本不能撤回，只能发布新的一版。"))
    ahead = [one for one in piece.versions if one.publish_at and one.publish_at > w.now]
    if piece.shown(w.now) is None and not ahead:
        raise WrongState("not_shown", N_("这一篇没有在公布。"))
    for one in ahead:
        one.publish_at = None
    if piece.shown(w.now) is not None:
        notice.withdrawn_at, notice.withdrawn_reason = w.now, reason
    w.session.flush()
    record(w, "notices:notice:withdraw", _target(notice), reason=reason)
    return notice


def seed(w: Work) -> str:
    """Load the texts that the package brings where the site has none yet; say which."""
    missing = [slug for slug in TEXTS if slug not in queries.known_texts(w.session)]
    for slug in missing:
        notice = Notice(
            code=new_code(secrets.token_bytes),
            kind=Kind.TEXT,
            slug=slug,
            saves=1,
            withdrawn_reason="",
        )
        w.session.add(notice)
        w.session.flush()
        _add(w, notice, 1, shipped(slug)).publish_at = w.now
        w.session.flush()
    return f"added {len(missing)}" if missing else ""


def _held(w: Work, code: str, saves: int) -> Piece:
    """Return the piece, locked, for one more change by the actor."""
    piece = queries.piece(w.session, code, lock=True)
    notice = piece.notice
    policy.require(policy.may_write(w.actor, Kind(notice.kind), notice.division))
    if notice.saves != saves:
        raise Conflict("changed_meanwhile", _STALE)
    notice.saves += 1
    return piece


def _check(draft: Draft) -> None:
    faults = [
        fault for name in ("body", "body_en") for fault in markup.faults(name, getattr(draft, name))
    ]
    if faults:
        raise Invalid("bad_link", markup.BAD_LINK, faults)


def _add(w: Work, notice: Notice, number: int, draft: Draft) -> NoticeVersion:
    version = NoticeVersion(
        notice_id=notice.id,
        number=number,
        written_by=w.actor.id,
        written_at=w.now,
        **asdict(draft),
    )
    w.session.add(version)
    w.session.flush()
    return version


def _target(notice: Notice) -> str:
    return f"notices/{notice.code}"
