"""Spans under their own service's name, also where all services share one process.

Every task of a service runs in a context that knows its name (`in_service`), and each span is made
by the tracer provider of the service it is made in. So a trace reads the same whether the services
are seven processes or one, and a viewer draws the same map.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, SynchronousMultiSpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased
from opentelemetry.trace import Span, Tracer

NAMESPACE = "plumbline"

_service: ContextVar[str] = ContextVar("plumbline_service", default="")


def in_service(name: str) -> Context:
    """A copy of the current context in which spans belong to this service."""
    context = copy_context()
    context.run(_service.set, name)
    return context


def resource_of(service: str) -> Resource:
    """What says whose telemetry it is. OTEL_RESOURCE_ATTRIBUTES adds to it."""
    return Resource.create({"service.name": service, "service.namespace": NAMESPACE})


class ServiceTracers(trace.TracerProvider):
    """A tracer provider for each service of the process, all with the same span processors."""

    def __init__(self, process: str) -> None:
        """`process` names what happens outside every service."""
        self.processors = SynchronousMultiSpanProcessor()  # type: ignore[no-untyped-call]
        self._process = process
        self._providers: dict[str, TracerProvider] = {}
        self._lock = threading.Lock()

    def get_tracer(self, *args: Any, **kwargs: Any) -> Tracer:
        """A tracer that asks, at every span, in which service it is."""
        return ServiceTracer(lambda service: self._of(service).get_tracer(*args, **kwargs))

    def _of(self, service: str) -> TracerProvider:
        with self._lock:
            if service not in self._providers:
                self._providers[service] = TracerProvider(
                    sampler=ParentBased(ALWAYS_ON),  # sampling would lose provenance
                    resource=resource_of(service or self._process),
                    active_span_processor=self.processors,
                    shutdown_on_exit=False,
                )
            return self._providers[service]


class ServiceTracer(Tracer):
    """Makes each span with the tracer of the service that makes it."""

    def __init__(self, of_service: Callable[[str], Tracer]) -> None:
        self._of_service = of_service
        self._tracers: dict[str, Tracer] = {}

    def start_span(self, *args: Any, **kwargs: Any) -> Span:
        """See `Tracer`."""
        return self._current().start_span(*args, **kwargs)

    def start_as_current_span(self, *args: Any, **kwargs: Any) -> Any:
        """See `Tracer`."""
        return self._current().start_as_current_span(*args, **kwargs)

    def _current(self) -> Tracer:
        service = _service.get()
        tracer = self._tracers.get(service)
        if tracer is None:  # two threads may both come here: both make the same
            tracer = self._tracers[service] = self._of_service(service)
        return tracer


def set_up_traces(process: str, *processors: SpanProcessor) -> ServiceTracers:
    """Make the process's tracers. Without processors spans go nowhere, but traces are passed on."""
    provider = ServiceTracers(process)
    for processor in processors:
        provider.processors.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    return provider
