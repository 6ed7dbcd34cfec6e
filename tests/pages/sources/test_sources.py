"""Sources: two of them never replace each other's documents, and a document keeps its id."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchengine import Document, SearchEngine
from searchengine.errors import InputError
from searchengine.pages.ingest import index_paths
from searchengine.pages.sources import Source
from tests.pages.sources.files import BOTH, counts, lines, texts, write

# Ids


def test_pages_of_one_name_in_two_folders_are_two(
    engine: SearchEngine, two: tuple[Path, Path]
) -> None:
    for folder in two:
        assert counts(engine, folder) == (1, 0, 0, 0)
    assert texts(engine) == BOTH


def test_two_paths_of_one_run_are_as_two_runs(engine: SearchEngine, two: tuple[Path, Path]) -> None:
    generation = engine.stats()["generation"]
    assert counts(engine, *two) == (2, 0, 0, 0)
    assert texts(engine) == BOTH
    assert engine.stats()["generation"] == generation + 1


def test_the_report_says_which_ids_got_a_name(engine: SearchEngine, two: tuple[Path, Path]) -> None:
    report = index_paths(engine, map(str, two))
    assert report.warnings == [
        "B: others hold 1 of its ids, which have a name before them here, "
        "such as 'B/1.txt' for '1.txt'"
    ]
    assert report.sources == [Source("A", str(two[0])), Source("B", str(two[1]))]
    assert index_paths(engine, map(str, two)).warnings == []


def test_an_id_stays_when_the_runs_come_in_another_order(
    engine: SearchEngine, two: tuple[Path, Path]
) -> None:
    counts(engine, *two)
    write(two[1] / "1.txt", "Đảng ủy B họp bàn.")
    assert counts(engine, *reversed(two)) == (0, 1, 1, 0)
    assert texts(engine) == {**BOTH, "B/1.txt": "Đảng ủy B họp bàn."}


def test_an_id_stays_when_the_other_source_has_gone(
    engine: SearchEngine, two: tuple[Path, Path]
) -> None:
    counts(engine, *two)
    engine.delete(["1.txt"])
    write(two[1] / "1.txt", "Đảng ủy B họp bàn.")
    assert counts(engine, two[1]) == (0, 1, 0, 0)
    assert texts(engine) == {"B/1.txt": "Đảng ủy B họp bàn."}


def test_a_third_folder_of_the_same_name_gets_more_of_its_path(
    engine: SearchEngine, tmp_path: Path
) -> None:
    for where in ("x", "y", "z"):
        counts(engine, write(tmp_path / where / "trang" / "1.txt", where).parent)
    assert list(texts(engine)) == ["1.txt", "y/trang/1.txt", "z/trang/1.txt"]


def test_a_name_that_is_held_too_gets_a_number(engine: SearchEngine, tmp_path: Path) -> None:
    write(tmp_path / "A" / "1.txt", "Một.")
    write(tmp_path / "A" / "B" / "1.txt", "Hai.")
    write(tmp_path / "B" / "1.txt", "Ba.")
    counts(engine, tmp_path / "A", tmp_path / "B")
    assert texts(engine) == {"1.txt": "Một.", "B/1.txt": "Hai.", "B-2/1.txt": "Ba."}


def test_documents_of_the_library_are_not_replaced(
    engine: SearchEngine, two: tuple[Path, Path]
) -> None:
    with engine.writer() as writer:
        writer.add(Document(id="1.txt", text="Thêm bằng tay."))
    counts(engine, two[0])
    assert texts(engine) == {"1.txt": "Thêm bằng tay.", "A/1.txt": "Chi bộ A họp."}
    assert counts(engine, two[0]) == (0, 0, 1, 0)


# Files and records


def test_files_given_by_name_are_sources(engine: SearchEngine, two: tuple[Path, Path]) -> None:
    counts(engine, *(folder / "1.txt" for folder in two))
    assert texts(engine) == BOTH
    assert counts(engine, *(folder / "1.txt" for folder in two)) == (0, 0, 2, 0)


def test_record_files_of_one_name_are_both_read(engine: SearchEngine, tmp_path: Path) -> None:
    for where, number in (("A", 1), ("B", 2)):
        path = lines(tmp_path / where / "tin.jsonl", {"id": number, "text": f"Tin {number}."})
        assert counts(engine, path) == (1, 0, 0, 0)
    assert texts(engine) == {"1": "Tin 1.", "2": "Tin 2."}


def test_records_without_ids_of_files_of_one_name_are_two(
    engine: SearchEngine, tmp_path: Path
) -> None:
    paths = [lines(tmp_path / where / "tin.jsonl", {"text": f"Tin {where}."}) for where in "AB"]
    counts(engine, *paths)
    assert texts(engine) == {"tin.jsonl#1": "Tin A.", "B/tin.jsonl#1": "Tin B."}
    assert counts(engine, *reversed(paths)) == (0, 0, 2, 0)


def test_records_of_one_id_in_two_sources_are_two(engine: SearchEngine, tmp_path: Path) -> None:
    lines(tmp_path / "a.jsonl", {"id": "1", "text": "Tin a."})
    lines(tmp_path / "b.jsonl", {"id": "1", "text": "Tin b."})
    counts(engine, tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    assert texts(engine) == {"1": "Tin a.", "b.jsonl/1": "Tin b."}


def test_records_of_one_id_in_one_source_are_told(engine: SearchEngine, tmp_path: Path) -> None:
    folder = tmp_path / "kho"
    lines(folder / "a.jsonl", {"id": "1", "text": "Tin a."})
    counts(engine, folder)
    lines(folder / "b.jsonl", {"id": "1", "text": "Tin b."})
    for path in (folder, folder / "b.jsonl"):
        [problem] = index_paths(engine, [str(path)]).problems
        assert "the id '1' is taken by " in problem
        assert "a.jsonl" in problem
    assert texts(engine) == {"1": "Tin a."}


def test_a_record_may_move_to_another_file_of_its_source(
    engine: SearchEngine, tmp_path: Path
) -> None:
    folder = tmp_path / "kho"
    lines(folder / "a.jsonl", {"id": "1", "text": "Tin."}, {"id": "2", "text": "Hai."})
    counts(engine, folder)
    (folder / "a.jsonl").unlink()
    lines(folder / "b.jsonl", {"id": "3", "text": "Ba."}, {"id": "1", "text": "Tin."})
    assert counts(engine, folder, prune=True) == (1, 0, 1, 1)
    assert counts(engine, folder, prune=True) == (0, 0, 2, 0)
    assert texts(engine) == {"3": "Ba.", "1": "Tin."}


# Moving


def test_a_moved_folder_keeps_its_ids_and_is_not_read_again(
    engine: SearchEngine, two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    counts(engine, *two)
    moved = two[1].rename(two[1].with_name("nơi mới"))
    monkeypatch.setattr("searchengine.pages.ingest.OpenedFile", None)
    assert counts(engine, moved, source_name="B") == (0, 0, 1, 0)
    assert texts(engine) == BOTH


def test_a_moved_folder_is_known_by_its_new_path_from_then_on(
    engine: SearchEngine, two: tuple[Path, Path]
) -> None:
    counts(engine, *two)
    moved = two[1].rename(two[1].with_name("nơi mới"))
    counts(engine, moved, source_name="B")
    generation = engine.stats()["generation"]
    assert counts(engine, moved) == (0, 0, 1, 0)
    assert engine.stats()["generation"] == generation
    assert engine.get("B/1.txt").path == str(moved / "1.txt")


def test_the_new_path_is_known_even_if_its_only_witness_is_pruned(
    engine: SearchEngine, tmp_path: Path
) -> None:
    for number in range(4):
        write(tmp_path / "cũ" / f"{number}.txt", f"Trang {number}.")
    counts(engine, tmp_path / "cũ")
    moved = (tmp_path / "cũ").rename(tmp_path / "mới")
    counts(engine, moved, source_name="cũ")
    [witness] = [one.id for one in engine.documents() if one.path.startswith(str(moved))]
    (moved / witness).unlink()
    assert counts(engine, moved, prune=True) == (0, 0, 3, 1)
    assert counts(engine, moved) == (0, 0, 3, 0)


def test_a_moved_folder_can_be_pruned(engine: SearchEngine, tmp_path: Path) -> None:
    write(tmp_path / "cũ" / "1.txt", "Một.")
    write(tmp_path / "cũ" / "2.txt", "Hai.")
    counts(engine, tmp_path / "cũ", source_name="Phường")
    moved = (tmp_path / "cũ").rename(tmp_path / "mới")
    (moved / "1.txt").unlink()
    assert counts(engine, moved, source_name="Phường", prune=True) == (0, 0, 1, 1)
    assert texts(engine) == {"2.txt": "Hai."}


def test_a_renamed_record_file_keeps_its_records(engine: SearchEngine, tmp_path: Path) -> None:
    old = lines(tmp_path / "t6.jsonl", {"text": "Một."}, {"id": "x", "text": "Hai."})
    counts(engine, old, source_name="tin")
    new = lines(tmp_path / "t7.jsonl", {"text": "Một."}, {"id": "x", "text": "Hai, mới."})
    assert counts(engine, new, source_name="tin") == (0, 1, 1, 0)
    assert texts(engine) == {"t6.jsonl#1": "Một.", "x": "Hai, mới."}


def test_without_its_name_a_moved_folder_is_another_source(
    engine: SearchEngine, two: tuple[Path, Path]
) -> None:
    counts(engine, two[0])
    moved = two[0].rename(two[0].with_name("mới"))
    report = index_paths(engine, [str(moved)])
    assert report.warnings[0].endswith(f"that has moved from {two[0]} is indexed --as A")
    assert texts(engine) == {"1.txt": "Chi bộ A họp.", "mới/1.txt": "Chi bộ A họp."}


def test_a_name_is_for_one_path(engine: SearchEngine, two: tuple[Path, Path]) -> None:
    with pytest.raises(InputError, match="index one path"):
        counts(engine, *two, source_name="A")


def test_a_path_has_one_name(engine: SearchEngine, two: tuple[Path, Path]) -> None:
    counts(engine, two[0])
    with pytest.raises(InputError, match="is the source 'A': index it without --as khác"):
        counts(engine, two[0], source_name="khác")
    assert counts(engine, two[0], source_name="A") == (0, 0, 1, 0)


# Sources in sources


@pytest.mark.parametrize("part", ["sub", "sub/2.txt"])
def test_a_part_of_a_source_is_no_source(engine: SearchEngine, nested: Path, part: str) -> None:
    counts(engine, nested)
    assert counts(engine, nested / part) == (0, 0, 1, 0)
    write(nested / "sub" / "2.txt", "Hai, đã sửa.")
    assert counts(engine, nested / part) == (0, 1, 0, 0)
    assert texts(engine) == {"1.txt": "Một.", "sub/2.txt": "Hai, đã sửa."}
    with pytest.raises(InputError, match="is a part of the source 'A'"):
        counts(engine, nested / part, source_name="riêng")


@pytest.mark.parametrize("part", ["sub", "sub/2.txt"])
def test_a_folder_above_a_source_leaves_it_its_documents(
    engine: SearchEngine, nested: Path, part: str
) -> None:
    counts(engine, nested / part)
    assert counts(engine, nested) == (1, 0, 1, 0)
    assert texts(engine) == {"2.txt": "Hai.", "1.txt": "Một."}
    write(nested / "sub" / "2.txt", "Hai, đã sửa.")
    assert counts(engine, nested) == (0, 1, 1, 0)
    assert texts(engine) == {"2.txt": "Hai, đã sửa.", "1.txt": "Một."}


def test_a_source_and_the_folder_above_it_in_one_run(engine: SearchEngine, nested: Path) -> None:
    assert counts(engine, nested / "sub", nested, nested) == (2, 0, 0, 0)
    assert texts(engine) == {"2.txt": "Hai.", "1.txt": "Một."}


def test_a_link_to_a_source_is_that_source(
    engine: SearchEngine, nested: Path, tmp_path: Path
) -> None:
    counts(engine, nested)
    (tmp_path / "lối khác").symlink_to(nested)
    assert counts(engine, tmp_path / "lối khác") == (0, 0, 2, 0)
    assert counts(engine, tmp_path / "lối khác" / "sub") == (0, 0, 1, 0)


def test_a_source_known_by_a_link_is_known_by_where_that_leads(
    engine: SearchEngine, nested: Path, tmp_path: Path
) -> None:
    (tmp_path / "lối khác").symlink_to(nested)
    counts(engine, tmp_path / "lối khác")
    assert counts(engine, nested) == (0, 0, 2, 0)
    assert engine.get("1.txt").path == str(tmp_path / "lối khác" / "1.txt")
