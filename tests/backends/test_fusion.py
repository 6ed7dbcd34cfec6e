"""One score of words and meaning: what it depends on, and what not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from searchengine.backends.vectors.fusion import fused
from searchengine.backends.vectors.passages import Nearest, nearest
from searchengine.backends.vectors.stage import SemanticStage

STAGE = SemanticStage("mau", (1.0,), weight=0.5, margin=0.0)
LEXICAL = np.array([4.0, 3.0, 2.0])
COSINES = np.array([0.80, 0.86, 0.83])


def score(
    lexical: NDArray[np.float64],
    cosines: NDArray[np.float64],
    stage: SemanticStage,
    passages: Sequence[int] = (1, 1, 1),
) -> NDArray[np.float64]:
    return fused(lexical, cosines, np.array(passages[: len(lexical)]), stage)


def test_a_standard_deviation_is_worth_a_part_of_the_best_score() -> None:
    added = score(LEXICAL, COSINES, STAGE) - LEXICAL
    assert added.mean() == pytest.approx(0)
    assert added.std() == pytest.approx(0.5 * 4)
    assert added.argsort().tolist() == COSINES.argsort().tolist()


def test_it_matters_neither_how_far_a_model_spreads_nor_how_large_scores_are() -> None:
    expected = score(LEXICAL, COSINES, STAGE)
    assert score(LEXICAL, 5 * COSINES - 4, STAGE) == pytest.approx(expected)
    assert score(10 * LEXICAL, COSINES, STAGE) == pytest.approx(10 * expected)


def test_cosines_that_lie_close_together_say_less() -> None:
    wide = score(LEXICAL, COSINES, replace(STAGE, spread=10 * COSINES.std())) - LEXICAL
    assert wide == pytest.approx((score(LEXICAL, COSINES, STAGE) - LEXICAL) / 10)
    narrow = score(LEXICAL, COSINES, replace(STAGE, spread=COSINES.std() / 10))
    assert narrow == pytest.approx(score(LEXICAL, COSINES, STAGE))


def test_a_document_without_vectors_keeps_its_score() -> None:
    cosines = np.array([0.80, np.nan, 0.83])
    found = score(LEXICAL, cosines, STAGE)
    assert found[1] == LEXICAL[1]
    assert found[2] > LEXICAL[2]


@pytest.mark.parametrize("cosines", [[np.nan] * 3, [0.8] * 3, [np.nan, 0.8, np.nan]])
def test_cosines_that_say_nothing_change_nothing(cosines: list[float]) -> None:
    assert score(LEXICAL, np.array(cosines), STAGE).tolist() == LEXICAL.tolist()


def test_meaning_says_less_where_words_are_sure_of_the_first() -> None:
    stage = replace(STAGE, margin=2.0)
    plain = score(LEXICAL, COSINES, STAGE) - LEXICAL
    assert score(LEXICAL, COSINES, stage) - LEXICAL == pytest.approx(plain * np.exp(-2 / 4))
    level = np.array([4.0, 4.0, 2.0])
    assert score(level, COSINES, stage) == pytest.approx(score(level, COSINES, STAGE))
    assert score(LEXICAL[:1], COSINES[:1], stage).tolist() == [4.0]


def test_meaning_says_less_where_documents_are_long() -> None:
    plain = score(LEXICAL, COSINES, STAGE) - LEXICAL
    long = score(LEXICAL, COSINES, STAGE, passages=(2, 4, 6)) - LEXICAL
    assert long == pytest.approx(plain / 2)
    cosines = np.array([0.80, np.nan, 0.83])
    without = score(LEXICAL, cosines, STAGE, passages=(3, 0, 5)) - LEXICAL
    assert without == pytest.approx((score(LEXICAL, cosines, STAGE) - LEXICAL) / 2)


def near(stage: SemanticStage, counts: list[int], cosines: list[float]) -> Nearest:
    codes = np.round(100 * np.array(cosines)[:, None]).astype(np.int8)
    return nearest(codes, np.full(len(cosines), 0.01, np.float32), np.array(counts), stage)


def test_the_best_passage_the_first_and_the_few_best_say_how_near_a_document_is() -> None:
    found = near(STAGE, [2, 0, 6], [0.2, 0.6, 0.1, 0.9, 0.8, 0.7, 0.3, 0.6])
    assert found.cosines[0] == pytest.approx(0.6 / 2 + 0.2 / 4 + 0.4 / 4)
    assert np.isnan(found.cosines[1])
    assert found.cosines[2] == pytest.approx(0.9 / 2 + 0.1 / 4 + 0.75 / 4)
    assert found.places.tolist() == [1, -1, 3]


def test_of_passages_that_come_as_near_the_first_is_shown() -> None:
    assert near(STAGE, [3], [0.2, 0.6, 0.6]).places.tolist() == [1]
