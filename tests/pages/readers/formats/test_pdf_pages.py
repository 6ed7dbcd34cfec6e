"""The pages of a PDF: where each begins in the text, and on which a hit's passage stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from searchengine import SearchEngine
from searchengine.pages.ingest import index_paths
from tests.pages.readers.formats.making import pdf, read, text_block

MARKET = "Ban quản lý chợ Đông Xuân họp với các hộ kinh doanh để bàn việc sắp xếp lại gian hàng."
RAIN = "Trận mưa đêm qua làm ngập hai dãy hàng khô phía sau, đến quá trưa mới dọn xong."


def test_pages_begin_with_a_form_feed(tmp_path: Path) -> None:
    def first(canvas: Any) -> None:
        canvas.drawString(60, 780, "Trang một nói về chợ.")

    def last(canvas: Any) -> None:
        canvas.drawString(60, 780, "Điều 5. Trang cuối nói về bến đò.")

    made = pdf(first, lambda canvas: None, last)
    text = read(tmp_path, "a.pdf", made).text
    assert text == "Trang một nói về chợ.\n\f\fĐiều 5. Trang cuối nói về bến đò."
    engine = SearchEngine.open(tmp_path / "index", create=True)
    index_paths(engine, [str(tmp_path / "a.pdf")])
    assert [hit.page_number for hit in engine.search("bến đò").hits] == [3]
    assert [hit.page_number for hit in engine.search("chợ").hits] == [1]


def test_a_first_page_without_text_counts(tmp_path: Path) -> None:
    made = pdf(lambda canvas: None, lambda canvas: text_block(canvas, RAIN, 60, 780, 475))
    engine = SearchEngine.open(tmp_path / "index", create=True)
    (tmp_path / "a.pdf").write_bytes(made)
    index_paths(engine, [str(tmp_path / "a.pdf")])
    [hit] = engine.search(RAIN).hits
    assert (hit.page_number, engine.get(hit.id).text) == (2, RAIN)


def test_a_word_that_goes_on_over_the_page_is_one(tmp_path: Path) -> None:
    def upper(canvas: Any) -> None:
        text_block(canvas, f"{MARKET} {MARKET}", 60, 120, 475)
        canvas.drawString(60, 40, "các hộ trong chợ họp ng-")

    def lower(canvas: Any) -> None:
        canvas.drawString(60, 780, "hị quyết ngay")

    assert "họp nghị\fquyết ngay" in read(tmp_path, "a.pdf", pdf(upper, lower)).text
