"""Which reader reads a file, and readers that other packages bring."""

from __future__ import annotations

import re
import struct
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from searchengine import SearchEngine
from searchengine.errors import InputError
from searchengine.pages import OpenedFile, Page, Problem, Reader, Readers, all_readers
from searchengine.pages.ingest import index_paths
from tests.pages.walking import walk

EXTENDING = Path(__file__).parents[3] / "docs" / "extending.md"


def read_it(file: OpenedFile) -> Iterator[Page]:
    yield file.page(file.read(100).decode())


def reader(name: str, *suffixes: str, begins: bytes | None = None, read: Any = read_it) -> Reader:
    signature = None if begins is None else lambda head: head.startswith(begins)
    return Reader(name, suffixes, read, signature)


PDF = reader("PDF", ".pdf", begins=b"%PDF-")
ZIP = reader("zip", ".zip", begins=b"PK")
WORD = reader("Word", ".docx", begins=b"PK")
GZ, TAR_GZ = reader("gz", ".gz"), reader("tar", ".tar.gz")
OTHER = reader("text")


@pytest.mark.parametrize(
    ("name", "head", "chosen"),
    [
        ("a.pdf", b"%PDF-1.7", PDF),
        ("A.PDF", b"%PDF-1.7", PDF),
        ("pdf", b"%PDF-1.7", PDF),
        ("a.txt", b"%PDF-1.7", PDF),
        ("a.docx", b"PK\3\4", WORD),
        ("a.pdf", b"PK\3\4", ZIP),
        ("a.pdf", b"Tin", PDF),
        ("a.tar.gz", b"\x1f\x8b", TAR_GZ),
        ("a.gz", b"\x1f\x8b", GZ),
        ("a.txt", b"Tin", OTHER),
    ],
)
def test_the_name_decides_unless_the_first_bytes_say_otherwise(
    name: str, head: bytes, chosen: Reader
) -> None:
    readers = Readers([PDF, ZIP, WORD, GZ, TAR_GZ], OTHER)
    assert readers.choose(f"/trang/{name}", head) is chosen


def test_the_first_of_two_readers_of_a_suffix_reads() -> None:
    mine = reader("mine", ".pdf")
    assert Readers([mine, PDF], OTHER).choose("a.pdf", b"%PDF-") is mine


def fails(file: OpenedFile) -> Iterator[Page]:
    yield file.page("Trang một.", part=1)
    raise ZeroDivisionError("division\nby zero")


def gives_nonsense(file: OpenedFile) -> Iterator[Any]:
    yield "Trang"


def gives_a_bad_page(file: OpenedFile) -> Iterator[Page]:
    yield file.page("Trang một.", part=1, extra={"x": {1}})
    yield file.page("Trang hai.", part=2)


def refuses(file: OpenedFile) -> Iterator[Page]:
    raise InputError("is locked; open it without a password")


@pytest.mark.parametrize(
    ("read", "texts", "complaint"),
    [
        (fails, ["Trang một."], "the reader of PDF files fails on it (ZeroDivisionError: division"),
        (gives_nonsense, [], "the reader of PDF files fails on it (TypeError: 'Trang' is no page"),
        (gives_a_bad_page, ["Trang hai."], "document 'a.pdf#1': its extra field 'x' holds a set"),
        (refuses, [], "is locked; open it without a password"),
    ],
)
def test_a_reader_that_fails_is_told_and_stops_no_other(
    tmp_path: Path, read: Any, texts: list[str], complaint: str
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "b.txt").write_text("Tin.", encoding="utf-8")
    found = list(walk(tmp_path, readers=Readers([reader("PDF", ".pdf", read=read)], OTHER)))
    [problem] = [one for one in found if isinstance(one, Problem)]
    assert str(problem).startswith(f"{tmp_path / 'a.pdf'}: {complaint}")
    assert "\n" not in str(problem)
    assert [one.text for one in found if isinstance(one, Page)] == [*texts, "Tin."]


def test_parts_of_a_file_have_hashes_of_their_own(tmp_path: Path) -> None:
    def parts(file: OpenedFile) -> Iterator[Page]:
        for number, text in enumerate(file.read(100).decode().split("|")):
            yield file.page(text, part=number)

    def hashes(content: str) -> list[str]:
        (tmp_path / "a.pdf").write_text(content, encoding="utf-8")
        found = walk(tmp_path, readers=Readers([reader("PDF", ".pdf", read=parts)], OTHER))
        return [page.content_hash for page in found if isinstance(page, Page)]

    before, after = hashes("một|hai"), hashes("một|ba")
    assert before[0] == after[0]
    assert before[1] != after[1]


# Readers of other packages


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages that Python looks into."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    known = set(sys.modules)
    yield folder
    for name in set(sys.modules) - known:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(folder)):
            del sys.modules[name]


def install(site: Path, module: str, code: str, points: dict[str, str]) -> None:
    (site / f"{module}.py").write_text(textwrap.dedent(code), encoding="utf-8")
    info = site / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    lines = "".join(f"{name} = {value}\n" for name, value in points.items())
    (info / "entry_points.txt").write_text(f"[searchengine.readers]\n{lines}")


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("import không_có", "ModuleNotFoundError"),
        ("raise SystemExit('dừng')", "SystemExit: dừng"),
        ("READER = 5", "TypeError: it is a int, not a Reader"),
        ("x = 1", "AttributeError"),
    ],
)
def test_a_broken_package_is_told_and_stops_nothing(
    site: Path, tmp_path: Path, code: str, complaint: str
) -> None:
    install(site, "hỏng", code, {"lạ": "hỏng:READER"})
    (tmp_path / "a.txt").write_text("Chi bộ họp.", encoding="utf-8")
    with SearchEngine.open(tmp_path / "index", create=True) as engine:
        report = index_paths(engine, [str(tmp_path / "a.txt")])
    [warning] = report.warnings
    assert warning.startswith(f"the reader 'lạ' (hỏng:READER) cannot be used ({complaint}")
    assert (report.added, report.problems) == (1, [])


def test_without_packages_nothing_is_told() -> None:
    assert list(all_readers()[1]) == []


# The page docs/extending.md


def code_of(language: str) -> str:
    text = EXTENDING.read_text(encoding="utf-8").partition("## A reader for a file format")[2]
    return text.partition(f"```{language}\n")[2].partition("```")[0]


def register(*minutes: tuple[int, str, str]) -> bytes:
    data = b"BBH1" + bytes([len(minutes)])
    for day, *texts in minutes:
        title, text = (one.encode("utf-16-le") for one in texts)
        data += struct.pack("<HHI", day, len(title), len(text)) + title + text
    return data


MINUTES = [
    (19176, "Biên bản họp chi bộ", "Chi bộ khu 5B bàn việc thu phí vệ sinh."),
    (19177, "Biên bản họp tổ dân phố", "Tổ dân phố số 3 bầu tổ trưởng."),
]


@pytest.fixture
def engine(site: Path, tmp_path: Path) -> Iterator[SearchEngine]:
    head, *points = code_of("toml").splitlines()
    assert head == '[project.entry-points."searchengine.readers"]'
    named = dict(re.findall(r'^(\w+) = "(.+)"$', point)[0] for point in points)
    install(site, "bien_ban", code_of("python"), named)
    with SearchEngine.open(tmp_path / "index", create=True) as engine:
        yield engine


def test_the_example_of_the_page_is_indexed(engine: SearchEngine, tmp_path: Path) -> None:
    folder = tmp_path / "kho"
    folder.mkdir()
    (folder / "2022.bbh").write_bytes(register(*MINUTES))
    (folder / "không tên").write_bytes(register(*MINUTES))
    report = index_paths(engine, [str(folder)])
    assert (report.added, report.problems, report.warnings) == (4, [], [])
    document = engine.get("2022.bbh#1")
    assert (document.title, str(document.date)) == ("Biên bản họp chi bộ", "2022-07-03")
    assert document.extra == {"register": "2022.bbh"}
    assert engine.search("thu phi ve sinh").total == 2
    assert index_paths(engine, [str(folder)]).unchanged == 4


def test_of_a_register_that_changes_only_that_part_is_replaced(
    engine: SearchEngine, tmp_path: Path
) -> None:
    (tmp_path / "2022.bbh").write_bytes(register(*MINUTES))
    index_paths(engine, [str(tmp_path / "2022.bbh")])
    (tmp_path / "2022.bbh").write_bytes(register(MINUTES[0], (19177, "Biên bản", "Bầu lại.")))
    report = index_paths(engine, [str(tmp_path / "2022.bbh")])
    assert (report.added, report.replaced, report.unchanged) == (0, 1, 1)
    assert engine.get("2022.bbh#2").text == "Bầu lại."


def test_a_register_that_is_cut_off_is_told(engine: SearchEngine, tmp_path: Path) -> None:
    first = register(MINUTES[0])
    (tmp_path / "2022.bbh").write_bytes(b"BBH1\2" + first[5:])
    report = index_paths(engine, [str(tmp_path / "2022.bbh")])
    assert report.added == 1
    assert report.problems[0].endswith("ends before minutes 2 of 2; copy it anew")
