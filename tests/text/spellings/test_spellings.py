"""What else may be written for the words of a query, before any index is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchengine.text.analysis import analyze
from searchengine.text.spellings import MAX_CANDIDATES, other_spellings
from searchengine.text.spellings.joined import MAX_JOINED, split


def proposed(text: str) -> dict[str, set[str]]:
    """The other spellings of each run of syllables that has some."""
    analysis = analyze([text])[0]
    found: dict[str, set[str]] = {}
    for one in other_spellings(analysis.syllables, analysis.words, text):
        typed = " ".join(analysis.syllables[one.start : one.end])
        found.setdefault(typed, set()).add(" ".join(one.syllables))
    return found


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("vietnam", {("viet", "nam")}),
        ("chinhphu", {("chinh", "phu")}),
        ("đạihội", {("đại", "hội")}),
        ("hongkong", {("hong", "kong")}),
        ("hoai", set()),
        ("google", set()),
        ("vietjet", set()),
        ("test", set()),
        ("tax", set()),
        ("xiii", set()),
        ("a" * 31, set()),
    ],
)
def test_what_a_word_may_be_taken_apart_to(word: str, parts: set[tuple[str, ...]]) -> None:
    assert set(split(word)) == parts


def test_every_way_of_the_fewest_syllables_is_proposed() -> None:
    assert set(split("hanoi")) == {("ha", "noi"), ("han", "oi")}
    assert ("ho", "chi", "minh") in split("hochiminh")


def test_syllables_of_a_word_are_joined_and_others_only_without_diacritics() -> None:
    assert proposed("đi việt nam") == {"việt nam": {"vietnam"}}
    assert set(proposed("di viet nam")) == {"di viet", "viet nam"}


def test_a_long_text_joins_nothing() -> None:
    assert "việt nam" in proposed("ở việt nam, " + "và " * (MAX_JOINED - 3))
    assert "việt nam" not in proposed("ở việt nam, " + "và " * MAX_JOINED)


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("F16", {"f16": {"f 16"}}),
        ("F-16", {"f 16": {"f16"}}),
        ("q1", {"q1": {"q 1", "quận 1"}}),
        ("p.5", {"p 5": {"p5", "phường 5"}}),
        ("10km", {"10km": {"10 km"}}),
        ("70m2", {"70m2": {"70 m2"}}),
        ("quan3", {"quan3": {"quan 3"}}),
        ("nq18", {"nq18": {"nq 18", "nghị quyết 18"}}),
        ("tdp3", {"tdp3": {"tdp 3", "tổ dân phố 3"}}),
        ("chibo5", {"chibo5": {"chibo 5", "chi bo 5"}}),
        ("h5n1", {}),
        ("23/23", {}),
        ("8/8/2022", {}),
        ("năm 2020", {}),
        ("seagames2019", {}),
    ],
)
def test_codes(text: str, others: dict[str, set[str]]) -> None:
    assert proposed(text) == others


def test_only_metres_are_joined_with_their_digit_to_a_number() -> None:
    assert proposed("đất 1200 m²")["1200 m²"] == {"1200m2"}
    assert "70 a2" not in proposed("nhà 70 a2")
    assert "12 5b" not in proposed("khu 12 5b")


def test_a_telephone_number_in_any_grouping() -> None:
    found = proposed("gọi 0912 345 678")["0912 345 678"]
    assert {"0912345678", "091 234 5678", "84 912 345 678", "84912345678"} <= found
    assert {"0912345678", "091 234 5678"} <= proposed("+84 91 234 5678")["84 91 234 5678"]
    assert "02438251234" in proposed("(024) 3825 1234")["024 3825 1234"]


def test_the_number_of_a_service_in_any_grouping() -> None:
    found = proposed("gọi 19001234")["19001234"]
    assert {"1900 1234", "1900 12 34"} <= found
    assert "1800545480" in proposed("1800 545 480")["1800 545 480"]
    assert "19001999" not in proposed("năm 1900 đến 1999").get("1900 1999", set())


@pytest.mark.parametrize(
    "text", ["0912 345", "19001234", "01/01/2020", "2020 2025 30", "00123456789"]
)
def test_what_is_no_telephone_number(text: str) -> None:
    assert not any(other.startswith("84") for some in proposed(text).values() for other in some)


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("2000000", {"2 000 000", "2 triệu"}),
        ("2.000.000", {"2000000", "2 triệu"}),
        ("2 triệu", {"2000000", "2 000 000"}),
        ("2,5 triệu", {"2500000", "2 500 000"}),
        ("1500000000", {"1 500 000 000", "1 5 tỷ"}),
        ("20.000 đồng", {"20000", "20 nghìn", "20 ngàn"}),
        ("2000 đồng", {"2 000", "2 nghìn", "2 ngàn"}),
        ("2000", set()),
        ("năm 2024", set()),
        ("1234567", {"1 234 567"}),
    ],
)
def test_figures(text: str, others: set[str]) -> None:
    assert {other for some in proposed(text).values() for other in some} == others


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("khóa 10", {"khóa x", "khóa mười"}),
        ("khóa X", {"khóa 10", "khóa mười"}),
        ("khoa x", {"khoa 10", "khoa mười"}),
        ("quý III", {"quý 3", "quý ba"}),
        ("thế kỷ XIX", {"kỷ 19"}),
        ("khu phố hai", {"phố 2"}),
        ("thứ ba", {"thứ 3"}),
        ("thứ tư", {"thứ 4", "thứ bốn"}),
        ("lần thứ nhất", {"thứ 1", "thứ i", "thứ một"}),
        ("khóa VI", {"khóa 6", "khóa sáu"}),
        # Not beside what is counted, a syllable, a year, a longer number, a name.
        ("áo hai dây", set()),
        ("Hai Bà Trưng", set()),
        ("quận Hai Bà Trưng", set()),
        ("loại vi khuẩn", set()),
        ("lần năm 2020", set()),
        ("khóa hai mươi", set()),
        ("phố 2", set()),
        ("cỡ X", set()),
        ("quý nhất", set()),
    ],
)
def test_numbers_beside_what_is_counted(text: str, others: set[str]) -> None:
    found = {other for some in proposed(text).values() for other in some}
    assert {other for other in found if " " in other} == others


@given(st.lists(st.sampled_from("0912 345 678 84 q 1 khóa x 2000000 triệu vietnam hà nội".split())))
def test_spellings_lie_in_the_text_and_differ_from_it(words: list[str]) -> None:
    found = other_spellings(words, words, " ".join(words))
    assert len(found) <= MAX_CANDIDATES
    for one in found:
        assert 0 <= one.start < one.end <= len(words)
        assert one.syllables != tuple(words[one.start : one.end])
