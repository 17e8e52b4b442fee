"""The texts that the package brings: version 1 of what every site must have."""

from functools import cache
from importlib.resources import files

from wufei_public.notices.rules.versions import Draft

_DATA = files("wufei_public.notices") / "data"


@cache
def shipped(slug: str) -> Draft:
    """Return the package's text of `slug`, in both languages."""
    chinese, english = _read(slug, "zh"), _read(slug, "en")
    return Draft(chinese[0], chinese[1], chinese[2], english[0], english[1], english[2])


def _read(slug: str, language: str) -> tuple[str, str, str]:
    """Return title, line and body: the first line, the second, the rest."""
    text = (_DATA / f"{slug}.{language}.txt").read_text(encoding="utf-8")
    title, summary, body = text.split("\n", 2)
    return title.strip(), summary.strip(), body.strip()
