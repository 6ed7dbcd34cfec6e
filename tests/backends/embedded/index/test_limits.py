"""What grows, at its largest: behind 32 bits in files of nothing, and counters set high."""

from __future__ import annotations

import contextlib
import io
import os
import resource
import tempfile
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from searchengine import Document, SearchEngine
from searchengine.backends.embedded.index import writer as writing
from searchengine.backends.embedded.index.arrays import builder, stream_writer
from searchengine.backends.embedded.index.arrays.sections import SectionReader, SectionWriter
from searchengine.backends.embedded.index.arrays.stream_reader import StreamReader
from searchengine.backends.embedded.index.arrays.stream_writer import StreamSpec, StreamWriter
from searchengine.backends.embedded.index.arrays.vocabulary import Vocabulary
from searchengine.backends.embedded.index.commit import manifest
from searchengine.backends.embedded.index.commit.manifest import ArraySegment, contents
from searchengine.backends.embedded.index.commit.merge_policy import merge_tiers
from searchengine.backends.embedded.index.commit.storage import open_index
from searchengine.backends.embedded.index.schema import MOST_DOCUMENTS
from searchengine.backends.embedded.index.stored import reader as stored
from searchengine.backends.embedded.index.stored.reader import StoredReader
from searchengine.backends.embedded.index.stored.writer import StoredWriter
from searchengine.backends.fields import Field, IndexSettings
from searchengine.errors import (
    IndexDamagedError,
    IndexUnavailableError,
    IndexWriteError,
    InputError,
)
from searchengine.options import MAX_DEPTH, MAX_FACET_VALUES, MAX_LIMIT
from tests.backends.embedded.index.faults import BEGUN, begin
from tests.backends.embedded.index.sparse import FAR, arrays_of, container

#: Documents of a term of each class of slots: rare ones, then ever more frequent ones, the last of
#: them in every document.
TERMS = (
    np.array([3, 70_000, MOST_DOCUMENTS - 1]),
    np.arange(0, 3_000_000, 20_000),
    np.arange(5, 300_000, 100),
    np.arange(200_000),
)


def stream(path: Path, far: int = 0) -> StreamReader:
    """A stream of ``TERMS``; of each section of slots so many slots of nothing come first."""
    writer = StreamWriter(pairs=False)
    for column in (*writer._slots, *writer._freqs):
        column.length = far
    keys = np.arange(len(TERMS), dtype=np.uint64)
    docs = np.concatenate(TERMS).astype(np.int32)
    freqs = (docs % 40 + 1).astype(np.uint32)
    writer.add(keys, np.array(list(map(len, TERMS))), docs, freqs)
    with path.open("wb") as file:
        sections = SectionWriter(file)
        writer.write(sections, "s")
        sections.finish({})
    arrays = arrays_of(SectionReader(path.read_bytes(), "near"))
    if far:
        arrays["s/blocks"] += np.uint64(far)
    # Slots of four bits lie two to a byte, and so do frequencies.
    nothing = {name: far for name in arrays if "slots" in name}
    nothing |= {name: far // 2 for name in arrays if name == "s/slots4" or "/freqs" in name}
    data = container(path.with_suffix(".far"), arrays, nothing if far else {}, {})
    return StreamReader(SectionReader(data, "far"), "s", MOST_DOCUMENTS, pairs=False)


@pytest.mark.parametrize("far", [0, FAR + 64], ids=["near", "behind 4 GiB"])
def test_postings_lie_anywhere_in_a_file(tmp_path: Path, far: int) -> None:
    reader = stream(tmp_path / "stream", far)
    for number, expected in enumerate(TERMS):
        docs, freqs = reader.postings(number)
        assert np.array_equal(docs, expected)
        assert freqs is not None
        assert np.array_equal(freqs, expected % 40 + 1)
        assert reader.document_frequency(number) == len(expected)
    whole = reader.chunk(0, len(TERMS))
    assert np.array_equal(whole.docs, np.concatenate(TERMS))
    assert np.array_equal(whole.freqs, np.concatenate(TERMS) % 40 + 1)


def test_strings_lie_behind_4_gib(tmp_path: Path) -> None:
    arrays: dict[str, NDArray[Any]] = {
        "v/ends": np.array([FAR, FAR + 2, FAR + 5], np.uint64),
        "v/terms": np.frombuffer(b"bocon", np.uint8),
    }
    data = container(tmp_path / "vocabulary", arrays, {"v/terms": FAR}, {})
    vocabulary = Vocabulary.__new__(Vocabulary)
    reader = SectionReader(data, "far")
    vocabulary._ends, vocabulary._bytes = (
        reader.array(f"v/{one}").data for one in ("ends", "terms")
    )
    assert (vocabulary[1], vocabulary[2]) == (b"bo", b"con")


def test_documents_are_stored_behind_4_gib(tmp_path: Path) -> None:
    writer = StoredWriter(tempfile.TemporaryFile)
    for number in range(3):
        writer.add({"meta": "{}", "text": f"bài {number}"})
    with (tmp_path / "near").open("wb") as file:
        writer.write(file)
    arrays = arrays_of(SectionReader((tmp_path / "near").read_bytes(), "near"))
    far = {}
    for series in ("meta", "text", "original"):
        # A first block of no documents is the nothing.
        far[f"{series}/blocks"] = FAR
        [length] = arrays[f"{series}/ends"].tolist()
        arrays[f"{series}/ends"] = np.array([FAR, FAR + length], np.uint64)
        arrays[f"{series}/documents"] = np.array([0, 3], np.uint32)
    data = container(tmp_path / "far", arrays, far, {"documents": 3})
    found = StoredReader(data, "far")
    assert found.fields(2) == {"meta": "{}", "text": "bài 2"}


def test_an_index_numbers_no_more_documents_than_32_bits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(tmp_path / "index")
    monkeypatch.setattr(writing, "MOST_DOCUMENTS", 5)
    engine = SearchEngine.open(tmp_path / "index")
    with engine.writer() as writer:
        writer.add(Document(id="d", text="vừa đủ"))
    writer = engine.writer()
    writer.add(Document(id="e", text="quá nhiều"))
    with pytest.raises(IndexWriteError, match="cannot number more than 5 documents"):
        writer.commit()
    assert {document.id for document in engine.documents()} == {*BEGUN, "d"}


def test_a_manifest_with_more_documents_is_refused(tmp_path: Path) -> None:
    begin(tmp_path / "index")
    opened = open_index(tmp_path / "index")
    toc = opened.read_toc()
    for segment in toc.segments:
        segment.set_doc_count(MOST_DOCUMENTS // 2 + 1)
    opened.write_toc(contents(toc.schema, toc.segments, toc.generation + 1, toc.settings))
    with pytest.raises(IndexDamagedError, match="more than 2,147,483,647 documents"):
        open_index(tmp_path / "index")


def test_a_stream_has_no_more_terms_than_32_bits_number(monkeypatch: pytest.MonkeyPatch) -> None:
    writer = StreamWriter(pairs=False)
    one = np.ones(1, np.int64)
    writer.add(np.zeros(1, np.uint64), one, np.zeros(1, np.int32), one)
    writer.terms = stream_writer.MOST_TERMS + 1
    sink = io.BytesIO()
    sections = SectionWriter(sink)
    with pytest.raises(IndexWriteError, match="more than 4,294,967,295 terms"):
        writer.write(sections, "s")
    assert len(sink.getvalue()) < 100


def test_pairs_of_more_strings_than_fit_beside_a_document_stay_apart() -> None:
    many = (1 << 24) + 10
    tokens = np.array([0, 1, 1, 0, 0, 1], np.uint64)
    pairs = tokens[:-1] << np.uint64(32) | tokens[1:]
    ranks = np.array([5, many - 1], np.int64)
    spec = StreamSpec("pairs", "v", pairs=True)
    found = builder._inverted(pairs, np.array([3, 2]), spec, many, ranks)
    expected = Counter(
        (int(ranks[a]) * many + int(ranks[b]), int(at >= 3))
        for at, (a, b) in enumerate(pairwise(tokens.tolist()))
    )
    keys = np.repeat(found.keys, found.counts).tolist()
    assert (
        dict(zip(zip(keys, found.docs.tolist(), strict=True), found.freqs.tolist(), strict=True))
        == expected
    )


def test_a_field_that_a_record_cannot_hold_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "MOST_BYTES", 100)
    with SearchEngine.open(tmp_path / "index", create=True) as engine:
        with (
            pytest.raises(IndexWriteError, match="split it into several"),
            engine.writer() as writer,
        ):
            writer.add(Document(id="a", text="mương " * 20))
        assert engine.document_count() == 0


def test_65_536_commits_leave_few_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule alone, for what it would merge is not there."""
    merged: list[int] = []
    monkeypatch.setattr(
        "searchengine.backends.embedded.index.commit.merge_policy.SegmentReader",
        lambda storage, schema, segment: Merged(segment),
    )

    class Writer:
        storage = schema = None

        def add_reader(self, reader: Any) -> None:
            merged.append(reader.segment.doc_count_all())

    segments: list[Any] = []
    most = 0
    for number in range(1 << 16):
        merged.clear()
        segments = merge_tiers(Writer(), segments)
        segments.append(ArraySegment(1 + sum(merged), f"{number:x}"))
        most = max(most, len(segments))
    assert sum(one.doc_count_all() for one in segments) == 1 << 16
    assert most < 40


class Merged:
    """Stands for the reader of a segment that is merged."""

    def __init__(self, segment: Any) -> None:
        self.segment = segment

    def close(self) -> None:
        pass


def test_a_manifest_of_65_536_segments_is_read(tmp_path: Path) -> None:
    begin(tmp_path / "index")
    toc = open_index(tmp_path / "index").read_toc()
    first = toc.segments[0]
    files = {name.partition(".")[2]: facts for name, facts in first.files.items()}
    many = [
        ArraySegment(
            1,
            f"{number:016x}",
            None,
            {f"MAIN_{number:016x}.{end}": facts for end, facts in files.items()},
        )
        for number in range(1 << 16)
    ]
    packed = manifest.pack_manifest(contents(toc.schema, many, 9, toc.settings))
    assert len(manifest.unpack_manifest(packed)[0].segments) == 1 << 16


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells")
def test_too_few_files_are_told_as_such_and_no_damage(tmp_path: Path) -> None:
    begin(tmp_path / "index")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken: list[int] = []
    with SearchEngine.open(tmp_path / "index") as engine:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(open_files()) + 8, hard))
            with contextlib.suppress(OSError):
                while True:
                    taken.append(os.open(os.devnull, os.O_RDONLY))
            for _ in range(3):
                os.close(taken.pop())
            with pytest.raises(IndexUnavailableError, match="open files"):
                engine.search("đại hội")
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            for one in taken:
                os.close(one)
        assert engine.search("đại hội").total


def open_files() -> list[int]:
    """The numbers of the files that this process has open."""
    return [int(path.name) for path in Path("/proc/self/fd").iterdir()]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells")
def test_views_of_one_commit_share_its_files(make_engine: Callable[..., SearchEngine]) -> None:
    engine = make_engine("Bà con góp công", "Nạo vét mương")
    engine.search("mương")
    before = len(open_files())
    views = [engine.open_view() for _ in range(2_000)]
    assert all(view.document_count == 2 for view in views)
    assert len(open_files()) == before


def test_a_field_may_have_a_million_values(tmp_path: Path) -> None:
    settings = IndexSettings(fields=(Field("mã", "keyword"),))
    with SearchEngine.open(tmp_path / "index", create=True, settings=settings) as engine:
        with engine.writer() as writer:
            for number in range(10_000):
                values = [f"{100 * number + one:06d}" for one in range(100)]
                writer.add(Document(id=str(number), text="mương", extra={"mã": values}))
        found = engine.facets("mương", names=("mã",), order="name", limit=MAX_FACET_VALUES)["mã"]
        assert list(found) == [f"{number:06d}" for number in range(MAX_FACET_VALUES)]
        assert set(found.values()) == {1}
        assert engine.search("mương", filters={"mã": "999999"}, facets=False).hits[0].id == "9999"


def test_results_and_values_go_so_far(make_engine: Callable[..., SearchEngine]) -> None:
    engine = make_engine("Bà con góp công")
    assert engine.search("công", page=MAX_DEPTH // MAX_LIMIT, limit=MAX_LIMIT).total == 1
    with pytest.raises(InputError, match="only the first 10,000 results"):
        engine.search("công", page=MAX_DEPTH // MAX_LIMIT + 1, limit=MAX_LIMIT)
    with pytest.raises(InputError, match="between 1 and 1,000"):
        engine.search("công", limit=MAX_LIMIT + 1)
    with pytest.raises(InputError, match="between 1 and 10,000"):
        engine.facets("công", limit=MAX_FACET_VALUES + 1)
