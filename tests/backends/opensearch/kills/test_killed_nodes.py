"""The manager of three nodes, which holds primary shards, is killed while others search and write.

What is answered is one commit or the other, or nothing; and no document is lost or there twice.
``--long`` writes 20,000 documents during 1,000 searches in place of 600 during 60.
"""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from searchengine import SearchEngine
from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.backends.opensearch.writing import bulk
from searchengine.errors import IndexUnavailableError
from tests.backends.opensearch.kills.writing import QUESTIONS, edition, seed, write
from tests.cluster.fixtures import start_or_skip
from tests.cluster.nodes import Cluster

pytestmark = pytest.mark.opensearch

Answer = tuple[Any, ...]


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Cluster]:
    with start_or_skip(tmp_path / "three", nodes=3) as cluster:
        yield cluster


def ask(cluster: Cluster, path: str) -> Any:
    """What the first node answers."""
    with urllib.request.urlopen(f"{cluster.url}{path}", timeout=90) as answer:
        return json.load(answer)


def manager(cluster: Cluster) -> int:
    """The number of the node that manages the others, which must hold a primary shard."""
    name = ask(cluster, "/_cat/cluster_manager?format=json")[0]["node"]
    shards = ask(cluster, "/_cat/shards/bai-2*?format=json")
    assert name in {shard["node"] for shard in shards if shard["prirep"] == "p"}
    return [node.home.name for node in cluster.nodes].index(name)


def answer(engine: SearchEngine, question: str) -> tuple[str, Answer]:
    """The commit that answers a question, and all that it says."""
    with engine.open_view() as view:
        found = view.search(question, suggest=False)
        hits = [(hit.id, hit.snippet, f"{hit.score:.6g}") for hit in found]
        return view.version, (found.total, hits, found.facets, view.document_count)


def answers_to_all(engine: SearchEngine) -> dict[str, dict[str, Answer]]:
    """What the last commit answers to all questions, by its name."""
    answers = {one: answer(engine, one) for one in QUESTIONS}
    (version,) = {version for version, _ in answers.values()}
    return {version: {question: found for question, (_, found) in answers.items()}}


class Searching:
    """Asks random questions in a thread of its own until it has asked enough."""

    def __init__(self, engine: SearchEngine, seed: int) -> None:
        self._engine = engine
        self._chance = random.Random(seed)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._search)
        self.answers: list[tuple[str, str, Answer]] = []
        self.unavailable = 0
        self.error: BaseException | None = None
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _search(self) -> None:
        while not self._over.is_set() and self.error is None:
            question = self._chance.choice(QUESTIONS)
            try:
                self.answers.append((question, *answer(self._engine, question)))
            except IndexUnavailableError:
                self.unavailable += 1
            except BaseException as error:
                self.error = error


def test_the_manager_is_killed(
    three: Cluster,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    long = request.config.getoption("--long") is not None
    count, searches = (25_000, 1000) if long else (750, 60)
    monkeypatch.setattr(bulk, "_CHUNK", 4_000_000 if long else 100_000)
    restarts: list[threading.Timer] = []
    sent = itertools.count()
    send_chunk = bulk._send_chunk

    def killing(*arguments: Any) -> None:
        # In the middle of what is sent, from a thread that sends.
        if next(sent) == 6:
            victim = manager(three)
            three.kill(victim)
            restarts.append(threading.Timer(3, three.restart, [victim]))
            restarts[0].start()
        send_chunk(*arguments)

    backend = OpenSearchBackend.open(
        three.address("bai"), create=True, shards=3, replicas=1, spool=tmp_path / "spool"
    )
    write(backend, 1, count)
    engine = SearchEngine(backend)
    expected = answers_to_all(engine)
    searching = Searching(engine, seed("killed nodes"))
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bulk, "_send_chunk", killing)
            write(backend, 2, count)
        end = time.monotonic() + 300
        while len(searching.answers) < searches and searching.error is None:
            assert time.monotonic() < end
            time.sleep(0.1)
    finally:
        searching.end()
        for restart in restarts:
            restart.join()
    assert searching.error is None, repr(searching.error)
    assert restarts

    health = ask(three, "/_cluster/health?wait_for_status=green&wait_for_nodes=3&timeout=80s")
    assert health["status"] == "green"
    expected |= answers_to_all(engine)
    assert len(expected) == 2
    for question, version, found in searching.answers:
        assert found == expected[version][question]
    with backend.open_view() as view:
        kept = list(view.documents())
    assert kept == list(edition(2, count))
    assert backend.verify() == []
    told = Counter(version for _, version, _ in searching.answers)
    print(f"answers by commit {dict(told)}, {searching.unavailable} times unavailable")
