"""What is exported can be indexed elsewhere, and is then the same in every field and ranking."""

from __future__ import annotations

import datetime
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from searchengine import Document, SearchEngine
from searchengine.cli.commands import main
from searchengine.document_json import EXPORT_KEY, export_line
from searchengine.pages.ingest import index_paths
from searchengine.pages.readers import exported, records

DOCUMENTS = (
    Document(
        id="nghị quyết/74.txt",
        title="Nghị quyết đại hội",
        text="Đại hội chi bộ khu phố 5B nhiệm kỳ 2020 – 2025\r\nhọp ngày 3/7/2022",
        date=datetime.date(2022, 7, 1),
        date_precision="month",
        date_origin="stamp",
        place="phường Việt Hưng",
        author="Hồng Hoàn",
        source="Báo Đảng",
        path="/kho/nghị quyết/74.txt",
        numbers=("74-KH/ĐU", "01-KL/TW"),
        term_of_office=(2020, 2025),
        content_hash="00ff",
        original="Trang chủ\nĐại hội chi bộ khu phố 5B\nLiên hệ",
        extra={"url": "https://a.vn", "sâu": {"mức": [1, 2.5, None, True, "\u2028"]}},
    ),
    Document(id="năm", text="Đại hội", date=datetime.date(2021, 1, 1), date_precision="year"),
    Document(id="ngày", text="Hội nghị ngày 15/10", date=datetime.date(2019, 2, 3)),
    Document(id="trống", text=""),
    Document(id="lạ", text="NUL \0, phần lẻ \udc80, \x85 và \u2028 giữa dòng", original=""),
    Document(id="lớn", text="chi bộ " * 1000),
)
QUERIES = ("đại hội chi bộ", "hoi nghi", '"khu phố"', "place:hưng", "74-KH/ĐU", "term:2020")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    with SearchEngine.open(tmp_path / "index", create=True) as engine:
        with engine.writer() as writer:
            for document in DOCUMENTS:
                writer.add(document)
            writer.add(Document(id="bỏ", text="đã xoá"))
        engine.delete(["bỏ"])
    return tmp_path / "index"


def run(*arguments: str | Path) -> None:
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exit_code == 0, result.stderr


def copied(directory: Path, name: str = "xuất.jsonl") -> Path:
    """Export an index and index what was exported into another one."""
    file, copy = directory.parent / name, directory.parent / "copy"
    if name.endswith(".gz"):
        plain = file.with_suffix("")
        run("export", "--output", plain, "--index", directory)
        file.write_bytes(gzip.compress(plain.read_bytes()))
    else:
        run("export", "--output", file, "--index", directory)
    run("index", file, "--index", copy)
    return copy


def answers(directory: Path) -> list[Any]:
    with SearchEngine.open(directory) as engine:
        day = datetime.date(2024, 1, 1)
        found = [engine.search(query, today=day) for query in QUERIES]
        return [
            [(one.total, one.facets, [(hit.id, hit.score, hit.snippet) for hit in one])]
            for one in found
        ]


@pytest.mark.parametrize("name", ["xuất.jsonl", "xuất.jsonl.gz"])
def test_an_exported_index_comes_back_whole(directory: Path, name: str) -> None:
    copy = copied(directory, name)
    with SearchEngine.open(directory) as one, SearchEngine.open(copy) as other:
        assert list(other.documents()) == list(one.documents()) == list(DOCUMENTS)
        assert other.verify() == []
    assert answers(copy) == answers(directory)


def test_the_seeds_come_back_whole(seed_directory: Path, tmp_path: Path) -> None:
    run("export", "-o", tmp_path / "seeds.jsonl", "--index", seed_directory)
    run("index", tmp_path / "seeds.jsonl", "--index", tmp_path / "copy")
    with SearchEngine.open(seed_directory) as one, SearchEngine.open(tmp_path / "copy") as other:
        assert list(other.documents()) == list(one.documents())
    assert answers(tmp_path / "copy") == answers(seed_directory)


def test_what_was_exported_is_known_again(directory: Path) -> None:
    copy = copied(directory)
    with SearchEngine.open(copy) as engine:
        report = index_paths(engine, [str(directory.parent / "xuất.jsonl")])
    assert (report.unchanged, report.added, report.replaced) == (len(DOCUMENTS), 0, 0)


def test_an_exported_line_may_be_longer_than_a_record(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "LINE_MAX", 2000)
    copy = copied(directory)
    with SearchEngine.open(copy) as engine:
        assert engine.get("lớn").text == "chi bộ " * 1000


def read(line: str, directory: Path) -> tuple[list[Document], list[str]]:
    """Index one line; return the documents and what could not be read."""
    directory.mkdir()
    (directory / "a.jsonl").write_text(line + "\n", encoding="utf-8")
    with SearchEngine.open(directory / "index", create=True) as engine:
        report = index_paths(engine, [str(directory / "a.jsonl")])
        return list(engine.documents()), report.problems


def test_a_list_of_exported_documents_is_read_as_well(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(f"[{','.join(map(export_line, DOCUMENTS))}]", "utf-8")
    with SearchEngine.open(tmp_path / "index", create=True) as engine:
        index_paths(engine, [str(tmp_path / "a.json")])
        assert list(engine.documents()) == list(DOCUMENTS)


@pytest.mark.parametrize("mark", [None, "1", True, 1.5, [1]])
def test_a_record_of_others_with_the_same_fields_is_a_page(tmp_path: Path, mark: object) -> None:
    record = json.loads(export_line(DOCUMENTS[0]))
    del record[EXPORT_KEY]
    if mark is not None:
        record[EXPORT_KEY] = mark
    (found,), problems = read(json.dumps(record), tmp_path / "a")
    assert problems == []
    assert (found.date, found.date_precision) == (datetime.date(2022, 7, 1), "day")
    assert found.extra["date_precision"] == "month"
    assert found.original is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({EXPORT_KEY: 2}, "newer version"),
        ({"id": ""}, "'id'"),
        ({"text": None}, "'text'"),
        ({"original": 5}, "'original'"),
        ({"date": "hôm qua"}, "'date'"),
        ({"date": "20220703"}, "'date'"),
        ({"date_precision": "tuần"}, "'date_precision'"),
        ({"date_precision": "none"}, "'date_precision'"),
        ({"date_origin": None}, "'date_origin'"),
        ({"numbers": ["1", 2]}, "'numbers'"),
        ({"term_of_office": [2020]}, "'term_of_office'"),
        ({"extra": []}, "'extra'"),
        ({"thêm": 1}, "'thêm'"),
        ({"text": ...}, "'text'"),
    ],
)
def test_a_line_that_was_altered_is_a_problem_that_says_so(
    tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    record = {**json.loads(export_line(DOCUMENTS[0])), **change}
    line = json.dumps({name: value for name, value in record.items() if value is not ...})
    found, problems = read(line, tmp_path / "a")
    assert found == []
    assert "a.jsonl:1: " in problems[0]
    assert told in problems[0]
    assert "export" in problems[0]


def test_the_longest_exported_line_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "LINE_MAX", 200)
    monkeypatch.setattr(exported, "LINE_MAX", 500)
    found, problems = read(export_line(DOCUMENTS[0]), tmp_path / "a")
    assert found == []
    assert "longer than" in problems[0]
