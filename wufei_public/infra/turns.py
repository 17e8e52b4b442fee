"""A queue before SQLite's write lock: first come, first served, across processes."""

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol


class Turns(Protocol):
    """Gives each writer its turn."""

    def taken(self) -> AbstractContextManager[None]:
        """Return a context in which this writer has its turn."""


class FreeTurns:
    """No queue: the database has one of its own (PostgreSQL), or the platform has no flock."""

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Enter at once."""
        yield


class FileTurns:
    """A lock on a file: the kernel wakes waiters in the order in which they came."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.Lock()
        self._handle: int | None = None
        self._pid = 0

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn, hold it, give it back; a process that dies gives it back too."""
        import fcntl  # noqa: PLC0415  not on Windows

        with self._local:
            handle = self._open()
            fcntl.flock(handle, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(handle, fcntl.LOCK_UN)

    def _open(self) -> int:
        # A handle inherited through fork would share its lock with the parent.
        if self._handle is None or self._pid != os.getpid():
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            self._pid = os.getpid()
        return self._handle


def turns_for(url: str) -> Turns:
    """Return the queue that the database at `url` needs."""
    if url.startswith("sqlite:///") and hasattr(os, "fork"):
        return FileTurns(Path(url.removeprefix("sqlite:///") + ".turn"))
    return FreeTurns()
