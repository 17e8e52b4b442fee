"""/api/v1/divisions: the list that phones search in, and the likely place of a position."""

from typing import Any

from flask import Response, current_app, request

from wufei_public.common.geo import Crs, to_wgs84
from wufei_public.common.text import N_
from wufei_public.divisions import queries
from wufei_public.divisions.rules.directory import Directory
from wufei_public.divisions.schemas import PlacesOut, ProposalOut, ProposeIn
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.api import ApiBlueprint
from wufei_public.infra.web.limits import limit
from wufei_public.infra.work import reading

blueprint = ApiBlueprint("divisions_api", __name__, url_prefix="/api/v1/divisions", tag=N_("区划"))


@blueprint.operation(
    "GET",
    "",
    access="public",
    summary=N_("本区的镇、街道、村和社区"),
    answer=PlacesOut(),
)
def list_divisions() -> Response:
    directory = queries.directory(reading())
    body = current_app.json.dumps(_listed(directory))
    response = Response(body, mimetype="application/json")
    response.add_etag()
    # Lists change a few times a year; five minutes of the old one harm nobody.
    response.cache_control.public = True
    response.cache_control.max_age = 300
    response.make_conditional(request)
    return response


def _listed(directory: Directory) -> dict[str, Any]:
    return {
        "version": directory.version,
        "divisions": [
            {
                "code": place.code,
                "name": place.name,
                "level": place.level,
                "parent": place.parent,
                "pinyin": place.pinyin,
                "initials": place.initials,
            }
            for place in (*directory.districts, *directory.towns, *directory.units)
        ],
    }


@blueprint.operation(
    "GET",
    "/propose",
    access="public",
    summary=N_("一个位置大概在哪个村、社区或镇（只作建议）"),
    query=ProposeIn(),
    answer=ProposalOut(),
    refuses=[429],
)
def propose(query: dict[str, Any]) -> dict[str, Any]:
    limit("look_up")
    point = to_wgs84(query["lon"], query["lat"], Crs(query["datum"]))
    directory = queries.directory(reading())
    found = queries.propose(reading(), point.lat, point.lon, query["accuracy"])
    if found is None:
        return {"proposal": None}
    return {
        "proposal": {
            **_named(directory, found.code),
            "how": found.how,
            "metres": round(found.metres),
            "others": [_named(directory, code) for code in found.others],
        }
    }


def _named(directory: Directory, code: str) -> dict[str, str]:
    return {"code": code, "path": directory.path(code, english=is_english())}
