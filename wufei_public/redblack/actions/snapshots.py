"""A numbered, signed snapshot with every change of what is published, in its transaction."""

import json
import secrets
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from typing import Any

from sqlalchemy import insert, or_, select, text, update

from wufei_public.common.errors import Conflict
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.keys import Keys
from wufei_public.infra.work import Work
from wufei_public.media.queries import digests_of
from wufei_public.organisations.queries import cards
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.models.snapshots import (
    ListingLeaf,
    ListingNode,
    ListingPlace,
    Snapshot,
    SnapshotCount,
)
from wufei_public.redblack.queries import listings, public
from wufei_public.redblack.queries import snapshots as queries
from wufei_public.redblack.rules import snapshots as rules
from wufei_public.redblack.rules import trees

SIGN, SEAL = "redblack:sign", "redblack:leaf"
# These words serve both databases.
_FIRST = text(
    "INSERT INTO listing_snapshot_count (id, number) VALUES (1, 0) ON CONFLICT DO NOTHING"
)


def freeze(w: Work, row: Listing, without: Collection[int] = ()) -> bool:
    """Give an entry that is published its record, kept sealed with its salt; whether it is new.

    `without` are photos that are taken away with it.
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
        "photos": digests_of(w.session, listings.released_photos(w.session, row.id) - set(without)),
        "replies": [
            {
                "kind": one.kind,
                "words": one.public_words,
                "at": one.at.isoformat(),
                "outcome": one.outcome,
                "answer": one.public_answer,
            }
            for one in public.replies(w.session, row.id, w.now)
        ],
    }
    _recorded(w, row)
    row.salt = row.salt or secrets.token_bytes(16)
    words = rules.record_bytes(record).decode()
    if words == row.record:
        return False
    kept = json.dumps({"salt": row.salt.hex(), "record": record}).encode()
    leaf = rules.leaf(row.salt, record)
    if w.session.get(ListingLeaf, leaf) is None:  # or it says again what it said before
        sealed = {"leaf": leaf, "listing_id": row.id, "sealed": w.keys.encrypt(SEAL, kept)}
        w.session.execute(insert(ListingLeaf), sealed)
    # The leaf is there first: the database changes no record without one.
    row.record, row.leaf = words, leaf
    return True


def _recorded(w: Work, row: Listing) -> None:
    """Write down of what is public of the enterprise's words that a record says it."""
    public_now = or_(ListingPaper.public_from.is_(None), ListingPaper.public_from <= w.now)
    its = (ListingPaper.listing_id == row.id, ListingPaper.recorded_at.is_(None), public_now)
    w.session.execute(update(ListingPaper).where(*its).values(recorded_at=w.now))


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def take(w: Work, rows: Collection[Listing]) -> rules.Head:
    """Take the snapshot in which `rows` are what they are now; whoever else publishes waits.

    What is over without a job having written it down leaves with it. A change writes as many
    nodes as the tree is high, however many entries are published.
    """
    number, last = _next(w)
    touched = {row.id: row for row in (*rows, *queries.over(w.session, w.now))}
    before = queries.tree(w.session, number - 1)
    change = _change(w, list(touched.values()), before)
    nodes = trees.grown(change.size, change.leaves, before)
    _keep(w, number, nodes)
    _stand(w, change)
    root = trees.crown([nodes.get(top) or before(top) for top in trees.peaks(change.size)])
    head = rules.Head(
        number,
        w.now,
        (last.red if last else 0) + change.more["red"],
        (last.black if last else 0) + change.more["black"],
        change.size,
        root,
        rules.after(last.signature) if last else rules.BEGINNING,
    )
    values = {
        "number": number,
        "at": head.at,
        "red": head.red,
        "black": head.black,
        "added": change.counts["added"],
        "gone": change.counts["gone"],
        "changed": change.counts["changed"],
        "root": head.root,
        "size": change.size,
        "format": head.format,
        "previous": head.previous,
        "signature": w.keys.sign(SIGN, head.message()),
    }
    w.session.execute(insert(Snapshot), values)
    # The entries last: the database shows and removes none that no snapshot speaks of.
    w.session.flush()
    return head


def _keep(w: Work, number: int, nodes: Mapping[trees.Place, bytes]) -> None:
    if nodes:
        w.session.execute(
            insert(ListingNode),
            [
                {"level": level, "place": place, "number": number, "hash": one}
                for (level, place), one in nodes.items()
            ],
        )


def _next(w: Work) -> tuple[int, Snapshot | None]:
    """Wait for whoever publishes too; return the number that comes, and the snapshot before it."""
    w.session.execute(_FIRST)
    count = SnapshotCount.id == 1
    w.session.execute(select(SnapshotCount.number).where(count).with_for_update())
    last = queries.newest(w.session)
    number = (last.number if last else 0) + 1
    w.session.execute(update(SnapshotCount).where(count).values(number=number))
    return number, last


@dataclass(frozen=True, slots=True)
class _Change:
    """What a snapshot changes: leaves by their place, how entries differ, more of each list.

    `stands` says by place of two leaves who stands there from now on; `size` is of the new tree.
    """

    size: int
    leaves: dict[int, bytes]
    stands: dict[int, int | None]
    counts: Counter[str]
    more: Counter[str]


def _change(w: Work, rows: Sequence[Listing], before: trees.Read) -> _Change:
    """Give each entry that came a place, and let each that went leave its own empty."""
    stood = queries.places_of(w.session, [row.id for row in rows])
    come = [row for row in rows if row.id not in stood and public.is_shown(row, w.now)]
    had, free = queries.places(w.session), list(queries.free_places(w.session, len(come)))
    change = _Change(2 * (had + len(come) - len(free)), {}, {}, Counter(), Counter())
    for row, place in zip(come, chain(free, count(had)), strict=False):
        _put(change, place, _leaves(row), "added")
        change.stands[place] = row.id
        change.more[row.kind] += 1
    for row in rows:
        if row.id not in stood:
            continue
        place = stood[row.id]
        if not public.is_shown(row, w.now):
            _put(change, place, (trees.GAP, trees.GAP), "gone")
            change.stands[place] = None
            change.more[row.kind] -= 1
        elif _leaves(row)[1] != before((0, 2 * place + 1)):
            change.leaves[2 * place + 1] = _leaves(row)[1]
            change.counts["changed"] += 1
    return change


def _stand(w: Work, change: _Change) -> None:
    """Let who came stand at a place, and nobody where who went stood; the leaves are there."""
    had = queries.places(w.session)
    for place, listing in sorted(change.stands.items()):
        if place < had:
            its = ListingPlace.place == place
            w.session.execute(update(ListingPlace).where(its).values(listing_id=listing))
        else:
            w.session.execute(insert(ListingPlace), {"place": place, "listing_id": listing})


def _put(change: _Change, place: int, pair: tuple[bytes, bytes], what: str) -> None:
    change.leaves[2 * place], change.leaves[2 * place + 1] = pair
    change.counts[what] += 1


def _leaves(row: Listing) -> tuple[bytes, bytes]:
    """Return the leaves of what a shown entry is, and of what it says."""
    salt, words = row.salt or b"", row.record or ""
    return rules.leaf_of(salt, rules.identity(row.code, row.kind)), rules.leaf_of(salt, words)


def open_snapshot(w: Work, *, number: int) -> list[dict[str, Any]]:
    """Return every record and salt of a snapshot to an auditor; the look is written down."""
    row = queries.snapshot(w.session, number)
    leaves = queries.leaves(w.session, row)
    if rules.root(leaves) != row.root:  # a row was changed past every guard
        raise RuntimeError(f"the leaves of snapshot {number} do not lead to what was signed")
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
