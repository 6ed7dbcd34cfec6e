"""Word's papers of before 2007 (doc), read by a program that is installed: LibreOffice or antiword.

LibreOffice makes a docx of the file, which is read as such; antiword gives its text. A file called
``.doc`` that is something else, such as RTF or HTML, is known by its first bytes and never gets
here.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from searchengine.errors import InputError
from searchengine.pages.folders import SourceFile
from searchengine.pages.page import Page
from searchengine.pages.readers.formats.office.docx import read_docx
from searchengine.pages.readers.formats.packages import COMPOUND, PACKAGE_MAX, refuse_compound
from searchengine.pages.readers.formats.programs import run
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.registry import Reader

NEXT_STEP = "install LibreOffice or antiword (Debian: libreoffice-writer, antiword)"


def read_doc(file: OpenedFile) -> Iterator[Page]:
    """Yield the one page of a paper; raises :class:`InputError` where no program can read it."""
    refuse_compound(file)
    if not file.head.startswith(COMPOUND):
        raise InputError("is no Word file, or damaged; open it in Word and save it as docx")
    office = shutil.which("soffice") or shutil.which("libreoffice")
    antiword = shutil.which("antiword")
    if office:
        yield _by_office(office, file)
    elif antiword:
        yield _by_antiword(antiword, file)
    else:
        raise InputError(f"is a Word file of before 2007; {NEXT_STEP}, or save it as docx")


def _by_office(office: str, file: OpenedFile) -> Page:
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder, "profile").as_uri()
        options = ("--headless", f"-env:UserInstallation={profile}", "--convert-to", "docx")
        run((office, *options, "--outdir", folder, _copied(file, folder)), "LibreOffice")
        made = next(Path(folder).glob("*.docx"), None)
        if made is None:
            raise InputError("is damaged: LibreOffice cannot read it; save it as docx")
        converted = SourceFile(str(made), file.id, made.stat().st_size, 0)
        with OpenedFile(converted) as opened:
            [page] = read_docx(opened)
    return replace(page, path=file.name, content_hash=file.hash)


def _by_antiword(antiword: str, file: OpenedFile) -> Page:
    with tempfile.TemporaryDirectory() as folder:
        options = ("-m", "UTF-8.txt", "-w", "0")
        done = run((antiword, *options, _copied(file, folder)), "antiword")
    text = "\n".join(map(_row, done.decode("utf-8", "replace").splitlines())).strip()
    if not text:
        raise InputError("holds no text; if it is pictures of pages, save those as PDF")
    return file.page(text)


def _copied(file: OpenedFile, folder: str) -> str:
    """A copy for a program to open: what lies in an archive or a mail is on no disk."""
    path = Path(folder, "paper.doc")
    path.write_bytes(file.read(PACKAGE_MAX))
    return str(path)


def _row(line: str) -> str:
    """A row of a table, which antiword draws with bars, as cells with tabs between them."""
    if not (line.startswith("|") and line.rstrip().endswith("|")):
        return line
    return "\t".join(cell.strip() for cell in line.rstrip()[1:-1].split("|")).rstrip()


DOC = Reader(
    "Word (doc)", (".doc", ".dot"), read_doc, lambda head: head.startswith(COMPOUND), PACKAGE_MAX
)
