"""The small files that campaigns on readers begin with, one or a few of each format."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from typing import Any

import openpyxl
from odfdo import Document as OdfDocument
from odfdo import Row, Table

from tests.pages.readers.formats.making import docx, packed, paragraph, pdf, text_block

TEXT = (
    "Tổ dân phố 12 họp bàn việc nạo vét mương.\nTối thứ Sáu, 17/5/2024, bà con nhất trí góp công."
)
PAPER = (
    "UBND PHƯỜNG BẾN NGHÉ\nSố: 45/KH-UBND\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
    "Độc lập - Tự do - Hạnh phúc\nBến Nghé, ngày 4 tháng 6 năm 2024\n\nKẾ HOẠCH\n"
    "Dọn vệ sinh các tuyến hẻm quý III năm 2024\n\nI. Mục đích\n1. Hẻm sạch, thoáng.\n\n"
    "Nơi nhận:\n- Như trên;\n- Lưu: VT.\n\nCHỦ TỊCH\n\nVõ Thị Sen"
)
HTML = (
    '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Nạo vét mương</title>'
    '<meta name="author" content="Võ Thị Sen"><meta property="article:published_time" '
    'content="2024-05-17T19:00:00+07:00"></head><body><nav><a href="/">Trang chủ</a></nav>'
    "<article><h1>Nạo vét mương</h1><p>Tối thứ Sáu, bà con tổ 12 nhất trí góp công.</p>"
    "<table><tr><td>Hộ</td><td>48</td></tr></table><ul><li>Xẻng<li>Cuốc</ul></article>"
    "<script>var a = '<p>';</script></body></html>"
)
XML = (
    '<?xml version="1.0" encoding="UTF-8"?><bao><tin so="1"><ten>Nạo vét mương</ten>'
    "<![CDATA[Bà con <b>góp công</b>]]><!-- ghi chú --></tin></bao>"
)
RTF = (
    "{\\rtf1\\ansi\\ansicpg1258\\uc1{\\fonttbl{\\f0 Arial;}{\\f1\\fnil .VnTime;}}"
    "{\\info{\\title T}}"
    "{\\*\\generator x;}\\f0 N\\u7841?o v\\'e9t\\par{\\f1 m\\'ad\\'acng}\\trowd a\\cell b\\cell"
    "\\row"
    "{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt y}}{\\footnote z}\\bin3 abc}"
)
MARKDOWN = (
    "---\ntitle: Nạo vét mương\ndate: 2024-05-17\ntags: [tổ 12, mương]\n---\n# Việc\n\n"
    "* xẻng\n  1. cuốc\n\n| hộ | công |\n|---|---|\n| 48 | 3 |\n\n"
    "> `mã` [đường](http://a.vn) ![](b)\n"
)
SUBTITLES = (
    "1\n00:00:01,000 --> 00:00:03,500\n<i>Chào bà con</i>\n\n2\n00:00:04,000 --> 00:00:06,000\n"
    "{\\an8}tổ 12\n"
)
WEB_SUBTITLES = (
    "WEBVTT\n\nNOTE ghi chú\n\n00:01.000 --> 00:03.500 align:start\n<v Sen>Chào bà con\n"
)
CSV = 'ngày;tên;số hộ\n17/5/2024;"mương ""lớn""";48\n18/5/2024;hẻm;3\n'
RECORDS: Sequence[Mapping[str, Any]] = (
    {"id": "1", "title": "Mương", "text": TEXT, "date": "2024-05-17", "place": "Bến Nghé", "n": 3},
    {"id": 2, "text": TEXT, "date": 1715950000, "url": "http://a.vn/2024/05/17/x", "tags": ["a"]},
)
_ODF = "application/vnd.oasis.opendocument.text"
_ODF_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (("o", "office"), ("t", "text"), ("s", "style"), ("b", "table"))
)


def mail() -> bytes:
    """A mail with two texts and attachments, one of them a mail."""
    outer, inner = EmailMessage(), EmailMessage()
    for one in (outer, inner):
        one["Subject"], one["From"] = "Giấy mời", "Tổ 12 <to12@example.vn>"
        one["Date"] = "Fri, 17 May 2024 19:00:00 +0700"
        one.set_content(TEXT)
    outer.add_alternative(HTML, subtype="html")
    outer.add_attachment(CSV.encode(), maintype="text", subtype="csv", filename="sổ.csv")
    outer.add_attachment(inner)
    return bytes(outer)


def web_archive() -> bytes:
    """A page with its parts, as browsers save it."""
    head = b'Subject: =?utf-8?Q?M=C6=B0=C6=A1ng?=\nContent-Type: multipart/related; boundary="b"\n'
    head += b"MIME-Version: 1.0\n\n--b\nContent-Type: text/html\n"
    head += b"Content-Transfer-Encoding: quoted-printable\nContent-Location: http://a.vn/x\n\n"
    return head + HTML.encode().replace(b"=", b"=3D") + b"\n--b--\n"


def workbook() -> bytes:
    """A sheet with texts, numbers and merged cells."""
    book = openpyxl.Workbook()
    for row in (["Hộ", "Công"], [48, 3.5], ["x", True]):
        book.active.append(row)
    book.active.merge_cells("A3:B3")
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def open_sheet() -> bytes:
    """A sheet as LibreOffice keeps it."""
    book, table, row = OdfDocument("spreadsheet"), Table("S"), Row()
    row.set_values(["Hộ", 48])
    table.append_row(row)
    book.body.clear()
    book.body.append(table)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def slides() -> bytes:
    """A presentation of one slide, with nothing but what is read of it."""
    names = (
        'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    )
    relations = (
        '<Relationships><Relationship Id="r1" Type="http://s/{}" Target="{}"/></Relationships>'
    )
    text = "<p:txBody><a:p><a:r><a:t>Mương</a:t></a:r></a:p></p:txBody>"
    table = (
        "<a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>48</a:t></a:r></a:p>"
        "</a:txBody></a:tc></a:tr></a:tbl>"
    )
    listed = '<p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst>'
    shapes = (
        f"<p:sp>{text}</p:sp><p:grpSp><p:sp>{text}</p:sp></p:grpSp>"
        f"<p:graphicFrame>{table}</p:graphicFrame>"
    )
    drawn = f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>"
    return packed(
        {
            "ppt/presentation.xml": f"<p:presentation {names}>{listed}</p:presentation>",
            "ppt/_rels/presentation.xml.rels": relations.format("slide", "slides/slide1.xml"),
            "ppt/slides/slide1.xml": f"<p:sld {names}>{drawn}</p:sld>",
            "ppt/slides/_rels/slide1.xml.rels": relations.format("notesSlide", "../n/n1.xml"),
            "ppt/n/n1.xml": f"<p:notes {names}><p:sp>{text}</p:sp></p:notes>",
            "docProps/core.xml": "<x><title>Mương</title><created>2024-05-17</created></x>",
        }
    )


def paper() -> bytes:
    """A paper with a table, a footnote, a text box and tracked changes."""
    table = (
        f"<w:tbl><w:tr><w:tc>{paragraph('Hộ')}</w:tc><w:tc>{paragraph('48')}</w:tc></w:tr></w:tbl>"
    )
    changes = (
        "<w:p><w:ins><w:r><w:t>thêm</w:t></w:r></w:ins><w:del><w:r>"
        "<w:delText>bớt</w:delText></w:r></w:del></w:p>"
    )
    listed = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
        '</w:pPr><w:r><w:t>xẻng</w:t><w:footnoteReference w:id="2"/></w:r>'
        "</w:p>"
    )
    notes = f'<w:footnote w:id="2">{paragraph("Ghi chú")}</w:footnote>'
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
        '<w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1">'
        '<w:abstractNumId w:val="0"/></w:num>'
    )
    styles = '<w:style w:styleId="a"><w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr></w:style>'
    body = "".join(paragraph(line) for line in PAPER.split("\n")) + table + changes + listed
    return docx(body, footnotes=notes, numbering=numbering, styles=styles)


def open_paper() -> bytes:
    """A paper as LibreOffice keeps it."""
    text = "".join(f"<t:p>{line}</t:p>" for line in PAPER.split("\n"))
    table = (
        '<b:table><b:table-row><b:table-cell b:number-columns-repeated="2">'
        "<t:p>48</t:p></b:table-cell></b:table-row></b:table>"
    )
    return packed(
        {
            "mimetype": _ODF,
            "content.xml": f"<o:x {_ODF_NAMES}><o:body><o:text>{text}<t:list><t:list-item>"
            f'<t:p>a<t:s t:c="3"/>b</t:p></t:list-item></t:list>{table}</o:text>'
            f"</o:body></o:x>",
            "styles.xml": f"<o:x {_ODF_NAMES}></o:x>",
            "meta.xml": f"<o:x {_ODF_NAMES} xmlns:dc='dc'><o:meta><dc:title>Mương</dc:title>"
            f"</o:meta></o:x>",
            "META-INF/manifest.xml": "<manifest></manifest>",
        }
    )


def book() -> bytes:
    """A book of two chapters."""
    items = "".join(
        f'<item id="{n}" href="{n}.xhtml" media-type="application/xhtml+xml"/>' for n in "ab"
    )
    chapter = (
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title>'
        "</head><body>{}</body></html>"
    )
    container = '<container><rootfiles><rootfile full-path="O/b.opf"/></rootfiles></container>'
    return packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "O/b.opf": f'<package xmlns:dc="dc"><metadata><dc:title>Sổ tay</dc:title>'
            f"<dc:date>2024</dc:date></metadata><manifest>{items}</manifest><spine>"
            f'<itemref idref="b"/><itemref idref="a"/></spine></package>',
            "O/a.xhtml": chapter.format("<h1>Hai</h1><p>Mương<br/>lớn</p>"),
            "O/b.xhtml": chapter.format("<ul><li>xẻng</li></ul><table><tr><td>1</td></tr></table>"),
        }
    )


def printed() -> bytes:
    """A PDF of two pages, not compressed."""

    def draw(canvas: Any) -> None:
        canvas.drawString(60, 800, "KẾ HOẠCH")
        text_block(canvas, TEXT, 60, 780, 240)
        text_block(canvas, TEXT, 320, 780, 240)

    return pdf(draw, draw, pageCompression=0)


def archive() -> bytes:
    """A zip archive of a text, a table and an archive."""
    inner = packed({"c.txt": TEXT, "d/e.html": HTML})
    return packed({"a.txt": TEXT, "b/sổ.csv": CSV, "x.zip": inner, "m.eml": mail()})


def records() -> bytes:
    """A record a line."""
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in RECORDS).encode()
