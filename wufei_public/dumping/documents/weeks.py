"""A week of cases in words: a line per town, and the places with repeated cases."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.common.clock import district_day
from wufei_public.common.redact import redact
from wufei_public.divisions import queries as places
from wufei_public.dumping.documents import shown
from wufei_public.dumping.queries.weeks import (
    RECEIVED,
    STEPS,
    Spot,
    hot_spots,
    summed,
    week_by_town,
)
from wufei_public.dumping.rules.weeks import SPOT_DAYS, Week
from wufei_public.infra.i18n import is_english

COLUMNS = (RECEIVED, *STEPS)


def week_lines(session: Session, actor: Actor, week: Week) -> list[dict[str, Any]]:
    """Return one line per town with anything in it, the sum last."""
    found = week_by_town(session, actor, week)
    names = places.directory(session).called(english=is_english())
    lines = [
        {
            "name": names.get(town or "", "") or _("位置待定"),
            "counts": [found[town].get(name, 0) for name in COLUMNS],
        }
        for town in sorted(found, key=lambda town: town or "~")
    ]
    sums = summed(found)
    return [*lines, {"name": _("合计"), "counts": [sums[name] for name in COLUMNS]}]


def spot_lines(session: Session, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Return the hot spots of the actor's cases, the worst first."""
    since = district_day(now) - timedelta(days=SPOT_DAYS)
    names = places.directory(session).called(english=is_english())
    return [_spot(one, names) for one in hot_spots(session, actor, since)]


def _spot(one: Spot, names: Any) -> dict[str, Any]:
    row = one.newest
    parts: Sequence[str] = (
        names.get(row.town, ""),
        names.get(row.division, "") if row.division != row.town else "",
        redact(row.spot),
    )
    return {
        "cases": one.cases,
        "open": one.open,
        "where": " · ".join(part for part in parts if part) or _("位置待定"),
        "kind": shown.kind_label(row.official_kind),
        "at": row.submitted_at,
        "lat": row.lat,
        "lon": row.lon,
        "url": url_for("desk.case", code=row.code),
    }
