"""/api/v1/indicators: published series for other programs, at addresses that stay."""

from typing import Any

from flask import url_for

from wufei_public.common.text import N_
from wufei_public.indicators.documents import board, open_data, series
from wufei_public.indicators.queries import values
from wufei_public.indicators.rules.plans import current
from wufei_public.indicators.schemas import AllSeriesOut, SeriesOut
from wufei_public.infra.web.access import shared
from wufei_public.infra.web.api import ApiBlueprint
from wufei_public.infra.work import reading

blueprint = ApiBlueprint(
    "indicators_api", __name__, url_prefix="/api/v1/indicators", tag=N_("指标")
)


@blueprint.operation(
    "GET",
    "/series",
    access="public",
    summary=N_("有公布数值的指标和活动数"),
    answer=AllSeriesOut(),
)
@shared
def list_series() -> dict[str, Any]:
    plan = current()
    return {
        "plan": plan.code,
        "version": plan.version,
        "source": plan.source,
        "series": [
            {
                "series": name,
                "name": series.named(plan, name)[0],
                "address": url_for("indicators_api.show_series", name=name),
            }
            for name in sorted(board.published(reading(), plan))
        ],
    }


@blueprint.operation(
    "GET",
    "/series/<name>",
    access="public",
    summary=N_("一项指标公布过的全部数值和来历，旧版也在"),
    answer=SeriesOut(),
    refuses=(404,),
)
@shared
def show_series(name: str) -> dict[str, Any]:
    plan = current()
    title, unit = series.named(plan, name)
    rows = values.versions(reading(), plan.code, name, public=True)
    return {
        "series": name,
        "name": title,
        "unit": unit,
        "dictionary": open_data.dictionary(),
        "values": [open_data.row_of(row) for row in rows],
    }
