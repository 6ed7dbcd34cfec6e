"""Vectors on the disk: where they are, what becomes of them, and how damage is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from searchengine import Document, SearchEngine, upgrade_index
from searchengine.backends.embedded.index import codec, schema
from searchengine.backends.embedded.index import upgrade as upgrading
from searchengine.backends.embedded.index.commit import manifest, storage
from searchengine.backends.embedded.index.commit.directory import Directory
from searchengine.backends.embedded.index.vectors import writer as vector_writer
from searchengine.backends.embedded.index.vectors.files import VectorFile, write_vectors
from searchengine.backends.vectors.passages import PassageVectors, VectorModel
from searchengine.errors import IndexDamagedError, InputError
from tests.backends.embedded.index.vectors.made import DIMENSIONS, Letters, embed, having, written

TEXTS = ("cấy lúa", "gặt lúa\nphơi thóc", "chăn trâu\ncắt cỏ\nthả diều", "", "đan rổ")


def put(path: Path, *ids: str, end: str = "") -> None:
    """Add documents in one commit; the number of an id says which text it has."""
    with SearchEngine.open(path, create=True) as engine, engine.writer() as writer:
        for id_ in ids:
            text = f"{TEXTS[int(id_[-1]) % len(TEXTS)]} {id_}{end}"
            writer.add(Document(id=id_, text=text))


class Stopped(Letters):
    """A model that fails after so many documents."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self._after = after

    def embed(self, documents: Iterable[Document], /) -> Iterator[PassageVectors]:
        yield from islice(super().embed(documents), self._after)
        raise ZeroDivisionError


def test_an_index_without_vectors_has_no_file_of_them(tmp_path: Path) -> None:
    put(tmp_path, "a0", "a1")
    assert written(tmp_path) == []
    embed(tmp_path)
    assert len(written(tmp_path)) == 1


def test_only_what_came_since_is_embedded(tmp_path: Path) -> None:
    put(tmp_path, "a0", "a1", "a3")
    assert embed(tmp_path) == ["a0", "a1", "a3"]
    put(tmp_path, "a1", "a2", end=" mới")
    assert having(tmp_path) == {"a0", "a3"}
    assert embed(tmp_path) == ["a1", "a2"]
    assert embed(tmp_path) == []
    assert having(tmp_path) == {"a0", "a1", "a2", "a3"}


def test_a_text_that_is_known_is_not_embedded_again(tmp_path: Path) -> None:
    put(tmp_path, "a0", "a1")
    embed(tmp_path)
    put(tmp_path, "a0")  # The same again: other metadata, say.
    assert having(tmp_path) == {"a1"}
    assert embed(tmp_path) == []
    assert having(tmp_path) == {"a0", "a1"}


def test_what_was_done_before_an_error_stays_from_the_last_checkpoint_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, *(f"a{n}" for n in range(9)))
    with SearchEngine.open(tmp_path) as engine:
        with pytest.raises(ZeroDivisionError):
            engine.embed(Stopped(after=4))
        assert having(tmp_path) == set()
        monkeypatch.setattr("searchengine.embedding.CHECKPOINT_SECONDS", 0)
        with pytest.raises(ZeroDivisionError):
            engine.embed(Stopped(after=4))
    assert having(tmp_path) == {"a0", "a1", "a2", "a3"}
    assert embed(tmp_path) == ["a4", "a5", "a6", "a7", "a8"]


def test_searches_see_it_grow_and_progress_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchengine.embedding.CHECKPOINT_SECONDS", 0)
    put(tmp_path, *(f"a{n}" for n in range(5)))
    seen = []
    with SearchEngine.open(tmp_path) as engine:

        def look(done: int, total: int) -> None:
            assert engine.search("lúa").total == 2
            seen.append((done, total, engine.stats()["with_vectors"]))

        assert engine.embed(Letters(), progress=look) == 5
    assert seen == [(n, 5, n) for n in range(1, 6)]


def test_many_checkpoints_leave_few_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchengine.embedding.CHECKPOINT_SECONDS", 0)
    put(tmp_path, *(f"a{n}" for n in range(100)))
    embed(tmp_path)
    # 64 + 32 + 4 documents, and not a hundred files.
    assert len(written(tmp_path)) == 3
    assert len(having(tmp_path)) == 100


def test_so_many_wait_in_memory_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_writer, "MOST_ADDED", 4)
    put(tmp_path, *(f"a{n}" for n in range(9)))
    with SearchEngine.open(tmp_path) as engine, pytest.raises(ZeroDivisionError):
        engine.embed(Stopped(after=7))
    assert len(having(tmp_path)) == 4


def test_merging_takes_vectors_along_but_for_deleted_documents(tmp_path: Path) -> None:
    for n in range(6):
        put(tmp_path, f"a{n}", f"b{n}")
    embed(tmp_path)
    assert len(written(tmp_path)) == 6
    with SearchEngine.open(tmp_path) as engine:
        engine.delete(["a2", "b5"])
        put(tmp_path, "a6")  # The eighth commit: all become one segment.
        put(tmp_path, "a7")
        assert engine.stats()["segments"] < 4
    assert len(written(tmp_path)) == 1
    file = VectorFile((tmp_path / written(tmp_path)[0]).read_bytes(), "it")
    assert len(file) == 10
    assert having(tmp_path) == {f"{c}{n}" for c in "ab" for n in range(6)} - {"a2", "b5"}


def test_a_deleted_document_leaves_no_trace_in_an_answer(tmp_path: Path) -> None:
    put(tmp_path, "a0", "a1", "a2")
    embed(tmp_path)
    with SearchEngine.open(tmp_path) as engine:
        engine.delete(["a1"])
        assert engine.stats()["with_vectors"] == 2
        engine.delete(["a0", "a2"])
        assert engine.stats()["vector_model"] is None
        assert engine.embed(Letters("khac")) == 0


def test_another_model_begins_anew_only_where_told(tmp_path: Path) -> None:
    put(tmp_path, "a0", "a1")
    embed(tmp_path)
    with SearchEngine.open(tmp_path) as engine:
        with pytest.raises(InputError, match="--replace"):
            engine.embed(Letters("khac"))
        assert engine.embed(Letters("khac"), replace=True) == 2
        assert engine.stats()["vector_model"] == "khac"
        assert engine.embed(Letters("khac"), replace=True) == 0
    assert len(written(tmp_path)) == 1


def test_a_backup_has_the_vectors(tmp_path: Path) -> None:
    put(tmp_path / "index", "a0", "a1")
    embed(tmp_path / "index")
    with SearchEngine.open(tmp_path / "index") as engine:
        engine.backup(tmp_path / "copy")
    assert written(tmp_path / "copy") == written(tmp_path / "index")
    assert having(tmp_path / "copy") == {"a0", "a1"}


def test_upgrading_keeps_the_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(3):
        put(tmp_path, f"a{n}", f"b{n}")
    embed(tmp_path)
    put(tmp_path, "c4")
    with SearchEngine.open(tmp_path) as engine:
        engine.delete(["a1"])
    newer = {**schema.STAMP, "segmenter": "sau này"}
    for module in (codec, manifest, storage, upgrading):
        monkeypatch.setattr(module, "STAMP", newer)
    done = upgrade_index(tmp_path)
    assert (done.changed, done.documents) == (True, 6)
    assert len(written(tmp_path)) == 1
    assert having(tmp_path) == {"a0", "b0", "b1", "a2", "b2"}
    assert embed(tmp_path) == ["c4"]


def test_what_a_dead_writer_left_is_cleared_away(tmp_path: Path) -> None:
    put(tmp_path, "a0", "a1")
    embed(tmp_path)
    (name,) = written(tmp_path)
    left = tmp_path / f"{name.partition('.')[0]}.99.vectors"
    left.write_bytes(b"half")
    assert having(tmp_path) == {"a0", "a1"}
    put(tmp_path, "a2")
    assert written(tmp_path) == [name]


def test_every_altered_byte_is_found(tmp_path: Path) -> None:
    put(tmp_path, "a0", "a1", "a2")
    embed(tmp_path)
    path = tmp_path / written(tmp_path)[0]
    whole = path.read_bytes()
    with SearchEngine.open(tmp_path) as engine:
        for at in range(0, len(whole), 3):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            (fault,) = engine.verify()
            assert path.name in fault
        path.write_bytes(whole[:-1])
        assert path.name in engine.verify()[0]
        path.unlink()
        assert path.name in engine.verify()[0]


def test_merging_refuses_altered_vectors(tmp_path: Path) -> None:
    for n in range(7):
        put(tmp_path, f"a{n}")
    embed(tmp_path)
    path = tmp_path / written(tmp_path)[0]
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    with pytest.raises(IndexDamagedError, match=path.name):
        put(tmp_path, "a7")


@pytest.mark.parametrize("wrong", ["hash", "span", "document twice", "order", "other model"])
def test_vectors_that_cannot_be_theirs_are_told(tmp_path: Path, wrong: str) -> None:
    put(tmp_path, "a0", "a1", "a2")
    put(tmp_path, "b0")
    embed(tmp_path)
    path = max(tmp_path.glob("*.vectors"), key=lambda one: one.stat().st_size)
    file = VectorFile(path.read_bytes(), str(path))
    part, model = file.part(), file.model
    assert len(part.docs) == 3
    if wrong == "hash":
        part = part._replace(hashes=part.hashes[::-1])
    elif wrong == "span":
        part = part._replace(spans=part.spans + np.int32(50))
    elif wrong == "document twice":
        part = part._replace(docs=np.array([0, 1, 1]))
    elif wrong == "order":
        part = part._replace(docs=np.array([0, 1, 3]))
    else:
        model = VectorModel("khac", DIMENSIONS)
    with path.open("wb") as sink:
        write_vectors(sink, file.size, model, [part])
    resize(tmp_path, path)
    with SearchEngine.open(tmp_path) as engine:
        assert engine.verify()


def resize(index: Path, path: Path) -> None:
    """Have the manifest say the size that a file has."""
    files = Directory(str(index))
    toc = storage.read_toc(files, storage.generations(files)[-1])
    for segment in toc.segments:
        if path.name in segment.files:
            segment.files[path.name] = path.stat().st_size, None
    toc.generation += 1
    storage.write_manifest(files, toc)


@pytest.mark.parametrize("name", ["MAIN_{}.x.vectors", "MAIN_{}.vectors", "MAIN_0.1.vectors", "x"])
def test_a_manifest_names_no_other_file(tmp_path: Path, name: str) -> None:
    put(tmp_path, "a0")
    files = Directory(str(tmp_path))
    content = json.loads(files.read_sealed(manifest.manifest_name(1)))
    (segment,) = content["segments"]
    segment["files"][name.format(segment["id"])] = {"bytes": 1, "crc32": None}
    with pytest.raises(ValueError, match="cannot be one"):
        manifest.unpack_manifest(json.dumps(content).encode())
