"""Vectors of documents: added, kept, dropped with their documents, and what they do to an order."""

from __future__ import annotations

from dataclasses import replace
from math import exp, sqrt
from statistics import fmean, pstdev

import numpy as np
import pytest

from searchengine.backends.contract.base import ALL, CLOSE, Contract, page, ranked, scores, terms
from searchengine.backends.protocol import Backend, View
from searchengine.backends.values import DATE, Coverage, Idea, Plan, Sort, TermQuery
from searchengine.backends.vectors.passages import PassageVectors, VectorModel
from searchengine.backends.vectors.stage import SemanticStage
from searchengine.errors import IndexLockedError, IndexWriteError, InputError
from searchengine.text.streams import SYLLABLES

MODEL = VectorModel("mau-thu", 4)
OTHER = VectorModel("mau-khac", 2)
#: Four directions that have nothing in common.
EAST, NORTH, UP, LATER = np.eye(4, dtype=np.int8) * np.int8(127)
TEXTS = ["ao cá mùa lũ", "ao cá mùa mưa lũ về", "ao sen mùa mưa lũ về", "mùa gặt"]
FISH = terms(SYLLABLES, "ao", "mùa")


def vectors_of(*codes: np.ndarray[tuple[int], np.dtype[np.int8]]) -> PassageVectors:
    """Return vectors of passages of one character each, one after the other."""
    spans = [(at, at + 1) for at in range(len(codes))]
    return PassageVectors(
        np.array(codes, np.int8).reshape(len(codes), -1 if codes else 4),
        np.full(len(codes), 1 / 127, np.float32),
        np.array(spans, np.int32).reshape(-1, 2),
    )


def towards(*direction: float, depth: int = 100, weight: float = 2.0) -> SemanticStage:
    """Return the stage of a query's vector."""
    return SemanticStage(MODEL.fingerprint, direction, depth, weight)


class VectorContract(Contract):
    """What an engine that keeps vectors does with them, and what one that does not says."""

    def embed(self, backend: Backend, vectors: dict[str, PassageVectors]) -> View:
        """Add vectors in one commit and return a view of them."""
        if not backend.stores_vectors:
            pytest.skip("keeps no vectors")
        with backend.vector_writer(MODEL) as writer:
            for document in writer.pending():
                if document.id in vectors:
                    writer.add(document.id, vectors[document.id])
        backend.refresh()
        return backend.open_view()

    def test_an_index_without_vectors_says_so(self, backend: Backend) -> None:
        with self.fill(backend, TEXTS) as view:
            assert view.vector_model() is None
            assert list(view.vectors(["a", "x"])) == [None, None]
            assert view.statistics().with_vectors == 0
            stage = towards(1, 0, 0, 0)
            for plan in (Plan(ALL, semantic=stage), Plan(ALL, semantic=stage, sort=Sort(DATE))):
                with pytest.raises(InputError, match="searchengine embed"):
                    view.search(plan)
                with pytest.raises(InputError, match="searchengine embed"):
                    view.explain(plan, ["a"])

    def test_an_engine_that_keeps_none_refuses_to_write_them(self, backend: Backend) -> None:
        if backend.stores_vectors:
            pytest.skip("keeps vectors")
        with pytest.raises(InputError, match="folder"):
            backend.vector_writer(MODEL)

    def test_vectors_are_kept_as_they_were_added(self, backend: Backend) -> None:
        given = {"a": vectors_of(EAST, NORTH), "c": vectors_of(), "d": vectors_of(UP)}
        self.put(backend, TEXTS)
        with self.embed(backend, given) as view:
            assert view.vector_model() == MODEL
            assert (view.statistics().with_vectors, view.statistics().vector_model) == (
                3,
                "mau-thu",
            )
            for id_, found in zip("abcd", view.vectors("abcd"), strict=True):
                wanted = given.get(id_)
                assert (found is None) == (wanted is None)
                if found and wanted:
                    assert found.codes.tolist() == wanted.codes.tolist()
                    assert found.scales.tolist() == wanted.scales.tolist()
                    assert found.spans.tolist() == wanted.spans.tolist()

    def test_vectors_that_are_no_documents_are_refused(self, backend: Backend) -> None:
        if not backend.stores_vectors:
            pytest.skip("keeps no vectors")
        self.put(backend, TEXTS)
        with backend.vector_writer(MODEL) as writer:
            assert len(list(writer.pending())) == 4
            for id_, vectors, told in (
                ("x", vectors_of(EAST), "no document 'x' waits"),
                ("a", vectors_of(EAST[:2]), "of 2 numbers are not of this model"),
                ("d", vectors_of(*[EAST] * 8), "outside of the text of 'd'"),
            ):
                with pytest.raises(InputError, match=told):
                    writer.add(id_, vectors)
            writer.add("d", vectors_of(*[EAST] * len(TEXTS[3])))
            with pytest.raises(InputError, match="no document 'd' waits"):
                writer.add("d", vectors_of(EAST))
        with pytest.raises(IndexWriteError, match="closed"):
            writer.checkpoint()
        backend.refresh()
        with backend.open_view() as view:
            assert [one is not None for one in view.vectors("abcd")] == [False, False, False, True]

    def test_only_documents_without_vectors_are_pending(self, backend: Backend) -> None:
        self.put(backend, TEXTS[:2])
        self.embed(backend, {"a": vectors_of(EAST), "b": vectors_of()})
        with backend.writer() as writer:
            writer.add(page("a", "ao cạn"))
            writer.add(page("e", "giếng làng"))
        backend.refresh()
        with backend.open_view() as view:
            assert list(view.vectors(["a"])) == [None]
        with backend.vector_writer(MODEL) as vectors:
            assert vectors.pending_count == 2
            assert sorted((one.id, one.text) for one in vectors.pending()) == [
                ("a", "ao cạn"),
                ("e", "giếng làng"),
            ]
            vectors.add("e", vectors_of(UP))
            assert vectors.pending_count == 1
        backend.refresh()
        with backend.open_view() as view:
            assert view.statistics().with_vectors == 2

    def test_vectors_go_with_their_documents(self, backend: Backend) -> None:
        self.put(backend, TEXTS)
        self.embed(backend, {id_: vectors_of(EAST) for id_ in "abcd"})
        with backend.writer() as writer:
            writer.delete("b")
        backend.refresh()
        with backend.open_view() as view:
            assert [one is not None for one in view.vectors("abcd")] == [True, False, True, True]
            assert view.statistics().with_vectors == 3
        with backend.writer() as writer:
            for id_ in "acd":
                writer.delete(id_)
        backend.refresh()
        with backend.open_view() as view:
            assert view.vector_model() is None

    def test_a_checkpoint_keeps_what_an_error_does_not_take(self, backend: Backend) -> None:
        self.put(backend, TEXTS)
        self.embed(backend, {})
        before, writer = backend.open_view(), backend.vector_writer(MODEL)
        writer.__enter__()
        list(writer.pending())
        writer.add("a", vectors_of(EAST))
        writer.checkpoint()
        backend.refresh()
        with before, backend.open_view() as view:
            assert list(before.vectors("a")) == [None]
            assert [one is not None for one in view.vectors("abcd")] == [True] + 3 * [False]
        writer.add("b", vectors_of(EAST))
        writer.__exit__(ZeroDivisionError, None, None)
        backend.refresh()
        with backend.open_view() as view:
            assert view.statistics().with_vectors == 1
        with backend.vector_writer(MODEL) as writer:
            assert sorted(one.id for one in writer.pending()) == ["b", "c", "d"]

    def test_a_writer_of_vectors_is_the_one_writer(self, backend: Backend) -> None:
        self.put(backend, TEXTS)
        with self.embed(backend, {}) as view, backend.vector_writer(MODEL):
            with pytest.raises(IndexLockedError):
                backend.writer()
            with pytest.raises(IndexLockedError):
                backend.vector_writer(MODEL)
            assert ranked(view, Plan(ALL)) == list("abcd")
        with backend.writer() as writer:
            writer.delete("a")

    def test_what_cannot_be_added_is_refused(self, backend: Backend) -> None:
        self.put(backend, TEXTS[:2])
        self.embed(backend, {"a": vectors_of(EAST)})
        with backend.vector_writer(MODEL) as writer:
            list(writer.pending())
            for id_ in ("a", "x"):
                with pytest.raises(InputError, match="pending"):
                    writer.add(id_, vectors_of(EAST))
            with pytest.raises(InputError, match="makes 4"):
                writer.add("b", vectors_of(EAST[:3]))

    def test_another_model_replaces_vectors_only_where_told(self, backend: Backend) -> None:
        self.put(backend, TEXTS[:2])
        self.embed(backend, {"a": vectors_of(EAST), "b": vectors_of(EAST)})
        with pytest.raises(InputError, match="--replace"):
            backend.vector_writer(OTHER)
        with backend.vector_writer(OTHER, replace=True) as writer:
            assert [one.id for one in writer.pending()] == ["a", "b"]
            writer.add("b", vectors_of(EAST[:2]))
        backend.refresh()
        with backend.open_view() as view:
            assert view.vector_model() == OTHER
            assert [one is not None for one in view.vectors("ab")] == [False, True]
            with pytest.raises(InputError, match="mau-khac"):
                view.search(Plan(ALL, semantic=towards(1, 0, 0, 0)))

    def test_a_vector_of_another_length_is_refused(self, backend: Backend) -> None:
        self.put(backend, TEXTS)
        with (
            self.embed(backend, {"a": vectors_of(EAST)}) as view,
            pytest.raises(InputError, match="3 numbers"),
        ):
            view.search(Plan(ALL, semantic=towards(1, 0, 0)))

    def test_meaning_reorders_what_words_find(self, backend: Backend) -> None:
        self.put(backend, TEXTS)
        given = {"a": vectors_of(UP), "b": vectors_of(NORTH, EAST), "c": vectors_of(NORTH)}
        plan = Plan(None, FISH)
        with self.embed(backend, given) as view:
            words = scores(view, plan)
            assert list(words) == ["a", "b", "c", "d"]
            found = view.search(replace(plan, semantic=towards(0.8, 0.6, 0, 0)))
            # Half by the best passage, a quarter each by the first and by the best few; a document
            # without vectors counts as the mean. The three others have 4/3 passages on average.
            cosines = {"b": 0.8 / 2 + 0.6 / 4 + 0.7 / 4, "c": 0.6, "a": 0.0}
            mean, deviation = fmean(cosines.values()), pstdev(cosines.values())
            weight = 2 / sqrt(4 / 3) * exp(-1.5 * (1 - words["b"] / words["a"]))
            expected = words | {
                id_: words[id_] + weight * words["a"] * (cosine - mean) / deviation
                for id_, cosine in cosines.items()
            }
            got = {one.document.id: one.score for one in found.ranked}
            assert got == pytest.approx(expected, rel=CLOSE)
            assert list(got) == sorted(expected, key=lambda id_: -expected[id_])
            assert {one.document.id: one.passage for one in found.ranked} == {
                "a": (0, 1),
                "b": (1, 2),
                "c": (0, 1),
                "d": None,
            }
            assert found.total == 4

    def test_explaining_says_what_meaning_adds(self, backend: Backend) -> None:
        self.put(backend, TEXTS)
        plan = Plan(None, FISH, semantic=towards(0.6, 0.8, 0, 0))
        with self.embed(backend, {"a": vectors_of(EAST), "b": vectors_of(NORTH)}) as view:
            found = scores(view, plan)
            parts = [one for one in view.explain(plan, "abcd") if one]
            for id_, part in zip("abcd", parts, strict=True):
                assert part.score == pytest.approx(found[id_], rel=CLOSE)
                lexical = sum(one.score for one in part.parts)
                assert part.score == pytest.approx(lexical + part.semantic, rel=CLOSE)
            assert [part.cosine and round(part.cosine, 5) for part in parts] == [
                0.6,
                0.8,
                None,
                None,
            ]
            assert parts[1].semantic == pytest.approx(-parts[0].semantic) != 0
            assert all(part.cosine is None for part in view.explain(Plan(None, FISH), "ab") if part)

    def test_only_the_first_documents_are_reordered(self, backend: Backend) -> None:
        self.put(backend, TEXTS)
        given = {id_: vectors_of(EAST if id_ in "bd" else UP) for id_ in "abcd"}
        plan = Plan(None, FISH, semantic=towards(1, 0, 0, 0, depth=2))
        with self.embed(backend, given) as view:
            assert ranked(view, plan) == ["b", "a", "c", "d"]
            # Whatever page is asked for.
            assert ranked(view, replace(plan, limit=1)) == ["b"]
            assert ranked(view, replace(plan, offset=1, limit=1)) == ["a"]
            assert ranked(view, replace(plan, offset=2)) == ["c", "d"]
            whole = replace(plan, semantic=towards(1, 0, 0, 0))
            assert ranked(view, replace(whole, limit=2)) == ["b", "d"]

    def test_full_matches_stay_first(self, backend: Backend) -> None:
        idea = Idea(TermQuery(SYLLABLES, "cá"), 1.0)
        plan = Plan(None, FISH, coverage=Coverage((idea,)), semantic=towards(1, 0, 0, 0, weight=50))
        self.put(backend, TEXTS)
        given = {id_: vectors_of(EAST if id_ in "bd" else UP) for id_ in "abcd"}
        with self.embed(backend, given) as view:
            found = view.search(plan).ranked
            assert [(one.document.id, one.partial) for one in found] == [
                ("b", False), ("a", False), ("d", True), ("c", True),
            ]  # fmt: skip

    def test_another_order_than_by_score_stays(self, backend: Backend) -> None:
        self.put(backend, [page("a", "ao", "2020"), page("b", "ao", "2021")])
        given = {"a": vectors_of(EAST), "b": vectors_of(UP)}
        plan = Plan(ALL, semantic=towards(1, 0, 0, 0), sort=Sort(DATE))
        with self.embed(backend, given) as view:
            assert ranked(view, plan) == ["b", "a"]
