"""Photos as they come with a form, and as they are served again after the feature's own policy."""

from collections.abc import Sequence

from flask import Response, request

from wufei_public.cells.queries.applications import missing
from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media import queries
from wufei_public.media.actions import photos as media
from wufei_public.media.rules.limits import MOST_BYTES, MOST_PER_POST, Fault, refuse_photo


def receive(field: str = "photos", *, least: int = 0) -> list[str]:
    """Take the photos of a form and return their tokens; Invalid at `photos` for what is none."""
    files = [file for file in request.files.getlist(field) if file.filename]
    if files:
        limit("upload")
    if len(files) < least:
        sentence = N_("请先选照片。")
        raise Invalid("no_photo", sentence, [FieldError("photos", sentence)])
    if len(files) > MOST_PER_POST:
        sentence = N_("一次最多 9 张照片。")
        raise Invalid("too_many_photos", sentence, [FieldError("photos", sentence)])
    return [_keep(file.stream.read(MOST_BYTES + 1), (file.filename or "")[-60:]) for file in files]


def _keep(data: bytes, name: str) -> str:
    try:
        if len(data) > MOST_BYTES:
            raise refuse_photo(Fault.TOO_LARGE, name)
        prepared = media.prepare(house().store, data, name)
    except Invalid as bad:
        fault = FieldError("photos", bad.message, bad.facts)
        raise Invalid(bad.code, bad.message, [fault], **bad.facts) from bad
    return work(current_actor(), lambda w: media.record(w, prepared))


def photo_response(photo_id: int, owners: Sequence[str], size: str) -> Response:
    """Return one rendition of a photo of `owners`; 404 before it is developed, and else."""
    found = None
    if size in queries.RENDITIONS:
        found = queries.rendition_name(reading(), photo_id, owners, size)
    if found is None:
        raise missing()
    name, mime = found
    body = house().store.read(name)
    return Response(body, mimetype=mime, headers={"Cache-Control": "private, no-store"})
