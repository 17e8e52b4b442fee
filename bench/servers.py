"""Starts the servers under measurement on loopback, each with a folder of its own."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Server:
    """A running server: where it listens, its processes, how long it took to answer."""

    name: str
    port: int
    pid: int
    started: float
    log: Path

    def child(self, name: str) -> int:
        """Return the process of the child `name`, as the parent's log tells it."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line[:1] == "{"]
        told = [line for line in lines if line["event"] == "child_started"]
        pids: dict[str, int] = {line["child"]: line["child_pid"] for line in told}
        return pids[name]


def free_port() -> int:
    """Return a port that nobody holds."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def environment(folder: Path, env: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with no setting of the product but those of `env`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WUFEI_")}
    own = {"WUFEI_VAR": str(folder), "FLASK_APP": "wsgi", "FLASK_SKIP_DOTENV": "1"}
    own["PYTHONDONTWRITEBYTECODE"] = ""  # a server that starts again has been compiled
    return kept | own | env


@contextmanager
def server(
    name: str,
    argv: Sequence[str],
    folder: Path,
    env: Mapping[str, str],
    first: str = "/hello",
) -> Iterator[Server]:
    """Run `argv` until the block ends; ready when `first` is answered."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log").open("ab") as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *argv],
            cwd=ROOT,
            env=environment(folder, env) | {"WUFEI_PORT": str(port)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            while not _answers(port, first):
                if process.poll() is not None or time.perf_counter() - began > 60:
                    raise RuntimeError(f"{name} does not answer; see {folder / 'log'}")
                time.sleep(0.005)
            yield Server(name, port, process.pid, time.perf_counter() - began, folder / "log")
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def floor(folder: Path, env: Mapping[str, str]) -> AbstractContextManager[Server]:
    """Run the floor; its database is the one that `env` names, or none."""
    return server("floor", ["-m", "bench.floor"], folder, env)


def product(folder: Path, env: Mapping[str, str], *words: str) -> AbstractContextManager[Server]:
    """Run the product; `jobs` as a word adds its jobs process."""
    return server("product", ["-m", "bench.product", *words], folder, env)


def run(argv: Sequence[str], folder: Path, env: Mapping[str, str]) -> str:
    """Run a module of the bench to its end; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", *argv],
        cwd=ROOT,
        env=environment(folder, env),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=600,
    )
    return done.stdout
