"""/api/v1/me: who is asking, as the server sees it."""

from typing import Any

from wufei_public.common.text import N_
from wufei_public.infra.web.api import ApiBlueprint
from wufei_public.infra.web.session import current_actor
from wufei_public.people.schemas import MeOut

blueprint = ApiBlueprint("people_api", __name__, url_prefix="/api/v1", tag=N_("人员"))


@blueprint.operation(
    "GET", "/me", access="public", summary=N_("我是谁：身份和角色"), answer=MeOut()
)
def me() -> dict[str, Any]:
    actor = current_actor()
    return {
        "kind": actor.kind,
        "name": actor.name,
        "roles": [
            {"role": grant.role, "division": grant.division, "department": grant.department}
            for grant in actor.grants
        ],
    }
