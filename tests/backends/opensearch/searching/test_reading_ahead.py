"""Words that planning asks for come with the frequencies of syllables, in few requests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from searchengine import SearchEngine
from searchengine.backends.contract.base import page
from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.backends.opensearch.searching import ahead
from searchengine.backends.values import FieldTerm, Phrase
from searchengine.text.streams import BIGRAMS, SYLLABLES, WORDS

PAIR = FieldTerm(BIGRAMS, "lang nghe")


def words(*found: str) -> set[FieldTerm]:
    return {FieldTerm(WORDS, one) for one in found}


MARKED = {"lang": [("làng", 9), ("lặng", 1)], "nghe": [("nghề", 8), ("nghe", 5)]}


def test_bare_pairs_may_mean_what_documents_mark_most(monkeypatch: pytest.MonkeyPatch) -> None:
    every = words("làng_nghề", "làng_nghe", "lặng_nghề", "lặng_nghe")
    assert set(ahead.terms_beside([PAIR], MARKED.__getitem__)) == every
    monkeypatch.setattr(ahead, "WAYS", 1)
    assert set(ahead.terms_beside([PAIR], MARKED.__getitem__)) == words("làng_nghề")
    # Marks that are typed say what is meant.
    typed = FieldTerm(SYLLABLES, "làng")
    assert not set(ahead.terms_beside([PAIR, typed], MARKED.__getitem__))


def test_the_syllables_of_a_phrase_weigh_it() -> None:
    asked = [FieldTerm(SYLLABLES, Phrase(("làng", "gốm"), 2).term)]
    found = ahead.terms_beside(asked, MARKED.__getitem__)
    assert set(found) == {FieldTerm(SYLLABLES, "làng"), FieldTerm(SYLLABLES, "gốm")}


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
    # For planning, and for the ranking.
    assert asked.count("/_msearch") <= 2
