"""Generated documents and plans: an engine answers as the one in memory, the specification."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from searchengine.backends.contract.base import Contract
from searchengine.backends.contract.differential.comparison import (
    assert_same_in_every_way,
)
from searchengine.backends.contract.differential.generated import DECLARED, Generator
from searchengine.backends.contract.vectors import MODEL
from searchengine.backends.fields import TERM_STREAMS, IndexSettings
from searchengine.backends.memory.backend import MemoryBackend
from searchengine.backends.protocol import Backend, View
from searchengine.backends.values import Beginning, FieldTerm, Plan
from searchengine.backends.vectors.passages import PassageVectors
from searchengine.backends.vectors.stage import SemanticStage

DOCUMENTS, PLANS = 60, 150
SETTINGS = IndexSettings(fields=DECLARED)


class DifferentialContract(Contract):
    """The same documents and plans to the engine and to its specification."""

    @pytest.mark.parametrize("seed", range(3))
    def test_generated_plans_are_answered_as_specified(self, backend: Backend, seed: int) -> None:
        generator = Generator(seed, DOCUMENTS)
        self.declare(backend, *DECLARED)
        with self.fill(backend, generator.documents) as view, _oracle(generator) as oracle:
            for _ in range(PLANS):
                plan = generator.plan()
                if self.keeps_order_over_commits or self.commit_size is None or not _folds(plan):
                    assert_same_in_every_way(view, oracle, plan)

    def test_deleting_and_replacing_leaves_what_is_specified(self, backend: Backend) -> None:
        generator = Generator(7, DOCUMENTS)
        memory = MemoryBackend(SETTINGS)
        self.declare(backend, *DECLARED)
        self.put(memory, generator.documents)
        self.put(backend, generator.documents)
        for start in range(0, DOCUMENTS, 12):
            for each in (memory, backend):
                with each.writer() as writer:
                    for one in generator.documents[start : start + 5]:
                        writer.delete(one.id)
                    for one in generator.documents[start + 5 : start + 8]:
                        writer.add(one)
        backend.refresh()
        with backend.open_view() as view, memory.open_view() as oracle:
            assert view.document_count == DOCUMENTS - 25
            for _ in range(PLANS // 3):
                plan = generator.plan()
                if self.keeps_order_over_commits or not _folds(plan):
                    assert_same_in_every_way(view, oracle, plan)

    def test_meaning_reorders_generated_plans_as_specified(self, backend: Backend) -> None:
        if not backend.stores_vectors:
            pytest.skip("keeps no vectors")
        generator, chance = Generator(13, DOCUMENTS), random.Random(13)
        memory = MemoryBackend(SETTINGS)
        self.declare(backend, *DECLARED)
        vectors = {
            one.id: _vectors(chance, one.text)
            for one in generator.documents
            if chance.random() < 0.8
        }
        for each in (memory, backend):
            self.put(each, generator.documents)
            with each.vector_writer(MODEL) as writer:
                for one in writer.pending():
                    if one.id in vectors:
                        writer.add(one.id, vectors[one.id])
            each.refresh()
        with backend.open_view() as view, memory.open_view() as oracle:
            assert view.statistics().with_vectors == oracle.statistics().with_vectors
            for _ in range(PLANS // 3):
                # Of all documents: where only some count, those that score alike may differ.
                direction = tuple(chance.gauss(0, 0.5) for _ in range(MODEL.dimensions))
                plan = generator.plan()
                if plan.coverage:
                    best = replace(plan.coverage, best=chance.choice((0, 3, 20)))
                    plan = replace(plan, coverage=best)
                plan = replace(
                    plan, semantic=SemanticStage(MODEL.fingerprint, direction, depth=100_000)
                )
                if not _folds(plan):
                    assert_same_in_every_way(view, oracle, plan)

    def test_every_term_is_counted_as_specified(self, backend: Backend) -> None:
        generator = Generator(11, DOCUMENTS)
        every = [Beginning(field, ("",), 10_000) for field in TERM_STREAMS]
        self.declare(backend, *DECLARED)
        with self.fill(backend, generator.documents) as view, _oracle(generator) as oracle:
            expected = oracle.vocabulary(every)
            assert view.vocabulary(every) == expected
            counts = {
                FieldTerm(asked.field, term): count
                for asked, terms in zip(every, expected, strict=True)
                for term, count in terms
            }
            assert view.frequencies(list(counts)) == list(counts.values())
            assert view.statistics().terms == oracle.statistics().terms
            lexicon, specified = view.lexicon(), oracle.lexicon()
            assert lexicon.syllables == pytest.approx(specified.syllables)
            for folded, _ in expected[TERM_STREAMS.index("folded")]:
                assert list(lexicon.marked(folded)) == list(specified.marked(folded))


def _vectors(chance: random.Random, text: str) -> PassageVectors:
    """Vectors of up to three passages of a text, a character each."""
    count = min(chance.choice((0, 1, 1, 2, 3)), len(text))
    codes = [[chance.randint(-127, 127) for _ in range(MODEL.dimensions)] for _ in range(count)]
    return PassageVectors(
        np.array(codes, np.int8).reshape(count, MODEL.dimensions),
        np.full(count, 1 / 254, np.float32),
        np.array([(at, at + 1) for at in range(count)], np.int32).reshape(count, 2),
    )


def _oracle(generator: Generator) -> View:
    """The specification's view of the generated documents."""
    memory = MemoryBackend(SETTINGS)
    with memory.writer() as writer:
        for one in generator.documents:
            writer.add(one)
    return memory.open_view()


def _folds(plan: Plan) -> bool:
    """Whether a plan or its alternative folds duplicates, which goes by the order of ties."""
    return plan.fold_duplicates or (plan.otherwise is not None and _folds(plan.otherwise))
