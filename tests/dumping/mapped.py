"""Cases of every phase in two towns, for the map and its page."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.divisions import make as places
from tests.dumping import make
from tests.dumping.plans import fill, over, shown
from wufei_public.common.actor import SYSTEM
from wufei_public.common.geo import Box, Crs
from wufei_public.divisions import actions as divisions
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.boundaries import read_boundaries
from wufei_public.infra.work import work

TOWN, OTHER = make.TOWN, make.OTHER_TOWN


def at(days: float, **more: Any) -> dict[str, Any]:
    """Return the columns of a case that was reported so many days ago."""
    instant = NOW - timedelta(days=days)
    return {"submitted_at": instant, "business_day": instant.date()} | more


def public_at(days: float, **more: Any) -> dict[str, Any]:
    return shown(NOW - timedelta(days=days - 0.1), **at(days, **more))


def here(town: str) -> dict[str, Any]:
    return {"town": town, "division": town}


WITHHELD = {"release": "withheld", "withhold_reason": "personal"}


def some_cases(session: Session) -> None:
    """Write cases of every phase in two towns, shown and not, new and old, and one nowhere."""
    fill(
        session,
        [
            public_at(1),
            public_at(29),
            public_at(31),
            public_at(400),
            public_at(2, **here(OTHER)),
            public_at(3) | over(),
            public_at(80) | over(),
            public_at(500) | over(),
            public_at(4, **here(OTHER)) | over("refused"),
            at(5) | WITHHELD,
            at(6) | over() | WITHHELD,
            at(7, **here(OTHER)),
            at(8, town=None, division=None),
            at(9, town=None, division=None) | over("refused") | {"transfer_due": None},
            at(600, town=None, division=None) | over("refused"),
        ],
    )


def load_outlines(session: Session, towns: list[str] | None = None) -> None:
    """Give each town a strip of the district, from west to east."""
    codes = towns or [town.code for town in directory(session).towns]
    features = [
        places.feature(code, places.ring(strip(number, len(codes))))
        for number, code in enumerate(codes)
    ]
    rows = read_boundaries(places.collection(*features), Crs.WGS84, set(codes))
    work(SYSTEM, lambda w: divisions.load_boundaries(w, rows, Crs.WGS84))


def strip(number: int, of: int) -> Box:
    wide = 0.4 / of
    return Box(34.5, 112.6 + number * wide, 34.8, 112.6 + (number + 1) * wide)


def exact(lat: float, lon: float, **more: Any) -> dict[str, Any]:
    return public_at(1, lat=lat, lon=lon, datum="wgs84", **more)
