"""Which documents are like one: those about the same, and none that only share its usual words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from searchengine import Document, SearchEngine
from searchengine.errors import DocumentNotFoundError, InputError

Make = Callable[..., SearchEngine]

PUMPS = "Phường lắp ba máy bơm ở kênh Bàng để chống ngập mùa mưa."
LEVEE = "Máy bơm ở kênh Bàng chạy suốt đêm, khu phố 3 hết ngập sau trận mưa lớn."
CHESS = "Hội cờ tướng phường mở giải đầu xuân cho các cụ cao tuổi."
CHOIR = "Đội hợp xướng của trường tập bài mới cho lễ khai giảng."
LIBRARY = "Thư viện xã nhận thêm hai nghìn cuốn sách thiếu nhi."


def like(engine: SearchEngine, id_: str) -> list[str]:
    return [hit.id for hit in engine.similar(id_)]


def test_what_is_about_the_same_is_like_it(make_engine: Make) -> None:
    engine = make_engine(PUMPS, CHESS, LEVEE, CHOIR, LIBRARY)
    assert like(engine, "a")[0] == "c"
    assert like(engine, "c")[0] == "a"


def test_what_shares_no_word_is_not_and_neither_is_the_document_itself(make_engine: Make) -> None:
    engine = make_engine(PUMPS, LEVEE, "Tàu cập bến.", CHOIR)
    assert "c" not in like(engine, "a")
    assert "a" not in like(engine, "a")
    assert like(engine, "c") == []


def test_what_repeats_a_document_is_not_news(make_engine: Make) -> None:
    long = " ".join([PUMPS, "Tổ công tác trực ở trạm, ghi mực nước từng giờ và báo về phường."] * 2)
    engine = make_engine(long, long, f"{LEVEE} Trạm ghi mực nước từng giờ.", CHESS, CHOIR, LIBRARY)
    assert like(engine, "a") == like(engine, "b") == ["c"]


def test_a_title_says_what_a_document_is_about(make_engine: Make) -> None:
    engine = make_engine(
        Document(id="x", title="Cờ tướng", text="Nước rút ở kênh Bàng."),
        Document(id="chess", text="Ván cờ tướng dài nhất."),
        Document(id="canal", text="Kênh Bàng cạn."),
        CHOIR,
        LIBRARY,
    )
    assert like(engine, "x")[0] == "chess"


def test_a_hit_has_the_beginning_of_its_text_and_no_marks(make_engine: Make) -> None:
    hit = make_engine(PUMPS, LEVEE, CHESS, CHOIR, LIBRARY).similar("a")[0]
    assert hit.rank == 1
    assert hit.snippet.startswith("Máy bơm ở kênh Bàng")
    assert hit.highlights == hit.title_highlights == ()


def test_the_limit_holds_and_must_make_sense(make_engine: Make) -> None:
    engine = make_engine(*[f"Máy bơm số {n} ở kênh Bàng chạy cả đêm." for n in range(9)])
    assert len(engine.similar("a", limit=2)) <= 2
    with pytest.raises(InputError, match="limit"):
        engine.similar("a", limit=0)
    with pytest.raises(DocumentNotFoundError):
        engine.similar("không có")


def test_a_document_without_words_is_like_none(make_engine: Make) -> None:
    assert like(make_engine("…", PUMPS), "a") == []
