"""What the tests of formats share: reading one file, and making files that no library makes."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from searchengine.pages import Page, Problem, Readers, all_readers
from tests.pages.walking import walk

#: A font with the letters of Vietnamese (Debian: fonts-dejavu-core).
FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
#: The page that the tests make: A4, in points.
WIDTH, HEIGHT = 595, 842

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)


def read_all(
    folder: Path, name: str, data: bytes, readers: Readers | None = None
) -> list[Page | Problem]:
    """What is read from a file of that name and content."""
    (folder / name).write_bytes(data)
    return list(walk(folder / name, readers=readers or all_readers()[0]))


def read(folder: Path, name: str, data: bytes, readers: Readers | None = None) -> Page:
    """The one page that is read from a file of that name and content."""
    [found] = read_all(folder, name, data, readers)
    assert isinstance(found, Page), found
    return found


def refusal(folder: Path, name: str, data: bytes, readers: Readers | None = None) -> str:
    """Why a file of that name and content is not read."""
    [found] = read_all(folder, name, data, readers)
    assert isinstance(found, Problem), found
    return found.message


def packed(members: Mapping[str, str | bytes]) -> bytes:
    """A zip archive of ``members``; one called mimetype is stored as it is."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, compress_type=how)
    return held.getvalue()


def docx(body: str, **further: str) -> bytes:
    """A paper whose body is this XML; ``further`` are members by name: ``footnotes="<w:…>"``."""
    relations = "".join(
        f'<Relationship Id="r{part}" Type="http://schemas/{part.rstrip("1")}" Target="{part}.xml"/>'
        for part in further
    )
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": f"<Relationships>{relations}</Relationships>",
            **{
                f"word/{part}.xml": f"<w:x {NAMESPACES}>{xml}</w:x>"
                for part, xml in further.items()
            },
        }
    )


def paragraph(*runs: str, before: str = "") -> str:
    """A paragraph of Word's XML with a run for each text; ``before`` is XML in front of them."""
    return f"<w:p>{before}{''.join(f'<w:r><w:t>{run}</w:t></w:r>' for run in runs)}</w:p>"


def pdf(*pages: Callable[[Any], None], **options: Any) -> bytes:
    """A PDF whose pages these functions draw on a canvas of reportlab, made with ``options``."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    if not FONT.exists():
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(f"there is no {FONT}: install fonts-dejavu-core")
        pytest.skip(f"there is no {FONT}")
    pdfmetrics.registerFont(TTFont("DejaVu", FONT))
    held = io.BytesIO()
    canvas = Canvas(held, pagesize=(WIDTH, HEIGHT), **options)
    for draw in pages:
        canvas.setFont("DejaVu", 11)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return held.getvalue()


def text_block(
    canvas: Any, text: str, left: float, top: float, width: float, *, indent: float = 0
) -> None:
    """Draw paragraphs, one a line of ``text``, from ``top`` down, broken to lines of ``width``."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Frame, Paragraph

    style = ParagraphStyle(
        "text", fontName="DejaVu", fontSize=11, leading=15, firstLineIndent=indent
    )
    frame = Frame(left, 0, width, top, 0, 0, 0, 0)
    frame.addFromList([Paragraph(line, style) for line in text.split("\n")], canvas)
