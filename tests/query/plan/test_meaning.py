"""Which queries are asked by what they mean, and in which words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from searchengine import Document, SearchEngine
from searchengine.options import SearchOptions
from searchengine.query.plan.meaning import text_of_meaning
from searchengine.search_view import SearchView

TEXTS = (
    "Trường học của xã tổ chức khai giảng năm học mới.",
    "Học sinh trường xã nghỉ học vì mưa lũ.",
    "Thầy giáo trường học dạy học sinh vùng lũ.",
    "Bà con trồng bưởi, trồng cam bên sông.",
)


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchView]:
    with SearchEngine.open(tmp_path_factory.mktemp("meaning") / "index", create=True) as engine:
        with engine.writer() as writer:
            for number, text in enumerate(TEXTS):
                writer.add(Document(id=str(number), text=text))
        with engine.open_view() as view:
            yield view


def asked(view: SearchView, query: str) -> str | None:
    planned = view._planned(query, SearchOptions(date_boost=False))
    return text_of_meaning(lambda: view._lexicon, planned.query)


def test_a_query_with_diacritics_is_asked_as_it_is(view: SearchView) -> None:
    assert asked(view, "Vì sao học sinh nghỉ học?") == "Vì sao học sinh nghỉ học?"


def test_bare_words_get_the_marks_that_the_index_has(view: SearchView) -> None:
    assert asked(view, "hoc sinh truong xa nghi hoc?") == "học sinh trường xã nghỉ học?"


def test_questions_are_marked_though_no_page_asks(view: SearchView) -> None:
    assert asked(view, "Hoc sinh nghi hoc bao nhieu ngay, o dau?") == (
        "Học sinh nghỉ học bao nhiêu ngay, ở đâu?"
    )


def test_neighbours_decide_between_markings(view: SearchView) -> None:
    assert asked(view, "trong buoi") == "trồng bưởi"


def test_of_a_mixed_query_the_stripped_words_get_theirs(view: SearchView) -> None:
    assert asked(view, "học sinh truong hoc nghi hoc") == "học sinh trường học nghỉ học"


def test_an_index_of_nothing_restores_no_marks(tmp_path: Path) -> None:
    with SearchEngine.open(tmp_path / "index", create=True) as engine, engine.open_view() as empty:
        assert asked(empty, "hoc sinh nghi hoc") == "hoc sinh nghi hoc"


def test_a_word_that_no_page_has_stays(view: SearchView) -> None:
    assert asked(view, "hoc sinh kayak") == "học sinh kayak"


def test_keystrokes_are_asked_as_what_they_type(view: SearchView) -> None:
    assert asked(view, "hojc sinh truwowfng xax") == "học sinh trường xã"


@pytest.mark.parametrize(
    "query",
    [
        '"học sinh" nghỉ', "trườ*", "học -sinh", "title:trường", "12/2020/NĐ-CP",
        "theo nghị định 12/2020/NĐ-CP", "2022", "3/7/2022", "12345",
    ],
)  # fmt: skip
def test_words_answer_what_is_no_sentence(view: SearchView, query: str) -> None:
    assert asked(view, query) is None


def test_a_sentence_with_a_date_is_one(view: SearchView) -> None:
    assert asked(view, "khai giảng năm 2022") == "khai giảng năm 2022"
