"""Walks message descriptors, so that no private field can ride on a public topic by accident."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from plumbline.common.v1 import options_pb2

FORBIDDEN = {"google.protobuf.Any", "google.protobuf.Struct", "google.protobuf.Value"}


class SensitivityError(TypeError):
    """A message says too little about its fields, or holds what a public topic may not carry."""


def fields(message: Descriptor) -> Iterator[FieldDescriptor]:
    """Every field reachable from a message, through sub-messages and typed bytes, each once."""
    seen: set[str] = set()
    todo = [message]
    while todo:
        current = todo.pop()
        if current.full_name in seen:
            continue
        seen.add(current.full_name)
        for field in current.fields:
            yield field
            if field.message_type is not None:
                todo.append(field.message_type)
            elif field.type == FieldDescriptor.TYPE_BYTES and "/" not in _content_type(field):
                todo.append(_message_named(_content_type(field), field))


def refuse_phi(messages: Iterable[Descriptor]) -> None:
    """Raise SensitivityError if a reachable field is PHI, untyped, or hides its own fields."""
    for message in messages:
        for field in fields(message):
            sensitivity = field.GetOptions().Extensions[options_pb2.sensitivity]
            if sensitivity == options_pb2.SENSITIVITY_PHI:
                raise SensitivityError(
                    f"{message.full_name} reaches {field.full_name}, which is PHI"
                )
            if field.message_type is not None and field.message_type.full_name in FORBIDDEN:
                raise SensitivityError(
                    f"{field.full_name} is {field.message_type.full_name}: it hides its fields"
                )


def _content_type(field: FieldDescriptor) -> str:
    content_type = str(field.GetOptions().Extensions[options_pb2.content_type])
    if not content_type:
        raise SensitivityError(f"{field.full_name} is bytes and does not name its content type")
    return content_type


def _message_named(name: str, field: FieldDescriptor) -> Descriptor:
    try:
        found: Descriptor = descriptor_pool.Default().FindMessageTypeByName(name)
    except KeyError as error:
        raise SensitivityError(
            f"{field.full_name} names an unknown content type {name!r}"
        ) from error
    return found
