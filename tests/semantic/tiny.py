"""A model as small as can be, for tests: a word a piece, made without any download."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from searchengine.semantic.building.package import write_model
from searchengine.semantic.building.weights import Weights

WORDS = (
    "query: passage: chó cún mèo nhà trường học sinh đi xe máy mua cơm phở ăn ngon mưa nắng trời"
    " đường phố bệnh viện thuốc"
).split()
WIDTH, INNER, LONGEST = 32, 64, 64


def tiny_weights(
    words: Sequence[str] = WORDS, alike: Mapping[str, str] | None = None, seed: int = 1
) -> Weights:
    """A network that hardly changes what its words stand for; ``alike`` words stand for the same.

    Letters are pieces too, so nothing is unknown.
    """
    random = np.random.default_rng(seed)
    letters = sorted({*"".join(words), *"abcdefghijklmnopqrstuvwxyz0123456789.,▁"})
    whole = [f"▁{word}" for word in words]
    pieces = ["<s>", "</s>", "<unk>", *whole, *letters]
    scores = [0.0, 0.0, 0.0, *(-3.0 for _ in whole), *(-9.0 for _ in letters)]
    rows = random.normal(size=(len(pieces), WIDTH)).astype(np.float32)
    for word, other in (alike or {}).items():
        rows[pieces.index(f"▁{word}")] = rows[pieces.index(f"▁{other}")]
    tensors = {"emb.word": rows.reshape(-1)}

    def small(count: int) -> np.ndarray:
        return (random.normal(size=count) * 0.02).astype(np.float32)

    tensors["emb.pos"], tensors["emb.type"] = small(LONGEST * WIDTH), small(2 * WIDTH)
    norms = ["emb.ln", "l0.aln", "l0.oln"]
    for name in norms:
        tensors[f"{name}.w"] = np.ones(WIDTH, np.float32)
        tensors[f"{name}.b"] = np.zeros(WIDTH, np.float32)
    sizes = {"q": WIDTH, "k": WIDTH, "v": WIDTH, "ao": WIDTH, "fi": INNER, "fo": INNER}
    for name, size in sizes.items():
        tensors[f"l0.{name}.w"] = small(size * WIDTH)
        tensors[f"l0.{name}.b"] = small(INNER if name == "fi" else WIDTH)
    return Weights(WIDTH, 1, 2, INNER, LONGEST, 1e-12, pieces, scores, (0, 1, 2), tensors)


def tiny_model(folder: Path, alike: Mapping[str, str] | None = None, seed: int = 1) -> Path:
    """Make a tiny model in ``folder`` and return it."""
    weights = tiny_weights(alike=alike, seed=seed)
    write_model(folder, weights, range(len(weights.pieces)))
    return folder
