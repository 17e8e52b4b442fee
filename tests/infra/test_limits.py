"""The counts behind the limits of one process."""

import threading

import pytest

from wufei_public.infra.web import limits
from wufei_public.infra.web.limits import Counts


class Seconds:
    """Stands for the module `time`, and stands still."""

    def __init__(self) -> None:
        self.now = 1000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    found = Seconds()
    monkeypatch.setattr(limits, "time", found)
    return found


def test_counting_goes_on_within_a_window_and_begins_again_after_it(seconds: Seconds) -> None:
    counts = Counts()
    assert [counts.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    seconds.now += 59.9
    assert counts.incr("a", 60) == 4
    seconds.now += 0.1
    assert [counts.incr("a", 60), counts.incr("b", 60), counts.incr("a", 60)] == [1, 1, 2]


def test_what_is_over_is_forgotten_and_what_runs_is_kept(
    seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Counts, "MOST", 10)
    counts = Counts()
    for number in range(8):
        counts.incr(f"short {number}", 1)
    counts.incr("long", 3600)
    seconds.now += 2
    counts.incr("new", 60)
    counts.incr("newer", 60)
    assert set(counts.storage) == {"long", "new", "newer"}
    assert counts.incr("long", 3600) == 2


def test_counting_starts_no_thread() -> None:
    counts = Counts()
    before = threading.active_count()
    for number in range(200):
        counts.incr(f"{number}", 60)
    assert threading.active_count() == before


def test_threads_together_lose_no_count() -> None:
    counts = Counts()
    threads = [
        threading.Thread(target=lambda: [counts.incr("all", 60) for _ in range(500)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts.incr("all", 60) == 4001
