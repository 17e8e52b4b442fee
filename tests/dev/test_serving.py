"""The supervisor with real processes, sockets and signals."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def children(pid: int) -> list[int]:
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return sorted(int(word) for word in found.stdout.split())


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def until(condition: Callable[[], bool], seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


@dataclass
class Site:
    process: subprocess.Popen[str]
    port: int
    log: Path

    def said(self, event: str) -> list[dict[str, object]]:
        whole = self.log.read_text().rpartition("\n")[0]
        lines = [json.loads(line) for line in whole.splitlines()]
        return [line for line in lines if line["event"] == event]

    def get(self, path: str = "/", timeout: float = 15) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def answers(self) -> bool:
        try:
            return self.get(timeout=2)[0] == 200
        except OSError:
            return False

    def in_background(self, path: str) -> "tuple[threading.Thread, list[tuple[int, bytes]]]":
        got: list[tuple[int, bytes]] = []
        thread = threading.Thread(target=lambda: got.append(self.get(path)))
        thread.start()
        time.sleep(0.3)
        return thread, got


@pytest.fixture
def site() -> Iterator[Site]:
    with running(3) as found:
        yield found


@contextmanager
def running(processes: int, *words: str) -> Iterator[Site]:
    """Give a toy site that has `processes` children."""
    port = free_port()
    # Read by its name: a seek in the handle that the children inherit would move theirs.
    log = tempfile.NamedTemporaryFile()  # noqa: SIM115  closed with the process
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.dev.toy_server", str(port), *words],
        cwd=ROOT,
        start_new_session=True,
        stderr=log,
        text=True,
    )
    found = Site(process, port, Path(log.name))
    try:
        assert until(found.answers)
        assert until(lambda: len(children(process.pid)) == processes)
        yield found
    finally:
        left = children(process.pid)
        process.kill()
        process.wait()
        log.close()
        assert until(lambda: not any(alive(pid) for pid in left))


def test_many_who_dribble_hold_nobody_else_up(site: Site) -> None:
    """More of them than threads, in the head and in the body, and the others are answered."""
    with ExitStack() as stack:
        for number in range(60):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", site.port)))
            slow.sendall(b"POST /take HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n")
            slow.sendall(b"\r\nx" if number % 2 else b"X-Dribble: ")
        assert all(site.answers() for _ in range(20))


@pytest.mark.parametrize("head", [b"X-Much: " + b"x" * 300_000, b"X: y\r\n" * 60_000])
def test_a_head_without_end_is_refused_and_nobody_else_is(site: Site, head: bytes) -> None:
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as much:
        with suppress(OSError):  # the answer may come before all of it has left
            much.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n")
        with suppress(ConnectionResetError):
            assert b" 431 " in much.recv(1000)
    assert site.answers()


@pytest.mark.parametrize(("path", "size"), [("/slow", None), ("/long", 5_000_000)])
def test_sigterm_lets_the_answer_in_flight_finish(site: Site, path: str, size: int | None) -> None:
    left = children(site.process.pid)
    thread, got = site.in_background(path)
    began = time.monotonic()
    site.process.terminate()
    assert site.process.wait(12) == 0
    assert time.monotonic() - began < 5
    thread.join(10)
    assert [status for status, _body in got] == [200]
    assert size is None or len(got[0][1]) == size
    assert not any(alive(pid) for pid in left)
    assert not site.answers()


def test_a_signal_to_the_whole_group_is_as_gentle(site: Site) -> None:
    thread, got = site.in_background("/slow")
    os.killpg(site.process.pid, signal.SIGINT)
    os.killpg(site.process.pid, signal.SIGTERM)
    assert site.process.wait(12) == 0
    thread.join(10)
    assert [status for status, _body in got] == [200]


def test_a_stop_does_not_wait_for_idle_connections(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.port)) as idle:
        idle.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(100).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        site.process.terminate()
        assert site.process.wait(12) == 0
    assert time.monotonic() - began < 2


def test_a_stop_ends_within_ten_seconds_though_an_upload_never_does(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.port)) as slow:
        slow.sendall(b"POST /take HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf")
        time.sleep(0.3)
        began = time.monotonic()
        site.process.terminate()
        assert site.process.wait(12) == 0
    assert time.monotonic() - began < 10


def test_an_upload_that_ends_during_the_stop_is_answered(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.port)) as slow:
        slow.sendall(b"POST /take HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nhalf")
        time.sleep(0.3)
        site.process.terminate()
        time.sleep(0.5)
        slow.sendall(b"more")
        slow.settimeout(10)
        answer = b""
        while chunk := slow.recv(1000):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"\r\n\r\n8")
    assert site.process.wait(12) == 0


def test_a_killed_child_is_replaced(site: Site) -> None:
    before = children(site.process.pid)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert until(lambda: len(set(children(site.process.pid)) - set(before)) == 3)
    assert until(site.answers)


def test_children_end_with_a_parent_that_was_killed(site: Site) -> None:
    left = children(site.process.pid)
    site.process.kill()
    site.process.wait()
    assert until(lambda: not any(alive(pid) for pid in left), 10)


def test_both_web_processes_answer(site: Site) -> None:
    web = set()

    def ask() -> bool:
        web.add(site.get()[1])
        return len(web) == 2

    assert until(ask, 30)
    assert {int(pid) for pid in web} < set(children(site.process.pid))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_without_fork_one_process_answers_and_stops_as_gently(number: signal.Signals) -> None:
    with running(1, "alone") as site:
        left = children(site.process.pid)
        thread, got = site.in_background("/slow")
        site.process.send_signal(number)
        assert site.process.wait(12) == 0
        thread.join(10)
        assert [status for status, _body in got] == [200]
        assert not any(alive(pid) for pid in left)


def test_a_child_that_keeps_dying_is_slowed_down_and_told() -> None:
    with running(3, "sick") as site:

        def starts() -> list[dict[str, object]]:
            return [line for line in site.said("child_started") if line["child"] == "jobs"]

        assert until(lambda: len(starts()) >= 4)
        began = [datetime.fromisoformat(str(line["timestamp"])) for line in starts()[:4]]
        assert [line["pause"] for line in starts()[:4]] == [0.0, 0.0, 1.0, 2.0]
        assert (began[3] - began[2]).total_seconds() >= 1.0  # it died after its pause
        assert "ConnectionError: no database" in str(site.said("child_failed")[0]["exception"])
        assert site.answers()
        site.process.terminate()
        assert site.process.wait(5) == 0
