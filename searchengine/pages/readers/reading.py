"""Files into pages: chooses the reader of a file, keeps its limits, and lets no file stop others.

A file that cannot be read comes out as a problem among the pages, and so does a page that no
document can be made of. Whatever reader a page comes from, old encodings and damage are repaired
here. What a format means is said in the reader's own file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from searchengine.errors import InputError
from searchengine.pages.folders import SourceFile, shown
from searchengine.pages.page import Page, Problem, checked
from searchengine.pages.readers.formats.format_list import format_readers
from searchengine.pages.readers.html import HTML
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.records import Fields, record_readers
from searchengine.pages.readers.registry import Reader, Readers, readers_of_packages
from searchengine.pages.readers.text import TEXT
from searchengine.pages.repairing import repaired


def all_readers(
    fields: Fields | None = None, *, ocr: bool = False
) -> tuple[Readers, Sequence[str]]:
    """Return every reader there is, and a sentence for each of a package that is broken.

    A package's reader goes before ours of the same suffix. ``fields`` are the names that records
    use; with ``ocr`` pictures of pages are read.
    """
    fields = fields or Fields()
    others, faults = readers_of_packages()
    ours = [*record_readers(fields), *format_readers(fields, ocr=ocr), HTML]
    return Readers([*others, *ours], TEXT), faults


def read_file(file: SourceFile, readers: Readers | None = None) -> Iterator[Page | Problem]:
    """Yield the pages of one file, or the problem with it; all readers unless some are given."""
    try:
        opened = OpenedFile(file)
    except OSError as error:
        yield unreadable(file, error)
        return
    with opened:
        yield from read_opened(opened, readers or all_readers()[0])


def read_opened(file: OpenedFile, readers: Readers) -> Iterator[Page | Problem]:
    """Yield the pages of a file that is open, or the problems with it; never raises for it."""
    reader: Reader | None = None
    try:
        reader = readers.choose(file.path, file.head)
        if file.size <= len(file.head) and not file.head.strip():
            raise InputError("is empty; nothing was read from it")
        if reader.max_bytes is not None and file.size > reader.max_bytes:
            raise InputError(
                f"is {reader.name} larger than {reader.max_bytes:,} bytes; {reader.when_larger}"
            )
        for found in reader.read(file):
            if not isinstance(found, (Page, Problem)):
                raise TypeError(f"{found!r} is no page")
            page = found if isinstance(found, Problem) else checked(found)
            yield page if isinstance(page, Problem) else repaired(page)
    except InputError as error:
        yield file.problem(str(error))
    except OSError as error:
        yield file.problem(f"cannot be read: {error.strerror or error}")
    except Exception as error:
        # Readers are others' code, and so are the libraries that ours call.
        why = " ".join(f"{type(error).__name__}: {error}".split())
        what = reader.name if reader else "some"
        yield file.problem(f"the reader of {what} files fails on it ({why}); convert it to text")


def unreadable(file: SourceFile, error: OSError) -> Problem:
    """Return the problem with a file that cannot be opened."""
    return Problem(shown(file.path), None, f"cannot be read: {error.strerror or error}")
