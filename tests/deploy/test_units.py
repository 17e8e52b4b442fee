"""The files of deploy/, read by those who are to: systemd, a shell, Caddy before two servers."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dev.test_serving import free_port, until

ROOT = Path(__file__).resolve().parents[2]
CADDY = Path(sys.executable).parent / "caddy"
ECHO = """
import http.server, sys
class Echo(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        size = len(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(str(size))
    def do_GET(self):
        self.answer(self.headers.get("X-Forwarded-For", ""))
    def answer(self, text):
        body = (sys.argv[1] + " " + text).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Echo).serve_forever()
"""


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[tuple[int, list[int]]]:
    """Run Caddy with our file before two small servers; give its port and theirs."""
    port, behind = free_port(), [free_port(), free_port()]
    env = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path),
        "WUFEI_SITE": f"http://127.0.0.1:{port}",
        "WUFEI_UPSTREAMS": " ".join(f"127.0.0.1:{one}" for one in behind),
    }  # fmt: skip
    config = tmp_path / "Caddyfile"
    ours = (ROOT / "deploy" / "Caddyfile").read_text()
    assert "\n{\n\tservers" in ours
    config.write_text(ours.replace("\n{\n\tservers", "\n{\n\tadmin off\n\tservers", 1))
    words = [str(CADDY), "run", "--adapter", "caddyfile", "--config", str(config)]
    running = [subprocess.Popen([sys.executable, "-c", ECHO, str(one)]) for one in behind]
    assert all(until(lambda one=one: ask(one)[0] == 200) for one in behind)
    with (tmp_path / "log").open("w") as log:
        running.append(subprocess.Popen(words, env=env, stdout=log, stderr=log))
        try:
            assert until(lambda: ask(port)[0] == 200, 30), (tmp_path / "log").read_text()
            yield port, behind
        finally:
            for process in running:
                process.send_signal(signal.SIGTERM)
                process.wait(15)


def ask(port: int, body: bytes | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        headers = {"X-Forwarded-For": "9.9.9.9"}
        connection.request("GET" if body is None else "POST", "/", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()


def test_the_proxy_shares_out_and_passes_on_the_address_that_it_saw(
    proxy: tuple[int, list[int]],
) -> None:
    port, behind = proxy
    answers = [ask(port)[1].split() for _time in range(20)]
    assert {int(server) for server, _address in answers} == set(behind)
    assert {address for _server, address in answers} == {"127.0.0.1"}  # not what was claimed
    assert ask(port, b"x" * 3_000_000)[1].split()[1] == "3000000"


def test_scripts_are_read_by_a_plain_shell() -> None:
    for name in ("release", "wheelhouse"):
        subprocess.run(["sh", "-n", ROOT / "deploy" / name], check=True)
    usage = subprocess.run(
        [ROOT / "deploy" / "release"], capture_output=True, text=True, check=False
    )
    assert usage.returncode == 2
    assert "release install WHEELHOUSE" in usage.stdout


@pytest.mark.long
def test_units_are_read_by_systemd(tmp_path: Path) -> None:
    units = [path for path in (ROOT / "deploy").iterdir() if path.suffix in {".service", ".timer"}]
    assert len(units) == 3
    for path in units:
        # The release is not on this machine; everything else must be right.
        text = path.read_text().replace("/srv/wufei/current/bin/python", sys.executable)
        (tmp_path / path.name).write_text(text)
    words = ["systemd-analyze", "verify", "--man=no", *(tmp_path / path.name for path in units)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "wufei" in line]
    assert (done.returncode, said) == (0, []), done.stderr
