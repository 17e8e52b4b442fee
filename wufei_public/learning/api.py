"""/api/v1/learning: the dictionary for other programs, and what was looked for in vain."""

from typing import Any

from wufei_public.common.text import N_
from wufei_public.infra.web.api import ApiBlueprint
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work
from wufei_public.learning import schemas
from wufei_public.learning.actions import dictionary as actions
from wufei_public.learning.documents import entry_json
from wufei_public.learning.queries import dictionary as queries

blueprint = ApiBlueprint(
    "learning_api", __name__, url_prefix="/api/v1/learning", tag=N_("分类查询")
)


@blueprint.operation(
    "GET",
    "/things",
    access="public",
    summary=N_("一样东西该投哪里，最像的在前"),
    query=schemas.FindIn(),
    answer=schemas.FoundOut(),
)
def find(query: dict[str, Any]) -> dict[str, Any]:
    dictionary = queries.dictionary(reading())
    found = dictionary.find(query["q"])
    return {
        "items": [entry_json(entry) for entry in found],
        "near": bool(found) and not dictionary.fits(query["q"]),
    }


@blueprint.operation(
    "POST",
    "/misses",
    access="public",
    summary=N_("记下没查到的词，给编辑补上"),
    body=schemas.MissIn(),
    answer=schemas.MissOut(),
    status=201,
    refuses=(429,),
)
def miss(body: dict[str, Any]) -> dict[str, Any]:
    limit("look_up")
    return {"noted": work(current_actor(), lambda w: actions.note_miss(w, body["words"]))}
