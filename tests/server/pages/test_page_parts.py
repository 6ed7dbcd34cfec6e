"""The parts that a page is made of: pure functions, without a server."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import fields
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchengine import Document
from searchengine.backends.fields import FieldTable
from searchengine.query.display.results import Results
from searchengine.server.i18n.english import ENGLISH
from searchengine.server.i18n.messages import translate
from searchengine.server.i18n.vietnamese import VIETNAMESE
from searchengine.server.pages.address import Address, read_address
from searchengine.server.pages.document_view import MAX_CHARACTERS, document_view
from searchengine.server.pages.histogram import (
    HEIGHT,
    MAX_BARS,
    WIDTH,
    bars_by_month,
    bars_by_year,
    is_sparse,
)
from searchengine.server.pages.view import Piece, pieces, results_view


def text_of(found: Sequence[Any]) -> str:
    return "".join(piece.text for piece in found)


# The address


@given(
    st.builds(
        Address,
        q=st.text().map(str.strip),
        since=st.text().map(str.strip),
        year=st.sampled_from(["", "2022"]),
        place=st.text().map(str.strip),
        filters=st.lists(st.text().map(str.strip).filter(bool), unique=True).map(tuple),
        sort=st.sampled_from(["score", "date", "số trang:asc"]),
        boost=st.booleans(),
        every=st.booleans(),
        page=st.integers(1, 999),
        lang=st.sampled_from(["vi", "en"]),
    )
)
def test_an_address_is_read_back_as_it_was_written(asked: Address) -> None:
    assert read_address(asked.pairs()) == asked


def test_only_what_differs_from_the_usual_is_in_the_address() -> None:
    assert Address().url() == "/"
    assert Address(q="bờ kênh").url() == "/?q=b%E1%BB%9D+k%C3%AAnh"


def test_a_change_leads_back_to_the_first_page() -> None:
    asked = Address(q="lúa", page=4)
    assert asked.url(sort="date") == "/?q=l%C3%BAa&sort=date"
    assert asked.url(page=5) == "/?q=l%C3%BAa&page=5"


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e3", "٣", "9" * 40])
def test_a_page_number_that_is_none_counts_as_the_first(page: str) -> None:
    assert read_address([("page", page)]).page == 1


def test_a_lone_surrogate_does_not_break_a_link() -> None:
    assert Address(q="a\ud800").url() == "/?q=a%3F"


# The histogram


def test_years_without_a_document_are_empty_places() -> None:
    bars = bars_by_year([("2019", 4), ("2022", 1)])
    assert [(bar.label, bar.count) for bar in bars] == [
        ("2019", 4), ("2020", 0), ("2021", 0), ("2022", 1),
    ]  # fmt: skip
    assert bars[0].painted_height == HEIGHT
    assert bars[1].painted_height == 0


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [(1979, 2022, ("1979", "2022")), (1945, 2024, ("1944–1945", "2024–2025"))],
)
def test_many_years_are_put_together(first: int, last: int, labels: tuple[str, str]) -> None:
    bars = bars_by_year([(str(first), 1), (str(last), 1)])
    assert (bars[0].label, bars[-1].label) == labels
    assert len(bars) <= MAX_BARS


def test_bars_share_the_width_and_cover_all_days() -> None:
    bars = bars_by_year([(str(year), year % 7) for year in range(1900, 2024)])
    assert bars[0].x == 0
    assert bars[-1].x + bars[-1].width == pytest.approx(WIDTH, abs=0.1)
    for bar, following in pairwise(bars):
        assert int(bar.until) + 1 == int(following.since)
        assert bar.x <= bar.left <= bar.left + bar.painted_width <= following.x + 0.1


def test_months_are_named_as_people_write_them() -> None:
    bars = bars_by_month([("2021-11", 2), ("2022-02", 9)])
    assert [bar.label for bar in bars] == ["11/2021", "12/2021", "01/2022", "02/2022"]
    assert bars[0].since == bars[0].until == "11/2021"


@pytest.mark.parametrize("counts", [[], [("2022", 5)], [("2021", 0), ("2022", 0)]])
def test_without_two_bars_there_is_nothing_to_draw(counts: list[tuple[str, int]]) -> None:
    assert bars_by_year(counts) == []


def test_a_few_months_far_apart_are_sparse() -> None:
    assert is_sparse(bars_by_month([("2020-03", 1), ("2022-07", 2)]))
    assert not is_sparse(bars_by_month([("2022-03", 1), ("2022-05", 2)]))
    assert is_sparse([])


def test_a_small_count_beside_a_large_one_can_still_be_seen() -> None:
    bars = bars_by_year([("2021", 1), ("2022", 100_000)])
    assert bars[0].painted_height >= 2


# Marks


@given(st.text(), st.lists(st.integers(0, 60), max_size=8))
def test_cutting_a_text_at_its_marks_loses_nothing(text: str, cuts: list[int]) -> None:
    cuts = sorted({min(cut, len(text)) for cut in cuts})
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    assert text_of(pieces(text, spans)) == text


def test_pieces_say_what_matches() -> None:
    assert pieces("mưa xuân", [(4, 8)]) == (Piece("mưa "), Piece("xuân", match=True))


def document(text: str, spans: list[tuple[int, int]]) -> Any:
    return document_view(Document(id="a", text=text), [], spans, VIETNAMESE, FieldTable())


def test_each_line_is_a_paragraph_and_empty_ones_are_none() -> None:
    view = document("một\n\n  \nhai\r\nba", [])
    assert [text_of(paragraph).strip() for paragraph in view.paragraphs] == ["một", "hai", "ba"]


def test_matches_are_numbered_through_all_paragraphs() -> None:
    view = document("lúa chín\ngặt lúa", [(0, 3), (13, 16)])
    numbered = [(p.text, p.number) for line in view.paragraphs for p in line if p.match]
    assert numbered == [("lúa", 1), ("lúa", 2)]
    assert view.matches == 2


def test_a_match_over_the_end_of_a_line_has_one_number() -> None:
    view = document("bờ\nkênh", [(0, 7)])
    found = [(p.text.strip(), p.number) for line in view.paragraphs for p in line]
    assert found == [("bờ", 1), ("kênh", 0)]
    assert view.matches == 1


def test_a_very_long_text_is_cut_and_says_so() -> None:
    view = document("a" * (MAX_CHARACTERS + 1), [(0, 1), (MAX_CHARACTERS, MAX_CHARACTERS + 1)])
    assert view.cut
    assert view.matches == 1


# Phrases


def results(**values: Any) -> Results:
    given = {"query": "dai hoi", "total": 0, "took_ms": 1.0, "page": 1, "per_page": 10, "hits": ()}
    return Results(**{**given, **values})


def test_a_suggestion_is_a_link_to_the_same_search_with_other_words() -> None:
    asked = Address(q="dai hoi", place="phường Bàng")
    view = results_view(
        results(suggestion="đại hội"), asked, VIETNAMESE, FieldTable(), [], 10_000, {}, {}
    )
    assert view.suggestion is not None
    assert view.suggestion.label == "đại hội"
    assert view.suggestion.url == Address(q="đại hội", place="phường Bàng").url()


def test_a_correction_has_a_link_to_what_was_typed() -> None:
    asked = Address(q="dai hoii", place="phường Bàng", page=2)
    view = results_view(
        results(query="dai hoii", corrected="dai hoi"),
        asked, VIETNAMESE, FieldTable(), [], 100, {}, {},
    )  # fmt: skip
    assert view.corrected is not None
    assert view.as_typed is not None
    assert view.corrected.url == Address(q="dai hoi", place="phường Bàng").url()
    assert view.as_typed.url == Address(q="dai hoii", place="phường Bàng", correct=False).url()


@pytest.mark.parametrize(
    ("sentence", "vietnamese"),
    [
        (
            "the query is long: only its first 256 words are searched",
            "Câu tìm dài quá, nên chỉ tìm 256 từ đầu.",
        ),
        ("read as keystrokes: đại hội", "Đã đọc các phím gõ thành: đại hội"),
        (
            "the query has 1,500 characters, 1,000 is the limit: shorten it",
            "Câu tìm có 1.500 ký tự, nhiều hơn mức 1.000. Hãy rút ngắn lại.",
        ),
        (
            "the search took longer than it may: ask for less, such as fewer or rarer words",
            "Đã hết thời gian dành cho một lần tìm.",
        ),
    ],
)
def test_what_the_engine_says_is_said_in_vietnamese(sentence: str, vietnamese: str) -> None:
    assert translate(sentence, "vi").text == vietnamese
    assert translate(sentence, "vi").lang == "vi"


def test_a_sentence_without_translation_is_shown_as_english() -> None:
    assert translate("something new", "vi").lang == "en"


@pytest.mark.parametrize("name", [field.name for field in fields(VIETNAMESE)])
def test_both_languages_fill_in_the_same_places(name: str) -> None:
    def places(value: object) -> set[str | None]:
        return {place for _, place, _, _ in string.Formatter().parse(str(value)) if place}

    if name in ("errors", "how_to_rows", "nothing_help"):
        assert len(getattr(VIETNAMESE, name)) == len(getattr(ENGLISH, name))
    else:
        assert places(getattr(VIETNAMESE, name)) == places(getattr(ENGLISH, name))


def test_counts_are_written_as_the_language_does() -> None:
    assert VIETNAMESE.counted(12_345) == "12.345 văn bản"
    assert ENGLISH.counted(12_345) == "12,345 documents"
    assert ENGLISH.counted(1) == "1 document"


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        ("2022", "2022", "2022"),
        ("12500", "12.500", "12,500"),
        ("-1234567.25", "-1.234.567,25", "-1,234,567.25"),
        ("1e+15", "1e+15", "1e+15"),
    ],
)
def test_amounts_are_written_as_the_language_does(
    value: str, vietnamese: str, english: str
) -> None:
    assert (VIETNAMESE.amount(value), ENGLISH.amount(value)) == (vietnamese, english)


def test_no_template_goes_around_the_escaping() -> None:
    for template in files("searchengine.server").joinpath("templates").iterdir():
        source = template.read_text(encoding="utf-8")
        assert "safe" not in source, template.name
        assert "autoescape" not in source, template.name
