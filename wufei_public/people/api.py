"""/api/v1/me: who is asking."""

from typing import Any

from wufei_public.common.text import N_
from wufei_public.infra.web.api import ApiBlueprint
from wufei_public.infra.web.session import current_actor
from wufei_public.people import schemas

blueprint = ApiBlueprint("people_api", __name__, url_prefix="/api/v1", tag=N_("人员"))


@blueprint.operation("GET", "/me", access="public", summary=N_("我是谁"), answer=schemas.MeOut())
def me() -> dict[str, Any]:
    actor = current_actor()
    grants = [
        {"role": grant.role, "division": grant.division, "department": grant.department}
        for grant in actor.grants
    ]
    return {"kind": actor.kind, "name": actor.name, "grants": grants}
