"""What people write in one form finds pages that write it in another, the exact form first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from searchengine import SearchEngine
from searchengine.backends.embedded.index import batch_analysis
from searchengine.text import analysis
from tests.conftest import ids

Make = Callable[..., SearchEngine]

#: What no query of this file asks for.
OTHERS = (
    "Trời mưa to, bà con che lúa ngoài sân.",
    "Thầy giáo chấm bài đến khuya.",
    "Đội bóng thắng trận mở màn.",
    "Chợ quê bán rau và cá tươi.",
)


def marked(engine: SearchEngine, query: str) -> list[list[str]]:
    hits = engine.search(query).hits
    return [[hit.snippet[start:end] for start, end in hit.highlights] for hit in hits]


#: A query, a page that writes it as typed, one that writes it otherwise, and what is marked there.
FORMS = [
    ("vietnam", "Vé Vietnam rẻ.", "Vé Việt Nam rẻ.", ["Việt Nam"]),
    ("hanoi", "Phố Hanoi đẹp.", "Phố Hà Nội đẹp.", ["Hà Nội"]),
    ("saigon", "Sông Saigon rộng.", "Sông Sài Gòn rộng.", ["Sài Gòn"]),
    ("danang", "Biển Danang xanh.", "Biển Đà Nẵng xanh.", ["Đà Nẵng"]),
    ("tphcm", "Xe buýt TPHCM.", "Xe buýt thành phố Hồ Chí Minh.", ["thành phố Hồ Chí Minh"]),
    ("chibo", "Họp chibo sáng nay.", "Họp chi bộ sáng nay.", ["chi bộ"]),
    ("đạihội", "Bế mạc đạihội.", "Bế mạc đại hội.", ["đại hội"]),
    ("covid19", "Xét nghiệm covid19.", "Xét nghiệm Covid-19.", ["Covid-19"]),
    ("covid 19", "Xét nghiệm Covid-19.", "Xét nghiệm covid19.", ["covid19"]),
    ("khu5b", "Họp ở khu5b.", "Họp ở khu 5B.", ["khu 5B"]),
    ("khu 5b", "Họp ở khu 5B.", "Họp ở khu5b.", ["khu5b"]),
    ("q1", "Căn hộ Q1 bán gấp.", "Căn hộ quận 1 bán gấp.", ["quận 1"]),
    ("q1", "Căn hộ Q1 bán gấp.", "Căn hộ Q.1 bán gấp.", ["Q.1"]),
    ("quận 1", "Căn hộ quận 1 bán gấp.", "Căn hộ Q1 bán gấp.", ["Q1"]),
    ("tdp5", "Loa của TDP5 hỏng.", "Loa của tổ dân phố 5 hỏng.", ["tổ dân phố 5"]),
    ("tổ dân phố 5", "Loa của tổ dân phố 5.", "Loa của TDP5.", ["TDP5"]),
    ("F16", "Máy bay F16 hạ cánh.", "Máy bay F-16 hạ cánh.", ["F-16"]),
    ("F-16", "Máy bay F-16 hạ cánh.", "Máy bay F16 hạ cánh.", ["F16"]),
    ("W2", "Mẫu đơn W2 mới.", "Mẫu đơn W-2 mới.", ["W-2"]),
    ("W-2", "Mẫu đơn W-2 mới.", "Mẫu đơn W2 mới.", ["W2"]),
    ("việt nam", "Vé Việt Nam rẻ.", "Vé Vietnam rẻ.", ["Vietnam"]),
    ("viet nam", "Vé Việt Nam rẻ.", "Vé Vietnam rẻ.", ["Vietnam"]),
    ("0912345678", "Gọi 0912345678.", "Gọi 0912.345.678.", ["0912.345.678"]),
    ("0912 345 678", "Gọi 0912 345 678.", "Gọi 091 234 5678.", ["091 234 5678"]),
    ("+84912345678", "Gọi +84912345678.", "Gọi 0912 345 678.", ["0912 345 678"]),
    ("0912345678", "Gọi 0912345678.", "Gọi +84 912 345 678.", ["84 912 345 678"]),
    ("19001234", "Gọi 19001234.", "Gọi 1900.1234.", ["1900.1234"]),
    ("nhà 70m2", "Nhà 70m2.", "Nhà 70 m².", ["Nhà 70 m²"]),
    ("(024) 3825 1234", "Gọi (024) 3825 1234.", "Gọi 02438251234.", ["02438251234"]),
    ("2000000", "Phạt 2000000 đồng.", "Phạt 2.000.000 đồng.", ["2.000.000"]),
    ("2000000", "Phạt 2000000 đồng.", "Phạt 2 triệu đồng.", ["2 triệu"]),
    ("2.000.000", "Phạt 2.000.000 đồng.", "Phạt 2 triệu đồng.", ["2 triệu"]),
    ("2,5 triệu", "Phạt 2,5 triệu đồng.", "Phạt 2.500.000 đồng.", ["2.500.000"]),
    ("khóa 10", "Đại biểu khóa 10 về dự.", "Đại biểu khóa X về dự.", ["khóa X"]),
    ("khoa 10", "Đại biểu khóa 10 về dự.", "Đại biểu khóa X về dự.", ["khóa X"]),
    ("đại hội XIII", "Đón đại hội XIII.", "Đón đại hội 13.", ["đại hội 13"]),
    ("quý III", "Lãi quý III tăng.", "Lãi quý 3 tăng.", ["quý 3"]),
    ("thế kỷ 19", "Tranh thế kỷ 19.", "Tranh thế kỷ XIX.", ["thế kỷ XIX"]),
    ("khu phố hai", "Loa khu phố hai hỏng.", "Loa khu phố 2 hỏng.", ["khu phố 2"]),
    ("khu phố 2", "Loa khu phố 2 hỏng.", "Loa khu phố hai hỏng.", ["khu phố hai"]),
    ("thứ ba", "Họp vào thứ ba.", "Họp vào thứ 3.", ["thứ 3"]),
    ("lần thứ hai", "Giải lần thứ hai.", "Giải lần thứ II.", ["lần thứ II"]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "exact", "other", "shown"), FORMS)
def test_a_page_in_another_form_follows_the_exact_one(
    make_engine: Make, query: str, exact: str, other: str, shown: Sequence[str]
) -> None:
    engine = make_engine(other, exact, *OTHERS, *OTHERS)
    assert ids(engine.search(query))[:2] == ["b", "a"]
    assert marked(engine, query)[1] == shown


@pytest.mark.parametrize(("query", "exact", "other", "shown"), FORMS)
def test_a_page_in_another_form_is_found_alone(
    make_engine: Make, query: str, exact: str, other: str, shown: Sequence[str]
) -> None:
    del exact
    # Half of such a page may stand elsewhere; the page comes first.
    engine = make_engine("Số 2, mục 10, gọi 678.", other, *OTHERS)
    assert ids(engine.search(query))[:1] == ["b"]
    assert marked(engine, query)[0] == shown


@pytest.mark.parametrize(
    ("query", "page", "other"),
    [
        # English words that syllables could make, and that pages hold as they are.
        ("media", "Quỹ Media mở lớp.", "Bà mẻ đĩa."),
        ("online", "Học online.", "Ông ôn li nê."),
        # What no syllables make.
        ("test", "Bài test.", "Tế st."),
        ("tax", "Sân tax.", "Ta x."),
        ("google", "Tìm google.", "Goo gle."),
        ("vietjet", "Vé Vietjet.", "Việt jet."),
        # Two numbers are no code, a year is no figure.
        ("23/23", "Có 23/23 phiếu.", "Số 2323."),
        ("năm 2020", "Tổng kết năm 2020.", "Thu 2.020 đồng."),
        # A numeral belongs to what is counted.
        ("khóa X", "Khóa X họp.", "Mười (10) cuốn."),
        ("khóa 10", "Khóa 10 họp.", "Cỡ X."),
        # Words and syllables that are numbers elsewhere.
        ("quận Hai Bà Trưng", "Quận Hai Bà Trưng.", "Căn hộ 2."),
        ("áo hai dây", "Áo hai dây.", "Số 2."),
        ("loại vi khuẩn", "Loại vi khuẩn.", "Số 6."),
    ],
)
def test_what_is_no_other_form(make_engine: Make, query: str, page: str, other: str) -> None:
    engine = make_engine(page, other, page, *OTHERS)
    assert set(ids(engine.search(query))[:2]) == {"a", "c"}
    assert "b" not in ids(engine.search(query))


def test_the_district_of_a_name_is_not_numbered(make_engine: Make) -> None:
    engine = make_engine(
        "Quận Ba Đình sửa hè.", "Quận 3 sửa hè.", "Đình làng quận 7 sửa hè.", *OTHERS
    )
    assert "quan 3" not in terms_of(engine, "quận ba đình")
    assert "quan 3" in {term.replace("ậ", "a") for term in terms_of(engine, "quận ba")}


def terms_of(engine: SearchEngine, query: str) -> set[str]:
    """What a query scores in any page."""
    found = engine.search(query, limit=20, explain=True).hits
    return {part.term for hit in found if hit.explanation for part in hit.explanation.parts}


# C++, C# and .NET

LANGUAGES = (
    "Lớp C++ khai giảng.",
    "Lớp C# khai giảng.",
    "Lớp .NET khai giảng.",
    "Lớp C khai giảng.",
    "Ảnh nét, mạng net khai giảng.",
)


@pytest.mark.parametrize(
    ("query", "found", "shown"),
    [("C++", "a", "C++"), ("c#", "b", "C#"), (".NET", "c", ".NET"), ("C", "d", "C"),
     ('"lớp c++ khai giảng"', "a", "Lớp C++ khai giảng")],
)  # fmt: skip
def test_a_language_is_not_its_letters(
    make_engine: Make, query: str, found: str, shown: str
) -> None:
    engine = make_engine(*LANGUAGES)
    assert ids(engine.search(query)) == [found]
    assert marked(engine, query) == [[shown]]


def test_the_net_is_no_language(make_engine: Make) -> None:
    engine = make_engine(*LANGUAGES)
    assert ids(engine.search("net")) == ["e"]


def test_an_index_from_before_signs_counted_still_answers(
    make_engine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        for module in (analysis, batch_analysis):
            before.setattr(module, "with_stand_ins", str)
        engine = make_engine(*LANGUAGES)
    assert set(ids(engine.search("C++"))) == {"a", "b", "d"}
    assert set(ids(engine.search(".net"))) == {"c", "e"}


# Beside other words, and where forms do not count


def test_other_forms_stand_beside_other_words(make_engine: Make) -> None:
    engine = make_engine("Du lịch biển.", "Du lịch Đà Nẵng.", "Xe khách Đà Nẵng.", *OTHERS)
    assert ids(engine.search("du lịch danang"))[0] == "b"
    assert ids(engine.search("du lich danang", place="")) == ids(engine.search("du lich danang"))


def test_quotes_and_signs_mean_what_they_say(make_engine: Make) -> None:
    engine = make_engine("Vé Vietnam rẻ.", "Vé Việt Nam rẻ.", *OTHERS)
    assert ids(engine.search('"việt nam"')) == ["b"]
    assert ids(engine.search("+vietnam")) == ["a"]


def test_a_filtered_query_matches_other_forms(make_engine: Make) -> None:
    engine = make_engine("Vé Việt Nam rẻ.", "Nam sang Việt Trì.", *OTHERS)
    assert ids(engine.search("vietnam AND rẻ")) == []
    assert ids(engine.search("vietnam -trì")) == ["a"]
