"""Log lines and spans of a process: both carry the trace, neither a word of a message."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TextIO

from opentelemetry import trace
from opentelemetry.trace import Span, StatusCode, Tracer
from opentelemetry.util.types import AttributeValue

from plumbline_kit.log_repeats import Repeats
from plumbline_kit.telemetry_names import ERROR

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {
    *("message", "asctime", "taskName"),
    "color_message",  # uvicorn's, the message again
}


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, trace ids, extras (ids only)."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        context = trace.get_current_span().get_span_context()
        if context.is_valid:
            line["trace_id"] = f"{context.trace_id:032x}"
            line["span_id"] = f"{context.span_id:016x}"
        line.update({k: v for k, v in vars(record).items() if k not in _STANDARD})
        if record.exc_info:
            # The type and the place, not the text: an exception's text may quote a record.
            line["exception"] = _places(record)
        return json.dumps(line, ensure_ascii=False, default=str)


def _places(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    names, trace_back = [record.exc_info[0].__name__], record.exc_info[2]
    while trace_back is not None:
        code = trace_back.tb_frame.f_code
        names.append(f"{code.co_name}:{trace_back.tb_lineno}")
        trace_back = trace_back.tb_next
    return " < ".join(names)


def set_up_logs(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log line of the process to `stream` (standard error) as JSON."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(Repeats("aiokafka"))  # each client says each time that a broker is away
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("uvicorn.access", "aiokafka", "httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)  # access logs would name paths


@contextmanager
def step(
    name: str, attributes: Mapping[str, AttributeValue], tracer: Tracer | None = None
) -> Iterator[Span]:
    """A span around a piece of a service's work. Of a failure it tells the type, as logs do."""
    with (tracer or trace.get_tracer("plumbline_kit")).start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield span
        except Exception as error:
            span.set_attribute(ERROR, type(error).__qualname__)
            span.set_status(StatusCode.ERROR)
            raise
