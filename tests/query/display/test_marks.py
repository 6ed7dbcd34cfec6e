"""What is marked: words as they are meant, neither other words of the same letters nor parts."""

from __future__ import annotations

import pytest

from searchengine import Document, SearchEngine

#: Pages in which the words of the tests stand in their usual company, and their look-alikes too.
PAGES = [
    "Tai nạn giao thông ở Hà Nội giảm. Nơi xảy ra tai nạn là ngã tư; người dân nói tại chỗ.",
    "Công an Hà Nội xử lý tai nạn giao thông. Cô giáo nói trường ở nơi khác, tại phường bên.",
    "Tại nơi làm việc, thầy giáo nói về nội quy. Nạn nhân thông báo tai biến.",
    "Giá vàng hôm nay tăng. Gia đình bà bán nhà, con gà già gáy, sân vắng.",
    "Ông Trịnh Hoài Nam nhận giải. Mùa hoài niệm, phía nam nắng, trình báo công an.",
    "Chủ tịch UBND huyện họp; ủy ban nhân dân xã báo cáo. Nhân viên ban hành dấu.",
    "Nghị định 46/2016/NĐ-CP quy định mức phạt. Năm 2016 có 46 vụ, nghị sĩ định bỏ phiếu.",
    "Máy iPhone 8 có pin tốt. Màn hình 5,8 inch.",
    "Cháy rừng thông lan rộng. Chạy bộ buổi sáng, cháo nóng.",
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    engine = SearchEngine.open(tmp_path_factory.mktemp("marks") / "index", create=True)
    with engine.writer() as writer:
        for number, text in enumerate(PAGES * 3):
            writer.add(Document(id=str(number), title=text.partition(".")[0], text=text))
    return engine


def marked(engine: SearchEngine, query: str, text: str) -> list[str]:
    """What a search marks in ``text`` as a page of its own, opened by itself."""
    return [text[start:end] for start, end in engine.highlights(query, text)]


def in_hits(engine: SearchEngine, query: str) -> set[str]:
    """Every stretch marked in the passages and titles of the hits, in lower case."""
    return {
        text[start:end].lower()
        for hit in engine.search(query).hits
        for text, spans in ((hit.snippet, hit.highlights), (hit.title, hit.title_highlights))
        for start, end in spans
    }


@pytest.mark.parametrize("page", [0, 1])
def test_a_bare_query_marks_the_words_that_it_means(engine: SearchEngine, page: int) -> None:
    found = {one.lower() for one in marked(engine, "tai nan giao thong ha noi", PAGES[page])}
    assert "hà nội" in found
    assert "tai nạn giao thông" in found
    assert not found & {"nơi", "nói", "giáo", "tại", "nội", "thông", "nạn"}


def test_passages_and_titles_are_marked_alike(engine: SearchEngine) -> None:
    wrong = {"nơi", "nói", "giáo", "tại"}
    found = in_hits(engine, "tai nan giao thong ha noi")
    assert {"tai nạn giao thông", "hà nội"} <= found
    assert not found & wrong


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        # One syllable may mean any word.
        ("noi", "Nơi ấy họ nói về nội quy.", ["Nơi", "nói", "nội"]),
        # So may those of a page that has nothing else.
        ("ha noi", "Họ nói chuyện.", ["nói"]),
        ("gia vang", "Giá vàng lên; gia đình vắng.", ["Giá vàng"]),
        ("trinh hoai nam", "Trịnh Hoài Nam về phía nam, trình báo.", ["Trịnh Hoài Nam"]),
        # A page may write a name as no other does.
        ("trinh hoai nam", "Nghệ sĩ Trinh Hoài Nam hát.", ["Trinh Hoài Nam"]),
        ("ubnd huyen", "Ủy ban nhân dân huyện; cấm ban hành.", ["Ủy ban nhân dân huyện"]),
        ("uy ban nhan dan", "UBND họp, nhân dịp nhãn chín.", ["UBND"]),
        ("nghi dinh 46", "Nghị định 46 quy định rõ: 46 điều.", ["Nghị định 46"]),
        ("iphone 8 pin", "iPhone 8 cỡ 5,8 inch, pin khỏe.", ["iPhone 8", "pin"]),
        ("nghi dinh 46", "Nghị định số 46 có 46 điều.", ["Nghị định", "46"]),
        ("nghi dinh 46", "Nghị định về 46 điều.", ["Nghị định"]),
        ("nghi dinh 46", "Nghị định 46 còn dính 46 chữ.", ["Nghị định 46"]),
        ('"tai nan"', "Tai nạn. Nạn nhân tại nhà.", ["Tai nạn"]),
        ('"thong bao"', "Thông báo: thông tin, bao gạo.", ["Thông báo"]),
    ],
)
def test_bare_queries(engine: SearchEngine, query: str, text: str, found: list[str]) -> None:
    assert marked(engine, query, text) == found


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("tai nạn giao thông", "Tai nạn giao thông; cô giáo, nạn đói.", ["Tai nạn giao thông"]),
        ("tai nạn giao thông", "Nạn đói, tại chỗ.", ["Nạn"]),
        # A function word is marked beside its neighbour, in quotes, and where it is all there is.
        ("cháy tại rừng", "Cháy tại rừng; họp tại xã.", ["Cháy tại rừng"]),
        ('"tại" cháy', "Cháy to; họp tại xã.", ["Cháy", "tại"]),
        ("tại", "Họp tại xã.", ["tại"]),
        # Other marks count only where the page has not those that were typed.
        (
            "nghị định 46/2016/NĐ-CP",
            "Ngày 46, nghị định 46/2016/NĐ-CP",
            ["nghị định 46/2016/NĐ-CP"],
        ),
        ("giá vàng", "Giá vàng, gia đình, vắng.", ["Giá vàng"]),
        ("giá vàng", "Gia vang tang.", ["Gia vang"]),
        ("rưng thông", "Rừng thông đẹp; loa thông báo.", ["Rừng thông", "thông"]),
        ("nghị định 46", "Nghị định số 46 có 46 điều.", ["Nghị định", "46"]),
        # Of a number all is marked, or nothing.
        ("chi 1.000 đồng", "Chi 1.000 đồng; còn 16.000 đồng.", ["Chi 1.000 đồng", "đồng"]),
        ("lãi 5 phần", "Lãi 7,5 phần; lãi 5 phần.", ["Lãi", "phần", "lãi 5 phần"]),
        ("bão năm 2016", "Bão to 12.2016, năm 2016.", ["Bão", "2016", "năm 2016"]),
        # One sign between two of its words is no gap.
        ("L'Oréal", "Hãng L’Oréal mời.", ["L’Oréal"]),
        ("thu@phuong.vn", "Gửi thu@phuong.vn nhé.", ["thu@phuong.vn"]),
        # What is no syllable of Vietnamese is a word, whatever it is joined with.
        ("Samsung Galaxy", "Samsung Galaxy cháy; Samsung xin lỗi.", ["Samsung Galaxy", "Samsung"]),
        ("Hà Nội", "Hà Nội mưa; Hà về nội.", ["Hà Nội"]),
        # A part of a compound is marked only where the page has nothing better.
        ("xuất huyết trẻ em hôm nay", "Xuất huyết tăng năm nay.", ["Xuất huyết"]),
        ("nông nghiệp sạch", "Doanh nghiệp rửa sạch xe.", ["sạch"]),
        ("nông nghiệp", "Doanh nghiệp rửa xe.", ["nghiệp"]),
        ("bão năm 2016", "Bão to năm 2016, mùa 2016.", ["Bão", "năm 2016", "2016"]),
        # The words of a date say nothing by themselves, unless they are all there is.
        ("bão năm 2016", "Bão to, ba năm mới xong; năm 2016.", ["Bão", "năm 2016"]),
        ("bão tháng 10/2024", "Bão ngày 20 tháng 12; bão 10/2024.", ["Bão", "bão 10/2024"]),
        ("bão tháng ba", "Bão to, mấy tháng mới xong.", ["Bão", "tháng"]),
        ("năm 2016", "Ba năm mới xong.", ["năm"]),
    ],
)
def test_typed_queries(engine: SearchEngine, query: str, text: str, found: list[str]) -> None:
    assert marked(engine, query, text) == found


def test_a_title_is_marked_by_what_its_text_has(engine: SearchEngine) -> None:
    hit = next(hit for hit in engine.search("hà nội").hits if "Hà Nội" in hit.title)
    assert [hit.title[start:end] for start, end in hit.title_highlights] == ["Hà Nội"]
    others = [hit for hit in engine.search("nội quy").hits if "nội quy" in hit.snippet]
    assert others
    assert all("nơi" not in hit.title[a:b] for hit in others for a, b in hit.title_highlights)
