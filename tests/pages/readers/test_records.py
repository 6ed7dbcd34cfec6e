"""JSON lines: fields, damaged lines, compression, encodings, records without ids."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from searchengine.pages import Fields, Page, Problem, to_document
from searchengine.pages.readers import records
from searchengine.pages.readers.reading import all_readers
from tests.pages.walking import walk


def write(path: Path, *lines: object) -> Path:
    text = "".join(
        (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n"
        for line in lines
    )
    data = text.encode("utf-8", "surrogatepass")
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def test_a_record_s_fields_become_the_page_s(tmp_path: Path) -> None:
    record = {
        "id": "tin-1",
        "title": "Phường họp",
        "text": "Bà con bàn việc.",
        "date": "2022-07-03",
        "author": ["Lan", "Hùng"],
        "place": "phường Bắc Hồng",
        "source": "Trang tin",
        "url": "https://example.org/1",
        "views": 7,
    }
    [page] = walk(write(tmp_path / "a.jsonl", record))
    assert isinstance(page, Page)
    document = to_document(page)
    assert (document.id, document.title, document.text) == ("tin-1", "Phường họp", record["text"])
    assert (str(document.date), document.date_origin) == ("2022-07-03", "metadata")
    assert (document.author, document.place) == ("Lan, Hùng", "phường Bắc Hồng")
    assert document.source == "Trang tin"
    assert document.extra == {"url": "https://example.org/1", "views": 7}


def test_the_names_of_the_fields_are_a_setting(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ndjson", {"ma": 5, "noi_dung": "Bà con bàn việc.", "link": "x"})
    [page] = walk(path, readers=all_readers(Fields(id="ma", text="noi_dung", url="link"))[0])
    assert isinstance(page, Page)
    assert (page.id, page.text, page.extra) == ("5", "Bà con bàn việc.", {"url": "x"})


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.jsonl.gz", "A.JSONL"])
def test_every_line_is_a_page(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, {"id": "x", "text": "một"}, "", {"id": "y", "text": "hai"})
    assert [page.id for page in walk(path) if isinstance(page, Page)] == ["x", "y"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{"id": "x", "text": ', "not JSON"),
        ("[1, 2]", "not a JSON object"),
        ("7", "not a JSON object"),
        ('{"id": "x"}', "no text in its field 'text'"),
        ('{"id": "x", "text": {"a": 1}}', "no text"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_damaged_line_is_reported_with_its_number(
    tmp_path: Path, line: str, complaint: str
) -> None:
    path = write(tmp_path / "a.jsonl", {"id": "x", "text": "một"}, line, {"id": "z", "text": "ba"})
    first, problem, last = walk(path)
    assert isinstance(first, Page)
    assert isinstance(last, Page)
    assert isinstance(problem, Problem)
    assert (problem.path, problem.line) == (str(path), 2)
    assert complaint in problem.message
    assert str(problem).startswith(f"{path}:2: ")


def test_a_line_that_is_not_utf_8_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id": "x", "text": "\xe9"}\n{"id": "y", "text": "hai"}\n')
    problem, page = walk(path)
    assert isinstance(problem, Problem)
    assert isinstance(page, Page)
    assert (problem.line, page.id) == (1, "y")


def test_a_line_that_is_too_long_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "LINE_MAX", 64)
    path = write(tmp_path / "a.jsonl", {"id": "x", "text": "một" * 99}, {"id": "y", "text": "hai"})
    problem, page = walk(path)
    assert isinstance(problem, Problem)
    assert isinstance(page, Page)
    assert (problem.line, page.id, page.line) == (1, "y", 2)


def test_a_gzip_file_that_is_cut_off_gives_what_came_before(tmp_path: Path) -> None:
    lines = [{"id": str(number), "text": f"tin {number * 7919}"} for number in range(20_000)]
    path = write(tmp_path / "a.jsonl.gz", *lines)
    path.write_bytes(path.read_bytes()[:-5_000])
    found = list(walk(path))
    assert len(found) > 100
    assert isinstance(found[-1], Problem)
    assert all(isinstance(page, Page) for page in found[:-1])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_the_first_record(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        '{"id": "x", "text": "Đại hội"}\n{"id": "y", "text": "hai"}\n'.encode(encoding)
    )
    assert [page.text for page in walk(path) if isinstance(page, Page)] == ["Đại hội", "hai"]


def test_a_record_without_an_id_is_named_by_its_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    write(tmp_path / "b" / "a.jsonl", {"text": "một"}, {"id": None, "text": "hai"})
    assert [page.id for page in walk(tmp_path) if isinstance(page, Page)] == [
        "b/a.jsonl#1",
        "b/a.jsonl#2",
    ]


def test_nul_and_lone_surrogates_are_replaced_with_a_warning(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", '{"id": "x", "text": "m\\u0000ột \\ud83d hai"}')
    [page] = walk(path)
    assert isinstance(page, Page)
    assert page.text == "m\ufffdột \ufffd hai"
    assert len(page.warnings) == 1


def test_a_text_over_the_limit_is_cut_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "TEXT_MAX", 5)
    [page] = walk(write(tmp_path / "a.jsonl", {"id": "x", "text": "một hai ba"}))
    assert isinstance(page, Page)
    assert page.text == "một h"
    assert "only the first 5 of 10 characters" in page.warnings[0]


def test_a_json_file_holds_one_record_or_a_list(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"id": "x", "text": "một"}')
    (tmp_path / "b.json").write_text('[{"id": "y", "text": "hai"}, 7, {"text": "ba"}]')
    found = list(walk(tmp_path))
    assert [item.id if isinstance(item, Page) else item.line for item in found] == [
        "x",
        "y",
        2,
        "b.json#3",
    ]


def test_the_content_hash_changes_with_the_record_and_not_with_its_place(tmp_path: Path) -> None:
    one, two = {"id": "x", "text": "một"}, {"id": "y", "text": "hai"}
    before = {p.id: p.content_hash for p in walk(write(tmp_path / "a.jsonl", one, two))}  # type: ignore[union-attr]
    two["text"] = "hai ba"
    after = {p.id: p.content_hash for p in walk(write(tmp_path / "a.jsonl", two, one))}  # type: ignore[union-attr]
    assert before["x"] == after["x"]
    assert before["y"] != after["y"]
