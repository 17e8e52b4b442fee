"""A resident submits: exactly once, in as few statements as the rows that it writes."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wufei_public.calendar.queries import holidays
from wufei_public.common.actor import ActorKind
from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict, FieldError, Invalid
from wufei_public.common.geo import Box, Crs, Point, crs_named, distance, to_wgs84
from wufei_public.common.places import town_of
from wufei_public.common.redact import redact
from wufei_public.common.text import N_
from wufei_public.common.workdays import Holidays
from wufei_public.divisions import queries as places
from wufei_public.dumping.actions.photos import add_from_reporter
from wufei_public.dumping.actions.photos import place as place_photos
from wufei_public.dumping.actions.receipts import Receipt, receipt_of, secrets_of
from wufei_public.dumping.actions.steps import as_reporter, event_row, note, owner_of
from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.queries.counts import MEASURE
from wufei_public.dumping.rules.clocks import due_at
from wufei_public.dumping.rules.kinds import OFFICIAL, keeps_originals, official_of
from wufei_public.dumping.rules.photos import PhotoRole
from wufei_public.dumping.rules.release import Release
from wufei_public.dumping.rules.states import OPEN, Source, State
from wufei_public.infra import audit, buckets, replay
from wufei_public.infra.keys import Keys
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media
from wufei_public.messages.actions import inbox
from wufei_public.people.rules.phones import read_mobile

SCOPE = "dumping"
NOTHING_SAID = N_("请拍一张照片，或者写一句看到了什么。两样都没有，去的人找不到。")
KEY_USED = N_("您用这一页交过一件，我们已经收到。下面写的如果是另一件，请再点一次提交。")
# Whoever writes 0, 0 had no fix; whoever stands elsewhere reports elsewhere.
CHINA = Box(3.0, 73.0, 54.0, 136.0)
# A phone rounds what it read out of a photo (metres).
SAME_PLACE = 30.0


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
    source: Source = Source.H5
    outside_number: str = ""
    # When another office took it down, as its sheet says: never what a form says of itself.
    received_at: datetime | None = None


class KeyUsed(Conflict):
    """The key made another report before: its receipt, and the photos that went with it.

    The key is as secret as the receipt and known to the same phone, so that whoever comes with
    it may be led to what they have already sent.
    """

    def __init__(self, first: Receipt, taken: Sequence[str]) -> None:
        super().__init__("key_used", KEY_USED)
        self.first = first
        self.taken = taken


def submit(w: Work, draft: Draft) -> Receipt:
    """Write a new case and all that follows; the same form again gives the first receipt.

    Raises KeyUsed where a key that was used comes with another report.
    Raises Invalid at `words` where neither photo nor word says what it is about, at `division`
    for an unknown place, at `phone` for what is no mobile number, and at `photo/n` for a photo
    that is gone.
    """
    if not draft.photo and not draft.words:
        raise Invalid("nothing_said", NOTHING_SAID, [FieldError("words", NOTHING_SAID)])
    code = new_code(secrets.token_bytes)
    claimed = {"code": code, "said": _said(w.keys, draft)[0]}
    first = replay.claim(w, SCOPE, _key(draft.client_key), claimed)
    if first is not None:
        return _again(w, draft, first)
    salt, calendar = secrets.token_bytes(16), holidays(w.session)
    secret, pin = secrets_of(w.keys, code, salt)
    begun = draft.received_at or w.now
    receipt = Receipt(code, secret, pin, begun, due_at("accept", begun, calendar))
    _write(as_reporter(w), draft, receipt, _clocks(receipt, calendar) | {"salt": salt})
    return receipt


def _said(keys: Keys, draft: Draft) -> list[str]:
    """Return what tells two reports apart: not the photos, which may still be on their way."""
    parts = (draft.kind, draft.division or "", draft.spot, draft.words, draft.phone)
    found = keys.macs("dumping:said", *(part.encode() for part in parts))
    return [mac.hex()[:16] for mac in found]


def _again(w: Work, draft: Draft, first: Mapping[str, Any]) -> Receipt:
    """Return the first receipt of a form that came again; KeyUsed if it says something else.

    Photos that were not there the first time join those that were.
    """
    report = queries.report_for_update(w.session, first["code"])
    owner, receipt = owner_of(report.code), receipt_of(w.keys, report)
    if first["said"] not in _said(w.keys, draft):
        missing = media.not_yet(w, draft.photo, owner)
        raise KeyUsed(receipt, [token for token in draft.photo if token not in missing])
    late = media.not_seen(w, draft.photo, owner)
    if late and report.facts.state in OPEN:
        added = add_from_reporter(w, report, late, PhotoRole.REPORTED)
        note(as_reporter(w), report, "photos", internal=str(added))
    return receipt


def _key(client_key: str) -> str:
    """Return the key as it is kept: who reads the table can not replay a phone's form."""
    return hashlib.sha256(client_key.encode()).hexdigest()


def _clocks(receipt: Receipt, calendar: Holidays) -> dict[str, Any]:
    start = receipt.submitted_at
    return {
        "submitted_at": start,
        "business_day": district_day(start),
        "due_at": receipt.accept_due,
        "accept_due": receipt.accept_due,
        "legal_accept_due": due_at("legal_accept", start, calendar),
        "release_due": due_at("release", start, calendar),
    }


def _write(w: Work, draft: Draft, receipt: Receipt, clocks: dict[str, Any]) -> None:
    official, target = OFFICIAL[official_of(draft.kind)], owner_of(receipt.code)
    keep = keeps_originals(draft.kind, official.code, known=False)
    ids = media.claim(w, draft.photo, owner=target, keep_original=keep)
    division = _place(w, draft.division)
    row = _BLANK | clocks | _position(w, draft) | _words(w, draft)
    row |= {
        "code": receipt.code,
        "source": draft.source,
        "outside_number": draft.outside_number or None,
        "plain_kind": draft.kind,
        "official_kind": official.code,
        "division": division,
        "town": town_of(division),
        "reporter_id": w.actor.id if w.actor.kind is ActorKind.RESIDENT else None,
        "photos": len(ids),
    }
    report_id = w.insert(Report, row)
    place_photos(w, report_id, ids, PhotoRole.REPORTED)
    w.insert(ReportEvent, event_row(w, report_id, 1, "submit", State.SUBMITTED))
    after: dict[str, str] = {"state": State.SUBMITTED}
    if draft.received_at is not None:
        after["received_at"] = draft.received_at.isoformat()
    audit.record(w, "dumping:case:submit", target, after=after)
    buckets.mark(w, MEASURE, row["town"], row["business_day"])
    _confirm(w, receipt)


# A case as it begins.
_BLANK: dict[str, Any] = {
    "state": State.SUBMITTED,
    "release": Release.PENDING,
    "version": 1,
    "returns": 0,
    "outcome": "",
    "proof": "",
    "refuse_ground": "",
    "withhold_reason": "",
}


def _words(w: Work, draft: Draft) -> dict[str, Any]:
    """Return the resident's words as they are and as others may read them, and the number."""
    phone = read_mobile(draft.phone) if draft.phone else ""
    return {
        "spot": draft.spot,
        # What is near by may be somebody's door: an official writes what all may read.
        "public_spot": "",
        "words": draft.words,
        "public_words": redact(draft.words),
        "contact_sealed": w.keys.encrypt("phone", phone.encode()) if phone else None,
    }


def _position(w: Work, draft: Draft) -> dict[str, Any]:
    """Return the position in WGS-84 with its source: the resident's, else the first photo's.

    What the form has from a photo must be that of a photo which came along, and whoever has
    chosen from the list is not told a position at all.
    """
    crs = crs_named(draft.datum)
    stated = draft.lat is not None and draft.lon is not None
    point = to_wgs84(draft.lon, draft.lat, crs) if stated else None  # type: ignore[arg-type]
    source, accuracy = draft.position_source or "device", draft.accuracy
    if source == "photo" or (point is None and source != "list"):
        point, source, accuracy, crs = _of_photos(w, draft, point) or (None, "", None, crs)
    if point is None or not CHINA.holds(point):
        source = "list" if draft.division else ""
        return {"lat": None, "lon": None, "accuracy": None, "datum": "", "position_source": source}
    return {
        "lat": round(point.lat, 7),
        "lon": round(point.lon, 7),
        "accuracy": accuracy,
        "datum": crs,
        "position_source": source,
    }


def _of_photos(
    w: Work, draft: Draft, stated: Point | None
) -> tuple[Point, str, float | None, Crs] | None:
    """Return the position of a photo and who read it there: `exif` this house, `phone` the phone.

    A `stated` one is looked for among the photos; without it the first is taken.
    """
    for lat, lon, source in media.positions(w, draft.photo) if draft.photo else ():
        point = Point(lat, lon)
        if stated is None or distance(point, stated) < SAME_PLACE:
            return point, source or "photo", None, Crs.WGS84
    return None


def _place(w: Work, division: str | None) -> str | None:
    if not division:
        return None
    if not places.directory(w.session).is_place_for_records(division):
        sentence = N_("名单里没有这个地方，请重新选。")
        raise Invalid("no_place", sentence, [FieldError("division", sentence)])
    return division


def _confirm(w: Work, receipt: Receipt) -> None:
    """Put the receipt into the inbox of a resident with an account."""
    if w.actor.id is not None:
        inbox.tell(w, w.actor.id, "dumping.submit", {"code": receipt.code})
