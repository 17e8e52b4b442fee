"""A resident submits: exactly once, in as few statements as the rows that it writes."""

import hashlib
import secrets
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from wufei_public.calendar.queries import holidays
from wufei_public.common.actor import ActorKind
from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.geo import Box, crs_named, to_wgs84
from wufei_public.common.places import town_of
from wufei_public.common.redact import redact
from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.dumping import queries
from wufei_public.dumping.actions.steps import MEASURE, event_row, owner_of
from wufei_public.dumping.models import Report, ReportEvent
from wufei_public.dumping.rules.clocks import due_at
from wufei_public.dumping.rules.kinds import OFFICIAL, official_of
from wufei_public.dumping.rules.states import Release, State
from wufei_public.infra import audit, buckets, replay
from wufei_public.infra.keys import Keys
from wufei_public.infra.work import Work
from wufei_public.media import actions as media

SCOPE = "dumping"
PIN_DIGITS = 6
# Whoever writes 0, 0 had no fix; whoever stands elsewhere reports elsewhere.
CHINA = Box(3.0, 73.0, 54.0, 136.0)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a resident typed, loaded by `schemas.ReportIn`."""

    client_key: str
    kind: str
    division: str | None = None
    spot: str = ""
    lat: float | None = None
    lon: float | None = None
    accuracy: float | None = None
    datum: str = "wgs84"
    position_source: str = ""
    words: str = ""
    phone: str = ""
    photo: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What only the reporter holds: the secret opens the own page, the PIN does too."""

    code: str
    secret: str
    pin: str
    submitted_at: datetime
    accept_due: datetime


def secrets_of(keys: Keys, code: str, salt: bytes) -> tuple[str, str]:
    """Return secret (128 bits, base 32) and PIN (six digits) of a receipt.

    Both are derived from the house's key and the case's salt, so that the same receipt
    can be shown again and a stolen table opens nothing.
    """
    raw = keys.mac("receipt", code.encode(), salt)
    secret = b32encode(raw[:16]).decode().rstrip("=").lower()
    return secret, f"{int.from_bytes(raw[16:24], 'big') % 10**PIN_DIGITS:0{PIN_DIGITS}d}"


def submit(w: Work, draft: Draft) -> Receipt:
    """Write a new case and all that follows; the same client key again gives the first receipt.

    Raises Invalid at `division` for an unknown place and at `photos/n` for a photo that is gone.
    """
    code = new_code(secrets.token_bytes)
    first = replay.claim(w, SCOPE, _key(draft.client_key), {"code": code})
    if first is not None:
        return receipt_of(w.keys, queries.report(w.session, first["code"]))
    salt = secrets.token_bytes(16)
    secret, pin = secrets_of(w.keys, code, salt)
    due = due_at("accept", w.now, holidays(w.session))
    receipt = Receipt(code, secret, pin, w.now, due)
    _write(w, draft, receipt, salt)
    return receipt


def receipt_of(keys: Keys, report: Report) -> Receipt:
    """Return the receipt of a case that was submitted before."""
    secret, pin = secrets_of(keys, report.code, report.salt)
    return Receipt(report.code, secret, pin, report.submitted_at, report.accept_due)


def _key(client_key: str) -> str:
    """Return the key as it is kept: who reads the table can not replay a phone's form."""
    return hashlib.sha256(client_key.encode()).hexdigest()


def _write(w: Work, draft: Draft, receipt: Receipt, salt: bytes) -> None:
    official = OFFICIAL[official_of(draft.kind)]
    photos = media.claim(
        w, draft.photo, owner=owner_of(receipt.code), keep_original=official.keep_original
    )
    row = _row(w, draft, receipt) | {
        "photos": len(photos),
        "official_kind": official.code,
        "salt": salt,
    }
    report_id = w.session.execute(insert(Report).returning(Report.id), row).scalar_one()
    event = event_row(w, report_id, 1, "submit", State.SUBMITTED)
    w.session.execute(insert(ReportEvent), event)
    audit.record(w, "dumping:case:submit", owner_of(receipt.code), after={"state": row["state"]})
    buckets.mark(w, MEASURE, row["town"], row["business_day"])


def _row(w: Work, draft: Draft, receipt: Receipt) -> dict[str, object]:
    calendar = holidays(w.session)
    lat, lon, source = _position(draft)
    division = _place(w, draft.division)
    return {
        "code": receipt.code,
        "state": State.SUBMITTED,
        "release": Release.PENDING,
        "version": 1,
        "plain_kind": draft.kind,
        "division": division,
        "town": town_of(division),
        "lat": lat,
        "lon": lon,
        "accuracy": draft.accuracy if lat is not None else None,
        "position_source": source,
        "spot": redact(draft.spot),
        "words": draft.words,
        "public_words": redact(draft.words),
        "contact_sealed": _seal(w, draft.phone),
        "reporter_id": w.actor.id if w.actor.kind is ActorKind.RESIDENT else None,
        "pin_failures": 0,
        "submitted_at": w.now,
        "business_day": district_day(w.now),
        "due_at": receipt.accept_due,
        "accept_due": receipt.accept_due,
        "legal_accept_due": due_at("legal_accept", w.now, calendar),
        "release_due": due_at("release", w.now, calendar),
        "hold_used": False,
        "returns": 0,
        "outcome": "",
        "proof": "",
        "refuse_ground": "",
        "withhold_reason": "",
    }


def _position(draft: Draft) -> tuple[float | None, float | None, str]:
    """Return the position in WGS-84 with its source; none outside the country."""
    if draft.lat is None or draft.lon is None:
        return None, None, "list" if draft.division else ""
    point = to_wgs84(draft.lon, draft.lat, crs_named(draft.datum))
    if not CHINA.holds(point):
        return None, None, "list" if draft.division else ""
    return round(point.lat, 7), round(point.lon, 7), draft.position_source or "device"


def _place(w: Work, division: str | None) -> str | None:
    if not division:
        return None
    if not places.directory(w.session).is_place_for_records(division):
        sentence = N_("名单里没有这个地方，请重新选。")
        raise Invalid("no_place", sentence, [FieldError("division", sentence)])
    return division


def _seal(w: Work, phone: str) -> bytes | None:
    return w.keys.encrypt("phone", phone.encode()) if phone else None
