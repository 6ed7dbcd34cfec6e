"""Verifying: any altered or missing byte is told, with the file and the remedy, or harmless."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from searchengine import Document, SearchEngine
from searchengine.backends.embedded.index import verify
from searchengine.backends.embedded.index.commit import merge_policy as merging
from searchengine.backends.embedded.index.commit.manifest import contents
from searchengine.backends.embedded.index.commit.storage import open_index
from searchengine.errors import IndexDamagedError, SearchEngineError
from tests.backends.embedded.index.faults import answers, begin

#: Every so manieth byte of each file is flipped, every so manieth length cut to; 1 tries
#: all. Pieces are cut out at so many places of each file.
FLIP_STEP = 211
CUT_STEP = 503
PIECES = 3

Damage = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small index with two segments and a deleted document."""
    path = tmp_path_factory.mktemp("verify") / "index"
    begin(path)
    return path


@pytest.fixture
def index(sound: Path, tmp_path: Path) -> Path:
    """A copy of the small index, to be damaged."""
    shutil.copytree(sound, tmp_path / "index")
    return tmp_path / "index"


def faults(index: Path) -> list[str]:
    """What verifying says, or opening if that already refuses."""
    try:
        with SearchEngine.open(index) as engine:
            return engine.verify()
    except SearchEngineError as error:
        return [str(error)]


def try_damage(index: Path, path: Path, damage: Damage, whole: object) -> None:
    """Damage one file; it must be told by its name, or change nothing; then mend it."""
    content = path.read_bytes()
    path.write_bytes(damage(content))
    found, said = faults(index), answers(index)
    assert not any("\n" in fault for fault in found)
    if found:
        assert any(path.name in fault for fault in found), found
        assert "restore it from a copy" in found[0] or "index the pages again" in found[0]
    else:
        assert said == whole
    path.write_bytes(content)


def test_a_sound_index_has_no_faults(sound: Path) -> None:
    assert faults(sound) == []


def test_every_flipped_bit_is_told_or_harmless(index: Path) -> None:
    whole = answers(index)
    assert whole is not None
    for path in sorted(index.iterdir()):
        for place in range(0, path.stat().st_size, FLIP_STEP):

            def flip(content: bytes, place: int = place) -> bytes:
                altered = bytearray(content)
                altered[place] ^= 1 << place % 8
                return bytes(altered)

            try_damage(index, path, flip, whole)


def test_every_cut_is_told_or_harmless(index: Path) -> None:
    whole = answers(index)
    for path in sorted(index.iterdir()):
        for length in range(0, path.stat().st_size, CUT_STEP):
            try_damage(index, path, lambda content, n=length: content[:n], whole)  # type: ignore[misc]
            try_damage(index, path, lambda content, n=length: content[n + 1 :], whole)  # type: ignore[misc]


def test_a_piece_cut_out_is_told_or_harmless(index: Path) -> None:
    whole = answers(index)
    for path in sorted(index.iterdir()):
        size = path.stat().st_size
        for start in range(0, size, max(size // PIECES, 1)):
            for length in (1, size // 3):
                try_damage(
                    index,
                    path,
                    lambda content, a=start, n=length: content[:a] + content[a + n :],  # type: ignore[misc]
                    whole,
                )


def test_every_missing_file_is_told_or_harmless(sound: Path, index: Path) -> None:
    whole = answers(index)
    for path in sorted(index.iterdir()):
        content = path.read_bytes()
        path.unlink()
        found = faults(index)
        if path.name == "MAIN_WRITELOCK":
            assert (found, answers(index)) == ([], whole)
        elif path.name == "searchengine.json":
            assert "is not an index" in found[0]
        else:
            assert path.name in found[0] or "manifest" in found[0]
        path.write_bytes(content)


def test_all_damaged_files_are_told_at_once(index: Path) -> None:
    damaged = [*index.glob("*.trm"), *index.glob("*.pst"), *index.glob("*.streams")]
    damaged = [path for path in damaged if path.stat().st_size]
    for path in damaged:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 255
        path.write_bytes(content)
    found = faults(index)
    assert len(damaged) == len(found) == 4
    assert all(any(path.name in fault for fault in found) for path in damaged)


def test_files_that_count_different_documents_are_told(index: Path) -> None:
    opened = open_index(index)
    toc = opened.read_toc()
    toc.segments[0].set_doc_count(7)
    opened.write_toc(contents(toc.schema, toc.segments, toc.generation + 1, toc.settings))
    assert "count [3, 7] documents" in faults(index)[0]


def test_a_document_that_its_id_does_not_find_is_told(tmp_path: Path) -> None:
    for id_ in "ab":
        with SearchEngine.open(tmp_path, create=True) as engine, engine.writer() as writer:
            writer.add(Document(id=id_, text="Đại hội chi bộ"))
    opened = open_index(tmp_path)
    toc = opened.read_toc()
    assert len(toc.segments) == 2
    # Each segment has the other's files of ids, under checksums that fit.
    for end in (".trm", ".pst"):
        one, other = (segment.make_filename(end) for segment in toc.segments)
        content = (tmp_path / one).read_bytes()
        (tmp_path / one).write_bytes((tmp_path / other).read_bytes())
        (tmp_path / other).write_bytes(content)
        facts = [segment.files[segment.make_filename(end)] for segment in toc.segments]
        toc.segments[0].files[one], toc.segments[1].files[other] = facts[::-1]
    opened.write_toc(contents(toc.schema, toc.segments, toc.generation + 1, toc.settings))
    assert [fault.partition(":")[0] for fault in faults(tmp_path)] == [
        "document 'a' is not found by its id",
        "document 'b' is not found by its id",
    ]


def test_a_file_that_the_disk_does_not_give_is_told(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(verify, "check_file", refuse)
    found = faults(index)
    assert len(found) > 5
    assert all("Input/output error" in fault for fault in found)


def test_a_damaged_segment_is_not_merged_into_a_sound_one(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "FACTOR", 2)
    path = next(index.glob("*.streams"))
    content = bytearray(path.read_bytes())
    content[80] ^= 1
    path.write_bytes(content)
    engine = SearchEngine.open(index)
    with pytest.raises(IndexDamagedError, match=path.name), engine.writer() as writer:
        writer.add(Document(id="d", text="mới"))
    assert path.read_bytes() == content
    assert path.name in faults(index)[0]
