"""Comparing the engine in a directory with the one in memory, by all that can be asked of both."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from searchengine import SearchEngine
from searchengine.backends.contract.base import CLOSE
from searchengine.backends.contract.differential.comparison import assert_same_in_every_way
from searchengine.backends.contract.differential.generated import ALL_FACETS, DECLARED, Generator
from searchengine.backends.embedded.backend import EmbeddedBackend
from searchengine.backends.fields import TERM_STREAMS
from searchengine.backends.memory.backend import Commit, MemoryBackend
from searchengine.backends.memory.documents import IndexedDocument
from searchengine.backends.plan_json import plan_to_json
from searchengine.backends.protocol import View
from searchengine.backends.values import Beginning, FieldTerm
from searchengine.backends.vectors.stage import SemanticStage
from searchengine.text.streams import FOLDED
from tests.backends.embedded.index.vectors.made import vectors_of

#: So many plans are asked of a view.
PLANS = 3
#: What people ask: their plans come from the language, with synonyms and in their forms.
ASKED = (
    "bờ kè", "nghe gom su", '"hội khuyến học" -chè', "7/2019/NQ-HĐND", "hoà bình năm 2017",
    "doi van nghe", "lớp xóa mù ch*", "trước 2019 gia che",
)  # fmt: skip


def is_there(engine: EmbeddedBackend, commit: Commit) -> bool:
    """Return whether the index is what ``commit`` says: documents, fingerprints and settings."""
    with engine.open_view() as view:
        found = {one.id: one for one in view.documents()}
        assert len(found) == view.document_count
        return (
            found == {one.document.id: one.document for one in commit.indexed}
            and sorted(view.fingerprints())
            == sorted(one.fingerprint for one in commit.indexed if one.fingerprint)
            and view.settings == commit.settings
            and _vectors_are(view, commit)
        )


def _vectors_are(view: View, commit: Commit) -> bool:
    """Whether the documents that ``commit`` says have vectors, each those of its text."""
    for one, found in zip(
        commit.indexed, view.vectors(one.document.id for one in commit.indexed), strict=True
    ):
        if (found is not None) != (one.document.id in commit.vectors.by_id):
            return False
        expected = vectors_of(one.document)
        if found is not None:
            assert found.codes.tolist() == expected.codes.tolist()
            assert found.spans.tolist() == expected.spans.tolist()
    return view.vector_model() == commit.vectors.model


def assert_is(engine: EmbeddedBackend, commit: Commit) -> None:
    """Assert that the index is what ``commit`` says."""
    assert is_there(engine, commit)


def assert_same_views(view: View, oracle: View, pool: Sequence[IndexedDocument], seed: int) -> None:
    """Assert that two views hold the same, and answer plans over the terms of ``pool`` alike."""
    assert list(view.documents()) == list(oracle.documents())
    assert view.settings == oracle.settings
    said, expected = view.statistics(), oracle.statistics()
    assert (said.documents, said.dated, said.terms) == (
        expected.documents,
        expected.dated,
        expected.terms,
    )
    # Every term of one stream; another one the next time.
    stream = TERM_STREAMS[seed % len(TERM_STREAMS)]
    beginning = (Beginning(stream, ("",), 10_000),)
    (terms,) = oracle.vocabulary(beginning)
    assert view.vocabulary(beginning) == [terms]
    asked = [FieldTerm(stream, term) for term, _ in terms]
    assert view.frequencies(asked) == [count for _, count in terms]
    lexicon, specified = view.lexicon(), oracle.lexicon()
    assert lexicon.syllables == pytest.approx(specified.syllables)
    for term, _ in terms[::11] if stream == FOLDED else ():
        assert list(lexicon.marked(term)) == list(specified.marked(term))
    undeclared = {one.name for one in DECLARED} - {one.name for one in view.settings.fields}
    facets = [name for name in ALL_FACETS if name not in undeclared]
    generator = Generator.over(seed, pool)
    for _ in range(PLANS):
        plan = generator.plan()
        model = oracle.vector_model()
        # Where duplicates fold, documents that come as near must not change places.
        if model is not None and not plan.fold_duplicates and plan.otherwise is None:
            chance = random.Random(seed)
            direction = tuple(chance.gauss(0, 0.5) for _ in range(model.dimensions))
            stage = SemanticStage(model.fingerprint, direction, depth=100_000)
            plan = replace(plan, semantic=stage)
        said_of = str(plan_to_json(plan))
        if not any(repr(name) in said_of for name in undeclared):
            assert_same_in_every_way(view, oracle, plan, facets)


def assert_same_searches(engine: EmbeddedBackend, model: MemoryBackend, seed: int) -> None:
    """Assert that what people type finds as many documents, with the same scores."""
    typed = ASKED[seed % len(ASKED)]
    found, expected = (SearchEngine(one).search(typed) for one in (engine, model))
    assert (found.total, found.facets) == (expected.total, expected.facets)
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], rel=CLOSE)
