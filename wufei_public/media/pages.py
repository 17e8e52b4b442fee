"""Photos and PDFs on the features' pages: as they come with a form, and out after their policy."""

from collections.abc import Callable, Sequence
from urllib.parse import quote

from flask import Response, request
from werkzeug.datastructures import FileStorage

from wufei_public.common.errors import FieldError, Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media import queries
from wufei_public.media.actions import papers, photos
from wufei_public.media.rules import pdf
from wufei_public.media.rules.limits import MOST_PER_POST

TOO_MANY = N_("一次最多 9 张照片。")


def receive(
    field: str,
    *,
    least: int = 0,
    most: int = MOST_PER_POST,
    too_many: str = TOO_MANY,
    count: Callable[[], None] = lambda: limit("upload"),
) -> list[str]:
    """Take the photos of a form; return their tokens beside those of an earlier try.

    What the form says 不要这张 of is left out. Raises Invalid at `field` for what is no photo, for
    too few and for too many, and what `count` raises for too often.
    """
    dropped = set(request.form.getlist("drop"))
    sent = request.form.getlist(f"{field}_token")
    kept = [token for token in sent if token and token not in dropped][:most]
    files = [file for file in request.files.getlist(field) if file.filename]
    if files:
        count()
    if len(kept) + len(files) < least:
        sentence = N_("请先选照片。")
        raise Invalid("no_photo", sentence, [FieldError(field, sentence)])
    if len(kept) + len(files) > most:
        raise Invalid("too_many_photos", too_many, [FieldError(field, too_many)])
    return kept + [_keep(file, field) for file in files]


def receive_one(field: str) -> str:
    """Take the one photo of a request that brings nothing else; return its token."""
    file = request.files.get(field)
    if file is None:
        sentence = N_("没有收到照片。")
        raise Invalid("no_photo", sentence, [FieldError(field, sentence)])
    return _keep(file, field)


def _keep(file: FileStorage, field: str) -> str:
    try:
        prepared = photos.prepare(house().store, file.stream, (file.filename or "")[-60:])
    except Invalid as bad:
        fault = FieldError(field, bad.message, bad.facts)
        raise Invalid(bad.code, bad.message, [fault], **bad.facts) from bad
    return work(current_actor(), lambda w: photos.record(w, prepared))


def photo_response(
    photo_id: int,
    owners: Sequence[str],
    size: str,
    missing: NotFound,
    cache: str = "private, no-store",
) -> Response:
    """Return one rendition of a photo of `owners`; `missing` until it is developed, and for others.

    The name in the store is the content's hash, so it is the ETag too.
    """
    found = None
    if size in queries.RENDITIONS:
        found = queries.rendition_name(reading(), photo_id, owners, size)
    if found is None:
        raise missing
    name, mime = found
    response = Response(mimetype=mime, headers={"Cache-Control": cache})
    response.set_etag(name[-16:])
    if request.if_none_match.contains(name[-16:]):
        response.make_conditional(request)
        return response
    response.set_data(house().store.read(name))
    return response


MOST_PAPERS = 3
_TOO_MANY_PAPERS = N_("一次最多 3 个 PDF 文件。")


def receive_papers(field: str) -> list[papers.PreparedPaper]:
    """Take the PDFs of a form into the store; Invalid at `field` for none, and for what is none."""
    files = [file for file in request.files.getlist(field) if file.filename]
    if not files:
        sentence = N_("请先选 PDF 文件。")
        raise Invalid("no_pdf", sentence, [FieldError(field, sentence)])
    if len(files) > MOST_PAPERS:
        fault = FieldError(field, _TOO_MANY_PAPERS)
        raise Invalid("too_many_pdfs", _TOO_MANY_PAPERS, [fault])
    limit("upload")
    return [
        papers.prepare(
            house().store, file.stream.read(pdf.MOST_BYTES + 1), file.filename or "", field
        )
        for file in files
    ]


def paper_response(paper_id: int, owners: Sequence[str], missing: NotFound) -> Response:
    """Return a PDF of `owners` to be saved, never drawn in a page of ours; else `missing`."""
    found = queries.paper(reading(), paper_id, owners)
    if found is None:
        raise missing
    names = f"filename=paper-{paper_id}.pdf; filename*=UTF-8''{quote(found.name, safe='')}"
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f"attachment; {names}",
    }
    return Response(
        house().store.read(found.file_name), mimetype="application/pdf", headers=headers
    )
