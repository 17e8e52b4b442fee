"""Short articles: the list, and one."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.infra.web.access import access, shared
from wufei_public.infra.web.kept import kept_page
from wufei_public.infra.work import house, reading
from wufei_public.learning.rules.articles import articles
from wufei_public.notices import documents
from wufei_public.notices import queries as notices
from wufei_public.notices.rules.versions import Kind

blueprint = Blueprint("articles", __name__, url_prefix="/articles")

AUDIENCES = {"town": N_("镇上"), "rural": N_("村里"), "both": N_("城乡都用")}


@blueprint.get("")
@access("public")
@shared
def listing() -> str:
    written = notices.listed(reading(), house().clock(), (Kind.ARTICLE,))
    versions = tuple(version.id for _notice, version in written)
    return kept_page(
        ("articles", versions),
        lambda: render_template("learning/articles.html", rows=[*_written(written), *_rows()]),
    )


def _written(found: Any) -> list[dict[str, Any]]:
    """Return the articles that this site's editors wrote; they go before the package's."""
    return [
        line | {"url": url_for("news.one", code=line["code"]), "for": ""}
        for line in documents.lines(found)
    ]


def _rows() -> list[dict[str, Any]]:
    return [
        {
            "url": url_for("articles.one", slug=article.slug),
            "lang": "zh",
            "title": article.title,
            "summary": article.summary,
            "for": _(AUDIENCES[article.audience]),
        }
        for article in articles()
    ]


@blueprint.get("/<slug>")
@access("public")
def one(slug: str) -> str:
    found = next((article for article in articles() if article.slug == slug), None)
    if found is None:
        raise NotFound("no_such_article", N_("没有这篇文章。"))
    return kept_page(
        ("article", slug), lambda: render_template("learning/article.html", article=found)
    )
