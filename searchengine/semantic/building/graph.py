"""The network of the weights as a graph of ONNX, in numbers of 8 bits where most of the work is.

Matrices are int8 with a scale a column. What is multiplied with them is uint8 with a scale that
was measured once (``ranges``), not with one of the batch at hand, so that a vector is the same
whatever runs beside it. Some of its columns are far larger than all others: part of that is moved
into the matrix first (Xiao and others, SmoothQuant, 2023), and the largest are left in float32
(Dettmers and others, LLM.int8(), 2022). Texts run one at a time, so that nothing need be masked.
Uses operators of ONNX Runtime (``com.microsoft``), which no other runtime has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from searchengine.semantic.building.weights import Weights

#: The smallest and the largest numbers that a matrix was multiplied with, by the value's name:
#: float32[columns], float32[columns].
Ranges = Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]

#: Columns of the wide states that are multiplied in float32: with none of them apart the cosine of
#: two texts is off by 0.004 instead of 0.0015.
APART = 8
_OPSET, _IR_VERSION = 18, 9
_ORT = "com.microsoft"


class Graph:
    """A network in the making: nodes in the order in which they run, and its constants."""

    def __init__(self, weights: Weights, kept: Sequence[int], ranges: Ranges | None = None) -> None:
        """Write the network for the ``kept`` pieces; in float32 without ``ranges``."""
        self._weights = weights
        self._ranges = ranges
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        #: The values that matrices are multiplied with, whose ranges are to be measured.
        self.multiplied: list[str] = []
        last = self._network(kept)
        self._result = self._node("Identity", [last], "last_hidden_state")

    def model(self) -> ModelProto:
        """Return the model; without ranges the values that are multiplied are outputs too."""
        shape = ["batch", "tokens"]
        inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, shape)]
        width: list[str | int | None] = [*shape, self._weights.width]
        outputs = [helper.make_tensor_value_info(self._result, TensorProto.FLOAT, width)]
        if self._ranges is None:
            for name in self.multiplied:
                outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
        graph = helper.make_graph(self._nodes, "sentences", inputs, outputs, self._constants)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_ORT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)

    def _network(self, kept: Sequence[int]) -> str:
        weights = self._weights
        state = self._embedded(kept)
        for layer in range(weights.layers):
            state = self._layer(f"l{layer}.", state)
        return state

    def _embedded(self, kept: Sequence[int]) -> str:
        """The vectors of pieces and of places together."""
        weights = self._weights
        # Codes of four bits times a scale: half precision loses next to nothing of them.
        rows = self._constant("pieces", weights.matrix("emb.word")[kept].astype(np.float16))
        places = weights.matrix("emb.pos") + weights.matrix("emb.type")[0]
        halves = self._node("Gather", [rows, "input_ids"], "piece_rows")
        pieces = self._node("Cast", [halves], "piece_states", to=TensorProto.FLOAT)
        count = self._node("Shape", ["input_ids"], "count", start=1, end=2)
        begin = self._constant("begin", np.array([0], np.int64))
        rows = self._constant("places", places)
        placed = self._node("Slice", [rows, begin, count, begin], "place_rows")
        return self._added("embedded", pieces, placed, "emb.ln")

    def _layer(self, at: str, state: str) -> str:
        width, inner = self._weights.width, self._weights.inner
        parts = [f"{at}{one}" for one in "qkv"]
        asked = self._multiplied(f"{at}asked", state, parts, width)
        self._nodes.append(helper.make_node("Split", [asked], parts, axis=-1, num_outputs=3))
        seen = self._node(
            "MultiHeadAttention", parts, f"{at}seen", _ORT, num_heads=self._weights.heads
        )
        told = self._multiplied(f"{at}told", seen, [f"{at}ao"], width)
        state = self._added(f"{at}first", state, told, f"{at}aln")
        wide = self._multiplied(f"{at}wide", state, [f"{at}fi"], width)
        bent = self._node("Gelu", [wide], f"{at}bent", _ORT)
        narrow = self._multiplied(f"{at}narrow", bent, [f"{at}fo"], inner)
        return self._added(f"{at}second", state, narrow, f"{at}oln")

    def _added(self, name: str, state: str, change: str, norm: str) -> str:
        both = self._node("Add", [state, change], f"{name}.sum")
        names = [self._tensor(f"{norm}.w"), self._tensor(f"{norm}.b")]
        return self._node(
            "LayerNormalization", [both, *names], name, axis=-1, epsilon=self._weights.epsilon
        )

    def _multiplied(self, name: str, value: str, parts: Sequence[str], inner: int) -> str:
        """``value`` times the matrices of ``parts`` beside each other, and their biases added."""
        tensors = self._weights.tensors
        rows = np.concatenate([tensors[f"{one}.w"].reshape(-1, inner) for one in parts])
        bias = self._constant(
            f"{name}.bias", np.concatenate([tensors[f"{one}.b"] for one in parts])
        )
        self.multiplied.append(value)
        if self._ranges is None:
            matrix = self._constant(f"{name}.matrix", np.ascontiguousarray(rows.T))
            product = self._node("MatMul", [value, matrix], f"{name}.product")
            return self._node("Add", [product, bias], name)
        low, high = (bound.copy() for bound in self._ranges[value])
        if inner == self._weights.width:
            return self._in_integers(name, value, rows, bias, low, high)
        # Behind the bend a few columns stand out: they are multiplied as they are.
        apart = np.sort(np.argsort(np.minimum(low, -high), kind="stable")[:APART])
        matrix = self._constant(f"{name}.apart_matrix", np.ascontiguousarray(rows[:, apart].T))
        rows[:, apart] = low[apart] = high[apart] = 0
        rest = self._in_integers(f"{name}.rest", value, rows, bias, low, high)
        numbers = self._constant(f"{name}.apart", apart)
        column = self._node("Gather", [value, numbers], f"{name}.apart_columns", axis=-1)
        product = self._node("MatMul", [column, matrix], f"{name}.apart_product")
        return self._node("Add", [rest, product], name)

    def _in_integers(
        self,
        name: str,
        value: str,
        rows: NDArray[np.float32],
        bias: str,
        low: NDArray[np.float32],
        high: NDArray[np.float32],
    ) -> str:
        """The same in integers, for a value whose columns lie between ``low`` and ``high``."""
        largest = np.maximum(np.abs(low), np.abs(high))
        moved = np.sqrt(np.maximum(largest, 1e-6) / np.maximum(np.abs(rows).max(axis=0), 1e-6))
        value = self._node(
            "Mul", [value, self._constant(f"{name}.smooth", 1 / moved)], f"{name}.smoothed"
        )
        rows = rows * moved
        scales = np.maximum(np.abs(rows).max(axis=1) / 127, 1e-12).astype(np.float32)
        codes = np.rint(rows / scales[:, None]).astype(np.int8)
        lowest = min(0.0, float((low / moved).min()))
        step = np.float32(max((float((high / moved).max()) - lowest) / 255, 1e-12))
        zero = np.uint8(round(-lowest / step))
        matrix = self._constant(f"{name}.matrix", np.ascontiguousarray(codes.T))
        of_value = self._constant(f"{name}.step", step), self._constant(f"{name}.zero", zero)
        of_matrix = (
            self._constant(f"{name}.scales", scales),
            self._constant(f"{name}.zeros", np.zeros(len(scales), np.int8)),
        )
        narrow = self._node("QuantizeLinear", [value, *of_value], f"{name}.codes")
        return self._node(
            "MatMulIntegerToFloat",
            [narrow, matrix, of_value[0], of_matrix[0], of_value[1], of_matrix[1], bias],
            name,
            _ORT,
        )

    def _tensor(self, name: str) -> str:
        return self._constant(name, self._weights.tensors[name])

    def _constant(self, name: str, value: NDArray[Any] | np.generic) -> str:
        self._constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def _node(
        self, kind: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: Any
    ) -> str:
        self._nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output
