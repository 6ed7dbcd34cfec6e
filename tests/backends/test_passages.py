"""Vectors of passages: what can be some, and how near they come to a query."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from searchengine.backends.vectors.passages import PassageVectors, nearest
from searchengine.backends.vectors.stage import SemanticStage
from searchengine.errors import InputError

GOOD: dict[str, Any] = {
    "codes": np.zeros((2, 3), np.int8),
    "scales": np.ones(2, np.float32),
    "spans": np.array([[0, 4], [4, 4]], np.int32),
}


def test_as_many_of_each_are_vectors_and_none_are_too() -> None:
    assert len(PassageVectors(**GOOD)) == 2
    assert len(PassageVectors(**{name: one[:0] for name, one in GOOD.items()})) == 0


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"codes": np.zeros((3, 3), np.int8)}, "not the vectors of 2 passages"),
        ({"codes": np.zeros(2, np.int8)}, "not the vectors of 2 passages"),
        ({"spans": np.zeros((2, 3), np.int32)}, "not the vectors of 2 passages"),
        ({"codes": np.zeros((2, 3))}, "int8 codes"),
        ({"scales": np.ones(2)}, "float32 scales"),
        ({"scales": np.array([1, np.nan], np.float32)}, "finite number"),
        ({"spans": np.array([[0, 4], [4, 3]], np.int32)}, "ends behind its beginning"),
    ],
)
def test_anything_else_is_refused(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        PassageVectors(**{**GOOD, **changed})


def test_documents_without_passages_are_not_near() -> None:
    stage = SemanticStage("mau", (1.0, 0.0))
    codes = np.array([[1, 9], [3, 9], [3, 0]], np.int8)
    found = nearest(codes, np.ones(3, np.float32), np.array([0, 3, 0]), stage)
    assert found.places.tolist() == [-1, 1, -1]
    assert np.isnan(found.cosines).tolist() == [True, False, True]
    nothing = nearest(codes[:0], np.ones(0, np.float32), np.array([0, 0]), stage)
    assert nothing.places.tolist() == [-1, -1]
