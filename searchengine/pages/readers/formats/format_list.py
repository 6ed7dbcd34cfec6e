"""The readers of this package, in the order in which their first bytes are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from searchengine.pages.readers.formats.delimited import delimited_reader
from searchengine.pages.readers.formats.epub import EPUB
from searchengine.pages.readers.formats.markdown import markdown_reader
from searchengine.pages.readers.formats.office.docx import DOCX
from searchengine.pages.readers.formats.office.opendocument import OPENDOCUMENT
from searchengine.pages.readers.formats.office.pptx import PPTX
from searchengine.pages.readers.formats.office.rtf import RTF
from searchengine.pages.readers.formats.office.sheets import SHEETS
from searchengine.pages.readers.formats.office.word97 import DOC
from searchengine.pages.readers.formats.pdf.reader import pdf_reader
from searchengine.pages.readers.formats.subtitles import SUBTITLES
from searchengine.pages.readers.formats.xml import XML
from searchengine.pages.readers.records import Fields
from searchengine.pages.readers.registry import Reader


def format_readers(fields: Fields, *, ocr: bool = False) -> Sequence[Reader]:
    """Return them; ``fields`` are the names that tables and front matter use.

    With ``ocr`` pictures of pages are read where tesseract is installed. What is packed or needs
    a large library is read in a process of its own.
    """
    apart = (
        pdf_reader(ocr=ocr),
        DOCX,
        PPTX,
        OPENDOCUMENT,
        EPUB,
        # Of OLE files whose name says nothing, papers before workbooks.
        DOC,
        SHEETS,
        RTF,
    )
    return (
        *(replace(one, isolate_above=0) for one in apart),
        delimited_reader(fields),
        markdown_reader(fields),
        SUBTITLES,
        XML,
    )
