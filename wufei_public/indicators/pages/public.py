"""The board for everyone: three gauges, all indicators by theme, each with its own page."""

from typing import Any

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from wufei_public.common.clock import district_day
from wufei_public.indicators.actions.tasks import task_named
from wufei_public.indicators.documents import board, open_data, progress, series, words
from wufei_public.indicators.documents.badge import badge as drawn
from wufei_public.indicators.queries import tasks, values
from wufei_public.indicators.rules.judging import target_for
from wufei_public.indicators.rules.plans import Indicator, Plan, current
from wufei_public.indicators.rules.series import ACTIVITIES, PERCEIVED, PLAIN
from wufei_public.infra.web.access import access, shared
from wufei_public.infra.web.kept import kept_page
from wufei_public.infra.work import house, reading

blueprint = Blueprint("indicators", __name__, url_prefix="/indicators")


def plan_words(plan: Plan) -> dict[str, Any]:
    """Return what every page says of the plan."""
    return {
        "name": words.told(plan.name),
        "source": plan.source,
        "first": plan.first_year,
        "last": plan.last_year,
        "version": plan.version,
        "over": district_day(house().clock()).year > plan.last_year,
    }


@blueprint.get("")
@access("public")
@shared
def listed() -> str:
    plan, year = current(), district_day(house().clock()).year
    # The names of divisions and departments are none of what the board shows.
    content = (plan.code, plan.version, year, values.edition(reading(), plan.code))
    return kept_page(content, lambda: _board(plan, year))


def _board(plan: Plan, year: int) -> str:
    found = board.published(reading(), plan)
    rows = board.lines(plan, found, year)
    return render_template(
        "indicators/board.html",
        plan=plan_words(plan),
        gauges=board.gauges(plan, found, year),
        themes=board.by_theme(rows),
        tally=board.tally(rows),
        activities=board.activities(found),
        total=len(plan.indicators),
        tasks=len(plan.tasks),
    )


@blueprint.get("/tasks")
@access("public")
@shared
def task_list() -> str:
    plan, today = current(), district_day(house().clock())
    notice = tasks.notice(reading(), plan.code)
    rows = progress.lines(plan, tasks.newest(reading(), plan.code), notice, today)
    groups = list(dict.fromkeys(row["group"] for row in rows))
    return render_template(
        "indicators/tasks.html",
        plan=plan_words(plan),
        groups=[(name, [row for row in rows if row["group"] == name]) for name in groups],
        tally=progress.tally(rows),
        total=len(rows),
        notice=notice,
    )


@blueprint.get("/tasks/<code>")
@access("public")
@shared
def task(code: str) -> str:
    return render_template("indicators/task.html", **task_values(code))


def task_values(code: str) -> dict[str, Any]:
    """Return what both pages of a task draw."""
    plan, one = current(), task_named(code)
    reports = tasks.reports(reading(), plan.code, code)
    notice = tasks.notice(reading(), plan.code)
    today = district_day(house().clock())
    return {
        "plan": plan_words(plan),
        "row": progress.line(one, reports[0] if reports else None, notice, today),
        "task": one,
        "supporting": one.supporting,
        "reports": [
            {"at": report.reported_at, "words": report.words, "evidence": report.evidence}
            | {"chip": progress.chip_of(report)}
            for report in reports
        ],
        "source": _("%(source)s，%(annex)s", source=plan.source, annex=plan.tasks_annex),
    }


@blueprint.get("/data")
@access("public")
@shared
def data() -> str:
    """Say where the open data lie and what each column means."""
    plan = current()
    found = board.published(reading(), plan)
    rows = [(name, series.named(plan, name)[0], len(one)) for name, one in found.items()]
    return render_template(
        "indicators/data.html",
        rows=sorted(rows, key=lambda row: row[0].rjust(9)),
        dictionary=open_data.dictionary(),
    )


@blueprint.get("/<name>")
@access("public")
@shared
def one(name: str) -> str:
    plan = current()
    found = series.indicator(plan, name)
    title, unit = series.named(plan, name)
    rows = values.versions(reading(), plan.code, name, public=True)
    return render_template(
        "indicators/one.html" if found else "indicators/activity.html",
        plan=plan_words(plan),
        series=name,
        name=title,
        unit=unit,
        versions=series.versions(rows, unit),
        definition=series.definition(plan, found) if found else None,
        meaning=_(PLAIN[name] if name in PERCEIVED else ACTIVITIES[name].meaning)
        if name in PERCEIVED or not found
        else "",
        standing=_standing(plan, name),
        trend=series.trend(rows, _bound(plan, name)) if _is_line(found, unit) else None,
    )


def _is_line(found: Indicator | None, unit: str) -> bool:
    """Say whether the values of a series are per cents of one thing, which a line may join."""
    return unit == "%" and found is not None and len(found.components) == 1


def _standing(plan: Plan, name: str) -> dict[str, Any] | None:
    found = plan.indicator(name)
    if found is None:
        return None
    rows = values.published(reading(), plan.code, board.district(reading()), name)
    standing = board.standing(found, rows, district_day(house().clock()).year)
    return board.gauge_of(standing) if name in PERCEIVED else board.line(standing)


def _bound(plan: Plan, name: str) -> Any:
    found = plan.indicator(name)
    if found is None:
        return None
    return target_for(found.targets, district_day(house().clock()).year).parts[0].bound


@blueprint.get("/<name>/data.csv")
@access("public")
@shared
def table(name: str) -> Response:
    """Give every published version of a series as a table."""
    plan = current()
    series.indicator(plan, name)
    rows = values.versions(reading(), plan.code, name, public=True)
    answer = Response(open_data.as_csv(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename=indicator-{name}.csv"
    return answer


@blueprint.get("/<name>/badge.svg")
@access("public")
@shared
def badge(name: str) -> Response:
    """Give an indicator as a small picture that other sites may embed."""
    plan = current()
    title, unit = series.named(plan, name)
    rows = values.published(reading(), plan.code, board.district(reading()), name)
    standing = _standing(plan, name)
    said = words.in_short(rows[0], unit) if rows else _("暂无数据")
    tone = standing["chip"][0] if standing else ""
    return Response(drawn(title, said, tone), mimetype="image/svg+xml")
