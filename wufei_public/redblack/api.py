"""/api/v1/redblack: the same list as the pages, and the snapshots that prove it."""

from typing import Any

from flask import Response, after_this_request

from wufei_public.common.codes import normalise
from wufei_public.common.errors import Gone
from wufei_public.common.text import N_
from wufei_public.infra.web.access import ask_engines_to_keep_nothing, shared
from wufei_public.infra.web.api import ApiBlueprint
from wufei_public.infra.web.assets import FOREVER
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.paging import pack_moment, unpack_moment
from wufei_public.infra.work import house, reading
from wufei_public.redblack import schemas
from wufei_public.redblack.documents import graded, shown
from wufei_public.redblack.documents.positions import packed, position_of
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.queries import grades, public, snapshots

blueprint = ApiBlueprint("redblack_api", __name__, url_prefix="/api/v1/redblack", tag=N_("红黑榜"))
blueprint.after_request(ask_engines_to_keep_nothing)


@blueprint.operation(
    "GET",
    "/entries",
    access="public",
    summary=N_("正在公布的红黑榜，按名称、信用代码、地方、类型查"),
    query=schemas.ListQuery(),
    answer=schemas.ListOut(),
)
@shared
def list_entries(query: dict[str, Any]) -> dict[str, Any]:
    after = query.pop("after")
    wanted = public.PublicFilter(**query, after=position_of(after, query["words"]))
    rows, following = public.page(reading(), wanted, house().clock())
    return {
        "entries": shown.public_rows(reading(), rows),
        "next": packed(following) or None,
    }


def _entry(code: str) -> Listing:
    """Return the entry if it is shown now; Gone once it is over."""
    row = public.entry(reading(), normalise(code), house().clock())
    if public.is_gone(row, house().clock()):
        raise Gone("listing_gone", N_("这一条已经撤下，不再公布。"))
    return row


@blueprint.operation(
    "GET",
    "/entries/<code>",
    access="public",
    summary=N_("一条正在公布的红榜或黑榜"),
    answer=schemas.EntryOut(),
    refuses=(404, 410),
)
def get_entry(code: str) -> dict[str, Any]:
    return shown.public_entry(reading(), _entry(code), house().clock())


@blueprint.operation(
    "GET",
    "/entries/<code>/record",
    access="public",
    summary=N_("一条的原文、随机盐和它在最新快照里的路径，用来自己验证"),
    answer=schemas.RecordOut(),
    refuses=(404, 410, 429),
)
def get_record(code: str) -> dict[str, Any]:
    limit("look_up")
    found = shown.record_json(reading(), _entry(code))
    if found is None:
        raise Gone("listing_gone", N_("这一条已经撤下，不再公布。"))
    return found


@blueprint.operation(
    "GET",
    "/grades",
    access="public",
    summary=N_("已公布的企业环境信用等级，按年份；不是红黑榜"),
    query=schemas.GradesQuery(),
    answer=schemas.GradesOut(),
)
@shared
def list_grades(query: dict[str, Any]) -> dict[str, Any]:
    year = query["year"] or next(iter(grades.years(reading())), house().clock().year)
    wanted = grades.GradeFilter(year, query["words"], query["after"])
    rows, following = grades.published(reading(), wanted)
    return {"grades": graded.public_rows(reading(), rows), "next": following}


@blueprint.operation(
    "GET",
    "/notices",
    access="public",
    summary=N_("正在公示的拟上红榜企业，最先到期的在前"),
    query=schemas.NoticesQuery(),
    answer=schemas.NoticesOut(),
)
@shared
def list_notices(query: dict[str, Any]) -> dict[str, Any]:
    position = unpack_moment(query["after"]) if query["after"] else None
    rows, following = public.on_notice(reading(), house().clock(), position)
    return {
        "notices": shown.notice_rows(reading(), rows),
        "next": pack_moment(following) if following else None,
    }


@blueprint.operation(
    "GET",
    "/snapshots",
    access="public",
    summary=N_("红黑榜的变动，新的在前：期号、时间、数量和根哈希"),
    query=schemas.ChangesQuery(),
    answer=schemas.ChangesOut(),
)
@shared
def list_snapshots(query: dict[str, Any]) -> dict[str, Any]:
    rows, following = shown.changes_page(reading(), query["before"], snapshots.PAGE)
    return {
        "public_key": shown.public_key(house().keys),
        "public_keys": shown.public_keys(house().keys),
        "snapshots": rows,
        "next": following,
    }


def _kept(answer: Response) -> Response:
    """Let every cache keep what was signed: it never changes."""
    answer.headers["Cache-Control"] = FOREVER
    return answer


@blueprint.operation(
    "GET",
    "/snapshots/<int:number>",
    access="public",
    summary=N_("一期快照：签名、根哈希和每一条的加盐哈希"),
    answer=schemas.SnapshotOut(),
    refuses=(404, 429),
)
def get_snapshot(number: int) -> dict[str, Any]:
    limit("export")
    row = snapshots.snapshot(reading(), number)
    after_this_request(_kept)
    return shown.snapshot_json(reading(), row, house().keys)
