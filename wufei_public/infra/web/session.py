"""Who is asking: the cookie's random token, looked up once, on a connection of its own.

`people` gives the loader; this module knows no table.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request

from wufei_public.common.actor import ANONYMOUS, Actor, SignedIn
from wufei_public.common.errors import NotAllowed
from wufei_public.common.text import N_
from wufei_public.infra.bare import Bare
from wufei_public.infra.work import house

COOKIE = "wf_session"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


Loader = Callable[[Bare, str, datetime], SignedIn | None]


def init_session(app: Flask, loader: Loader) -> None:
    """Take the loader of sessions, and refuse foreign posts before every view."""
    app.extensions["session_loader"] = loader
    app.before_request(refuse_foreign_posts)


def current_session() -> SignedIn | None:
    """Return the signed-in person's session, read at most once per request."""
    if "signed_in" not in g:
        token = request.cookies.get(COOKIE)
        g.signed_in = _load(token) if token else None
    found: SignedIn | None = g.signed_in
    return found


def _load(token: str) -> SignedIn | None:
    # A short connection, given back before the view runs: nothing read here may hold a
    # snapshot open while the view waits for its turn to write.
    loader: Loader = current_app.extensions["session_loader"]
    home = house()
    with home.bare() as connection:
        return loader(connection, token, home.clock())


@contextmanager
def for_everybody() -> Iterator[None]:
    """Let nobody be asking while a page is drawn that others get too."""
    before, g.everybody = g.get("everybody", False), True
    try:
        yield
    finally:
        g.everybody = before


def current_actor() -> Actor:
    """Return who is asking; ANONYMOUS without a valid session, and while all are drawn for."""
    if g.get("everybody", False):
        return ANONYMOUS
    found = current_session()
    return found.actor if found else ANONYMOUS


def set_session_cookie(response: Response, token: str, until: datetime) -> None:
    """Give the browser a new session; the old token is worth nothing after it."""
    response.set_cookie(
        COOKIE,
        token,
        expires=until,
        secure=house().settings.secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def clear_session_cookie(response: Response) -> None:
    """Take the session cookie back."""
    response.delete_cookie(COOKIE, secure=house().settings.secure, httponly=True, path="/")


def refuse_foreign_posts() -> None:
    """Refuse an unsafe request that carries our cookie but comes from another site (CSRF).

    Every browser since 2016 names the origin of a POST; the newer ones say outright
    whether it is the same (OWASP: verifying origin with standard headers). A request
    with a cookie and neither header is refused too.
    """
    if request.method not in SAFE and COOKIE in request.cookies:
        require_own_origin()


def require_own_origin() -> None:
    """Refuse a post from another site; sign-in asks this without a cookie too (login CSRF)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        same = site == "same-origin"
    else:
        source = request.headers.get("Origin") or request.headers.get("Referer") or ""
        same = urlsplit(source).netloc == request.host
    if not same:
        raise NotAllowed("foreign_post", N_("这个请求不是从本站的页面发出的，没有执行。"))
