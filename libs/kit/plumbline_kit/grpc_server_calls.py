"""What every gRPC call gets: a time limit, a span, and errors that tell nothing of its words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar, cast

import grpc
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind

from plumbline_bus.tracing import W3C
from plumbline_kit import telemetry_names as names
from plumbline_kit.telemetry import tracer

MOST_SECONDS: Final = 5.0  # for callers that set no deadline; a search takes some milliseconds
OURS: Final = "/plumbline."  # health and reflection are asked all the time, and left alone

Behaviour = Callable[[Any, Any], Awaitable[Any]]

logger = logging.getLogger(__name__)


Request = TypeVar("Request")
Response = TypeVar("Response")


class Calls(grpc.aio.ServerInterceptor):
    """Goes around each call of our services.

    A caller's own deadline cancels what answers it; without one, MOST_SECONDS do.
    """

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
            guarded(cast("Behaviour", handler.unary_unary), method),
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )


def guarded(answer: Behaviour, method: str) -> Behaviour:
    """The same, with a limit, a span and errors without words."""

    async def call(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
        with serving(method, context):
            try:
                async with asyncio.timeout(MOST_SECONDS):
                    return await answer(request, context)
            except grpc.aio.AbortError:
                raise
            except TimeoutError:
                await context.abort(grpc.StatusCode.DEADLINE_EXCEEDED, "it took too long")
            except Exception as error:  # noqa: BLE001  its text may hold words of the request
                kind = type(error).__qualname__
                logger.error("a call failed", extra={"method": method, "error": kind})
                await context.abort(grpc.StatusCode.INTERNAL, "a fault of ours; the log says more")

    return call


@contextmanager
def serving(method: str, context: grpc.aio.ServicerContext[Any, Any]) -> Iterator[Span]:
    """The span of one call, a child of the caller's if it sent a traceparent."""
    sent = {key: value for key, value in context.invocation_metadata() or () if key in W3C.fields}
    service, name = method.lstrip("/").split("/", 1)
    with tracer("plumbline_kit").start_as_current_span(
        method.lstrip("/"),
        context=W3C.extract(sent, Context()),
        kind=SpanKind.SERVER,
        attributes={names.RPC_SYSTEM: "grpc", names.RPC_SERVICE: service, names.RPC_METHOD: name},
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield span
        finally:
            span.set_attribute(names.RPC_STATUS, status_of(context))


def status_of(context: grpc.aio.ServicerContext[Any, Any]) -> int:
    """The number of a call's status so far; 0 is OK."""
    code = context.code()
    return int(code.value[0]) if isinstance(code, grpc.StatusCode) else int(code or 0)
