"""Figures for Prometheus from a real server: of every process, on loopback, of nobody."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dev.test_serving import children, free_port, until
from wufei_public.portal.queries import GAUGES

ROOT = Path(__file__).resolve().parents[2]


def get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[tuple[int, int, int]]:
    """Serve with two web processes; give the port, that of the figures, and the parent's pid."""
    port, figures = free_port(), free_port()
    chosen = {
        "WUFEI_VAR": str(tmp_path), "WUFEI_DISTRICT": "410307", "WUFEI_PORT": str(port),
        "WUFEI_METRICS_PORT": str(figures), "WUFEI_JOBS_EVERY_SECONDS": "0.5",
        "WUFEI_LOG_LEVEL": "error", "WUFEI_SQLITE_SYNCHRONOUS": "NORMAL",
    }  # fmt: skip
    own = {name: value for name, value in os.environ.items() if not name.startswith("WUFEI_")}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--prepare"]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=own | chosen, stdout=log, stderr=log, start_new_session=True
        )
        try:
            assert until(lambda: get(port, "/readyz")[0] == 200, 90), (tmp_path / "log").read_text()
            yield port, figures, process.pid
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def counted(figures: int, route: str) -> float:
    """Return how many answers of a route were counted, of whatever process."""
    lines = get(figures, "/metrics")[1].splitlines()
    wanted = f'route="{route}"'
    found = [
        line for line in lines if line.startswith("wufei_request_seconds_count") and wanted in line
    ]
    return sum(float(line.rpartition(" ")[2]) for line in found)


def test_figures_of_all_processes_on_a_port_of_their_own(ports: tuple[int, int, int]) -> None:
    port, figures, parent = ports
    before = counted(figures, "/healthz")
    for _time in range(40):
        assert get(port, "/healthz")[0] == 200
    get(port, "/cases/SECRET1234")
    assert counted(figures, "/healthz") == before + 40
    page = get(figures, "/metrics")[1]
    assert all(f"\n{name} " in page for name in GAUGES)
    assert "SECRET" not in page
    assert until(lambda: 'wufei_job_seconds_count{job="' in get(figures, "/metrics")[1])
    # Whoever dies leaves the counts behind, and the figures come back.
    for child in children(parent):
        os.kill(child, signal.SIGKILL)
    assert until(lambda: get(port, "/healthz")[0] == 200 and get(figures, "/metrics")[0] == 200)
    assert counted(figures, "/healthz") >= before + 41
    # The site itself tells nobody.
    assert get(port, "/metrics")[0] == 404
