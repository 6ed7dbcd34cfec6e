"""What is taken of a folder: no scripts, pictures or parts of saved pages; what it says itself."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner

from searchengine import SearchEngine
from searchengine.cli.commands import main
from searchengine.errors import InputError
from searchengine.pages import Problem, list_files
from searchengine.pages.ingest import index_paths
from searchengine.pages.selection import Selection
from tests.pages.sources.files import texts, write


def listed(folder: Path, **options: object) -> list[str]:
    found = list_files(folder, **options)  # type: ignore[arg-type]
    return [str(one) if isinstance(one, Problem) else one.id for one in found]


def make(folder: Path, *names: str) -> Path:
    for name in names:
        write(folder / name, "Một dòng.")
    return folder


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        (["a.js", "B.CSS", "c.py"], {".js": 1, ".css": 1, ".py": 1}),
        (["ảnh.JPG", "phim.mp4", "chữ.woff2"], {".jpg": 1, ".mp4": 1, ".woff2": 1}),
        (["desktop.ini", "Thumbs.db"], {"desktop.ini": 1, "thumbs.db": 1}),
        (["~$báo cáo.docx", "x.tmp"], {"~$…": 1, ".tmp": 1}),
        (["node_modules/a/README.md"], {"node_modules/": 1}),
        (["tin.html", "tin_files/quảng cáo.html"], {"_files/": 1}),
        (["Tin.HTM", "tin.files/x.txt"], {".files/": 1}),
    ],
)
def test_what_is_no_document_is_skipped_and_counted(
    tmp_path: Path, names: list[str], kinds: dict[str, int]
) -> None:
    skipped: dict[str, int] = {}
    kept = listed(make(tmp_path, "trang.txt", *names), skipped=skipped)
    assert set(kept) <= {"trang.txt", "tin.html", "Tin.HTM"}
    assert skipped == kinds


@pytest.mark.parametrize(
    "name",
    ["files/a.txt", "tin_files/a.txt", "js/a.txt", "a.js.txt", "thumbs.txt", "$a.txt", "a~$.txt"],
)
def test_what_only_looks_like_it_is_a_document(tmp_path: Path, name: str) -> None:
    assert listed(make(tmp_path, name)) == [name]


def test_a_script_given_by_name_is_read(tmp_path: Path) -> None:
    engine = SearchEngine.open(tmp_path / "index", create=True)
    path = write(tmp_path / "A" / "x.js", "// Chi bộ họp")
    assert index_paths(engine, [str(path)]).added == 1
    assert texts(engine) == {"x.js": "// Chi bộ họp"}


def test_a_dangling_link_to_a_script_is_no_problem(tmp_path: Path) -> None:
    (tmp_path / "x.js").symlink_to(tmp_path / "nowhere")
    assert listed(tmp_path) == []


def test_what_a_reader_claims_is_a_document(tmp_path: Path) -> None:
    make(tmp_path, "a.vb", "b.js")
    assert listed(tmp_path, selection=Selection(claimed=frozenset({".vb"}))) == ["a.vb"]


def test_include_takes_what_fits_alone(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "b.js", "c/d.js", "c/e.html")
    assert listed(tmp_path, selection=Selection(include=("*.js",))) == ["b.js", "c/d.js"]
    assert listed(tmp_path, selection=Selection(include=("c/",))) == ["c/d.js", "c/e.html"]


def test_exclude_wins_over_include(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "c/a.txt", "c/b.txt")
    chosen = Selection(include=("*.txt",), exclude=("/a.txt", "b*"))
    assert listed(tmp_path, selection=chosen) == ["c/a.txt"]


def test_patterns_fit_names_however_their_marks_are_stored(tmp_path: Path) -> None:
    make(tmp_path, "nha\u0301p.txt")
    assert listed(tmp_path, selection=Selection(exclude=("nháp*",))) == []


def test_what_is_no_pattern_is_refused() -> None:
    with pytest.raises(InputError, match="--exclude"):
        Selection(exclude=("[z-a]",))


def test_a_run_prunes_nothing_that_it_did_not_ask_for(tmp_path: Path) -> None:
    engine = SearchEngine.open(tmp_path / "index", create=True)
    folder = make(tmp_path / "A", "a.txt", "b.md", "c.md", "d.md")
    index_paths(engine, [str(folder)])
    chosen = Selection(include=("*.md",))
    (folder / "b.md").unlink()
    assert index_paths(engine, [str(folder)], selection=chosen, prune=True).removed == 1
    assert set(texts(engine)) == {"a.txt", "c.md", "d.md"}


def test_pruning_removes_what_the_folder_has_said_is_none(tmp_path: Path) -> None:
    engine = SearchEngine.open(tmp_path / "index", create=True)
    folder = make(tmp_path / "A", "a.txt", "b.txt", "nháp.txt")
    index_paths(engine, [str(folder)])
    write(folder / ".searchignore", "nháp*\n")
    assert index_paths(engine, [str(folder)]).removed == 0
    assert index_paths(engine, [str(folder)], prune=True).removed == 1


#: Lines of ignore files, by folder. What git makes of them is the truth.
RULES: list[dict[str, str]] = [
    {"": "*.log\n!giữ.log\n"},
    {"": "/a.txt\n", "c": "b.txt\n"},
    {"": "c/\n!c/d/\n"},
    {"": "c/*\n!c/d/\n"},
    {"": "*\n!*/\n!*.log\n"},
    {"": "d\n", "c": "!d\n"},
    {"": "# nhận xét\n\n\\#x.txt\n"},
    {"": "**/d/*.txt\n"},
    {"": "c/d\n!c/d/b.txt\n"},
    {"": "*.txt\n", "c/d": "!b.txt\n"},
    {"": "\ufeffa.txt\r\nb.txt\r\n"},
]
NAMES = ["a.txt", "b.txt", "#x.txt", "x.log", "giữ.log", "c/b.txt", "c/d/b.txt", "c/d/y.log"]


@pytest.mark.parametrize("rules", RULES, ids=repr)
def test_searchignore_means_what_gitignore_does(tmp_path: Path, rules: dict[str, str]) -> None:
    make(tmp_path, *NAMES)
    for folder, said in rules.items():
        for name in (".searchignore", ".gitignore"):
            (tmp_path / folder / name).write_text(said, encoding="utf-8", newline="")
    assert sorted(listed(tmp_path)) == sorted(kept_by_git(tmp_path))


def kept_by_git(folder: Path) -> Iterable[str]:
    def git(*arguments: str) -> str:
        command = ["git", "-C", str(folder), "-c", "core.quotePath=false", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    git("init", "--quiet")
    others = git("ls-files", "--others", "--exclude-standard").splitlines()
    return [name for name in others if not name.rpartition("/")[2].startswith(".")]


def test_searchignore_takes_in_what_is_no_document_else(tmp_path: Path) -> None:
    make(tmp_path, "a.js", "b/c.js")
    write(tmp_path / "b" / ".searchignore", "!*.js")
    assert listed(tmp_path) == ["b/c.js"]


def test_a_part_of_a_source_keeps_to_what_the_source_ignores(tmp_path: Path) -> None:
    engine = SearchEngine.open(tmp_path / "index", create=True)
    folder = make(tmp_path / "A", "c/a.txt", "c/nháp.txt")
    write(folder / ".searchignore", "nháp.txt")
    index_paths(engine, [str(folder)])
    index_paths(engine, [str(folder / "c")])
    assert set(texts(engine)) == {"c/a.txt"}
    index_paths(engine, [str(folder / "c" / "nháp.txt")])
    assert set(texts(engine)) == {"c/a.txt", "c/nháp.txt"}


def test_a_damaged_line_of_searchignore_is_told(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "b.txt")
    write(tmp_path / ".searchignore", "[z-a]\nb.txt")
    path = tmp_path / ".searchignore"
    assert listed(tmp_path) == [f"{path}:1: is no pattern: '[z-a]'; correct the line", "a.txt"]


def test_the_command_tells_in_one_line_what_it_skipped(tmp_path: Path) -> None:
    make(tmp_path / "A", "a.txt", "b.js", "c.js", "d.css", "node_modules/x.md")
    runner = CliRunner()
    done = runner.invoke(main, ["index", str(tmp_path / "A"), "--index", str(tmp_path / "index")])
    assert done.exit_code == 0
    assert done.stderr.splitlines() == [
        "skipped 3 files and 1 folder that are no documents: 2 .js, 1 .css, 1 node_modules/"
    ]
    done = runner.invoke(
        main,
        ["index", str(tmp_path / "A"), "--index", str(tmp_path / "two"), "--exclude", "*.txt"],
    )
    assert done.stdout.startswith("0 added")
