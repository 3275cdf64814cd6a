"""Structured logs: one JSON line a request, with its id. Short lines on a terminal."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import structlog

LARGEST_LOG = 20 * 1024 * 1024
_encode = msgspec.json.Encoder(enc_hook=str).encode


def start_logs(log_format: str, folder: Path) -> None:
    """Set the logs of this process up. `log_format` is `json` (to standard error), `console`, or
    `auto`: JSON, but on a terminal into a file of `folder`, which leaves the terminal to people."""
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if log_format == "console":
        plain = structlog.dev.plain_traceback
        shared.append(structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain))
        factory: Any = structlog.PrintLoggerFactory(sys.stderr)
    else:
        to_file = log_format == "auto" and sys.stderr.isatty()
        shared += [structlog.processors.format_exc_info, lambda _logger, _name, event: _encode(event)]
        factory = structlog.BytesLoggerFactory(_log_file(folder) if to_file else sys.stderr.buffer)
    structlog.configure(
        processors=shared,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Passing()], force=True)


def _log_file(folder: Path) -> BinaryIO:
    """The log of this start and the ones before; a large one is set aside first."""
    file = folder / "server.log"
    if file.exists() and file.stat().st_size > LARGEST_LOG:
        file.replace(folder / "server.log.1")
    return file.open("ab")


class _Passing(logging.Handler):
    """What libraries log goes the same way as our own lines."""

    def emit(self, record: logging.LogRecord) -> None:
        line = logger(record.name)
        write = line.error if record.levelno >= logging.ERROR else line.warning
        write(record.getMessage(), exc_info=record.exc_info)


def logger(name: str) -> Any:
    return structlog.get_logger(part=name)
