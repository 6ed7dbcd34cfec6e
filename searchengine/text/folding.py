"""Folding: a text without its diacritics, as it is typed on a bare keyboard.

The 134 marked letters of Vietnamese come from our own table; other scripts go through Unidecode
where it is installed, in :func:`_transliterate` and nowhere else, and stay as they are without
it. Case is kept; lower-casing is the caller's step.
"""

from __future__ import annotations

import re
import unicodedata

from searchengine.text.lexicon.word_cache import word_cached

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_BASES = {"a": "aăâ", "e": "eê", "i": "i", "o": "oôơ", "u": "uưư", "y": "y"}


def _build_table() -> dict[str, str]:
    table = {"đ": "d", "Đ": "D"}
    for plain, letters in _BASES.items():
        for letter in letters:
            for tone in ("", *_TONES):
                marked = unicodedata.normalize("NFC", letter + tone)
                if marked != plain:
                    table[marked] = plain
                    table[marked.upper()] = plain.upper()
    return table


#: Each marked Vietnamese letter (134 of them, both cases) and its plain letter.
VIETNAMESE_LETTERS: dict[str, str] = _build_table()
_TRANSLATE = str.maketrans(VIETNAMESE_LETTERS)
_MARKED = re.compile("[" + "".join(VIETNAMESE_LETTERS) + "]")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")


def fold(text: str) -> str:
    """Return normalised ``text`` with diacritics and đ off; ``"Đại hội"`` gives ``"Dai hoi"``."""
    if text.isascii():
        return text
    folded = text.translate(_TRANSLATE)
    if folded.isascii():
        return folded
    return _FOREIGN.sub(_transliterated, folded)


def has_marks(text: str) -> bool:
    """Return whether normalised ``text`` has a letter that only a Vietnamese keyboard types."""
    return _MARKED.search(text) is not None


def _transliterated(match: re.Match[str]) -> str:
    return _transliterate(match.group())


@word_cached
def _transliterate(text: str) -> str:
    """Other scripts in ASCII, letters and digits only; ``text`` itself where that is not possible.

    Punctuation stays: it must not turn into letters, or a word would grow a neighbour.
    """
    try:
        from unidecode import unidecode
    except ImportError:
        return _without_marks(text)
    return "".join(
        "".join(c for c in unidecode(char) if c.isalnum()) or char if char.isalnum() else char
        for char in text
    )


def _without_marks(text: str) -> str:
    """Accented Latin letters in ASCII, all else as it is: が is not か, nor 한 its parts."""
    bases = (unicodedata.normalize("NFD", char)[0] for char in text)
    return "".join(base if base.isascii() else char for base, char in zip(bases, text, strict=True))
