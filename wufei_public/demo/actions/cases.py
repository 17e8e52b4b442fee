"""Reports with all that happened to them, a few hundred in a transaction."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from wufei_public.calendar.queries import holidays
from wufei_public.demo import queries
from wufei_public.demo.actions.authoring import World, Written, write
from wufei_public.demo.actions.parts import Maker, Writer
from wufei_public.demo.actions.photos import Album
from wufei_public.demo.rules.plan import Plan, parts_of
from wufei_public.demo.rules.rhythm import Moment, moments
from wufei_public.demo.rules.stories import EXAMPLES, Example, Story, Teller
from wufei_public.divisions.queries import directory
from wufei_public.dumping.actions.submit import SCOPE
from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.opinions import ReportRating
from wufei_public.dumping.models.photos import ReportPhoto
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries.counts import MEASURE
from wufei_public.dumping.rules.photos import PhotoRole
from wufei_public.dumping.rules.release import Release
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.buckets import BucketMark
from wufei_public.infra.keys import Keys
from wufei_public.infra.replay import KEEP, ReplayRow
from wufei_public.infra.work import house, reading
from wufei_public.media.models import Photo
from wufei_public.messages.models import Message

_SIZE = 250
Rows = list[dict[str, Any]]


def parts(plan: Plan) -> int:
    """Return in how many parts the reports are written."""
    return parts_of(plan.reports, _SIZE)


def cases(plan: Plan) -> Maker:
    """Return what thinks out a part of the reports and writes them."""
    think = thinker(reading(), plan, house().keys)

    def make(part: int) -> Writer:
        written = think(part)
        return lambda w: _insert(w.session, plan, written)

    return make


def thinker(session: Session, plan: Plan, keys: Keys) -> Callable[[int], Sequence[Written]]:
    """Return what thinks out the cases of a part, the same each time, oldest first."""
    world, year = _world(session, plan, keys), _year(session, plan)

    def think(part: int) -> Sequence[Written]:
        rng = plan.rng("cases", part)
        teller = Teller(rng, plan.until, world.holidays)
        mine = year[part * _SIZE : (part + 1) * _SIZE]
        examples = EXAMPLES[: len(mine)] if part == parts(plan) - 1 else ()
        stories = sorted(_stories(teller, mine, examples), key=lambda story: story.at)
        return [write(rng, world, story) for story in stories]

    return think


def _world(session: Session, plan: Plan, keys: Keys) -> World:
    return World(
        queries.everybody(session),
        queries.residents(session),
        directory(session),
        holidays(session),
        Album(queries.pictures(session)),
        keys,
        plan.until,
    )


def _year(session: Session, plan: Plan) -> Sequence[Moment]:
    places = directory(session)
    towns = {town.code: 3 + len(places.children(town.code)) for town in places.towns}
    return moments(plan.rng("moments"), plan.reports, plan.until, towns)


def _stories(
    teller: Teller, mine: Sequence[Moment], examples: Sequence[Example]
) -> Iterator[Story]:
    # The newest make room for the examples.
    for moment, example in zip_longest(reversed(mine), examples):
        yield teller.example(moment, example) if example else teller.story(moment)


# ---- rows -------------------------------------------------------------------------


def _insert(session: Session, plan: Plan, written: Sequence[Written]) -> None:
    places = _photos(session, written)
    reports = [one.case.row for one in written]
    session.execute(insert(Report), reports)
    codes = [row["code"] for row in reports]
    found = session.execute(select(Report.code, Report.id).where(Report.code.in_(codes)))
    ids = dict(found.tuples().all())
    events = [event | {"report_id": ids[one.case.row["code"]]}
              for one in written for event in one.case.events]  # fmt: skip
    _all(session, ReportPhoto, [row | {"report_id": ids[row["report_id"]]} for row in places])
    _all(session, ReportEvent, sorted(events, key=_at))
    _all(session, ReportRating, [rating | {"report_id": ids[one.case.row["code"]]}
                                 for one in written for rating in one.case.ratings])  # fmt: skip
    _all(session, AuditRow, sorted((row for one in written for row in one.case.audits), key=_at))
    _all(session, Message, sorted((row for one in written for row in one.case.messages), key=_at))
    _all(session, BucketMark, _marks(written))
    _all(session, ReplayRow, _replays(plan, reports))


def _at(row: dict[str, Any]) -> Any:
    return row["at"]


def _all(session: Session, model: type[Any], rows: Rows) -> None:
    table: Table = model.__table__
    if rows:
        session.execute(insert(table), rows)


def _photos(session: Session, written: Sequence[Written]) -> Rows:
    """Write the photos and choose covers; return rows of ReportPhoto, with codes for ids."""
    taken = [(one.case.row, photo) for one in written for photo in one.photos]
    _all(session, Photo, [photo.values for _, photo in taken])
    hashes = [photo.values["token_hash"] for _, photo in taken]
    found = session.execute(select(Photo.token_hash, Photo.id).where(Photo.token_hash.in_(hashes)))
    ids = {bytes(row.token_hash): row.id for row in found}
    rows = []
    for report, photo in taken:
        photo_id, proof = ids[photo.values["token_hash"]], photo.role is PhotoRole.PROOF
        shown = report["release"] == Release.RELEASED
        if shown and not proof and photo.position == 0:
            report["cover_id"] = photo_id
        place = {"photo_id": photo_id, "report_id": report["code"], "role": photo.role}
        rows.append(
            place | {"position": photo.position, "public": proof or shown, "round": photo.round}
        )
    return rows


def _marks(written: Sequence[Written]) -> Rows:
    """Return one mark for all changes of a place and day: they are counted together anyway."""
    marks = sorted({mark for one in written for mark in one.case.marks})
    return [{"measure": MEASURE, "place": place, "day": day} for place, day in marks]


def _replays(plan: Plan, reports: Rows) -> Rows:
    return [
        {
            "scope": SCOPE,
            "key": hashlib.sha256(row["salt"]).hexdigest(),
            "answer": {"code": row["code"]},
            "expires_at": row["submitted_at"] + KEEP,
        }
        for row in reports
        if row["submitted_at"] + KEEP > plan.until
    ]
