"""/api/v1/cells: the register, certificates and the count for other programs; autosave."""

from typing import Any

from flask_babel import gettext as _

from wufei_public.cells.actions import applying
from wufei_public.cells.documents import public, shown
from wufei_public.cells.queries import certificates
from wufei_public.cells.schemas import (
    AnswerIn,
    CertificateOut,
    CountOut,
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
        "next": public.position_of(following) or None,
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
