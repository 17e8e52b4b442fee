"""Answers some requests before the fork, so that the children share what answering writes.

The interpreter writes into the code that it runs, tables of routes and mappers are built at
their first use: done in each child, that is ten MiB of its own for each (bench/README.md),
and a slow first answer.
"""

from collections.abc import Iterable
from wsgiref.types import WSGIApplication

from sqlalchemy.orm import configure_mappers
from werkzeug.test import create_environ, run_wsgi_app

WARMING = "wufei.warming"  # in the environ of such a request; it is nobody's, and not logged
_TIMES = 12  # CPython adapts a function at its eighth run


def warm(app: WSGIApplication, addresses: Iterable[str], cookie: str = "") -> None:
    """Answer each of `addresses`, without and with `cookie`, as if a guest asked."""
    configure_mappers()
    for address in addresses:
        for headers in ({}, {"Cookie": cookie}) if cookie else ({},):
            for _ in range(_TIMES):
                environ = create_environ(address, "http://127.0.0.1", headers=headers)
                run_wsgi_app(app, environ | {WARMING: True})
