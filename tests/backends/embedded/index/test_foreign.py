"""An index that somebody else made runs nothing, however it was forged: whatever is asked of it.

Whoosh pickles parts of its files, and a pickle can call any function. Each file here holds a
pickle that does, under right checksums, where Whoosh's own readers would load it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import pickle
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from whoosh.codec.whoosh3 import STORED_COLUMN, W3Codec, W3PerDocReader, W3TermsReader
from whoosh.fields import ID
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.filetables import OrderedHashWriter
from whoosh.index import open_dir
from whoosh.query import Every, Prefix, Term

from searchengine import Document, SearchEngine
from searchengine.backends.embedded.index.commit import merge_policy
from searchengine.backends.embedded.index.commit.storage import Index, open_index
from searchengine.errors import IndexDamagedError, SearchEngineError
from tests.backends.embedded.index.faults import begin

#: Flags, weight, documents, lengths, largest weight, first and last document of a term.
TERM = struct.Struct("!BfIBBfII")


class Evil:
    """Touches a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


class Forger:
    """Puts files in place of those of a small index, with right sizes, checksums and seal."""

    def __init__(self, index: Path) -> None:
        self.index = index
        self.ran = index.parent / "ran"
        self.evil = pickle.dumps(Evil(self.ran), 2)

    def segment_files(self, extension: str) -> list[Path]:
        return sorted(self.index.glob(f"MAIN_*{extension}"))

    def put(self, name: str, content: bytes, *, seal: bool = False) -> None:
        if seal:
            content += struct.pack("<II8s", len(content), zlib.crc32(content), b"VNSEALED")
        (self.index / name).write_bytes(content)

    def extras(self) -> None:
        """The values that describe the terms' file."""
        for path in self.segment_files(".trm"):
            whole = path.read_bytes()
            start = len(whole) - 4 - struct.unpack("!i", whole[-4:])[0]
            content = whole[:start] + self.evil
            path.write_bytes(content + struct.pack("!i", len(self.evil)))

    def terms(self, value: bytes) -> None:
        """Whole files of terms, in which every id has ``value``."""
        for path in self.segment_files(".trm"):
            writer = OrderedHashWriter(FileStorage(str(self.index)).create_file(path.name))
            writer.extras["fieldmap"] = {"id": 0}
            for id_ in (b"a", b"b", b"c"):
                writer.add(struct.pack("!H", 0) + id_, value)
            writer.close()

    def inlined(self) -> None:
        """Postings beside each term."""
        self.terms(TERM.pack(1, 1.0, 1, 0, 0, 1.0, 0, 0) + self.evil)

    def postings(self, info: bytes, data: bytes) -> None:
        """One block of postings, which every id has."""
        self.terms(TERM.pack(0, 1.0, 1, 0, 0, 1.0, 0, 0) + struct.pack("!qi", 0, 100))
        for path in self.segment_files(".pst"):
            path.write_bytes(b"W3Bl" + struct.pack("!i", -len(info + data)) + info + data)

    def block_info(self) -> None:
        """What is said of a block of postings."""
        self.postings(self.evil, b"")

    def block_data(self) -> None:
        """What a block of postings holds."""
        self.postings(pickle.dumps((1, 0, 1.0, 0, 0, 0), 2), self.evil)

    def packed_block_data(self) -> None:
        """What a block of postings holds, compressed."""
        self.postings(pickle.dumps((1, 0, 1.0, 3, 0, 0), 2), zlib.compress(self.evil))

    def columns(self) -> None:
        """Whoosh's columns: stored fields and lengths."""
        for path in self.segment_files(".trm"):
            for field in ("_stored", "id", "_id_len", "_id_vec"):
                name = f"{path.stem}.{field}.col"
                file = FileStorage(str(self.index)).create_file(name)
                writer = STORED_COLUMN.writer(file)
                writer.add(0, Evil(self.ran))
                writer.finish(1)
                file.close()

    def table_of_contents(self) -> None:
        """Whoosh's table of contents, of older and of later commits."""
        head = bytes([4, 8, 4]) + struct.pack("!ii", -12345, -111) + bytes([2, 7, 4])
        content = head + bytes([len(self.evil)]) + self.evil
        for number in (0, 2, 9):
            self.put(f"_MAIN_{number}.toc", content, seal=True)

    def as_json(self) -> None:
        """What should be JSON: the manifest and the file that marks an index."""
        self.put("_MAIN_2.manifest", self.evil, seal=True)

    def mark(self) -> None:
        """The file that marks an index."""
        self.put("searchengine.json", self.evil)

    def arrays(self) -> None:
        """Streams and stored documents."""
        for extension in (".streams", ".stored"):
            for path in self.segment_files(extension):
                path.write_bytes(self.evil)

    def finish(self) -> None:
        """Make the manifest name the files as they are now."""
        path = self.index / "_MAIN_2.manifest"
        if path.read_bytes().startswith(self.evil):
            return
        written = json.loads(path.read_bytes()[:-16])
        for segment in written["segments"]:
            for name, one in segment["files"].items():
                content = (self.index / name).read_bytes()
                one["bytes"] = len(content)
                one["crc32"] = None if one["crc32"] is None else zlib.crc32(content)
        self.put(path.name, json.dumps(written).encode(), seal=True)


FORGERIES = (
    Forger.extras,
    Forger.inlined,
    Forger.block_info,
    Forger.block_data,
    Forger.packed_block_data,
    Forger.columns,
    Forger.table_of_contents,
    Forger.as_json,
    Forger.mark,
    Forger.arrays,
)


@pytest.fixture
def forger(tmp_path: Path) -> Forger:
    begin(tmp_path / "index")
    return Forger(tmp_path / "index")


def use_everything(index: Path) -> None:
    """Ask an index whatever can be asked; our own answers are right or one of our errors."""

    def asked(use: Callable[[SearchEngine], object]) -> None:
        with contextlib.suppress(SearchEngineError), SearchEngine.open(index) as engine:
            use(engine)

    def write(engine: SearchEngine) -> None:
        with engine.writer() as writer:
            writer.delete("b")
            writer.add(Document(id="a", text="Bản khác"))

    def delete(opened: Index) -> None:
        with opened.writer() as writer:
            writer.delete_by_term("id", "c")

    for use in (
        lambda engine: engine.search("đại hội"),
        lambda engine: engine.get("a"),
        lambda engine: list(engine.documents()),
        lambda engine: list(engine.fingerprints()),
        lambda engine: engine.explain("đại hội", "b"),
        lambda engine: engine.suggest("đại"),
        SearchEngine.stats,
        SearchEngine.verify,
        write,
    ):
        asked(use)
    for ask in (
        lambda opened: opened.searcher().document(id="a"),
        lambda opened: opened.searcher().search(Term("id", "b") | Prefix("id", "a") | Every()),
        lambda opened: list(opened.reader()),
        lambda opened: list(opened.reader().iter_docs()),
        lambda opened: list(opened.reader().iter_postings()),
        lambda opened: opened.reader().leaf_readers()[0][0].cursor("id").term_info(),
        lambda opened: list(opened.reader().column_reader("id")),
        lambda opened: opened.reader().vector(0, "id"),
        lambda opened: opened.optimize(),
        delete,
    ):
        with contextlib.suppress(Exception):
            ask(open_index(index))


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda one: one.__name__)
def test_a_forged_file_runs_nothing(
    forger: Forger, monkeypatch: pytest.MonkeyPatch, forgery: Callable[[Forger], None]
) -> None:
    monkeypatch.setattr(merge_policy, "FACTOR", 2)
    forgery(forger)
    forger.finish()
    use_everything(forger.index)
    assert not forger.ran.exists()


def test_an_index_of_which_every_file_is_forged_runs_nothing(forger: Forger) -> None:
    for forgery in FORGERIES:
        forgery(forger)
    forger.finish()
    use_everything(forger.index)
    assert not forger.ran.exists()


def test_a_forged_id_is_told_as_damage(forger: Forger) -> None:
    forger.block_data()
    forger.finish()
    with SearchEngine.open(forger.index) as engine:
        assert engine.search("khu phố").total == 1
        with pytest.raises(IndexDamagedError, match=r"\.trm is damaged .*which is not plain data"):
            engine.get("b")


# Whoosh leaves its files open where it cannot read them.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_whoosh_alone_would_run_what_is_forged(forger: Forger) -> None:
    def runs(load: Callable[[], object]) -> bool:
        forger.ran.unlink(missing_ok=True)
        with contextlib.suppress(Exception):
            load()
        gc.collect()
        return forger.ran.exists()

    def terms() -> W3TermsReader:
        trm, pst = forger.segment_files(".trm")[0], forger.segment_files(".pst")[0]
        files = FileStorage(str(forger.index))
        size = trm.stat().st_size
        return W3TermsReader(W3Codec(), files.open_file(trm.name), size, files.open_file(pst.name))

    for forgery in FORGERIES[1:5]:
        forgery(forger)
        assert runs(lambda: list(terms().matcher("id", b"a", ID().format).all_ids()))
    forger.extras()
    assert runs(terms)
    forger.table_of_contents()
    for path in forger.index.glob("*.toc"):
        path.write_bytes(path.read_bytes()[:-16])
    assert runs(lambda: open_dir(str(forger.index)))
    forger.columns()
    segment = open_index(forger.index).read_toc().segments[1]
    column = W3PerDocReader(FileStorage(str(forger.index)), segment)
    assert runs(lambda: column.stored_fields(0))
    column.close()
