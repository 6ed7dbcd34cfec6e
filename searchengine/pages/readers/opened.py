"""A file that is open for a reader: its bytes from the start, its hash, and pages made of it.

Opening reads the file once, for the hash that tells later whether it has changed; a small file is
then in memory already. What the bytes mean is the reader's business.
"""

from __future__ import annotations

import json
from typing import Any, BinaryIO

from searchengine.pages.fingerprint import content_hash, hash_of
from searchengine.pages.folders import SourceFile, shown
from searchengine.pages.page import Page, Problem

#: How many bytes from the start are there for readers that tell a format by its first bytes.
HEAD_BYTES = 1 << 16


class OpenedFile:
    """A file that was opened to be read; close it, or use it as a context manager.

    ``path`` is where it is, ``name`` the path as it can be shown and stored, ``id`` what its page
    is called, ``size`` its bytes, ``hash`` the hash of all of them, and ``head`` the first
    :data:`HEAD_BYTES`. ``stream`` is seekable and at the start when a reader gets it.
    """

    def __init__(self, file: SourceFile) -> None:
        """Open ``file`` and read it through once; raises OSError where that cannot be."""
        self.path = file.path
        self.name = shown(file.path)
        self.id = file.id
        self.stream: BinaryIO = open(file.path, "rb")  # noqa: SIM115
        try:
            self.head = self.stream.read(HEAD_BYTES)
            self.hash = hash_of(self.stream, self.head)
            self.size = self.stream.seek(0, 2)
            self.stream.seek(0)
        except BaseException:
            self.stream.close()
            raise

    def __enter__(self) -> OpenedFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self.stream.close()

    def read(self, limit: int) -> bytes:
        """Return the first ``limit`` bytes, fewer where the file has fewer."""
        if self.size <= len(self.head):
            return self.head[:limit]
        self.stream.seek(0)
        return self.stream.read(limit)

    def page(self, text: str, *, part: str | int | None = None, **fields: Any) -> Page:
        """Return the page of this file with ``text`` and further ``fields`` of a :class:`Page`.

        Where a file has several pages each is a ``part`` with a name or number that stays: its id
        is the file's, ``#`` and the part, and its content hash is of what it holds alone.
        """
        if part is None:
            known = {"id": self.id, "content_hash": self.hash}
        else:
            held = json.dumps([text, fields], ensure_ascii=False, sort_keys=True, default=str)
            hashed = content_hash(held.encode("utf-8", "surrogatepass"))
            known = {"id": f"{self.id}#{part}", "content_hash": hashed}
        return Page(text=text, path=self.name, **{**known, **fields})

    def problem(self, message: str, line: int | None = None) -> Problem:
        """Return a problem with this file: what was not read and what to do about it."""
        return Problem(self.name, line, message)
