"""Zip archives: members are files of their own, whatever they are called; bombs are not read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from searchengine.pages import Page, Problem
from searchengine.pages.readers import archives, opened
from tests.pages.walking import walk

#: A name as no archive is marked to have it, to be replaced by bytes of the same length.
PLACEHOLDER = "ZZZZZZZZZZ.txt"


def packed(members: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def read(folder: Path, data: bytes, name: str = "kho.zip") -> tuple[dict[str, str], list[str]]:
    """The texts of an archive's pages by id, and the problems, without the folder."""
    (folder / name).write_bytes(data)
    found = list(walk(folder / name))
    pages = {one.id: one.text for one in found if isinstance(one, Page)}
    return pages, [str(one).removeprefix(f"{folder}/") for one in found if isinstance(one, Problem)]


def test_members_are_files_of_their_own(tmp_path: Path) -> None:
    data = packed(
        {
            "tổ 1/biên bản.txt": "Tổ một họp.",
            "tin.html": "<html><title>Tin</title><body><p>Sửa đường liên thôn.</p></body></html>",
            "sổ.jsonl": '{"text": "Một."}\n{"id": "hai", "text": "Hai."}\n',
        }
    )
    pages, problems = read(tmp_path, data)
    assert pages == {
        "kho.zip!tổ 1/biên bản.txt": "Tổ một họp.",
        "kho.zip!tin.html": "Sửa đường liên thôn.",
        "kho.zip!sổ.jsonl#1": "Một.",
        "hai": "Hai.",
    }
    assert problems == []


def test_what_is_no_document_is_left_out(tmp_path: Path) -> None:
    page = "<html><body><p>Sửa đường liên thôn.</p></body></html>"
    others = ["a.js", "__MACOSX/._tin.html", ".git/c.txt", "Thumbs.db"]
    data = {**dict.fromkeys(others, "x"), "tin_files/b.html": page}
    assert list(read(tmp_path, packed({"tin.html": page, **data}))[0]) == ["kho.zip!tin.html"]
    assert list(read(tmp_path, packed(data))[0]) == ["kho.zip!tin_files/b.html"]


def test_archives_in_archives(tmp_path: Path) -> None:
    data = packed({"đáy.txt": "Ở đáy."})
    for depth in range(3):
        data = packed({f"{depth}.zip": data, f"{depth}.txt": f"Tầng {depth}."})
    pages, problems = read(tmp_path, data)
    assert pages == {
        "kho.zip!2.txt": "Tầng 2.",
        "kho.zip!2.zip!1.txt": "Tầng 1.",
        "kho.zip!2.zip!1.zip!0.txt": "Tầng 0.",
    }
    assert problems == [
        "kho.zip!2.zip!1.zip!0.zip!đáy.txt: lies in 4 files that hold each other; unpack it"
    ]


def test_a_member_that_cannot_be_read_stops_no_other(tmp_path: Path) -> None:
    data = packed(
        {"a.bin": b"\0\1\2\0", "b.txt": "", "c.txt": "Chi bộ họp. " * 50, "d.txt": "Dân."}
    )
    at = data.index(b"c.txt") + 10
    damaged = data[:at] + bytes(20) + data[at + 20 :]
    pages, problems = read(tmp_path, damaged)
    assert pages == {"kho.zip!d.txt": "Dân."}
    assert [one.partition(": ")[0] for one in problems] == [
        "kho.zip!a.bin",
        "kho.zip!b.txt",
        "kho.zip!c.txt",
    ]


def test_encrypted_members_are_listed(tmp_path: Path) -> None:
    data = bytearray(packed({"mật.txt": "Kín.", "mở.txt": "Hở."}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    pages, problems = read(tmp_path, bytes(data))
    assert list(pages) == ["kho.zip!mở.txt"]
    assert problems == ["kho.zip!mật.txt: is encrypted; unpack it with its password"]


@pytest.mark.parametrize(
    "data",
    [packed({"a.txt": "Một. " * 100})[:-30], b"PK\x03\x04" + bytes(40)],
    ids=["truncated", "only begun"],
)
def test_a_damaged_archive_is_told(tmp_path: Path, data: bytes) -> None:
    pages, (problem,) = read(tmp_path, data)
    assert pages == {}
    assert "is no whole zip archive" in problem


def test_an_empty_archive_is_told(tmp_path: Path) -> None:
    assert "is an empty archive" in read(tmp_path, packed({}))[1][0]


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    data = packed({"a.txt": "Trước bom.", "bom.txt": bytes(archives.BOMB_BYTES + 1)})
    pages, (problem,) = read(tmp_path, data)
    assert pages == {"kho.zip!a.txt": "Trước bom."}
    assert "unpacks to more than 200 times its size" in problem


def test_what_lies_in_each_other_is_bounded_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = packed({f"{number}.txt": f"Trang {number}." for number in range(4)})
    data = packed({"a.zip": inner, "b.zip": inner})
    assert len(read(tmp_path, data)[0]) == 8
    monkeypatch.setattr(opened.Allowance.__init__, "__defaults__", (7, 10_000_000))
    pages, problems = read(tmp_path, data)
    assert len(pages) == 5
    assert "holds more than 20,000 files" in problems[0]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("họp tổ".encode(), "họp tổ"),
        (b"b\xe1o c\xe1o", "báo cáo"),
        (b"ph\xea duy\xea\xf2t", "phê duyệt"),
        (b"caf\x82", "café"),
        (b"..\\..\\tho\\a", "tho/a"),
        (b"/etc/x", "etc/x"),
    ],
)
def test_names_are_read_in_the_encoding_they_have(raw: bytes, name: str) -> None:
    member = zipfile.ZipInfo("x")
    member.orig_filename = raw.decode("cp437")
    assert archives.member_name(member) == name


def test_two_members_of_one_name_are_the_last(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "Cũ.")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.txt", "Mới.")
    assert read(tmp_path, stream.getvalue()) == ({"kho.zip!a.txt": "Mới."}, [])


def test_a_member_that_is_listed_twice_is_read_once(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        member = zipfile.ZipInfo("a.txt")
        archive.writestr(member, "Một.")
        archive.filelist.append(member)
    assert read(tmp_path, stream.getvalue()) == ({"kho.zip!a.txt": "Một."}, [])


def test_other_formats_that_are_zip_files_are_no_archives(tmp_path: Path) -> None:
    data = packed({"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"})
    pages, (problem,) = read(tmp_path, data, "giấy mời.abc")
    assert pages == {}
    assert "holds no text" in problem
    assert read(tmp_path, packed({"a.txt": "Một."}), "không đuôi")[0] == {
        "không đuôi!a.txt": "Một."
    }
