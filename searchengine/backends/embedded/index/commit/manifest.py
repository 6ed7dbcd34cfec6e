"""The manifest: what a commit consists of, as JSON, in place of Whoosh's pickled table of contents.

Segments with their files, counts and deleted documents, the fields of Whoosh's schema and how the
index was made, in both directions. What is read may be anybody's file: nothing in it is run, and
whatever it cannot be is refused. Files and their order on the disk are the business of
``storage``.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any

from whoosh import fields
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.index import _DEF_INDEX_NAME as NAME
from whoosh.index import TOC

from searchengine.backends.embedded.index.schema import (
    FORMAT_VERSION,
    MOST_DOCUMENTS,
    STAMP,
    make_schema,
)
from searchengine.backends.fields import IndexSettings
from searchengine.errors import IndexWriteError, InputError

#: How the name of a manifest ends.
EXTENSION = ".manifest"
STREAMS_EXTENSION = ".streams"
STORED_EXTENSION = ".stored"
VECTORS_EXTENSION = ".vectors"
#: What carries checksums of its own.
OWN_EXTENSIONS = (STREAMS_EXTENSION, STORED_EXTENSION, VECTORS_EXTENSION)
#: The files of every segment, each named by it: Whoosh's two, which hold ids, and ours.
SEGMENT_EXTENSIONS = (
    W3Codec.TERMS_EXT,
    W3Codec.POSTS_EXT,
    STREAMS_EXTENSION,
    STORED_EXTENSION,
)
_SEGMENT_ID = re.compile("[0-9a-z]{1,64}")
#: A segment may have files of vectors, each with the number of the commit that wrote it.
_VECTORS = re.compile(rf"{NAME}_([0-9a-z]{{1,64}})\.[0-9]{{1,20}}{re.escape(VECTORS_EXTENSION)}")

Files = Mapping[str, tuple[int, int | None]]


class ArraySegment(W3Segment):  # type: ignore[misc]
    """Whoosh's segment, read by our codec.

    ``files`` are the size and the CRC-32 of each of its files by name; None instead of the
    checksum for those that carry checksums of their own.
    """

    def __init__(
        self,
        documents: int = 0,
        segid: str | None = None,
        deleted: set[int] | None = None,
        files: Files | None = None,
    ) -> None:
        super().__init__(None, NAME, documents, segid, deleted)
        self.files: dict[str, tuple[int, int | None]] = dict(files or {})

    @classmethod
    def _random_id(cls, size: int = 16) -> str:
        """Return a name for a new segment, another one each time.

        Whoosh draws it from ``random``: where a program seeds that, each run would give the same
        name, and write over the files of the last.
        """
        return os.urandom(size // 2).hex()

    def codec(self, **_: Any) -> Any:
        """Return the codec that reads this segment."""
        from searchengine.backends.embedded.index.codec import ArrayCodec  # It reads segments.

        return ArrayCodec()

    def should_assemble(self) -> bool:
        """Return False: separate files, not a compound one, for ours are mapped where they lie."""
        return False

    def field_length(self, _: str) -> int:
        """Return 0: Whoosh's fields of this index are not scored by their length."""
        return 0


def manifest_name(generation: int) -> str:
    """Return the name of the file that holds a commit's manifest."""
    return f"_{NAME}_{generation}{EXTENSION}"


def contents(schema: Any, segments: Any, generation: int, settings: IndexSettings) -> Any:
    """Return Whoosh's table of contents of a commit, with the ``settings`` of the index."""
    toc = TOC(schema, segments, generation)
    toc.settings = settings
    return toc


def pack_manifest(toc: Any) -> bytes:
    """Return the content of a commit's manifest, without its seal.

    Raises :class:`IndexWriteError` for a field of a kind that it cannot hold.
    """
    written = {
        "format": FORMAT_VERSION,
        "generation": toc.generation,
        "stamp": STAMP,
        "settings": toc.settings.to_json(),
        "schema": {name: _packed_field(name, field) for name, field in toc.schema.items()},
        "segments": [_packed_segment(segment) for segment in toc.segments],
    }
    return json.dumps(written, separators=(",", ":")).encode() + b"\n"


def unpack_manifest(content: bytes, oldest: int = FORMAT_VERSION) -> tuple[Any, dict[str, Any]]:
    """Return the table of contents that a manifest holds, and the stamp of what wrote it.

    Raises ValueError, with the reason, for what is no manifest of a format from ``oldest`` on.
    """
    try:
        written = json.loads(content)
        if written["format"] not in range(oldest, FORMAT_VERSION + 1):
            raise ValueError(f"it is of format {written['format']!r}, not {FORMAT_VERSION}")
        generation = _whole(written["generation"])
        schema = fields.Schema(
            **{name: _unpacked_field(one) for name, one in written["schema"].items()}
        )
        for name, field in make_schema().items():
            if name not in schema or not _same(schema[name], field):
                raise ValueError(f"its schema has no field {name!r} of the right kind")
        segments = [_unpacked_segment(one) for one in written["segments"]]
        if len({segment.segid for segment in segments}) < len(segments):
            raise ValueError("it names a segment twice")
        if sum(segment.doc_count_all() for segment in segments) > MOST_DOCUMENTS:
            raise ValueError(f"it has more than {MOST_DOCUMENTS:,} documents")
        settings = IndexSettings.from_json(written["settings"])
        toc = contents(schema, segments, generation, settings)
        toc.format = written["format"]
        return toc, dict(written["stamp"])
    except (KeyError, TypeError, AttributeError, RecursionError, InputError) as error:
        raise ValueError(f"it is not what a manifest must be: {error!r}") from error


def _packed_field(name: str, field: Any) -> dict[str, Any]:
    if type(field) is fields.STORED:
        return {"field": "STORED"}
    if type(field) is fields.ID and not field.column_type:
        return {"field": "ID", "unique": field.unique, "stored": field.stored}
    raise IndexWriteError(
        f"an index of ours cannot keep the field {name!r} ({type(field).__name__}): "
        "use Whoosh's ID or STORED, or an index of Whoosh's own"
    )


def _same(one: Any, other: Any) -> bool:
    return _packed_field("", one) == _packed_field("", other)


def _unpacked_field(written: Mapping[str, Any]) -> Any:
    if written["field"] == "STORED":
        return fields.STORED()
    if written["field"] == "ID":
        return fields.ID(unique=bool(written["unique"]), stored=bool(written["stored"]))
    raise ValueError(f"it has a field of an unknown kind {written['field']!r}")


def _packed_segment(segment: Any) -> dict[str, Any]:
    return {
        "id": segment.segid,
        "documents": segment.doc_count_all(),
        "deleted": sorted(segment.deleted_docs()),
        "files": {
            name: {"bytes": size, "crc32": checksum}
            for name, (size, checksum) in segment.files.items()
        },
    }


def _unpacked_segment(written: Mapping[str, Any]) -> ArraySegment:
    segid, documents, deleted = written["id"], _whole(written["documents"]), written["deleted"]
    files = {
        str(name): (_whole(one["bytes"]), None if one["crc32"] is None else _whole(one["crc32"]))
        for name, one in written["files"].items()
    }
    names = {f"{NAME}_{segid}{extension}" for extension in SEGMENT_EXTENSIONS}
    vectors = {name for name in files if (found := _VECTORS.fullmatch(name)) and found[1] == segid}
    if not check_segment(segid, documents, deleted) or names | vectors != set(files):
        raise ValueError(f"its segment {segid!r} cannot be one")
    return ArraySegment(documents, segid, set(deleted) or None, files)


def check_segment(segid: Any, documents: int, deleted: Any) -> bool:
    """Return whether what a file says of a segment can be so.

    A name must not lead out of the directory, nor a number out of the segment.
    """
    return (
        isinstance(segid, str)
        and _SEGMENT_ID.fullmatch(segid) is not None
        and 0 <= documents <= MOST_DOCUMENTS
        and all(type(number) is int and 0 <= number < documents for number in deleted)
    )


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"it has {value!r} where a number must be")
    return value
