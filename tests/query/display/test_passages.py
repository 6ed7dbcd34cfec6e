"""Highlighting: the original letters, whichever way the query was typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchengine.query.display.match_spans import find_matches
from searchengine.query.display.passages import SNIPPET_CHARACTERS, Snippet, highlight, snippets
from searchengine.query.display.patterns import Pattern, pattern_of
from searchengine.query.language.parser import parse
from searchengine.query.plan.query_analysis import analyze_query
from searchengine.text.scan import scan
from searchengine.text.scanned_texts import ScannedTexts
from tests.conftest import TODAY


def snippet(query: str, text: str) -> Snippet:
    """The snippet of one text, found among others that must not matter."""
    pages = [scan(one) for one in ("Chi bộ họp.", text, "", "Đại hội chi bộ khu 5B, tổ bầu cử xã")]
    return snippets(
        pages, find_matches(ScannedTexts(pages), pattern_for(query)), [None] * len(pages)
    )[1]


def pattern_for(query: str) -> Pattern:
    return pattern_of(analyze_query(parse(query), TODAY))


def marked_parts(query: str, text: str) -> list[str]:
    return [text[start:end] for start, end in highlight(text, pattern_for(query))]


@pytest.mark.parametrize("query", ["ủy ban", "uỷ ban", "uy ban", "ỦY BAN", "u\u0309y ban"])
def test_every_way_of_typing_marks_the_same_letters(query: str) -> None:
    assert marked_parts(query, "Chủ tịch Uỷ ban phường") == ["Uỷ ban"]


def test_text_in_nfd_keeps_its_own_characters() -> None:
    text = unicodedata.normalize("NFD", "họp Đại hội hôm nay")
    assert marked_parts("đại hội", text) == [unicodedata.normalize("NFD", "Đại hội")]


def test_exact_marks_win_where_the_text_has_them() -> None:
    assert marked_parts("năm", "nam và năm") == ["năm"]
    assert marked_parts("năm", "chỉ có nam") == ["nam"]
    assert marked_parts("nam", "nam và năm") == ["nam", "năm"]


def test_neighbours_join_and_others_do_not() -> None:
    found = ["gạo muối", "muối gạo", "gạo", "muối"]
    assert marked_parts("gạo muối", "gạo muối, muối gạo; gạo – muối") == found


def test_phrases_mark_only_the_phrase() -> None:
    assert marked_parts('"chi bộ"', "bộ chi, chi bộ") == ["chi bộ"]


def test_prefixes() -> None:
    assert marked_parts("phườ*", "phường, phương, phụng") == ["phường"]
    assert marked_parts("phươ*", "phường, phương, phụng") == ["phường", "phương"]
    assert marked_parts("phuo*", "phường, phương, phụng") == ["phường", "phương"]


def test_excluded_words_are_not_marked() -> None:
    assert marked_parts("chi bộ -đảng", "chi bộ đảng") == ["chi bộ"]


def test_abbreviations_mark_their_expansion() -> None:
    assert marked_parts("UBND", "Chủ tịch Ủy ban nhân dân xã") == ["Ủy ban nhân dân"]


LONG = "Mở đầu không liên quan. " * 40 + "Hôm qua Đại hội chi bộ khu 5B thành công. " + "Kết. " * 90


def test_a_snippet_holds_the_best_passage() -> None:
    query = "dai hoi chi bo khu 5b"
    found = snippet(query, LONG)
    assert "Đại hội chi bộ khu 5B" in found.text
    assert found.text.startswith("… ")
    assert found.text.endswith(" …")
    assert [found.text[a:b] for a, b in found.highlights] == ["Đại hội chi bộ khu 5B"]
    assert len(found.text) < SNIPPET_CHARACTERS + 60


def test_a_snippet_without_a_match_is_the_beginning() -> None:
    found = snippet("xyz", LONG)
    assert found.text.startswith("Mở đầu")
    assert found.highlights == ()


def test_a_snippet_is_one_line() -> None:
    found = snippet("chi bộ", "Đại hội\n\n  chi bộ")
    assert found.text == "Đại hội chi bộ"
    assert [found.text[a:b] for a, b in found.highlights] == ["chi bộ"]


def test_highlights_move_with_white_space_that_shrinks() -> None:
    text = "\n\t Họp  tổ,\u00a0\n bầu \t chi   bộ\r\n mới  "
    found = snippet("tổ chi bộ", text)
    assert found.text == "Họp tổ, bầu chi bộ mới"
    assert [found.text[a:b] for a, b in found.highlights] == ["tổ", "chi bộ"]


def test_a_later_passage_wins_only_if_it_says_more() -> None:
    filler = "Tin khác trong ngày. " * 20
    text = f"Tổ bầu cử. {filler}Tổ bầu cử. {filler}Tổ bầu cử xã."
    assert snippet("tổ bầu cử xã", text).text.endswith("Tổ bầu cử xã.")
    assert snippet("tổ bầu cử xã", text[:-4]).text.startswith("Tổ bầu cử. Tin")


FILLER = "Tin khác trong ngày không dính gì tới việc ấy. " * 12


def test_two_passages_show_what_no_single_one_holds() -> None:
    text = f"{FILLER}Làng bên có phiên chợ hoa. {FILLER}Sáng nay giá vàng tăng mạnh. {FILLER}"
    found = snippet("giá vàng phiên chợ hoa", text)
    assert [found.text[a:b] for a, b in found.highlights] == ["phiên chợ hoa", "giá vàng"]
    assert found.text.count(" … ") == 1
    assert len(found.text) < SNIPPET_CHARACTERS + 80


def test_one_passage_is_shown_where_it_says_all() -> None:
    text = f"Phiên chợ hoa. {FILLER}Giá vàng. {FILLER}Phiên chợ hoa bàn giá vàng. {FILLER}"
    found = snippet("giá vàng phiên chợ hoa", text)
    assert found.text.removeprefix("… ").removesuffix(" …").count("…") == 0
    assert [found.text[a:b] for a, b in found.highlights] == ["Phiên chợ hoa", "giá vàng"]


def test_what_covers_more_wins_over_what_is_said_often() -> None:
    text = f"Giá vàng lên, giá vàng xuống, giá vàng đứng. {FILLER}Giá vàng ở chợ hoa hôm qua."
    assert "chợ hoa" in snippet("giá vàng chợ hoa", text).text


def test_words_side_by_side_that_are_not_so_in_the_query_say_no_more() -> None:
    jumbled = "Gió lúa xa chín, gió chín xa lúa."
    text = f"{jumbled} {FILLER}Lúa thì chín, nương thì xa mà lại gió."
    assert "Lúa thì chín" in snippet("lúa chín nương xa gió", text).text
    assert "Gió lúa" in snippet("gió lúa xa chín", text).text


def test_a_sentence_does_not_begin_so_early_that_its_end_is_cut() -> None:
    long = "Hôm ấy trời mưa rất to và mọi người trong xóm nhỏ đều ở cả trong nhà, "
    text = f"{FILLER}{long}riêng giá vàng vẫn tăng. {'Rồi trời lại mưa. ' * 9}Phiên chợ hoa."
    found = snippet("giá vàng phiên chợ hoa", text)
    assert [found.text[a:b] for a, b in found.highlights] == ["giá vàng", "Phiên chợ hoa"]


def test_the_passage_shows_the_quoted_phrase() -> None:
    text = f"Họp tổ, bàn giá vàng, hoa và gạo. {FILLER}Đội chữa cháy tới kịp. {FILLER}"
    found = snippet('"chữa cháy" họp giá vàng hoa gạo', text)
    assert "chữa cháy" in [found.text[a:b] for a, b in found.highlights]


def test_both_quoted_phrases_are_shown() -> None:
    text = f"{FILLER}Đội chữa cháy tới kịp. {FILLER}Phiên chợ hoa đông vui. {FILLER}"
    found = snippet('"chữa cháy" "chợ hoa"', text)
    assert [found.text[a:b] for a, b in found.highlights] == ["chữa cháy", "chợ hoa"]


@given(st.text(alphabet="đạihộcbnpường .\n\u0301\u200b\u00a0", max_size=400))
def test_spans_lie_in_the_text_in_order(text: str) -> None:
    end = 0
    for start, stop in highlight(text, pattern_for("đại hội chi bộ")):
        assert end <= start < stop <= len(text)
        end = stop
    found = snippet("đại hội chi bộ", text)
    for start, stop in found.highlights:
        assert found.text[start:stop].strip()
