"""Writing: documents in, a committed Whoosh segment out.

Documents are analysed in batches, because segmenting many texts at once is what makes it fast.
A document replaces any other of the same id, committed or not. Nothing is visible to readers,
and nothing is lost from the last commit, until :meth:`DocumentWriter.commit` returns.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import FileIndex, LockError
from whoosh.writing import SegmentWriter

from searchengine.errors import IndexLockedError
from searchengine.index.records import clean_id, days_of, facet_values, meta_of
from searchengine.index.schema import (
    FACETS,
    NUMBERS,
    SCORED_STREAMS,
    TITLE_BIGRAMS,
    TITLE_FOLDED,
    TITLE_SYLLABLES,
    pack_facts,
)
from searchengine.pages.document import Document
from searchengine.text.analysis import (
    BIGRAMS,
    FOLDED,
    SYLLABLES,
    WORDS,
    Analysis,
    analyze,
    analyze_syllables,
    bigrams_of,
)
from searchengine.text.normalize import normalize
from searchengine.text.numbers import find_numbers, number_key

#: A batch is analysed when it has this many documents or characters, so that memory is bounded.
BATCH_DOCUMENTS = 256
BATCH_CHARACTERS = 4_000_000


class DocumentWriter:
    """One writer at a time; use as a context manager: commits at the end, cancels on an error."""

    def __init__(self, index: FileIndex, directory: Path) -> None:
        try:
            self._writer = _Writer(index)
        except LockError as error:
            raise IndexLockedError(
                f"another program is writing to {directory}: try again when it has finished"
            ) from error
        self._committed = self._writer.reader()
        self._pending: dict[str, tuple[Document, bytes]] = {}
        self._characters = 0
        self._written: dict[str, int] = {}
        self._changed = False
        self._open = True

    def __enter__(self) -> DocumentWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.commit()
        else:
            self.cancel()

    def add(self, document: Document, fingerprint: bytes = b"") -> None:
        """Add ``document``, in place of any other with its id.

        ``fingerprint`` is what the caller wants to know again about the file it came from.
        """
        id_ = clean_id(document.id)
        self.delete(id_)
        self._pending[id_] = (document, fingerprint)
        self._characters += len(document.text)
        self._changed = True
        if len(self._pending) >= BATCH_DOCUMENTS or self._characters >= BATCH_CHARACTERS:
            self._flush()

    def delete(self, id_: str) -> bool:
        """Delete the document with this id; return whether there was one."""
        id_ = clean_id(id_)
        found = self._pending.pop(id_, None) is not None
        written = self._written.pop(id_, None)
        if written is not None:
            self._writer.superseded.append(written)
            found = True
        for number in self._numbers_of(id_):
            if not self._writer.is_deleted(number):
                self._writer.delete_document(number)
                found = True
        self._changed |= found
        return found

    def commit(self) -> None:
        """Make everything since the last commit visible; the writer is closed afterwards."""
        if not self._open:
            return
        try:
            if not self._changed:
                self.cancel()
                return
            self._flush()
            self._committed.close()
            self._writer.commit()
            self._open = False
        except BaseException:
            self.cancel()
            raise

    def cancel(self) -> None:
        """Forget everything since the last commit and let go of the lock."""
        if self._open:
            self._open = False
            self._committed.close()
            if not self._writer.is_closed:
                self._writer.cancel()

    def _numbers_of(self, id_: str) -> list[int]:
        if ("id", id_) not in self._committed:
            return []
        return list(self._committed.postings("id", id_).all_ids())

    def _flush(self) -> None:
        batch = list(self._pending.items())
        self._pending.clear()
        self._characters = 0
        analyses = analyze(_body(document) for _, (document, _) in batch)
        for (id_, (document, fingerprint)), analysis in zip(batch, analyses, strict=True):
            self._written[id_] = self._writer.docnum
            self._writer.add_document(**_fields(id_, document, fingerprint, analysis))


class _Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec without its own field lengths: ours are exact, and in the facts column."""

    length_stats = False


class _Writer(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer, which can also drop documents that it wrote itself before a commit."""

    def __init__(self, index: FileIndex) -> None:
        self.superseded: list[int] = []
        super().__init__(index, codec=_Codec())

    def get_segment(self) -> Any:
        segment = super().get_segment()
        for number in self.superseded:
            if not segment.is_deleted(number):
                segment.delete_document(number)
        return segment


def _body(document: Document) -> str:
    """The text that the body streams index: a title's words count as the page's own."""
    return f"{document.title}\n{document.text}" if document.title else document.text


def _number_keys(document: Document) -> list[str]:
    """Keys of the numbers that the document names and of those that stand in its text."""
    keys = {number_key(number) for number in document.numbers}
    keys.update(mention.key for mention in find_numbers(normalize(_body(document))))
    return sorted(keys)


def _fields(id_: str, document: Document, fingerprint: bytes, analysis: Analysis) -> dict[str, Any]:
    title_syllables, title_folded = analyze_syllables(document.title)
    streams: dict[str, list[str]] = {
        WORDS: analysis.words,
        SYLLABLES: analysis.syllables,
        FOLDED: analysis.folded,
        BIGRAMS: analysis.bigrams,
        TITLE_SYLLABLES: title_syllables,
        TITLE_FOLDED: title_folded,
        TITLE_BIGRAMS: bigrams_of(title_folded),
    }
    lengths = [len(streams[name]) for name in SCORED_STREAMS]
    facets = facet_values(document)
    return {
        "id": id_,
        **streams,
        NUMBERS: _number_keys(document),
        "facts": pack_facts(lengths, days_of(document)),
        "facets": "\x1f".join(facets[name] for name in FACETS).encode("utf-8", "replace"),
        "file": fingerprint,
        "meta": json.dumps(meta_of(document), ensure_ascii=False),
        "text": document.text,
        "original": document.original,
    }
