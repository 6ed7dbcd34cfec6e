"""Document numbers: found as written, named by a key that every way of typing meets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchengine.text.folding import fold
from searchengine.text.numbers import candidate_keys, find_numbers, number_key


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("kế hoạch số 74-KH/ĐU về việc", ["74-kh-du"]),
        ("Kết luận 01-KL/TW về Chỉ thị 05-CT/TW", ["1-kl-tw", "5-ct-tw"]),
        ("Nghị định 30/2020/NĐ-CP, Quyết định 123/QĐ-UBND.", ["30-2020-nd-cp", "123-qd-ubnd"]),
        ("Luật số 59/2020/QH14", ["59-2020-qh14"]),
        ("Chỉ thị 16/CT-TTg", ["16-ct-ttg"]),
        ("số 08 - NQ/TU", ["8-nq-tu"]),
        ("1374/QĐ-BGD&ĐT", ["1374-qd-bgd-dt"]),
        ("ngày 12/7/2022, 23/23 chi bộ", []),
        ("nhà 5-Tam Kỳ, tỉ số 3-2, Covid-19", []),
        ("0912-345-678 và 2020/2021", []),
        ("", []),
    ],
)
def test_find(text: str, keys: list[str]) -> None:
    found = find_numbers(text)
    assert [mention.key for mention in found] == keys
    assert all(text[mention.start : mention.end] == mention.text for mention in found)


@pytest.mark.parametrize("typed", ["74-KH/ĐU", "74 kh du", "74/KH-ĐU", "074 KH ĐU", "74–kh–đu"])
def test_every_way_of_typing_has_one_key(typed: str) -> None:
    assert number_key(typed) == "74-kh-du"


def test_candidates_of_a_query() -> None:
    parts = fold("kế hoạch 74 kh đu 2022").split()
    keys = [key for key, _, _ in candidate_keys(parts)]
    assert "74-kh-du" in keys
    assert "2022" not in keys
    assert candidate_keys(["khu", "pho", "2"]) == []
    assert candidate_keys(["23", "23"]) == []


@given(st.integers(1, 99999), st.sampled_from(["KH/ĐU", "NQ-HĐND", "QĐ-UBND", "CT/TW"]))
def test_what_is_found_is_among_the_candidates(number: int, code: str) -> None:
    mention = find_numbers(f"theo {number}-{code} đã ban hành")[0]
    typed = fold(mention.text.replace("-", " ").replace("/", " ")).lower().split()
    assert mention.key in [key for key, _, _ in candidate_keys(typed)]
