"""/api/v1/checkins: the same check-in as the page's, for other programs."""

from typing import Any

from wufei_public.checkins import schemas
from wufei_public.checkins.actions import daily
from wufei_public.checkins.documents import own as documents
from wufei_public.checkins.queries import own as queries
from wufei_public.common.text import N_
from wufei_public.infra.web.api import ApiBlueprint
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media.pages import receive_one

blueprint = ApiBlueprint("checkins_api", __name__, url_prefix="/api/v1/checkins", tag=N_("打卡"))


@blueprint.operation(
    "GET",
    "/stamp",
    access="resident",
    summary=N_("打开打卡页：签了名的时间、住处和分法"),
    answer=schemas.StampOut(),
    refuses=(403,),
)
def stamp() -> dict[str, Any]:
    account = current_actor().id or 0
    place = queries.home(reading(), account)
    return {
        "stamp": daily.stamp_of(house().keys, account, house().clock()),
        "village": place.village if place else None,
        "scheme": place.scheme.value if place else None,
    }


@blueprint.operation(
    "POST",
    "",
    access="resident",
    summary=N_("打卡，每人每天一次"),
    body=schemas.CheckInIn(),
    answer=schemas.CheckedInOut(),
    status=201,
    refuses=(403, 422, 429),
)
def check_in(body: Any) -> dict[str, Any]:
    draft = schemas.counted(body)
    return documents.receipt_json(work(current_actor(), lambda w: daily.check_in(w, draft)))


@blueprint.operation(
    "POST",
    "/photos",
    access="resident",
    summary=N_("先传打卡的照片，换一个凭证"),
    answer=schemas.PhotoOut(),
    status=201,
    refuses=(403, 413, 422, 429),
    consumes="multipart/form-data",
)
def upload_photo() -> dict[str, Any]:
    schemas.count_photo()
    return {"token": receive_one("photo")}
