"""200 writes a second, each with an audit row and a message: sealer and outbox keep up.

The gateway is a server on loopback that answers after 20 ms.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bench import databases, servers
from bench.databases import Pair
from bench.plan import Plan
from bench.processes import cpu_seconds
from bench.rounds import Verdict

RATE, ANSWER_SECONDS = 200, 0.02
# The sealer looks every 5 s, the outbox every second; both are to be done with the last write by
# their second look.
SEALED_BAR, SENT_BAR = 10.0, 2.0


class Gateway(BaseHTTPRequestHandler):
    """Takes every message."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(ANSWER_SECONDS)
        body = b'{"Code":"OK"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    request_queue_size = 64


@contextmanager
def gateway() -> Iterator[dict[str, str]]:
    server = Server(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield {
            "WUFEI_SMS": "aliyun",
            "WUFEI_SMS_BASE": f"http://127.0.0.1:{server.server_port}",
            "WUFEI_SMS_KEY_ID": "bench",
            "WUFEI_SMS_KEY_SECRET": "bench",
            "WUFEI_SMS_SIGN": "bench",
            "WUFEI_SMS_TEMPLATES": "people.code=SMS_1",
        }
    finally:
        server.shutdown()
        server.server_close()


def measure(plan: Plan) -> list[Verdict]:
    found: list[Verdict] = []
    print(f"\nflow: {RATE} writes a second, each with an audit row and a message")
    if "sqlite" in plan.databases:
        found += _on(plan, "SQLite NORMAL", databases.sqlite(plan, "NORMAL"))
    if "postgresql" in plan.databases:
        found += _on(plan, "PostgreSQL", databases.postgresql(plan))
    return found


def _on(plan: Plan, where: str, opened: AbstractContextManager[Pair]) -> list[Verdict]:
    seconds = 5 if plan.quick else 30
    with opened as pair, gateway() as sms:
        env = {**pair.product.env, **sms}
        with servers.product(pair.product.folder, env, "jobs") as product:
            jobs = [product.child("jobs")]
            before = cpu_seconds(jobs)
            told = servers.run(
                ["bench.flow_writer", str(RATE), str(seconds)], pair.product.folder, env
            )
            cpu = cpu_seconds(jobs) - before
    seen = json.loads(told)
    each = cpu / seen["wrote"] * 1e3
    print(
        f"  {where:16} wrote {seen['wrote']} in {seen['seconds']:.1f} s; waiting at most"
        f" {seen['most_unsealed']} rows and {seen['most_unsent']} messages; sealed"
        f" {seen['sealed']:.1f} s and sent {seen['sent']:.1f} s after the last write;"
        f" {each:.2f} ms of the jobs process for each"
    )
    rate = seen["wrote"] / seen["seconds"]
    note = f"at {rate:.0f} writes a second"
    return [
        Verdict(f"flow: seconds until all is sealed, {where}", seen["sealed"], SEALED_BAR, note),
        Verdict(f"flow: seconds until all is sent, {where}", seen["sent"], SENT_BAR, note),
        # Beyond this one processor alone could not do 200 a second.
        Verdict(f"flow: ms of the jobs process a write, {where}", each, 1e3 / RATE, note),
        Verdict(f"flow: messages that were not sent, {where}", seen["lost"], 0),
    ]
