"""windows-1258, Microsoft's: a letter with its own mark, then its tone as a character by itself.

As text in windows-1258 it needs no repair, for normalising joins letter and tone; what is told here
is how it looks where it was taken for windows-1252.
"""

from __future__ import annotations

import unicodedata

from searchengine.text.encodings.charset import Charset, spelled
from searchengine.text.folding import VIETNAMESE_LETTERS

_LETTERS = spelled("ĂÂÊÔƠƯĐ ăâêôơưđ", "C3 C2 CA D4 D5 DD D0  E3 E2 EA F4 F5 FD F0")
_TONES = spelled("\u0300\u0309\u0303\u0301\u0323", "CC D2 DE EC F2")


def _written(letter: str) -> str:
    apart = unicodedata.normalize("NFD", letter)
    tone = next((mark for mark in apart if mark in _TONES), "")
    bare = unicodedata.normalize("NFC", apart.replace(tone, ""))
    return _LETTERS.get(bare, bare) + _TONES.get(tone, "")


WINDOWS_1258 = Charset("windows-1258", {one: _written(one) for one in VIETNAMESE_LETTERS})
