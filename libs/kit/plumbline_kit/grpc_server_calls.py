"""What every gRPC call gets: readiness, a time limit, a span, errors that tell no words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar, cast

import grpc
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, StatusCode

from plumbline_bus import Health
from plumbline_bus.tracing import W3C
from plumbline_kit import telemetry_names as names

MOST_SECONDS: Final = 5.0  # a search takes some milliseconds, so this is a fault, not a wait
OURS: Final = "/plumbline."  # health and reflection are asked all the time, and left alone
STATUSES: Final = {int(status.value[0]): status.name for status in grpc.StatusCode}
# Those that OpenTelemetry's conventions count as errors of a server; the rest are its callers'.
OURS_TO_MEND: Final = {"UNKNOWN", "DEADLINE_EXCEEDED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"}

Behaviour = Callable[[Any, Any], Awaitable[Any]]

logger = logging.getLogger(__name__)


Request = TypeVar("Request")
Response = TypeVar("Response")


class Calls(grpc.aio.ServerInterceptor):
    """Goes around each call of our services.

    UNAVAILABLE while the service is not ready. A caller's own deadline cancels what answers it;
    so do `most_seconds`, whatever the caller says.
    """

    def __init__(self, health: Health, most_seconds: float = MOST_SECONDS) -> None:
        self._health = health
        self._most_seconds = most_seconds

    async def intercept_service(
        self,
        continuation: Callable[
            [grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Request, Response] | None]
        ],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Request, Response] | None:
        """See `grpc.aio.ServerInterceptor`."""
        handler = await continuation(handler_call_details)
        method = str(handler_call_details.method)
        if handler is None or handler.unary_unary is None or not method.startswith(OURS):
            return handler
        return grpc.unary_unary_rpc_method_handler(
            self._guarded(cast("Behaviour", handler.unary_unary), method),
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    def _guarded(self, answer: Behaviour, method: str) -> Behaviour:
        async def call(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
            with serving(method, context):
                if not self._health.ready:
                    await context.abort(grpc.StatusCode.UNAVAILABLE, "not ready; ask again soon")
                try:
                    async with asyncio.timeout(self._most_seconds):
                        return await answer(request, context)
                except grpc.aio.AbortError:
                    raise
                except TimeoutError:
                    await context.abort(grpc.StatusCode.DEADLINE_EXCEEDED, "it took too long")
                except Exception as error:  # noqa: BLE001  its text may hold words of the request
                    kind = type(error).__qualname__
                    logger.error("a call failed", extra={"method": method, "error": kind})
                    await context.abort(
                        grpc.StatusCode.INTERNAL, "a fault of ours; the log says more"
                    )

        return call


@contextmanager
def serving(method: str, context: grpc.aio.ServicerContext[Any, Any]) -> Iterator[Span]:
    """The span of one call, a child of the caller's if it sent a traceparent."""
    sent = {key: value for key, value in context.invocation_metadata() or () if key in W3C.fields}
    name = method.lstrip("/")
    with trace.get_tracer("plumbline_kit").start_as_current_span(
        name,
        context=W3C.extract(sent, Context()),
        kind=SpanKind.SERVER,
        attributes={names.RPC_SYSTEM: "grpc", names.RPC_METHOD: name},
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield span
        finally:
            status = status_of(context)
            span.set_attribute(names.RPC_STATUS, status)
            if status in OURS_TO_MEND:
                span.set_attribute(names.ERROR, status)
                span.set_status(StatusCode.ERROR)


def status_of(context: grpc.aio.ServicerContext[Any, Any]) -> str:
    """The name of a call's status so far. A call whose caller is gone was cancelled."""
    code = context.code()
    if context.cancelled():
        return grpc.StatusCode.CANCELLED.name
    return STATUSES.get(code.value[0] if isinstance(code, grpc.StatusCode) else code or 0, "")
