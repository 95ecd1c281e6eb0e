"""The graph of all-MiniLM-L6-v2 without its weights: python -m plumbline_retrieval.minilm_graph

Needs the package `onnx`, which is a developer's tool; running the service needs only the file that
this writes. Weights keep the names they have in the safetensors file and are handed over when a
session is made (`embed.py`). Standard operators of opset 20 only, fp32. Source of the architecture:
the model's own `config.json` (BERT, 6 layers, 12 heads, hidden size 384, GELU); mean, L2 norm.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from onnx import TensorProto, helper, numpy_helper

GRAPH_FILE: Final = Path(__file__).with_name("minilm.onnx")

LAYERS: Final = 6
HEADS: Final = 12
HIDDEN: Final = 384
INNER: Final = 1536
VOCABULARY: Final = 30522
POSITIONS: Final = 512
EPSILON: Final = 1e-12  # layer_norm_eps of the model's config.json
MASKED: Final = -1e8  # added to the score of a padding token: softmax makes it exactly 0


class Graph:
    """Nodes and initialisers as they are written down; every value is named by who makes it."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []

    def constant(self, name: str, value: Any) -> str:
        """A small constant that stands in the file."""
        self.initializers.append(numpy_helper.from_array(np.array(value), name))
        return name

    def weight(self, name: str, *shape: int) -> str:
        """A weight that is not in the file: it is handed over under this name."""
        tensor = TensorProto(name=name, dims=shape, data_type=TensorProto.FLOAT)
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="model.safetensors")
        self.initializers.append(tensor)
        return name

    def node(self, kind: str, inputs: list[str], name: str, **attributes: Any) -> str:
        """One operator; its only output carries its name."""
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def linear(self, value: str, prefix: str, rows: int, columns: int) -> str:
        """value × weightᵀ + bias, as the safetensors file keeps them: weight is [rows, columns]."""
        weight = self.weight(f"{prefix}.weight", rows, columns)
        turned = self.node("Transpose", [weight], f"{prefix}.turned", perm=[1, 0])
        product = self.node("MatMul", [value, turned], f"{prefix}.product")
        return self.node("Add", [product, self.weight(f"{prefix}.bias", rows)], f"{prefix}.out")

    def norm(self, value: str, prefix: str) -> str:
        """Layer normalisation over the last axis."""
        gain = self.weight(f"{prefix}.weight", HIDDEN)
        bias = self.weight(f"{prefix}.bias", HIDDEN)
        return self.node(
            "LayerNormalization", [value, gain, bias], f"{prefix}.out", axis=-1, epsilon=EPSILON
        )


def embeddings(graph: Graph) -> str:
    """input_ids → word + position + type 0 embeddings, normalised."""
    words = graph.weight("embeddings.word_embeddings.weight", VOCABULARY, HIDDEN)
    places = graph.weight("embeddings.position_embeddings.weight", POSITIONS, HIDDEN)
    kinds = graph.weight("embeddings.token_type_embeddings.weight", 2, HIDDEN)
    shape = graph.node("Shape", ["input_ids"], "shape", start=1)  # [sequence length]
    place = graph.node("Slice", [places, "zero", shape, "zero"], "place")
    kind = graph.node("Gather", [kinds, graph.constant("kind.index", np.int64(0))], "kind")
    word = graph.node("Gather", [words, "input_ids"], "word")
    placed = graph.node("Add", [place, kind], "placed")
    total = graph.node("Add", [word, placed], "embedded")
    return graph.norm(total, "embeddings.LayerNorm")


def attention(graph: Graph, value: str, prefix: str) -> str:
    """Self-attention with the residual and its norm."""
    parts = {}
    for part in ("query", "key", "value"):
        out = graph.linear(value, f"{prefix}.self.{part}", HIDDEN, HIDDEN)
        heads = graph.node("Reshape", [out, "heads"], f"{prefix}.{part}.heads")
        order = [0, 2, 3, 1] if part == "key" else [0, 2, 1, 3]
        parts[part] = graph.node("Transpose", [heads], f"{prefix}.{part}", perm=order)
    scores = graph.node("MatMul", [parts["query"], parts["key"]], f"{prefix}.scores")
    scaled = graph.node("Mul", [scores, "scale"], f"{prefix}.scaled")
    masked = graph.node("Add", [scaled, "padding"], f"{prefix}.masked")
    chances = graph.node("Softmax", [masked], f"{prefix}.chances", axis=-1)
    mixed = graph.node("MatMul", [chances, parts["value"]], f"{prefix}.mixed")
    joined = graph.node("Transpose", [mixed], f"{prefix}.joined", perm=[0, 2, 1, 3])
    flat = graph.node("Reshape", [joined, "flat"], f"{prefix}.flat")
    dense = graph.linear(flat, f"{prefix}.output.dense", HIDDEN, HIDDEN)
    total = graph.node("Add", [dense, value], f"{prefix}.total")
    return graph.norm(total, f"{prefix}.output.LayerNorm")


def feed_forward(graph: Graph, value: str, prefix: str) -> str:
    """The two dense layers with the residual and its norm."""
    inner = graph.linear(value, f"{prefix}.intermediate.dense", INNER, HIDDEN)
    active = graph.node("Gelu", [inner], f"{prefix}.active")
    outer = graph.linear(active, f"{prefix}.output.dense", HIDDEN, INNER)
    total = graph.node("Add", [outer, value], f"{prefix}.total")
    return graph.norm(total, f"{prefix}.output.LayerNorm")


def constants(graph: Graph) -> None:
    """What several nodes share, and the mask as a number added to every score."""
    graph.constant("zero", np.array([0], np.int64))
    graph.constant("one", np.array([1], np.int64))
    graph.constant("heads", np.array([0, 0, HEADS, HIDDEN // HEADS], np.int64))
    graph.constant("flat", np.array([0, 0, HIDDEN], np.int64))
    graph.constant("scale", np.float32(1 / np.sqrt(HIDDEN // HEADS)))
    graph.constant("keep", np.float32(1))
    graph.constant("masked", np.float32(MASKED))
    graph.constant("axes", np.array([1, 2], np.int64))
    mask = graph.node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    wide = graph.node("Unsqueeze", [mask, "axes"], "mask.wide")
    absent = graph.node("Sub", ["keep", wide], "mask.absent")
    graph.node("Mul", [absent, "masked"], "padding")


def build() -> bytes:
    """The graph as the bytes of an ONNX file. The same bytes each time."""
    graph = Graph()
    constants(graph)
    value = embeddings(graph)
    for layer in range(LAYERS):
        value = attention(graph, value, f"encoder.layer.{layer}.attention")
        value = feed_forward(graph, value, f"encoder.layer.{layer}")
    # The mean's 1/n cancels in the L2 norm, so a sum over the tokens that are there is enough.
    row = graph.node("Unsqueeze", ["mask", "one"], "mask.row")
    summed = graph.node("MatMul", [row, value], "summed")
    pooled = graph.node("Squeeze", [summed, "one"], "pooled")
    graph.node("LpNormalization", [pooled], "embedding", axis=-1, p=2)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", HIDDEN])
    model = helper.make_model(
        helper.make_graph(graph.nodes, "minilm", inputs, [output], graph.initializers),
        producer_name="plumbline",
        opset_imports=[helper.make_opsetid("", 20)],
        ir_version=9,
    )
    return bytes(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    GRAPH_FILE.write_bytes(build())
