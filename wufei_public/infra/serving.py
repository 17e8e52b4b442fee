"""The server: one parent that owns the port, web children that answer, one child for the jobs.

The application is built once, before the fork: the children share its memory and a
replaced child answers at once (figures in bench/README.md). Nothing that belongs to one
process may exist at that moment: no thread, no database connection.

Stopping: the parent closes the port and tells its children; each finishes what it has
begun to receive, to work out or to send, within GRACE seconds, and ends.
"""

import contextlib
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Any
from wsgiref.types import WSGIApplication

import structlog
from waitress import wasyncore
from waitress.server import create_server

from wufei_public.config import Settings

log = structlog.get_logger()

GRACE = 8.0  # seconds for the answers in flight
LAST = 9.0  # seconds until the parent ends what is left
QUICK = 10.0  # seconds; a child that lived shorter is started again more slowly
SLOWEST = 30.0  # seconds between two starts of a child that keeps dying
BACKLOG = 1024
CONNECTIONS = 1000  # per process; a slow phone holds a connection, not a thread
SILENT = 60  # seconds until a silent connection is closed
MOST_BYTES = 190 * 1024 * 1024  # nine photos of 20 MB and the form around them


@dataclass(frozen=True, slots=True)
class Child:
    """One process to keep alive: `run` returns when it has been told to stop."""

    name: str
    run: Callable[[], None]


def listen(host: str, port: int) -> socket.socket:
    """Bind `host:port`; OSError when it is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    listener.settimeout(0)
    return listener


# One web process


def waitress_options(settings: Settings) -> dict[str, Any]:
    """Return what waitress is told; a body is taken in whole before it costs a thread."""
    options: dict[str, Any] = {
        "threads": settings.web_threads,
        "backlog": BACKLOG,
        "connection_limit": CONNECTIONS,
        "channel_timeout": SILENT,
        "max_request_body_size": MOST_BYTES,
        "asyncore_use_poll": True,  # select() knows no more than 1024 files
        "ident": None,
        "clear_untrusted_proxy_headers": True,
    }
    if settings.trusted_proxy:
        options |= {
            "trusted_proxy": settings.trusted_proxy,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        }
    return options


def serve_web(app: WSGIApplication, listener: socket.socket, settings: Settings) -> None:
    """Answer requests until SIGTERM, then finish those in flight and return."""
    sockets: dict[int, Any] = {}
    server = create_server(app, map=sockets, sockets=[listener], **waitress_options(settings))
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()
        server.pull_trigger()

    signal.signal(signal.SIGTERM, stop)
    while not stopping.is_set():
        wasyncore.loop(timeout=1, use_poll=True, map=sockets, count=1)
    _finish(server, sockets)


def _finish(server: Any, sockets: dict[int, Any]) -> None:
    wasyncore.dispatcher.close(server)  # the port only: the trigger is still needed
    until = time.monotonic() + GRACE
    while time.monotonic() < until:
        busy = False
        for channel in list(server.active_channels.values()):
            # In this order: an answer is in the buffer before its request is gone.
            if channel.requests or channel.total_outbufs_len or channel.request is not None:
                busy = True
            else:
                channel.will_close = True
        if not busy:
            return
        wasyncore.loop(timeout=0.05, use_poll=True, map=sockets, count=1)


def serve_alone(
    app: WSGIApplication, listener: socket.socket, settings: Settings, beside: Sequence[str]
) -> int:
    """Answer in this process with the command `beside` next to it; for systems without fork."""
    signal.signal(signal.SIGINT, lambda _number, _frame: signal.raise_signal(signal.SIGTERM))
    other = subprocess.Popen(beside)  # noqa: S603  our own command
    try:
        serve_web(app, listener, settings)
    finally:
        other.terminate()
        other.wait(LAST)
    return 0


# The parent


class Supervisor:
    """Keeps `children` alive until it is told to stop."""

    def __init__(self, listener: socket.socket, children: Sequence[Child]) -> None:
        self._listener = listener
        self._wanted = children
        self._alive: dict[int, tuple[Child, float]] = {}
        self._quick_deaths: dict[str, int] = {}
        self._stopping = False
        # Nobody ever writes: the children read the end of the parent.
        self._heart = os.pipe()

    def run(self) -> int:
        """Start the children, replace those that die, return the exit code after a stop."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGALRM, self._end)
        gc.collect()
        gc.freeze()  # the collector would otherwise write to every shared page
        for child in self._wanted:
            self._start(child, 0.0)
        while self._alive:
            pid, status = os.wait()
            self._gone(pid, os.waitstatus_to_exitcode(status))
        signal.alarm(0)
        return 0

    def _start(self, child: Child, pause: float) -> None:
        # Held back until the child has handlers of its own and the parent knows it.
        held = {signal.SIGTERM, signal.SIGINT}
        signal.pthread_sigmask(signal.SIG_BLOCK, held)
        if not self._stopping:
            pid = os.fork()
            if pid == 0:
                self._be(child, pause, held)
            self._alive[pid] = (child, time.monotonic() + pause)
            log.info("child_started", child=child.name, child_pid=pid, pause=pause)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, held)

    def _be(self, child: Child, pause: float, held: set[signal.Signals]) -> None:
        """Be the child: never return."""
        code = 1
        try:
            os.close(self._heart[1])
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C reaches all; the parent decides
            signal.signal(signal.SIGTERM, _leave)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, held)
            threading.Thread(target=_die_with_parent, args=(self._heart[0],), daemon=True).start()
            time.sleep(pause)
            child.run()
            code = 0
        except SystemExit:
            code = 0
        except BaseException:
            log.exception("child_failed", child=child.name)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _gone(self, pid: int, code: int) -> None:
        found = self._alive.pop(pid, None)
        if found is None or self._stopping:
            return
        child, since = found
        quick = time.monotonic() - since < QUICK
        deaths = self._quick_deaths[child.name] = (
            self._quick_deaths.get(child.name, 0) + 1 if quick else 0
        )
        log.warning("child_died", child=child.name, child_pid=pid, code=code)
        self._start(child, min(SLOWEST, 0.25 * 2**deaths) if deaths > 1 else 0.0)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        if self._stopping:
            if number == signal.SIGINT:  # ^C again: at once
                self._end(number, None)
            return
        self._stopping = True
        self._listener.close()
        self._tell(signal.SIGTERM)
        signal.setitimer(signal.ITIMER_REAL, LAST)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._tell(signal.SIGKILL)

    def _tell(self, number: signal.Signals) -> None:
        for pid in list(self._alive):
            with contextlib.suppress(ProcessLookupError):  # it may end at any moment
                os.kill(pid, number)


def _leave(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the parent and a terminal may both tell
    raise SystemExit


def _die_with_parent(heart: int) -> None:
    os.read(heart, 1)  # ends when the last process that could write has ended
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LAST)
    os._exit(1)
