"""The rows of one report, as the product writes them, made without any of its decisions."""

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Float, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.reports import Report
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.buckets import BucketMark
from wufei_public.infra.replay import ReplayRow
from wufei_public.infra.tables import Key
from wufei_public.people.models import Account

# The foreign keys of a case point at these.
KNOWN = (Report, Account)

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Own(DeclarativeBase):
    """The floor's own tables."""


class OneRow(Own):
    """The one row of the plainest floor there is."""

    __tablename__ = "bench_row"

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(36), unique=True)
    text: Mapped[str]
    category: Mapped[str] = mapped_column(String(40), index=True)
    town: Mapped[str] = mapped_column(String(40), index=True)
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    status: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[str] = mapped_column(String(32), index=True)


def new_code() -> str:
    """Return a random code as long as the product's."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(10))


def one_row(posted: Mapping[str, Any], code: str) -> OneRow:
    """Return the plainest floor's row."""
    return OneRow(
        ref=code,
        text=posted["words"],
        category=posted["kind"],
        town=posted["division"],
        lat=posted["lat"],
        lon=posted["lon"],
        status="new",
        created_at=instant().isoformat(),
    )


def instant() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  a floor has no clock of the house


def report(posted: Mapping[str, Any], code: str, now: datetime, day: date) -> Report:
    """Return the case's row, every column that the product fills."""
    return Report(
        code=code,
        state="submitted",
        release="pending",
        version=1,
        source="h5",
        plain_kind=posted["kind"],
        official_kind="construction",
        division=posted["division"],
        town=posted["division"][:9],
        lat=posted["lat"],
        lon=posted["lon"],
        accuracy=posted["accuracy"],
        datum="wgs84",
        position_source="device",
        spot=posted["spot"],
        public_spot="",
        words=posted["words"],
        public_words=posted["words"],
        salt=secrets.token_bytes(16),
        photos=0,
        submitted_at=now,
        business_day=day,
        due_at=now,
        accept_due=now,
        legal_accept_due=now,
        release_due=now,
        returns=0,
        outcome="",
        proof="",
        refuse_ground="",
        withhold_reason="",
    )


def others(posted: Mapping[str, Any], code: str, report_id: int, now: datetime) -> list[object]:
    """Return the rows that a case brings with it: event, audit, mark, client key."""
    return [
        ReportEvent(
            report_id=report_id,
            number=1,
            move="submit",
            actor_kind="anonymous",
            at=now,
            came_from="submitted",
            state="submitted",
            public_text="",
            internal_text="",
        ),
        AuditRow(
            at=now,
            actor_kind="anonymous",
            action="dumping:case:submit",
            target=f"dumping/{code}",
            after={"state": "submitted"},
        ),
        BucketMark(measure="reports", place=posted["division"][:9], day=now.date()),
        ReplayRow(scope="dumping", key=posted["client_key"], answer={"code": code}, expires_at=now),
    ]
