"""Books, Markdown, subtitles and XML: the text that their readers see."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from searchengine.pages import to_document
from tests.pages.readers.formats.making import packed, read, refusal

CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
ITEM = '<item id="{0}" href="{1}" media-type="application/xhtml+xml" {2}/>'


def epub(
    chapters: dict[str, str | bytes], *, spine: str, metadata: str = "", **further: str
) -> bytes:
    """A book of ``chapters`` by their names, read in the order of ``spine``."""
    items = "".join(
        ITEM.format(
            re.findall(r"\w+", name.replace("../Text/", ""))[0],
            name,
            'properties="nav"' if "nav" in name else "",
        )
        for name in chapters
    )
    order = "".join(f'<itemref idref="{name}"/>' for name in spine.split())
    book = (
        f'<package xmlns:dc="dc" xmlns:opf="opf"><metadata>{metadata}</metadata>'
        f"<manifest>{items}</manifest><spine>{order}</spine></package>"
    )
    return packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": CONTAINER,
            "OPS/book.opf": book,
            **{f"META-INF/{name}.xml": xml for name, xml in further.items()},
            **{
                os.path.normpath(f"OPS/{name.replace('%20', ' ')}"): content
                for name, content in chapters.items()
            },
        }
    )


def html(body: str) -> str:
    return f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>{body}</body></html>'


def test_chapters_come_in_the_order_of_reading(tmp_path: Path) -> None:
    book = epub(
        {
            "a.xhtml": html("<h1>Hai</h1><p>Chợ <b>Đ</b>ông<br/>Xuân</p>"),
            "nav.xhtml": html("<ol><li>Mục lục</li></ol>"),
            "b.xhtml": html("<h1>Một</h1><ul><li>mưa</li><li>gió</li></ul>"),
        },
        spine="nav b a",
    )
    text = read(tmp_path, "a.epub", book).text
    assert text == "Một\nmưa\ngió\n\nHai\nChợ Đông\nXuân"


def test_names_of_chapters_may_be_escaped_and_lead_up(tmp_path: Path) -> None:
    book = epub({"../Text/c%20d.xhtml": html("<p>Một</p>")}, spine="c")
    assert read(tmp_path, "b.epub", book).text == "Một"


def test_what_the_publisher_says_of_a_book_is_taken(tmp_path: Path) -> None:
    metadata = (
        "<dc:title>Sổ tay chợ</dc:title><dc:creator>Trần Thị Lành</dc:creator>"
        '<dc:date opf:event="modification">2023-01-02</dc:date><dc:date>2022-07-03</dc:date>'
    )
    book = epub({"a.xhtml": html("<p>Mỗi gian một bình.</p>")}, spine="a", metadata=metadata)
    document = to_document(read(tmp_path, "a.epub", book))
    assert (document.title, document.author) == ("Sổ tay chợ", "Trần Thị Lành")
    assert str(document.date) == "2022-07-03"


def test_a_book_without_a_title_is_titled_by_its_text(tmp_path: Path) -> None:
    chapters: dict[str, str | bytes] = {"a.xhtml": html("<h1>Sổ tay</h1><p>Mỗi gian một bình.</p>")}
    book = epub(chapters, spine="a", metadata="<dc:title>Unknown</dc:title>")
    assert to_document(read(tmp_path, "a.epub", book)).title == "Sổ tay"


def test_a_chapter_that_is_html_is_read_and_a_damaged_one_told(tmp_path: Path) -> None:
    chapters: dict[str, str | bytes] = {
        "a.xhtml": b"<p>M\xe1\xbb\x99t&nbsp;hai<p>ba",
        "b.xhtml": html("<p>bốn</p>"),
    }
    book = epub(chapters, spine="a b")
    assert read(tmp_path, "a.epub", book).text == "Một hai\nba\n\nbốn"
    spoilt = book.replace(b"OPS/b.xhtml", b"OPS/c.xhtml", 1)
    page = read(tmp_path, "b.epub", spoilt)
    assert page.text.startswith("Một hai")
    assert "a chapter was left out" in page.warnings[0]


@pytest.mark.parametrize(("target", "told"), [("OPS/a.xhtml", True), ("OPS/font.otf", False)])
def test_a_book_protected_against_copying_is_refused(
    tmp_path: Path, target: str, told: bool
) -> None:
    encryption = f'<e><CipherReference URI="{target}"/></e>'
    book = epub({"a.xhtml": html("<p>Một</p>")}, spine="a", encryption=encryption)
    if told:
        assert "protected" in refusal(tmp_path, "a.epub", book)
    else:
        assert read(tmp_path, "a.epub", book).text == "Một"


def test_what_is_called_epub_and_is_none_is_no_book(tmp_path: Path) -> None:
    # It is an archive like any other.
    assert read(tmp_path, "a.epub", packed({"a.txt": "x"})).id == "a.epub!a.txt"
    whole = epub({"a.xhtml": html("<p>Một</p>" * 99)}, spine="a")
    assert "anew" in refusal(tmp_path, "b.epub", whole[: len(whole) // 2])


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("# Họp *chợ*\n\nDòng một\ndòng **hai**\n", "Họp chợ\nDòng một dòng hai"),
        ("[Chợ](http://x) và ![ảnh chợ](a.png)", "Chợ và ảnh chợ"),
        ("- một\n- hai\n  1. ba\n", "một\nhai\nba"),
        ("```py\na_b = *c*  # x\n```\nvà `d_e`", "a_b = *c*  # x\nvà d_e"),
        ("| Tên | Gian |\n|---|---|\n| Lành | 12 |\n", "Tên\tGian\nLành\t12"),
        ("> Trích\n\n<div>Khung</div>\n\n<!-- ghi chú -->\n", "Trích\nKhung"),
        ("giá 2 * 3 * 4 và snake_case_name", "giá 2 * 3 * 4 và snake_case_name"),
        ("một  \nhai &amp; ba", "một\nhai & ba"),
    ],
)
def test_marks_of_markdown_are_left_out(tmp_path: Path, source: str, text: str) -> None:
    assert read(tmp_path, "a.md", source.encode()).text == text


def test_front_matter_gives_the_fields(tmp_path: Path) -> None:
    source = (
        "---\ntitle: Họp chợ\ndate: 2022-07-03\nauthor: Trần Thị Lành\ntags: [chợ, họp]\n"
        "id: khác\nat: 2022-07-04\n---\nCác hộ đến đông đủ.\n"
    )
    page = read(tmp_path, "a.md", source.encode())
    document = to_document(page)
    assert (document.id, document.title) == ("a.md", "Họp chợ")
    assert (str(document.date), document.author) == ("2022-07-03", "Trần Thị Lành")
    assert document.text == "Các hộ đến đông đủ."
    assert dict(document.extra) == {"tags": ["chợ", "họp"], "at": "2022-07-04"}


@pytest.mark.parametrize(
    ("front", "warned"),
    [("a: [b", True), ("a: &x [1]\nb: *x", True), ("chỉ là một dòng", False)],
)
def test_what_is_no_front_matter_stays_text(tmp_path: Path, front: str, warned: bool) -> None:
    page = read(tmp_path, "a.md", f"---\n{front}\n---\nHọp chợ".encode())
    assert front.split("\n")[0] in page.text
    assert bool(page.warnings) == warned


def test_a_rule_at_the_start_is_no_front_matter(tmp_path: Path) -> None:
    assert read(tmp_path, "a.md", "---\n\nHọp chợ\n".encode()).text == "Họp chợ"


SRT = """1
00:00:01,000 --> 00:00:02,500
<i>Chợ Đông Xuân</i>
họp lúc

2
00:00:03,000 --> 00:00:04,000
{\\an8}tám giờ. 12

3
00:00:05,000 --> 00:00:06,000
Mời các hộ.
"""


def test_subtitles_are_running_text(tmp_path: Path) -> None:
    for name, ending in (("a.srt", "\n"), ("b.srt", "\r\n")):
        page = read(tmp_path, name, SRT.replace("\n", ending).encode())
        assert page.text == "Chợ Đông Xuân họp lúc tám giờ. 12 Mời các hộ."


def test_web_subtitles_without_notes_voices_and_repeated_lines(tmp_path: Path) -> None:
    source = (
        "WEBVTT - x\nKind: captions\n\nNOTE không đọc\n\nSTYLE\n::cue {}\n\n"
        "00:01.000 --> 00:02.000 align:start\n<v Lành>Chợ &amp; phố</v>\n\n"
        "c2\n00:02.000 --> 00:03.000\nChợ &amp; phố\nrất <00:02.500><c>đông</c>.\n"
    )
    assert read(tmp_path, "a.vtt", source.encode()).text == "Chợ & phố rất đông."


def test_what_is_called_srt_and_is_none_is_refused(tmp_path: Path) -> None:
    assert "no subtitles" in refusal(tmp_path, "a.srt", "Họp chợ".encode())


def test_xml_is_the_text_of_its_elements(tmp_path: Path) -> None:
    source = (
        '<?xml version="1.0"?><so><!-- không -->'
        '<ho ma="1"><ten>Trần Thị Lành</ten><gian>12</gian></ho>'
        f"<ghi>Chợ <b>Đ</b>ông Xuân</ghi><anh>{'A' * 900}</anh></so>"
    )
    page = read(tmp_path, "a.xml", source.encode())
    assert page.text == "Trần Thị Lành\n12\nChợ Đông Xuân"


def test_xml_in_its_own_encoding_is_read(tmp_path: Path) -> None:
    source = '<?xml version="1.0" encoding="utf-16"?><a>Chợ</a>'
    assert read(tmp_path, "a.xml", source.encode("utf-16")).text == "Chợ"


def test_entities_of_xml_neither_grow_nor_load_files(tmp_path: Path) -> None:
    (tmp_path / "bi-mat.txt").write_text("bí mật", encoding="utf-8")
    source = (
        '<!DOCTYPE a [<!ENTITY x "chợ"><!ENTITY y "&x;&x;&x;&x;">'
        f'<!ENTITY f SYSTEM "file://{tmp_path}/bi-mat.txt">]><a><b>một</b><c>&y;&f;</c></a>'
    )
    text = read(tmp_path, "a.xml", source.encode()).text
    assert "một" in text
    assert "bí mật" not in text
    names = "bcdefghijkl"
    pairs = zip(names, "a" + names, strict=False)
    bomb = "".join(f'<!ENTITY {one} "{f"&{before};" * 10}">' for one, before in pairs)
    source = f'<!DOCTYPE a [<!ENTITY a "chợ">{bomb}]><a><b>một</b><c>hai &l;</c></a>'
    assert len(read(tmp_path, "b.xml", source.encode()).text) < 100


def test_damaged_xml_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    page = read(tmp_path, "a.xml", "<a><b>một</b><c>hai</a>".encode())
    assert page.text == "một\nhai"
    assert page.warnings
    assert "no" in refusal(tmp_path, "b.xml", b"<a><b/></a>")
    assert "anew" in refusal(tmp_path, "c.xml", "không phải".encode())
    deep = "<a>" * 300 + "chợ" + "</a>" * 300
    assert "depth" in refusal(tmp_path, "d.xml", deep.encode())
