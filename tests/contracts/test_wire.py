"""Golden bytes: what was written yesterday still says the same today."""

import json
from pathlib import Path

import pytest
from google.protobuf import json_format

from plumbline.topics import TOPICS, Topic

GOLDEN = Path(__file__).parent / "golden.json"


def _filled(topic: Topic) -> object:  # type: ignore[type-arg]
    message = topic.message()
    _fill(message, 0)
    return message


def _fill(message, depth: int) -> None:  # type: ignore[no-untyped-def]
    for field in message.DESCRIPTOR.fields:
        if field.containing_oneof and message.WhichOneof(field.containing_oneof.name):
            continue
        _set(message, field, depth)


def _set(message, field, depth: int) -> None:  # type: ignore[no-untyped-def]
    values = {9: field.name, 12: field.name.encode(), 13: field.number, 4: field.number, 8: True}
    values |= {14: 1, 1: 0.5}
    holder = getattr(message, field.name)
    if field.type != field.TYPE_MESSAGE:
        if field.is_repeated:
            holder.append(values[field.type])
        else:
            setattr(message, field.name, values[field.type])
    elif field.message_type.GetOptions().map_entry:
        holder["key"] = "value"
    elif depth < 6:
        _fill(holder.add() if field.is_repeated else holder, depth + 1)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda t: t.name)
def test_yesterdays_bytes_still_decode_to_the_same_words(topic: Topic) -> None:  # type: ignore[type-arg]
    golden = json.loads(GOLDEN.read_text())[topic.name]
    message = topic.message.FromString(bytes.fromhex(golden["bytes"]))
    assert json_format.MessageToDict(message) == golden["words"]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda t: t.name)
def test_a_reader_keeps_fields_it_does_not_know(topic: Topic) -> None:  # type: ignore[type-arg]
    golden = bytes.fromhex(json.loads(GOLDEN.read_text())[topic.name]["bytes"])
    newer = golden + b"\xf2\xff\x03\x01x"  # field 8190, a string: a newer writer's
    assert b"\xf2\xff\x03\x01x" in topic.message.FromString(newer).SerializeToString()


def write() -> None:
    """Write the golden file; by hand, with a changelog line, when a message changes on purpose."""
    golden = {}
    for topic in TOPICS:
        message = _filled(topic)
        golden[topic.name] = {
            "bytes": message.SerializeToString(deterministic=True).hex(),  # type: ignore[attr-defined]
            "words": json_format.MessageToDict(message),  # type: ignore[arg-type]
        }
    GOLDEN.write_text(json.dumps(golden, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    write()
