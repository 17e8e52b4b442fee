"""The photo of a check-in: claimed with it, compared by a job, forgotten after its time."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update

from wufei_public.checkins.models import CheckIn, CheckInPhoto, PhotoPart
from wufei_public.checkins.queries import own
from wufei_public.checkins.queries import photos as queries
from wufei_public.checkins.rules.people import OWN
from wufei_public.checkins.rules.photos import MOST, Print, kept_since, likest, parts_of
from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.media import queries as media_queries
from wufei_public.media.actions import photos as media

BATCH = 200


def require_own(tokens: Sequence[str], member: int) -> None:
    """Raise Invalid at `photo` for more than one, and for one of somebody without a phone.

    Of a household member nothing is kept but the day.
    """
    sentence = ""
    if len(tokens) > MOST:
        sentence = N_("打卡只放一张照片。")
    elif tokens and member != OWN:
        sentence = N_("替家人打卡不用放照片。")
    if sentence:
        raise Invalid("no_photo_here", sentence, [FieldError("photo", sentence)])


def attach(w: Work, row: Mapping[str, Any], tokens: Sequence[str]) -> None:
    """Give the photo behind a token to the check-in of `row`, without place and time of taking.

    Invalid at `photo/0` for a photo that is not there any more.
    """
    account, day = row["account"], row["day"]
    check_in = own.of_day(w.session, account, row["member"], day).id
    code = new_code(secrets.token_bytes)
    owner = queries.owner_of(code)
    (photo,) = media.claim(w, tokens, owner=owner)
    media.forget_facts(w, owner)
    sha256, _dhash = media_queries.fingerprints(w.session, [photo])[photo]
    w.session.execute(
        insert(CheckInPhoto),
        {
            "check_in": check_in,
            "code": code,
            "photo": photo,
            "day": day,
            "village": row["village"],
            "sha256": sha256,
            "likeness": "",
        },
    )


def take_back(w: Work, *, code: str) -> date:
    """Delete the photo of an own check-in, which stays as it is; return its day. NotFound."""
    row = queries.photo(w.session, code)
    if w.actor.id is None or row.account != w.actor.id:
        raise queries.missing()
    forget(w, CheckInPhoto.check_in == row.check_in)
    day: date = row.day
    return day


# ---- comparing -------------------------------------------------------------------


def compare(w: Work) -> int:
    """Compare the photos that were developed since with those before; return how many.

    The later of two that are alike bears the hint, whichever was developed first.
    """
    waiting = queries.uncompared(w.session, BATCH)
    made = media_queries.developed(w.session, [row.photo for row in waiting])
    done = [row for row in waiting if row.photo in made]
    for row in done:
        _compare(w, Print(row.check_in, row.sha256, made[row.photo]))
    return len(done)


def _compare(w: Work, one: Print) -> None:
    parts = parts_of(one.dhash)
    values = {"dhash": one.dhash, "compared_at": w.now}
    w.session.execute(
        update(CheckInPhoto).where(CheckInPhoto.check_in == one.check_in).values(values)
    )
    others = queries.like(w.session, one, parts)
    _hint(w, one, [other for other in others if other.check_in < one.check_in])
    for later in others:
        if later.check_in > one.check_in:
            _hint(w, later, [one])
    if parts:
        rows = [{"part": part, "check_in": one.check_in} for part in parts]
        w.session.execute(insert(PhotoPart), rows)


def _hint(w: Work, one: Print, earlier: Sequence[Print]) -> None:
    found = likest(one, earlier)
    if found is not None:
        w.session.execute(
            update(CheckInPhoto)
            .where(CheckInPhoto.check_in == one.check_in, CheckInPhoto.likeness == "")
            .values(alike=found[0].check_in, likeness=found[1].value)
        )


# ---- forgetting ------------------------------------------------------------------


def forget_old(w: Work) -> int:
    """Delete the photos whose time is over, and what was kept of their looks; return how many."""
    return forget(w, CheckInPhoto.day < kept_since(district_day(w.now)))


def forget_of(w: Work, check_ins: Collection[int]) -> int:
    """Delete the photos of check-ins; return how many."""
    return forget(w, CheckInPhoto.check_in.in_(check_ins))


def forget_all(w: Work, account: int) -> int:
    """Delete every photo of an account's check-ins; return how many."""
    mine = select(CheckIn.id).where(CheckIn.account == account)
    return forget(w, CheckInPhoto.check_in.in_(mine))


def forget(w: Work, which: ColumnElement[bool]) -> int:
    """Delete photos, the hints that lead to them, and the media room's rows."""
    rows = w.session.execute(select(CheckInPhoto.check_in, CheckInPhoto.photo).where(which)).all()
    for at in range(0, len(rows), BATCH):
        some = rows[at : at + BATCH]
        gone = [row.check_in for row in some]
        freed = update(CheckInPhoto).where(CheckInPhoto.alike.in_(gone))
        w.session.execute(freed.values(alike=None, likeness=""))
        w.session.execute(delete(PhotoPart).where(PhotoPart.check_in.in_(gone)))
        w.session.execute(delete(CheckInPhoto).where(CheckInPhoto.check_in.in_(gone)))
        media.forget(w, [row.photo for row in some])
    return len(rows)
