"""What a page must have to match in full, and what only ranks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from searchengine import SearchEngine
from searchengine.errors import InputError

Make = Callable[..., SearchEngine]

#: Enough pages of other things that ten full matches are not asked for in vain.
OTHERS = [f"Chợ phiên bản {name} họp sớm." for name in "Mường Lát Nậm Cắn Ta Ka".split()]


def full(engine: SearchEngine, query: str, **options: object) -> str:
    """The ids of the pages that match in full, in their order."""
    hits = engine.search(query, limit=50, correct=False, **options)  # type: ignore[arg-type]
    found = [hit.id for hit in hits if not hit.partial]
    assert found == [hit.id for hit in hits][: len(found)]
    assert hits.total == len(found)
    assert hits.total_partial == len(hits) - len(found)
    return "".join(found)


@pytest.mark.parametrize(
    ("pages", "query", "found"),
    [
        # A compound is two syllables side by side.
        (["tai nạn giao thông", "giao cho cháu thông tin, tai nghe, nạn đói"], "giao thông", "a"),
        (["tai nạn giao thông", "giao cho cháu thông tin, tai nghe, nạn đói"], "giao thong", "a"),
        # Question words and function words ask for nothing.
        (["giá vàng tăng", "vàng hoe", "bao nhiêu là giá"], "giá vàng bao nhiêu", "a"),
        (["bao nhiêu", "vàng hoe"], "bao nhiêu", "a"),
        # An abbreviation is what it stands for.
        (["UBND xã họp", "ủy ban nhân dân xã họp", "xã họp dân"], "UBND họp", "ab"),
        (["UBND xã họp", "ủy ban nhân dân xã họp", "xã họp dân"], "ủy ban nhân dân họp", "ab"),
        # A number says something with the word before it.
        (["bão số 2 vào bờ", "bão giật 2 lần, số nhà đổ"], "bão số 2", "a"),
        # Two capitals are a name.
        (["ca sĩ Mỹ Tâm", *["tâm lý người Mỹ"] * 6, "Mỹ Tâm Mỹ Tâm"], "Mỹ Tâm", "ah"),
        # A date ranks and lets every page in.
        (["họp chi bộ", "họp tổ"], "chi bộ họp ngày 3 tháng 7 năm 2022", "a"),
        # Diacritics, where they were typed; a page without any has them all.
        (["vé tàu", "về tàu", "ve tau"], "vé tàu", "ac"),
        (["vé tàu", "về tàu", "ve tau"], "ve tau", "cab"),
    ],
)
def test_what_a_page_must_have(make_engine: Make, pages: list[str], query: str, found: str) -> None:
    engine = make_engine(*pages, *OTHERS)
    assert sorted(full(engine, query)) == sorted(found)


def test_a_query_of_dates_alone_asks_for_their_figures(make_engine: Make) -> None:
    engine = make_engine("Đăng ngày 3/7/2022", "Năm 2022", "Ngày ấy")
    assert full(engine, "3/7/2022") == full(engine, "ngày 3 tháng 7 năm 2022") == "a"


def test_however_a_date_is_written_its_figures_score(make_engine: Make) -> None:
    engine = make_engine("Chi bộ họp 3/7/2022.", "Chi bộ họp tháng 7.", "Ngày hội năm 2022.")
    written = engine.search("chi bộ họp ngày 3 tháng 7 năm 2022", suggest=False)
    figures = engine.search("chi bộ họp 3/7/2022", suggest=False)
    assert [(hit.id, hit.score) for hit in written] == [(hit.id, hit.score) for hit in figures]


def test_few_full_matches_let_those_with_most_of_it_in(make_engine: Make) -> None:
    most = [f"lúa chín nương xa đồi {at}" for at in range(12)]
    engine = make_engine("lúa chín nương xa đồi thơm", *most, "lúa non", *OTHERS)
    results = engine.search("lúa chín nương xa đồi thơm", limit=50, fold_duplicates=False)
    assert results.total == 13
    assert results.hits[0].id == "a"
    assert "few pages have all of the words" in results.notes[0]
    assert [hit.id for hit in results if hit.partial] == ["n"]


def test_what_no_page_has_is_left_aside(make_engine: Make) -> None:
    engine = make_engine("lúa chín", "lúa non", "chợ")
    results = engine.search("lúa chín robot", correct=False)
    assert [hit.id for hit in results if not hit.partial] == ["a"]
    assert results.notes == ("no page has these words, which were left aside: robot",)


def test_what_is_left_aside_is_said_of_the_query_that_was_answered(make_engine: Make) -> None:
    engine = make_engine("lúa chín sớm", "lúa non", "chợ")
    results = engine.search('lúa sớm "hội robot" trăng', correct=False)
    assert "searched without the quotes" in results.notes[0]
    assert results.notes[1].startswith("no page has these words, which were left aside: ")
    assert set(results.notes[1].split(": ")[1].split(", ")) == {"hội", "robot", "trăng"}


def test_signs_say_themselves_what_must_be_there(make_engine: Make) -> None:
    engine = make_engine("lúa chín", "lúa non", "chợ")
    assert full(engine, "+lúa chín") == "ab"
    assert full(engine, "lúa chín", match_all=True) == "a"
    assert full(engine, "lúa -chín") == "b"


def test_words_beside_a_phrase_must_be_there_too(make_engine: Make) -> None:
    engine = make_engine("lúa chín trên nương xa", "lúa chín ngoài đồng", "nương xa", *OTHERS)
    assert full(engine, '"lúa chín" nương') == "a"


def test_words_that_stand_near_each_other_come_first(make_engine: Make) -> None:
    far = "lúa " + "rất nhiều lời khác " * 12 + "chín"
    near = "rất nhiều lời khác " * 12 + "lúa chín"
    engine = make_engine(far, near)
    assert [hit.id for hit in engine.search("chín lúa")] == ["b", "a"]


def test_words_near_each_other_come_first_where_some_lost_their_marks(make_engine: Make) -> None:
    words = "rất nhiều lời khác " * 12
    engine = make_engine(f"giống lúa {words} chín", f"{words} giống lúa chín", "ngô chin chin")
    assert [hit.id for hit in engine.search("lúa chin giong")][:2] == ["b", "a"]


def test_counting_is_of_full_matches(make_engine: Make) -> None:
    engine = make_engine("lúa chín 2020", "lúa non 2021", *OTHERS)
    assert engine.histogram("lúa chín").total == 1


def test_a_first_day_behind_the_last_is_an_error(make_engine: Make) -> None:
    with pytest.raises(InputError, match="swap 'from' and 'to'"):
        make_engine("lúa").search("lúa", since="2023", until="2022")
