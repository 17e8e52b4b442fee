"""Photos of letters as they come with a form, and as they are served again."""

from collections.abc import Sequence

from flask import Response, request

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media import queries
from wufei_public.media.actions import photos as media
from wufei_public.media.rules.limits import MOST_BYTES, Fault, refuse_photo
from wufei_public.organisations.queries.memberships import missing

MOST_LETTERS = 3


def receive(field: str = "letter", most: int = MOST_LETTERS) -> list[str]:
    """Take the photos of a form; return their tokens beside those of an earlier try.

    Raises Invalid at `field` for what is no photo.
    """
    kept = [token for token in request.form.getlist(f"{field}_token") if token][:most]
    files = [file for file in request.files.getlist(field) if file.filename]
    if files:
        limit("upload")
    if len(kept) + len(files) > most:
        sentence = N_("照片太多了，请只选看得清的几张。")
        raise Invalid("too_many_photos", sentence, [FieldError(field, sentence)])
    for file in files:
        data = file.stream.read(MOST_BYTES + 1)
        kept.append(_keep(field, data, (file.filename or "")[-60:]))
    return kept


def _keep(field: str, data: bytes, name: str) -> str:
    try:
        if len(data) > MOST_BYTES:
            raise refuse_photo(Fault.TOO_LARGE, name)
        prepared = media.prepare(house().store, data, name)
    except Invalid as bad:
        fault = FieldError(field, bad.message, bad.facts)
        raise Invalid(bad.code, bad.message, [fault], **bad.facts) from bad
    return work(current_actor(), lambda w: media.record(w, prepared))


def letter_response(photo_id: int, owners: Sequence[str], size: str) -> Response:
    """Return one rendition of a letter; 404 until it is developed and for a stranger's."""
    found = None
    if size in queries.RENDITIONS:
        found = queries.rendition_name(reading(), photo_id, owners, size)
    if found is None:
        raise missing()
    name, mime = found
    body = house().store.read(name)
    return Response(body, mimetype=mime, headers={"Cache-Control": "private, no-store"})
