"""A small server that speaks WeChat's side, its faults included: sign-in, tokens, messages."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from wufei_public.common.clock import utc_now

APP_ID, SECRET = "wx0000000000000001", "s" * 32
LIFE_SECONDS = 300
TOKEN_LIFE, OVERLAP = timedelta(seconds=7200), timedelta(seconds=300)
OPENID, TOKEN, TICKET, SEND = (
    "/sns/oauth2/access_token",
    "/cgi-bin/stable_token",
    "/cgi-bin/ticket/getticket",
    "/cgi-bin/message/template/send",
)


@dataclass
class FakeWeChat:
    """Codes by openid; each works once, for five minutes.

    `mood` makes it ill: broken, garbled, silent (does nothing), lost (does it and says nothing).
    `refusals` holds the errcodes of the next answers of a path, `unwilling` those of an openid.
    """

    base: str = ""
    mood: str = "well"
    asked: int = 0
    codes: dict[str, tuple[str, float]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    clock: Callable[[], datetime] = utc_now
    seen: Counter[str] = field(default_factory=Counter)
    forced: int = 0
    tokens: dict[str, datetime] = field(default_factory=dict)
    refusals: dict[str, list[int]] = field(default_factory=dict)
    unwilling: dict[str, int] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)
    slow: float = 0

    def begin(self, clock: Callable[[], datetime]) -> None:
        """Be well again, and know nothing of the test before."""
        self.mood, self.clock, self.asked, self.forced, self.slow = "well", clock, 0, 0, 0
        for kept in (self.seen, self.tokens, self.refusals, self.unwilling, self.sent):
            kept.clear()  # type: ignore[attr-defined]

    def say_yes(self, openid: str) -> str:
        """Return the code with which WeChat sends the resident `openid` back."""
        code = f"code{len(self.codes):028d}"
        self.codes[code] = openid, time.monotonic()
        return code

    def answer(self, path: str, query: dict[str, str], body: dict[str, Any]) -> dict[str, object]:
        self.asked += 1
        self.seen[path] += 1
        if self.refusals.get(path):
            code = self.refusals[path].pop(0)
            return {"errcode": code, "errmsg": f"as the test says: {code}"}
        does = {OPENID: self._openid, TOKEN: self._token, TICKET: self._ticket, SEND: self._send}
        return does[path](query, body)

    def _openid(self, query: dict[str, str], _body: dict[str, Any]) -> dict[str, object]:
        if query.get("appid") != APP_ID or query.get("secret") != SECRET:
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        code = query.get("code", "")
        if code in self.used:
            return {"errcode": 40163, "errmsg": "code been used"}
        openid, given = self.codes.get(code, ("", 0.0))
        if not openid or time.monotonic() - given > LIFE_SECONDS:
            return {"errcode": 40029, "errmsg": "invalid code"}
        self.used.add(code)
        return {
            "access_token": "t", "expires_in": 7200, "refresh_token": "r", "openid": openid,
            "scope": "snsapi_base",
        }  # fmt: skip

    def _token(self, _query: dict[str, str], body: dict[str, Any]) -> dict[str, object]:
        """Give the newest token again until five minutes before its end, or a forced new one."""
        wanted = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
        if {name: body.get(name) for name in wanted} != wanted:
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        now = self.clock()
        if body.get("force_refresh"):
            self.forced += 1
            self.tokens.clear()
        last = list(self.tokens)[-1:]
        if not last or self.tokens[last[0]] - now <= OVERLAP:
            last = [f"token-{self.seen[TOKEN]}-{self.forced}"]
            self.tokens[last[0]] = now + TOKEN_LIFE
        left = self.tokens[last[0]] - now
        return {"access_token": last[0], "expires_in": int(left.total_seconds())}

    def _stale(self, query: dict[str, str]) -> dict[str, object]:
        until = self.tokens.get(query.get("access_token", ""))
        if until is None:
            return {"errcode": 40001, "errmsg": "invalid credential"}
        if until <= self.clock():
            return {"errcode": 42001, "errmsg": "access_token expired"}
        return {}

    def _ticket(self, query: dict[str, str], _body: dict[str, Any]) -> dict[str, object]:
        ticket = {"errcode": 0, "errmsg": "ok", "ticket": f"ticket-{self.seen[TICKET]}"}
        return self._stale(query) or ticket | {"expires_in": 7200}

    def _send(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, object]:
        """Send once for an openid and a client_msg_id."""
        stale = self._stale(query)
        code = self.unwilling.get(body["touser"], 0)
        if stale or code:
            return stale or {"errcode": code, "errmsg": "refused"}
        same = (body["touser"], body["client_msg_id"])
        if same not in [(one["touser"], one["client_msg_id"]) for one in self.sent]:
            self.sent.append(body)
        return {"errcode": 0, "errmsg": "ok", "msgid": len(self.sent)}


def _handler(state: FakeWeChat) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, sent: dict[str, Any]) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = b"<html>busy</html>"
            time.sleep(state.slow)
            if state.mood in {"well", "lost"}:
                body = json.dumps(state.answer(parts.path, query, sent)).encode()
            if state.mood in {"silent", "lost"}:
                time.sleep(1.5)
                return
            self.send_response(502 if state.mood == "broken" else 200)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    return Handler


@contextmanager
def fake_wechat() -> Iterator[FakeWeChat]:
    """Serve on loopback until the block ends."""
    state = FakeWeChat()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    state.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
