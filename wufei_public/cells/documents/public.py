"""What everyone sees: the register, certificates, notices, the count behind indicator 39."""

from base64 import b64decode, b64encode
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session

from wufei_public.cells.actions.steps import story_owner
from wufei_public.cells.documents.shown import kind_label, standing_chip, stars_words
from wufei_public.cells.documents.spots import chip
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.queries import certificates as queries
from wufei_public.cells.queries import spots
from wufei_public.cells.rules.counting import target_in
from wufei_public.cells.rules.kinds import KINDS
from wufei_public.cells.rules.naming import PURPOSE
from wufei_public.cells.rules.standing import Shown, Standing, is_told, shown
from wufei_public.common.clock import day_start, district_day
from wufei_public.divisions import queries as places
from wufei_public.infra.i18n import is_english
from wufei_public.infra.keys import Keys
from wufei_public.infra.web.paging import pack_moment, unpack_moment
from wufei_public.media import queries as media

MOST_NOTICES, MOST_COUNTED = 50, 100

_ENDED = (Shown.REVOKED, Shown.SUSPENDED)


def register_rows(session: Session, rows: Sequence[Row[Any]], today: date) -> list[dict[str, Any]]:
    """Return lines of the register; no statement of its own, however many lines."""
    names = places.directory(session).called(english=is_english())
    return [_row(row, names, today) for row in rows]


def _row(row: Row[Any], names: Mapping[str, str], today: date) -> dict[str, Any]:
    now = shown(Standing(row.standing), row.valid_until, today, row.free_from)
    told = is_told(now)
    return {
        "number": row.number,
        "code": row.code,
        "unit": row.unit,
        "kind": row.kind,
        "kind_label": kind_label(row.kind),
        "town": names.get(row.town),
        "stars": row.stars,
        "stars_words": stars_words(row.stars),
        "standing": now,
        "chip": standing_chip(now),
        "named_on": row.named_on,
        "valid_until": row.valid_until,
        # Since when it is removed or suspended.
        "changed_on": district_day(row.standing_at) if now in _ENDED else None,
        "story": row.story if told else "",
        "cover": url_for("cells.picture", code=row.code, photo_id=row.cover_id, size="thumb")
        if told and row.cover_id
        else None,
        "address": url_for("cells.certificate", code=row.code),
        "statement": row.statement,
        "signature": row.signature,
    }


def after_of(position: str | None) -> queries.Position | None:
    """Return the register's position behind its text."""
    if not position:
        return None
    instant, number = unpack_moment(position)
    return district_day(instant), number


def position_of(following: queries.Position | None) -> str:
    """Return the register's position as text for a URL, empty where there is nothing more."""
    return pack_moment((day_start(following[0]), following[1])) if following else ""


def cell_json(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return one line of the register as JSON has it."""
    left_out = {"chip", "stars_words"}
    days = {
        name: line[name] and line[name].isoformat()
        for name in ("named_on", "valid_until", "changed_on")
    }
    return {name: value for name, value in line.items() if name not in left_out} | days


def certificate_view(session: Session, found: CellCertificate, today: date) -> dict[str, Any]:
    """Return what the verification page says."""
    names = places.directory(session).called(english=is_english())
    now = shown(Standing(found.standing), found.valid_until, today, found.free_from)
    return {
        "number": found.number,
        "code": found.code,
        "unit": found.unit,
        "kind_label": kind_label(found.kind),
        "place": names.get(found.division, ""),
        "stars_words": stars_words(found.stars),
        "stars": found.stars,
        "named_on": found.named_on,
        "valid_until": found.valid_until,
        "document": found.document,
        "story": found.story if is_told(now) else "",
        "standing": now,
        "chip": standing_chip(now),
        "reason": found.standing_reason if now in _ENDED else "",
        "standing_at": found.standing_at,
        "statement": found.statement,
        "signature": found.signature,
        "reports": [(one.year, one.text) for one in queries.year_reports(session, found.id)],
        "pictures": _pictures(session, found) if is_told(now) else [],
        "checks": [
            (one.year, chip(one.finding), one.text)
            for one in spots.of_certificate(session, found.id)
        ],
    }


def _pictures(session: Session, found: CellCertificate) -> list[dict[str, Any]]:
    row = session.get_one(CellApplication, found.application_id)
    return [
        {
            "thumb": url_for("cells.picture", code=found.code, photo_id=one.id, size="thumb"),
            "large": url_for("cells.picture", code=found.code, photo_id=one.id, size="large"),
            "width": one.thumb_width,
            "height": one.thumb_height,
            "state": one.state,
        }
        for one in media.photos_of(session, story_owner(row.code))
        if one.state == "ready"
    ]


def signer(keys: Keys, found: CellCertificate) -> str:
    """Return the public key (base64) that the certificate is signed with, of whatever version."""
    signature = b64decode(found.signature)
    return b64encode(keys.signer(PURPOSE, found.statement.encode(), signature)).decode()


def public_keys(keys: Keys) -> list[dict[str, Any]]:
    """Return every key that certificates were ever signed with, newest first, with its dates."""
    return [
        {"key": b64encode(one.key).decode(), "since": one.since, "until": one.until}
        for one in keys.public_keys(PURPOSE)
    ]


def signed_json(keys: Keys, found: CellCertificate, today: date) -> dict[str, Any]:
    """Return the signed statement with the key that checks it, and how it stands now."""
    now = shown(Standing(found.standing), found.valid_until, today, found.free_from)
    return {
        "standing": now,
        "standing_label": standing_chip(now)[1],
        "statement": found.statement,
        "signature": found.signature,
        "public_key": signer(keys, found),
        "public_keys": public_keys(keys),
    }


def count_json(session: Session, now: datetime) -> dict[str, Any]:
    """Return indicator 39 today, with the rule and the list behind it."""
    found, today = queries.figures(session, now), district_day(now)
    return {
        "day": today.isoformat(),
        "rule": found.rule.version,
        "source": found.rule.source,
        "count": len(found.numbers),
        "target": target_in(today.year),
        "in_progress": found.in_progress,
        "numbers": list(found.numbers),
    }


def notices_page(session: Session, after: str) -> tuple[list[dict[str, Any]], str]:
    """Return a page of the units on public notice, and the code after which the next begins."""
    found = queries.on_notice(session, MOST_NOTICES + 1, after)
    more = found[MOST_NOTICES - 1].code if len(found) > MOST_NOTICES else ""
    return notice_rows(session, found[:MOST_NOTICES]), more


def notice_json(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return one unit on public notice as JSON has it."""
    times = {"notice_from": line["from"].isoformat(), "notice_until": line["until"].isoformat()}
    return {name: line[name] for name in ("code", "unit", "kind", "place", "stars", "held")} | times


def notice_rows(session: Session, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the units on public notice, with the level that they would get."""
    names = places.directory(session).called(english=is_english())
    return [
        {
            "code": row.code,
            "unit": row.unit,
            "kind": kind_label(row.kind),
            "place": names.get(row.division, ""),
            "stars": stars_words(row.stars or 0),
            "held": row.state == "held",
            "from": row.notice_from,
            "until": row.notice_until,
            "url": url_for("cells.notice", code=row.code),
        }
        for row in rows
    ]


def counting_values(session: Session, now: datetime, after: str) -> dict[str, Any]:
    """Return indicator 39 with its rule, a page of its list, and what is named without counting.

    `after` is the number of the certificate that ended the page before.
    """
    found, today = queries.figures(session, now), district_day(now)
    first = bisect_right(found.numbers, after)
    numbers = found.numbers[first : first + MOST_COUNTED]
    listed = queries.of_numbers(session, numbers)
    kinds = found.by_kind()
    return {
        "count": count_json(session, now),
        "since": found.rule.since,
        "counted": [(kind_label(kind), kinds.get(kind, 0)) for kind in KINDS if kind in _of(found)],
        "others": [
            (kind_label(kind), kinds.get(kind, 0)) for kind in KINDS if kind not in _of(found)
        ],
        "rows": register_rows(session, listed, today),
        "last": numbers[-1] if first + MOST_COUNTED < len(found.numbers) else "",
    }


def _of(found: queries.Figures) -> frozenset[str]:
    return found.rule.kinds
