"""Sixty phones upload at 2 kB/s; twenty others read and report meanwhile."""

import itertools
import json
import random
import socket
import threading
import time
from typing import Self

from bench import people, servers
from bench.load import Load, Make
from bench.picture import photo_bytes
from bench.plan import PROXY, Plan
from bench.rounds import Spread, Verdict
from bench.servers import Server

PHONES, OTHERS = 60, 20
A_SECOND = 2000  # bytes, of each phone
STEP = 0.1
UPLOAD = "/api/v1/dumping/photos"


class Phone:
    """One phone on a bad network, sending one photo after the other."""

    def __init__(self, port: int, make: Make) -> None:
        self.port, self.make = port, make
        self.line: socket.socket | None = None
        self.left = b""
        self.sent = 0
        self.failed = 0

    def step(self) -> None:
        """Send the next few bytes; at the end read the answer and begin again."""
        if self.line is None:
            self.line = socket.create_connection(("127.0.0.1", self.port), 30)
            self.left = self.make()
        some = int(A_SECOND * STEP)
        try:
            self.line.sendall(self.left[:some])
        except OSError:
            self._done(b"")
            return
        self.left = self.left[some:]
        if not self.left:
            self._done(self.line.recv(4096))

    def _done(self, answer: bytes) -> None:
        self.sent += 1
        self.failed += not answer.startswith(b"HTTP/1.1 201")
        self.close()

    def close(self) -> None:
        if self.line is not None:
            self.line.close()
        self.line = None


class Crowd:
    """All phones, on one thread."""

    def __init__(self, port: int, photo: bytes) -> None:
        self.phones = [Phone(port, people.upload(UPLOAD, photo)) for _ in range(PHONES)]
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        # They do not begin all at once.
        waiting = sorted((random.uniform(0, 5), number) for number in range(PHONES))
        began = time.monotonic()
        for turn in itertools.count(1):
            passed = time.monotonic() - began
            for start, number in waiting:
                if start < passed:
                    self.phones[number].step()
            if self.over.wait(max(0.0, began + turn * STEP - time.monotonic())):
                return

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()
        for phone in self.phones:
            phone.close()


def measure(plan: Plan) -> list[Verdict]:
    folder = plan.place("phones")
    code = json.loads(servers.run(["bench.seed", str(plan.rows)], folder, PROXY))["code"]
    photo = photo_bytes((640, 480), 70)
    seconds = plan.writing / 2
    calm, busy, sent, failed = [], [], 0, 0
    with servers.product(folder, PROXY, "jobs") as own:
        _others(own, code, 2)
        for _ in range(1 if plan.quick else 3):
            calm.append(_others(own, code, seconds))
            with Crowd(own.port, photo) as crowd:
                time.sleep(5)
                busy.append(_others(own, code, seconds))
            sent += sum(phone.sent for phone in crowd.phones)
            failed += sum(phone.failed for phone in crowd.phones)
    print(f"\nphones: {PHONES} phones with {len(photo) / 1e3:.0f} kB each at 2 kB/s")
    print(f"  {sent} uploads came through, {failed} failed; p95 of {OTHERS} others (ms)")
    print(f"  calm                {Spread.of(calm):.2f}")
    print(f"  with the phones     {Spread.of(busy):.2f}")
    ratio = Spread.of(busy).middle / Spread.of(calm).middle
    return [
        Verdict(f"phones: p95 of {OTHERS} others × calm", ratio, 2.0),
        Verdict("phones: uploads that failed", failed, 0),
    ]


def _others(own: Server, code: str, seconds: float) -> float:
    """Return the p95 of people who read four times for each report that they send."""
    report = people.reports("/api/v1/dumping/reports")
    paths = ("/", "/cases", f"/cases/{code}", "/api/v1/dumping/reports")
    turns = itertools.cycle([*(lambda path=path: people.get(path) for path in paths), report])
    load = Load(
        own.port,
        lambda: next(turns)(),  # noqa: PLW0108  another one each time
        OTHERS,
        pause=0.4,
    )
    try:
        result = load.run(seconds)
    finally:
        load.close()
    assert not result.bad, result.status
    return result.quantile(0.95)
