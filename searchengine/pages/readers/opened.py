"""A file that is open for a reader: its bytes from the start, its hash, and pages made of it.

Opening reads the file once, for the hash that tells later whether it has changed; a small file is
then in memory already. What lies inside a file, in an archive or a mail, is a file too, which is
nowhere on the disk. What the bytes mean is the reader's business.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from searchengine.errors import InputError
from searchengine.pages.fingerprint import content_hash, hash_of
from searchengine.pages.folders import SourceFile, shown
from searchengine.pages.page import Page, Problem

#: How many bytes from the start are there for readers that tell a format by its first bytes.
HEAD_BYTES = 1 << 16
#: Between the name of a file and that of one inside it.
INSIDE = "!"
#: How deep files may lie in each other: an archive in a mail in an archive.
DEPTH_MAX = 3
#: What all files inside one file may have together: files, and bytes when unpacked.
INSIDE_FILES, INSIDE_BYTES = 20_000, 2_000_000_000


@dataclass(slots=True)
class Allowance:
    """What may still be taken out of one file, however deep its contents lie in each other."""

    files: int = INSIDE_FILES
    bytes: int = INSIDE_BYTES

    def take(self, size: int) -> None:
        """Take one more file of ``size`` bytes; raises :class:`InputError` if that is too much."""
        self.files -= 1
        self.bytes -= size
        if self.files < 0:
            raise InputError(f"holds more than {INSIDE_FILES:,} files; unpack it")
        if self.bytes < 0:
            raise too_much_inside()


def too_much_inside() -> InputError:
    """Return the error of a file that unpacks to more than is read."""
    limit = f"{INSIDE_BYTES // 1_000_000:,} MB"
    return InputError(f"holds more than {limit} when unpacked; unpack what is needed of it")


class OpenedFile:
    """A file that was opened to be read; close it, or use it as a context manager.

    ``path`` is where it is, ``name`` the path as it can be shown and stored, ``id`` what its page
    is called, ``size`` its bytes, ``hash`` the hash of all of them, and ``head`` the first
    :data:`HEAD_BYTES`. ``stream`` is seekable and at the start when a reader gets it. A file
    inside another one has a ``path`` that is on no disk, so a reader keeps to the ``stream``.
    """

    def __init__(self, file: SourceFile, stream: IO[bytes] | None = None) -> None:
        """Open ``file``, or take its ``stream``, and read it through once.

        Raises OSError where that cannot be.
        """
        self.path = file.path
        self.name = shown(file.path)
        self.id = file.id
        self.depth = 0
        self.allowance = Allowance()
        #: What reads the files inside this one; whoever has it read sets it.
        self.read_opened: Callable[[OpenedFile], Iterator[Page | Problem]] | None = None
        self.stream: IO[bytes] = stream or open(file.path, "rb")  # noqa: SIM115
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

    def read_inside(self, name: str, stream: IO[bytes]) -> Iterator[Page | Problem]:
        """Yield the pages of the file ``name`` that lies inside this one; closes its ``stream``.

        Its id is this one's, ``!`` and ``name``. Raises :class:`InputError` where there is too
        much inside.
        """
        size = stream.seek(0, 2)
        stream.seek(0)
        file = SourceFile(f"{self.path}{INSIDE}{name}", f"{self.id}{INSIDE}{shown(name)}", size, 0)
        with OpenedFile(file, stream) as inner:
            self.allowance.take(size)
            inner.depth, inner.allowance = self.depth + 1, self.allowance
            if inner.depth > DEPTH_MAX:
                yield inner.problem(f"lies in {inner.depth} files that hold each other; unpack it")
            elif self.read_opened is not None:
                yield from self.read_opened(inner)

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
        """Return a problem with this file: what was not read and what to do about it.

        It is one line, whatever a library or the name of what lies inside brings into ``message``.
        """
        return Problem(self.name, line, " ".join(message.split()))
