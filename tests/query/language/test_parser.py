"""Parsing: the query language, and what happens to text that is not in it."""

from __future__ import annotations

import contextlib
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchengine.errors import QueryError
from searchengine.query.language.parser import (
    CUT_NOTE,
    LITERAL_NOTE,
    MAX_CHARACTERS,
    MAX_TERMS,
    parse,
)
from searchengine.query.language.tree import (
    Bool,
    DateRange,
    HasFacet,
    HasNumber,
    InTitle,
    Near,
    Phrase,
    Prefix,
    Words,
)


def test_bare_words_stay_one_text() -> None:
    assert parse("đại hội chi bộ").root == Words("đại hội chi bộ")


def test_phrase() -> None:
    assert parse('"đại hội"').root == Phrase("đại hội")


def test_a_phrase_with_others_between() -> None:
    assert parse('"đại hội"~3').root == Phrase("đại hội", 3)
    assert parse('title:"đại hội"~2').root == InTitle(Phrase("đại hội", 2))
    assert parse('("đại hội"~12)').root == Phrase("đại hội", 12)


@pytest.mark.parametrize("text", ['"đại hội"~ba', '"đại hội"~1000', '"đại hội"~', '"đại hội" ~3'])
def test_a_tilde_that_says_no_number_is_text(text: str) -> None:
    root = parse(text).root
    assert isinstance(root, Bool) or root == Phrase("đại hội")
    assert Phrase("đại hội") in (root, *getattr(root, "must", ()))


def test_near() -> None:
    near = Near(Phrase("đại"), Phrase("hội"), 5)
    assert parse("đại NEAR/5 hội").root == near
    assert parse('"chi bộ"  NEAR/0 "khu phố"').root == Near(Phrase("chi bộ"), Phrase("khu phố"), 0)
    assert parse("họp đại NEAR/5 hội xã").root == Bool(must=(near,), should=(Words("họp  xã"),))
    assert parse("+(đại NEAR/5 hội) -(bàn NEAR/1 ghế)").root == Bool(
        must=(near,), must_not=(Near(Phrase("bàn"), Phrase("ghế"), 1),)
    )
    chain = parse("a NEAR/1 b NEAR/2 c").root
    assert chain == Bool(
        must=(Near(Phrase("a"), Phrase("b"), 1), Near(Phrase("b"), Phrase("c"), 2))
    )


@pytest.mark.parametrize(
    "text", ["đại NEAR/5", "NEAR/5 hội", "đại NEAR/5 place:hội", "đại NEAR/5 hộ*", "a NEAR/1 -"]
)
def test_near_nothing_is_searched_as_words(text: str) -> None:
    query = parse(text)
    assert isinstance(query.root, Words)
    assert query.notes == (LITERAL_NOTE,)


@pytest.mark.parametrize("text", ["giá NEAR hôm nay", "NEAR/x", "near/5 a", "a NEAR/5b c"])
def test_near_without_a_number_is_a_word(text: str) -> None:
    assert parse(text).root == Words(text)


def test_phrase_beside_words_is_required() -> None:
    assert parse('phường "đại hội"').root == Bool(
        must=(Phrase("đại hội"),), should=(Words("phường"),)
    )


def test_signs() -> None:
    assert parse("+đại hội -phường").root == Bool(
        must=(Words("đại", every=True),),
        should=(Words("hội"),),
        must_not=(Words("phường", every=True),),
    )


@pytest.mark.parametrize("text", ["Covid -19", "2020 - 2025", "tổ -3", "a+b", "+84 123"])
def test_signs_before_digits_or_spaces_are_text(text: str) -> None:
    assert parse(text).root == Words(text)


def test_operators() -> None:
    assert parse("chi bộ AND phường").root == Bool(
        must=(Words("chi bộ", every=True), Words("phường", every=True))
    )
    assert parse("chi bộ OR phường").root == Bool(should=(Words("chi bộ"), Words("phường")))
    assert parse("chi bộ AND NOT phường").root == Bool(
        must=(Words("chi bộ", every=True),), must_not=(Words("phường", every=True),)
    )


def test_and_binds_tighter_than_or() -> None:
    assert parse("a OR b AND c").root == Bool(
        should=(Words("a"), Bool(must=(Words("b", every=True), Words("c", every=True))))
    )


def test_parentheses() -> None:
    assert parse("(a OR b) AND c").root == Bool(
        must=(Bool(should=(Words("a"), Words("b"))), Words("c", every=True))
    )


def test_parenthesised_words_join_the_text() -> None:
    assert parse("kế hoạch (năm 2022)").root == Words("kế hoạch năm 2022")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("title:đại", InTitle(Words("đại"))),
        ('title:"đại hội"', InTitle(Phrase("đại hội"))),
        ('place:"Quang Trung"', HasFacet("place", "Quang Trung")),
        ("author:hoàn", HasFacet("author", "hoàn")),
        ("number:74-KH/ĐU", HasNumber("74-KH/ĐU")),
        (
            "date:2022-07..2022-09",
            DateRange(datetime.date(2022, 7, 1), datetime.date(2022, 9, 30)),
        ),
        ("date:2022..", DateRange(datetime.date(2022, 1, 1), None)),
        ("date:3/7/2022", DateRange(datetime.date(2022, 7, 3), datetime.date(2022, 7, 3))),
        ("đạ*", Prefix("đạ")),
    ],
)
def test_fields_and_prefix(text: str, node: object) -> None:
    assert parse(text).root == node


def test_quotes_behind_a_word_for_dates_are_a_phrase_unless_they_hold_one() -> None:
    assert parse('họp sau:"khi mưa"').root == Bool(
        must=(Phrase("khi mưa"),), should=(Words("họp sau:"),)
    )
    assert parse('sau:"2022"').root == DateRange(datetime.date(2023, 1, 1), None)


def test_a_colon_after_another_word_is_text() -> None:
    assert parse("Hà Nội: mưa to").root == Words("Hà Nội: mưa to")


@pytest.mark.parametrize(
    "text",
    [
        'phường "đại',
        "AND AND (a",
        "(a",
        "a)",
        "a AND",
        "OR a",
        "NOT",
        "title:( a",
        "title:a NEAR/2 b",
        "a ()",
        "date:abc x",
        "(" * 99 + "a",
    ],
)
def test_what_does_not_parse_is_searched_literally_with_a_note(text: str) -> None:
    query = parse(text)
    assert query.root == Words(text)
    assert query.notes == (LITERAL_NOTE,)


@pytest.mark.parametrize("text", ["", "   ", '"', "+-()", "\u200b", "…!?"])
def test_a_query_without_a_word_is_an_error(text: str) -> None:
    with pytest.raises(QueryError, match="type some words"):
        parse(text)


def test_a_long_paste_is_cut_with_a_note() -> None:
    words = [f"xuân{number}" for number in range(MAX_TERMS + 2)]
    query = parse(" ".join(words))
    assert query.root == Words(" ".join(words[:MAX_TERMS]))
    assert query.notes == (CUT_NOTE.format(terms=MAX_TERMS),)
    assert parse(" ".join(words[:MAX_TERMS])).notes == ()


def test_the_word_that_the_limit_of_characters_cuts_is_left_out() -> None:
    query = parse("sông " + "núi" * MAX_CHARACTERS)
    assert query.root == Words("sông")
    assert query.notes == (CUT_NOTE.format(terms=1),)


def test_half_a_phrase_at_the_cut_is_text() -> None:
    query = parse('"' + "trôi " * (MAX_TERMS + 1) + '"')
    assert query.notes == (CUT_NOTE.format(terms=MAX_TERMS), LITERAL_NOTE)


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        (" OR ".join(f'place:"xã số {n}"' for n in range(90)), HasFacet("place", "xã số 0"), 50),
        (" OR ".join(f'(xã -"số {n}")' for n in range(90)), None, 63),
        ("(" + " OR ".join(f"thôn{n}" for n in range(300)) + ")", Words("thôn0"), 127),
    ],
)
def test_signs_fit_together_where_a_query_is_cut(query: str, first: object, last: int) -> None:
    cut = parse(query)
    assert cut.notes == (CUT_NOTE.format(terms=MAX_TERMS),)
    assert isinstance(cut.root, Bool)
    assert first in (None, cut.root.should[0])
    assert len(cut.root.should) == last + 1
    assert str(last) in repr(cut.root.should[last])


@given(st.text(alphabet=st.sampled_from(list('aăđ 12"()+-*:.ANDORT\n\u0301\ud800é…')), max_size=60))
def test_nothing_else_ever_raises(text: str) -> None:
    with contextlib.suppress(QueryError):
        assert parse(text).text == text


@given(st.text(max_size=200))
def test_no_unicode_raises(text: str) -> None:
    with contextlib.suppress(QueryError):
        assert parse(text).text == text


@pytest.mark.parametrize("typed", ["“chi bộ” phường", "„chi bộ” phường", "«chi bộ» phường"])
def test_quotes_of_telephones_and_word_processors_are_quotes(typed: str) -> None:
    assert parse(typed).root == parse('"chi bộ" phường').root
