"""/api/v1/divisions: the list that people search, and the place that a position proposes."""

from hashlib import sha256
from typing import Any

from flask import Response, current_app, request

from wufei_public.common.geo import crs_named, to_wgs84
from wufei_public.common.places import town_of
from wufei_public.common.text import N_
from wufei_public.divisions import queries, schemas
from wufei_public.infra.web.api import ApiBlueprint
from wufei_public.infra.web.limits import limit
from wufei_public.infra.work import reading

blueprint = ApiBlueprint(
    "divisions_api", __name__, url_prefix="/api/v1/divisions", tag=N_("地方")
)


@blueprint.operation(
    "GET", "", access="public", summary=N_("镇街和村社区的名单"), answer=schemas.PlacesOut()
)
def places() -> Response:
    names = {row.code: row.short for row in queries.places(reading())}
    rows = [
        {
            "code": row.code,
            "name": row.short,
            "town": names.get(row.parent) if row.parent else None,
            "pinyin": row.pinyin,
        }
        for row in queries.places(reading())
    ]
    body = current_app.json.dumps({"places": rows})
    response = Response(body, mimetype="application/json")
    response.set_etag(sha256(body.encode()).hexdigest()[:16])
    response.headers["Cache-Control"] = "public, max-age=300"
    return response.make_conditional(request)


@blueprint.operation(
    "GET",
    "/propose",
    access="public",
    summary=N_("一个位置大概在哪个地方"),
    query=schemas.PositionIn(),
    answer=schemas.ProposalOut(),
    refuses=(429,),
)
def propose(query: dict[str, Any]) -> dict[str, Any]:
    limit("look_up")
    point = to_wgs84(query["lon"], query["lat"], crs_named(query["datum"]))
    found = queries.propose(reading(), point.lat, point.lon)
    if found is None:
        return {"code": None, "name": "", "town": "", "how": "none", "metres": None}
    town = queries.names(reading()).get(town_of(found.code) or "", "")
    return {
        "code": found.code,
        "name": found.name,
        "town": town,
        "how": found.how,
        "metres": found.metres,
    }
