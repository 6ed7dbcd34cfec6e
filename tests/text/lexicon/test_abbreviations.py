"""Short forms and what they stand for, both ways."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchengine.text.folding import fold
from searchengine.text.lexicon.abbreviations import ABBREVIATIONS, Expansion, expand
from searchengine.text.lexicon.spelling import is_syllable
from searchengine.text.tone import canonical_tones


def found_in(query: str) -> list[Expansion]:
    return expand(query.split())


def others(query: str) -> list[str]:
    return [" ".join(found.syllables) for found in found_in(query)]


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("ubnd", "ủy ban nhân dân"),
        ("hđnd", "hội đồng nhân dân"),
        ("mttq", "mặt trận tổ quốc"),
        ("bch", "ban chấp hành"),
        ("tdp", "tổ dân phố"),
        ("thcs", "trung học cơ sở"),
        ("bhyt", "bảo hiểm y tế"),
        ("nđ", "nghị định"),
        ("pccc", "phòng cháy chữa cháy"),
    ],
)
def test_short_and_full_form_lead_to_each_other(short: str, full: str) -> None:
    assert others(short) == [full]
    assert others(full) == [short]
    assert others(fold(short)) == [full]
    assert others(fold(full)) == [short]


def test_where_and_what_is_said() -> None:
    assert found_in("chủ tịch ubnd phường") == [
        Expansion(2, 3, "expansion", ("ủy", "ban", "nhân", "dân"))
    ]
    assert found_in("chủ tịch ủy ban nhân dân phường") == [
        Expansion(2, 6, "abbreviation", ("ubnd",))
    ]


@pytest.mark.parametrize("typed", ["tphcm", "tp hcm"])
def test_forms_written_together_and_apart_find_each_other(typed: str) -> None:
    assert set(others(typed)) | {typed} == {"thành phố hồ chí minh", "tphcm", "tp hcm"}


def test_a_half_spelled_form_is_understood_and_never_proposed() -> None:
    assert others("tp hồ chí minh") == ["thành phố hồ chí minh", "tphcm", "tp hcm"]
    assert others("thành phố hồ chí minh") == ["tphcm", "tp hcm"]


def test_the_longest_form_is_taken_and_nothing_inside_it() -> None:
    assert others("trung học cơ sở") == ["thcs"]
    assert others("mặt trận tổ quốc việt nam") == ["mttq", "mttqvn"]
    assert others("ủy ban mặt trận tổ quốc") == ["ubmttq"]


def test_each_occurrence_is_found() -> None:
    assert [(e.start, e.end) for e in found_in("ubnd và hđnd tp hcm ubnd")] == [
        (0, 1),
        (2, 3),
        (3, 5),
        (3, 5),
        (5, 6),
    ]


def test_several_meanings_are_all_told_but_only_the_likeliest_leads_back() -> None:
    assert others("btv") == ["ban thường vụ", "biên tập viên"]
    assert others("ban thường vụ") == ["btv"]
    assert others("biên tập viên") == []


def test_two_wordings_of_one_meaning_are_told_once() -> None:
    assert others("gdđt") == ["giáo dục và đào tạo", "gd đt"]
    assert others("giáo dục đào tạo") == others("giáo dục và đào tạo") == ["gdđt", "gd đt"]


@pytest.mark.parametrize("syllable", ["tt", "ct", "kh", "cp", "đt", "đu", "tư", "tu", "du", "đ"])
def test_forms_of_many_meanings_are_left_alone(syllable: str) -> None:
    assert others(syllable) == []


@pytest.mark.parametrize("query", ["", "đại hội", "khu phố 2", "ủy ban", "nhân dân", "hồng hoàn"])
def test_most_queries_have_no_other_form(query: str) -> None:
    assert expand(query.split()) == []


def test_marks_that_were_typed_must_be_right() -> None:
    assert others("ùy bàn nhân dân") == []


@pytest.mark.parametrize("short", sorted(ABBREVIATIONS))
def test_the_table_is_written_as_queries_are_read(short: str) -> None:
    for text in (short, *ABBREVIATIONS[short]):
        assert text == canonical_tones(text.lower())
        assert text == " ".join(text.split())
    assert all(is_syllable(word) for full in ABBREVIATIONS[short] for word in full.split())


def test_no_short_form_is_a_syllable_or_another_one_typed_bare() -> None:
    assert not [short for short in ABBREVIATIONS if is_syllable(short)]
    assert len({fold(short) for short in ABBREVIATIONS}) == len(ABBREVIATIONS)


@given(st.lists(st.sampled_from(["tp", "hcm", "ubnd", "ủy", "ban", "nhân", "dân", "2", "uy"])))
def test_spans_lie_in_the_query_in_order_and_never_overlap(query: list[str]) -> None:
    spans = list(dict.fromkeys((found.start, found.end) for found in expand(query)))
    assert all(0 <= start < end <= len(query) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
