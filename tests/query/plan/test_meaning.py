"""Which queries are asked by what they mean, and in which words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from searchengine import Document, SearchEngine
from searchengine.options import SearchOptions
from searchengine.query.plan.meaning import text_of_meaning, with_meaning
from searchengine.search_view import SearchView

TEXTS = (
    "Trường học của xã tổ chức khai giảng năm học mới.",
    "Học sinh trường xã nghỉ học vì mưa lũ.",
    "Thầy giáo trường học dạy học sinh vùng lũ.",
    "Bà con trồng bưởi, trồng cam bên sông.",
    "Hợp tác xã cơ khí sửa xe ô tô vào thứ tư.",
)


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchView]:
    with SearchEngine.open(tmp_path_factory.mktemp("meaning") / "index", create=True) as engine:
        with engine.writer() as writer:
            for number, text in enumerate(TEXTS):
                writer.add(Document(id=str(number), text=text))
        with engine.open_view() as view:
            yield view


class Encoder:
    """Stands for a model: every text means the same."""

    fingerprint, spread = "mau", 0.0

    def query(self, text: str) -> tuple[float, ...]:
        return (1.0, 0.0)


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


def test_words_that_only_join_others_are_marked_though_no_page_has_them(view: SearchView) -> None:
    assert asked(view, "toi muon hoi truong hoc o dau a") == "tôi muốn hỏi trường học ở đâu ạ"
    assert asked(view, "mua lu thi nghi hoc") == "mưa lũ thì nghỉ học"


def test_what_pages_have_side_by_side_is_no_such_word(view: SearchView) -> None:
    # Tư, not từ; cơ, not có.
    assert asked(view, "hop tac xa co khi") == "hợp tác xã cơ khí"
    assert asked(view, "sua xe o to thu tu") == "sửa xe ô tô thứ tư"


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
        '"học sinh" -nghỉ', '"học sinh"', "trườ*", "học -sinh", "title:trường", "12/2020/NĐ-CP",
        "theo nghị định 12/2020/NĐ-CP", "2022", "3/7/2022", "12345",
    ],
)  # fmt: skip
def test_words_answer_what_is_no_sentence(view: SearchView, query: str) -> None:
    assert asked(view, query) is None


def test_abbreviations_are_asked_in_full(view: SearchView) -> None:
    assert asked(view, "UBND xã mở lớp học") == "ủy ban nhân dân xã mở lớp học"
    assert asked(view, "ubnd xa hoc sinh") == "ủy ban nhân dân xã học sinh"
    assert asked(view, "Ủy ban nhân dân xã") == "Ủy ban nhân dân xã"


def test_a_sentence_that_quotes_is_asked_without_its_quotes(view: SearchView) -> None:
    assert asked(view, 'Khi nào "học sinh" nghỉ?') == "Khi nào học sinh nghỉ?"
    assert asked(view, 'khi nao "hoc sinh" nghi') == "khi nào học sinh nghỉ"


def test_a_quotation_that_no_page_has_is_asked_by_meaning_too(view: SearchView) -> None:
    planned = view._planned('khi nào "sông học sinh" nghỉ', SearchOptions(date_boost=False))
    assert planned.plan.otherwise is not None
    staged, notes = with_meaning(planned.plan, planned.query, Encoder(), lambda: view._lexicon)
    assert staged.otherwise is not None
    assert staged.semantic == staged.otherwise.semantic is not None
    assert notes == ()


def test_a_sentence_with_a_date_is_one(view: SearchView) -> None:
    assert asked(view, "khai giảng năm 2022") == "khai giảng năm 2022"
