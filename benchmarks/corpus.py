"""The text that every engine is measured on, and its token streams, written out once.

``prepare`` reads a file of JSON lines, segments it with pyvi (timed a document at a time) and
leaves two files in the work directory: ``documents.jsonl``, what was read, and ``streams.tsv``,
the four token streams of each document as every peer gets them. ``read_items`` reads them back,
all or every n-th. Documents without a source or place are given one, a few common and many rare,
as such names are. Nothing is indexed here, and no more than a block of documents is held.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.repeat import repeated
from searchengine.text.analysis import Analysis, analyze_syllables, bigrams_of, prepare
from searchengine.text.segmentation.segmenter import segment
from searchengine.text.streams import STREAMS
from searchengine.text.variants import canonical_word

DOCUMENTS_FILE = "documents.jsonl"
STREAMS_FILE = "streams.tsv"
#: Texts that are segmented together where pyvi does not do it.
BLOCK = 250
#: So many sources and places are given to documents that have none.
SOURCES, PLACES = 50, 1_000


@dataclass(frozen=True, slots=True)
class Item:
    """One document: its fields, and its streams, the tokens of each joined by spaces.

    ``streams`` has the keys :data:`STREAMS`; it is empty where the reader did not ask for them.
    ``syllables`` counts tokens of the syllables stream; ``pyvi_seconds`` is None where pyvi did
    not segment this one.
    """

    id: str
    title: str
    text: str
    date: str | None
    syllables: int
    pyvi_seconds: float | None
    streams: dict[str, str] = field(default_factory=dict)
    source: str = ""
    place: str = ""

    @property
    def text_bytes(self) -> int:
        """UTF-8 bytes of title and text."""
        return len(self.title.encode()) + len(self.text.encode())


@dataclass(frozen=True, slots=True)
class Selection:
    """Every ``step``-th document, ``count`` at most: a corpus of another size but the same kind."""

    step: int
    count: int


def records(corpus: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON lines file, which may be compressed with gzip."""
    opened = gzip.open if corpus.suffix == ".gz" else open
    with opened(corpus, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def body_of(title: str, text: str) -> str:
    """Return the text that is tokenised: a title's words count as the page's own."""
    return f"{title}\n{text}" if title else text


def streams_of(prepared: str, segmented: Sequence[str]) -> Analysis:
    """Return the streams of a prepared text whose words are known, as ``analyze`` does."""
    syllables, folded = analyze_syllables(prepared)
    words = [canonical_word(word.lower()) for word in segmented if any(map(str.isalnum, word))]
    return Analysis(words, syllables, folded, bigrams_of(folded))


def joined(analysis: Analysis) -> dict[str, list[str]]:
    """Return the streams by name, no token with a space in it: a pair is joined by ``_``."""
    streams = {name: list(getattr(analysis, name)) for name in STREAMS}
    return {name: [t.replace(" ", "_") for t in tokens] for name, tokens in streams.items()}


def write_corpus(
    corpus: Path,
    work: Path,
    documents: int,
    pyvi_documents: int,
    *,
    copies: int = 1,
    seed: int = 1,
) -> dict[str, Any]:
    """Write the first ``documents`` of ``corpus``, ``copies`` times, to ``work``; return counts.

    All copies but the first are mixed. pyvi segments ``pyvi_documents`` of all, spread evenly, and
    our segmenter the others: they give the same words, so only the measured time depends on it.
    ``pyvi_seconds`` is for all.
    """
    total = documents * copies
    step = max(1, total // pyvi_documents) if pyvi_documents else total + 1
    tokenize = _pyvi() if pyvi_documents else None
    counts = {"documents": 0, "syllables": 0, "text_bytes": 0, "tokens": 0}
    segmented, pyvi_seconds = 0, 0.0
    found = repeated(lambda: islice(records(corpus), documents), copies, seed)
    with (
        open(work / DOCUMENTS_FILE, "w", encoding="utf-8", newline="\n") as fields_file,
        open(work / STREAMS_FILE, "w", encoding="utf-8", newline="\n") as streams_file,
    ):
        while block := list(islice(found, BLOCK)):
            first = counts["documents"]
            for record, words, seconds, text in _segmented(block, first, step, tokenize):
                analysis = streams_of(text, words)
                item = _item(record, analysis, seconds)
                line = asdict(item)
                del line["streams"]
                fields_file.write(json.dumps(line, ensure_ascii=False) + "\n")
                streams = joined(analysis)
                streams_file.write("\t".join(" ".join(streams[s]) for s in STREAMS) + "\n")
                counts["documents"] += 1
                counts["syllables"] += item.syllables
                counts["text_bytes"] += item.text_bytes
                counts["tokens"] += sum(map(len, streams.values()))
                if seconds is not None:
                    segmented += item.syllables
                    pyvi_seconds += seconds
    return {**counts, "pyvi_seconds": scaled(pyvi_seconds, segmented, counts["syllables"])}


def scaled(seconds: float, syllables: int, of: int) -> float | None:
    """Return what ``of`` syllables take where ``syllables`` took so long; None if none did."""
    return seconds * of / syllables if syllables else None


def read_items(work: Path, selection: Selection, *, streams: bool) -> Iterator[Item]:
    """Yield the selected documents of a work directory, with their streams if asked for."""
    every = slice(0, selection.step * selection.count, selection.step)
    with open(work / DOCUMENTS_FILE, encoding="utf-8", newline="\n") as fields_file:
        lines = islice(fields_file, every.start, every.stop, every.step)
        if not streams:
            for line in lines:
                yield Item(**json.loads(line))
            return
        with open(work / STREAMS_FILE, encoding="utf-8", newline="\n") as streams_file:
            rows = islice(streams_file, every.start, every.stop, every.step)
            for line, row in zip(lines, rows, strict=True):
                tokens = row.removesuffix("\n").split("\t")
                yield Item(**json.loads(line), streams=dict(zip(STREAMS, tokens, strict=True)))


def _pyvi() -> Callable[[str], str]:
    from pyvi import ViTokenizer

    # The model is loaded, and its caches are made, before anything is timed.
    ViTokenizer.tokenize("Hội đồng nhân dân phường họp kỳ thường lệ.")
    tokenize: Callable[[str], str] = ViTokenizer.tokenize
    return tokenize


def _segmented(
    block: list[dict[str, Any]], first: int, step: int, tokenize: Callable[[str], str] | None
) -> Iterator[tuple[dict[str, Any], list[str], float | None, str]]:
    texts = [prepare(body_of(r.get("title") or "", r["text"])) for r in block]
    ours = {k for k in range(len(block)) if tokenize is None or (first + k) % step}
    words = dict(zip(sorted(ours), segment([texts[k] for k in sorted(ours)]), strict=True))
    for k, (record, text) in enumerate(zip(block, texts, strict=True)):
        seconds = None
        if tokenize is not None and k not in ours:
            started = perf_counter()
            words[k] = tokenize(text).split()
            seconds = perf_counter() - started
        yield record, words[k], seconds, text


def drawn(name: str, id_: str, count: int) -> str:
    """Return one of ``count`` values for a document, the n-th of them for an n-th as many.

    The same document has the same value in every run.
    """
    chance = zlib.crc32(f"{name}:{id_}".encode()) / 2**32
    return f"{name} {int((count + 1) ** chance):0{len(str(count))}}"


def _item(record: dict[str, Any], analysis: Analysis, seconds: float | None) -> Item:
    return Item(
        id=str(record["id"]),
        title=record.get("title") or "",
        text=record["text"],
        date=record.get("date"),
        syllables=len(analysis.syllables),
        pyvi_seconds=seconds,
        source=record.get("source") or drawn("báo", str(record["id"]), SOURCES),
        place=record.get("place") or drawn("xã", str(record["id"]), PLACES),
    )
