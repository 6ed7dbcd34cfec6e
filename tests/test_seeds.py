"""The five sample pages: what they are, and what a reader finds in them."""

from __future__ import annotations

import datetime
import unicodedata

import pytest

from searchengine import SearchEngine
from tests.conftest import ids

S000 = "000_b4ca85d3dd7ac61e.txt"
S001 = "001_15548a90c78a3968.txt"
S002 = "002_4a4b7afcf6fe2866.txt"
S003 = "003_d9644e13f35e637b.txt"
S004 = "004_1cb1aed22def5ea3.txt"


@pytest.mark.parametrize(
    ("id_", "date", "place", "author", "term"),
    [
        (S000, datetime.date(2020, 3, 21), "phường Nguyễn Thái Bình", None, (2020, 2025)),
        (S001, datetime.date(2022, 7, 3), "phường Quang Trung", "Hồng Hoàn", (2022, 2025)),
        (S002, datetime.date(2023, 3, 28), "phường Nguyễn Cư Trinh", "Thanh Xuân", (2020, 2025)),
        (S003, datetime.date(2022, 9, 23), "phường Việt Hưng", None, (2022, 2025)),
        (S004, None, "phường Bắc Hồng", None, None),
    ],
)
def test_metadata(
    seed_engine: SearchEngine,
    id_: str,
    date: datetime.date | None,
    place: str,
    author: str | None,
    term: tuple[int, int] | None,
) -> None:
    document = seed_engine.get(id_)
    assert document.date == date
    assert document.place == place
    if author:
        assert document.author == author
    if term:
        assert document.term_of_office == term


def test_titles(seed_engine: SearchEngine) -> None:
    assert seed_engine.get(S003).title.startswith(
        "Đại hội các Chi bộ nhiệm kỳ 2022-2025, sự kiện chính trị"
    )
    assert seed_engine.get(S004).title.startswith("Sáng ngày 15/10, Đảng ủy phường Bắc Hồng")


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("đại hội chi bộ khu 5B", S001),
        ("dai hoi chi bo khu 5b", S001),
        (unicodedata.normalize("NFD", "đại hội chi bộ khu 5B"), S001),
        ("DAI HOI CHI BO KHU 5B", S001),
        ("ddaij hooij chi booj khu 5b", S001),
        ("nguyen cu trinh", S002),
        ("dan van kheo", S004),
        ("26,6 km đường bê tông", S004),
        ("74-KH/ĐU", S003),
        ("74 kh du", S003),
        ("74/KH-ĐU", S003),
        ("khu phố 2", S000),
        ("01-KL/TW", S002),
        ("1 kl tw", S002),
        ('"dân vận khéo"', S004),
        ("place:việt", S003),
        ("author:hoàn", S001),
        ("date:2020", S000),
    ],
)
def test_first_hit(seed_engine: SearchEngine, query: str, first: str) -> None:
    assert ids(seed_engine.search(query))[0] == first


def test_tone_placement_makes_no_difference(seed_engine: SearchEngine) -> None:
    new, old = seed_engine.search("uỷ ban kiểm tra"), seed_engine.search("ủy ban kiểm tra")
    assert [(hit.id, hit.score) for hit in new] == [(hit.id, hit.score) for hit in old]
    assert ids(new)


def test_date_filters(seed_engine: SearchEngine) -> None:
    query = "đảng bộ phường"
    assert ids(seed_engine.search(query, since="2023")) == [S002]
    assert ids(seed_engine.search(query, until="2020-12-31")) == [S000]
    between = seed_engine.search(query, since="2022-07", until="23/9/2022")
    assert sorted(ids(between)) == [S001, S003]


@pytest.mark.parametrize("junk", ['"tỷ giá ngoại tệ"', '"mã xác thực"', '"tin mới nhất"'])
def test_page_junk_is_not_found(seed_engine: SearchEngine, junk: str) -> None:
    assert seed_engine.search(junk).total == 0


def test_the_original_page_is_kept(seed_engine: SearchEngine) -> None:
    document = seed_engine.get(S001)
    assert document.original is not None
    assert "Tỷ giá ngoại tệ" in document.original
    assert "Tỷ giá ngoại tệ" not in document.text


def test_facets(seed_engine: SearchEngine) -> None:
    facets = seed_engine.search("phường").facets
    assert facets["year"] == {"2023": 1, "2022": 2, "2020": 1}
    assert facets["place"]["phường Quang Trung"] == 1
    assert facets["term_of_office"] == {"2020–2025": 2, "2022–2025": 2}


def test_explain_adds_up(seed_engine: SearchEngine) -> None:
    for hit in seed_engine.search("đại hội chi bộ 2022", explain=True):
        explanation = hit.explanation
        assert explanation is not None
        total = sum(part.score for part in explanation.parts)
        total *= explanation.date_factor * explanation.nearness
        assert hit.score == pytest.approx(total, abs=1e-6)


def test_suggestions(seed_engine: SearchEngine) -> None:
    assert seed_engine.suggest("đại hộ")[0] == "đại hội"
    assert seed_engine.suggest("dai ho")[0] == "đại hội"
    assert seed_engine.suggest("xyz") == []
    assert seed_engine.suggest("") == []
