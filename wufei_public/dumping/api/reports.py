"""/api/v1/dumping: the same actions as the pages, for other programs and for the offline queue."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, url_for
from flask_babel import gettext as _

from wufei_public.common.errors import NotAllowed
from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.dumping.actions import placing, reporter
from wufei_public.dumping.actions.rating import rate, vote
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.actions.submit import Draft, KeyUsed, submit
from wufei_public.dumping.documents.awards import awards_json
from wufei_public.dumping.documents.maps import map_json, totals_json
from wufei_public.dumping.documents.own import own_answer, standing
from wufei_public.dumping.documents.shown import own_case, public_case, public_rows
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import public
from wufei_public.dumping.rules.figures import period_start
from wufei_public.dumping.rules.states import LABELS, State
from wufei_public.dumping.schemas import shapes as schemas
from wufei_public.dumping.schemas.answers import OwnOut, PublicDetail
from wufei_public.dumping.schemas.awards import AwardsOut
from wufei_public.dumping.schemas.doors import looked_up, proven, secret_for_pin
from wufei_public.dumping.schemas.figures import MapOut, TotalsOut
from wufei_public.dumping.schemas.ratings import RatingIn, VoteIn
from wufei_public.dumping.schemas.uploads import receive_upload
from wufei_public.infra.web.access import shared
from wufei_public.infra.web.api import ApiBlueprint, kept_answer
from wufei_public.infra.web.errors import problem
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.paging import pack_moment, unpack_moment
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import Work, house, reading, work

blueprint = ApiBlueprint("dumping_api", __name__, url_prefix="/api/v1/dumping", tag=N_("随手拍"))

REPORT, PUBLIC_LIST = schemas.ReportIn(), schemas.PublicList()


@blueprint.operation(
    "POST",
    "/photos",
    access="public",
    summary=N_("先传一张照片，换一个凭证"),
    answer=schemas.PhotoOut(),
    status=201,
    refuses=(413, 422, 429),
    consumes="multipart/form-data",
)
def upload_photo() -> dict[str, Any]:
    limit("upload")
    return receive_upload()


@blueprint.operation(
    "POST",
    "/reports",
    access="public",
    summary=N_("举报乱倒垃圾"),
    body=REPORT,
    answer=schemas.ReceiptOut(),
    status=201,
    refuses=(409, 429),
)
def create_report(body: dict[str, Any]) -> dict[str, Any] | Response:
    limit("submit")
    try:
        return receipt_json(work(current_actor(), lambda w: submit(w, Draft(**body))))
    except KeyUsed as used:
        further: dict[str, Any] = {"first": receipt_json(used.first), "taken": list(used.taken)}
        return problem(409, used.code, _(used.message), **further)


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """Return a receipt as JSON."""
    return {
        "code": receipt.code,
        "secret": receipt.secret,
        "pin": receipt.pin,
        "submitted_at": receipt.submitted_at,
        "accept_due": receipt.accept_due,
        "address": url_for("own.case", code=receipt.code, secret=receipt.secret),
    }


@blueprint.operation(
    "GET",
    "/reports",
    access="public",
    summary=N_("已公开的案件，新的在前"),
    query=schemas.ListQuery(),
    answer=PUBLIC_LIST,
)
@shared
def list_reports(query: dict[str, Any]) -> Response:
    days = query["days"]
    since = None if days is None else period_start(days, house().clock())
    wanted = public.PublicFilter(
        query["town"], query["kind"], query["phase"], after_of(query["after"]), since, query["area"]
    )
    rows, following = public.public_page(reading(), wanted)
    content = ("reports", tuple(rows), following, places.directory(reading()).version)
    return kept_answer(
        content,
        lambda: {"reports": public_rows(reading(), rows), "next": position_of(following)},
        PUBLIC_LIST,
    )


@blueprint.operation(
    "GET",
    "/map",
    access="public",
    summary=N_("各镇和街道有多少已公开的案件，合计含不公开的"),
    query=schemas.MapQuery(),
    answer=MapOut(),
)
@shared
def get_map(query: dict[str, Any]) -> dict[str, Any]:
    return map_json(reading(), query["days"], house().clock())


@blueprint.operation(
    "GET",
    "/totals",
    access="public",
    summary=N_("一共收到多少、办到哪了、评价怎样，含不公开的"),
    answer=TotalsOut(),
)
@shared
def get_totals() -> dict[str, Any]:
    return totals_json(reading())


@blueprint.operation(
    "GET",
    "/awards",
    access="public",
    summary=N_("有奖举报：现在的等级和金额，每年发了多少"),
    answer=AwardsOut(),
)
@shared
def get_awards() -> dict[str, Any]:
    return awards_json(reading(), house().clock())


def after_of(position: str | None) -> tuple[datetime, int] | None:
    """Return the keyset position behind its text."""
    return unpack_moment(position) if position else None


def position_of(following: tuple[datetime, int] | None) -> str | None:
    """Return a keyset position as text for a URL."""
    return pack_moment(following) if following else None


@blueprint.operation(
    "GET",
    "/reports/<code>",
    access="public",
    summary=N_("一件已公开的案件"),
    answer=PublicDetail(),
    refuses=(404,),
)
@shared
def get_report(code: str) -> dict[str, Any]:
    return public_case(reading(), public.public_detail(reading(), code), house().settings.hotline)


@blueprint.operation(
    "GET",
    "/reports/<code>/status",
    access="public",
    summary=N_("凭编号查状态和日期"),
    answer=schemas.StatusOut(),
    refuses=(404, 429),
)
def get_status(code: str) -> dict[str, Any]:
    return status_json(looked_up(code))


def status_json(report: Report) -> dict[str, Any]:
    """Return what the code alone shows: state and dates."""
    return {
        "code": report.code,
        "state": report.state,
        "state_label": _(LABELS[State(report.state)]),
        "submitted_at": report.submitted_at,
        "due_at": standing(report)["due_at"],
        "closed_at": report.closed_at,
        "reopened": report.reopened,
    }


@blueprint.operation(
    "POST",
    "/reports/<code>/own",
    access="public",
    summary=N_("凭密码或密链看自己的举报"),
    body=schemas.PinIn(),
    answer=OwnOut(),
    refuses=(403, 404, 429),
)
def get_own(body: dict[str, Any], code: str) -> dict[str, Any]:
    secret = body["secret"] or secret_for_pin(code, body["pin"])
    if secret is None:
        raise NotAllowed("not_the_reporter", N_("查询码或密码不对。"))
    report = proven(code, secret)
    now = house().clock()
    return (
        own_case(reading(), report, secret)
        | own_answer(reading(), report, now)
        | status_json(report)
    )


@blueprint.operation(
    "POST",
    "/reports/<code>/more",
    access="public",
    summary=N_("补几句话、几张照片"),
    body=schemas.AddIn(),
    answer=schemas.CaseOut(),
    refuses=(403, 404, 409, 429),
)
def add_more(body: dict[str, Any], code: str) -> dict[str, Any]:
    proven(code, body["secret"])
    limit("secret", known=code)
    return case_json(lambda w: reporter.add(w, code=code, **body))


@blueprint.operation(
    "POST",
    "/reports/<code>/place",
    access="public",
    summary=N_("交上来时没有地方的，补上地方"),
    body=schemas.SayPlaceIn(),
    answer=schemas.CaseOut(),
    refuses=(403, 404, 409, 429),
)
def say_place(body: dict[str, Any], code: str) -> dict[str, Any]:
    proven(code, body["secret"])
    limit("secret", known=code)
    return case_json(lambda w: placing.say_place(w, code=code, **body))


@blueprint.operation(
    "POST",
    "/reports/<code>/answer",
    access="public",
    summary=N_("补充情况"),
    body=schemas.AnswerIn(),
    answer=schemas.CaseOut(),
    refuses=(403, 404, 409, 429),
)
def answer(body: dict[str, Any], code: str) -> dict[str, Any]:
    proven(code, body["secret"])
    limit("secret", known=code)
    return case_json(lambda w: reporter.answer(w, code=code, **body))


@blueprint.operation(
    "POST",
    "/reports/<code>/rating",
    access="public",
    summary=N_("评价办理结果；不满意第一次一定重新办理"),
    body=RatingIn(),
    answer=schemas.CaseOut(),
    refuses=(403, 404, 409, 429),
)
def give_rating(body: dict[str, Any], code: str) -> dict[str, Any]:
    proven(code, body["secret"])
    limit("secret", known=code)
    return case_json(lambda w: rate(w, code=code, **body))


@blueprint.operation(
    "POST",
    "/reports/<code>/seen/rating",
    access="resident",
    summary=N_("说过看到的人评价公开案件的结果；不满意的多了就请人复核"),
    body=VoteIn(),
    answer=schemas.SeenRatedOut(),
    refuses=(403, 404, 409, 429),
)
def rate_seen(body: dict[str, Any], code: str) -> dict[str, Any]:
    limit("submit")
    report = work(current_actor(), lambda w: vote(w, code=code, **body))
    return {"code": report.public_code, "state": report.state}


def case_json(do: Callable[[Work], Report]) -> dict[str, Any]:
    """Make a change and return what stands of the case after it."""
    report = work(current_actor(), do)
    return {
        "code": report.code,
        "state": report.state,
        "release": report.release,
        "version": report.version,
    }
