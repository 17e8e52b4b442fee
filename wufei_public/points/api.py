"""/api/v1/points: a resident's points, and redeeming them."""

from typing import Any

from wufei_public.common.text import N_
from wufei_public.infra.web.api import ApiBlueprint
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work
from wufei_public.points import documents, schemas
from wufei_public.points.actions import rewards
from wufei_public.points.queries import ledger

blueprint = ApiBlueprint("points_api", __name__, url_prefix="/api/v1/points", tag=N_("积分"))


@blueprint.operation(
    "GET", "", access="resident", summary=N_("我的积分"), answer=schemas.PointsOut(), refuses=(403,)
)
def mine() -> dict[str, Any]:
    account = current_actor().id or 0
    lines = documents.entry_lines(reading(), account)
    return {
        "balance": ledger.balance(reading(), account),
        "entries": [line | {"day": line["day"].isoformat()} for line in lines],
    }


@blueprint.operation(
    "POST",
    "/redemptions",
    access="resident",
    summary=N_("用积分换一样东西"),
    body=schemas.RedeemIn(),
    answer=schemas.RedeemedOut(),
    status=201,
    refuses=(403, 404, 409, 429),
)
def redeem(body: dict[str, Any]) -> dict[str, Any]:
    limit("submit")
    code = work(
        current_actor(),
        lambda w: rewards.redeem(w, code=body["reward"], client_key=body["client_key"]),
    )
    return {"code": code}
