"""How often one search asks a view: each call may be a journey to another machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from searchengine import Document
from searchengine.backends.memory.backend import MemoryBackend
from searchengine.backends.protocol import View
from searchengine.search_view import SearchView
from tests.conftest import TODAY

PAGES = (
    Document(id="a", title="Đại hội chi bộ khu phố 3", text="Chi bộ khu phố 3 tổ chức đại hội."),
    Document(id="b", title="Kế hoạch 12-KH/ĐU", text="Triển khai Kế hoạch 12-KH/ĐU về dân vận."),
    Document(id="c", text="Sáng 5/9/2022, các trường khai giảng năm học mới."),
)


class CountingView:
    """A view that counts its calls."""

    def __init__(self, view: View) -> None:
        self._view = view
        self.version, self.document_count = view.version, view.document_count
        self.settings = view.settings
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._view, name)

        def counted(*arguments: Any) -> Any:
            # What is expected is asked for next; whoever finds it out at once makes one journey.
            if name != "expect":
                self.calls[name] += 1
            return method(*arguments)

        return counted

    def apart_from_lexicon(self) -> dict[str, int]:
        """Its calls but those for the lexicon, where neighbours may be one word."""
        return {name: count for name, count in self.calls.items() if name != "lexicon"}


@pytest.fixture
def view() -> CountingView:
    backend = MemoryBackend()
    with backend.writer() as writer:
        for page in PAGES:
            writer.add(page)
    return CountingView(backend.open_view())


QUERIES = [
    "đại hội chi bộ",
    "ddaij hooij chi booj",
    'đại hội "chi bộ khu phố"',
    "+hội -kế title:chi",
    "ubnd 12-KH/ĐU",
    "khai giảng 2022",
    "đại hội hoặc khai giảng",
]


BARE = ["dai hoi chi bo", "đại hoi chi bộ"]


@pytest.mark.parametrize("query", QUERIES)
def test_a_search_asks_for_frequencies_and_for_a_ranking(view: CountingView, query: str) -> None:
    options = {"snippets": False, "suggest": False, "correct": False}
    SearchView(view).search(query, today=TODAY, **options)
    assert view.apart_from_lexicon() == {"frequencies": 1, "search": 1}


@pytest.mark.parametrize("query", BARE)
def test_words_without_their_marks_ask_for_the_lexicon(view: CountingView, query: str) -> None:
    SearchView(view).search(query, today=TODAY)
    assert view.calls == {"frequencies": 1, "search": 1, "lexicon": 1}


def test_words_that_are_there_ask_for_no_more_to_be_corrected(view: CountingView) -> None:
    SearchView(view).search("đại hội khai giảng", today=TODAY, suggest=False)
    assert view.apart_from_lexicon() == {"frequencies": 1, "search": 1}


def test_a_word_that_is_not_there_asks_for_the_lexicon(view: CountingView) -> None:
    SearchView(view).search("đại hội khai giảngg", today=TODAY, suggest=False)
    assert view.calls == {"frequencies": 1, "search": 1, "lexicon": 1}


@pytest.mark.parametrize("query", ["khu*", "chi* đại* kh*", "title:đ* hội", "-ke* hội"])
def test_prefixes_ask_for_one_vocabulary_more(view: CountingView, query: str) -> None:
    SearchView(view).search(query, today=TODAY, suggest=False)
    assert view.apart_from_lexicon() == {"frequencies": 1, "vocabulary": 1, "search": 1}


@pytest.mark.parametrize("query", ["đại hôi", "dai hoi", "khai giang", 'đại hội "khu phố bốn"'])
def test_a_suggestion_asks_for_the_lexicon(view: CountingView, query: str) -> None:
    SearchView(view).search(query, today=TODAY, correct=False)
    assert view.calls == {"frequencies": 1, "search": 1, "lexicon": 1}


def test_filters_alone_ask_for_a_ranking(view: CountingView) -> None:
    SearchView(view).search("", today=TODAY, since="2022", suggest=False)
    assert view.calls == {"search": 1}


def test_explaining_the_hits_asks_once_for_all(view: CountingView) -> None:
    assert (
        len(SearchView(view).search("hội kế giảng", today=TODAY, explain=True, suggest=False)) > 1
    )
    assert view.apart_from_lexicon() == {"frequencies": 1, "search": 1, "explain": 1}


@pytest.mark.parametrize("query", QUERIES)
def test_counting_asks_for_frequencies_and_counts(view: CountingView, query: str) -> None:
    SearchView(view).facets(query, today=TODAY, correct=False)
    assert view.apart_from_lexicon() == {"frequencies": 1, "facets": 1}
    SearchView(view).histogram(query, today=TODAY, correct=False)
    assert view.apart_from_lexicon() == {"frequencies": 2, "facets": 1, "histogram": 1}
