"""The officials' desk for other programs: the same permissions and actions as the pages."""

from typing import Any

from flask import Response

from wufei_public.common.actor import Actor
from wufei_public.common.text import N_
from wufei_public.dumping import policy
from wufei_public.dumping.actions import evidence
from wufei_public.dumping.api.reports import after_of, case_json, position_of
from wufei_public.dumping.documents.desk import case_answer
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases, desk, near
from wufei_public.dumping.schemas import shapes as schemas
from wufei_public.dumping.schemas.answers import CaseDetailOut, ContactOut, WordsOut
from wufei_public.dumping.schemas.moves import MOVES, MoveForm
from wufei_public.infra.web.api import ApiBlueprint
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work

blueprint = ApiBlueprint("desk_api", __name__, url_prefix="/api/v1/dumping", tag=N_("举报案件"))


def _official(path: str, move: MoveForm) -> None:
    """Declare one move of officials: the same refusals for all of them."""

    def view(body: dict[str, Any], code: str) -> dict[str, Any]:
        return case_json(lambda w: move.do(w, code=code, **body))

    view.__name__ = f"official_{path}"
    blueprint.operation(
        "POST",
        f"/cases/<code>/{path}",
        access=move.access,
        summary=move.summary,
        body=move.schema,
        answer=schemas.CaseOut(),
        refuses=(404, 409),
    )(view)


for _path, _move in MOVES.items():
    _official(_path, _move)


@blueprint.operation(
    "GET",
    "/cases",
    access="dumping:case:view",
    summary=N_("我办的案件，最急的在前"),
    query=schemas.QueueQuery(),
    answer=schemas.QueueOut(),
)
def queue(query: dict[str, Any]) -> dict[str, Any]:
    after = query.pop("after")
    wanted = desk.QueueFilter(**query, after=after_of(after))
    actor: Actor = current_actor()
    rows, following = desk.queue_page(reading(), actor, wanted, house().clock())
    return {
        "cases": [
            {
                "code": row.code,
                "state": row.state,
                "release": row.release,
                "kind": row.official_kind,
                "town": row.town,
                "division": row.division,
                "due_at": row.due_at,
                "submitted_at": row.submitted_at,
            }
            for row in rows
        ],
        "next": position_of(following),
    }


def _handled(code: str) -> Report:
    """Return the case if the actor handles it; a stranger's case looks like none."""
    report = cases.report(reading(), code)
    if not policy.may_handle(current_actor(), report.facts).allowed:
        raise cases.missing()
    return report


@blueprint.operation(
    "GET",
    "/cases/<code>",
    access="dumping:case:view",
    summary=N_("一件案件的全部，和现在能做的"),
    answer=CaseDetailOut(),
    refuses=(404,),
)
def get_case(code: str) -> dict[str, Any]:
    return case_answer(reading(), _handled(code), current_actor(), house().clock(), house().keys)


@blueprint.operation(
    "POST",
    "/cases/<code>/contact",
    access="dumping:case:contact",
    summary=N_("看举报人的手机号，要写为什么，会留下记录"),
    body=schemas.ReasonIn(),
    answer=ContactOut(),
    refuses=(404,),
)
def open_contact(body: dict[str, Any], code: str) -> dict[str, Any]:
    _handled(code)
    actor = current_actor()
    phone = work(actor, lambda w: evidence.open_contact(w, code=code, reason=body["text"]))
    return {"phone": phone}


@blueprint.operation(
    "POST",
    "/cases/<code>/words",
    access="dumping:case:contact",
    summary=N_("看举报人的原话（不打码），要写为什么，会留下记录"),
    body=schemas.ReasonIn(),
    answer=WordsOut(),
    refuses=(404,),
)
def open_words(body: dict[str, Any], code: str) -> dict[str, Any]:
    _handled(code)
    actor = current_actor()
    report = work(actor, lambda w: evidence.open_words(w, code=code, reason=body["text"]))
    later = [row.internal_text for row in cases.said_later(reading(), report.id)]
    later += [row.words for row in near.confirmations(reading(), report.id) if row.words]
    return {"words": report.words, "spot": report.spot, "later": later}


@blueprint.operation(
    "POST",
    "/cases/<code>/photos/<int:photo_id>/original",
    access="dumping:case:evidence",
    summary=N_("看封存的原照片，要写为什么，会留下记录"),
    body=schemas.ReasonIn(),
    refuses=(404,),
    produces="image/*",
)
def open_original(body: dict[str, Any], code: str, photo_id: int) -> Response:
    _handled(code)
    opened = work(
        current_actor(),
        lambda w: evidence.open_original(w, code=code, photo_id=photo_id, reason=body["text"]),
    )
    data = house().keys.decrypt("evidence", house().store.read(opened.name))
    return Response(data, mimetype=opened.mime, headers={"Cache-Control": "private, no-store"})
