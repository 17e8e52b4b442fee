"""Forgets again what was forgotten since the backup that was put back."""

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from wufei_public.backups.actions.refusing import Refused
from wufei_public.backups.rules.forgotten import Line, read_lines, since
from wufei_public.checkins.actions import children
from wufei_public.common.actor import SYSTEM, Actor, ActorKind
from wufei_public.common.errors import NotFound
from wufei_public.dumping.actions import redacting, withdrawing
from wufei_public.dumping.actions.steps import owners_of
from wufei_public.infra.forgetting import IS_NEW, MARK, Forgotten
from wufei_public.infra.work import House, house, reading, work
from wufei_public.media.actions.covering import boxes_of, prepare
from wufei_public.media.rules.boxes import Box
from wufei_public.people.actions import personal
from wufei_public.people.queries.accounts import resident_account

FILE = "forgotten.jsonl"
_PART = 500
_ACCOUNT = "account"
# An erasure that was under way as the backup was taken may be in it, and bear an earlier hour.
_MARGIN = timedelta(minutes=10)
Subject = Mapping[str, Any]


# ---- the file ---------------------------------------------------------------------


def copy_new(house: House) -> int:
    """Append to the file what was not copied yet; return how many lines.

    The file first, then the mark in the row: what is cut short between them comes twice.
    """
    wanted = select(Forgotten).where(text(IS_NEW)).order_by(Forgotten.id).limit(_PART)
    rows = reading().scalars(wanted)
    found = [(row.id, Line(row.at, row.kind, row.subject)) for row in rows]
    if not found:
        return 0
    _append(house.settings.var / FILE, "".join(line.text() for _number, line in found))
    own = update(Forgotten).where(Forgotten.id.in_([number for number, _line in found]))
    work(SYSTEM, lambda w: w.session.execute(own.values(copied_at=w.now)))
    return len(found)


def _append(path: Path, lines: str) -> None:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "rb+") as file:
        # A line that was cut short ends here, and is no line.
        end = file.seek(0, os.SEEK_END)
        if end and (file.seek(end - 1), file.read(1))[1] != b"\n":
            lines = "\n" + lines
        file.write(lines.encode())
        file.flush()
        os.fsync(file.fileno())


# ---- after a restore --------------------------------------------------------------


def copy_to(house: House, folder: Path) -> None:
    """Copy the file into the folder of the backups, with all that is known now."""
    while copy_new(house):
        pass
    source, target = house.settings.var / FILE, folder / FILE
    if source.exists():
        coming = target.with_name(f"{FILE}.coming")
        shutil.copyfile(source, coming)
        coming.chmod(0o600)
        coming.replace(target)


def leave_mark(house: House, backup: Path, taken_at: str) -> None:
    """Say that the site must forget again before anybody uses it."""
    path = house.settings.var / MARK
    path.write_text(json.dumps({"taken_at": taken_at, "backups": str(backup.parent.resolve())}))


def forget_again(
    house: House, given: Path | None, erasers: Sequence[personal.Erase]
) -> tuple[int, int]:
    """Do every erasure since the backup again; return how many were done, and how many there are.

    What the backup did not hold yet, or had forgotten itself, is passed over. Refused where no
    file says what was forgotten: better to look for it than to bring back what is gone.
    """
    mark = house.settings.var / MARK
    if not mark.exists():
        raise Refused("no backup was put back that has to forget")
    known = json.loads(mark.read_text())
    files = [given] if given else [house.settings.var / FILE, Path(known["backups"]) / FILE]
    there = [path for path in files if path.is_file()]
    if not there:
        names = " or ".join(str(path) for path in files)
        raise Refused(f"{names} is not there: copy it here, or name it with --from")
    try:
        lines = list(read_lines(path.read_text() for path in there))
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"{there[0]} is not what was written: {error}") from error
    wanted = since(lines, datetime.fromisoformat(known["taken_at"]) - _MARGIN)
    _check_kinds(wanted)
    done = sum(_again(line, erasers) for line in wanted)
    mark.unlink()
    return done, len(wanted)


def _check_kinds(lines: Sequence[Line]) -> None:
    unknown = {line.kind for line in lines} - {_ACCOUNT, *_AGAIN}
    if unknown:
        raise Refused(f"a later version wrote {', '.join(sorted(unknown))}: upgrade first")


def _again(line: Line, erasers: Sequence[personal.Erase]) -> bool:
    if line.kind == _ACCOUNT:
        return _account(line.subject, erasers)
    return _AGAIN[line.kind](line.subject)


def _as_resident(session: Session, code: str) -> Actor | None:
    try:
        found = resident_account(session, code)
    except NotFound:
        return None
    return Actor(ActorKind.RESIDENT, found.id, "") if found.disabled_at is None else None


def _account(subject: Subject, erasers: Sequence[personal.Erase]) -> bool:
    actor = _as_resident(reading(), subject["code"])
    if actor is not None:
        work(actor, lambda w: personal.erase_account(w, erasers=erasers))
    return actor is not None


def _consent(subject: Subject) -> bool:
    actor = _as_resident(reading(), subject["code"])
    if actor is not None:
        work(actor, personal.withdraw)
    return actor is not None


def _child(subject: Subject) -> bool:
    actor = _as_resident(reading(), subject["code"])
    number = children.number_of(reading(), actor.id or 0, subject["child"]) if actor else None
    if actor is None or number is None:
        return False
    work(actor, lambda w: children.withdraw(w, number=number))
    return True


def _report(subject: Subject) -> bool:
    return work(SYSTEM, lambda w: withdrawing.withdraw_again(w, code=subject["code"]))


def _photo(subject: Subject) -> bool:
    boxes = [Box(**box) for box in subject["boxes"]]
    if boxes_of(reading(), subject["photo"]) == boxes:
        return False
    made = prepare(house(), subject["photo"], owners_of(subject["code"]), boxes)
    if made is None:
        return False
    work(SYSTEM, lambda w: redacting.redact_again(w, code=subject["code"], made=made))
    return True


_AGAIN: Mapping[str, Callable[[Subject], bool]] = {
    "consent": _consent,
    "child": _child,
    "report": _report,
    "photo": _photo,
}
