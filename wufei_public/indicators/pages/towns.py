"""Towns and villages beside each other, for officials."""

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from wufei_public.common.clock import district_day
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.indicators.documents import board, report, slides, words
from wufei_public.indicators.documents import towns as documents
from wufei_public.indicators.rules.periods import Kind, read_period
from wufei_public.indicators.rules.plans import current
from wufei_public.infra import papers
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.work import house, reading

MADE = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
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
        themes=slides.themes(current()),
        quarters=[(one.key, words.period(one.key)) for one in report.quarters(today)],
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


@blueprint.get("/reports/<key>.<form>")
@access("indicators:board:view")
def paper(key: str, form: str) -> Response:
    """Take the report of a quarter away, to print or to reckon with."""
    plan, quarter = current(), read_period(key)
    if quarter.kind is not Kind.QUARTER or form not in MADE:
        raise NotFound("no_paper", N_("没有这份报告。"))
    found = report.tables(reading(), plan, quarter)
    title = _("%(plan)s，%(quarter)s", plan=words.told(plan.name), quarter=words.period(key))
    data = papers.as_xlsx(found) if form == "xlsx" else papers.as_pdf(title, plan.source, found)
    headers = {
        "Content-Disposition": f"attachment; filename=indicators-{quarter.key}.{form}",
        "Cache-Control": "private, no-store",
    }
    return Response(data, mimetype=MADE[form], headers=headers)


@blueprint.get("/reports/<key>/<int:number>.png")
@access("indicators:board:view")
def slide(key: str, number: int) -> Response:
    """Take one theme of a quarter's report away as a picture for slides."""
    plan, quarter = current(), read_period(key)
    if quarter.kind is not Kind.QUARTER or not 0 < number <= len(slides.themes(plan)):
        raise NotFound("no_paper", N_("没有这份报告。"))
    found = slides.slides(reading(), plan, quarter)[number - 1]
    headers = {
        "Content-Disposition": f"attachment; filename=indicators-{quarter.key}-{number}.png",
        "Cache-Control": "private, no-store",
    }
    return Response(slides.as_png(found), mimetype="image/png", headers=headers)


def _series(name: str) -> str:
    if name not in documents.SERIES:
        raise NotFound("no_series", N_("没有这项指标。"))
    return name
