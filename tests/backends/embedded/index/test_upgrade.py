"""Upgrading an index of an earlier format: nothing is lost, at whichever moment it is stopped.

The indexes that are upgraded, and what they hold, are in ``old_indexes``.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import json
import multiprocessing
import pickle
import random
import struct
import time
import unicodedata
import zlib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from whoosh.util.varints import varint

from searchengine import SearchEngine, upgrade_index
from searchengine.backends.embedded.index import schema
from searchengine.backends.embedded.index.commit import storage
from searchengine.backends.embedded.index.commit.directory import Directory
from searchengine.backends.embedded.index.commit.format5 import read_format5
from searchengine.backends.embedded.index.commit.storage import STAMP_FILE, stamp_of, stamped_format
from searchengine.cli.commands import main
from searchengine.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexNotFoundError,
    IndexWriteError,
)
from tests.backends.embedded.index.faults import begin, failing, recording, state
from tests.backends.embedded.index.old_indexes import (
    DOCUMENTS,
    FINGERPRINTS,
    FORMATS,
    TEXTS,
    old_index,
)

NFD = unicodedata.normalize("NFD", "Nghị quyết/mưa.txt")
#: How often an upgrade is killed, and after how many seconds at most.
KILLS, LIFE = 16, 0.3

processes = multiprocessing.get_context("fork")


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for the disk changes nothing unless the power fails."""
    monkeypatch.setattr("os.fsync", lambda _: None)


@pytest.fixture(params=["format5.zip", "format5-moved.zip", "format6.zip", "format7.zip"])
def index(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return old_index(tmp_path / "index", request.param)


def names(path: Path) -> set[str]:
    return {one.name for one in path.iterdir()}


def answers(engine: SearchEngine) -> list[Any]:
    day = datetime.date(2024, 1, 1)
    queries = ("đại hội chi bộ", "hoi nghi", "term:2020", "74-KH/ĐU", "place:hưng")
    return [[(hit.id, hit.score) for hit in engine.search(query, today=day)] for query in queries]


def test_every_document_comes_over(index: Path) -> None:
    done = upgrade_index(index)
    assert (done.after, done.documents, done.changed) == (8, 3, True)
    assert done.before in (5, 6, 7)
    with SearchEngine.open(index) as engine:
        assert list(engine.documents()) == DOCUMENTS
        assert list(engine.fingerprints()) == FINGERPRINTS
        assert engine.verify() == []
        stats = engine.stats()
        assert (stats["generation"], stats["documents"], stats["deleted"]) == (3, 3, 0)


def test_it_ranks_as_an_index_of_the_same_documents(index: Path, tmp_path: Path) -> None:
    upgrade_index(index)
    with SearchEngine.open(tmp_path / "fresh", create=True) as fresh, fresh.writer() as writer:
        for document in DOCUMENTS:
            writer.add(document)
    with SearchEngine.open(tmp_path / "fresh") as fresh, SearchEngine.open(index) as engine:
        assert answers(engine) == answers(fresh)
        assert engine.facets("đại hội") == fresh.facets("đại hội")


def test_folders_and_kinds_come_from_what_is_kept(tmp_path: Path) -> None:
    """The index declared `kind` and `folder`, as it had to before every index had them."""
    index = old_index(tmp_path / "index", "format7-fields.zip")
    upgrade_index(index)
    with SearchEngine.open(index) as engine:
        found = {one.id: (one.kind, one.folder, dict(one.extra)) for one in engine.documents()}
        assert found == {
            "2024/Quý 1/bao_cao.txt": ("Kế hoạch", "2024/Quý 1", {"trang": 3}),
            NFD: ("", "Nghị quyết", {"kind": ["Phụ lục"]}),
            "sổ/1.jsonl#2": ("", "sổ", {"folder": "cũ"}),
            "riêng": ("", "", {}),
            "kho/a.txt": ("", "", {}),
        }
        with engine.open_view() as view:
            assert [field.name for field in view.settings.fields] == ["trang"]
        assert engine.facets(folder="2024")["kind"] == {"Kế hoạch": 1}
        assert [hit.id for hit in engine.search("bao cao")] == ["2024/Quý 1/bao_cao.txt"]
        assert engine.verify() == []


def test_nothing_of_the_old_index_stays_behind(index: Path) -> None:
    (index / "README.md").write_text("của tôi")
    upgrade_index(index)
    segments = {name.partition(".")[0] for name in names(index) if name.startswith("MAIN_")}
    assert len(segments - {"MAIN_WRITELOCK"}) == 1
    assert "_MAIN_3.manifest" in names(index)
    assert "README.md" in names(index)
    assert not [name for name in names(index) if ".toc" in name or name.endswith(".col")]


def test_processes_share_the_work_and_tell_how_far_they_are(index: Path) -> None:
    told: list[tuple[int, int]] = []
    upgrade_index(index, workers=2, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert state(index) == TEXTS


def test_any_other_use_names_the_command(index: Path, tmp_path: Path) -> None:
    before = names(index)
    for arguments in (["search", "đại hội"], ["stats"], ["verify"], ["export"], ["delete", "a"]):
        result = CliRunner().invoke(main, [*arguments, "--index", str(index)])
        assert result.exit_code == 2
        assert len(result.stderr.splitlines()) == 1
        assert f"run 'searchengine upgrade --index {index}'" in result.stderr
    result = CliRunner().invoke(main, ["index", str(FORMATS), "--index", str(index)])
    assert "searchengine upgrade" in result.stderr
    assert names(index) == before


def test_the_command(index: Path) -> None:
    run = lambda *more: CliRunner().invoke(main, ["upgrade", "--index", str(index), *more])  # noqa: E731
    assert run("--workers", "1").stdout == f"{index} is of format 8 now: 3 documents\n"
    assert run().stdout == f"{index} is of format 8 already: nothing to do\n"
    assert json.loads(run("--json").stdout) == {
        "ok": True, "before": 8, "after": 8, "documents": 3, "changed": False
    }  # fmt: skip
    assert state(index) == TEXTS


def test_an_index_of_today_is_not_touched(tmp_path: Path) -> None:
    begin(tmp_path / "index")
    before = {one: one.stat().st_mtime_ns for one in (tmp_path / "index").iterdir()}
    assert not upgrade_index(tmp_path / "index").changed
    assert {one: one.stat().st_mtime_ns for one in (tmp_path / "index").iterdir()} == before


def test_an_empty_index_is_upgraded_too(tmp_path: Path) -> None:
    index = old_index(tmp_path / "index", "format5-empty.zip")
    assert upgrade_index(index).documents == 0
    assert state(index) == {}


def test_an_index_of_another_segmenter_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    with monkeypatch.context() as another:
        another.setitem(schema.STAMP, "segmenter", "pyvi 0.0.9")
        begin(index)
    with pytest.raises(IndexDamagedError, match=r"segmenter pyvi 0\.0\.9.*searchengine upgrade"):
        SearchEngine.open(index)
    done = upgrade_index(index)
    assert (done.before, done.after, done.documents, done.changed) == (8, 8, 3, True)
    with SearchEngine.open(index) as engine:
        assert engine.stats()["generation"] == 3
    assert set(state(index)) == {"a", "b", "c"}


def test_formats_that_are_too_old_or_too_new_are_refused(index: Path) -> None:
    for version, told in ((4, "index the pages again"), (9, "newer program")):
        (index / STAMP_FILE).write_bytes(stamp_of(version))
        with pytest.raises(IndexDamagedError, match=told):
            upgrade_index(index)
    with pytest.raises(IndexNotFoundError):
        upgrade_index(index / "nowhere")


def test_nobody_upgrades_what_another_writes_to(index: Path) -> None:
    lock = storage.Directory(str(index)).lock(storage.LOCK_FILE)
    assert lock.acquire()
    with pytest.raises(IndexLockedError):
        upgrade_index(index)
    lock.release()
    assert upgrade_index(index).documents == 3


def test_a_damaged_document_stops_it_and_is_not_lost(index: Path) -> None:
    path = max(index.glob("*.stored"), key=lambda one: one.stat().st_size)
    content = bytearray(path.read_bytes())
    content[80] ^= 1
    path.write_bytes(content)
    before = names(index)
    with pytest.raises(IndexDamagedError, match=path.name):
        upgrade_index(index)
    assert names(index) - {"MAIN_WRITELOCK"} == before
    assert path.read_bytes() == content


def test_a_missing_file_is_told_and_nothing_is_lost(index: Path) -> None:
    path = max(index.glob("*.stored"), key=lambda one: one.stat().st_size)
    path.unlink()
    before = names(index)
    with pytest.raises(IndexDamagedError, match=path.name):
        upgrade_index(index)
    assert names(index) - {"MAIN_WRITELOCK"} == before


@pytest.mark.parametrize("what", ["schema", "segments"])
def test_the_old_table_of_contents_runs_nothing(tmp_path: Path, what: str) -> None:
    class Evil:
        def __reduce__(self) -> Any:
            return Path.touch, (tmp_path / "ran",)

    index = old_index(tmp_path / "index")
    path = index / "_MAIN_2.toc"
    content = path.read_bytes()[:-16]
    evil = pickle.dumps(Evil(), 2)
    if what == "schema":
        start = content.index(b"\x80\x02")
        rest = content[content.index(b"\x80\x05") - 8 :]
        content = content[: start - 2] + varint(len(evil)) + evil + rest
    else:
        content = content[: content.index(b"\x80\x05")] + evil
    path.write_bytes(sealed(content))
    if what == "schema":
        upgrade_index(index)
    else:
        with pytest.raises(IndexDamagedError, match="which no index of ours does"):
            upgrade_index(index)
    assert not (tmp_path / "ran").exists()


def test_an_altered_old_table_of_contents_is_read_or_refused(tmp_path: Path) -> None:
    index = old_index(tmp_path / "index")
    path = index / "_MAIN_2.toc"
    content = path.read_bytes()[:-16]
    whole = read_format5(Directory(str(index)))
    read = 0
    for place in range(0, len(content), 3):
        altered = content[:place] + bytes([content[place] ^ 5]) + content[place + 1 :]
        path.write_bytes(sealed(altered))
        with contextlib.suppress(IndexDamagedError):
            read_format5(Directory(str(index)))
            read += 1
    assert 0 < read < len(content) // 3 - 50
    path.write_bytes(sealed(content))
    assert [one.segid for one in read_format5(Directory(str(index)))[1]] == [
        one.segid for one in whole[1]
    ]
    path.unlink()
    with pytest.raises(IndexDamagedError, match=r"table of contents .* missing"):
        read_format5(Directory(str(index)))


def sealed(content: bytes) -> bytes:
    return content + struct.pack("<II8s", len(content), zlib.crc32(content), b"VNSEALED")


def check_either(path: Path) -> bool:
    """The index is the new one, or the old one that can be upgraded; return whether it is new."""
    new = stamped_format(path) == schema.FORMAT_VERSION
    if not new:
        with pytest.raises(IndexDamagedError, match="searchengine upgrade"):
            SearchEngine.open(path)
        assert upgrade_index(path).changed
    with SearchEngine.open(path) as engine:
        assert list(engine.documents()) == DOCUMENTS
        assert engine.verify() == []
        assert engine.stats()["generation"] == 3
        with engine.writer() as writer:
            writer.delete("nam.txt")
    # Whatever was left, the next writer has cleaned up.
    left = [n for n in names(path) if n.startswith(".making-") or ".toc" in n or n.endswith(".col")]
    assert left == []
    assert len([name for name in names(path) if name.endswith(".manifest")]) == 1
    assert len([name for name in names(path) if name.endswith(".streams")]) == 1
    return new


@pytest.mark.parametrize(
    ("error", "forever"),
    [(errno.EIO, False), (errno.ENOSPC, True)],
    ids=["once", "the disk is full from then on"],
)
@pytest.mark.parametrize("name", ["format5.zip", "format6.zip"])
def test_any_step_of_an_upgrade_may_fail(
    tmp_path: Path, error: int, forever: bool, name: str
) -> None:
    whole = recording()
    upgrade_index(old_index(tmp_path / "whole", name), storage=whole)
    assert len(whole.steps) > 25
    outcomes = []
    for number in range(len(whole.steps)):
        path = old_index(tmp_path / str(number), name)
        told = ""
        try:
            upgrade_index(path, storage=failing(number, error, forever=forever))
        except IndexWriteError as refused:
            told = str(refused)
            assert "no such luck" in told
            assert "\n" not in told
        outcomes.append(check_either(path))
        assert outcomes[-1] or told
    assert outcomes == sorted(outcomes)
    assert {True, False} == set(outcomes)


def test_any_step_of_making_an_index_anew_in_its_format_may_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(path: Path) -> Path:
        with monkeypatch.context() as another:
            another.setitem(schema.STAMP, "segmenter", "pyvi 0.0.9")
            begin(path)
        return path

    whole = recording()
    upgrade_index(made(tmp_path / "whole"), storage=whole)
    outcomes = []
    for number in range(len(whole.steps)):
        path = made(tmp_path / str(number))
        with contextlib.suppress(IndexWriteError):
            upgrade_index(path, storage=failing(number))
        outcomes.append(not upgrade_index(path).changed)
        assert set(state(path)) == {"a", "b", "c"}
    assert outcomes == sorted(outcomes)
    assert {True, False} == set(outcomes)


@pytest.mark.parametrize("name", ["format5.zip", "format6.zip"])
def test_an_upgrade_may_be_killed_at_any_moment(tmp_path: Path, name: str) -> None:
    moment = random.Random(7)
    outcomes = set()
    for number in range(KILLS):
        path = old_index(tmp_path / str(number), name)
        upgrading = processes.Process(target=upgrade_index, args=(path,))
        upgrading.start()
        time.sleep(moment.random() * LIFE)
        upgrading.kill()
        upgrading.join()
        outcomes.add(check_either(path))
    assert outcomes
