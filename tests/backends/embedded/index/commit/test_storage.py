"""The directory of an index: in which order it is written, who may write, what is left over."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from searchengine import Document, SearchEngine
from searchengine.backends.embedded.index.commit import directory, storage
from searchengine.backends.embedded.index.commit.storage import LOCK_FILE, STAMP_FILE, open_index
from searchengine.backends.protocol import Writer
from searchengine.errors import IndexDamagedError, IndexLockedError, IndexWriteError, InputError
from tests.backends.embedded.index.faults import (
    BEGUN,
    GONE_ON,
    begin,
    engine_on,
    failing,
    go_on,
    recording,
    state,
)

#: Opens an index for writing, says so, and waits until it is told to stop.
HOLD = """
import sys
from searchengine import SearchEngine
writer = SearchEngine.open(sys.argv[1]).writer()
{extra}
print("ready", flush=True)
sys.stdin.readline()
"""
FORK = "import os\nif os.fork(): os._exit(0)"


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for the disk changes nothing unless the power fails."""
    monkeypatch.setattr("os.fsync", lambda _: None)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index that holds ``BEGUN``."""
    begin(tmp_path / "index")
    return tmp_path / "index"


@contextmanager
def another_program(index: Path, extra: str = "") -> Iterator[subprocess.Popen[str]]:
    """Another program that has a writer open."""
    script = HOLD.format(extra=extra)
    with subprocess.Popen(
        [sys.executable, "-c", script, str(index)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        yield program
        program.kill()


def files(index: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(index)): path.read_bytes()
        for path in index.rglob("*")
        if path.is_file()
    }


def test_everything_is_on_the_disk_before_the_table_of_contents_names_it(index: Path) -> None:
    noting = recording()
    go_on(engine_on(index, noting))
    steps = noting.steps
    put = next(n for n, step in enumerate(steps) if step == ("rename", "_MAIN_3.manifest"))
    new = {name for action, name in steps if action == "create" and name.startswith("MAIN_")}
    assert new == {name for name in files(index) if name.startswith("MAIN_")} & new
    assert {("sync", name) for name in new} < set(steps[:put])
    assert len(new) == 4
    *_, last_write = (n for n, (action, _) in enumerate(steps) if action == "write" and n < put)
    assert [action for action, _ in steps[last_write + 1 : put]] == ["sync"]
    assert steps[put + 1] == ("sync", "")
    assert ("sync", "") in steps[:last_write]
    named = [n for n, (action, name) in enumerate(steps) if action == "delete" and "MAIN_" in name]
    assert min(named) > put + 1


def test_a_message_names_the_process_that_writes(index: Path) -> None:
    with another_program(index) as program, SearchEngine.open(index) as engine:
        expected = rf"another program \(process {program.pid}\) is writing to .*: try again when"
        with pytest.raises(IndexLockedError, match=expected):
            engine.writer()
        assert engine.search("đại").total == 1


def test_a_message_says_that_this_program_writes_itself(index: Path) -> None:
    one, other = SearchEngine.open(index), SearchEngine.open(index)
    with one.writer() as writer:
        with pytest.raises(IndexLockedError, match="this program already has a writer open"):
            other.writer()
        writer.add(Document(id="d", text=GONE_ON["d"]))
    assert state(index) == {**BEGUN, "d": GONE_ON["d"]}


def test_a_killed_writer_holds_no_lock(index: Path) -> None:
    with another_program(index) as program:
        os.kill(program.pid, signal.SIGKILL)
        program.wait()
        go_on(SearchEngine.open(index))
    assert state(index) == GONE_ON


def test_a_forked_child_of_an_ended_writer_holds_no_lock(index: Path) -> None:
    with another_program(index, FORK) as program:
        program.wait()
        go_on(SearchEngine.open(index))
    assert state(index) == GONE_ON


def _try(writer: Writer) -> None:
    told = []
    for use in (writer.commit, lambda: writer.delete("a")):
        try:
            use()
        except IndexWriteError as error:
            told.append("lost its lock" in str(error))
    writer.cancel()
    sys.exit(17 if told == [True, True] else 1)


def test_a_forked_child_can_neither_commit_nor_cancel(index: Path) -> None:
    writer = SearchEngine.open(index).writer()
    writer.add(Document(id="d", text=GONE_ON["d"]))
    before = files(index)
    child = multiprocessing.get_context("fork").Process(target=_try, args=(writer,))
    child.start()
    child.join()
    assert child.exitcode == 17
    assert files(index) == before
    writer.commit()
    assert state(index) == {**BEGUN, "d": GONE_ON["d"]}


def test_two_writers_of_which_one_lost_its_lock_do_not_harm_each_other(index: Path) -> None:
    first = SearchEngine.open(index).writer()
    first.add(Document(id="x", text="không còn khoá"))
    (index / LOCK_FILE).unlink()
    second = SearchEngine.open(index).writer()
    with pytest.raises(IndexWriteError):
        first.commit()
    second.add(Document(id="d", text=GONE_ON["d"]))
    second.commit()
    assert state(index) == {**BEGUN, "d": GONE_ON["d"]}


def test_the_next_writer_deletes_what_a_dead_one_left(index: Path) -> None:
    before = files(index)
    for name in (".making-1/x.streams", "MAIN.tmp/ab.run", "MAIN.tmp/c.ctmp"):
        (index / name).parent.mkdir(exist_ok=True)
        (index / name).write_bytes(b"x")
    for name in (
        "MAIN_dead0.trm",
        "MAIN_dead0.streams",
        "_MAIN_3.toc",
        "_MAIN_3.toc.17.5",
        ".making-searchengine",
    ):
        (index / name).write_bytes(b"x")
    kept = ("README.md", "MAIN.txt", "_MAIN_x.manifest", "ghi chú")
    for name in kept:
        (index / name).write_bytes(b"x")
    SearchEngine.open(index).writer().cancel()
    after = files(index)
    assert after.pop("MAIN_WRITELOCK") != b""
    before.pop("MAIN_WRITELOCK")
    assert after == before | dict.fromkeys(kept, b"x")
    assert not (index / "MAIN.tmp").exists()


def test_nobody_deletes_what_a_living_writer_has_not_committed_yet(index: Path) -> None:
    engine = SearchEngine.open(index)
    with engine.writer() as writer:
        writer.add(Document(id="d", text=GONE_ON["d"]))
        written = files(index)
        other = SearchEngine.open(index)
        with pytest.raises(IndexLockedError):
            other.writer()
        assert other.verify() == []
        assert files(index) == written
    assert state(index) == {**BEGUN, "d": GONE_ON["d"]}


def test_a_cancelled_writer_leaves_nothing(index: Path) -> None:
    before = files(index)
    writer = SearchEngine.open(index).writer()
    writer.add(Document(id="d", text=GONE_ON["d"]))
    writer.cancel()
    assert files(index) == before


def test_a_writer_is_of_no_use_after_an_error(index: Path) -> None:
    engine = engine_on(index, failing(8))
    with pytest.raises(IndexWriteError, match=r"cannot write to .*no such luck"):
        go_on(engine)
    writer = SearchEngine.open(index).writer()
    with pytest.raises(ZeroDivisionError):
        writer.add_lazy("d", lambda: 1 // 0, 10**9)  # type: ignore[arg-type, return-value]
    with pytest.raises(IndexWriteError, match="an error has closed this writer"):
        writer.add(Document(id="e", text="sau lỗi"))
    with pytest.raises(IndexWriteError, match="an error has closed this writer"):
        writer.commit()
    assert state(index) == BEGUN


def test_a_writer_may_be_committed_or_cancelled_within_its_block(index: Path) -> None:
    with SearchEngine.open(index).writer() as writer:
        writer.add(Document(id="d", text=GONE_ON["d"]))
        writer.commit()
        with pytest.raises(IndexWriteError, match="a commit or cancel has closed"):
            writer.delete("a")
    with SearchEngine.open(index).writer() as writer:
        writer.delete("a")
        writer.cancel()
    assert state(index) == {**BEGUN, "d": GONE_ON["d"]}


def test_an_open_engine_sees_several_commits_and_an_index_made_anew(index: Path) -> None:
    reading, writing = SearchEngine.open(index), SearchEngine.open(index)
    assert reading.search("mới").total == 0
    go_on(writing)
    assert reading.search("mới").total == 1
    for n in range(3):
        with writing.writer() as writer:
            writer.add(Document(id=f"n{n}", text="lại mới"))
    assert reading.search("mới").total == 4
    shutil.rmtree(index)
    begin(index)
    go_on(SearchEngine.open(index))
    assert reading.search("mới").total == 1
    shutil.rmtree(index)
    with pytest.raises(IndexDamagedError, match="missing"):
        reading.search("mới")


def test_a_reader_keeps_what_it_opened_when_the_files_go(index: Path) -> None:
    engine = SearchEngine.open(index)
    documents = engine.documents()
    first = next(documents)
    shutil.rmtree(index)
    assert {d.id: d.text for d in (first, *documents)} == BEGUN


def test_a_file_is_missing_only_if_no_commit_took_it(index: Path) -> None:
    opened = open_index(index)
    taken = iter([True, True, False])

    def read() -> int:
        if next(taken):
            go_on(SearchEngine.open(index))
            raise FileNotFoundError(2, "gone", "MAIN_x.trm")
        return opened.latest_generation()

    assert opened.steadily(read) == 4
    with pytest.raises(IndexDamagedError, match=r"MAIN_x\.trm is damaged \(it is missing\)"):
        opened.steadily(lambda: (_ for _ in ()).throw(FileNotFoundError(2, "gone", "MAIN_x.trm")))


def test_a_damaged_state_is_never_replaced_by_an_older_one(index: Path) -> None:
    older = files(index)
    go_on(SearchEngine.open(index))
    for name, content in older.items():
        (index / name).write_bytes(content)
    latest = index / "_MAIN_3.manifest"
    latest.write_bytes(latest.read_bytes()[:-1])
    before = files(index)
    for _ in range(2):
        told = r"_MAIN_3\.manifest .* older state .* _MAIN_2\.manifest"
        with pytest.raises(IndexDamagedError, match=told):
            SearchEngine.open(index)
    assert files(index) == before
    latest.unlink()
    assert state(index) == BEGUN


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b'"format": 8', b'"format": 4', "altered|checksum"),
        (b"{", b"", r"searchengine\.json is damaged"),
    ],
)
def test_an_altered_stamp_is_noticed(index: Path, old: bytes, new: bytes, told: str) -> None:
    stamp = index / STAMP_FILE
    stamp.write_bytes(stamp.read_bytes().replace(old, new))
    with pytest.raises(IndexDamagedError, match=told):
        SearchEngine.open(index)


@pytest.mark.parametrize(("name", "value"), [("schema", 2), ("segmenter", "khác 1.0")])
def test_an_index_made_otherwise_is_told_so(
    index: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    monkeypatch.setitem(storage.STAMP, name, value)
    told = rf"has {name} .* this program reads {name} {value}: run 'searchengine upgrade"
    with pytest.raises(IndexDamagedError, match=told):
        SearchEngine.open(index)


@pytest.mark.parametrize(
    ("version", "told"),
    [
        (4, "index the pages again into a new directory$"),
        (5, r"run 'searchengine upgrade --index .*index'$"),
        (6, r"run 'searchengine upgrade --index .*index'$"),
        (7, r"run 'searchengine upgrade --index .*index'$"),
        (9, "use the newer program that made it, or index the pages again"),
    ],
)
def test_an_index_of_another_format_is_told_so(index: Path, version: int, told: str) -> None:
    (index / STAMP_FILE).write_bytes(storage.stamp_of(version))
    with pytest.raises(IndexDamagedError, match=f"has format {version}, .* format 8: {told}"):
        SearchEngine.open(index)


def test_an_index_of_the_first_formats_is_told_so(index: Path) -> None:
    (index / STAMP_FILE).write_text('{"format": 1}\n')
    with pytest.raises(IndexDamagedError, match=r"has format 1, this program reads format 8"):
        SearchEngine.open(index)


def test_an_index_is_made_again_where_making_it_was_cut_short(tmp_path: Path) -> None:
    noting = recording()
    engine_on(tmp_path / "whole", noting)
    for number in range(len(noting.steps)):
        path = tmp_path / str(number) / "index"
        with pytest.raises(InputError, match="cannot make an index"):
            engine_on(path, failing(number))
        engine_on(path)
        assert state(path) == {}


def test_a_sync_goes_through_to_the_disk_where_the_system_can(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []

    def full_sync(handle: int, command: int) -> int:
        asked.append(("full", command))
        return 0

    monkeypatch.setattr("os.fsync", lambda _: asked.append(("plain", 0)))
    monkeypatch.setattr(directory, "fcntl", SimpleNamespace(F_FULLFSYNC=51, fcntl=full_sync))
    go_on(SearchEngine.open(index))
    assert {("full", 51)} == set(asked)
    assert len(asked) > 5


def test_a_plain_sync_is_made_where_the_file_system_refuses_a_full_one(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain: list[int] = []

    def refuse(handle: int, command: int) -> int:
        raise OSError(45, "Operation not supported")

    monkeypatch.setattr("os.fsync", plain.append)
    monkeypatch.setattr(directory, "fcntl", SimpleNamespace(F_FULLFSYNC=51, fcntl=refuse))
    go_on(SearchEngine.open(index))
    assert len(plain) > 5
    assert state(index) == GONE_ON


@pytest.mark.parametrize("module", [None, SimpleNamespace()], ids=["no fcntl", "not macOS"])
def test_elsewhere_a_plain_sync_is_made(
    index: Path, monkeypatch: pytest.MonkeyPatch, module: object
) -> None:
    plain: list[int] = []
    monkeypatch.setattr("os.fsync", plain.append)
    monkeypatch.setattr(directory, "fcntl", module)
    go_on(SearchEngine.open(index))
    assert len(plain) > 5
