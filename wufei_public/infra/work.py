"""`work(actor, do)`: one transaction, repeated whole when the database asks for it.

The only caller of commit. On SQLite a writer takes its turn in a queue *before* it
asks for the write lock: the engine's own waiting is polling with growing pauses, so
that under load the unlucky wait a hundred times longer than the lucky. A lock on a
file beside the database wakes its waiters in order (docs/decisions/0003).
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TypeVar

from flask import current_app
from sqlalchemy import Insert, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.common.clock import utc_now
from wufei_public.config import Settings
from wufei_public.infra.bare import Bare, bare
from wufei_public.infra.db import db
from wufei_public.infra.keys import Keys
from wufei_public.infra.storage import Storage
from wufei_public.infra.tables import Base
from wufei_public.infra.turns import Turns

T = TypeVar("T")

# serialization_failure and deadlock_detected (PostgreSQL, appendix A)
_AGAIN = {"40001", "40P01"}
_TRIES = 8


@dataclass(slots=True)
class Work:
    """What an action needs: the session, who acts, when, and the house's keys and store."""

    session: Session
    actor: Actor
    now: datetime
    keys: Keys
    settings: Settings
    store: Storage
    request_id: str = ""
    notes: dict[str, object] = field(default_factory=dict)
    sequels: "Sequels" = field(default_factory=dict)

    def follow(self, event: str, subject: int) -> None:
        """Do what `app.py` lets follow from `event`, in this transaction, in the order there.

        What raises takes all of it back (docs/decisions/0027).
        """
        for do in self.sequels.get(event, ()):
            do(self, subject)

    def insert(self, model: type[Base], row: Mapping[str, object]) -> int:
        """Write one row and return its number, past the ORM's care for objects.

        Twice as cheap as `session.execute(insert(model), row)` (bench/README.md).
        """
        done = self.session.connection().execute(_insert(model), row)
        key = done.inserted_primary_key
        return int(key[0]) if key else 0


Sequels = Mapping[str, Sequence[Callable[[Work, int], None]]]


@cache
def _insert(model: type[Base]) -> Insert:
    """Return the one statement that is kept, and compiled, for `model`."""
    return insert(model)


@dataclass(slots=True)
class House:
    """What the application keeps for `work` (app.extensions["house"])."""

    settings: Settings
    keys: Keys
    store: Storage
    turns: Turns
    clock: Callable[[], datetime] = utc_now
    request_id: Callable[[], str] = str
    # What an upper feature does in the transaction of a lower one: the table is in app.py.
    sequels: Sequels = field(default_factory=dict)
    # A test that holds one transaction open gives its own connection.
    bare: Callable[[], AbstractContextManager[Bare]] = bare


def house() -> House:
    """Return the current application's House."""
    found: House = current_app.extensions["house"]
    return found


def work(actor: Actor, do: Callable[[Work], T]) -> T:
    """Run `do` in one transaction and commit; its effects outside the database are none.

    `do` may run again from the start (SQLSTATE 40001, 40P01), so it must not touch
    anything but the session. Whatever it raises rolls everything back.
    """
    home = house()
    session = db.session()
    for attempt in range(_TRIES):
        session.rollback()  # a read upgraded to a write fails at once on SQLite
        try:
            with home.turns.taken():
                _begin(session)
                result = do(
                    Work(
                        session,
                        actor,
                        home.clock(),
                        home.keys,
                        home.settings,
                        home.store,
                        home.request_id(),
                        sequels=home.sequels,
                    )
                )
                session.commit()
        except DBAPIError as error:
            session.rollback()
            if attempt + 1 == _TRIES or not _wants_again(error):
                raise
            time.sleep(random.uniform(0.001, 0.02) * 2**attempt)  # noqa: S311  jitter, no secret
        except BaseException:
            session.rollback()
            raise
        else:
            return result
    raise AssertionError("unreachable")


def _begin(session: Session) -> None:
    session.connection(execution_options={"sqlite_begin": "BEGIN IMMEDIATE"})


def _wants_again(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _AGAIN


def reading() -> Session:
    """Return the request's session for reads; it is closed when the request ends."""
    return db.session()


@contextmanager
def snapshot() -> Iterator[Session]:
    """Read from one unchanging picture of the database (REPEATABLE READ on PostgreSQL)."""
    session = Session(db.engine, expire_on_commit=False)
    try:
        if db.engine.dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session
    finally:
        session.close()
