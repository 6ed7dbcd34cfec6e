"""Sheets and tables as text: rows as lines or documents, values as people write them."""

from __future__ import annotations

import datetime
import io
import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook.protection import WorkbookProtection

from searchengine.pages import Fields, Page, Readers, all_readers, to_document
from tests.pages.readers.formats.making import packed, read, read_all, refusal


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_rows_of_a_sheet_are_lines_with_values_as_written(tmp_path: Path) -> None:
    day = datetime.date(2022, 7, 3)
    moment = datetime.datetime(2022, 7, 3, 8, 30)
    rows = [["Họ tên", None, "Tiền"], [None], ["Lành", day, 1200000.0], ["NA", moment, 0.5], [True]]
    assert read(tmp_path, "a.xlsx", workbook(S=rows)).text.split("\n") == [
        "Họ tên\t\tTiền",
        "Lành\t03/07/2022\t1200000",
        "NA\t03/07/2022 08:30\t0.5",
        "TRUE",
    ]


def test_a_merged_cell_comes_once_and_a_cell_of_two_lines_stays_in_its_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["C1"] = "Khu\n5B", "48"
    book.active.merge_cells("A1:B1")
    held = io.BytesIO()
    book.save(held)
    assert read(tmp_path, "a.xlsx", held.getvalue()).text == "Khu 5B\t\t48"


def test_a_formula_has_its_last_value(tmp_path: Path) -> None:
    cell = '<c r="A1"><f>20+28</f><v>48</v></c>'
    with_value = workbook(S=[[1]])
    import zipfile

    with zipfile.ZipFile(io.BytesIO(with_value)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"]
    start, end = sheet.index(b"<c "), sheet.index(b"</c>") + 4
    members["xl/worksheets/sheet1.xml"] = sheet[:start] + cell.encode() + sheet[end:]
    assert read(tmp_path, "a.xlsx", packed(members)).text == "48"


def test_several_sheets_are_a_page_each(tmp_path: Path) -> None:
    pages = read_all(tmp_path, "a.xlsx", workbook(Thu=[["một"]], Trống=[], Chi=[["hai"]]))
    assert all(isinstance(page, Page) for page in pages)
    assert [(page.id, page.text) for page in pages if isinstance(page, Page)] == [
        ("a.xlsx#Thu", "một"),
        ("a.xlsx#Chi", "hai"),
    ]


def test_ods_is_read(tmp_path: Path) -> None:
    from odfdo import Cell, Document, Row, Table

    document = Document("spreadsheet")
    document.body.clear()
    table, row = Table("Thu"), Row()
    row.append_cell(Cell("Trần Thị Lành"))
    row.append_cell(Cell(datetime.date(2022, 7, 3)))
    table.append_row(row)
    document.body.append(table)
    document.save(str(tmp_path / "made.ods"))
    data = (tmp_path / "made.ods").read_bytes()
    assert read(tmp_path, "a.ods", data).text == "Trần Thị Lành\t03/07/2022"


def test_a_cell_far_from_the_others_fills_no_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "một", "xa"
    held = io.BytesIO()
    book.save(held)
    assert "far from the others" in refusal(tmp_path, "a.xlsx", held.getvalue())
    # Only coloured: it has no value.
    book.active["XFD1048576"] = None
    book.active["XFD1048576"].font = openpyxl.styles.Font(bold=True)
    held = io.BytesIO()
    book.save(held)
    assert read(tmp_path, "b.xlsx", held.getvalue()).text == "một"


def test_a_damaged_locked_or_empty_workbook_is_refused(tmp_path: Path) -> None:
    whole = workbook(S=[["một"] * 50] * 50)
    assert "anew" in refusal(tmp_path, "a.xlsx", whole[: len(whole) // 2])
    assert "no cell" in refusal(tmp_path, "b.xlsx", workbook(S=[]))
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    locked = ole + "EncryptedPackage".encode("utf-16-le")
    assert "password" in refusal(tmp_path, "c.xlsx", locked)
    assert "anew" in refusal(tmp_path, "d.xls", ole)


def test_a_workbook_whose_structure_alone_is_protected_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "một"
    book.security = WorkbookProtection(workbookPassword="x", lockStructure=True)
    held = io.BytesIO()
    book.save(held)
    assert read(tmp_path, "a.xlsx", held.getvalue()).text == "một"


HEADED = "id;Tiêu đề;Nội dung;Năm\n7;Họp chợ;Bàn việc dọn hàng;2022\n;Mưa lớn;Chợ nghỉ bán;2023\n"


def named(**names: str) -> Readers:
    return all_readers(Fields.named(names))[0]


def test_below_a_header_each_row_is_a_document(tmp_path: Path) -> None:
    readers = named(title="Tiêu đề", text="Nội dung")
    first, second = read_all(tmp_path, "a.csv", HEADED.encode("utf-8-sig"), readers)
    assert isinstance(first, Page)
    assert isinstance(second, Page)
    assert (first.id, first.title, first.text) == ("7", "Họp chợ", "Bàn việc dọn hàng")
    assert dict(first.extra) == {"Năm": "2022"}
    assert second.id == "a.csv#2"


def test_a_row_without_a_field_for_its_text_is_told_whole(tmp_path: Path) -> None:
    data = "Họ tên,Gian hàng,Ghi chú\nTrần Thị Lành,12,\nLê Văn Đủ,14,mới\n".encode()
    first, second = read_all(tmp_path, "a.csv", data)
    assert isinstance(first, Page)
    assert isinstance(second, Page)
    assert first.text == "Họ tên: Trần Thị Lành\nGian hàng: 12"
    assert second.text.endswith("Ghi chú: mới")


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_sign_between_cells_is_told_from_the_rows(tmp_path: Path, sign: str) -> None:
    rows = [["name", "text"], ["a, b; c", "chợ, mưa; gió"], ["d", "một, hai"]]
    data = "\n".join(sign.join(f'"{cell}"' for cell in row) for row in rows).encode()
    pages = read_all(tmp_path, "a.csv", data)
    assert [page.text for page in pages if isinstance(page, Page)] == ["chợ, mưa; gió", "một, hai"]


def test_the_sign_may_be_said_and_a_cell_may_have_lines(tmp_path: Path) -> None:
    data = 'sep=|\r\nname|text\r\na|"một\r\nhai"\r\n'.encode()
    assert read(tmp_path, "a.csv", data).text == "một\nhai"


def test_utf_16_of_excel_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, "a.csv", "name\ttext\na\tchợ".encode("utf-16")).text == "chợ"


def test_columns_with_vietnamese_names_are_the_fields_that_they_say(tmp_path: Path) -> None:
    rows = "TIEU DE,Nội dung,ngày_đăng,Tác giả,Xóm\nHọp chợ,Bàn dọn hàng,3/7/2022,Cao Lành,Đông\n"
    page = read(tmp_path, "a.csv", rows.encode())
    assert (page.title, page.text, page.author) == ("Họp chợ", "Bàn dọn hàng", "Cao Lành")
    assert to_document(page).date == datetime.date(2022, 7, 3)
    assert page.extra == {"Xóm": "Đông"}
    # Who has named the columns, or says neither title nor text, is taken at his word.
    page = read(tmp_path, "b.csv", "title,Tiêu đề,Nội dung\nHọp chợ,Một,Hai\n".encode())
    assert (page.title, page.extra) == ("Họp chợ", {"Tiêu đề": "Một", "Nội dung": "Hai"})
    page = read(tmp_path, "c.csv", "Ngày,Ghi chú\n3/7/2022,Chợ nghỉ\n".encode())
    assert page.text == "Ngày: 3/7/2022\nGhi chú: Chợ nghỉ"
    assert page.extra == {"Ngày": "3/7/2022", "Ghi chú": "Chợ nghỉ"}


@pytest.mark.parametrize(
    "data",
    [
        "1,Trần Thị Lành\n2,Lê Văn Đủ\n",
        "Chợ Đông Xuân họp lúc tám giờ\nCác hộ đến đông đủ\n",
        "Lành,Chợ\nĐủ,Chợ\nHòa,Chợ\n",
    ],
)
def test_without_a_header_the_file_is_one_document(tmp_path: Path, data: str) -> None:
    assert read(tmp_path, "a.csv", data.encode()).text == data.strip().replace(",", "\t")


def test_a_quotation_mark_that_is_never_closed_loses_nothing(tmp_path: Path) -> None:
    data = 'name,text\na,"một\nb,hai\nc,ba\n'.encode()
    texts = "\n".join(
        page.text for page in read_all(tmp_path, "a.csv", data) if isinstance(page, Page)
    )
    assert all(word in texts for word in ("một", "hai", "ba"))


def test_an_encoding_that_is_guessed_is_told_once(tmp_path: Path) -> None:
    data = "name,text\na,forêt été déjà là\nb,château\n".encode("cp1252")
    first, second = read_all(tmp_path, "a.csv", data)
    assert isinstance(first, Page)
    assert isinstance(second, Page)
    assert (len(first.warnings), second.warnings) == (1, ())


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    assert "binary" in refusal(tmp_path, "a.csv", os.urandom(2000))
    assert "empty" in refusal(tmp_path, "b.csv", b"\n\n")


def test_a_row_keeps_its_title_in_the_document(tmp_path: Path) -> None:
    readers = named(title="Tiêu đề", text="Nội dung", date="Năm")
    first = read_all(tmp_path, "a.csv", HEADED.encode(), readers)[0]
    assert isinstance(first, Page)
    document = to_document(first)
    assert (document.title, document.date_precision) == ("Họp chợ", "year")
