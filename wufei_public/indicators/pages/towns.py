"""Towns and villages beside each other, for officials."""

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from wufei_public.common.clock import district_day
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.indicators.documents import board
from wufei_public.indicators.documents import towns as documents
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.work import house, reading

blueprint = Blueprint("indicator_towns", __name__, url_prefix="/staff/indicators/towns")


@blueprint.get("")
@access("indicators:board:view")
def listed() -> str:
    """Show the last twelve months of a series by town."""
    series = _series(request.args.get("series", documents.WHOLE))
    home, today = board.district(reading()), district_day(house().clock())
    return render_template(
        "indicators/towns.html",
        series=series,
        choices=[(name, _(label)) for name, label in documents.SERIES.items()],
        table=documents.heat(reading(), series, home, today),
        closing=documents.closing(reading(), home, today) if home else None,
        by_village=series in documents.BY_VILLAGE,
    )


@blueprint.get("/<code>")
@access("indicators:board:view")
def one(code: str) -> str:
    """Show the last twelve months of check-ins by village of one town."""
    places = directory(reading())
    series = _series(request.args.get("series", "checkins"))
    if code not in {town.code for town in places.towns} or series not in documents.BY_VILLAGE:
        raise NotFound("no_town", N_("没有这个镇或街道。"))
    return render_template(
        "indicators/town.html",
        series=series,
        label=_(documents.SERIES[series]),
        name=places.path(code, english=is_english()),
        table=documents.heat(reading(), series, code, district_day(house().clock())),
    )


def _series(name: str) -> str:
    if name not in documents.SERIES:
        raise NotFound("no_series", N_("没有这一项。"))
    return name
