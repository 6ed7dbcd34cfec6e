"""The manifest says what Whoosh must know of an index, and refuses what cannot be so."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from whoosh.fields import TEXT
from whoosh.query import Every, Prefix, Term
from whoosh.writing import LockError

from searchengine import SearchEngine
from searchengine.backends.embedded.index.commit.storage import open_index
from searchengine.errors import IndexDamagedError, IndexWriteError
from tests.backends.embedded.index.faults import BEGUN, GONE_ON, begin, go_on, state


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index of two segments, one with a deleted document, that holds ``BEGUN``."""
    begin(tmp_path / "index")
    return tmp_path / "index"


def manifest(index: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(next(index.glob("*.manifest")).read_bytes()[:-16])
    return found


def rewrite(index: Path, written: object) -> None:
    """Put another manifest in place, with a right seal."""
    content = json.dumps(written).encode()
    seal = struct.pack("<II8s", len(content), zlib.crc32(content), b"VNSEALED")
    next(index.glob("*.manifest")).write_bytes(content + seal)


def test_a_manifest_names_every_file_with_its_size_and_checksum(index: Path) -> None:
    written = manifest(index)
    assert (written["format"], written["generation"]) == (8, 2)
    assert written["stamp"] == {"schema": 8, "segmenter": "pyvi 0.1.1"}
    files = {name: one for segment in written["segments"] for name, one in segment["files"].items()}
    others = {"searchengine.json", "MAIN_WRITELOCK", "_MAIN_2.manifest"}
    assert {path.name for path in index.iterdir()} == {*files, *others}
    for name, one in files.items():
        content = (index / name).read_bytes()
        assert one["bytes"] == len(content)
        assert one["crc32"] in (None, zlib.crc32(content))
    assert [(s["documents"], s["deleted"]) for s in written["segments"]] == [(3, [0]), (1, [])]


def test_whoosh_reads_counts_ids_and_stored_fields(index: Path) -> None:
    opened = open_index(index)
    assert not opened.is_empty()
    assert (opened.latest_generation(), opened.doc_count(), opened.doc_count_all()) == (2, 3, 4)
    assert opened.schema.names() == ["file", "id", "meta", "original", "text"]
    assert opened.last_modified() == next(index.glob("*.manifest")).stat().st_mtime
    with opened.reader() as reader:
        assert [text for _, text in reader.all_terms()] == [b"a", b"b", b"c"]
        assert list(reader.field_terms("id")) == ["a", "b", "c"]
        assert reader.doc_frequency("id", "b") == 1
        assert {n: fields["text"] for n, fields in reader.iter_docs()} == {
            1: BEGUN["b"],
            2: BEGUN["c"],
            3: BEGUN["a"],
        }
        assert [info.doc_frequency() for _, info in reader] == [2, 1, 1]
    leaves = [leaf for leaf, _ in opened.reader().leaf_readers()]
    assert [leaf.cursor("id").text() for leaf in leaves] == ["a", "a"]


def test_whoosh_searches_ids(index: Path) -> None:
    with open_index(index).searcher() as searcher:
        assert searcher.document(id="b")["text"] == BEGUN["b"]
        assert json.loads(searcher.search(Term("id", "a"))[0]["meta"])["id"] == "a"
        found = searcher.search(Prefix("id", "a") | Term("id", "c"))
        assert sorted(json.loads(hit["meta"])["id"] for hit in found) == ["a", "c"]
        assert len(searcher.search(Every(), limit=None)) == 3


def test_whoosh_deletes_and_merges(index: Path) -> None:
    opened = open_index(index)
    opened.delete_by_term("id", "b")
    assert (opened.latest_generation(), opened.doc_count()) == (3, 2)
    opened.optimize()
    assert (opened.latest_generation(), opened.doc_count_all()) == (4, 2)
    assert state(index) == {"a": BEGUN["a"], "c": BEGUN["c"]}


def test_whoosh_cannot_add_what_would_lack_its_token_streams(index: Path) -> None:
    opened = open_index(index)
    writer = opened.writer()
    with pytest.raises(LockError):
        opened.writer()
    with pytest.raises(IndexWriteError, match=r"through SearchEngine\.writer"):
        writer.add_document(id="d", text="Văn bản mới", meta="{}")
    writer.cancel()
    assert state(index) == BEGUN


def test_a_field_that_the_manifest_cannot_hold_is_refused(index: Path) -> None:
    with pytest.raises(IndexWriteError, match=r"'body' \(TEXT\)"):
        open_index(index).add_field("body", TEXT())
    go_on(SearchEngine.open(index))
    assert state(index) == GONE_ON


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (["format"], 9, "format 9, not 8"),
        (["generation"], 3, "commit 3"),
        (["generation"], "2", "'2' where a number must be"),
        (["schema", "id", "field"], "os.system", "unknown kind"),
        (["schema", "id", "unique"], False, "no field 'id' of the right kind"),
        (["schema"], {}, "no field"),
        (["segments"], 5, "not what a manifest must be"),
        (["segments", 0, "id"], "../../etc", "cannot be one"),
        (["segments", 0, "files"], {"/etc/passwd": {"bytes": 1, "crc32": 2}}, "cannot be one"),
        (["segments", 0, "deleted"], [3], "cannot be one"),
        (["segments", 0, "deleted"], ["0"], "cannot be one"),
        (["segments", 0, "documents"], 10**10, "cannot be one"),
        (["segments", 0, "documents"], True, "True where a number must be"),
    ],
)
def test_a_sealed_manifest_that_cannot_be_is_refused(
    index: Path, path: list[str | int], value: object, told: str
) -> None:
    written = place = manifest(index)
    for step in path[:-1]:
        place = place[step]  # type: ignore[index]
    place[path[-1]] = value  # type: ignore[index]
    rewrite(index, written)
    with pytest.raises(IndexDamagedError, match=rf"_MAIN_2\.manifest is damaged \(.*{told}"):
        SearchEngine.open(index)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"[" * 100_000, b"\xff", b"1" * 5000])
def test_a_sealed_file_that_is_no_manifest_is_refused(index: Path, content: bytes) -> None:
    seal = struct.pack("<II8s", len(content), zlib.crc32(content), b"VNSEALED")
    next(index.glob("*.manifest")).write_bytes(content + seal)
    with pytest.raises(IndexDamagedError, match=r"_MAIN_2\.manifest is damaged"):
        SearchEngine.open(index)
