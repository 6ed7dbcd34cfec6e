"""One score of words and meaning: what it depends on, and what not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from searchengine.backends.vectors.fusion import fused
from searchengine.backends.vectors.stage import SemanticStage

STAGE = SemanticStage("mau", (1.0,), weight=0.5)
LEXICAL = np.array([4.0, 3.0, 2.0])
COSINES = np.array([0.80, 0.86, 0.83])


def test_a_standard_deviation_is_worth_a_part_of_the_best_score() -> None:
    added = fused(LEXICAL, COSINES, STAGE) - LEXICAL
    assert added.mean() == pytest.approx(0)
    assert added.std() == pytest.approx(0.5 * 4)
    assert added.argsort().tolist() == COSINES.argsort().tolist()


def test_it_matters_neither_how_far_a_model_spreads_nor_how_large_scores_are() -> None:
    expected = fused(LEXICAL, COSINES, STAGE)
    assert fused(LEXICAL, 5 * COSINES - 4, STAGE) == pytest.approx(expected)
    assert fused(10 * LEXICAL, COSINES, STAGE) == pytest.approx(10 * expected)


def test_cosines_that_lie_close_together_say_less() -> None:
    wide = fused(LEXICAL, COSINES, replace(STAGE, spread=10 * COSINES.std())) - LEXICAL
    assert wide == pytest.approx((fused(LEXICAL, COSINES, STAGE) - LEXICAL) / 10)
    narrow = fused(LEXICAL, COSINES, replace(STAGE, spread=COSINES.std() / 10))
    assert narrow == pytest.approx(fused(LEXICAL, COSINES, STAGE))


def test_a_document_without_vectors_keeps_its_score() -> None:
    cosines = np.array([0.80, np.nan, 0.83])
    found = fused(LEXICAL, cosines, STAGE)
    assert found[1] == LEXICAL[1]
    assert found[2] > LEXICAL[2]


@pytest.mark.parametrize("cosines", [[np.nan] * 3, [0.8] * 3, [np.nan, 0.8, np.nan]])
def test_cosines_that_say_nothing_change_nothing(cosines: list[float]) -> None:
    assert fused(LEXICAL, np.array(cosines), STAGE).tolist() == LEXICAL.tolist()
