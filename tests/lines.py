"""What our own code writes to the log, as values: a sink in place of standard error."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest
import structlog


@contextmanager
def written_by(*modules: ModuleType) -> Iterator[Sequence[dict[str, Any]]]:
    """Give the lines that the loggers `log` of `modules` write inside, from `info` on."""
    found: list[dict[str, Any]] = []

    def keep(_logger: Any, _method: str, event: Any) -> str:
        found.append(dict(event))
        return ""

    sink = structlog.wrap_logger(
        structlog.ReturnLogger(),
        processors=[keep],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    with pytest.MonkeyPatch.context() as patch:
        for module in modules:
            patch.setattr(module, "log", sink)
        yield found
