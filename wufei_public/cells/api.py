"""/api/v1/cells: register, notices, certificates, count, ranking for programs; autosave."""

from typing import Any

from flask_babel import gettext as _

from wufei_public.cells.actions import applying
from wufei_public.cells.documents import lists, public, shown
from wufei_public.cells.queries import certificates, rounds
from wufei_public.cells.queries import lists as ranked
from wufei_public.cells.schemas import (
    AfterQuery,
    AnswerIn,
    CertificateOut,
    CountOut,
    NoticesOut,
    NoticesQuery,
    RankingOut,
    RegisterOut,
    RegisterQuery,
    SavedOut,
)
from wufei_public.common.clock import DISTRICT_ZONE, district_day
from wufei_public.common.text import N_
from wufei_public.infra.web.access import shared
from wufei_public.infra.web.api import ApiBlueprint
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work

blueprint = ApiBlueprint("cells_api", __name__, url_prefix="/api/v1/cells", tag=N_("无废细胞"))


@blueprint.operation(
    "GET",
    "",
    access="public",
    summary=N_("已命名的无废细胞，新的在前"),
    query=RegisterQuery(),
    answer=RegisterOut(),
)
@shared
def list_cells(query: dict[str, Any]) -> dict[str, Any]:
    wanted = certificates.RegisterFilter(
        query["town"], query["kind"], public.after_of(query["after"])
    )
    rows, following = certificates.register(reading(), wanted)
    lines = public.register_rows(reading(), rows, district_day(house().clock()))
    return {
        "cells": [public.cell_json(line) for line in lines],
        "public_keys": public.public_keys(house().keys),
        "next": public.position_of(following) or None,
    }


@blueprint.operation(
    "GET",
    "/notices",
    access="public",
    summary=N_("正在公示的单位，先结束的在前"),
    query=NoticesQuery(),
    answer=NoticesOut(),
)
@shared
def list_notices(query: dict[str, Any]) -> dict[str, Any]:
    rows, more = public.notices_page(reading(), query["after"])
    return {"units": [public.notice_json(line) for line in rows], "next": more or None}


@blueprint.operation(
    "GET",
    "/rounds/<code>/ranking",
    access="cells:round:manage",
    summary=N_("一批申报里评完分的单位，分高的在前"),
    query=AfterQuery(),
    answer=RankingOut(),
    refuses=(403, 404, 422),
)
def list_ranking(query: dict[str, Any], code: str) -> dict[str, Any]:
    session, after = reading(), lists.ranked_of(query["after"])
    rows, following = ranked.ranking(session, rounds.round_of(session, code).id, after)
    return {
        "units": lists.ranked_json(session, rows, after),
        "next": lists.ranked_text(following) or None,
    }


@blueprint.operation(
    "GET",
    "/certificates/<code>",
    access="public",
    summary=N_("一张证书：签名内容、签名、公钥，现在是否有效"),
    answer=CertificateOut(),
    refuses=(404,),
)
def get_certificate(code: str) -> dict[str, Any]:
    limit("look_up")
    found = certificates.certificate(reading(), code)
    return public.signed_json(house().keys, found, district_day(house().clock()))


@blueprint.operation(
    "GET",
    "/count",
    access="public",
    summary=N_("指标39：今天算数的无废细胞有多少，按哪一版规则，是哪些"),
    answer=CountOut(),
)
@shared
def get_count() -> dict[str, Any]:
    return public.count_json(reading(), house().clock())


@blueprint.operation(
    "POST",
    "/applications/<code>/items/<item>",
    access="resident",
    summary=N_("存下一项自评"),
    body=AnswerIn(),
    answer=SavedOut(),
    refuses=(403, 404, 409, 422),
)
def save_item(body: dict[str, Any], code: str, item: str) -> dict[str, Any]:
    answer = shown.read_answer(body) | {"note": body["note"]}
    work(
        current_actor(),
        lambda w: applying.save_answer(w, code=code, item=item, **answer),
    )
    now = house().clock().astimezone(DISTRICT_ZONE)
    return {
        "saved_at": now.isoformat(timespec="seconds"),
        "words": _("%(time)s 已保存，换电脑也能接着填", time=f"{now:%H:%M}"),
    }
