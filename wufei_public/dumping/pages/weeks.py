"""周报: how the own cases went in a week, and where they repeat."""

from datetime import timedelta

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from wufei_public.dumping.documents.weeks import spot_lines, week_lines
from wufei_public.dumping.queries.desk import queue_counts
from wufei_public.dumping.rules.weeks import SPOT_CASES, SPOT_DAYS, Week, last_week, week_named
from wufei_public.infra.web.access import access
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading

blueprint = Blueprint("case_weeks", __name__, url_prefix="/staff/cases/week")


@blueprint.get("")
@access("dumping:case:bulk")
def one() -> str:
    now, actor = house().clock(), current_actor()
    asked = request.args.get("week", "")
    last = last_week(now)
    week = week_named(asked[:10]) if asked else last
    after = Week(week.monday + timedelta(days=7))
    return render_template(
        "dumping/week.html",
        week=week,
        lines=week_lines(reading(), actor, week),
        heads=[_("收到"), _("受理"), _("办结"), _("未清除"), _("不予受理"), _("重新办理")],
        counts=queue_counts(reading(), actor, now),
        spots=spot_lines(reading(), actor, now),
        spot_cases=SPOT_CASES,
        spot_days=SPOT_DAYS,
        before=url_for("case_weeks.one", week=Week(week.monday - timedelta(days=7)).name),
        after=url_for("case_weeks.one", week=after.name) if after.monday <= last.monday else "",
    )
