"""A copy of an index is the index: documents, order, fingerprints, fields and synonyms."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from searchengine import Document, Field, IndexSettings, SearchEngine
from searchengine.backends.memory.backend import MemoryBackend
from searchengine.document_json import export_line
from searchengine.errors import InputError
from tests.addresses.fake_cluster import FakeCluster

ADDRESS = "opensearch://h:9200/tin"
SETTINGS = IndexSettings("sổ đỏ, giấy chứng nhận", (Field("loại", "keyword"),))
DOCUMENTS = (
    Document(id="b/2", title="Đại hội", text="Chi bộ họp\r\nđầu xuân", extra={"loại": "tin"}),
    Document(id="a", text="Trồng cây", original="Trang chủ\nTrồng cây", numbers=("74-KH/ĐU",)),
    Document(id="lạ", text="NUL \0, phần lẻ \udc80 và \u2028 giữa dòng", path="/kho/la.txt"),
    Document(id="trống", text=""),
)

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of several commits, with deletions, a replacement and half of the fingerprints."""
    with SearchEngine.open(tmp_path / "from", create=True, settings=SETTINGS) as engine:
        for number, document in enumerate([*DOCUMENTS, DOCUMENTS[0], *DOCUMENTS[1:3]]):
            with engine.writer() as writer:
                writer.add(Document(id=f"bỏ {number}", text="đã xoá"))
                writer.add(document, f'["{document.id}", {number}]' if number % 2 else "")
        engine.delete([f"bỏ {number}" for number in range(7)])
    return tmp_path / "from"


def state(engine: SearchEngine) -> list[Any]:
    """All that a copy must have."""
    with engine.open_view() as view:
        lines = [export_line(document) for document in view.documents()]
        return [lines, sorted(view.fingerprints()), view.settings, paired(engine)]


def paired(engine: SearchEngine) -> dict[str, str]:
    with engine._backend.open_view() as view:
        return {document.id: fingerprint for document, fingerprint in view.entries()}


def test_a_copy_in_memory_and_back_is_the_index(folder: Path, tmp_path: Path) -> None:
    there, back = SearchEngine(MemoryBackend()), SearchEngine.open(tmp_path / "to", create=True)
    steps: list[tuple[int, int]] = []
    with SearchEngine.open(folder) as engine:
        assert engine.copy_to(there, progress=lambda *step: steps.append(step)) == 4
        assert there.copy_to(back, workers=2) == 4
        assert state(engine) == state(there) == state(back)
        queries = "chi bo", "sổ đỏ", "74 kh du", '"trồng cây"'
        for query in queries:
            found = [[hit.id for hit in one.search(query)] for one in (engine, back)]
            assert found[0] == found[1]
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert back.verify() == []


def test_many_documents_keep_their_order_with_several_processes(tmp_path: Path) -> None:
    source, target = (SearchEngine.open(tmp_path / name, create=True) for name in ("a", "b"))
    with source.writer() as writer:
        for number in range(9_000):
            writer.add(Document(id=f"{number * 7919 % 9001}", text=f"Tin số {number}"))
    source.copy_to(target, workers=2)
    assert [one.id for one in target.documents()] == [one.id for one in source.documents()]


def test_an_index_with_documents_is_replaced_only_if_told(folder: Path, tmp_path: Path) -> None:
    target = SearchEngine.open(
        tmp_path / "to", create=True, settings=IndexSettings(fields=(Field("số", "number"),))
    )
    with target.writer() as writer:
        writer.add(Document(id="a", text="Một bản khác"))
        writer.add(Document(id="cũ", text="Tin cũ"))
    with SearchEngine.open(folder) as engine:
        before = state(target)
        with pytest.raises(InputError, match="2 documents in the index to copy to"):
            engine.copy_to(target)
        assert state(target) == before
        engine.copy_to(target, replace=True)
        assert state(target) == state(engine)
    assert target.verify() == []


@pytest.mark.parametrize("replace", [False, True])
def test_a_copy_that_is_stopped_leaves_the_target_as_it_was(
    folder: Path, tmp_path: Path, replace: bool
) -> None:
    target = SearchEngine.open(tmp_path / "to", create=True)
    if replace:
        target.copy_to(target)
        with target.writer() as writer:
            writer.add(Document(id="cũ", text="Tin cũ"))
    before = state(target)

    def stop(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with SearchEngine.open(folder) as engine:
        with pytest.raises(KeyboardInterrupt):
            engine.copy_to(target, replace=replace, progress=stop)
        assert state(target) == before
        engine.copy_to(target, replace=replace)
        assert state(target) == state(engine)


def test_the_command_copies_to_a_cluster_and_back(
    folder: Path, tmp_path: Path, cluster: FakeCluster, run: Run
) -> None:
    told = run("copy", folder, ADDRESS, "--shards", 2, "--replicas", 1, "--workers", 1).stdout
    assert told == f"4 documents copied to {ADDRESS}\n"
    assert cluster.parts == {"tin": (2, 1)}
    back = tmp_path / "back"
    assert json.loads(run("copy", ADDRESS, back, "--json").stdout) == {"ok": True, "documents": 4}
    exported = [run("export", "--index", one).stdout for one in (folder, ADDRESS, back)]
    assert exported[0] == exported[1] == exported[2] != ""


def test_a_run_after_a_copy_finds_all_files_unchanged(
    seeds: Path, tmp_path: Path, cluster: FakeCluster, run: Run
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    run("index", seeds, "--workers", 1, "--index", one)
    run("copy", one, ADDRESS)
    run("copy", ADDRESS, two, "--workers", 1)
    for index in (ADDRESS, two):
        done = run("index", seeds, "--workers", 1, "--index", index).stdout
        assert done == "0 added, 0 replaced, 5 unchanged, 0 removed\n"


def test_what_was_not_read_is_copied_between_folders_alone(
    tmp_path: Path, cluster: FakeCluster, run: Run
) -> None:
    pages = tmp_path / "trang"
    pages.mkdir()
    (pages / "a.txt").write_text("Trồng cây", encoding="utf-8")
    (pages / "c.docx").write_bytes(b"PK hong")
    run("index", pages, "--workers", 1, "--index", tmp_path / "one", code=2)
    assert run("copy", tmp_path / "one", tmp_path / "two").stderr == ""
    assert "not copied" in run("copy", tmp_path / "one", ADDRESS).stderr
    run("copy", ADDRESS, tmp_path / "three")
    unread = [
        [len(source["unread"]) for source in json.loads(run(*command).stdout)["sources"]]
        for command in (("sources", "--json", "--index", tmp_path / n) for n in ("two", "three"))
    ]
    assert unread == [[1], [0]]


@pytest.mark.parametrize(("source", "target"), [("a", "./a/"), (ADDRESS, "opensearch://H/tin")])
def test_an_index_is_not_copied_into_itself(run: Run, source: str, target: str) -> None:
    assert "the same index" in run("copy", source, target, "--replace", code=2).stderr


def test_without_an_index_to_copy_nothing_is_made(
    tmp_path: Path, cluster: FakeCluster, run: Run
) -> None:
    run("copy", tmp_path / "none", tmp_path / "to", code=2)
    run("copy", "opensearch://h/none", ADDRESS, code=2)
    assert (list(tmp_path.iterdir()), cluster.indexes) == ([], {})
