"""What every answer carries: security headers, cache rules, the request id and its log line."""

import secrets
import time

import structlog
from flask import Flask, Response, g, request

from wufei_public.config import Settings
from wufei_public.infra.warm import WARMING
from wufei_public.infra.web.access import is_shared
from wufei_public.infra.web.session import COOKIE

log = structlog.get_logger()

CSP = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_FIXED = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
OK = 200
HSTS = ("Strict-Transport-Security", "max-age=31536000")


def policy(settings: Settings) -> str:
    """Return the policy of content: the site alone, and WeChat's script where an account is set.

    Its sign-in is a form of ours that leads on to WeChat: Chromium asks of that way too whether
    forms may go there.
    """
    if not settings.wechat_app_id:
        return CSP
    own, forms = CSP.split("; form-action 'self'")
    wechat = f"; form-action 'self' {settings.wechat_open_base}"
    return f"{own}{wechat}{forms}; script-src 'self' {settings.wechat_sdk}"


def init_headers(app: Flask, settings: Settings) -> None:
    """Give each request its id before any hook may refuse it, and each answer its headers."""
    fixed = [("Content-Security-Policy", policy(settings)), *_FIXED]
    if settings.secure:
        fixed.append(HSTS)

    @app.before_request
    def begin() -> None:
        g.request_id = secrets.token_hex(8)
        g.began = time.perf_counter()
        g.api = request.path.startswith("/api/")

    @app.after_request
    def finish(response: Response) -> Response:
        headers = response.headers
        headers.extend(fixed)
        headers["X-Request-Id"] = g.request_id
        if not request.path.startswith("/static/"):
            # Language, size and colours come from these, and so does who is asking.
            headers["Vary"] = "Cookie, Accept-Language, Accept"
        if _for_all(app, response):
            # Asked for again each time, and sent again only if it changed.
            headers.setdefault("Cache-Control", "no-cache")
            response.add_etag()
            response.make_conditional(request)
        headers.setdefault("Cache-Control", "private, no-store")
        tell = log.debug if WARMING in request.environ else log.info
        tell(
            "request",
            id=g.request_id,
            method=request.method,
            # The route, not the path: a path may hold a tracking code or a secret.
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            ms=round((time.perf_counter() - g.began) * 1000, 1),
        )
        return response


def _for_all(app: Flask, response: Response) -> bool:
    """Say whether any guest would get this very answer."""
    guest = COOKIE not in request.cookies and "Set-Cookie" not in response.headers
    return guest and response.status_code == OK and is_shared(app, request.endpoint)
