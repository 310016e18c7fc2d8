"""Structured logs, one JSON line an event, that cannot hold an answer, a token or a name.

Only the keys named here pass; anything else is dropped before it is written, so a new
log line cannot leak by accident. Requests are logged by their route's *pattern*, never
by the address that was asked for, because invitation tokens are part of addresses.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO, cast

import structlog

ALLOWED_KEYS = frozenset(
    {
        "event", "level", "timestamp", "request_id", "route", "method", "status", "ms", "role", "error", "error_type",
        "code", "job", "job_kind", "attempt", "count", "rows", "kind", "stage", "seconds", "state", "where", "version",
    }
)  # fmt: skip
MAXIMUM_VALUE_LENGTH = 120


def _only_allowed(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in [key for key in event if key not in ALLOWED_KEYS]:
        del event[key]
    for key, value in event.items():
        if isinstance(value, str) and len(value) > MAXIMUM_VALUE_LENGTH:
            event[key] = value[:MAXIMUM_VALUE_LENGTH] + "…"
    return event


class _ErrorTypesOnly(logging.Filter):
    """For other packages' loggers: the type of an error and where it arose, never its text or its values."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0]:
            record.msg, record.args = f"{record.name}: {record.exc_info[0].__name__}", ()
            record.exc_info, record.exc_text = None, None
        return True


def configure(level: str = "info", stream: TextIO | None = None) -> None:
    """Send structured lines to ``stream`` (standard error by default) and quieten the libraries."""
    target = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=target),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.addFilter(_ErrorTypesOnly())
    handler.setFormatter(logging.Formatter('{"level": "%(levelname)s", "event": "library", "where": "%(name)s"}'))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # The access log would write whole addresses, tokens included.
    logging.getLogger("uvicorn.access").disabled = True
    for name in ("sqlalchemy.engine", "multipart", "httpx"):
        logging.getLogger(name).setLevel(logging.ERROR)


def logger() -> structlog.typing.FilteringBoundLogger:
    """The project's logger: ``logger().info("event_name", count=3)``."""
    return cast(structlog.typing.FilteringBoundLogger, structlog.get_logger())
