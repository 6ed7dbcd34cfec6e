"""Vectors on the cluster: whose they are, whatever breaks off, and what goes along with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from searchengine import Document, SearchEngine
from searchengine.backends.contract.base import page
from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.backends.opensearch.vectors import writer as vector_writing
from searchengine.backends.values import Plan, ScoringTerm
from searchengine.backends.vectors.passages import VectorModel
from searchengine.backends.vectors.stage import SemanticStage
from searchengine.errors import IndexUnavailableError, InputError
from searchengine.text.streams import FOLDED
from tests.backends.embedded.index.vectors.made import DIMENSIONS, Letters, vectors_of
from tests.backends.opensearch.breaking import PAGES, Open, lose_the_cluster

CHANGED = replace(PAGES[1], text="Cầu đã thông xe.\nTàu đã chạy.")
STAGE = SemanticStage("chu-cai", (0.5, 0.1, -0.2, 0.4, 0.3, 0.2, -0.5, 0.1))
PLAN = Plan(None, (ScoringTerm(FOLDED, "da", 1.0), ScoringTerm(FOLDED, "7", 1.0)), limit=50)
MEANT = replace(PLAN, semantic=STAGE)


def filled(open_backend: Open, *pages: Document) -> OpenSearchBackend:
    """An index of these pages."""
    backend = open_backend()
    with backend.writer() as writer:
        for one in pages or PAGES:
            writer.add(one)
    return backend


def embed(backend: OpenSearchBackend, fingerprint: str = "chu-cai", **how: Any) -> list[str]:
    """Give vectors to the documents of an index; return which texts the model was given."""
    model = Letters(fingerprint)
    SearchEngine(backend).embed(model, **how)
    return model.given


def having(backend: OpenSearchBackend) -> set[str]:
    """Which documents have vectors, in an index that must be sound; they must be theirs."""
    assert backend.verify() == []
    with backend.open_view() as view:
        documents = list(view.documents())
        have = set()
        found = view.vectors(one.id for one in documents)
        for document, vectors in zip(documents, found, strict=True):
            if vectors is not None:
                assert vectors.codes.tolist() == vectors_of(document).codes.tolist()
                assert vectors.spans.tolist() == vectors_of(document).spans.tolist()
                have.add(document.id)
        assert view.statistics().with_vectors == len(have)
    return have


def names(backend: OpenSearchBackend) -> set[str]:
    """The indices that an index consists of, without when they were made."""
    cluster = backend._cluster
    found = cluster.request("GET", f"/{cluster.address.name}-*/_settings")
    return {one.rpartition("-")[2] for one in found}


def ask(backend: OpenSearchBackend, method: str, path: str, body: Any = None) -> Any:
    """Ask the index of the vectors as somebody else would."""
    index = backend._control_document.read().index
    return backend._cluster.request(method, f"/{index}-vectors/{path}", body)


def test_only_an_index_with_vectors_has_an_index_of_them(open_backend: Open) -> None:
    backend = filled(open_backend)
    assert "vectors" not in names(backend)
    embed(backend)
    assert "vectors" in names(backend)
    OpenSearchBackend.remove(str(backend._cluster.address))
    assert names(backend) == set()


def test_a_replaced_document_loses_its_vectors_and_open_views_keep_theirs(
    open_backend: Open,
) -> None:
    backend = filled(open_backend)
    embed(backend)
    with backend.open_view() as before:
        found = before.search(MEANT)
        with backend.writer() as writer:
            writer.add(CHANGED)
            writer.delete("0")
            # Nothing is said of its text, but it is another document all the same.
            writer.add(replace(PAGES[2], title="Bến đò"))
        assert having(backend) == {one.id for one in PAGES[3:]}
        assert before.search(MEANT) == found
        (kept,) = before.vectors(["1"])
        assert kept is not None
        assert kept.codes.tolist() == vectors_of(PAGES[1]).codes.tolist()
    assert embed(backend) == ["1", "2"]
    assert having(backend) == {one.id for one in PAGES[1:]}


def test_a_text_that_has_vectors_is_not_computed_again(open_backend: Open) -> None:
    backend = filled(open_backend)
    embed(backend)
    with backend.writer() as writer:
        writer.add(page("bản sao", PAGES[3].text))
        writer.add(page("khác", PAGES[3].text, title="Khác"))
    assert embed(backend) == ["khác"]
    assert having(backend) == {*(one.id for one in PAGES), "bản sao", "khác"}


def test_making_vectors_goes_on_where_it_broke_off(
    open_backend: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What had been sent counts from the next commit on, and is not computed again."""
    backend = filled(open_backend)
    with monkeypatch.context() as patch:
        lose_the_cluster(patch, after=4)
        with pytest.raises(IndexUnavailableError):
            embed(backend)
    ask(backend, "POST", "_refresh")
    assert having(backend) == set()
    assert len(embed(backend)) == len(PAGES) - 4
    assert having(backend) == {one.id for one in PAGES}


def test_what_broke_off_is_taken_up_though_nothing_is_left_to_do(
    open_backend: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = filled(open_backend)

    def lost(*_: object) -> None:
        raise IndexUnavailableError("no node can be reached: try again")

    with monkeypatch.context() as patch:
        patch.setattr(vector_writing, "counted", lost)
        with pytest.raises(IndexUnavailableError):
            embed(backend)
    assert having(backend) == set()
    assert embed(backend) == []
    assert having(backend) == {one.id for one in PAGES}


def test_vectors_of_another_model_that_broke_off_never_count(
    open_backend: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = filled(open_backend)
    with monkeypatch.context() as patch:
        lose_the_cluster(patch, after=4)
        with pytest.raises(IndexUnavailableError):
            embed(backend, "khác")
    model = Letters()
    SearchEngine(backend).embed(model)
    assert len(model.given) == len(PAGES)
    with backend.open_view() as view:
        assert view.vector_model() == VectorModel("chu-cai", DIMENSIONS)
    assert having(backend) == {one.id for one in PAGES}


def test_another_model_takes_the_place_of_the_first(open_backend: Open) -> None:
    backend = filled(open_backend)
    embed(backend)
    with backend.open_view() as before:
        found = before.search(MEANT)
        with pytest.raises(InputError, match="--replace"):
            embed(backend, "khác")
        assert len(embed(backend, "khác", replace=True)) == len(PAGES)
        assert before.search(MEANT) == found
    with backend.open_view() as view, pytest.raises(InputError, match="khác"):
        view.search(MEANT)
    ask(backend, "POST", "_refresh")
    assert ask(backend, "GET", "_count")["count"] == len(PAGES)


def test_what_vectors_take_on_the_disks_is_counted(open_backend: Open) -> None:
    backend = filled(open_backend)
    with backend.open_view() as view:
        before = view.statistics()
    embed(backend)
    with backend.open_view() as view:
        after = view.statistics()
    assert after.bytes > before.bytes
    assert (after.deleted, after.segments) == (before.deleted, before.segments)


def test_going_back_to_the_first_model_takes_up_what_is_left_of_its_vectors(
    open_backend: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = filled(open_backend)
    embed(backend)
    monkeypatch.setattr(vector_writing, "MOST_ADDED", 2)
    with pytest.raises(ZeroDivisionError):
        embed(backend, "khác", replace=True, progress=lambda done, _: 1 // (4 - done))
    with backend.open_view() as view:
        assert view.statistics().with_vectors == 4
    assert len(embed(backend, replace=True)) == 4
    assert having(backend) == {one.id for one in PAGES}


def test_a_commit_that_broke_off_leaves_nobody_the_vectors_of_another_text(
    open_backend: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = filled(open_backend, *PAGES[:2])
    embed(backend)
    with monkeypatch.context() as patch:
        # The vectors of nine documents are deleted, and four of these changed.
        lose_the_cluster(patch, after=13)
        writer = backend.writer()
        writer.delete("0")
        for one in (CHANGED, *PAGES[2:]):
            writer.add(one)
        with pytest.raises(IndexUnavailableError):
            writer.commit()
    assert embed(backend) == ["1", *(one.id for one in PAGES[2:])]
    assert having(backend) == {one.id for one in PAGES[1:]}


def test_vectors_that_arrived_too_late_are_nobodys(open_backend: Open) -> None:
    """What a writer had on its way that was not heard of for long."""
    backend = filled(open_backend)
    embed(backend)
    late = {"seq": 500, "commit": 1, "model": "chu-cai", "text": "0", "vectors": ""}
    ask(backend, "PUT", "_doc/đã-xóa", late)
    ask(backend, "POST", "_refresh")
    assert any("searchengine embed" in fault for fault in backend.verify())
    assert embed(backend) == []
    assert having(backend) == {one.id for one in PAGES}


def test_a_sample_of_vectors_is_verified(open_backend: Open) -> None:
    backend = filled(open_backend)
    embed(backend)
    wrong = {"seq": 3, "commit": 2, "model": "chu-cai", "text": "khác", "vectors": ""}
    ask(backend, "PUT", "_doc/3", wrong)
    ask(backend, "POST", "_refresh")
    assert any("'3'" in fault and "another text" in fault for fault in backend.verify())
    ask(backend, "PUT", "_doc/3", {**wrong, "vectors": "AAAA"})
    ask(backend, "POST", "_refresh")
    assert any("damaged" in fault for fault in backend.verify())


def test_vectors_stay_where_an_index_is_made_anew(open_backend: Open, tmp_path: Path) -> None:
    backend = filled(open_backend)
    embed(backend)
    with backend.writer() as writer:
        writer.add(CHANGED)
    with backend.open_view() as before:
        found = before.search(MEANT)
        OpenSearchBackend.rebuild(str(backend._cluster.address), spool=tmp_path, shards=2)
        assert before.search(MEANT) == found
    assert having(backend) == {one.id for one in PAGES} - {"1"}
    found_now = ask(backend, "GET", "_settings")
    assert {one["settings"]["index"]["number_of_shards"] for one in found_now.values()} == {"2"}
    assert embed(backend) == ["1"]


def test_copies_have_the_vectors_from_folder_to_cluster_and_back(
    open_backend: Open, tmp_path: Path
) -> None:
    first, back = (SearchEngine.open(tmp_path / name, create=True) for name in ("first", "back"))
    with first.writer() as writer:
        for one in PAGES:
            writer.add(one)
    first.embed(Letters())
    with first.writer() as writer:
        writer.add(CHANGED)
    there = SearchEngine(open_backend())
    first.copy_to(there)
    there.copy_to(back)
    answers = []
    for engine in (first, there, back):
        with engine._backend.open_view() as view:
            assert view.statistics().with_vectors == len(PAGES) - 1
            assert list(view.vectors(["1"])) == [None]
            answers.append({one.document.id: one.score for one in view.search(MEANT).ranked})
    assert answers[1] == pytest.approx(answers[0])
    assert answers[2] == pytest.approx(answers[0])


def test_meaning_takes_one_request_more_and_words_none(
    open_backend: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = filled(open_backend)
    embed(backend)
    asked: list[str] = []
    request = Cluster.request

    def counted(self: Cluster, method: str, path: str, *args: Any, **options: Any) -> Any:
        asked.append(path)
        return request(self, method, path, *args, **options)

    with backend.open_view() as view:
        view.search(PLAN)
        monkeypatch.setattr(Cluster, "request", counted)
        view.search(PLAN)
        words = len(asked)
        asked.clear()
        view.search(MEANT)
        assert asked == ["/_msearch"] * (words + 1)
        asked.clear()
        view.search(replace(MEANT, limit=0))
        assert asked == ["/_msearch"] * words
