"""A closed-loop HTTP load generator on one thread: every connection asks once it is answered.

Loopback only, bounded in time. A request is bytes, or a callable that makes the bytes
of the next one, so that every POST carries a key of its own. With a pause, people think
between two requests; without one, the server is kept busy all the time.
"""

import heapq
import random
import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

Make = Callable[[], bytes]
END = b"\r\n\r\n"
PATIENCE = 30.0  # seconds


@dataclass
class Result:
    """What a run of load saw; times in seconds."""

    seconds: float
    times: list[float]
    status: Counter[int]
    size: int
    bodies: list[bytes] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.times)

    @property
    def bad(self) -> int:
        return sum(n for status, n in self.status.items() if not 200 <= status < 400)

    def quantile(self, share: float) -> float:
        """Return the time under which `share` of the answers came, in milliseconds."""
        ordered = sorted(self.times)
        if not ordered:
            return float("nan")
        place = (len(ordered) - 1) * share
        low = int(place)
        high = min(low + 1, len(ordered) - 1)
        return (ordered[low] + (ordered[high] - ordered[low]) * (place - low)) * 1e3


class Connection:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None
        self.buffer = b""
        self.wanted = -1
        self.began = 0.0
        self.left = b""

    def open(self) -> socket.socket:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), 30)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.settimeout(0)
        return self.socket

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def request(
    method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> bytes:
    """Return the bytes of one HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + END + body


class Load:
    """`connections` that ask `make` for requests, for some seconds."""

    def __init__(
        self,
        port: int,
        make: Make | bytes,
        connections: int = 8,
        pause: float = 0.0,
        most: int = 0,
    ) -> None:
        self.most = most
        self.make: Make = (lambda: make) if isinstance(make, bytes) else make
        self.pause = pause
        self.waiting: list[tuple[float, int]] = []
        self.connections = [Connection(port) for _ in range(connections)]
        self.selector = selectors.DefaultSelector()
        self.result = Result(0, [], Counter(), 0)
        self.ending = False
        self.busy = 0
        self.keep_bodies = False

    def run(self, seconds: float) -> Result:
        began = time.perf_counter()
        self.result = Result(0, [], Counter(), 0)
        self.ending = False
        for number, connection in enumerate(self.connections):
            if self.pause:
                self.think(number)
            else:
                self.ask(connection)
        while self.busy or (self.waiting and not self.ending):
            self.ending = self.ending or time.perf_counter() - began > seconds
            self.turn()
        self.waiting.clear()
        self.result.seconds = time.perf_counter() - began
        return self.result

    def turn(self) -> None:
        """Serve what is ready, then those who have thought enough."""
        now = time.perf_counter()
        soon = max(0.0, self.waiting[0][0] - now) if self.waiting else PATIENCE
        ready = self.selector.select(soon)
        if not ready and not self.waiting:
            raise TimeoutError(f"no answer for {PATIENCE:g} s")
        for key, events in ready:
            if events & selectors.EVENT_WRITE:
                self.send(key.data)
            else:
                self.receive(key.data)
        while self.waiting and self.waiting[0][0] <= time.perf_counter():
            number = heapq.heappop(self.waiting)[1]
            if not self.ending:
                self.ask(self.connections[number])

    def think(self, number: int) -> None:
        pause = self.pause * random.uniform(0.5, 1.5)
        heapq.heappush(self.waiting, (time.perf_counter() + pause, number))

    def ask(self, connection: Connection) -> None:
        connection.left = self.make()
        fresh = connection.socket is None
        found = connection.open()
        connection.buffer, connection.wanted = b"", -1
        connection.began = time.perf_counter()
        if fresh:
            self.selector.register(found, selectors.EVENT_READ, connection)
        self.busy += 1
        self.send(connection)

    def send(self, connection: Connection) -> None:
        assert connection.socket is not None
        try:
            sent = connection.socket.send(connection.left)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.done(connection, 0, broken=True)
            return
        connection.left = connection.left[sent:]
        events = selectors.EVENT_WRITE if connection.left else selectors.EVENT_READ
        self.selector.modify(connection.socket, events, connection)

    def receive(self, connection: Connection) -> None:
        assert connection.socket is not None
        try:
            data = connection.socket.recv(1 << 18)
        except OSError:
            data = b""
        if not data:
            self.done(connection, 0, broken=True)
            return
        connection.buffer += data
        if connection.wanted < 0 and END in connection.buffer:
            head = connection.buffer.partition(END)[0].lower()
            _, found, length = head.partition(b"content-length:")
            size = int(length.split(b"\r\n")[0]) if found else 0
            connection.wanted = len(head) + len(END) + size
        if 0 <= connection.wanted <= len(connection.buffer):
            self.done(connection, int(connection.buffer[9:12]))

    def done(self, connection: Connection, status: int, *, broken: bool = False) -> None:
        self.busy -= 1
        self.result.times.append(time.perf_counter() - connection.began)
        self.ending = self.ending or 0 < self.most <= len(self.result.times) + self.busy
        self.result.status[status] += 1
        self.result.size += len(connection.buffer)
        if self.keep_bodies:
            self.result.bodies.append(connection.buffer)
        if broken or b"connection: close" in connection.buffer[:2000].lower():
            if connection.socket is not None:
                self.selector.unregister(connection.socket)
            connection.close()
        if self.ending:
            return
        if self.pause:
            self.think(self.connections.index(connection))
        else:
            self.ask(connection)

    def close(self) -> None:
        for connection in self.connections:
            connection.close()
        self.selector.close()
