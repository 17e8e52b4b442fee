"""Photos of an entry's file: taken with a form, served to who may open the file."""

from collections.abc import Sequence

from flask import Response, request

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media import queries
from wufei_public.media.actions import photos as media
from wufei_public.media.rules.limits import MOST_BYTES, MOST_PER_POST, Fault, refuse_photo
from wufei_public.redblack.queries.listings import missing


def receive() -> list[str]:
    """Take the photos of a form; return their tokens beside those of an earlier try.

    Raises Invalid at `photo` for what is no photo.
    """
    kept = [token for token in request.form.getlist("photo_token") if token][:MOST_PER_POST]
    files = [file for file in request.files.getlist("photo") if file.filename]
    if files:
        limit("upload")
    if len(kept) + len(files) > MOST_PER_POST:
        sentence = N_("一次最多 9 张照片。")
        raise Invalid("too_many_photos", sentence, [FieldError("photo", sentence)])
    for file in files:
        kept.append(_keep(file.stream.read(MOST_BYTES + 1), (file.filename or "")[-60:]))
    return kept


def _keep(data: bytes, name: str) -> str:
    try:
        if len(data) > MOST_BYTES:
            raise refuse_photo(Fault.TOO_LARGE, name)
        prepared = media.prepare(house().store, data, name)
    except Invalid as bad:
        fault = FieldError("photo", bad.message, bad.facts)
        raise Invalid(bad.code, bad.message, [fault], **bad.facts) from bad
    return work(current_actor(), lambda w: media.record(w, prepared))


def photo_response(photo_id: int, owners: Sequence[str], size: str) -> Response:
    """Return one rendition of a photo of `owners`; 404 until it is developed and for others'."""
    found = None
    if size in queries.RENDITIONS:
        found = queries.rendition_name(reading(), photo_id, owners, size)
    if found is None:
        raise missing()
    name, mime = found
    headers = {"Cache-Control": "private, no-store"}
    return Response(house().store.read(name), mimetype=mime, headers=headers)
