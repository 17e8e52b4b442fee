"""Audit rows as the auditor reads and takes them away."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from wufei_public.common.sheets import harmless
from wufei_public.infra.audit import opened
from wufei_public.infra.keys import Keys
from wufei_public.people.queries.accounts import names_of
from wufei_public.trail import queries
from wufei_public.trail.queries import TrailFilter

COLUMNS = (
    "id", "at", "actor_kind", "actor", "action", "target",
    "reason", "before", "after", "request_id",
)  # fmt: skip

# In place of a reason that was forgotten with the person whom it was about.
FORGOTTEN = "(forgotten)"


def lines(session: Session, keys: Keys, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Return audit rows with the names of staff in place of their numbers, reasons opened."""
    staff = [row.actor_id for row in rows if row.actor_kind == "staff" and row.actor_id]
    names = names_of(session, staff)
    reasons = opened(session, keys, [(row.target, row.reason) for row in rows])
    return [_line(row, names, reason) for row, reason in zip(rows, reasons, strict=True)]


def _line(row: Row[Any], names: Mapping[int, str], reason: str | None) -> dict[str, Any]:
    named = row.actor_kind == "staff" and row.actor_id in names
    return {
        "id": row.id,
        "at": row.at,
        "actor_kind": row.actor_kind,
        "actor": names[row.actor_id] if named else str(row.actor_id or ""),
        "action": row.action,
        "target": row.target,
        "reason": FORGOTTEN if reason is None else reason,
        "is_forgotten": reason is None,
        "before": _values(row.before),
        "after": _values(row.after),
        "request_id": row.request_id,
        "changes": changes(row.before or {}, row.after or {}),
    }


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what changed as (name, before, after); what says nothing is left out."""
    pairs = [(name, before.get(name), after.get(name)) for name in sorted({*before, *after})]
    return [
        (name, "" if old is None else str(old), "" if new is None else str(new))
        for name, old, new in pairs
        if old not in {None, ""} or new not in {None, ""}
    ]


def _values(values: Mapping[str, Any] | None) -> str:
    return " ".join(f"{name}={value}" for name, value in sorted((values or {}).items()))


def as_csv(session: Session, keys: Keys, wanted: TrailFilter) -> Iterator[str]:
    """Yield the found rows as CSV, newest first, a page at a time: memory does not grow."""
    yield "\ufeff" + _csv([COLUMNS])
    position = wanted
    while True:
        rows = queries.search(session, position, 1_000)
        page = rows[:1_000]
        found = lines(session, keys, page)
        yield _csv([harmless(str(line[column])) for column in COLUMNS] for line in found)
        if len(rows) <= len(page):
            return
        position = position.older_than(page[-1].id)


def _csv(rows: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()
