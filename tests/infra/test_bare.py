"""A statement straight at the driver finds what SQLAlchemy finds, and leaves nothing behind."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import bindparam, select

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.bare import Bare, Glance, bare
from wufei_public.infra.db import db
from wufei_public.infra.jobs import Heartbeat
from wufei_public.infra.work import Work, reading, work

NOW = datetime(2026, 11, 24, 2, 0, 0, 123456, tzinfo=UTC)
SINCE = select(
    Heartbeat.name, Heartbeat.at, (Heartbeat.at > bindparam("now")).label("later")
).where(Heartbeat.at >= bindparam("since"), Heartbeat.name != "nobody")


def beat(w: Work) -> None:
    for number, name in enumerate(["a", "b", "nobody"]):
        w.session.add(Heartbeat(name=name, at=NOW + timedelta(hours=number)))


@pytest.mark.parametrize("hours", [0, 1, 5])
def test_rows_are_those_of_sqlalchemy(app: Flask, hours: int) -> None:
    work(SYSTEM, beat)
    values = {"since": NOW + timedelta(hours=hours), "now": NOW}
    expected = reading().connection().execute(SINCE.order_by(Heartbeat.name), values).all()
    glance = Glance(SINCE.order_by(Heartbeat.name))
    for _ in range(2):
        found = glance.rows(Bare.of(reading()), **values)
        assert [(row.name, row.at, bool(row.later)) for row in found] == [
            tuple(row) for row in expected
        ]


def test_a_naive_time_is_refused_here_too(app: Flask) -> None:
    with pytest.raises(ValueError, match="naive"):
        Glance(SINCE).rows(Bare.of(reading()), since=datetime(2026, 1, 1), now=NOW)  # noqa: DTZ001


def test_no_transaction_is_left_and_the_connection_is_given_back(own_app: Flask) -> None:
    for _ in range(20):
        with bare() as connection:
            assert Glance(select(AuditRow.id)).rows(connection) == []
    pool = db.engine.pool
    assert pool.checkedout() == 0  # type: ignore[attr-defined]
    work(SYSTEM, beat)


def test_a_connection_that_fails_does_not_go_back(own_app: Flask) -> None:
    with bare() as first:
        driver = first.connection.driver_connection  # type: ignore[union-attr]

    def fail() -> None:
        with bare() as second:
            assert second.connection.driver_connection is driver  # type: ignore[union-attr]
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with bare() as third:
        assert third.connection.driver_connection is not driver  # type: ignore[union-attr]
