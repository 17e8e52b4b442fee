"""分类查询: one field; answers from the phone's own copy, from the server without scripts."""

import gzip

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.infra.web.access import access
from wufei_public.infra.web.assets import FOREVER, Assets
from wufei_public.infra.web.forms import load_form
from wufei_public.infra.web.kept import kept_page
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work
from wufei_public.learning import documents, schemas
from wufei_public.learning.actions import dictionary as actions
from wufei_public.learning.queries import dictionary as queries
from wufei_public.learning.rules.bins import KINDS

blueprint = Blueprint("sorting", __name__)

FIND, MISS = schemas.FindIn(), schemas.MissIn()


@blueprint.get("/sorting")
@access("public")
def find() -> str:
    words = FIND.load(request.args)["q"]
    dictionary = queries.dictionary(reading())
    return kept_page(("sorting", dictionary.version), lambda: _page(words, noted=_noted()))


def _noted() -> bool:
    return request.args.get("noted") == "1"


def _page(words: str, *, noted: bool) -> str:
    dictionary = queries.dictionary(reading())
    found = dictionary.find(words)
    return render_template(
        "learning/sorting.html",
        words=words,
        noted=noted,
        found=documents.shown(found),
        near=bool(found) and not dictionary.fits(words),
        count=len(dictionary.entries),
        kinds=sorted(KINDS),
        index_url=url_for("sorting.index", digest=dictionary.version[: documents.DIGITS]),
        **documents.faces(),
    )


@blueprint.get("/sorting/index-<digest>.json")
@access("public")
def index(digest: str) -> Response:
    """Give the phone the whole dictionary; the address changes with it, so it is kept for ever."""
    dictionary = queries.dictionary(reading())
    if digest != dictionary.version[: documents.DIGITS]:
        raise NotFound("no_such_file", N_("没有这个文件，或者它已经换成新的了。"))
    headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
    body = documents.packed_index(dictionary)
    if request.accept_encodings.quality("gzip") > 0:
        return Response(
            body, mimetype="application/json", headers=headers | {"Content-Encoding": "gzip"}
        )
    return Response(gzip.decompress(body), mimetype="application/json", headers=headers)


@blueprint.post("/sorting/misses")
@access("public")
def miss() -> Answer:
    limit("look_up")
    words = load_form(MISS)["words"]
    work(current_actor(), lambda w: actions.note_miss(w, words))
    return redirect(url_for("sorting.find", q=words, noted=1), 303)


@blueprint.get("/offline.js")
@access("public")
def worker() -> Response:
    """Give the service worker at an address from which it may serve pages."""
    assets: Assets = current_app.extensions["assets"]
    body, coding = assets.file(assets.names["offline.js"], request.accept_encodings)
    headers = {
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
        "Service-Worker-Allowed": "/",
    }
    if coding:
        headers["Content-Encoding"] = coding
    return Response(body, content_type="text/javascript; charset=utf-8", headers=headers)
