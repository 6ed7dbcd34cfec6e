"""Slides and OpenDocument: texts in order, what repeats or was deleted left out."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pptx as python_pptx
import pytest
from pptx.util import Inches

from searchengine.pages import to_document
from tests.pages.readers.formats.making import packed, read, refusal

NAMESPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("o", "office"),
        ("t", "text"),
        ("s", "style"),
        ("b", "table"),
        ("d", "drawing"),
    )
)


def slides(*draw: Any) -> bytes:
    """A presentation with a slide for each function, which is given the slide."""
    presentation = python_pptx.Presentation()
    for one in draw:
        one(presentation.slides.add_slide(presentation.slide_layouts[5]))
    held = io.BytesIO()
    presentation.save(held)
    return held.getvalue()


def odt(body: str, *, styles: str = "", meta: str = "", manifest: str = "") -> bytes:
    """A paper whose text is this XML; ``styles`` hold its headers."""
    members = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<o:x {NAMESPACES}><o:body><o:text>{body}</o:text></o:body></o:x>",
        "styles.xml": f"<o:x {NAMESPACES}>{styles}</o:x>",
        "meta.xml": f"<o:x {NAMESPACES} xmlns:dc='dc'><o:meta>{meta}</o:meta></o:x>",
        "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
    }
    return packed(members)


def test_slides_come_in_their_order_with_tables_groups_and_notes(tmp_path: Path) -> None:
    def first(slide: Any) -> None:
        slide.shapes.title.text = "Chợ Đông Xuân năm 2022"
        group = slide.shapes.add_group_shape().shapes.add_group_shape()
        box = group.shapes.add_textbox(0, 0, Inches(1), Inches(1))
        box.text_frame.text = "Trong nhóm"
        slide.notes_slide.notes_text_frame.text = "Nói chậm ở đây"

    def second(slide: Any) -> None:
        slide.shapes.title.text = "Số liệu"
        table = slide.shapes.add_table(1, 2, 0, 0, Inches(2), Inches(1)).table
        table.cell(0, 0).text, table.cell(0, 1).text = "Số hộ", "48"

    text = read(tmp_path, "a.pptx", slides(first, second)).text
    assert text.split("\n") == [
        "Chợ Đông Xuân năm 2022",
        "Trong nhóm",
        "Nói chậm ở đây",
        "",
        "Số liệu",
        "Số hộ\t48",
    ]


def test_a_merged_cell_of_a_slide_comes_once(tmp_path: Path) -> None:
    def draw(slide: Any) -> None:
        table = slide.shapes.add_table(2, 2, 0, 0, Inches(2), Inches(1)).table
        table.cell(0, 0).merge(table.cell(0, 1))
        table.cell(0, 0).text, table.cell(1, 0).text = "Khu 5B", "Hộ Lành"

    assert read(tmp_path, "a.pptx", slides(draw)).text.split("\n") == ["Khu 5B", "Hộ Lành"]


def test_the_template_of_slides_dates_and_titles_nothing(tmp_path: Path) -> None:
    def draw(slide: Any) -> None:
        slide.shapes.title.text = "Chợ nghỉ bán vì mưa. Các hộ dọn hàng."

    document = to_document(read(tmp_path, "a.pptx", slides(draw)))
    assert document.title == "Chợ nghỉ bán vì mưa"
    assert document.date is None


def test_slides_that_are_pictures_or_damaged_are_refused(tmp_path: Path) -> None:
    assert "no text" in refusal(tmp_path, "a.pptx", slides(lambda slide: None))
    whole = slides(lambda slide: None)
    assert "anew" in refusal(tmp_path, "b.pptx", whole[: len(whole) // 2])


def test_paragraphs_lists_tables_and_spaces_of_odt(tmp_path: Path) -> None:
    body = (
        "<t:h>Kế hoạch</t:h>"
        "<t:p>Chợ <t:span>Đông</t:span><t:s t:c='2'/>Xuân<t:tab/>họp"
        "<t:line-break/>lúc tám giờ</t:p>"
        "<t:list><t:list-item><t:p>Việc một</t:p></t:list-item></t:list>"
        "<b:table><b:table-row><b:table-cell><t:p>Họ tên</t:p></b:table-cell>"
        "<b:covered-table-cell><t:p>thừa</t:p></b:covered-table-cell>"
        "<b:table-cell><t:p>Gian</t:p></b:table-cell></b:table-row></b:table>"
    )
    assert read(tmp_path, "a.odt", odt(body)).text.split("\n") == [
        "Kế hoạch",
        "Chợ Đông  Xuân\thọp",
        "lúc tám giờ",
        "Việc một",
        "Họ tên\tGian",
    ]


def test_deletions_and_comments_of_odt_are_left_out_and_notes_come_last(tmp_path: Path) -> None:
    body = (
        "<t:tracked-changes><t:p>đã xóa</t:p></t:tracked-changes>"
        "<t:p>Có 48 hộ<t:note><t:note-citation>1</t:note-citation>"
        "<t:note-body><t:p>Theo sổ chợ.</t:p></t:note-body></t:note>"
        " ký tên<o:annotation><t:p>xem lại</t:p></o:annotation>.</t:p>"
    )
    page = read(tmp_path, "a.odt", odt(body))
    assert page.text.split("\n") == ["Có 48 hộ ký tên.", "Theo sổ chợ."]


@pytest.mark.parametrize("kept", [True, False])
def test_only_a_header_of_odt_with_the_letterhead_is_read(tmp_path: Path, kept: bool) -> None:
    header = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" if kept else "Lưu hành nội bộ"
    styles = f"<s:master-page><s:header><t:p>{header}</t:p></s:header></s:master-page>"
    page = read(tmp_path, "a.odt", odt("<t:p>Kế hoạch</t:p>", styles=styles))
    assert page.text == (f"{header}\nKế hoạch" if kept else "Kế hoạch")


def test_the_properties_of_odt_date_a_page_by_its_month(tmp_path: Path) -> None:
    text = "<t:p>Chợ nghỉ bán vì mưa. Các hộ dọn hàng đến quá trưa mới xong.</t:p>"
    made = "<o:creation-date>2022-07-03T08:00:00</o:creation-date><dc:date>{}</dc:date>"
    soon = to_document(read(tmp_path, "a.odt", odt(text, meta=made.format("2022-07-05T09:00:00"))))
    assert (str(soon.date), soon.date_precision) == ("2022-07-01", "month")
    # Made from another paper, whose day is not this one's.
    late = to_document(read(tmp_path, "b.odt", odt(text, meta=made.format("2023-01-05T09:00:00"))))
    assert late.date is None
    told = text.replace("vì mưa", "vì mưa năm 2019")
    other = odt(told, meta=made.format("2022-07-05T09:00:00"))
    assert to_document(read(tmp_path, "c.odt", other)).date is None


def test_an_encrypted_or_damaged_odt_is_refused(tmp_path: Path) -> None:
    locked = odt("<t:p>x</t:p>", manifest="<m:encryption-data xmlns:m='m'/>")
    assert "password" in refusal(tmp_path, "a.odt", locked)
    whole = odt("<t:p>Kế hoạch</t:p>")
    assert "anew" in refusal(tmp_path, "b.odt", whole[:-80])
    assert "no text" in refusal(tmp_path, "c.odt", odt(""))
