"""Structured logs: one line an entry, JSON in production."""

import logging
import sys
from typing import TextIO

import stamina
import structlog


def configure_logs(style: str = "json", *, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Set up structlog, and let the standard library's loggers speak through it from WARNING on."""
    output = stream or sys.stderr
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=output.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(output),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(stream=output, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    # A retry's own hook would print the error's text, and an error of the data may quote the data.
    stamina.instrumentation.set_on_retry_hooks([])
    # aiokafka repeats every connection attempt while a broker is away; our own lines say it once a second.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
