"""The letters of a PDF's page as runs: text of one line and font, with the place where it stands.

A run ends where the line or the font changes or a gap is wider than one between words. Places are
in points from the lower left of the page as it is shown. Letters that stand on their side, such as
watermarks, come last.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from searchengine.text.encodings.fonts import from_font

#: Gaps that end a run, and that stand for a space, in heights of the letters.
RUN_GAP = 1.0
SPACE_GAP = 0.2
#: Letters this near a line, in heights of theirs, stand on it, a little raised or not.
LINE_SHIFT = 0.15
#: Letters turned by more than this, in radians, are not of a line.
TURN_MAX = 0.1
#: What PDF's programs give for a hyphen at the end of a line.
_HYPHENS = frozenset((0x02, 0xFFFE))
_SYMBOLS = re.compile("[\uf000-\uf0ff]")
_FONT_NAME_MAX = 200


@dataclass(frozen=True, slots=True)
class Run:
    """Text on one line: its edges, its baseline, and how high its letters are, all in points."""

    text: str
    left: float
    right: float
    base: float
    size: float


@dataclass(slots=True)
class _Open:
    """A run that letters are being added to."""

    parts: list[str]
    font: str
    left: float
    right: float
    base: float
    size: float


def page_runs(page: Any) -> tuple[list[Run], int]:
    """Return the runs of a page of pypdfium2, and how many of its letters have no meaning.

    Those are glyphs that the file does not tell which letters they are.
    """
    text = page.get_textpage()
    try:
        return _Reader(page, text).runs()
    finally:
        text.close()


class _Reader:
    def __init__(self, page: Any, text: Any) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium = pdfium
        self._text = text.raw
        self._count = text.count_chars()
        self._turned = page.get_rotation()
        self._width, self._height = page.get_size()
        self._fonts: dict[int, tuple[str, float, bool]] = {}
        self._upright: list[_Open] = []
        self._sideways: list[_Open] = []
        self._unknown = 0

    def runs(self) -> tuple[list[Run], int]:
        pdfium, text = self._pdfium, self._text
        spaced = False
        for index in range(self._count):
            code = pdfium.FPDFText_GetUnicode(text, index)
            if code in _HYPHENS:
                code = 0x2D
            letter = chr(code)
            if letter.isspace():
                spaced = True
            elif pdfium.FPDFText_HasUnicodeMapError(text, index) == 1 or _is_unknown(code):
                self._unknown += 1
            elif code >= 0x20:
                self._add(index, letter, spaced)
                spaced = False
        found = [_closed(run) for run in (*_without_doubles(self._upright), *self._sideways)]
        return [run for run in found if run.text], self._unknown

    def _add(self, index: int, letter: str, spaced: bool) -> None:
        left, right, base = self._place(index)
        font, size, upright = self._font(index)
        runs = self._upright if upright else self._sideways
        last = runs[-1] if runs else None
        if last is None or not _continues(last, font, left, base, size, letter, upright):
            runs.append(_Open([letter], font, left, right, base, size))
            return
        if (spaced or left - last.right > SPACE_GAP * size) and not unicodedata.combining(letter):
            last.parts.append(" ")
        last.parts.append(letter)
        last.right = max(last.right, right)
        last.size = max(last.size, size)

    def _place(self, index: int) -> tuple[float, float, float]:
        """A letter's left and right edge and its baseline, as the page is shown."""
        pdfium = self._pdfium
        box = pdfium.FS_RECTF()
        pdfium.FPDFText_GetLooseCharBox(self._text, index, ctypes.byref(box))
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(self._text, index, ctypes.byref(x), ctypes.byref(y))
        if self._turned == 90:
            return box.bottom, box.top, self._height - x.value
        if self._turned == 180:
            return self._width - box.right, self._width - box.left, self._height - y.value
        if self._turned == 270:
            return self._width - box.top, self._width - box.bottom, x.value
        return box.left, box.right, y.value

    def _font(self, index: int) -> tuple[str, float, bool]:
        """The name and size of a letter's font and whether it is upright, as its whole object."""
        pdfium = self._pdfium
        item = pdfium.FPDFText_GetTextObject(self._text, index)
        key = ctypes.addressof(item.contents) if item else 0
        if key not in self._fonts:
            font = pdfium.FPDFTextObj_GetFont(item) if item else None
            buffer = ctypes.create_string_buffer(_FONT_NAME_MAX)
            if font:
                pdfium.FPDFFont_GetBaseFontName(font, buffer, _FONT_NAME_MAX)
            name = buffer.value.decode("utf-8", "replace")
            scale = pdfium.FS_MATRIX()
            pdfium.FPDFText_GetMatrix(self._text, index, ctypes.byref(scale))
            size = pdfium.FPDFText_GetFontSize(self._text, index) * math.hypot(scale.c, scale.d)
            turn = pdfium.FPDFText_GetCharAngle(self._text, index) + math.radians(self._turned)
            # An angle just below a full turn is a small one.
            upright = abs(math.remainder(turn, 2 * math.pi)) < TURN_MAX
            self._fonts[key] = name, size or 1.0, upright
        return self._fonts[key]


def _continues(
    run: _Open, font: str, left: float, base: float, size: float, letter: str, upright: bool
) -> bool:
    """Whether a letter goes on where a run ends."""
    if not upright:
        return font == run.font and len(run.parts) < 1_000
    if unicodedata.combining(letter):
        return True
    gap = left - run.right
    return (
        font == run.font
        and abs(base - run.base) <= LINE_SHIFT * max(size, run.size)
        and -RUN_GAP * size < gap <= RUN_GAP * size
    )


def _without_doubles(runs: list[_Open]) -> list[_Open]:
    """The runs without those drawn twice at nearly one place, which makes letters bold."""
    seen: set[tuple[str, int, int]] = set()
    kept: list[_Open] = []
    for run in runs:
        text = "".join(run.parts)
        places = [
            (text, round(run.left / 2) + x, round(run.base / 2) + y)
            for x in (-1, 0, 1)
            for y in (-1, 0, 1)
        ]
        if seen.isdisjoint(places):
            kept.append(run)
        seen.add(places[4])
    return kept


def _closed(run: _Open) -> Run:
    text = "".join(run.parts)
    # Letters outside the basic plane come in two halves.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = "".join(
        unicodedata.normalize("NFKC", one) if "\ufb00" <= one <= "\ufb06" else one for one in text
    )
    # Signs of symbol fonts are bullets and the like, but letters in old Vietnamese fonts.
    text = from_font(text, run.font) or _SYMBOLS.sub("", text)
    return Run(text.strip(), run.left, run.right, run.base, run.size)


def _is_unknown(code: int) -> bool:
    return code in (0, 0xFFFD) or (0xE000 <= code <= 0xF8FF and not 0xF000 <= code <= 0xF0FF)
