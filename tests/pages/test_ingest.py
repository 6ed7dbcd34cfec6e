"""Indexing folders: what is new, changed, gone; and bad input, which never stops a batch."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from searchengine import SearchEngine
from searchengine.cli.commands import main
from searchengine.errors import InputError
from searchengine.pages.ingest import Report, index_paths
from tests.conftest import ids


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "trang"
    (folder / "tổ 1").mkdir(parents=True)
    (folder / "a.txt").write_text("Chi bộ một họp.", encoding="utf-8")
    (folder / "tổ 1" / "b.txt").write_text("Chi bộ hai họp.", encoding="utf-8")
    return folder


@pytest.fixture
def engine(tmp_path: Path) -> SearchEngine:
    return SearchEngine.open(tmp_path / "index", create=True)


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.replaced, report.unchanged, report.removed


def touch_later(path: Path) -> None:
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 10**9))


def test_ids_are_paths_below_the_folder(engine: SearchEngine, pages: Path) -> None:
    index_paths(engine, [str(pages)])
    assert sorted(ids(engine.search("chi bộ"))) == ["a.txt", "tổ 1/b.txt"]


def test_a_second_run_does_nothing(engine: SearchEngine, pages: Path) -> None:
    assert counts(index_paths(engine, [str(pages)])) == (2, 0, 0, 0)
    generation = engine.stats()["generation"]
    assert counts(index_paths(engine, [str(pages)])) == (0, 0, 2, 0)
    assert engine.stats()["generation"] == generation


def test_new_and_changed_files(engine: SearchEngine, pages: Path) -> None:
    index_paths(engine, [str(pages)])
    (pages / "c.txt").write_text("Chi bộ ba họp.", encoding="utf-8")
    (pages / "a.txt").write_text("Đảng ủy họp.", encoding="utf-8")
    assert counts(index_paths(engine, [str(pages)])) == (1, 1, 1, 0)
    assert sorted(ids(engine.search("bộ"))) == ["c.txt", "tổ 1/b.txt"]


def test_a_file_that_was_only_touched_is_unchanged(engine: SearchEngine, pages: Path) -> None:
    index_paths(engine, [str(pages)])
    touch_later(pages / "a.txt")
    assert counts(index_paths(engine, [str(pages)])) == (0, 0, 2, 0)


def test_a_file_that_has_gone_stays_until_it_is_pruned(engine: SearchEngine, pages: Path) -> None:
    index_paths(engine, [str(pages)])
    (pages / "a.txt").unlink()
    assert counts(index_paths(engine, [str(pages)])) == (0, 0, 1, 0)
    assert engine.stats()["documents"] == 2
    assert counts(index_paths(engine, [str(pages)], prune=True)) == (0, 0, 1, 1)
    assert ids(engine.search("chi bộ")) == ["tổ 1/b.txt"]


def test_pruning_one_folder_leaves_others_alone(
    engine: SearchEngine, pages: Path, tmp_path: Path
) -> None:
    other = tmp_path / "khác"
    other.mkdir()
    (other / "z.txt").write_text("Chi bộ khác.", encoding="utf-8")
    index_paths(engine, [str(pages)])
    assert counts(index_paths(engine, [str(other)], prune=True)) == (1, 0, 0, 0)
    assert engine.stats()["documents"] == 3


def test_pruning_spares_a_folder_that_is_away(
    engine: SearchEngine, pages: Path, tmp_path: Path
) -> None:
    other = tmp_path / "khác"
    other.mkdir()
    (other / "z.txt").write_text("Chi bộ khác.", encoding="utf-8")
    index_paths(engine, [str(pages)])
    pages.rename(tmp_path / "ổ đĩa đã tháo")
    assert counts(index_paths(engine, [str(other)], prune=True)) == (1, 0, 0, 0)
    assert engine.stats()["documents"] == 3


def test_documents_of_the_library_are_never_pruned(engine: SearchEngine, pages: Path) -> None:
    from searchengine import Document

    with engine.writer() as writer:
        writer.add(Document(id="tay", text="Thêm bằng tay."))
    index_paths(engine, [str(pages)], prune=True)
    assert engine.stats()["documents"] == 3


def test_an_unreadable_file_keeps_its_documents(engine: SearchEngine, pages: Path) -> None:
    index_paths(engine, [str(pages)])
    (pages / "a.txt").write_bytes(b"\x00\x01\x02" * 100)
    report = index_paths(engine, [str(pages)], prune=True)
    assert counts(report) == (0, 0, 1, 0)
    assert "a.txt" in report.problems[0]
    assert engine.get("a.txt").text == "Chi bộ một họp."


def lines(*records: object) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def test_records(engine: SearchEngine, tmp_path: Path) -> None:
    path = tmp_path / "tin.jsonl"
    one, two = {"id": "1", "text": "Chi bộ một."}, {"id": "2", "text": "Chi bộ hai."}
    path.write_text(lines(one, two), encoding="utf-8")
    assert counts(index_paths(engine, [str(path)])) == (2, 0, 0, 0)
    assert counts(index_paths(engine, [str(path)])) == (0, 0, 2, 0)
    path.write_text(lines(one, {**two, "text": "Đảng bộ."}, {"id": "3", "text": "Ba."}), "utf-8")
    assert counts(index_paths(engine, [str(path)])) == (1, 1, 1, 0)
    assert counts(index_paths(engine, [str(path)])) == (0, 0, 3, 0)
    path.write_text(lines(two), encoding="utf-8")
    assert counts(index_paths(engine, [str(path)])) == (0, 1, 0, 0)
    assert counts(index_paths(engine, [str(path)], prune=True)) == (0, 0, 3, 0)


def test_records_that_come_back_are_seen(engine: SearchEngine, tmp_path: Path) -> None:
    path = tmp_path / "tin.jsonl"
    first, second = (
        lines({"id": "1", "text": "Một."}, {"id": "2", "text": "Hai."}),
        lines({"id": "1", "text": "Một."}, {"id": "2", "text": "Khác."}),
    )
    path.write_text(first, encoding="utf-8")
    status = path.stat()
    index_paths(engine, [str(path)])
    path.write_text(second, encoding="utf-8")
    index_paths(engine, [str(path)])
    path.write_text(first, encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert counts(index_paths(engine, [str(path)])) == (0, 1, 1, 0)
    assert engine.get("2").text == "Hai."


def test_records_that_vanish_are_pruned(engine: SearchEngine, tmp_path: Path) -> None:
    path = tmp_path / "tin.jsonl"
    path.write_text(lines({"id": "1", "text": "Một."}, {"id": "2", "text": "Hai."}), "utf-8")
    index_paths(engine, [str(path)])
    path.write_text(lines({"id": "1", "text": "Một."}), encoding="utf-8")
    assert counts(index_paths(engine, [str(path)], prune=True)) == (0, 0, 1, 1)


def test_field_names_of_records(engine: SearchEngine, tmp_path: Path) -> None:
    path = tmp_path / "tin.jsonl.gz"
    record = {"mã": 7, "nội dung": "Chi bộ họp.", "tên": "Tin", "ngày": "2022-07-03", "lượt": 5}
    path.write_bytes(gzip.compress(lines(record).encode()))
    names = {"id": "mã", "text": "nội dung", "title": "tên", "date": "ngày"}
    index_paths(engine, [str(path)], names=names)
    document = engine.get("7")
    assert (document.title, str(document.date)) == ("Tin", "2022-07-03")
    assert document.extra["lượt"] == 5
    with pytest.raises(InputError, match="use id, title"):
        index_paths(engine, [str(path)], names={"tuổi": "x"})


def test_two_pages_with_one_id_are_told(engine: SearchEngine, tmp_path: Path) -> None:
    path = tmp_path / "tin.jsonl"
    path.write_text(lines({"id": "1", "text": "Một."}, {"id": "1", "text": "Hai."}), "utf-8")
    report = index_paths(engine, [str(path)])
    assert counts(report) == (1, 0, 0, 0)
    assert "taken" in report.problems[0]
    assert engine.get("1").text == "Một."


@pytest.mark.parametrize("workers", [1, 2])
def test_a_record_that_makes_no_document_never_fails_the_others(
    engine: SearchEngine, tmp_path: Path, workers: int
) -> None:
    path = tmp_path / "tin.jsonl"
    bad = ['{"id": 2, "text": "x", "lượt": NaN}', '{"id": 3, "text": "x", "a": %s}']
    deep = "[" * 300 + "]" * 300
    path.write_text(lines({"id": 1, "text": "Một."}) + f"{bad[0]}\n{bad[1] % deep}\n", "utf-8")
    report = index_paths(engine, [str(path)], workers=workers)
    assert counts(report) == (1, 0, 0, 0)
    nan, nested = report.problems
    assert nan == (
        f"{path}:2: document '2': its extra field 'lượt' holds the number nan; "
        "give JSON values only"
    )
    assert nested.startswith(f"{path}:3: document '3': its extra field 'a' holds lists or objects")


def test_a_setting_of_the_time_zone_that_is_wrong_is_told_before_anything_is_read(
    engine: SearchEngine, pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHENGINE_TIME_ZONE", "Hà Nội")
    with pytest.raises(InputError, match="names no time zone"):
        index_paths(engine, [str(pages)])


def test_a_run_dates_moments_in_the_zone_that_is_set(
    engine: SearchEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tin.jsonl"
    path.write_text(lines({"id": 1, "text": "Một.", "date": "2022-07-02T18:30:00Z"}), "utf-8")
    monkeypatch.setenv("SEARCHENGINE_TIME_ZONE", "Europe/Paris")
    index_paths(engine, [str(path)])
    assert str(engine.get("1").date) == "2022-07-02"


def test_progress_counts_documents(engine: SearchEngine, pages: Path) -> None:
    seen: list[tuple[int, int]] = []
    index_paths(engine, [str(pages)], progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_a_batch_goes_on_past_bad_files(tmp_path: Path) -> None:
    folder = tmp_path / "trang"
    folder.mkdir()
    (folder / "a.txt").write_text("Chi bộ tốt.", encoding="utf-8")
    (folder / "ảnh.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "rỗng.txt").write_bytes(b"")
    (folder / "utf16.txt").write_text("Chi bộ UTF-16.", encoding="utf-16")
    (folder / "bom.txt").write_text("Chi bộ BOM.", encoding="utf-8-sig")
    (folder / "hỏng.jsonl").write_text(
        '{"id": 1, "text": "Chi bộ."}\n{"id": 2,\n{"id": 3, "text": "Ba."}\n'
    )
    (folder / "vòng").symlink_to(folder)
    index = str(tmp_path / "index")
    result = run("index", str(folder), "--index", index)
    assert result.exit_code == 2
    assert result.stdout == "5 added, 0 replaced, 0 unchanged, 0 removed, 3 not read\n"
    told = "".join(line for line in result.stderr.splitlines() if line.startswith("not read: "))
    assert all(name in told for name in ("ảnh.txt", "rỗng.txt", "hỏng.jsonl:2"))
    assert run("search", "chi bộ", "--index", index, "--count").stdout == "4\n"


def test_an_unreadable_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "a.txt"
    page.write_text("Chi bộ.", encoding="utf-8")
    real = open

    def guarded(file: object, *rest: object, **options: object) -> object:
        if str(file) == str(page):
            raise PermissionError(13, "Permission denied", str(page))
        return real(file, *rest, **options)  # type: ignore[call-overload]

    monkeypatch.setattr("builtins.open", guarded)
    result = run("index", str(page), "--index", str(tmp_path / "index"))
    assert result.exit_code == 2
    assert "not read:" in result.stderr
    assert "a.txt" in result.stderr


def test_a_missing_path(tmp_path: Path) -> None:
    result = run("index", str(tmp_path / "không có"), "--index", str(tmp_path / "index"))
    assert result.exit_code == 2
    assert result.stderr.startswith("error: there is no ")
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "index").exists()


def test_a_folder_that_is_not_an_index(pages: Path) -> None:
    result = run("index", str(pages), "--index", str(pages))
    assert result.exit_code == 2
    assert "is not an index and is not empty" in result.stderr
    assert run("search", "a", "--index", str(pages)).exit_code == 2


def test_an_index_inside_the_folder_is_not_indexed(pages: Path) -> None:
    index = str(pages / "index")
    assert run("index", str(pages), "--index", index).exit_code == 0
    again = run("index", str(pages), "--index", index)
    assert again.stdout == "0 added, 0 replaced, 2 unchanged, 0 removed\n"


def test_interrupting_leaves_the_index_as_it_was(engine: SearchEngine, pages: Path) -> None:
    index_paths(engine, [str(pages)])
    (pages / "c.txt").write_text("Chi bộ ba họp.", encoding="utf-8")

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index_paths(engine, [str(pages)], progress=interrupt)
    assert engine.stats()["documents"] == 2
    assert counts(index_paths(engine, [str(pages)])) == (1, 0, 2, 0)


def test_indexing_knows_no_engine() -> None:
    code = (
        "import sys, searchengine.pages.ingest as _; "
        "print([name for name in ('searchengine.engine', 'whoosh') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
