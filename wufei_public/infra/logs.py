"""Logs: one structured line per request and per job, with a request id and no personal data."""

import logging
import sys

import structlog

_LEVELS = logging.getLevelNamesMapping()
_FIRST = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
_LAST = (
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(ensure_ascii=False),
)
_OURS = "wufei"


def configure_logs(level: str) -> None:
    """Send JSON lines of `level` and above to standard error, those of the libraries too."""
    structlog.configure(
        processors=[*_FIRST, *_LAST],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    _take_libraries(_LEVELS[level.upper()])


def _take_libraries(level: int) -> None:
    """Give what waitress, APScheduler or Alembic say the same shape; only what is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.set_name(_OURS)
    handler.setLevel(max(level, logging.WARNING))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_FIRST, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_LAST],
        )
    )
    root = logging.getLogger()
    root.handlers = [*(other for other in root.handlers if other.get_name() != _OURS), handler]
    # It says so for every single request that waits a moment for a thread: one line too many.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
