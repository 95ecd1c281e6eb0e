"""Names of span attributes, once: others' conventions as they stood when read, then our own.

Messaging names are in `plumbline_bus.tracing`, where those spans are made. No value under any of
these names is a word of a question, a passage or a record: ids, digests, counts and codes only.
"""

from __future__ import annotations

from typing import Final

# OpenTelemetry GenAI semantic conventions, status "Development" (read with semconv 1.42.0).
OPERATION: Final = "gen_ai.operation.name"
PROVIDER: Final = "gen_ai.provider.name"
REQUEST_MODEL: Final = "gen_ai.request.model"  # viewers show this one: it carries the digest too
RESPONSE_MODEL: Final = "gen_ai.response.model"
DATA_SOURCE: Final = "gen_ai.data_source.id"
TOP_K: Final = "gen_ai.retrieval.top_k"
DOCUMENTS: Final = "gen_ai.retrieval.documents"  # JSON: [{"id", "score"}]
EVALUATION: Final = "gen_ai.evaluation.result"  # name of an event on the span that is evaluated
EVALUATION_NAME: Final = "gen_ai.evaluation.name"
EVALUATION_LABEL: Final = "gen_ai.evaluation.score.label"

# OpenInference 0.1: what kind of step a viewer shows, and where it looks for documents.
SPAN_KIND: Final = "openinference.span.kind"  # CHAIN, RETRIEVER, LLM, GUARDRAIL
RETRIEVED: Final = "retrieval.documents"  # then .<i>.document.id and .<i>.document.score
OUTPUT: Final = "output.value"  # JSON; viewers that read no document list show this
OUTPUT_TYPE: Final = "output.mime_type"

# OpenTelemetry RPC conventions, status "Development" (read with semconv 1.44.0).
RPC_SYSTEM: Final = "rpc.system.name"
RPC_METHOD: Final = "rpc.method"  # package.Service/Method
RPC_STATUS: Final = "rpc.response.status_code"  # OK, NOT_FOUND, …

ERROR: Final = "error.type"  # a reason code, or the name of an exception: never its text

# Ours: what none of them has.
ANSWER_ID: Final = "plumbline.answer.id"
REVISION: Final = "plumbline.answer.revision"
REASON: Final = "plumbline.reason_code"  # why there is no answer
PASSAGE_IDS: Final = "plumbline.passage.ids"  # occurrence ids, best first
PASSAGE_DIGESTS: Final = "plumbline.passage.digests"  # SHA-256 of their texts, in the same order
RETRIEVAL_MODE: Final = "plumbline.retrieval.mode"
MODEL_DIGEST: Final = "plumbline.model.digest"  # SHA-256 of a model's weights
EVIDENCE: Final = "plumbline.evidence.count"
CLAIMS: Final = "plumbline.claims.count"
QUESTION_TYPE: Final = "plumbline.question.type"
VERDICT: Final = "plumbline.review.verdict"
POLICY: Final = "plumbline.review.policy_sha256"
LEDGER_INDEX: Final = "plumbline.ledger.index"
CONTENT_DIGEST: Final = "plumbline.content.sha256"
