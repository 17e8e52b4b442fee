"""A small site on the real server: `toy_server.py PORT [alone|sick]`, driven by test_serving.py."""

import os
import sys
import time
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from wufei_public.config import Settings
from wufei_public.infra.logs import configure_logs
from wufei_public.infra.serving import Child, Supervisor, listen, serve_alone, serve_web


def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/slow":
        time.sleep(1.5)
    body = str(os.getpid()).encode()
    if path == "/long":
        time.sleep(0.5)
        body = b"x" * 5_000_000
    if path == "/take":
        body = str(len(environ["wsgi.input"].read())).encode()
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def wait() -> None:
    """Stand for the jobs process."""
    while True:
        time.sleep(60)


def fail() -> None:
    """Stand for a jobs process whose database is gone."""
    raise ConnectionError("no database")


def main() -> int:
    configure_logs("info")
    listener = listen("127.0.0.1", int(sys.argv[1]))
    settings = Settings(web_threads=2)
    if "alone" in sys.argv:
        beside = [sys.executable, "-c", "import time; time.sleep(60)"]
        return serve_alone(answer, listener, settings, beside)
    web = [Child(f"web-{n}", lambda: serve_web(answer, listener, settings)) for n in (1, 2)]
    return Supervisor(listener, [*web, Child("jobs", fail if "sick" in sys.argv else wait)]).run()


if __name__ == "__main__":
    sys.exit(main())
