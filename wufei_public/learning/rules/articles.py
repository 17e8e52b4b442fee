"""Short articles: a title, a line of summary, for whom, and paragraphs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from wufei_public.learning.rules.bins import DATA

_FENCE = "---"


@dataclass(frozen=True, slots=True)
class Article:
    """An article; `slug` is its file's name."""

    slug: str
    title: str
    summary: str
    audience: str
    paragraphs: tuple[str, ...]


def read_article(slug: str, text: str) -> Article:
    """Return the article in `text`: lines of `name: value` between two fences, then paragraphs."""
    _before, head, body = text.split(f"{_FENCE}\n", 2)
    facts = dict(line.split(": ", 1) for line in head.strip().splitlines())
    return Article(
        slug,
        facts["title"].strip('"'),
        facts["summary"].strip('"'),
        facts["audience"],
        tuple(part.strip() for part in body.split("\n\n") if part.strip()),
    )


@cache
def articles() -> Sequence[Article]:
    """Return the package's articles, in the order of their numbers."""
    files = sorted((DATA / "articles").iterdir(), key=lambda one: one.name)
    return [
        read_article(one.name.removesuffix(".md"), one.read_text(encoding="utf-8"))
        for one in files
        if one.name.endswith(".md")
    ]
