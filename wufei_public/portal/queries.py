"""What the figures for Prometheus ask of the features: what waits, what failed, who is silent."""

from collections.abc import Mapping
from datetime import timedelta

from wufei_public.infra.jobs import failed_since, last_beat
from wufei_public.infra.metrics import Gauge
from wufei_public.infra.work import house, reading
from wufei_public.media.queries import waiting_count
from wufei_public.messages.queries import dead_count, late
from wufei_public.trail.queries import long_unsealed

DAY = timedelta(days=1)


def _silent() -> float:
    seen = last_beat(reading())
    return (house().clock() - seen).total_seconds() if seen else float("inf")


GAUGES: Mapping[str, Gauge] = {
    "wufei_jobs_silent_seconds": ("Since the last sign of life of a jobs process", _silent),
    "wufei_jobs_failed": (
        "Runs of jobs that failed within a day",
        lambda: failed_since(reading(), house().clock() - DAY),
    ),
    "wufei_messages_late": (
        "Messages that should be sent by now",
        lambda: late(reading(), house().clock()),
    ),
    "wufei_messages_dead": ("Messages that wait for a person", lambda: dead_count(reading())),
    "wufei_photos_waiting": ("Photos in quarantine", lambda: waiting_count(reading())),
    "wufei_audit_unsealed": (
        "Audit rows that should be sealed by now",
        lambda: len(long_unsealed(reading(), house().clock())),
    ),
}
