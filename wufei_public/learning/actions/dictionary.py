"""Loads the package's dictionary, takes an editor's corrections, notes what was missed."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import Invalid
from wufei_public.common.redact import redact
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.learning.models import LearningData, SortingItem, SortingMiss
from wufei_public.learning.queries import dictionary as queries
from wufei_public.learning.queries.dictionary import SORTING
from wufei_public.learning.rules.bins import DATA
from wufei_public.learning.rules.items import faults, read_things
from wufei_public.learning.rules.search import LEAST_BEGINNING, MOST_TYPED, normalised
from wufei_public.learning.rules.things import Thing

KEEP_MISSES = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows a load added, changed and took out of use."""

    added: int = 0
    changed: int = 0
    retired: int = 0

    def __bool__(self) -> bool:
        return self != Changes()

    def __str__(self) -> str:
        return f"added {self.added}, changed {self.changed}, removed {self.retired}"


def seed(w: Work) -> Changes:
    """Load the package's dictionary where it is new; what an editor touched stays as it is."""
    data = (DATA / "sorting.csv").read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    stamp = w.session.get(LearningData, SORTING)
    if stamp is not None and stamp.source == digest:
        return Changes()
    changes = _load(w, read_things(data.decode()))
    _stamp(w, digest)
    return changes


def _load(w: Work, things: Sequence[Thing]) -> Changes:
    known = {row.name: row for row in w.session.scalars(select(SortingItem))}
    added = [thing for thing in things if thing.name not in known]
    for thing in added:
        w.session.add(SortingItem(code=new_code(secrets.token_bytes), active=True, **_row(thing)))
    changed = 0
    for thing in things:
        row = known.get(thing.name)
        if row is not None and row.edited_at is None:
            changed += _set(row, _row(thing) | {"active": True})
    named = {thing.name for thing in things}
    gone = [row for row in known.values() if row.name not in named and row.edited_at is None]
    retired = sum(_set(row, {"active": False}) for row in gone)
    w.session.flush()
    return Changes(len(added), changed, retired)


def _row(thing: Thing) -> dict[str, Any]:
    return asdict(thing) | {"aliases": "|".join(thing.aliases)}


def _set(row: SortingItem, values: Mapping[str, Any]) -> bool:
    """Set what differs; say whether anything did."""
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)


def _stamp(w: Work, source: str | None = None) -> None:
    """Write the digest of the rows as they are now: every process then reads anew."""
    w.session.flush()
    version = queries.read_dictionary(w.session).version
    stamp = w.session.get(LearningData, SORTING)
    if stamp is None:
        stamp = LearningData(part=SORTING, source="", version="", loaded_at=w.now)
        w.session.add(stamp)
    stamp.version, stamp.loaded_at = version, w.now
    stamp.source = stamp.source if source is None else source
    w.session.flush()


# ---- editors ---------------------------------------------------------------------


def add_item(w: Work, thing: Thing) -> SortingItem:
    """Add a thing to the dictionary; Invalid where a name stands there already."""
    _check(w, thing)
    row = SortingItem(
        code=new_code(secrets.token_bytes),
        active=True,
        edited_at=w.now,
        edited_by=w.actor.id,
        **_row(thing),
    )
    w.session.add(row)
    _stamp(w)
    audit.record(w, "learning:sorting:add", _target(row.code), after=_row(thing))
    return row


def correct_item(w: Work, *, code: str, thing: Thing, active: bool) -> SortingItem:
    """Correct a thing of the dictionary, or take it out of use; Invalid as for a new one."""
    row = queries.item(w.session, code, locked=True)
    _check(w, thing, beside=row.id)
    before = {name: getattr(row, name) for name in _row(thing)} | {"active": row.active}
    after = _row(thing) | {"active": active}
    if _set(row, after):
        row.edited_at, row.edited_by = w.now, w.actor.id
        _stamp(w)
        changed = [name for name, value in after.items() if before[name] != value]
        audit.record(
            w,
            "learning:sorting:correct",
            _target(row.code),
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return row


def _target(code: str) -> str:
    return f"learning/sorting/{code}"


def _check(w: Work, thing: Thing, beside: int = 0) -> None:
    rows = w.session.execute(
        select(SortingItem.name, SortingItem.aliases).where(SortingItem.id != beside)
    )
    found = faults(thing, [(name, aliases.split("|") if aliases else []) for name, aliases in rows])
    if found:
        raise Invalid("invalid", N_("有几处需要改一下。"), found)


# ---- what was looked for in vain -------------------------------------------------


def note_miss(w: Work, words: str) -> bool:
    """Note that nothing was found for `words`; say whether that was so, and worth noting."""
    kept = words.strip()[:MOST_TYPED]
    if len(normalised(kept)) < LEAST_BEGINNING or redact(words) != words:
        return False  # a number that belongs to somebody is not what we look for
    if queries.dictionary(w.session).fits(kept):
        return False
    w.insert(SortingMiss, {"words": kept, "day": district_day(w.now)})
    return True


def dismiss_miss(w: Work, words: str) -> None:
    """Forget words that need no entry."""
    w.session.connection().execute(delete(SortingMiss).where(SortingMiss.words == words))
    audit.record(w, "learning:miss:dismiss", "learning/misses")


def forget_misses(w: Work) -> int:
    """Forget what was looked for half a year ago; return how many."""
    before = district_day(w.now) - KEEP_MISSES
    done = w.session.connection().execute(delete(SortingMiss).where(SortingMiss.day < before))
    return done.rowcount
