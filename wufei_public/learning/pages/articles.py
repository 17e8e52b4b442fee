"""Short articles: the list, and one."""

from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext as _

from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.infra.web.access import access, shared
from wufei_public.infra.web.kept import kept_page
from wufei_public.learning.rules.articles import articles

blueprint = Blueprint("articles", __name__, url_prefix="/articles")

AUDIENCES = {"town": N_("镇上"), "rural": N_("村里"), "both": N_("城乡都用")}


@blueprint.get("")
@access("public")
@shared
def listing() -> str:
    return kept_page("articles", lambda: render_template("learning/articles.html", rows=_rows()))


def _rows() -> list[dict[str, Any]]:
    return [
        {
            "slug": article.slug,
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
