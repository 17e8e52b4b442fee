"""Figures for Prometheus, on a loopback port of their own; nothing of it is loaded without one.

Each process keeps its counts in a file of a folder, which the library adds up whenever it is
asked: so it does not matter which child answered, or that one died. Routes, not paths, and no
personal data.
"""

import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request

from wufei_public.config import tell_library

SECONDS = (0.005, 0.02, 0.05, 0.2, 1, 5)
LONG_SECONDS = (0.1, 1, 10, 60, 600)
LOOPBACK = "127.0.0.1"
Gauge = tuple[str, Callable[[], float]]


class Metrics:
    """The counts of this process and of those that are forked from it."""

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)  # of processes that are no more
        folder.mkdir(parents=True)
        self.folder = folder
        tell_library("PROMETHEUS_MULTIPROC_DIR", str(folder))  # asked for as it is loaded
        from prometheus_client import Histogram  # noqa: PLC0415

        self._requests = Histogram(
            "wufei_request_seconds", "Answers", ("method", "route", "status"), buckets=SECONDS
        )
        self._jobs = Histogram(
            "wufei_job_seconds", "Runs of jobs", ("job", "state"), buckets=LONG_SECONDS
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests.labels(method, route, status).observe(seconds)

    def job(self, name: str, state: str, seconds: float) -> None:
        """Count a run of a job."""
        self._jobs.labels(name, state).observe(seconds)


def init_metrics(app: Flask, folder: Path) -> None:
    """Count every answer of `app` and every run of its jobs; before the fork."""
    metrics = app.extensions["metrics"] = Metrics(folder)

    @app.after_request
    def count(response: Response) -> Response:
        # Any word may stand for a method; only those of a route are counted by name.
        known = request.url_rule is not None
        method = request.method if known else "other"
        route = request.url_rule.rule if request.url_rule else "none"
        metrics.request(method, route, response.status_code, time.perf_counter() - g.began)
        return response


def count_job(app: Flask, name: str, state: str, seconds: float) -> None:
    """Count a run of a job, where anybody counts."""
    metrics: Metrics | None = app.extensions.get("metrics")
    if metrics is not None:
        metrics.job(name, state, seconds)


class _Gauges:
    """What is asked of the database as the figures are read."""

    def __init__(self, app: Flask, gauges: Mapping[str, Gauge]) -> None:
        self._app, self._gauges = app, gauges

    def collect(self) -> Iterator[Any]:
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

        for name, (words, ask) in self._gauges.items():
            with self._app.app_context():
                yield GaugeMetricFamily(name, words, ask())


def serve_metrics(app: Flask, port: int, gauges: Mapping[str, Gauge]) -> None:
    """Answer Prometheus on `port` of this machine alone until SIGTERM."""
    from prometheus_client import CollectorRegistry, start_http_server  # noqa: PLC0415
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

    registry = CollectorRegistry()
    folder = str(app.extensions["metrics"].folder)
    MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
    registry.register(_Gauges(app, gauges))
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: over.set())
    server, thread = start_http_server(port, LOOPBACK, registry)
    over.wait()
    server.shutdown()
    thread.join()
