"""The vocabularies beside an index: exact whatever is replaced, in few parts, however stopped."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from searchengine.backends.contract.base import page
from searchengine.backends.fields import TERM_STREAMS
from searchengine.backends.memory.backend import MemoryBackend
from searchengine.backends.opensearch import vocabularies
from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.backends.opensearch.writing import writer as writing
from searchengine.backends.opensearch.writing.committing import settle
from searchengine.backends.protocol import Backend, Lexicon
from searchengine.backends.values import Beginning
from searchengine.document import Document
from searchengine.errors import IndexUnavailableError

SYLLABLES = "bến đò sông nước ghe xuồng chợ nổi mùa lũ phù sa cá linh bông điên điển".split()
PAIRS = list(product(("ben", "song", "cho", "lu", "khong"), ("do", "nuoc", "noi", "ca", "sa")))
EVERY = [Beginning(stream, ("",), 10_000) for stream in TERM_STREAMS]


@pytest.fixture
def open_backend(indices: Any, tmp_path: Path) -> Callable[[], OpenSearchBackend]:
    """A function that opens one index, made at the first call."""
    address = indices.address()
    return lambda: OpenSearchBackend.open(address, create=True, spool=tmp_path)


def pages(chance: random.Random, count: int) -> list[Document]:
    """Documents of a few ids, some with numbers."""
    return [
        page(
            str(chance.randrange(20)),
            f"{' '.join(chance.choices(SYLLABLES, k=6))} {chance.randrange(3)}/QĐ-UBND",
            title=" ".join(chance.choices(SYLLABLES, k=3)),
        )
        for _ in range(count)
    ]


def said(backend: Backend) -> Any:
    with backend.open_view() as view:
        return view.vocabulary(EVERY), view.statistics().terms


def frequencies_of_pairs(lexicon: Lexicon) -> list[int]:
    return [lexicon.pair_frequency(left, right) for left, right in PAIRS]


def write(backend: Backend, documents: list[Document], deleted: list[str]) -> None:
    with backend.writer() as writer:
        for one in documents:
            writer.add(one)
        for id_ in deleted:
            writer.delete(id_)


def test_they_are_exact_after_any_commits(
    open_backend: Callable[[], OpenSearchBackend], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where parts are many and blocks small; each view keeps those of its commit."""
    monkeypatch.setattr(vocabularies, "BLOCK", 7)
    monkeypatch.setattr(vocabularies, "_IN_MEMORY", 40)
    chance, backend, oracle = random.Random(7), open_backend(), MemoryBackend()
    views: list[tuple[Any, Any]] = []
    for size in (9, 1, 3, 1, 12, 2):
        documents, deleted = pages(chance, size), [str(chance.randrange(20)) for _ in range(2)]
        for one in (backend, oracle):
            write(one, documents, deleted)
        assert said(backend) == said(oracle)
        views.append((backend.open_view(), oracle.open_view()))
    for view, expected in views:
        with view, expected:
            assert view.vocabulary(EVERY) == expected.vocabulary(EVERY)
            assert view.statistics().terms == expected.statistics().terms


def test_small_commits_leave_few_parts(open_backend: Callable[[], OpenSearchBackend]) -> None:
    chance, backend = random.Random(8), open_backend()
    for _ in range(12):
        write(backend, pages(chance, 1), [])
    with backend.open_view() as view:
        parts = view._snapshot.control.parts
        index = view._snapshot.control.index
    assert len(parts) <= 4
    kept = backend._cluster.request(
        "POST",
        f"/{index}-lexicon/_search",
        {"size": 0, "aggs": {"p": {"terms": {"field": "part"}}}},
    )["aggregations"]["p"]["buckets"]
    backend._cluster.request("POST", f"/{index}-lexicon/_refresh")
    assert {one["key"] for one in kept} >= {one.name for one in parts}
    assert len(kept) <= len(parts) + 2


@pytest.mark.parametrize("step", ["part_of_commit", "send", "drop_parts"])
def test_a_commit_that_broke_off_counts_once(
    open_backend: Callable[[], OpenSearchBackend], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    backend, oracle, chance = open_backend(), MemoryBackend(), random.Random(9)
    first, second = pages(chance, 6), pages(chance, 6)
    for one in (backend, oracle):
        write(one, first, [])
    act = getattr(writing, step)

    def broken(*arguments: Any, **options: Any) -> Any:
        if step == "send":
            act(arguments[0], list(arguments[1])[:2], **options)
        else:
            act(*arguments)
        raise IndexUnavailableError("the cluster has gone: try again")

    with monkeypatch.context() as patch:
        patch.setattr(writing, step, broken)
        with pytest.raises(IndexUnavailableError):
            write(backend, second, ["3"])
    with backend.writer():
        pass
    write(oracle, second, ["3"])
    assert said(backend) == said(oracle)


def test_the_lexicon_counts_as_the_specification_does(
    open_backend: Callable[[], OpenSearchBackend],
) -> None:
    backend, oracle, chance = open_backend(), MemoryBackend(), random.Random(10)
    documents = pages(chance, 30)
    for one in (backend, oracle):
        write(one, documents[:20], [])
        write(one, documents[20:], ["1", "2"])
    asked = Counter[str]()
    with backend.open_view() as view, oracle.open_view() as expected:
        lexicon, specified = view.lexicon(), expected.lexicon()
        request = backend._cluster.request

        def counted(*arguments: Any, **options: Any) -> Any:
            asked[arguments[1]] += 1
            return request(*arguments, **options)

        backend._cluster.request = counted  # type: ignore[method-assign]
        for left in ("ben", "song", "cho", "lu", "khong"):
            assert lexicon.folded_frequency(left) == specified.folded_frequency(left)
            assert lexicon.marked(left) == specified.marked(left)
        assert lexicon.answer(frequencies_of_pairs) == frequencies_of_pairs(specified)
        # For where the blocks of two parts begin, for what is kept whole, and for all pairs.
        assert sum(asked.values()) <= 2 + 1 + 1
        assert frequencies_of_pairs(lexicon) == frequencies_of_pairs(specified)
        assert sum(asked.values()) <= 2 + 1 + 1


def test_what_depends_on_other_answers_is_answered(
    open_backend: Callable[[], OpenSearchBackend],
) -> None:
    backend, oracle, chance = open_backend(), MemoryBackend(), random.Random(12)
    documents = pages(chance, 20)
    for one in (backend, oracle):
        write(one, documents, [])

    def ask(lexicon: Lexicon) -> list[tuple[str, int, int]]:
        return [
            (way, lexicon.frequency(f"{way} {spelled}"), sum(lexicon.sampled(left, right).values()))
            for left, right in PAIRS
            if lexicon.pair_frequency(left, right)
            for way, _ in lexicon.marked(left)
            for spelled, _ in lexicon.marked(right)
        ]

    with backend.open_view() as view, oracle.open_view() as expected:
        found = view.lexicon().answer(ask)
        assert len(found) > 3
        assert found == ask(expected.lexicon()) == ask(view.lexicon())


def test_a_commit_that_is_ended_without_its_changes_is_counted_as_it_is(
    open_backend: Callable[[], OpenSearchBackend], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    backend, chance = open_backend(), random.Random(11)
    write(backend, [page(str(at), f"{SYLLABLES[at]} nước") for at in range(6)], [])
    send = writing.send

    def broken(target: Any, changes: Any, **options: Any) -> None:
        send(target, list(changes)[:1], **options)
        raise IndexUnavailableError("the cluster has gone: try again")

    with monkeypatch.context() as patch:
        patch.setattr(writing, "send", broken)
        with pytest.raises(IndexUnavailableError):
            write(backend, pages(chance, 6), ["3"])
    for one in tmp_path.iterdir():
        one.unlink()
    assert settle(backend._cluster, backend._control_document)
    oracle = MemoryBackend()
    with backend.open_view() as view, oracle.writer() as writer:
        for document in view.documents():
            writer.add(document)
    assert said(backend) == said(oracle)
