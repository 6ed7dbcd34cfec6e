"""Words that planning asks for come with the frequencies of syllables, in few requests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from searchengine import SearchEngine
from searchengine.backends.contract.base import page
from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.backends.opensearch.searching.ahead import (
    bare,
    markings,
    of_marked,
    of_stripped,
    stripped,
)
from searchengine.backends.values import FieldTerm
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES, WORDS

PAIR = FieldTerm(BIGRAMS, "lang nghe")


def words(*found: str) -> set[FieldTerm]:
    return {FieldTerm(WORDS, one) for one in found}


def test_marked_syllables_make_the_words_of_their_pairs_and_runs() -> None:
    asked = [PAIR, FieldTerm(BIGRAMS, "nghe gom")]
    asked += [FieldTerm(SYLLABLES, one) for one in ("làng", "nghề", "gốm")]
    assert set(of_marked(asked)) == words("làng_nghề", "nghề_gốm", "làng_nghề_gốm")
    assert not set(of_marked([PAIR, FieldTerm(SYLLABLES, "gốm")]))


MARKED = {"lang": [("làng", 9), ("lặng", 1)], "nghe": [("nghề", 8), ("nghe", 5)]}


def test_bare_pairs_may_mean_what_documents_mark_often_enough() -> None:
    counts = {PAIR: 10, FieldTerm(FOLDED, "lang"): 10}
    lost = set(stripped(counts))
    assert lost == {"lang", "nghe"}
    found = of_stripped(counts, lost, MARKED.__getitem__)
    assert set(found) == words("làng_nghề", "làng_nghe")
    assert not list(stripped({PAIR: 0}))
    # Marks that are typed say what is meant.
    assert not list(stripped({PAIR: 10, FieldTerm(SYLLABLES, "làng"): 9}))


@pytest.mark.parametrize(("bare_ones", "lost"), [(1, {"nghe"}), (5, set())])
def test_among_marked_syllables_one_that_is_seldom_bare_has_lost_its_marks(
    bare_ones: int, lost: set[str]
) -> None:
    counts = {PAIR: 10, FieldTerm(SYLLABLES, "làng"): 9, FieldTerm(FOLDED, "nghe"): 13}
    counts[FieldTerm(SYLLABLES, "nghe")] = bare_ones
    assert set(stripped(counts)) == lost
    found = of_stripped(counts, lost, MARKED.__getitem__)
    assert set(found) == (words("làng_nghề", "làng_nghe") if lost else set())


def test_how_bare_syllables_may_be_marked_is_asked_for_in_a_bare_query_alone() -> None:
    assert set(bare([PAIR])) == {"lang", "nghe"}
    assert not list(bare([PAIR, FieldTerm(SYLLABLES, "làng")]))
    ways = {FieldTerm(SYLLABLES, one) for one in ("lang", "làng", "lặng")}
    assert ways < set(markings(["lang"]))
    assert FieldTerm(SYLLABLES, "nghề") not in set(markings(["lang"]))


@pytest.mark.parametrize(
    "query", ["xưởng gốm bên sông của làng nghề", "xuong gom ben song lang nghe"]
)
def test_a_query_that_was_never_asked_makes_few_requests(
    indices: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    backend = OpenSearchBackend.open(indices.address(), create=True, spool=tmp_path)
    with backend.writer() as writer:
        for at in range(12):
            writer.add(page(str(at), f"Xưởng gốm {at} bên sông của làng nghề."))
    asked: list[str] = []
    request = Cluster.request

    def counted(self: Cluster, method: str, path: str, *args: Any, **options: Any) -> Any:
        asked.append(path)
        return request(self, method, path, *args, **options)

    with SearchEngine(backend).open_view() as view:
        # How syllables are marked is read once a commit.
        view.search("mot cau khac", suggest=False)
        monkeypatch.setattr(Cluster, "request", counted)
        assert view.search(query, suggest=False).total == 12
    # For planning (frequencies, and words), and for the ranking.
    assert asked.count("/_msearch") <= 4
