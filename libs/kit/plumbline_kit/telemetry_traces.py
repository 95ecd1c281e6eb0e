"""Spans under their own service's name, also where all services share one process.

Every task of a service runs in a context that knows its name (`in_service`), and each span is made
by the tracer provider of the service it is made in. So a trace reads the same whether the services
are seven processes or one, and a viewer draws the same map.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextvars import Context, ContextVar, copy_context
from typing import Any, Final

from opentelemetry import context as context_api
from opentelemetry import propagate, trace
from opentelemetry.propagators.textmap import TextMapPropagator
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, SynchronousMultiSpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON
from opentelemetry.trace import Span, Tracer

NAMESPACE: Final = "plumbline"

# What a web framework would copy from a request: whatever somebody typed into an address or a Host.
TYPED: Final = frozenset(
    {
        *("url.path", "url.query", "url.full", "http.target", "http.url"),
        *("server.address", "server.port", "http.request.method_original"),
    }
)

_service: ContextVar[str] = ContextVar("plumbline_service", default="")


def in_service(name: str) -> Context:
    """A copy of the current context in which spans belong to this service."""
    context = copy_context()
    context.run(_service.set, name)
    return context


def resource_of(service: str) -> Resource:
    """What says whose telemetry it is. OTEL_RESOURCE_ATTRIBUTES adds to it."""
    return Resource.create({"service.name": service, "service.namespace": NAMESPACE})


class Nothing(TextMapPropagator):
    """For libraries: a reader's request may carry any traceparent and baggage, and neither counts.

    What rides between our own processes is read and written by name: `plumbline_bus.tracing`.
    """

    def extract(
        self, carrier: Any, context: context_api.Context | None = None, getter: Any = None
    ) -> context_api.Context:
        """No trace and no baggage, whatever is there."""
        return context if context is not None else context_api.Context()

    def inject(
        self, carrier: Any, context: context_api.Context | None = None, setter: Any = None
    ) -> None:
        """Add none."""

    @property
    def fields(self) -> set[str]:
        """None."""
        return set()


class ServiceTracers(trace.TracerProvider):
    """A tracer provider for each service of the process, all with the same span processors."""

    def __init__(self, process: str, *, recording: bool) -> None:
        """`process` names what happens outside every service.

        Not recording, spans cost little and say nothing, but still pass their trace on. Recording,
        every one is kept, whatever an earlier process decided: sampling would lose provenance.
        """
        self.processors = SynchronousMultiSpanProcessor()  # type: ignore[no-untyped-call]
        self._process = process
        self._sampler = ALWAYS_ON if recording else ALWAYS_OFF
        self._providers: dict[str, TracerProvider] = {}
        self._lock = threading.Lock()

    def get_tracer(self, *args: Any, **kwargs: Any) -> Tracer:
        """A tracer that asks, at every span, in which service it is."""
        return ServiceTracer(lambda service: self._of(service).get_tracer(*args, **kwargs))

    def _of(self, service: str) -> TracerProvider:
        with self._lock:
            if service not in self._providers:
                self._providers[service] = TracerProvider(
                    sampler=self._sampler,
                    resource=resource_of(service or self._process),
                    active_span_processor=self.processors,
                    shutdown_on_exit=False,
                )
            return self._providers[service]


class ServiceTracer(Tracer):
    """Makes each span with the tracer of the service that makes it, and makes it discreet."""

    def __init__(self, of_service: Callable[[str], Tracer]) -> None:
        self._of_service = of_service
        self._tracers: dict[str, Tracer] = {}

    def start_span(self, *args: Any, **kwargs: Any) -> Span:
        """See `Tracer`."""
        return self._current().start_span(*args, **discreet(kwargs))

    def start_as_current_span(self, *args: Any, **kwargs: Any) -> Any:
        """See `Tracer`."""
        return self._current().start_as_current_span(*args, **discreet(kwargs))

    def _current(self) -> Tracer:
        service = _service.get()
        tracer = self._tracers.get(service)
        if tracer is None:  # two threads may both come here: both make the same
            tracer = self._tracers[service] = self._of_service(service)
        return tracer


def discreet(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a new span without what could hold words: addresses, texts of exceptions."""
    said: Mapping[str, Any] = options.get("attributes") or {}
    return {
        **options,
        "attributes": {name: value for name, value in said.items() if name not in TYPED},
        "record_exception": False,
        "set_status_on_exception": False,
    }


def set_up_traces(process: str, *processors: SpanProcessor) -> ServiceTracers:
    """Make the process's tracers. Without processors spans go nowhere, but traces are passed on."""
    provider = ServiceTracers(process, recording=bool(processors))
    for processor in processors:
        provider.processors.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    propagate.set_global_textmap(Nothing())
    return provider
