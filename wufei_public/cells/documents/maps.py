"""The map of named cells: outlines of the towns where they are loaded, labelled tiles otherwise."""

from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from wufei_public.cells.queries import certificates as queries
from wufei_public.common.charts import step_of, steps
from wufei_public.divisions.documents import town_areas
from wufei_public.infra.i18n import gettext as _


def town_map(session: Session, now: datetime, kind: str | None) -> dict[str, Any]:
    """Return how many valid cells each town has, of one kind if asked, as a map."""
    found = queries.figures(session, now).by_town(kind)
    begins = steps(max(found.values(), default=0))
    plan, areas = town_areas(session)
    for area in areas:
        count = found.get(area["key"], 0)
        area["label"] = _("%(town)s：%(count)s 个", town=area["name"], count=count)
        area["tally"] = {"open": count}
        area["step"] = step_of(count, begins)
        area["url"] = url_for("cells.listing", town=area["key"], kind=kind)
    return {"plan": plan, "areas": areas}
