"""Brings what lies under an older version of a key under the newest, a part at a time.

What waits is what does not begin with the newest mark: no list of what was done is kept, so
that a process that dies anywhere is followed by one that goes on. A row is changed only where
it still holds what was opened; who writes it meanwhile writes it under the newest version.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import ColumnElement, Row, func, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.keyring import GROUPS, MARK, mark_of
from wufei_public.infra.keys import Keys
from wufei_public.infra.sealed import Form, Place, places
from wufei_public.infra.storage import own_copy
from wufei_public.infra.tables import Base
from wufei_public.infra.work import House, Work, house, reading, work

PART = 200
FILES = 20  # of a part: their bytes are read and written while others may not write


@dataclass
class Renewed:
    """What came of a run: how many values, and which cannot be renewed, and why."""

    count: int = 0
    stuck: list[str] = field(default_factory=list)


def waiting(keys: Keys, group: str) -> Mapping[str, int]:
    """Return how many values of each column are not under the newest version yet."""
    found = {}
    for place in _places(keys, group):
        count = select(func.count()).select_from(place.table).where(*_old(keys, place))
        found[place.name] = reading().scalar(count) or 0
    return found


def renew(home: House, group: str) -> Renewed:
    """Bring every value of `group` under the newest version."""
    found = Renewed()
    for place in _places(home.keys, group):
        last: Sequence[Any] | None = None
        while (last := _part(home, place, last, found)) is not None:
            pass
    return found


def _places(keys: Keys, group: str) -> Iterator[Place]:
    if GROUPS[group].rests is None or keys.ring.newest(group).number == 1:
        return
    yield from (place for place in places(Base.metadata) if place.group == group)


def _old(keys: Keys, place: Place) -> Iterator[ColumnElement[bool]]:
    """Yield what is so of a row whose value is not under the newest version."""
    newest = keys.ring.newest(place.group).number
    mark, value = mark_of(newest), _value(place)
    yield value.is_not(None)
    match place.form:
        case Form.FILE:
            yield _version(place) != newest
        case Form.BYTES:
            yield func.substr(value, 1, MARK) != mark
        case _:
            text = b64encode(mark).decode()
            yield value != ""
            yield func.substr(value, 1, len(text)) != text


def _value(place: Place) -> ColumnElement[Any]:
    if place.form is Form.JSON:
        inner: ColumnElement[Any] = place.column["sealed"].as_string()
        return inner
    return place.column


def _version(place: Place) -> ColumnElement[Any]:
    if place.version is None:
        raise ValueError(f"{place.name} does not say where its version stands")
    return place.version


def _part(
    home: House, place: Place, after: Sequence[Any] | None, found: Renewed
) -> Sequence[Any] | None:
    """Renew the next values after the key `after`; return the last one's key, None at the end."""
    wanted = select(*place.key, _value(place).label("value_"))
    if place.source is not None:
        wanted = wanted.add_columns(place.source.column.label("source_"))
    wanted = wanted.where(*_old(home.keys, place)).order_by(*place.key)
    if after is not None:
        wanted = wanted.where(tuple_(*place.key) > tuple_(*after))
    size = FILES if place.form is Form.FILE else PART

    def do(w: Work) -> tuple[Sequence[Row[Any]], Renewed]:
        here = Renewed()
        rows = w.session.execute(wanted.limit(size)).all()
        for row in rows:
            _one(w, place, row, here)
        return rows, here

    rows, here = work(SYSTEM, do)
    found.count += here.count
    found.stuck += here.stuck
    return tuple(rows[-1])[: len(place.key)] if len(rows) == size else None


def _one(w: Work, place: Place, row: Row[Any], found: Renewed) -> None:
    try:
        values = _renewed(w, place, row)
    except (InvalidTag, KeyError, ValueError) as error:
        found.stuck.append(f"{_called(place, row)}: {error or 'it does not open'}")
        return
    same = [column == value for column, value in zip(place.key, row, strict=False)]
    change = update(place.table).where(*same, _value(place) == row.value_).values(values)
    try:
        with w.session.begin_nested():
            found.count += w.session.connection().execute(change).rowcount
    except IntegrityError:
        found.stuck.append(f"{_called(place, row)}: another row has it too")


def _called(place: Place, row: Row[Any]) -> str:
    """Name a row by its key; a key of bytes tells nobody anything and is left short."""
    parts = [part.hex()[:8] if isinstance(part, bytes) else part for part in row[: len(place.key)]]
    return f"{place.name} {'/'.join(map(str, parts))}"


def _renewed(w: Work, place: Place, row: Row[Any]) -> dict[str, Any]:
    """Return the columns of a row as they are under the newest version."""
    keys, name, value = w.keys, place.column.name, row.value_
    if place.source is not None:
        plain = keys.decrypt(place.source.purpose, row.source_)
        return {name: keys.index(place.purpose, plain)}
    match place.form:
        case Form.FILE:
            return _renewed_file(w, place, value)
        case Form.BYTES:
            return {name: keys.encrypt(place.purpose, keys.decrypt(place.purpose, value))}
    plain = keys.decrypt(place.purpose, b64decode(value))
    text = b64encode(keys.encrypt(place.purpose, plain)).decode()
    return {name: {"sealed": text} if place.form is Form.JSON else text}


def _renewed_file(w: Work, place: Place, name: str) -> dict[str, Any]:
    """Put the file sealed anew beside the old one, which nobody names then: it is swept away."""
    newest = w.keys.ring.newest(place.group).number
    plain = w.keys.decrypt(place.purpose, w.store.read(name))
    sealed = w.keys.encrypt(place.purpose, plain)
    put = w.store.put(name.partition("/")[0], sealed, copy=own_copy())
    return {place.column.name: put, _version(place).key or "": newest}


def old_waits(group: str) -> int:
    """Return how many values of `group` wait, in a writer's turn: nobody adds one meanwhile."""
    return work(SYSTEM, lambda _w: sum(waiting(house().keys, group).values()))
