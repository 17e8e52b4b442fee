"""Serves one rendition of a case's photo, to whoever the route let through."""

from collections.abc import Sequence

from flask import Response, request

from wufei_public.dumping.queries.cases import missing
from wufei_public.infra.work import house, reading
from wufei_public.media import queries as media


def photo_response(
    photo_id: int, owners: Sequence[str], size: str, cache: str = "private, no-store"
) -> Response:
    """Return one rendition of a photo of `owners`; 404 until it is developed and for a stranger's.

    The name in the store is the content's hash, so it is the ETag too.
    """
    if size not in media.RENDITIONS:
        raise missing()
    found = media.rendition_name(reading(), photo_id, owners, size)
    if found is None:
        raise missing()
    name, mime = found
    response = Response(mimetype=mime, headers={"Cache-Control": cache})
    response.set_etag(name[-16:])
    if request.if_none_match.contains(name[-16:]):
        response.make_conditional(request)
        return response
    response.set_data(house().store.read(name))
    return response
