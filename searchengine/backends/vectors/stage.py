"""The semantic stage of a plan: plain values, no arrays."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SemanticStage:
    """How the first ``depth`` documents by score are ordered anew, by what they mean.

    ``model`` is the fingerprint of what made ``vector``, the query's, of unit length: only vectors
    of the same model compare with it. ``weight`` is what meaning counts beside words where
    documents are of one passage, ``margin`` how much less where words are sure of the first,
    ``spread`` the least standard deviation of cosines that counts in full, see :mod:`fusion`. All
    other documents come behind, in their order.
    """

    model: str
    vector: tuple[float, ...]
    depth: int = 100
    weight: float = 0.48
    margin: float = 1.5
    spread: float = 0.0
