"""Structured logs: one line per entry, JSON in production."""

import json
import logging
import sys
from typing import Any, TextIO

import orjson
import stamina
import structlog

from shared.telemetry.context import log_fields
from shared.telemetry.error_text import format_errors
from shared.telemetry.fast_path import write_request_lines


def configure_logs(style: str = "json", *, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Set up structlog, and send the standard library's loggers through it from WARNING on."""
    output = stream or sys.stderr
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(serializer=_to_json)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=output.isatty())
    )
    common: list[structlog.typing.Processor] = [
        add_context,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        format_errors,
    ]
    structlog.configure(
        processors=[*common, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(output),
        cache_logger_on_first_use=False,
    )
    write_request_lines(output if style == "json" and level <= logging.INFO else None)
    handler = logging.StreamHandler(output)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *common],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    # A retry's own hook would print the error's text, and an error of the data may quote the data.
    stamina.instrumentation.set_on_retry_hooks([])
    # aiokafka logs every connection attempt while a broker is unavailable; our own lines report it once a second.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


def add_context(_: object, __: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Add the fields of the current request or list of events (a processor of structlog); an entry's own fields win."""
    found = log_fields.get()
    return {**found, **entry} if found else entry


def _to_json(entry: Any, **_: object) -> str:
    try:
        return orjson.dumps(entry, default=repr).decode()
    except TypeError:
        # Half a surrogate pair, a number beyond 64 bits: no line is lost for that, and no error raised.
        return json.dumps(entry, default=repr)
