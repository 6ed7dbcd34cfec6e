"""Vectors of the passages of documents, and how near they come to a query's.

A number of a vector is an ``int8`` code times the scale of its passage. Vectors are of about unit
length, so that the product of two is their cosine.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.vectors.stage import SemanticStage
from searchengine.document import Document
from searchengine.errors import InputError

Floats = NDArray[np.float64]

#: So many of a document's passages, the nearest ones, say together what it is about.
FEW = 4


@dataclass(frozen=True, slots=True, eq=False)
class PassageVectors:
    """The vectors of one document's passages: int8[passages, dimensions], float32[passages].

    ``spans``, int32[passages, 2], are the first character of each passage in the document's text
    and the one after its last. A document without a text has no passages.
    """

    codes: NDArray[np.int8]
    scales: NDArray[np.float32]
    spans: NDArray[np.int32]

    def __post_init__(self) -> None:
        count = len(self.scales)
        shapes = self.scales.shape, self.codes.shape[:1], self.spans.shape
        if self.codes.ndim != 2 or shapes != ((count,), (count,), (count, 2)):
            raise InputError(f"these are not the vectors of {count} passages: one each is needed")
        types = self.codes.dtype, self.scales.dtype, self.spans.dtype
        if types != (np.dtype(np.int8), np.dtype(np.float32), np.dtype(np.int32)):
            raise InputError("vectors are int8 codes with float32 scales and int32 spans")
        if not (np.isfinite(self.scales).all() and (self.spans[:, 0] <= self.spans[:, 1]).all()):
            raise InputError("a scale is a finite number, and a passage ends behind its beginning")

    def __len__(self) -> int:
        return len(self.scales)


@dataclass(frozen=True, slots=True)
class VectorModel:
    """What made vectors: its ``fingerprint``, which no other model has, and how long they are."""

    fingerprint: str
    dimensions: int

    def check(self, vectors: PassageVectors) -> None:
        """Raise :class:`InputError` for vectors that are longer or shorter than the model's."""
        found = vectors.codes.shape[1]
        if found != self.dimensions:
            raise InputError(
                f"vectors of {found} numbers are not of this model, which makes {self.dimensions}"
            )


class Nearest(NamedTuple):
    """How near some documents come to a query, and which of their passages comes nearest.

    ``cosines``: float64[documents], NaN for one without passages, else the mean of that of its best
    passage (half), of its first, and of the ``FEW`` best; ``places``: int64[documents], where the
    best passage stands among those that were looked at, -1 without any.
    """

    cosines: Floats
    places: NDArray[np.int64]


def nearest(
    codes: NDArray[np.int8],
    scales: NDArray[np.float32],
    counts: NDArray[np.int64],
    stage: SemanticStage,
) -> Nearest:
    """Return how near documents come that have so many passages each, one after the other."""
    cosines, places = np.full(len(counts), np.nan), np.full(len(counts), -1)
    having = np.flatnonzero(counts)
    if len(having):
        # Each row by itself: a product of matrices rounds otherwise beside other documents.
        found = np.einsum("ij,j->i", codes.astype(np.float64), np.array(stage.vector)) * scales
        sizes = counts[having]
        starts = np.cumsum(sizes) - sizes
        owners = np.repeat(np.arange(len(having)), sizes)
        # The passages of each document, best first; of passages that come as near the first.
        order = np.lexsort((-found, owners))
        ranks = np.arange(len(found)) - starts[owners]
        few = np.add.reduceat(np.where(ranks < FEW, found[order], 0.0), starts)
        best = order[starts]
        places[having] = best
        cosines[having] = found[best] / 2 + found[starts] / 4 + few / np.minimum(sizes, FEW) / 4
    return Nearest(cosines, places)


def check_passages(vectors: PassageVectors, id_: str, characters: int) -> None:
    """Raise :class:`InputError` for passages that do not lie in a text of so many characters."""
    spans = vectors.spans
    if spans.size and not 0 <= spans.min() <= spans.max() <= characters:
        raise InputError(f"a passage lies outside of the text of {id_!r}")


def check_stage(stage: SemanticStage, model: VectorModel | None) -> None:
    """Raise :class:`InputError` unless an index with vectors of ``model`` can answer ``stage``."""
    if model is None:
        raise InputError(
            "the index has no vectors: make them with 'searchengine embed --model DIR', or search "
            "without --semantic"
        )
    if stage.model != model.fingerprint:
        raise InputError(
            f"the vectors of the index are of the model {model.fingerprint}, the query's of "
            f"{stage.model}: search with that model, or make the vectors anew with "
            "'searchengine embed --model DIR --replace'"
        )
    if len(stage.vector) != model.dimensions:
        raise InputError(
            f"the query's vector has {len(stage.vector)} numbers, those of the index "
            f"{model.dimensions}: search with the model that made them"
        )


def check_model(model: VectorModel, before: VectorModel | None, replace: bool) -> None:
    """Raise :class:`InputError` unless vectors of ``model`` may be put where ``before``'s are."""
    if before not in (None, model) and not replace:
        raise InputError(
            f"the vectors of the index are of another model ({before.fingerprint if before else ''}"
            f", not {model.fingerprint}): name that model with --model DIR, or make all vectors "
            "anew with --replace"
        )


def text_hash(document: Document) -> int:
    """Return 64 bits that tell the title and the text of a document from others."""
    told = f"{document.title}\0{document.text}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(told, digest_size=8).digest(), "little")
