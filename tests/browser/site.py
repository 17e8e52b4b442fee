"""A real site on a free port: `flask serve` with its web and jobs processes, on SQLite."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from wufei_public.app import create_app
from wufei_public.config import settings_from

OK = 200
ROOT = Path(__file__).resolve().parents[2]
SITE_NAME, SITE_NAME_EN, ORGANISER = (
    "示例区无废城市",
    "Example Zero-waste City",
    "示例区生态环境分局",
)


@dataclass(frozen=True, slots=True)
class Site:
    """A running site, and the application beside it through which tests call actions."""

    address: str
    app: Flask
    log: Path

    def text_message(self) -> str:
        """Return the last one-time code that the console gateway has written."""
        found = until(lambda: re.findall(r'"event": "sms".*?(\d{6})', self.log.read_text()))
        return str(found[-1])


def until(condition: Callable[[], object], seconds: float = 30) -> list[str]:
    """Wait until `condition` gives something and return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found  # type: ignore[return-value]
        time.sleep(0.1)
    raise AssertionError(f"nothing within {seconds} s")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def variables(folder: Path, mode: str) -> dict[str, str]:
    return {
        "WUFEI_VAR": str(folder / "var"),
        "WUFEI_MODE": mode,
        "WUFEI_DISTRICT": "410307",
        "WUFEI_SITE_NAME": SITE_NAME,
        "WUFEI_SITE_NAME_EN": SITE_NAME_EN,
        "WUFEI_ORGANISER": ORGANISER,
        "WUFEI_CONTACT_PHONE": "0379-00000000",
        "WUFEI_PORT": str(free_port()),
        "WUFEI_JOBS_EVERY_SECONDS": "0.5",
        "WUFEI_SQLITE_SYNCHRONOUS": "NORMAL",
        "WUFEI_LOG_LEVEL": "error",
    }


@contextmanager
def serving(folder: Path, mode: str = "trial") -> Iterator[Site]:
    """Run `flask serve --prepare` in `folder` until the block ends."""
    chosen, log = variables(folder, mode), folder / "serve.log"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("WUFEI_")}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--prepare"]
    with log.open("w") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=inherited | chosen, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            address = f"http://127.0.0.1:{chosen['WUFEI_PORT']}"
            until(lambda: answers(chosen["WUFEI_PORT"]), 60)
            yield Site(address, create_app(settings_from(chosen)), log)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def answers(port: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == OK
    except OSError:
        return False
    finally:
        connection.close()
