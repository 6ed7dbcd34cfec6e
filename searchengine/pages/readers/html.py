"""HTML pages: the article and what the page says about itself, by trafilatura.

trafilatura (Apache-2.0) separates the article from its page; it is slow to import, so that
happens here and only when an HTML page turns up. Only dates that the page states in its tags
are taken: guesses from its text are for our own rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from searchengine.errors import InputError
from searchengine.pages.page import Page
from searchengine.pages.readers.decoding import decode
from searchengine.pages.readers.letterhead_tables import open_letterheads
from searchengine.pages.readers.nesting import flattened
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.registry import DOCUMENT_MAX, Reader

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_LOOKS_HTML = re.compile(
    rb"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
#: Where a page declares its encoding, at the latest.
_DECLARED_WITHIN = 4_096
#: Controls and the soft hyphen are letters in old Vietnamese encodings; trafilatura drops them. For
#: its time they are letters of a script that no such page is in.
_DROPPED = re.compile("[\x01-\x08\x0e-\x1f\x80-\x9f\xad]|&shy;|&#173;|&#xad;", re.IGNORECASE)
_SOFT_HYPHEN = re.compile("&shy;|&#173;|&#xad;", re.IGNORECASE)
_HOLD = {byte: 0xA000 + byte for byte in (*range(1, 9), *range(14, 32), *range(0x80, 0xA0), 0xAD)}
_RELEASE = {holder: byte for byte, holder in _HOLD.items()}
_HOLDERS = re.compile("[\ua000-\ua0ff]")
#: What content management systems write where an author's name should be.
_NOT_AUTHORS = frozenset(
    {"admin", "administrator", "root", "user", "editor", "quantri", "webmaster"}
)


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """What an HTML page holds; empty strings where it says nothing."""

    text: str
    title: str
    date: str
    author: str
    source: str


def looks_html(data: bytes) -> bool:
    """Return whether ``data`` begins like an HTML page."""
    return _LOOKS_HTML.match(data[:_DECLARED_WITHIN].lstrip(b"\xef\xbb\xbf")) is not None


def declared_charset(data: bytes) -> str:
    """Return the encoding that an HTML page names, or an empty string."""
    match = _CHARSET.search(data[:_DECLARED_WITHIN])
    return match[1].decode("ascii") if match else ""


def read_html_file(file: OpenedFile) -> Iterator[Page]:
    """Yield the one page of an HTML file."""
    data = file.read(DOCUMENT_MAX)
    decoded = decode(data, declared=declared_charset(data))
    html = read_html(decoded.text)
    yield file.page(
        html.text,
        title=html.title,
        date=html.date or None,
        author=html.author,
        source=html.source,
        warnings=(decoded.warning,) if decoded.warning else (),
    )


def read_html(text: str) -> HtmlPage:
    """Return the article of an HTML page and what its tags say about it.

    Raises :class:`InputError` where there is no text in it, or trafilatura is missing.
    """
    try:
        import trafilatura
    except ImportError as error:
        raise InputError(f"is HTML; {_missing(error)}") from error
    text = _held(text)
    # What is not allowed in XML would make the parser refuse the whole page.
    text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", " ", text)
    text = flattened(text)
    tree = trafilatura.load_html(text)
    if tree is not None:
        open_letterheads(tree)
        _silence_lists(tree)
    found = trafilatura.bare_extraction(
        text if tree is None else tree,
        with_metadata=True,
        include_comments=False,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if found is None:
        plain = trafilatura.html2txt(text).strip()
        if not plain:
            raise InputError("holds no text; it may be built by a script in the browser")
        return HtmlPage(_released(plain), "", "", "", "")
    if isinstance(found, dict):  # Only its older interface answers so; said for the type checker.
        raise InputError("is HTML; upgrade trafilatura (pip install -U trafilatura)")
    author = found.author or ""
    return HtmlPage(
        text=_released(found.text or "").strip(),
        title=_released(found.title or "").strip(),
        date=_moment(found.date or "", text),
        author="" if author.strip().lower() in _NOT_AUTHORS else _released(author).strip(),
        source=_released(found.sitename or found.hostname or ""),
    )


def _silence_lists(tree: Any) -> None:
    """Take the dates off what lies in lists and beside the article: they are of other pages."""
    for element in tree.iter("time"):
        if next(element.iterancestors("aside", "nav", "footer", "li"), None) is not None:
            element.attrib.clear()


def _moment(date: str, text: str) -> str:
    """The moment that a page tells of its ``date``, with its time zone; else the date itself."""
    told = re.search(rf"[\"'>\s]({date}[T ]\d\d:\d\d[^\"'<>\s]*)", text) if date else None
    return told[1] if told else date


def _held(text: str) -> str:
    """``text`` with letters for the characters that old encodings have and extraction drops."""
    if not _DROPPED.search(text) or _HOLDERS.search(text):
        return text
    return _SOFT_HYPHEN.sub("\xad", text).translate(_HOLD)


def _released(text: str) -> str:
    return text.translate(_RELEASE) if _HOLDERS.search(text) else text


def _missing(error: ImportError) -> str:
    """What to install where trafilatura cannot be imported: it needs packages of its own."""
    package = (error.name or "trafilatura").partition(".")[0]
    if "lxml.html.clean" in str(error):
        package = "lxml_html_clean"  # What used to be a part of lxml.
    return f"{package} is missing: install it (pip install {package})"


#: Longer ones are refused, not cut: the half of a page has no structure left. Large ones, made to
#: or not, can take lxml and trafilatura minutes.
HTML = Reader(
    "HTML",
    (".html", ".htm", ".xhtml"),
    read_html_file,
    looks_html,
    DOCUMENT_MAX,
    isolate_above=1_000_000,
)
