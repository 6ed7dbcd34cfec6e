"""RTF with all its ways to write a letter, and Word's older papers by programs that read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchengine.pages import to_document
from searchengine.pages.readers.formats import programs
from tests.pages.readers.formats.making import read, refusal

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def rtf(body: str, head: str = "\\ansi\\ansicpg1258") -> bytes:
    return f"{{\\rtf1{head}{{\\fonttbl{{\\f0 Times New Roman;}}}}{body}}}".encode("latin-1")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        # Bytes of windows-1258, whose marks stand behind their letters.
        ("\\'d0a\\'f2i h\\'f4\\'f2i \\'f0\\'f4\\'ccng", "Đại hội đồng"),
        # Letters of Unicode, each followed by a stand-in that is skipped.
        ("\\u272?\\u7841?i h\\u7897?i", "Đại hội"),
        ("\\uc0\\u272\\u7841 i", "Đại"),
        ("\\uc2\\u272\\'d0\\'d0\\u7841 xyi", "Đại"),
        ("\\u-10179?\\u-8704? ch\\u7907?", "😀 chợ"),
        ("m\\u7897?t\\par hai\\line ba\\tab b\\u7889?n", "một\nhai\nba\tbốn"),
        ("\\ldblquote Ch\\u7907?\\rdblquote\\~\\{1\\}\\-\\_2", "“Chợ”\u00a0{1}-2"),
        ("{\\*\\generator Msftedit;}ch\\u7907?{\\pict 89504e47}", "chợ"),
        ("h\\u7885?p {\\deleted b\\u7843?y}t\\u225?m gi\\u7901?{\\v \\u7849?n}", "họp tám giờ"),
        ("x\\par\\trowd a\\cell b\\cell\\row c", "x\na\tb\nc"),
        ("\\trowd a\\par b\\cell c\\cell\\trowd\\row d", "a\nb\nc\nd"),
        ("\\trowd a\\cell b", "a\tb"),
        ("{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt ch\\u7907?}}", "chợ"),
        ("m\\u7897?t{\\footnote Theo s\\u7893?.} hai", "một hai\nTheo sổ."),
        ("{\\header Trang}m\\u7897?t{\\footer 3}", "một"),
    ],
)
def test_text_of_rtf(tmp_path: Path, body: str, text: str) -> None:
    assert read(tmp_path, "a.rtf", rtf(body)).text.strip() == text


def test_a_font_of_another_alphabet_has_its_own_encoding(tmp_path: Path) -> None:
    fonts = "{\\fonttbl{\\f0 Arial;}{\\f1\\fcharset204 Arial Cyr;}}"
    data = f"{{\\rtf1\\ansi\\ansicpg1252{fonts}\\f0 ch\\'e8 {{\\f1\\'cc\\'ee}} ch\\'e8}}".encode()
    assert read(tmp_path, "a.rtf", data).text == "chè Мо chè"


def test_text_in_an_old_font_is_read_as_that_font_shows_it(tmp_path: Path) -> None:
    fonts = "{\\fonttbl{\\f0 Arial;}{\\f1\\fnil .VnTime;}}"
    data = f"{{\\rtf1\\ansi{fonts}\\f1 H\\'e9i \\'ae\\'e5ng\\f0  caf\\'e9}}".encode()
    assert read(tmp_path, "a.rtf", data).text == "Hội đồng café"


def test_the_letterhead_of_a_header_comes_first(tmp_path: Path) -> None:
    title = "".join(f"\\u{ord(one)}?" for one in "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    text = read(tmp_path, "a.rtf", rtf(f"{{\\header {title}}}K\\u7871? ho\\u7841?ch")).text
    assert text == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nKế hoạch"


def test_properties_of_rtf(tmp_path: Path) -> None:
    info = (
        "{\\info{\\title S\\u7893? tay ch\\u7907?}{\\author Tr\\u7847?n L\\u224?nh}"
        "{\\creatim\\yr2022\\mo7\\dy3\\hr8}{\\revtim\\yr2022\\mo7\\dy4}}"
    )
    body = f"{info}M\\u7895?i gian c\\u243? m\\u7897?t b\\u236?nh. B\\u236?nh \\u273?\\u7847?y."
    document = to_document(read(tmp_path, "a.rtf", rtf(body)))
    assert (document.title, document.author) == ("Sổ tay chợ", "Trần Lành")
    assert (str(document.date), document.date_precision) == ("2022-07-01", "month")


def test_rtf_that_ends_early_gives_what_it_has(tmp_path: Path) -> None:
    page = read(
        tmp_path, "a.rtf", rtf("Ch\\u7907? h\\u7885?p l\\u250?c t\\u225?m gi\\u7901?")[:-12]
    )
    assert page.text.startswith("Chợ họp")
    assert page.warnings


def test_what_is_called_rtf_and_is_none_is_refused(tmp_path: Path) -> None:
    assert "no RTF" in refusal(tmp_path, "a.rtf", b"Ke hoach")
    assert "no text" in refusal(tmp_path, "b.rtf", b"{\\rtf1}")


def test_rtf_called_doc_is_read_as_rtf(tmp_path: Path) -> None:
    assert read(tmp_path, "a.doc", rtf("K\\u7871? ho\\u7841?ch")).text == "Kế hoạch"


def program(folder: Path, name: str, script: str) -> None:
    """Install a program of that name into a folder that is all of PATH."""
    (folder / "bin").mkdir(exist_ok=True)
    path = folder / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def only_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for programs beside which there are none."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def test_without_a_program_that_reads_doc_the_next_step_is_told(only_ours: Path) -> None:
    assert "antiword" in refusal(only_ours, "a.doc", OLE)


def test_antiword_reads_doc_with_tables_as_cells(only_ours: Path) -> None:
    program(only_ours, "antiword", "echo 'Kế hoạch'; echo '|Họ tên  |Gian |'")
    assert read(only_ours, "a.doc", OLE).text == "Kế hoạch\nHọ tên\tGian"


def test_a_program_that_fails_or_hangs_is_a_reason(
    only_ours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "TIME_MAX", 0.2)
    program(only_ours, "antiword", "echo 'is not a Word Document' >&2; exit 1")
    assert "is not a Word Document" in refusal(only_ours, "a.doc", OLE)
    program(only_ours, "antiword", "while true; do :; done")
    assert "busy" in refusal(only_ours, "b.doc", OLE)


def test_libreoffice_makes_a_docx_that_is_read(only_ours: Path) -> None:
    from tests.pages.readers.formats.making import docx, paragraph

    (only_ours / "made.docx").write_bytes(docx(paragraph("Kế hoạch")))
    script = (
        f'while [ "$1" != --outdir ]; do shift; done; /bin/cp {only_ours}/made.docx "$2/a.docx"'
    )
    program(only_ours, "soffice", script)
    page = read(only_ours, "a.doc", OLE)
    assert (page.id, page.text) == ("a.doc", "Kế hoạch")
    assert page.path.endswith("a.doc")


def test_what_is_called_doc_and_is_none_is_refused(tmp_path: Path) -> None:
    assert "no Word file" in refusal(tmp_path, "a.doc", b"Ke hoach")
    locked = OLE + "EncryptedPackage".encode("utf-16-le")
    assert "password" in refusal(tmp_path, "b.doc", locked)
