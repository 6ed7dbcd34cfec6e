"""Files into pages: one reader for each kind of file.

The kind goes by the name, and by the first bytes where the name says nothing. One file that
cannot be read never stops the others: it comes out as a problem among the pages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from searchengine.errors import InputError
from searchengine.pages.fingerprint import HASH_BYTES
from searchengine.pages.folders import SourceFile, shown
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
