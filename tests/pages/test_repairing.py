"""Pages of old files: repaired whatever reader they come from, told, and kept as they were read."""

from __future__ import annotations

import json
from pathlib import Path

from searchengine import Document
from searchengine.document_json import export_line
from searchengine.pages import Page, to_document
from searchengine.pages.repairing import repaired
from searchengine.text.encodings.tcvn3 import TCVN3
from searchengine.text.encodings.viscii import VISCII
from searchengine.text.encodings.vni import VNI
from searchengine.text.encodings.windows1258 import WINDOWS_1258
from tests.pages.walking import walk
from tests.text.encodings.test_charsets import as_bytes

TITLE = "Phường họp bàn việc làm đường"
TEXT = """Người dân tổ dân phố số 7 cho biết, những con ngõ nhỏ sẽ được lát gạch trước Tết.
Mỗi hộ góp một ngày công; người già và người ốm thì được miễn, ai vắng thì góp sau."""


def read(path: Path) -> Page:
    [page] = walk(path)
    assert isinstance(page, Page)
    return page


def html(title: str, text: str) -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    head = f"<head><title>{title}</title></head>"
    return f"<html>{head}<body><h1>{title}</h1>{paragraphs}</body></html>"


def test_a_file_of_bytes_is_repaired_and_its_document_says_so(tmp_path: Path) -> None:
    for charset in (TCVN3, VNI, VISCII, WINDOWS_1258):
        seen = charset.encode(TEXT)
        (tmp_path / "a.txt").write_bytes(as_bytes(seen))
        page = read(tmp_path / "a.txt")
        assert page.text == TEXT
        assert any(charset.name in warning for warning in page.warnings)
        document = to_document(page)
        assert (document.text, document.original) == (TEXT, seen)
        assert document.extra == {"repaired": charset.name}


def test_html_loses_no_letter_that_its_parser_would_drop(tmp_path: Path) -> None:
    for charset in (TCVN3, VISCII):
        page = html(charset.encode(TITLE), charset.encode(TEXT))
        as_entities = page.encode("ascii", "xmlcharrefreplace")
        for data in (as_bytes(page), page.encode(), as_entities.replace(b"&#173;", b"&shy;")):
            (tmp_path / "a.html").write_bytes(data)
            found = read(tmp_path / "a.html")
            assert found.title == TITLE
            assert TEXT in found.text


def test_a_record_is_repaired_in_each_of_its_fields_and_keeps_its_own(tmp_path: Path) -> None:
    record = {
        "title": TCVN3.encode("Tiếng"),
        "text": TCVN3.encode(TEXT),
        "author": TCVN3.encode("Lê Thị Hiền"),
        "repaired": "cầu",
    }
    (tmp_path / "a.jsonl").write_text(json.dumps(record), encoding="utf-8")
    page = read(tmp_path / "a.jsonl")
    assert (page.title, page.text, page.author) == ("Tiếng", TEXT, "Lê Thị Hiền")
    assert page.extra == {"repaired": "cầu"}


def test_what_needs_no_repair_is_the_same_page(tmp_path: Path) -> None:
    page = Page(id="a", text=TEXT, title=TITLE)
    assert repaired(page) is page
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    document = to_document(read(tmp_path / "a.txt"))
    assert (document.original, document.extra) == (None, {})


def test_an_exported_document_stays_as_it_is(tmp_path: Path) -> None:
    document = Document(id="a", text=TCVN3.encode(TEXT))
    (tmp_path / "a.jsonl").write_text(export_line(document), encoding="utf-8")
    assert to_document(read(tmp_path / "a.jsonl")) == document
