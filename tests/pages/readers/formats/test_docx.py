"""Word's papers: what of them is text, in which order, and what is not."""

from __future__ import annotations

import io
from pathlib import Path

import docx as python_docx
import pytest

from searchengine.pages import to_document
from tests.pages.readers.formats.making import docx, paragraph, read, refusal

CELL = "<w:tc>{properties}{content}</w:tc>"


def cell(*paragraphs: str, properties: str = "") -> str:
    content = "".join(map(paragraph, paragraphs)) or "<w:p/>"
    return CELL.format(properties=properties, content=content)


def made(paper: python_docx.document.Document) -> bytes:
    held = io.BytesIO()
    paper.save(held)
    return held.getvalue()


def test_paragraphs_and_tables_come_as_they_stand(tmp_path: Path) -> None:
    paper = python_docx.Document()
    paper.add_paragraph("Danh sách hộ kinh doanh chợ Đông Xuân")
    table = paper.add_table(rows=2, cols=2)
    for place, text in enumerate(("Họ tên", "Gian hàng", "Trần Thị Lành", "Gian 12")):
        table.cell(place // 2, place % 2).text = text
    paper.add_paragraph("Ban quản lý chợ lập.")
    assert read(tmp_path, "a.docx", made(paper)).text.split("\n") == [
        "Danh sách hộ kinh doanh chợ Đông Xuân",
        "Họ tên\tGian hàng",
        "Trần Thị Lành\tGian 12",
        "Ban quản lý chợ lập.",
    ]


def test_a_word_in_several_runs_is_one_word(tmp_path: Path) -> None:
    assert (
        read(tmp_path, "a.docx", docx(paragraph("Đại h", "ội chi", " bộ"))).text == "Đại hội chi bộ"
    )


def test_a_merged_cell_comes_once(tmp_path: Path) -> None:
    paper = python_docx.Document()
    table = paper.add_table(rows=2, cols=3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "Khu 5B"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "Hai hộ"
    table.cell(1, 1).text, table.cell(1, 2).text = "Hộ Lành", "Hộ Đủ"
    lines = read(tmp_path, "a.docx", made(paper)).text.strip().split("\n")
    assert lines == ["Khu 5B\tHai hộ", "Hộ Lành\tHộ Đủ"]


def test_cells_of_several_lines_follow_each_other(tmp_path: Path) -> None:
    left = cell("ỦY BAN NHÂN DÂN", "PHƯỜNG QUANG TRUNG")
    right = cell("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
    table = f"<w:tbl><w:tr>{left}{right}</w:tr></w:tbl>"
    assert read(tmp_path, "a.docx", docx(table)).text.split("\n") == [
        "ỦY BAN NHÂN DÂN",
        "PHƯỜNG QUANG TRUNG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]


def test_tracked_deletions_are_left_out_and_insertions_kept(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>Họp lúc </w:t></w:r>"
        "<w:del><w:r><w:delText>bảy</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>tám</w:t></w:r></w:ins><w:r><w:t> giờ</w:t></w:r></w:p>"
        f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr>{cell('dòng đã xóa')}</w:tr></w:tbl>"
    )
    assert read(tmp_path, "a.docx", docx(body)).text == "Họp lúc tám giờ"


def test_a_text_box_comes_once_though_it_is_written_twice(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{paragraph('Trong khung')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>Ngoài khung</w:t><mc:AlternateContent>"
        f"<mc:Choice><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    assert read(tmp_path, "a.docx", docx(body)).text.split("\n") == ["Ngoài khung", "Trong khung"]


def test_content_controls_are_read_but_for_a_table_of_contents(tmp_path: Path) -> None:
    contents = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    body = (
        f"<w:sdt><w:sdtPr>{contents}</w:sdtPr>"
        f"<w:sdtContent>{paragraph('Chương I ..... 3')}</w:sdtContent></w:sdt>"
        f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('Chương I')}</w:sdtContent></w:sdt>"
    )
    assert read(tmp_path, "a.docx", docx(body)).text == "Chương I"


def test_hidden_text_and_codes_of_fields_are_left_out(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:instrText>PAGEREF _Toc1</w:instrText></w:r><w:r><w:t>trang 3</w:t></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r></w:p>"
    )
    assert read(tmp_path, "a.docx", docx(body)).text == "trang 3"


def test_notes_come_behind_the_text(tmp_path: Path) -> None:
    notes = (
        f'<w:footnote w:type="separator" w:id="0">{paragraph("---")}</w:footnote>'
        f'<w:footnote w:id="1">{paragraph("Theo sổ của ban quản lý.")}</w:footnote>'
    )
    page = read(tmp_path, "a.docx", docx(paragraph("Có 48 hộ."), footnotes=notes))
    assert page.text == "Có 48 hộ.\nTheo sổ của ban quản lý."


@pytest.mark.parametrize(
    ("header", "kept"),
    [
        ("Báo cáo năm 2022, lưu hành nội bộ", False),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True),
        ("ĐẢNG CỘNG SẢN VIỆT NAM", True),
    ],
)
def test_only_a_header_with_the_letterhead_is_read(tmp_path: Path, header: str, kept: bool) -> None:
    page = read(tmp_path, "a.docx", docx(paragraph("Kế hoạch"), header1=paragraph(header)))
    assert page.text == (f"{header}\nKế hoạch" if kept else "Kế hoạch")


def test_a_letterhead_of_the_body_is_not_doubled_by_the_header(tmp_path: Path) -> None:
    line = paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    page = read(tmp_path, "a.docx", docx(line + paragraph("Kế hoạch"), header1=line))
    assert page.text.count("CỘNG HÒA") == 1


def test_properties_speak_where_the_page_says_nothing(tmp_path: Path) -> None:
    paper = python_docx.Document()
    paper.core_properties.title = "Sổ tay phòng cháy chợ Đông Xuân"
    paper.core_properties.author = "Trần Thị Lành"
    paper.add_paragraph("Mỗi gian hàng phải có bình chữa cháy. Bình được kiểm tra mỗi quý một lần.")
    document = to_document(read(tmp_path, "a.docx", made(paper)))
    assert document.title == "Sổ tay phòng cháy chợ Đông Xuân"
    assert document.author == "Trần Thị Lành"
    # The library copies a template, with the day on which that was made.
    assert document.date is None


def test_a_headline_of_the_page_goes_before_a_property(tmp_path: Path) -> None:
    paper = python_docx.Document()
    paper.core_properties.title = "Mẫu kế hoạch của phòng"
    paper.add_paragraph("Kế hoạch phòng cháy chợ Đông Xuân")
    paper.add_paragraph("Mỗi gian hàng phải có bình chữa cháy.")
    document = to_document(read(tmp_path, "a.docx", made(paper)))
    assert document.title == "Kế hoạch phòng cháy chợ Đông Xuân"


def test_text_in_an_old_font_is_read_as_that_font_shows_it(tmp_path: Path) -> None:
    style = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:rPr><w:rFonts w:ascii=".VnTime"'
        "/></w:rPr></w:style>"
        '<w:style w:type="character" w:styleId="S"><w:rPr><w:rFonts w:ascii="VNI-Times"/></w:rPr>'
        "</w:style>"
    )
    vni = "".join(
        f'<w:r><w:rPr><w:rStyle w:val="S"/></w:rPr><w:t>{one}</w:t></w:r>'
        for one in ("hoï", "p chô", "ï")
    )
    arial = '<w:r><w:rPr><w:rFonts w:ascii="Arial"/></w:rPr><w:t> Ngän café</w:t></w:r>'
    body = f'<w:p><w:r><w:t xml:space="preserve">Héi ®ång </w:t></w:r>{vni}{arial}</w:p>'
    assert read(tmp_path, "a.docx", docx(body, styles=style)).text == "Hội đồng họp chợ Ngän café"


def test_a_damaged_file_is_refused_with_a_reason(tmp_path: Path) -> None:
    whole = docx(paragraph("Kế hoạch " * 200))
    assert "cut off" in refusal(tmp_path, "a.docx", whole[: len(whole) // 2])
    assert "docx" in refusal(tmp_path, "b.docx", b"PK\x03\x04" + b"word/" * 9)
    assert "no XML" in refusal(tmp_path, "c.docx", docx("<w:p>"))
    assert "no text" in refusal(tmp_path, "d.docx", docx("<w:p/>"))
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert "password" in refusal(tmp_path, "e.docx", ole)


def test_the_content_decides_where_the_suffix_is_wrong(tmp_path: Path) -> None:
    assert read(tmp_path, "a.pdf", docx(paragraph("Kế hoạch"))).text == "Kế hoạch"
    html = b"<html><body><p>Trang web " + b"luu duoi ten Word. " * 9 + b"</p></body></html>"
    assert read(tmp_path, "a.docx", html).text.startswith("Trang web")
