"""A numbered, signed snapshot with every change of what is published, in its transaction."""

import json
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import insert, text, update

from wufei_public.common.errors import Conflict
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.keys import Keys
from wufei_public.infra.work import Work
from wufei_public.media.queries import digests_of
from wufei_public.organisations.queries import cards
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.snapshots import ListingLeaf, Snapshot, SnapshotCount
from wufei_public.redblack.queries import listings, public
from wufei_public.redblack.queries import snapshots as queries
from wufei_public.redblack.rules import snapshots as rules

SIGN, SEAL = "redblack:sign", "redblack:leaf"
# These words serve both databases.
_FIRST = text(
    "INSERT INTO listing_snapshot_count (id, number) VALUES (1, 0) ON CONFLICT DO NOTHING"
)


def freeze(w: Work, row: Listing) -> bool:
    """Give an entry that is published its record, kept sealed with its salt; whether it is new.

    The salt is one for as long as the entry is published: who holds it proves that the entry
    is listed, whatever is corrected in it.
    """
    card = cards.cards_of(w.session, [row.organisation_id])[row.organisation_id]
    record = {
        "code": row.code,
        "list": row.kind,
        "severity": row.severity,
        "name": card.name,
        "uscc": card.uscc,
        "town": row.town,
        "trade": row.trade,
        "facts": row.public_facts,
        "ground": row.ground,
        "measure": row.measure,
        "document": row.document,
        "document_on": row.document_on.isoformat() if row.document_on else "",
        "decided_at": _iso(row.decided_at),
        "published_at": _iso(row.published_at),
        "repair_from": _iso(row.repair_from),
        "ends_at": _iso(row.ends_at),
        "photos": digests_of(w.session, listings.released_photos(w.session, row.id)),
        "replies": [
            {
                "kind": one.kind,
                "words": one.public_words,
                "at": one.at.isoformat(),
                "outcome": one.outcome,
                "answer": one.public_answer,
            }
            for one in public.replies(w.session, row.id)
        ],
    }
    row.salt = row.salt or secrets.token_bytes(16)
    words = rules.record_bytes(record).decode()
    if words == row.record:
        return False
    row.record = words
    kept = json.dumps({"salt": row.salt.hex(), "record": record}).encode()
    leaf = rules.leaf(row.salt, record)
    if w.session.get(ListingLeaf, leaf) is not None:  # it says again what it said before
        return True
    sealed = {"leaf": leaf, "listing_id": row.id, "sealed": w.keys.encrypt(SEAL, kept)}
    w.session.execute(insert(ListingLeaf), sealed)
    return True


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def take(w: Work) -> rules.Head:
    """Take the snapshot of what is published now; whoever else publishes waits for it."""
    w.session.flush()
    w.session.execute(_FIRST)
    number = w.session.execute(
        update(SnapshotCount)
        .where(SnapshotCount.id == 1)
        .values(number=SnapshotCount.number + 1)
        .returning(SnapshotCount.number)
    ).scalar_one()
    last = queries.newest(w.session)
    rows = queries.shown_leaves(w.session, w.now)
    pairs = [
        (
            rules.leaf_of(row.salt, rules.identity(row.code, row.kind)),
            rules.leaf_of(row.salt, row.record),
        )
        for row in rows
    ]
    leaves = [leaf for pair in pairs for leaf in pair]
    change = rules.change(pairs, rules.split(last.leaves) if last else [])
    red = sum(row.kind == "red" for row in rows)
    previous = rules.after(last.signature) if last else rules.BEGINNING
    head = rules.Head(number, w.now, red, len(rows) - red, rules.root(leaves), previous)
    w.session.add(
        Snapshot(
            number=number,
            at=head.at,
            red=head.red,
            black=head.black,
            added=change.added,
            gone=change.gone,
            changed=change.changed,
            root=head.root,
            leaves=b"".join(leaves),
            previous=head.previous,
            signature=w.keys.sign(SIGN, head.message()),
        )
    )
    w.session.flush()
    return head


def open_snapshot(w: Work, *, number: int) -> list[dict[str, Any]]:
    """Return every record and salt of a snapshot to an auditor; the look is written down."""
    row = queries.snapshot(w.session, number)
    leaves = rules.split(row.leaves)
    audit.record(w, "redblack:snapshot:open", f"redblack-snapshot/{number}")
    found = queries.sealed_of(w.session, leaves)
    return [_opened(w.keys, leaf, found[leaf]) for leaf in leaves if leaf in found]


def _opened(keys: Keys, leaf: bytes, sealed: bytes) -> dict[str, Any]:
    """Return a record with its salt; Conflict where it is not the one that was published.

    What is sealed may be sealed anew, so its hash is looked at, which nobody can change.
    """
    kept: dict[str, Any] = json.loads(keys.decrypt(SEAL, sealed))
    if rules.leaf(bytes.fromhex(kept["salt"]), kept["record"]) != leaf:
        raise Conflict("leaf_changed", N_("这一期里有一条记录和公布时的哈希不符，请查审计记录。"))
    return kept
