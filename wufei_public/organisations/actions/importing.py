"""Enterprises from a sheet: what each row would do, then all of it or nothing."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wufei_public.common.codes import new_code, normalise
from wufei_public.common.errors import Conflict, FieldError, Invalid, NotAllowed, NotFound
from wufei_public.common.sheets import Faults, Row, read_sheet
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.organisations import policy
from wufei_public.organisations.actions import cards
from wufei_public.organisations.models import Organisation, RegisterImport
from wufei_public.organisations.queries import permits
from wufei_public.organisations.rules.cards import (
    COLUMNS,
    NEEDED,
    Card,
    Change,
    Effect,
    change_of,
    given,
    read_rows,
)

KEEP = timedelta(days=7)
BAD_ROWS = N_("文件里还有错的行，没有导入任何内容。")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sheet would do to the register as it stands now."""

    changes: Sequence[Change]
    faults: Sequence[FieldError]
    digest: str

    def count(self, effect: Effect) -> int:
        """Return how many rows have that effect."""
        return sum(change.effect is effect for change in self.changes)


def keep_sheet(w: Work, *, name: str, data: bytes) -> str:
    """Keep an uploaded sheet (CSV) for its preview; return the code of the import.

    Raises Invalid for what cannot be read at all.
    """
    _rows(name, data)
    w.session.execute(delete(RegisterImport).where(RegisterImport.created_at < w.now - KEEP))
    code = new_code(secrets.token_bytes)
    row = RegisterImport(
        code=code, account_id=w.actor.id, name=name, data=data, created_at=w.now, applied=0
    )
    w.session.add(row)
    return code


def _rows(name: str, data: bytes) -> list[Row]:
    needed = [COLUMNS[field] for field in NEEDED]
    rest = [label for field, label in COLUMNS.items() if field not in NEEDED]
    return read_sheet(name, data, needed, rest)


def kept(session: Session, code: str, account_id: int | None) -> RegisterImport:
    """Return the actor's own import; NotFound for anybody else's."""
    found = session.scalar(
        select(RegisterImport).where(
            RegisterImport.code == normalise(code), RegisterImport.account_id == account_id
        )
    )
    if found is None:
        raise NotFound("no_import", N_("没有这次导入，请重新上传。"))
    return found


def preview(session: Session, sheet: RegisterImport, may_edit: Callable[[str], bool]) -> Preview:
    """Return what each row would do now, and every bad row by its number."""
    faults = Faults(sheet.name)
    table = _rows(sheet.name, sheet.data)
    rows, there = read_rows(table, _finder(session), faults), given(table)
    known = _known(session, [card.uscc for _number, card in rows])
    for number, card in rows:
        old = known.get(card.uscc)
        if card.division and not all(may_edit(one.division) for one in (card, old) if one):
            faults.add(number, COLUMNS["place"], N_("这个单位不归您管。"))
    changes = [change_of(number, card, known.get(card.uscc), there) for number, card in rows]
    told = repr([asdict(change) for change in changes]).encode()
    return Preview(changes, faults.errors, hashlib.sha256(told).hexdigest()[:32])


def _finder(session: Session) -> Callable[[str], str | None]:
    """Return what finds the division that a cell means: its code, its name, or town and unit."""
    places = directory(session)
    usable = [*places.towns, *places.units]
    names: dict[str, str] = {}
    for place in usable:
        path = places.path(place.code)
        names |= dict.fromkeys((place.code, path, path.replace(" ", "")), place.code)
    return names.get


def _known(session: Session, codes: Sequence[str]) -> dict[str, Card]:
    found: dict[str, Card] = {}
    for at in range(0, len(codes), 500):
        rows = session.scalars(
            select(Organisation).where(Organisation.uscc.in_(codes[at : at + 500]))
        )
        known = rows.all()
        since = permits.begun(session, [row.id for row in known])
        found |= {row.uscc: card_of(row, since.get(row.id)) for row in known}
    return found


def card_of(row: Organisation, permit_since: date | None = None) -> Card:
    """Return a card as an official enters it."""
    return Card(
        row.uscc,
        row.name,
        row.kind,
        row.division,
        row.address,
        row.permit_class,
        row.waste_related,
        row.hazardous_licence,
        row.ended_on,
        permit_since,
    )


def apply(w: Work, *, code: str, digest: str) -> int:
    """Write every change of a sheet, or none; return how many cards it touched.

    Raises Conflict where the register has changed since the preview, Invalid for bad rows.
    """
    sheet = kept(w.session, code, w.actor.id)
    found = preview(w.session, sheet, lambda place: policy.may_edit(w.actor, place).allowed)
    if found.faults:
        raise Invalid("bad_rows", BAD_ROWS, found.faults)
    if found.digest != digest or sheet.applied:
        raise Conflict("register_changed", N_("名录刚刚变了，或者已经导入过。请再看一遍预览。"))
    touched = [change for change in found.changes if change.effect is not Effect.SAME]
    faults = _write_all(w, sheet, touched)
    if faults:
        raise Invalid("bad_rows", BAD_ROWS, faults)
    sheet.applied = len(touched)
    target = f"organisations-import/{sheet.code}"
    audit.record(w, "organisations:register:import", target, after={"rows": len(touched)})
    return len(touched)


class RehearsedError(Exception):
    """Everything was written, and is taken back: these rows something else refuses."""

    def __init__(self, faults: Sequence[FieldError]) -> None:
        super().__init__(len(faults))
        self.faults = faults


def rehearse(w: Work, *, code: str) -> None:
    """Write every change to a card that is there, and take it back: always raises RehearsedError.

    Other features may refuse a row for what follows from it, such as a part that somebody has.
    """
    sheet = kept(w.session, code, w.actor.id)
    found = preview(w.session, sheet, lambda place: policy.may_edit(w.actor, place).allowed)
    there = [one for one in found.changes if one.effect not in {Effect.SAME, Effect.NEW}]
    raise RehearsedError([] if found.faults or sheet.applied else _write_all(w, sheet, there))


def _write_all(w: Work, sheet: RegisterImport, changes: Sequence[Change]) -> list[FieldError]:
    """Write these changes; return a fault with the number of its row for each that is refused."""
    faults = Faults(sheet.name)
    for change in changes:
        try:
            _write(w, change)
        except NotAllowed as error:
            faults.add(change.number, COLUMNS["name"], error.message, **error.facts)
    return faults.errors


def _write(w: Work, change: Change) -> None:
    if change.effect is Effect.NEW:
        cards.register(w, change.card)
        return
    row = w.session.scalars(select(Organisation).where(Organisation.uscc == change.card.uscc)).one()
    cards.correct(w, code=row.code, version=row.version, card=change.card)
