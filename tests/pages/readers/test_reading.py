"""Files and folders into pages: ids, kinds, limits, and what is reported instead of read."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from searchengine.pages import Page, Problem, SourceFile, list_files
from searchengine.pages.fingerprint import content_hash
from searchengine.pages.readers import text
from searchengine.pages.readers.html import HTML
from searchengine.pages.readers.registry import Readers
from searchengine.pages.readers.text import TEXT
from tests.pages.walking import walk


def found(*paths: Path | str) -> tuple[dict[str, Page], list[Problem]]:
    pages, problems = {}, []
    for item in walk(*paths):
        if isinstance(item, Page):
            assert item.id not in pages
            pages[item.id] = item
        else:
            problems.append(item)
            assert "\n" not in str(item)
    return pages, problems


def test_a_file_of_a_folder_is_named_by_its_path_below_it(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / "a.txt").write_text("một", encoding="utf-8")
    (tmp_path / "b" / "c" / "d.txt").write_text("hai", encoding="utf-8")
    (tmp_path / "b" / "no-extension").write_text("ba", encoding="utf-8")
    pages, problems = found(tmp_path)
    assert list(pages) == ["a.txt", "b/c/d.txt", "b/no-extension"]
    assert [page.text for page in pages.values()] == ["một", "hai", "ba"]
    assert pages["a.txt"].path == str(tmp_path / "a.txt")
    assert pages["a.txt"].content_hash == content_hash("một".encode())
    assert problems == []


def test_the_ids_of_a_folder_survive_its_move(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "a.txt").write_text("một", encoding="utf-8")
    before = found(tmp_path / "old")[0]
    (tmp_path / "old").rename(tmp_path / "new")
    assert found(tmp_path / "new")[0].keys() == before.keys()


def test_a_file_given_by_itself_is_named_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("một", encoding="utf-8")
    assert list(found(tmp_path / "a.txt")[0]) == ["a.txt"]


def test_hidden_files_are_skipped_unless_given(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.txt").write_text("một", encoding="utf-8")
    (tmp_path / ".b.txt").write_text("hai", encoding="utf-8")
    assert found(tmp_path) == ({}, [])
    assert list(found(tmp_path / ".b.txt")[0]) == [".b.txt"]


def test_a_folder_is_entered_once_whatever_links_lead_to_it(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.txt").write_text("một", encoding="utf-8")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    pages, problems = found(tmp_path)
    assert (list(pages), problems) == (["a/x.txt"], [])


def test_folders_may_be_nested_deeper_than_calls(tmp_path: Path) -> None:
    depth = 1_200
    folders = [tmp_path]
    for _ in range(depth):
        folders.append(folders[-1] / "d")
        folders[-1].mkdir()
    (folders[-1] / "a.txt").write_text("Chi bộ họp.", encoding="utf-8")
    try:
        pages, problems = found(tmp_path)
        assert (list(pages), problems) == (["d/" * depth + "a.txt"], [])
    finally:
        (folders[-1] / "a.txt").unlink()
        for folder in reversed(folders[1:]):
            folder.rmdir()


def test_files_come_in_the_order_of_their_names_folder_by_folder(tmp_path: Path) -> None:
    for name in ("b/c.txt", "b.txt", "a/z.txt", "a/b/c.txt", "c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    assert list(found(tmp_path)[0]) == ["a/b/c.txt", "a/z.txt", "b/c.txt", "b.txt", "c.txt"]


def test_an_excluded_folder_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "x.seg").write_bytes(b"\0\1")
    (tmp_path / "a.txt").write_text("một", encoding="utf-8")
    [file] = list_files(tmp_path, exclude=[tmp_path / "index"])
    assert isinstance(file, SourceFile)
    assert file.id == "a.txt"


@pytest.mark.parametrize(
    ("name", "data", "complaint"),
    [
        ("a.pdf", b"%PDF-1.7", "no whole PDF"),
        ("a.abc", b"\x89PNG\r\n", "binary"),
        ("a.txt", b"abc\0\1\2def" * 9, "binary"),
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\t\n", "empty"),
        ("a.txt", b"\xef\xbb\xbf\n", "empty"),
        ("a.html", b"", "empty"),
        ("a.html", b"<html><body><script>x()</script></body></html>", "no text"),
        ("a.jsonl", b"", "empty"),
        ("a.json", b"{", "not JSON"),
    ],
)
def test_what_cannot_be_read_is_a_problem_and_the_rest_goes_on(
    tmp_path: Path, name: str, data: bytes, complaint: str
) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "z.txt").write_text("một", encoding="utf-8")
    pages, [problem] = found(tmp_path)
    assert list(pages) == ["z.txt"]
    assert problem.path == str(tmp_path / name)
    assert complaint in problem.message


def test_missing_and_dangling_paths_are_problems(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("một", encoding="utf-8")
    (tmp_path / "b.txt").symlink_to(tmp_path / "gone")
    pages, problems = found(tmp_path / "missing", tmp_path)
    assert list(pages) == ["a.txt"]
    assert [Path(problem.path).name for problem in problems] == ["missing", "b.txt"]
    assert all("does not exist" in problem.message for problem in problems)


def test_an_unreadable_file_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("một", encoding="utf-8")

    def refuse(*_: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    pages, [problem] = found(tmp_path)
    assert pages == {}
    assert "Permission denied" in problem.message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_a_problem_and_not_a_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert [problem.message for problem in found(tmp_path)[1]] == [
        "is not a regular file; only files can be read"
    ]


def test_a_text_over_the_limit_is_cut_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "FILE_MAX", 10)
    (tmp_path / "a.txt").write_text("Đại hội chi bộ", encoding="utf-8")
    [page] = found(tmp_path)[0].values()
    assert page.text == "Đại h"
    assert page.warnings == ("only the first 10 of 21 bytes were read",)
    assert page.content_hash == content_hash("Đại hội chi bộ".encode())


def test_html_over_the_limit_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><body>Đại hội chi bộ</body></html>")
    readers = Readers([replace(HTML, max_bytes=10)], TEXT)
    [problem] = walk(tmp_path, readers=readers)
    assert isinstance(problem, Problem)
    assert problem.message == "is HTML larger than 10 bytes; split it"


def test_a_guessed_encoding_is_a_warning_of_the_page(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("la forêt était déjà là, à côté du château".encode("latin-1"))
    [page] = found(tmp_path)[0].values()
    assert "UTF-8" in page.warnings[0]


def test_an_odd_file_name_can_be_stored(tmp_path: Path) -> None:
    name = os.fsdecode(b"t\xff.txt")
    try:
        (tmp_path / name).write_text("một", encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    [page] = found(tmp_path)[0].values()
    assert page.id == "t\\udcff.txt"
    page.path.encode()


def test_listing_reads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("một", encoding="utf-8")
    monkeypatch.setattr("builtins.open", None)
    [file] = list_files(tmp_path)
    assert not isinstance(file, Problem)
    assert (file.id, file.size) == ("a.txt", 5)
