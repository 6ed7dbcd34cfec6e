"""Papers in PDF, by pypdfium2: the text layer as paragraphs; pictures of pages by OCR if asked for.

What a scanner made has no text: it is told as such. A PDF whose letters cannot be told from its
glyphs is treated in the same way, page by page.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from searchengine.errors import InputError
from searchengine.pages.page import Page
from searchengine.pages.readers.formats.pdf.glyphs import page_runs
from searchengine.pages.readers.formats.pdf.ocr import NEXT_STEP, read_picture, tesseract
from searchengine.pages.readers.formats.pdf.paragraphs import paragraphs
from searchengine.pages.readers.formats.pdf.reading_order import Line, read_lines
from searchengine.pages.readers.formats.pdf.running_heads import without_running_heads
from searchengine.pages.readers.formats.properties import fallbacks
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.registry import Reader

PDF_MAX = 1_000_000_000
#: So many characters are read, of 15,000 pages or more.
TEXT_MAX = 50_000_000
#: A picture that fills so much of a page is a scan of it.
SCAN_SHARE = 0.8
_MAGIC = b"%PDF-"
#: pdfium's reasons for not opening a file.
_PASSWORD, _SECURITY = 4, 5


def pdf_reader(*, ocr: bool = False) -> Reader:
    """Return the reader of PDF; with ``ocr`` pages without text are read by tesseract."""
    return Reader(
        "PDF",
        (".pdf",),
        functools.partial(read_pdf, ocr=ocr),
        lambda head: head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_MAGIC),
        PDF_MAX,
    )


def read_pdf(file: OpenedFile, *, ocr: bool = False) -> Iterator[Page]:
    """Yield the one page of a PDF; raises :class:`InputError` where it has no text to read."""
    document = _opened(file)
    try:
        yield _read(file, document, ocr)
    finally:
        document.close()


def _opened(file: OpenedFile) -> Any:
    try:
        import pypdfium2
    except ImportError as error:
        raise InputError(
            "is PDF; pypdfium2 is missing: install it (pip install pypdfium2)"
        ) from error
    try:
        document = pypdfium2.PdfDocument(file.stream)
        if len(document) == 0:
            raise InputError("has no pages; it may be cut off: copy or save it anew")
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", 0) in (_PASSWORD, _SECURITY) or "assword" in str(error):
            raise InputError("is encrypted; save it without a password") from error
        raise InputError(f"is no whole PDF ({error}); copy or save it anew") from error
    return document


def _read(file: OpenedFile, document: Any, ocr: bool) -> Page:
    pages: list[list[Line]] = []
    scanned: list[int] = []
    damaged: list[int] = []
    read = 0
    for number in range(len(document)):
        lines: list[Line] = []
        try:
            lines = _lines(document[number])
        except (RuntimeError, ValueError):
            damaged.append(number)
        if not lines and number not in damaged:
            scanned.append(number)
        pages.append(lines)
        read += sum(len(line.text) for line in lines)
        if read > TEXT_MAX:
            break
    warnings: list[str] = []
    pictures = _pictures(document, scanned, warnings) if ocr else {}
    left = [number for number in scanned if number not in pictures]
    text = _text(without_running_heads(pages), pictures)
    if not text.strip():
        raise InputError(_no_text(left, damaged, ocr, warnings))
    if left:
        # A page of a book may be empty: only what could be read is worth a word.
        left = [number for number in left if _has_picture(document[number])]
    if left:
        how = "read them with --ocr" if not ocr else NEXT_STEP
        warnings.append(f"pages without text, perhaps scanned ({_listed(left)}): {how}")
    if damaged:
        warnings.append(f"damaged pages were left out ({_listed(damaged)}): save it anew")
    if len(pages) < len(document):
        warnings.append(f"only the first {len(pages):,} pages were read; split it")
    return file.page(
        text,
        warnings=tuple(dict.fromkeys(warnings)),
        fallbacks=_fallbacks(document, scanned=bool(pictures) or _is_scan(document[0])),
    )


def _lines(page: Any) -> list[Line]:
    """The lines of a page; none where most of its glyphs are of unknown letters."""
    try:
        runs, unknown = page_runs(page)
        known = sum(len(run.text) for run in runs)
        return [] if unknown > known else read_lines(runs)
    finally:
        page.close()


def _text(pages: list[list[Line]], pictures: dict[int, str]) -> str:
    """All pages as text: paragraphs of text layers, and what was seen on pictures."""
    seen = {
        number: [Line(text, 0, 0, 0, 0, (0, 0), across=True)] for number, text in pictures.items()
    }
    return "\n".join(paragraphs([seen.get(number, lines) for number, lines in enumerate(pages)]))


def _pictures(document: Any, numbers: list[int], warnings: list[str]) -> dict[int, str]:
    """What tesseract sees on pages without text, by their numbers."""
    seen: dict[int, str] = {}
    for number in numbers if tesseract() else ():
        page = document[number]
        try:
            text = read_picture(page)
        except InputError as error:
            warnings.append(f"page {number + 1} {error}")
            continue
        finally:
            page.close()
        if text:
            seen[number] = text
    return seen


def _no_text(left: list[int], damaged: list[int], ocr: bool, warnings: list[str]) -> str:
    """Why a file gave no text, and what to do."""
    if damaged and not left:
        return "is damaged: none of its pages can be read; save it anew"
    if not ocr:
        return f"has no text, it is scanned pages: read it with --ocr ({NEXT_STEP})"
    if tesseract() is None:
        return f"has no text, it is scanned pages: to read them with --ocr, {NEXT_STEP}"
    why = "; ".join(warnings) or "nothing seen"
    return f"has no text that tesseract could read ({why}); scan it anew"


def _has_picture(page: Any) -> bool:
    import pypdfium2.raw as pdfium

    try:
        return any(item.type == pdfium.FPDF_PAGEOBJ_IMAGE for item in page.get_objects())
    finally:
        page.close()


def _is_scan(page: Any) -> bool:
    """Whether a picture fills a page: its text was read from it."""
    import pypdfium2.raw as pdfium

    try:
        width, height = page.get_size()
        for item in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,)):
            left, bottom, right, top = item.get_bounds()
            if (right - left) * (top - bottom) >= SCAN_SHARE * width * height:
                return True
        return False
    finally:
        page.close()


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(str(number + 1) for number in numbers[:10])
    return f"{shown} and {len(numbers) - 10} more" if len(numbers) > 10 else shown


def _fallbacks(document: Any, *, scanned: bool) -> dict[str, str]:
    known = document.get_metadata_dict(skip_empty=True)
    # The day of a scan says nothing of the paper's.
    return fallbacks(
        title=known.get("Title", ""),
        author=known.get("Author", ""),
        made=None if scanned else known.get("CreationDate"),
        saved=None if scanned else known.get("ModDate"),
    )
