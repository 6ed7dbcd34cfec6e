"""Campaigns on the readers: each format's files altered, read, and made into documents.

A reader is called as it is, without what keeps one file from stopping the others: only the errors
that it means to raise may come. What lies inside a file may not be what a reader fails on either.
"""

from __future__ import annotations

import functools
import io
import itertools
from collections.abc import Callable, Iterator, Sequence

from searchengine.errors import InputError
from searchengine.pages.folders import SourceFile
from searchengine.pages.long_texts import split
from searchengine.pages.page import Page, Problem, checked, to_document
from searchengine.pages.readers.archives import ZIP
from searchengine.pages.readers.formats.format_list import format_readers
from searchengine.pages.readers.html import HTML
from searchengine.pages.readers.mail import MAIL, WEB_ARCHIVE
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.reading import all_readers, read_opened
from searchengine.pages.readers.records import Fields, record_readers
from searchengine.pages.readers.registry import Reader
from searchengine.pages.readers.text import TEXT
from searchengine.pages.repairing import repaired
from tests.fuzzing import samples
from tests.fuzzing.campaign import Mutate, Target, broken_off
from tests.fuzzing.mutation import archive_mutator, bytes_mutator, text_mutator

#: So many pages of a file are read at most: a table has a document a row.
PAGES = 200
#: What a page's problem says where its reader raised what it did not mean to.
FAILS = "files fails on it"
_TAGS = (
    "<p>",
    "</p>",
    "<table>",
    "<tr><td>",
    "<!--",
    "-->",
    "&nbsp;",
    "&#xd800;",
    "&x;",
    "<a href=",
    "<b>" * 300,
    "<div>" * 500,
    "<![CDATA[",
    '<meta charset="utf-7">',
    "<script>",
    "<br/>",
)
_XML = (
    *_TAGS,
    '<!DOCTYPE a [<!ENTITY x "y">]>',
    ' w:val="99999999999"',
    ' xmlns:w="x"',
    "<w:tbl>",
    '<w:p><w:r><w:br w:type="page"/></w:r></w:p>',
    ' b:number-columns-repeated="1048576"',
)
_RTF = (
    "{\\rtf1",
    "\\bin99999999 ",
    "\\u-1?",
    "\\uc99 ",
    "\\'",
    "{",
    "}",
    "\\cell",
    "\\row",
    "\\trowd",
    "\\f1 ",
    "{\\*\\x ",
    "\\ansicpg0",
    "\\ansicpg99999",
    "{\\fonttbl{\\f0",
    "\\fcharset2",
)
_PDF = (
    "obj",
    "endobj",
    "stream",
    "endstream",
    "/Type",
    "/Length 0",
    "<<",
    ">>",
    "xref",
    "trailer",
    "/Filter /FlateDecode",
    "BT",
    "ET",
    "Tj",
    "/Count 99999999",
    "/Kids [1 0 R]",
    "%%EOF",
    "1e30 0 0 1e30 0 0 cm",
)
_MAIL = (
    "Content-Type: multipart/mixed; boundary=x\n",
    "--x\n",
    "Content-Type: text/html; charset=utf-7\n",
    "Content-Transfer-Encoding: base64\n",
    "=?utf-8?B?//8=?=",
    "=?x?Q?=FF?=",
    "Date: 0\n",
    "\n\n",
    "Content-Type: message/rfc822\n",
    "From: <<@>,\n",
    "Subject: a\n b\n",
    "begin 644 a\n",
)
_MARKDOWN = (
    "# ",
    "---\n",
    "> " * 200,
    "* ",
    "```\n",
    "[" * 500,
    "](",
    "| a |\n|--|\n",
    "!!python/none",
    "&a [*a]",
    "date: 2024-99-99\n",
    "? :",
    "<<: *a",
    "1e999",
    "0o7",
    "2024-05-17T99:00:00Z\n",
)
_TABLE = (",", ";", "\t", '"', '""', "\r", "\n", "\r\n", "ngày", "id", "text")
_JSON = (
    "{",
    "}",
    "[",
    "]",
    '"',
    "null",
    "1e999",
    "NaN",
    "-0",
    "\\ud800",
    '"date": ',
    '"text": ',
    "[" * 3000,
)
_TIMES = (
    "00:00:01,000 --> 00:00:02,000\n",
    "99:99:99.999 --> ",
    "WEBVTT\n",
    "<v ",
    "{\\an",
    "\n\n",
)


class ReaderFailed(Exception):
    """A file inside another one is one that its reader fails on, or a problem has several lines."""


def run(reader: Reader, name: str, data: bytes) -> None:
    """Read ``data`` as a file called ``name``, and make documents of what is read."""
    with broken_off():
        file = SourceFile(name, name, len(data), 0)
        with OpenedFile(file, io.BytesIO(data)) as opened:
            opened.read_opened = functools.partial(read_opened, readers=all_readers()[0])
            for found in itertools.islice(_pages(reader, opened), PAGES):
                if isinstance(found, Page):
                    to_document(found)
                elif FAILS in found.message:
                    raise ReaderFailed(found.message.partition(FAILS)[2].partition(":")[0])
                elif "\n" in found.message:
                    raise ReaderFailed("several lines")


def _pages(reader: Reader, opened: OpenedFile) -> Iterator[Page | Problem]:
    """The pages of a file, as they are read where one file may not stop the others."""
    if not opened.head.strip():
        return
    try:
        for found in reader.read(opened):
            page = found if isinstance(found, Problem) else checked(found)
            yield from (page,) if isinstance(page, Problem) else split(repaired(page))
    except InputError as error:
        yield opened.problem(str(error))


def reader_targets() -> dict[str, Callable[[], Target]]:
    """Return the target of each format by its name; seeds are made when it is called."""
    xml, html = text_mutator(*_XML), text_mutator(*_TAGS)
    json, mail = text_mutator(*_JSON), bytes_mutator(*map(str.encode, _MAIL))
    rtf, pdf = (bytes_mutator(*map(str.encode, pieces)) for pieces in (_RTF, _PDF))
    packages = archive_mutator(xml)
    targets: dict[str, tuple[Mutate, Sequence[Callable[[], bytes]]]] = {
        "html": (html, [samples.HTML.encode]),
        "xml": (xml, [samples.XML.encode]),
        "md": (text_mutator(*_MARKDOWN), [samples.MARKDOWN.encode]),
        "srt": (
            text_mutator(*_TIMES),
            [samples.SUBTITLES.encode, samples.WEB_SUBTITLES.encode],
        ),
        "csv": (text_mutator(*_TABLE), [samples.CSV.encode]),
        "jsonl": (json, [samples.records]),
        "json": (json, [samples.records]),
        "rtf": (rtf, [samples.RTF.encode]),
        "eml": (mail, [samples.mail]),
        "mhtml": (mail, [samples.web_archive]),
        "docx": (packages, [samples.paper]),
        "pptx": (packages, [samples.slides]),
        "odt": (packages, [samples.open_paper]),
        "epub": (packages, [samples.book]),
        "xlsx": (packages, [samples.workbook, samples.open_sheet]),
        "pdf": (pdf, [samples.printed]),
        "zip": (archive_mutator(bytes_mutator()), [samples.archive]),
        "txt": (text_mutator(), [samples.TEXT.encode, samples.PAPER.encode]),
    }
    return {
        kind: functools.partial(_target, kind, mutate, seeds)
        for kind, (mutate, seeds) in targets.items()
    }


def _target(kind: str, mutate: Mutate, seeds: Sequence[Callable[[], bytes]]) -> Target:
    fields = Fields()
    ours = [*record_readers(fields), *format_readers(fields), HTML, ZIP, MAIL, WEB_ARCHIVE]
    reader = next((one for one in ours if f".{kind}" in one.suffixes), TEXT)
    read = functools.partial(run, reader, f"a.{kind}")
    return Target(kind, [one() for one in seeds], read, mutate)
