"""Dates in a query: which of its words are one, and what a date filter lets in."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchengine import Document, SearchEngine
from searchengine.errors import InputError, QueryError
from searchengine.query.dates.query_dates import origin_of, resolved
from searchengine.query.language.parser import LITERAL_NOTE, parse
from searchengine.query.language.tree import Bool, DateRange, RelativeRange, Words
from searchengine.text.dates.relative import RelativePeriod
from tests.conftest import ids

DAY = datetime.date
TODAY = DAY(2024, 5, 15)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("đại hội 2022", "2022-01-01", "2022-12-31"),
        ("nhiệm kỳ 2020-2025", "2020-01-01", "2025-12-31"),
        ("tháng 7/2022", "2022-07-01", "2022-07-31"),
        ("thang 7 nam 2022", "2022-07-01", "2022-07-31"),
        ("ngay 21 thang 3 nam 2020", "2020-03-21", "2020-03-21"),
        ("báo cáo quý 1/2023", "2023-01-01", "2023-03-31"),
        ("quý I năm 2023", "2023-01-01", "2023-03-31"),
        ("quy iv nam 2023", "2023-10-01", "2023-12-31"),
        ("hồ sơ 2022", "2022-01-01", "2022-12-31"),
        ("dai hoi 2020 ha noi", "2020-01-01", "2020-12-31"),
        ("2022 tỷ lệ hộ nghèo", "2022-01-01", "2022-12-31"),
        # A number that names something is no day.
        ("đợt số 12 tháng 11 năm 2017", "2017-11-01", "2017-11-30"),
        ("dot so 12 thang 11 nam 2017", "2017-11-01", "2017-11-30"),
        ("lịch 12 tháng 11 năm 2017", "2017-11-12", "2017-11-12"),
        ("họp hôm qua", "2024-05-14", "2024-05-14"),
        ("hop thang truoc", "2024-04-01", "2024-04-30"),
        # The first of two is meant.
        ("năm 2020 so với năm ngoái", "2020-01-01", "2020-12-31"),
        ("năm ngoái so với 2020", "2023-01-01", "2023-12-31"),
    ],
)
def test_a_date_among_the_words(text: str, first: str, last: str) -> None:
    found = origin_of(text, TODAY)
    assert found == (DAY.fromisoformat(first), DAY.fromisoformat(last))


@pytest.mark.parametrize(
    "text",
    [
        "23/23 chi bộ", "8/8 khu phố", "29/40 đảng viên", "trực 24/7", "tỷ số 2/1", "quốc lộ 5",
        "quốc lộ 1945", "nghị quyết 2020", "nghi quyet 2020", "nghị quyết 12/2020", "số 2020",
        "30/2020/NĐ-CP", "74-KH/ĐU", "2000 đồng", "2000 dong", "2000 người", "1900 1009",
        "tổng đài 1900", "covid 19", "lễ 30/4", "ngày 15/10", "viet nam truoc", "quy 3",
    ],
)  # fmt: skip
def test_a_number_that_only_looks_like_a_date_is_text(text: str) -> None:
    assert origin_of(text, TODAY) is None


def test_without_today_nothing_is_told_from_it() -> None:
    assert origin_of("hôm qua") is None
    assert origin_of("hôm qua 2022") == (DAY(2022, 1, 1), DAY(2022, 12, 31))


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("sau:2022", "2023-01-01", None),
        ("after:7/2022", "2022-08-01", None),
        ("trước:7/2022", None, "2022-06-30"),
        ("truoc:2022-07-03", None, "2022-07-02"),
        ("before:3/7/2022", None, "2022-07-02"),
        ("từ:7/2022", "2022-07-01", None),
        ("to:7/2022", None, "2022-07-31"),
        ("Đến:2022", None, "2022-12-31"),
        ("ngày:3/7/2022", "2022-07-03", "2022-07-03"),
        ("date:quý-1/2023", "2023-01-01", "2023-03-31"),
        ('date:"quý 1/2023"', "2023-01-01", "2023-03-31"),
        ("date:2022-07..2022-09", "2022-07-01", "2022-09-30"),
        ("date:2022,", "2022-01-01", "2022-12-31"),
    ],
)
def test_a_filter_by_date(text: str, since: str | None, until: str | None) -> None:
    range_ = DateRange(*(DAY.fromisoformat(day) if day else None for day in (since, until)))
    assert parse(text).root == range_
    assert parse(f"họp {text}").root == Bool(must=(range_,), should=(Words("họp"),))


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("date:hôm-nay", "2024-05-15", "2024-05-15"),
        ("date:hom-nay", "2024-05-15", "2024-05-15"),
        ('date:"tháng trước"', "2024-04-01", "2024-04-30"),
        ("date:7-ngày-qua", "2024-05-09", "2024-05-15"),
        ("date:2022..hôm-qua", "2022-01-01", "2024-05-14"),
        ('sau:"tháng trước"', "2024-05-01", None),
        ("trước:năm-nay", None, "2023-12-31"),
        ("từ:tuần-trước", "2024-05-06", None),
    ],
)
def test_a_relative_filter_waits_for_today(text: str, since: str | None, until: str | None) -> None:
    root = parse(f"họp -(chợ {text})").root
    range_ = DateRange(*(DAY.fromisoformat(day) if day else None for day in (since, until)))
    assert parse(text).root == parse(text).root
    assert isinstance(parse(text).root, RelativeRange)
    assert resolved(parse(text).root, TODAY) == range_
    assert range_ in resolved(root, TODAY).must_not[0].must  # type: ignore[union-attr]


def test_a_relative_range_says_what_it_is() -> None:
    assert parse("sau:hôm-qua").root == RelativeRange(RelativePeriod("day", -1), None, beyond=True)


@pytest.mark.parametrize(
    "text", ["sau:đó", "email to:ai", "từ:điển", "trước: 2022", "den:abc", "sau:nghị-quyết-2020"]
)
def test_without_a_date_behind_it_the_word_is_text(text: str) -> None:
    assert parse(text).root == Words(text)
    assert parse(text).notes == ()


def test_date_without_a_date_is_searched_literally() -> None:
    assert parse("date:hôm-nào").notes == (LITERAL_NOTE,)


@pytest.fixture
def engine(make_engine: Callable[..., SearchEngine]) -> SearchEngine:
    return make_engine(
        Document(id="2022", text="họp dân phố", date=DAY(2022, 6, 1)),
        Document(id="tháng 4", text="họp dân phố", date=DAY(2024, 4, 1), date_precision="month"),
        Document(id="hôm qua", text="họp dân phố", date=DAY(2024, 5, 14)),
        Document(id="không ngày", text="họp dân phố"),
    )


def test_a_relative_date_ranks_and_never_filters(engine: SearchEngine) -> None:
    plain = engine.search("họp dân phố", today=TODAY)
    assert ids(plain)[0] == "hôm qua"
    for query in ("họp dân phố tháng trước", "hop dan pho thang truoc"):
        found = engine.search(query, today=TODAY)
        assert ids(found)[0] == "tháng 4"
        assert found.total == plain.total == 4
    assert ids(engine.search("họp dân phố 2 năm trước", today=TODAY))[0] == "2022"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("họp sau:2022", ["hôm qua", "tháng 4"]),
        ("họp trước:2024", ["2022"]),
        ("họp sau:3/2024 trước:hôm-nay", ["hôm qua", "tháng 4"]),
        ('họp date:"tháng trước"', ["tháng 4"]),
        ("date:hôm-qua", ["hôm qua"]),
        ("họp -date:năm-nay", ["2022", "không ngày"]),
    ],
)
def test_filters_let_in(engine: SearchEngine, query: str, found: list[str]) -> None:
    assert sorted(ids(engine.search(query, today=TODAY))) == found


def test_a_filters_diacritics_do_not_mark_the_words(engine: SearchEngine) -> None:
    assert engine.search('+hop "dan pho" trước:năm-nay', today=TODAY).total == 1


def test_options_take_relative_dates(engine: SearchEngine) -> None:
    assert ids(engine.search("họp", since="tháng trước", until="tháng trước", today=TODAY)) == [
        "tháng 4"
    ]
    with pytest.raises(InputError, match="is not a date"):
        engine.search("họp", since="hôm nào")


def test_a_filter_alone_lists_its_documents_newest_first(engine: SearchEngine) -> None:
    assert ids(engine.search("", since=DAY(2022, 1, 1))) == ["hôm qua", "tháng 4", "2022"]
    assert ids(engine.search("date:2022..")) == ["hôm qua", "tháng 4", "2022"]
    assert ids(engine.search("  ", until="2023")) == ["2022"]
    with pytest.raises(QueryError, match="empty"):
        engine.search("")


PIECES = st.sampled_from(
    ["sau:", "trước:", "date:", "từ:", "đến:", "hôm nay", "hom-nay", "tháng trước", "7 ngày qua",
     "999 năm trước", "2022", "12/2022", "31/2/2022", "quý", "IV", "năm", "0", "..", "/", "-", '"',
     " ", " ", "(", ")", "đồng", "số", "\u0323", "\ud800"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join))
def test_no_text_about_dates_raises(text: str) -> None:
    origin_of(text, TODAY)
    with contextlib.suppress(QueryError):
        root = resolved(parse(text).root, TODAY)
        assert "RelativeRange" not in repr(root)
