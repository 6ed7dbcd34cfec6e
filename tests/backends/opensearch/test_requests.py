"""What a cluster is asked for: few requests, and no point in time longer than it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from searchengine import SearchEngine
from searchengine.backends.contract.base import page
from searchengine.backends.opensearch.address import Address
from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.backends.opensearch.recent import Recent
from searchengine.backends.opensearch.searching.windows import first_window
from searchengine.backends.scores import Corpus
from searchengine.backends.values import FieldTerm, Phrase, Plan, ScoringTerm
from searchengine.text.streams import SYLLABLES
from tests.cluster.fixtures import NODES

PAGES = [page(str(at), f"Làng nghề gốm {at} bên sông.", date="2022-07-03") for at in range(30)]


@pytest.fixture
def backend(indices: Any, tmp_path: Path) -> OpenSearchBackend:
    made: OpenSearchBackend = indices.create(spool=tmp_path)
    with made.writer() as writer:
        for one in PAGES:
            writer.add(one)
    return made


@pytest.fixture
def asked(backend: OpenSearchBackend, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the requests from now on."""
    paths: list[str] = []
    request = Cluster.request

    def counted(self: Cluster, method: str, path: str, *args: Any, **options: Any) -> Any:
        paths.append(path)
        return request(self, method, path, *args, **options)

    monkeypatch.setattr(Cluster, "request", counted)
    return paths


def open_points(backend: OpenSearchBackend) -> int:
    """How many points in time there are; each is counted by every shard."""
    name = backend._cluster.address.name
    stats = Cluster(Address.parse(f"opensearch://{backend._cluster.address.hosts[0]}/{name}"))
    found = stats.request("GET", f"/{name}/_stats/search")["_all"]["total"]["search"]
    return int(found["point_in_time_current"]) // NODES


def test_a_search_makes_few_requests(backend: OpenSearchBackend, asked: list[str]) -> None:
    """At most one for what planning counts, and one for the ranking with all that is shown."""
    with SearchEngine(backend).open_view() as view:
        view.search("làng nghề", suggest=False)
        asked.clear()
        assert view.search("gốm bên sông", suggest=False).total == 30
        assert asked == ["/_msearch"] * len(asked)
        assert len(asked) <= 2
        asked.clear()
        # Of few matches others come behind.
        assert view.search("gốm 7 bên sông", suggest=False).total_partial == 29
        assert len(asked) <= 2
        asked.clear()
        found = view.search("gốm 7 sông", source="không có", suggest=False)
        assert (found.total, found.total_partial) == (0, 0)
        assert len(asked) <= 2


def test_what_vocabularies_say_is_asked_once(backend: OpenSearchBackend, asked: list[str]) -> None:
    """Blocks of terms are kept, also for the commits that follow."""
    with SearchEngine(backend).open_view() as view:
        view.search("làng nghề", suggest=False)
        asked.clear()
        view.search("nghề gốm", suggest=False)
        view.search("song lang*", suggest=False)
        assert asked == ["/_msearch"] * 2
    with backend.writer() as writer:
        writer.add(page("mới", "Chợ nổi trên sông."))
    with SearchEngine(backend).open_view() as view:
        assert view.search("chợ nổi", suggest=False).total == 1
        asked.clear()
        assert view.search("nghề gốm bên sông", suggest=False).total == 30
        assert len(asked) <= 2


def test_a_query_of_many_words_makes_no_request_more_for_facets(
    backend: OpenSearchBackend, asked: list[str]
) -> None:
    query = "làng nghề gốm bên sông ngày nay"
    with SearchEngine(backend).open_view() as view:
        view.search("làng nghề", suggest=False)
        asked.clear()
        view.search(query, suggest=False, facets=False, snippets=False)
        assert len(asked) <= 2
        asked.clear()
        # What planning counts is known by then.
        assert view.search(query, suggest=False).facets["year"] == {"2022": 30}
        assert asked == ["/_msearch"]


def test_a_phrase_makes_two_requests(backend: OpenSearchBackend, asked: list[str]) -> None:
    with SearchEngine(backend).open_view() as view:
        view.search("làng nghề", suggest=False)
        asked.clear()
        assert view.search('"gốm 7 bên sông"', suggest=False).total == 1
        assert asked == ["/_msearch"] * 2


def test_a_correction_asks_for_much_at_once(backend: OpenSearchBackend, asked: list[str]) -> None:
    with SearchEngine(backend).open_view() as view:
        view.search("một câu khác", suggest=True)
        asked.clear()
        found = view.search("làng nghè gốn bên sông")
        assert (found.suggestion, found.total) == ("làng nghề gốn bên sông", 30)
        assert asked == ["/_msearch"] * len(asked)
        assert len(asked) <= 3


def test_documents_that_go_are_looked_up_at_once(
    backend: OpenSearchBackend, asked: list[str]
) -> None:
    engine = SearchEngine(backend)
    assert engine.delete([*map(str, range(20)), "không có"]) == ["không có"]
    assert [path.rpartition("/")[2] for path in asked].count("_mget") == 1
    with engine.open_view() as view:
        assert {one.id for one in view.documents()} == set(map(str, range(20, 30)))


def test_views_of_one_commit_share_their_points_in_time(
    backend: OpenSearchBackend, asked: list[str]
) -> None:
    with backend.open_view(), backend.open_view(), backend.open_view():
        opened = [path for path in asked if path.endswith("/point_in_time")]
        # One of the documents, one of their vocabularies.
        assert len(opened) == len(set(opened)) == 2


def test_points_in_time_are_let_go(backend: OpenSearchBackend) -> None:
    with backend.open_view():
        assert open_points(backend) == 1
        with backend.writer() as writer:
            writer.delete("3")
        with backend.open_view():
            assert open_points(backend) == 2
        assert open_points(backend) == 2
    assert open_points(backend) == 1
    backend.close()
    assert open_points(backend) == 0


def test_the_last_answers_stay_and_older_ones_go() -> None:
    kept: Recent[int, str] = Recent(10)
    for key in range(100):
        kept[key] = str(key)
        assert all(kept[one] == str(one) for one in range(max(0, key - 9), key + 1))
    assert sum(key in kept for key in range(100)) <= 20
    with pytest.raises(KeyError):
        kept[0]


@pytest.mark.parametrize(("slop", "known", "size"), [(0, 300, 40), (2, 300, 300), (2, 9999, 800)])
def test_of_a_phrase_with_a_slop_all_are_looked_at_at_once(
    slop: int, known: int, size: int
) -> None:
    """The cluster ranks them otherwise, so that one window after the other would be asked for."""
    phrase = FieldTerm(SYLLABLES, Phrase(("làng", "gốm"), slop).term)
    plan = Plan(None, score=(ScoringTerm(*phrase, 1.0),), fold_duplicates=True)
    assert first_window(plan, Corpus(10_000, {phrase: known}, {}, 1.0)) == size
