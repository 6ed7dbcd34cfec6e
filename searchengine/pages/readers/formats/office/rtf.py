"""Rich text (RTF): its text, with every way that it has to write a letter.

Bytes are read in the encoding of the run's font, or of the file (Vietnamese: 1258); ``\\u`` gives
letters of Unicode, followed by stand-ins for old programs that are skipped. Pictures, styles,
deleted and hidden text, headers and footers are left out; a header that holds the letterhead of an
official paper comes first, notes behind the text.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from searchengine.errors import InputError
from searchengine.pages.page import Page
from searchengine.pages.readers.formats.fonts import FontRuns
from searchengine.pages.readers.formats.letterhead import holds_letterhead
from searchengine.pages.readers.formats.properties import fallbacks
from searchengine.pages.readers.formats.tables import row_lines
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.registry import Reader

#: Pictures are written out as digits, so that a paper with some is large.
RTF_MAX = 200_000_000
_TOKEN = re.compile(
    rb"\\([A-Za-z]+)(-?\d{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])"
    rb"|([{}])|[\r\n]+|([^\\{}\r\n]+)",
    re.DOTALL,
)
#: Groups that are no text, of those that are not marked as such by ``\*``.
_LEFT_OUT = frozenset(
    "colortbl stylesheet listtable listoverridetable rsidtbl generator themedata pict objdata"
    " colorschememapping latentstyles datastore nonshppict xmlnstbl mmathPr fldinst filetbl"
    " footer footerl footerr footerf revtbl sp comment atnid atnauthor tc xe".split()
)
#: Marked groups whose text is text.
_READ = frozenset(("shpinst", "shptxt", "shppict", "footnote"))
_HEADERS = frozenset(("header", "headerl", "headerr", "headerf"))
#: Where a row of a table begins and ends, and where each of its cells ends.
_ROW, _ROW_END, _CELL = "\x0e", "\x0f", "\x07"
_CHARACTERS = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "column": "\n", "trowd": _ROW,
    "row": _ROW_END, "cell": _CELL, "nestcell": "\t", "nestrow": "\n", "tab": "\t", "emdash": "—",
    "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_SYMBOLS = {"~": "\u00a0", "_": "-", "\\": "\\", "{": "{", "}": "}", "\n": "\n", "\r": "\n"}
#: Encodings by a font's number of its character set.
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250",
}  # fmt: skip


def read_rtf(file: OpenedFile) -> Iterator[Page]:
    """Yield the one page of a paper."""
    data = file.read(RTF_MAX)
    if not data.lstrip().startswith(b"{\\rtf"):
        raise InputError("is no RTF; open it in the program that made it and save it anew")
    rtf = _Rtf(data)
    text = rtf.text()
    if not text.strip():
        raise InputError("holds no text; if it is pictures of pages, save those as PDF")
    info = rtf.info
    yield file.page(
        text,
        warnings=() if rtf.is_whole else ("it ends early; what was there was read",),
        fallbacks=fallbacks(
            title=info["title"].text(),
            author=info["author"].text(),
            made=rtf.moments.get("creatim"),
            saved=rtf.moments.get("revtim"),
        ),
    )


@dataclass(frozen=True, slots=True)
class _State:
    """What holds within a group: where its text goes, its font, how many stand-ins follow."""

    target: str = "body"
    font: int | None = None
    stand_ins: int = 1
    silent: bool = False


class _Rtf:
    """The text of a file by where it goes; ``moments`` are those of its making and saving."""

    def __init__(self, data: bytes) -> None:
        self.info = {"title": FontRuns(), "author": FontRuns()}
        self.moments: dict[str, str] = {}
        self._texts = {"body": FontRuns(), "notes": FontRuns(), "header": FontRuns(), **self.info}
        self._encoding = "cp1252"
        self._fonts: dict[int, tuple[str, str]] = {}
        self._default_font = 0
        self._bytes = bytearray()
        self._high = 0
        self._skip = 0
        self._state = _State()
        self._stack: list[_State] = []
        self._time: list[int] = []
        self._read(data)
        self._flush()
        self.is_whole = not self._stack

    def text(self) -> str:
        """Return the text, notes behind it; composed, for old encodings write marks apart."""
        parts = [self._texts["body"].text(), self._texts["notes"].text()]
        header = self._texts["header"].text()
        if holds_letterhead(header) and not holds_letterhead(parts[0]):
            parts.insert(0, header)
        whole = "\n".join(_rows_as_lines(part) for part in parts if part.strip())
        return unicodedata.normalize("NFC", whole)

    def _read(self, data: bytes) -> None:
        at = 0
        while match := _TOKEN.match(data, at):
            at = match.end()
            word, number, code, symbol, brace, plain = match.groups()
            if plain is not None or code is not None:
                self._add_bytes(plain if code is None else bytes.fromhex(code.decode()))
            elif word is not None:
                value = None if number is None else int(number)
                if word == b"bin":
                    at += max(0, value or 0)
                self._word(word.decode(), value)
            elif symbol is not None:
                self._symbol(symbol.decode("latin-1"), data[at : at + 40])
            elif brace == b"{":
                self._flush()
                self._skip = 0
                self._stack.append(self._state)
            elif brace == b"}":
                self._close()
                if not self._stack:
                    return

    def _add_bytes(self, data: bytes) -> None:
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        self._bytes += data[skipped:]

    def _symbol(self, symbol: str, following: bytes) -> None:
        if symbol == "*":
            known = re.match(rb"\s*\\([A-Za-z]+)", following)
            if known is None or known[1].decode() not in _READ:
                self._state = replace(self._state, target="")
        elif self._skip:
            self._skip -= 1
        elif symbol in _SYMBOLS:
            self._add(_SYMBOLS[symbol])

    def _word(self, word: str, value: int | None) -> None:
        if self._skip and word not in ("u", "uc"):
            self._skip -= 1
            return
        if word == "u" and value is not None:
            self._unicode(value % 0x10000)
        elif word in _CHARACTERS:
            self._add(_CHARACTERS[word])
        else:
            self._flush()
            self._control(word, value)

    def _control(self, word: str, value: int | None) -> None:
        state = self._state
        if word == "uc":
            self._state = replace(state, stand_ins=max(0, value or 0))
        elif word == "f":
            if state.target == "fonttbl":
                self._fonts.setdefault(value or 0, ("", ""))
            self._state = replace(state, font=value or 0)
        elif word == "fcharset" and state.font is not None:
            name = self._fonts.get(state.font, ("", ""))[0]
            self._fonts[state.font] = (name, _CHARSETS.get(value or 0, ""))
        elif word in ("deleted", "v"):
            self._state = replace(state, silent=value != 0)
        elif word == "plain":
            self._state = replace(state, silent=False, font=None)
        elif word == "deff":
            self._default_font = value or 0
        elif word == "ansicpg":
            self._encoding = _known_encoding(f"cp{value}") or self._encoding
        elif word in ("mac", "pc", "pca"):
            self._encoding = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}[word]
        elif word in ("creatim", "revtim"):
            self._state = replace(state, target=word)
            self._time = []
        elif word in ("yr", "mo", "dy") and value is not None:
            self._time.append(value)
            if len(self._time) == 3:
                self.moments[state.target] = "{:04}-{:02}-{:02}".format(*self._time)
        elif not state.target:
            return
        elif word in ("fonttbl", "title", "author", "info"):
            self._state = replace(state, target=word)
        elif word in ("footnote", "annotation"):
            self._state = replace(state, target="notes" if word == "footnote" else "")
        elif word in _HEADERS:
            self._state = replace(state, target="header")
        elif word in _LEFT_OUT:
            self._state = replace(state, target="")

    def _unicode(self, unit: int) -> None:
        self._flush()
        self._skip = self._state.stand_ins
        if 0xD800 <= unit < 0xDC00:
            self._high = unit
        elif 0xDC00 <= unit < 0xE000:
            if self._high:
                self._add(chr(0x10000 + ((self._high - 0xD800) << 10) + unit - 0xDC00))
            self._high = 0
        elif unit:
            self._add(chr(unit))

    def _close(self) -> None:
        self._flush()
        self._skip = 0
        if self._stack:
            before = self._stack.pop()
            if self._state.target == "notes" != before.target:
                self._texts["notes"].add("\n")
            self._state = before

    def _flush(self) -> None:
        if self._bytes:
            data, self._bytes = bytes(self._bytes), bytearray()
            font = self._fonts.get(self._font(), ("", ""))
            self._add(data.decode(font[1] or self._encoding, "replace"))

    def _font(self) -> int:
        return self._default_font if self._state.font is None else self._state.font

    def _add(self, text: str) -> None:
        if self._bytes:
            self._flush()
        if self._state.silent:
            return
        if self._state.target == "fonttbl":
            name, encoding = self._fonts.get(self._font(), ("", ""))
            self._fonts[self._font()] = ((name + text).rstrip("; "), encoding)
        elif self._state.target in self._texts:
            self._texts[self._state.target].add(text, self._fonts.get(self._font(), ("", ""))[0])


def _rows_as_lines(text: str) -> str:
    """``text`` with its tables row by row; a row begins where it is defined for the first time."""
    *rows, rest = text.split(_ROW_END)
    lines: list[str] = []
    for part in rows:
        before, _, row = part.partition(_ROW)
        *cells, _ = row.replace(_ROW, "").split(_CELL)
        if before := before.strip("\n"):
            lines += before.split("\n")
        lines += row_lines(cell.split("\n") for cell in cells)
    rest = rest.replace(_ROW, "").replace(_CELL, "\t")
    return "\n".join([*lines, *rest.split("\n")]).strip("\n")


def _known_encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


RTF = Reader("RTF", (".rtf",), read_rtf, lambda head: head.lstrip().startswith(b"{\\rtf"), RTF_MAX)
