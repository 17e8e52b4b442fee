"""Entries as everyone reads them: lists, one entry, snapshots and their feed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session

from wufei_public.divisions.queries import directory
from wufei_public.infra.i18n import gettext as _
from wufei_public.infra.i18n import is_english
from wufei_public.infra.keys import Keys
from wufei_public.media.queries import photos_of
from wufei_public.organisations.queries import cards
from wufei_public.organisations.rules.kinds import KINDS
from wufei_public.redblack.actions.snapshots import SIGN
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.snapshots import Snapshot
from wufei_public.redblack.queries import listings, public, snapshots
from wufei_public.redblack.rules import snapshots as rules
from wufei_public.redblack.rules import trees
from wufei_public.redblack.rules.clocks import SEVERITIES
from wufei_public.redblack.rules.facts import owner_of
from wufei_public.redblack.rules.states import (
    LIST_LABELS,
    OUTCOME_LABELS,
    PAPER_LABELS,
    ListKind,
    Outcome,
    Paper,
)

_NOTICE = ("code", "list", "severity", "name", "uscc", "town", "trade", "facts", "ground")


def list_words(kind: str, severity: str) -> str:
    """Return 红榜, or 黑榜 with its degree."""
    label = _(LIST_LABELS[ListKind(kind)])
    if not severity:
        return label
    return _("%(list)s · %(degree)s", list=label, degree=_(SEVERITIES[severity].label))


def _degree(severity: str) -> str:
    return _(SEVERITIES[severity].label) if severity else ""


def public_rows(session: Session, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Return rows of the list with the names of their organisations; three statements in all."""
    names = cards.cards_of(session, [row.organisation_id for row in rows])
    return [_row(row, names[row.organisation_id]) for row in rows]


def _row(row: Row[Any] | Listing, card: Row[Any]) -> dict[str, Any]:
    return {
        "code": row.code,
        "list": row.kind,
        "severity": row.severity,
        "name": card.name,
        "uscc": card.uscc,
        "town": row.town,
        "trade": row.trade,
        "facts": row.public_facts,
        "ground": row.ground,
        "published_at": row.published_at,
        "repair_from": row.repair_from,
        "ends_at": row.ends_at,
    }


def notice_rows(session: Session, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Return the entries on public notice, with the document and until when."""
    names = cards.cards_of(session, [row.organisation_id for row in rows])
    more = [{"document": row.document, "until": row.respond_until} for row in rows]
    found = [_row(row, names[row.organisation_id]) for row in rows]
    return [
        {name: line[name] for name in _NOTICE} | rest
        for line, rest in zip(found, more, strict=True)
    ]


def public_photos(session: Session, row: Listing) -> list[Row[Any]]:
    """Return the developed photos of the evidence that were released."""
    released = listings.released_photos(session, row.id)
    if not released:
        return []
    found = photos_of(session, owner_of(row.code))
    return [photo for photo in found if photo.id in released and photo.state == "ready"]


def in_words(session: Session, lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return lines with what people read instead of codes."""
    names = directory(session).called(english=is_english())
    return [
        line
        | {
            "label": list_words(line["list"], line["severity"]),
            # Short enough for a chip in a list, on a phone of 320 px in English too.
            "short": _(LIST_LABELS[ListKind(line["list"])]),
            "degree": _degree(line["severity"]),
            "tone": "done" if line["list"] == ListKind.RED else "bad",
            "where": names.get(line["town"], ""),
            "trade_label": _(KINDS.get(line["trade"], line["trade"])),
        }
        for line in lines
    ]


def public_entry(session: Session, row: Listing, now: datetime) -> dict[str, Any]:
    """Return one entry with what the enterprise says to it."""
    card = cards.cards_of(session, [row.organisation_id])[row.organisation_id]
    said = public.replies(session, row.id, now)
    waiting = public.waiting_replies(session, row.id, now)
    return _row(row, card) | {
        "measure": row.measure,
        "document": row.document,
        "photos": [
            url_for("redblack.photo", code=row.code, photo_id=photo.id, size="large")
            for photo in public_photos(session, row)
        ],
        "replies": [
            {
                "kind": reply.kind,
                "words": reply.public_words,
                "at": reply.at,
                "outcome": reply.outcome,
                "answer": reply.public_answer,
            }
            for reply in said
        ],
        "objection_open": any(
            reply.kind == Paper.OBJECTION and not reply.outcome for reply in [*said, *waiting]
        ),
        "replies_waiting": len(waiting),
        "replies_public_by": waiting[-1].public_from if waiting else None,
    }


def replies_in_words(replies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return replies with their kinds and outcomes in words."""
    return [
        reply
        | {
            "label": _(PAPER_LABELS[Paper(reply["kind"])]),
            "answered": _(OUTCOME_LABELS[Outcome(reply["outcome"])])
            if reply["kind"] == Paper.OBJECTION
            else "",
        }
        for reply in replies
    ]


def span(row: Listing, now: datetime) -> dict[str, int] | None:
    """Return how far the term has run and where repair begins, in hundredths of the whole."""
    if row.published_at is None or row.ends_at is None:
        return None
    begin, end = row.published_at, row.ends_at
    return {
        "today": _share(begin, now, end),
        "least": _share(begin, row.repair_from or begin, end),
    }


def _share(begin: datetime, at: datetime, end: datetime) -> int:
    return round(100 * min(1.0, max(0.0, (at - begin) / (end - begin))))


# ---- snapshots ------------------------------------------------------------------


def changes(session: Session, before: int | None, limit: int) -> list[dict[str, Any]]:
    """Return the change log: numbers, dates, counts and roots, never a name."""
    return [
        {
            "number": row.number,
            "at": row.at,
            "red": row.red,
            "black": row.black,
            "added": row.added,
            "gone": row.gone,
            "changed": row.changed,
            "root": row.root.hex(),
        }
        for row in snapshots.changes(session, before, limit)
    ]


def changes_page(
    session: Session, before: int | None, limit: int
) -> tuple[list[dict[str, Any]], int | None]:
    """Return a page of the change log, and before which number goes the next."""
    rows = changes(session, before, limit)
    more = len(rows) == limit and rows[-1]["number"] > 1
    return rows, rows[-1]["number"] if more else None


def public_key(keys: Keys) -> str:
    """Return the key (hexadecimal) with which new snapshots are checked."""
    return keys.public_key(SIGN).hex()


def public_keys(keys: Keys) -> list[dict[str, Any]]:
    """Return every key that snapshots were ever signed with, newest first, with its dates."""
    return [
        {"key": one.key.hex(), "since": one.since, "until": one.until}
        for one in keys.public_keys(SIGN)
    ]


def snapshot_json(session: Session, row: Snapshot, keys: Keys) -> dict[str, Any]:
    """Return a snapshot whole: what is signed, and every salted hash."""
    head = row.head
    return {
        "number": row.number,
        "at": row.at,
        "red": row.red,
        "black": row.black,
        "added": row.added,
        "gone": row.gone,
        "changed": row.changed,
        "root": row.root.hex(),
        "format": row.format,
        "size": row.size,
        "previous": row.previous.hex(),
        "signature": row.signature.hex(),
        "message": head.message().decode(),
        "public_key": keys.signer(SIGN, head.message(), row.signature).hex(),
        "leaves": [leaf.hex() for leaf in snapshots.leaves(session, row)],
    }


def record_json(session: Session, row: Listing) -> dict[str, Any] | None:
    """Return an entry's record, salt and path in the newest snapshot; None once it is gone."""
    newest = snapshots.newest(session)
    if newest is None or row.salt is None or row.record is None:
        return None
    leaf, stands = rules.leaf_of(row.salt, row.record), snapshots.places_of(session, [row.id])
    read = snapshots.tree(session, newest.number)
    # What it is stands before what it says.
    place = 2 * stands[row.id] + 1 if row.id in stands else None
    if place is None or read((0, place)) != leaf:
        return None
    return {
        "identity": rules.identity(row.code, row.kind),
        "record": row.record,
        "salt": row.salt.hex(),
        "leaf": leaf.hex(),
        "snapshot": newest.number,
        "place": place,
        "path": [step.hex() for step in trees.path(newest.size, place, read)],
    }
