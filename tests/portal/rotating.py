"""A site with values of every form under its keys, and what they hold now."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import insert, select, text, update

from tests.dumping import make
from tests.people import make as people
from wufei_public.common.actor import SYSTEM
from wufei_public.dumping.models.reports import Report
from wufei_public.infra.db import db
from wufei_public.infra.keyring import number_of
from wufei_public.infra.work import house, reading, work
from wufei_public.media.models import Photo
from wufei_public.people.models import Account, Identity
from wufei_public.people.queries.sealing import identity_index, seal_identity
from wufei_public.redblack.models.snapshots import ListingLeaf
from wufei_public.surveys.models import Call

PHONES = [f"1380000{number:04}" for number in range(12)]
PLAIN = b"a picture as it was"


def fill() -> None:
    for phone in PHONES[:3]:
        people.resident(phone)
        make.report(phone=phone)
    make.report(photo=[make.photo_token(seed=1)])
    make.develop()
    home = house()
    name = home.store.put("evidence", home.keys.encrypt("evidence", PLAIN), copy="abcde")
    values = {"evidence_name": name, "plain_name": name, "boxes": []}
    work(SYSTEM, lambda w: w.session.execute(update(Photo).values(values)))


def fill_alone() -> None:
    home, keys = house(), house().keys
    with unchecked():
        rows = db.session()
        identity = {"provider": "wechat", "subject": identity_index(keys, "o-1"), "account": 1}
        rows.execute(
            insert(Identity),
            identity | {"sealed": seal_identity(keys, "o-1"), "linked_at": home.clock()},
        )
        leaf = {"leaf": b"l" * 32, "listing_id": 1, "sealed": keys.encrypt("redblack:leaf", b"{}")}
        rows.execute(insert(ListingLeaf), leaf)
        for number, phone in enumerate(PHONES):
            call = {"wave_id": 1, "number": number, "mobile": True, "attempts": 0}
            sealed = keys.encrypt("people:phone", phone.encode())
            rows.execute(insert(Call), call | {"sealed": sealed})
        rows.commit()


@contextmanager
def unchecked() -> Iterator[None]:
    """Write rows whose neighbours this test does without."""
    session = db.session()
    session.rollback()
    if db.engine.dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
        yield
        return
    db.engine.dispose()
    connection = session.connection().connection
    connection.execute("COMMIT")
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("BEGIN")
    yield
    session.close()
    db.engine.dispose()


SEALED: Sequence[tuple[str, Any]] = (
    ("people:phone", Account.phone_cipher),
    ("people:phone", Call.sealed),
    ("phone", Report.contact_sealed),
    ("people:identity", Identity.sealed),
    ("redblack:leaf", ListingLeaf.sealed),
)


def everything() -> list[object]:
    """Open every sealed value, through the keys as they are now."""
    reading().rollback()
    keys = house().keys
    found: list[object] = [
        sorted(keys.decrypt(purpose, one) for one in kept(column)) for purpose, column in SEALED
    ]
    files = [*kept(Photo.evidence_name), *kept(Photo.plain_name)]
    opened = [keys.decrypt("evidence", house().store.read(name)) for name in files]
    return [*found, opened, len(people.sent_codes())]


def kept(column: Any) -> list[Any]:
    return list(reading().scalars(select(column).where(column.is_not(None))))


def versions(column: Any) -> set[int]:
    reading().rollback()
    return {number_of(one) for one in kept(column)}
