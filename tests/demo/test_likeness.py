"""The bulk rows are what the actions write: every story of the small year is told again by them."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant
from wufei_public.demo import queries
from wufei_public.demo.actions.authoring import Written
from wufei_public.demo.actions.cases import thinker
from wufei_public.demo.gateway import paint
from wufei_public.demo.rules.casting import Done
from wufei_public.demo.rules.scenes import SCENES
from wufei_public.demo.rules.stories import ENDS, NOTE, PLACE, PRAISE, RECLASSIFY
from wufei_public.dumping.actions import officer, placing, rating, reporter, showing
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.actions.submit import Draft, submit
from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.opinions import ReportRating
from wufei_public.dumping.models.photos import ReportPhoto
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.photos import PhotoRole
from wufei_public.dumping.rules.release import Show
from wufei_public.dumping.rules.states import Move
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.buckets import BucketMark
from wufei_public.infra.db import db
from wufei_public.infra.work import House, Work
from wufei_public.media.actions import photos as media
from wufei_public.media.models import Photo
from wufei_public.messages.models import Message
from wufei_public.people.queries.accounts import roles_of

# Random, sealed, or the number of a row.
_RANDOM = {"code", "salt", "contact_sealed", "release_token", "public_code"}
# `compared`: the demo's proofs were looked at long ago.
_OWN = _RANDOM | {"id", "cover_id", "report_id", "photo_id", "compared"}
_CALLS: Mapping[str, Callable[..., Any]] = {
    Move.ACCEPT: officer.accept,
    Move.REFUSE: officer.refuse,
    Move.ASSIGN: officer.assign,
    Move.RETURN: officer.send_back,
    Move.DISPUTE: officer.send_back,
    Move.ASK: officer.ask,
    Move.ANSWER: reporter.answer,
    Move.RESUME: officer.resume,
    Move.CLOSE: officer.close,
    Move.CLOSE_UNCLEARED: partial(officer.close, cleared=False),
    Move.REOPEN: partial(rating.rate, rating="unsatisfied"),
    Move.OBJECT: partial(rating.rate, rating="unsatisfied"),
    Move.REDO: partial(rating.review, decision="redo"),
    Move.KEEP: partial(rating.review, decision="keep"),
    **{praise: partial(rating.rate, rating=praise) for praise in PRAISE},
    NOTE: officer.add_note,
    PLACE: placing.place,
    RECLASSIFY: officer.reclassify,
    Show.RELEASE: showing.release,
    Show.WITHHOLD: showing.withhold,
}


@pytest.fixture
def session(demo: Flask) -> Iterator[Session]:
    """Return a session whose work is never committed."""
    with Session(db.engine, autoflush=False, expire_on_commit=False) as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def home(demo: Flask) -> House:
    found: House = demo.extensions["house"]
    return found


def working(home: House, session: Session, actor: Actor, now: datetime) -> Work:
    return Work(session, actor, now, home.keys, home.settings, home.store)


def person(session: Session, kind: ActorKind, account: int | None) -> Actor:
    if kind is not ActorKind.STAFF or account is None:
        return {ActorKind.SYSTEM: SYSTEM, ActorKind.ANONYMOUS: ANONYMOUS}.get(
            kind, Actor(kind, account)
        )
    held = roles_of(session, [account])[account]
    grants = tuple(Grant(role.role, role.division, role.department) for role in held)
    return Actor(kind, account, "", grants)


@cache
def picture() -> bytes:
    return paint(SCENES[0])


def photos(w: Work, count: int, hints: media.Hints = media.NO_HINTS) -> list[str]:
    """Receive photos which the jobs process develops at once, each as if it were another one."""
    prepared = media.prepare(w.store, picture(), "p.jpg", hints)
    tokens = [
        media.record(w, replace(prepared, name=f"quarantine/{secrets.token_hex(32)}"))
        for _ in range(count)
    ]
    ready = {"state": "ready", "large_name": "a/b", "thumb_name": "a/b"}
    w.session.execute(update(Photo).where(Photo.owner.is_(None)).values(ready))
    return tokens


def send(w: Work, one: Written) -> Receipt:
    row, began = one.case.row, one.case.events[0]
    sealed = row["contact_sealed"]
    by_photo = row["position_source"] == "phone"
    here = media.Hints(None, row["lat"], row["lon"]) if by_photo else media.NO_HINTS
    placed = next((done.values["division"] for done in one.done if done.step.what == PLACE), None)
    draft = Draft(
        client_key=row["code"],
        kind=row["plain_kind"],
        division=None if placed else row["division"],
        spot=row["spot"],
        lat=row["lat"],
        lon=row["lon"],
        accuracy=row["accuracy"],
        position_source="photo" if by_photo else row["position_source"],
        words=row["words"],
        phone=w.keys.decrypt("phone", sealed).decode() if sealed else "",
        photo=photos(w, row["photos"], here),
        source=row["source"],
    )
    actor = person(w.session, began["actor_kind"], began["actor_id"])
    return submit(replace(w, actor=actor), draft)


def follow(w: Work, receipt: Receipt, done: Done) -> None:
    values = dict(done.values)
    if done.step.what == Show.RELEASE:
        values = {}
    if done.step.what in {Move.ANSWER, Move.REOPEN, Move.OBJECT, *PRAISE}:
        values["secret"] = receipt.secret
    if done.step.what in ENDS:
        values["photo"] = photos(w, 1) if values["photo"] else []
    act = replace(w, actor=person(w.session, done.kind, done.actor), now=done.step.at)
    _CALLS[done.step.what](act, code=receipt.code, **values)


def rows(session: Session, model: Any, where: Any, *order: Any) -> list[dict[str, Any]]:
    table = model.__table__
    found = session.execute(select(table).where(where).order_by(*(order or (table.c.id,))))
    return [
        {name: value for name, value in row._mapping.items() if name not in _OWN} for row in found
    ]


def left_behind(session: Session, code: str) -> dict[str, Any]:
    """Return everything that stands in the database about a case, but what is random."""
    session.flush()
    session.expire_all()
    report = session.scalars(select(Report).where(Report.code == code)).one()
    account = report.reporter_id or 0
    messages = [
        {**row, "values": None, "read_at": None}
        for row in rows(session, Message, Message.values["code"].as_string() == code)
    ]
    # Not what became of it elsewhere: some cases are evidence against an enterprise.
    own = (AuditRow.target == f"dumping/{code}") & AuditRow.action.startswith("dumping:")
    audits = rows(session, AuditRow, own, AuditRow.at)
    return {
        "report": rows(session, Report, Report.id == report.id),
        "shown": (report.release_token is None, report.cover_id is None),
        "events": rows(session, ReportEvent, ReportEvent.report_id == report.id,
                       ReportEvent.number),
        "ratings": rows(session, ReportRating, ReportRating.report_id == report.id),
        "photos": rows(session, ReportPhoto, ReportPhoto.report_id == report.id,
                       ReportPhoto.role, ReportPhoto.position),
        "audit": [row | {"target": ""} for row in audits],
        "messages": messages,
        "account": account,
    }  # fmt: skip


def test_every_story_is_as_the_actions_would_have_told_it(home: House, session: Session) -> None:
    plan = queries.plan_of(session)
    assert plan is not None
    told = thinker(session, plan, home.keys)(0)
    assert len(told) == plan.reports
    for one in told:
        filled = left_behind(session, one.case.row["code"])
        w = working(home, session, ANONYMOUS, one.case.row["submitted_at"])
        receipt = send(w, one)
        for done in one.done:
            follow(w, receipt, done)
        assert left_behind(session, receipt.code) == filled
        assert marks(session) >= one.case.marks


def marks(session: Session) -> set[tuple[str, Any]]:
    return set(session.execute(select(BucketMark.place, BucketMark.day)).tuples())


def test_photos_are_rows_of_their_own_with_real_files(home: House, session: Session) -> None:
    found = session.execute(
        select(Photo, ReportPhoto.role).join(ReportPhoto, ReportPhoto.photo_id == Photo.id)
    ).all()
    assert {row.role for row in found} == {PhotoRole.REPORTED, PhotoRole.PROOF}
    for photo, role in found:
        assert home.store.read(photo.large_name)[:2] == b"\xff\xd8"
        assert home.store.read(photo.thumb_name)[8:12] == b"WEBP"
        assert photo.owner.endswith("/proof") is (role == PhotoRole.PROOF)
        assert (photo.evidence_name is not None) <= photo.keep_original
    assert len({photo.token_hash for photo, _ in found}) == len(found)
