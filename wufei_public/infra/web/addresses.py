"""Addresses to come back to: only paths of this site."""

from urllib.parse import urlsplit

from flask import url_for


def own_address(wanted: str) -> str:
    """Return `wanted` if it is a path of this site, else the home page (no open redirect)."""
    parts = urlsplit(wanted)
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    printable = wanted.isprintable() and "\\" not in wanted
    if plain and printable and not parts.netloc and not parts.scheme:
        return wanted
    return url_for("portal.home")
