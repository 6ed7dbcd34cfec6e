"""Indexes of format 5, as far as upgrading needs them: which documents their segments hold.

Their table of contents is Whoosh's, a pickle. It is read with the names of a few classes allowed,
by which they stand in it, and plain objects in place of these; anything else that it names is
refused. Only ``upgrade`` reads it.
"""

from __future__ import annotations

import pickle
import re
from typing import Any

from whoosh.filedb.structfile import BufferFile
from whoosh.index import _DEF_INDEX_NAME as NAME

from searchengine.backends.embedded.index.arrays.sections import UNREADABLE, damaged
from searchengine.backends.embedded.index.commit.directory import Directory
from searchengine.backends.embedded.index.commit.manifest import (
    STORED_EXTENSION,
    ArraySegment,
    check_segment,
)

_TOC_NAME = re.compile(rf"_{NAME}_([0-9]+)\.toc")
#: What Whoosh writes first: sizes of C's numbers, a number that shows their byte order.
_SIZES, _ORDER, _TOC_VERSION = (4, 8, 4), -12345, -111


class _Segment:
    """Stands for a segment."""


class _Ignored:
    """Stands for what upgrading does not look at."""


def _no_lengths(*_: Any) -> dict[str, int]:
    """Stands for Whoosh's lengths of fields, of which there are none."""
    return {}


#: What a table of contents may name; the modules of segments were moved once.
_ALLOWED = {
    ("searchengine.index.codec", "ArraySegment"): _Segment,
    ("searchengine.index.codec", "ArrayCodec"): _Ignored,
    ("searchengine.backends.embedded.index.codec", "ArraySegment"): _Segment,
    ("searchengine.backends.embedded.index.codec", "ArrayCodec"): _Ignored,
    ("collections", "defaultdict"): _no_lengths,
    ("builtins", "int"): _Ignored,
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            told = f"it names {module}.{name}, which no index of ours does"
            raise pickle.UnpicklingError(told) from None


def read_format5(storage: Directory) -> tuple[int, list[Any], str]:
    """Return the number of the last commit, its segments, and the name of its table of contents.

    Of the segments' files only those of stored documents are named. Raises
    :class:`IndexDamagedError` if it cannot be read.
    """
    found = {int(m[1]): m[0] for m in map(_TOC_NAME.fullmatch, storage.list()) if m}
    if not found:
        raise damaged(f"the table of contents of the index in {storage.folder}", "it is missing")
    generation = max(found)
    name = found[generation]
    content = storage.read_sealed(name)
    try:
        return generation, _segments(BufferFile(content), generation), name
    except UNREADABLE as error:
        raise damaged(storage.path(name), error) from error


def _segments(file: Any, generation: int) -> list[Any]:
    sizes = tuple(file.read_varint() for _ in _SIZES)
    if (*sizes, file.read_int(), file.read_int()) != (*_SIZES, _ORDER, _TOC_VERSION):
        raise ValueError("it does not begin as one")
    for _ in range(3):  # Whoosh's version.
        file.read_varint()
    file.read_string()  # The schema, a pickle: all indexes of this format have the same.
    if file.read_int() != generation:
        raise ValueError("it is of another commit")
    file.read_int()
    segments = [_segment(vars(one)) for one in _Unpickler(file.file).load()]
    if len({segment.segid for segment in segments}) < len(segments):
        raise ValueError("it names a segment twice")
    return segments


def _segment(values: dict[str, Any]) -> ArraySegment:
    segid, documents, deleted = values["segid"], values["_doccount"], values["_deleted"] or set()
    name = f"{NAME}_{segid}{STORED_EXTENSION}"
    size, _ = values["files"][name]
    if type(documents) is not int or type(size) is not int:
        raise ValueError(f"its segment {segid!r} has no counts")
    if not check_segment(segid, documents, deleted):
        raise ValueError(f"its segment {segid!r} cannot be one")
    return ArraySegment(documents, segid, set(deleted), {name: (size, None)})
