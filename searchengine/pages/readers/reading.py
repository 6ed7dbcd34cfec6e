"""Files into pages: one reader for each kind of file, and a walk over everything that was given.

The kind goes by the name, and by the first bytes where the name says nothing. One file that
cannot be read never stops the others: it comes out as a problem among the pages.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator

from searchengine.errors import InputError
from searchengine.pages.fingerprint import HASH_BYTES
from searchengine.pages.folders import SourceFile, list_files, shown
from searchengine.pages.page import Page, Problem
from searchengine.pages.readers.decoding import decode
from searchengine.pages.readers.html import declared_charset, looks_html, read_html
from searchengine.pages.readers.records import JSON_MAX, Fields, read_json, read_lines

#: A document's size, in bytes. A longer text is cut there; longer HTML is refused, because the
#: half of a page has no structure left.
DOCUMENT_MAX = 10_000_000

_RECORDS = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
_HTML = (".html", ".htm", ".xhtml")
_DEFAULT_FIELDS = Fields()


def is_record_file(file: SourceFile) -> bool:
    """Return whether ``file`` goes by its name for one that holds many documents."""
    return file.path.lower().endswith((*_RECORDS, ".json"))


def walk(
    paths: Iterable[str | os.PathLike[str]],
    *,
    fields: Fields = _DEFAULT_FIELDS,
    exclude: Collection[str | os.PathLike[str]] = (),
) -> Iterator[Page | Problem]:
    """Yield the pages in and below ``paths``, and a problem for all that could not be read.

    Lazy: one page is in memory at a time. Of two pages with one id the first is kept and the
    second is a problem, so that nothing is lost unsaid.
    """
    taken: dict[str, str] = {}
    for file in list_files(paths, exclude=exclude):
        if isinstance(file, Problem):
            yield file
            continue
        for found in read_file(file, fields):
            yield found if isinstance(found, Problem) else _unless_taken(found, taken)


def _unless_taken(page: Page, taken: dict[str, str]) -> Page | Problem:
    first = taken.get(page.id)
    if first is None:
        taken[page.id] = page.path
        return page
    where = "earlier in the same file" if first == page.path else f"by {first}"
    return Problem(page.path, page.line, f"the id {page.id!r} is taken {where}; give it another")


def read_file(file: SourceFile, fields: Fields = _DEFAULT_FIELDS) -> Iterator[Page | Problem]:
    """Yield the pages of one file, or the problem with it."""
    name = file.path.lower()
    if name.endswith(_RECORDS):
        yield from read_lines(file, fields)
        return
    try:
        yield from _read(file, name, fields)
    except InputError as error:
        yield Problem(shown(file.path), None, str(error))
    except OSError as error:
        yield Problem(shown(file.path), None, f"cannot be read: {error.strerror or error}")


def _read(file: SourceFile, name: str, fields: Fields) -> Iterator[Page | Problem]:
    is_json = name.endswith(".json")
    data, hashed, size = _bytes(file.path, JSON_MAX if is_json else DOCUMENT_MAX)
    if not data.strip():
        raise InputError("is empty; nothing was read from it")
    if is_json:
        if size > JSON_MAX:
            raise InputError(f"is larger than {JSON_MAX:,} bytes; write one object a line (.jsonl)")
        yield from read_json(file, decode(data).text, fields)
    elif name.endswith(_HTML) or looks_html(data):
        if size > DOCUMENT_MAX:
            raise InputError(f"is HTML larger than {DOCUMENT_MAX:,} bytes; split it")
        yield _html_page(file, data, hashed)
    else:
        yield _text_page(file, data, hashed, size)


def _bytes(path: str, limit: int) -> tuple[bytes, str, int]:
    """The first ``limit`` bytes of a file, the hash of all of it, and its size."""
    digest = hashlib.blake2b(digest_size=HASH_BYTES)
    with open(path, "rb") as stream:
        data = stream.read(limit)
        digest.update(data)
        size = len(data)
        while block := stream.read(1 << 20):
            digest.update(block)
            size += len(block)
    return data, digest.hexdigest(), size


def _html_page(file: SourceFile, data: bytes, hashed: str) -> Page:
    decoded = decode(data, declared=declared_charset(data))
    html = read_html(decoded.text)
    return Page(
        id=file.id,
        text=html.text,
        title=html.title,
        date=html.date or None,
        author=html.author,
        source=html.source,
        path=shown(file.path),
        content_hash=hashed,
        warnings=(decoded.warning,) if decoded.warning else (),
    )


def _text_page(file: SourceFile, data: bytes, hashed: str, size: int) -> Page:
    decoded = decode(data, whole=size <= len(data))
    warnings = [decoded.warning] if decoded.warning else []
    if size > len(data):
        warnings.append(f"only the first {len(data):,} of {size:,} bytes were read")
    if not decoded.text.strip():
        raise InputError("is empty; nothing was read from it")
    return Page(
        id=file.id,
        text=decoded.text,
        path=shown(file.path),
        content_hash=hashed,
        warnings=tuple(warnings),
    )
