"""A small server that speaks WeChat's side of web authorisation, its faults included."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

APP_ID, SECRET = "wx0000000000000001", "s" * 32
LIFE_SECONDS = 300


@dataclass
class FakeWeChat:
    """Codes by openid; each works once, for five minutes. `mood` makes it ill."""

    base: str = ""
    mood: str = "well"
    asked: int = 0
    codes: dict[str, tuple[str, float]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def say_yes(self, openid: str) -> str:
        """Return the code with which WeChat sends the resident `openid` back."""
        code = f"code{len(self.codes):028d}"
        self.codes[code] = openid, time.monotonic()
        return code

    def answer(self, query: dict[str, str]) -> dict[str, object]:
        self.asked += 1
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


@contextmanager
def fake_wechat() -> Iterator[FakeWeChat]:
    """Serve on loopback until the block ends."""
    state = FakeWeChat()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if state.mood == "silent":
                time.sleep(1.5)
                return
            body = b"<html>busy</html>"
            if state.mood == "well":
                body = json.dumps(state.answer(query)).encode()
            self.send_response(502 if state.mood == "broken" else 200)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
