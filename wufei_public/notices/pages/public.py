"""公告 and 文章 as everybody reads them, and the site's own texts."""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from wufei_public.infra import atom
from wufei_public.infra.web.access import access, shared
from wufei_public.infra.web.kept import kept_page
from wufei_public.infra.web.paging import pack_moment, unpack_moment
from wufei_public.infra.work import house, reading
from wufei_public.notices import documents, queries
from wufei_public.notices.rules.shipped import shipped
from wufei_public.notices.rules.versions import Kind
from wufei_public.notices.schemas import ListIn

blueprint = Blueprint("news", __name__)

FIND = ListIn()
READ = (Kind.NOTICE, Kind.ARTICLE)


@blueprint.get("/news")
@access("public")
@shared
def listing() -> str:
    asked: dict[str, Any] = FIND.load(request.args)
    after = unpack_moment(asked["after"]) if asked["after"] else None
    found = queries.listed(reading(), house().clock(), READ, words=asked["q"], after=after)
    shown = found[: queries.PAGE]
    following, here = "", {"q": asked["q"]} if asked["q"] else {}
    if len(found) > queries.PAGE:
        last = shown[-1][1]
        position = pack_moment((last.publish_at or house().clock(), last.id))
        following = url_for("news.listing", after=position, **here)
    return render_template(
        "notices/listing.html",
        rows=documents.lines(shown),
        words=asked["q"],
        next_url=following,
        first_url=url_for("news.listing", **here) if after else "",
    )


@blueprint.get("/news.atom")
@access("public")
@shared
def feed() -> Response:
    rows = documents.lines(queries.listed(reading(), house().clock(), READ, limit=queries.PAGE))
    own = url_for("news.feed", _external=True)
    pages = url_for("news.one", code="CODE", _external=True).replace("CODE", "{}")
    body = atom.feed(_("公告和文章"), own, documents.entries(pages, rows))
    return Response(body, mimetype=atom.MIME)


@blueprint.get("/news/<code>")
@access("public")
def one(code: str) -> str:
    notice, version = queries.published(reading(), code, house().clock())
    return kept_page(
        ("news", notice.code, version.id),
        lambda: render_template(
            "notices/one.html",
            piece=documents.drawn(version.draft, house().settings),
            at=version.publish_at,
            changed=version.number > 1,
            address=url_for("news.one", code=notice.code, _external=True),
        ),
    )


@blueprint.get("/privacy")
@access("public")
@shared
def privacy() -> str:
    return _text("privacy")


@blueprint.get("/privacy/children")
@access("public")
@shared
def children() -> str:
    return _text("children")


@blueprint.get("/accessibility")
@access("public")
@shared
def accessibility() -> str:
    return _text("accessibility")


@blueprint.get("/contact")
@access("public")
@shared
def contact() -> str:
    return _text("contact")


def _text(slug: str) -> str:
    found = queries.text(reading(), slug, house().clock())
    draft = found.draft if found else shipped(slug)
    return render_template(
        "notices/text.html",
        piece=documents.drawn(draft, house().settings),
        at=found.publish_at if found else None,
        number=found.number if found else 1,
    )
