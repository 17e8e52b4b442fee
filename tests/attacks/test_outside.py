"""What the site asks of other machines: http alone, the very address, within time and size."""

import http.server
import threading
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest

import wufei_public
from wufei_public.infra.outside import MOST_BYTES, ask

PACKAGE = Path(wufei_public.__file__).parent


class Answers(http.server.BaseHTTPRequestHandler):
    """Sends on, to where the address says; or an answer without end."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path.startswith("/to/"):
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
            return
        self.send_response(HTTPStatus.OK)
        self.end_headers()
        for _ in range(64):
            self.wfile.write(b"x" * MOST_BYTES)

    do_POST = do_GET  # noqa: N815  the server's name

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def other() -> Iterator[tuple[str, list[str]]]:
    """Run another machine; give its address and what it was asked."""
    Answers.asked = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", Answers.asked
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("data", [None, b"secret=1"], ids=["get", "post"])
def test_an_answer_sends_us_nowhere(other: tuple[str, list[str]], data: bytes | None) -> None:
    base, asked = other
    for there in (f"{base}/inside", "file:///etc/passwd", "ftp://127.0.0.1/x"):
        with pytest.raises(HTTPError) as refused:
            ask(f"{base}/to/{there}", data, timeout=5)
        refused.value.close()
    assert asked == [f"/to/{base}/inside", "/to/file:///etc/passwd", "/to/ftp://127.0.0.1/x"]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x", "x:y"])
def test_nothing_but_the_web_is_asked(address: str) -> None:
    with pytest.raises(URLError):
        ask(address, timeout=5)


def test_an_answer_without_end_is_cut(other: tuple[str, list[str]]) -> None:
    status, body = ask(f"{other[0]}/much", timeout=5)
    assert (status, len(body)) == (HTTPStatus.OK, MOST_BYTES)


def test_nothing_else_of_the_package_asks() -> None:
    """So that what holds here holds for every address that is fetched."""
    asks = (
        "import urllib.request",
        "from urllib import",
        "HTTPConnection",
        "HTTPSConnection",
        "httpx",
    )
    found = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if any(word in path.read_text() for word in asks)
    }
    assert found == {"infra/outside.py"}
