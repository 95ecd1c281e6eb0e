"""Names of every metric, once, each with what it counts and what tells its series apart.

`service` is the attribute `plumbline.service`; in one process, one meter speaks for all of them.
"""

from __future__ import annotations

from typing import Final, Literal

CounterName = Literal[
    # Records done with that ended well: what a handler returned is durable, or a follower has
    # applied it. By service, topic (its lane included) and group.
    "plumbline.records.handled",
    # Records put aside into a dead letter topic. By service, topic, group and error.type: the
    # reason code.
    "plumbline.records.dead_lettered",
    # Runs that ended. By outcome: published, not_covered, withheld, failed. Counted where the
    # ending is published; a record that is delivered again counts again.
    "plumbline.questions.ended",
]

HistogramName = Literal[
    # Seconds from taking a record in hand until it is done with, waiting for a slot or for the
    # world included. OpenTelemetry's own name. By service, topic and group.
    "messaging.process.duration",
    # Seconds from the gateway's beginning to take a question until its ending, an answer or
    # another, was handed to the log. By outcome. Runs that no reader asked for are left out.
    "plumbline.question.duration",
]

GaugeName = Literal[
    # Records that a group has not committed, or a follower not applied: ends minus positions, over
    # all partitions. By service, topic and group.
    "plumbline.group.lag",
    # Leaves under the ledger's last signed checkpoint.
    "plumbline.ledger.size",
]

UNITS: Final[dict[str, str]] = {
    "plumbline.records.handled": "{record}",
    "plumbline.records.dead_lettered": "{record}",
    "plumbline.questions.ended": "{question}",
    "messaging.process.duration": "s",
    "plumbline.question.duration": "s",
    "plumbline.group.lag": "{record}",
    "plumbline.ledger.size": "{leaf}",
}

# Attributes of metrics; those of records are OpenTelemetry's messaging names.
SERVICE: Final = "plumbline.service"
TOPIC: Final = "messaging.destination.name"
GROUP: Final = "messaging.consumer.group.name"
ERROR: Final = "error.type"
OUTCOME: Final = "outcome"
