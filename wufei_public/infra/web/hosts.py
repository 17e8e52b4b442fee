"""Which name the site has: the operator's, wherever it is known, never the visitor's.

A `Host` that somebody made up would stand in the links of feeds, receipts and set-up letters,
and pages that a cache keeps would carry it to others.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask

from wufei_public.config import Settings


def init_hosts(app: Flask, settings: Settings) -> None:
    """Take every request as one for `public_url`; a trial without one goes by what it is called."""
    if not settings.public_url:
        return
    public, inner = urlsplit(settings.public_url), app.wsgi_app
    changed: Any = app

    def named(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        environ["HTTP_HOST"] = public.netloc
        environ["wsgi.url_scheme"] = public.scheme
        return inner(environ, start)

    changed.wsgi_app = named
