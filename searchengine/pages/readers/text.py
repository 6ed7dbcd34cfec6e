"""Plain text in any encoding: what a file is taken for that no other reader claims."""

from __future__ import annotations

from collections.abc import Iterator

from searchengine.errors import InputError
from searchengine.pages.page import Page
from searchengine.pages.readers.decoding import decode
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.registry import Reader

#: So many bytes of a file are read; more than one document may have becomes several.
FILE_MAX = 200_000_000


def read_text(file: OpenedFile) -> Iterator[Page]:
    """Yield the one page of a text file, of a very large one what its first bytes hold."""
    data = file.read(FILE_MAX)
    decoded = decode(data, whole=file.size <= len(data))
    warnings = [decoded.warning] if decoded.warning else []
    if file.size > len(data):
        warnings.append(f"only the first {len(data):,} of {file.size:,} bytes were read")
    if not decoded.text.strip():
        raise InputError("is empty; nothing was read from it")
    yield file.page(decoded.text, warnings=tuple(warnings))


TEXT = Reader("text", (), read_text)
