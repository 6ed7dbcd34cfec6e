"""Which files of a folder are documents: told by their names, before anything is opened.

What programs put beside documents (scripts, pictures, the ``_files`` folder of a saved page) is no
document. A file ``.searchignore`` in any folder says more for what lies below it, in the syntax of
gitignore; ``--include`` and ``--exclude`` choose for one run. A path that is given by name is
asked for, whatever its name.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from searchengine.errors import InputError

#: Ends of names that are never a document's: source code, what styles or fills a page, programs,
#: what is half written.
SUFFIXES = frozenset(
    ".js .mjs .cjs .jsx .ts .tsx .vue .css .scss .less .map .py .pyc .pyo .ipynb .java .class .kt"
    " .c .cc .cpp .h .hpp .cs .vb .go .rs .rb .php .pl .lua .swift .sh .bat .cmd .ps1 .vbs"
    " .png .jpg .jpeg .gif .bmp .tif .tiff .webp .svg .ico .heic .avif .psd .emf .wmf"
    " .mp4 .m4v .avi .mkv .mov .wmv .flv .webm .mpg .mpeg .3gp"
    " .mp3 .wav .ogg .m4a .wma .flac .aac .amr"
    " .ttf .otf .woff .woff2 .eot .fon"
    " .exe .dll .msi .so .lnk .url .tmp .temp .part .filepart .crdownload .swp .bak".split()
)
#: Names of files that systems put into folders.
NAMES = frozenset({"desktop.ini", "thumbs.db", "ehthumbs.db"})
#: Office programs mark an open file by one whose name begins so.
LOCK_PREFIX = "~$"
#: Folders of programs.
FOLDERS = frozenset({"node_modules", "__pycache__", "__macosx"})
#: Ends of the folder that a browser or office program saves beside a page, and the page's own.
PAGE_FOLDERS = ("_files", ".files", "_fichiers", "-dateien", "_archivos")
PAGE_SUFFIXES = (".html", ".htm", ".xhtml", ".shtml", ".mht", ".mhtml")

#: The file that says what below its folder is left out.
IGNORE_FILE = ".searchignore"


def no_document(
    name: str, *, is_folder: bool, beside: Collection[str], claimed: Collection[str] = ()
) -> str | None:
    """Return what kind of thing ``name`` is where that is no document, as it is counted.

    ``beside`` are the names in the same folder, in lower case. What ends in one of ``claimed``
    has a reader of its own.
    """
    low = name.lower()
    if is_folder:
        if low in FOLDERS:
            return f"{low}/"
        for end in PAGE_FOLDERS:
            page = low.removesuffix(end)
            if page != low and any(page + suffix in beside for suffix in PAGE_SUFFIXES):
                return f"{end}/"
        return None
    if low in NAMES:
        return low
    if low.startswith(LOCK_PREFIX):
        return f"{LOCK_PREFIX}…"
    suffix = os.path.splitext(low)[1]
    return suffix if suffix in SUFFIXES and suffix not in claimed else None


@dataclass(frozen=True)
class Selection:
    """What one run takes of a folder, beside what the folder itself says.

    ``include`` and ``exclude`` are patterns as in gitignore, of paths below the folder: with
    ``include`` only files that one of them fits are taken, also such as are no documents by their
    name. ``claimed`` are the ends of names that have a reader of their own. Raises
    :class:`InputError` for what is no pattern.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    claimed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for option, patterns in (("--include", self._included), ("--exclude", self._excluded)):
            for pattern, compiled in patterns:
                if compiled is None:
                    raise InputError(f"{option} {pattern}: it is no pattern; write it like '*.pdf'")

    def asks_for(self, below: str) -> bool:
        """Return whether this run is about the file at ``below``, whether or not it is there."""
        return self.includes(below) is not False and not self.excludes(below, is_folder=False)

    def includes(self, below: str) -> bool | None:
        """Return whether the file at ``below`` was asked for; None where nothing is said."""
        if not self.include or not below:
            return None
        return any(_fits(pattern, below, whole=False) for _, pattern in self._included)

    def excludes(self, below: str, *, is_folder: bool) -> bool:
        """Return whether the file or folder at ``below``, or a folder above it, is left out."""
        path = f"{below}/" if is_folder else below
        return any(_fits(pattern, path, whole=False) for _, pattern in self._excluded)

    @functools.cached_property
    def _included(self) -> list[tuple[str, Any]]:
        return [(text, _compiled(text)) for text in self.include]

    @functools.cached_property
    def _excluded(self) -> list[tuple[str, Any]]:
        return [(text, _compiled(text)) for text in self.exclude]


@dataclass(frozen=True)
class IgnoreFile:
    """What a ``.searchignore`` says of what lies below ``folder``, its patterns in order.

    ``faults`` are its lines that are no patterns, by number.
    """

    folder: str
    patterns: Sequence[Any]
    faults: Sequence[tuple[int, str]] = ()

    @classmethod
    def of(cls, folder: str) -> IgnoreFile | None:
        """Read the one of ``folder``, if it has any; raises OSError where it cannot be read."""
        path = os.path.join(folder, IGNORE_FILE)
        if not os.path.isfile(path):
            return None
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            lines = [line.rstrip("\r\n") for line in file]
        # As gitignore does, blank lines and remarks are no patterns.
        said = {n: line for n, line in enumerate(lines, 1) if line.strip() and line[0] != "#"}
        patterns = {number: _compiled(line) for number, line in said.items()}
        faults = [(number, said[number]) for number, one in patterns.items() if one is None]
        return cls(folder, [one for one in patterns.values() if one is not None], faults)

    def decides(self, path: str, *, is_folder: bool) -> bool | None:
        """Return whether ``path`` is left out; None where no pattern fits. The last one decides."""
        below = os.path.relpath(path, self.folder).replace(os.sep, "/") + "/" * is_folder
        for pattern in reversed(self.patterns):
            if _fits(pattern, below, whole=True):
                return bool(pattern.include)
        return None


def is_ignored(path: str, *, is_folder: bool, files: Iterable[IgnoreFile]) -> bool | None:
    """Return what the innermost of ``files``, outermost first, says that says anything."""
    for one in reversed(list(files)):
        decided = one.decides(path, is_folder=is_folder)
        if decided is not None:
            return decided
    return None


def _compiled(text: str) -> Any:
    """A pattern, None for what is none."""
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    pattern = None
    with contextlib.suppress(ValueError, re.error):
        pattern = GitIgnoreSpecPattern(unicodedata.normalize("NFC", text))
    return pattern if pattern is not None and pattern.regex is not None else None


def _fits(pattern: Any, path: str, *, whole: bool) -> bool:
    """Whether a pattern fits a path, which ends with a slash if it is a folder's.

    With ``whole`` only the path itself, not a folder above it: whoever walks has asked about
    those, and a later pattern may have taken them in again.
    """
    for found in pattern.regex.finditer(unicodedata.normalize("NFC", path)):
        ends = found.groupdict().get("ps_d")
        if not whole or ends is None or found.end("ps_d") == found.endpos:
            return True
    return False
