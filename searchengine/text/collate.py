"""Collation: the order in which Vietnamese readers expect names.

Letters decide first, in the order of the alphabet (a ă â b c d đ e ê … u ư v x y, with f j w z
in their Latin places); where all letters are equal the tones do, in the order of dictionaries:
ngang, huyền, hỏi, ngã, sắc, nặng. Capitals and the place of a tone mark never matter, signs
only part words, and numbers compare by their value (``tổ 2`` before ``tổ 10``). Sorting is the
caller's; nothing here knows an index.
"""

from __future__ import annotations

import re
import unicodedata

from searchengine.text.lexicon.word_cache import word_cached
from searchengine.text.normalization import normalize

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
#: Combining marks of the tones in dictionary order; a syllable without one counts 0.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_WORD = re.compile(r"([0-9]+)|([^\W\d_]+)|([^\W_]+)")
#: A number's key begins with its length, which keeps shorter ones first; longer ones than this
#: compare as text.
_MAX_LENGTH = 31
_SPACE, _LENGTHS, _LETTERS = 0x20, 0x21, 0x41


def _plain(letter: str) -> str:
    """A letter of another Latin alphabet without its marks (ç, ü), or itself."""
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter


def _tables() -> tuple[dict[int, str], dict[int, str]]:
    """What each Vietnamese letter is replaced by: its place in the alphabet; its tone."""
    place, tone = {}, {}
    for at, letter in enumerate(_ALPHABET):
        for mark in ("", *_TONES):
            marked = unicodedata.normalize("NFC", letter + mark)
            if len(marked) == 1:
                place[ord(marked)] = chr(_LETTERS + at)
                tone[ord(marked)] = _TONES.get(mark, "")
    return place, tone


_PLACE, _TONE = _tables()


@word_cached
def _tone(syllable: str) -> str:
    return "".join(_TONE.get(ord(letter), "") for letter in syllable)[:1] or "0"


def collation_key(text: str) -> tuple[str, str, str]:
    """Return a key that sorts texts the Vietnamese way: letters, then tones, then as written.

    Texts that differ only in capitals, signs or the place of a tone mark lie side by side; no
    two different texts have the same key.
    """
    letters, tones = [], []
    for match in _WORD.finditer(normalize(text).lower()):
        number, word, mixed = match.groups()
        if number:
            digits = number.lstrip("0")
            letters.append(chr(_LENGTHS + min(len(digits), _MAX_LENGTH)) + digits)
            continue
        word = word or mixed
        if not word.isascii():
            word = "".join(c if ord(c) in _PLACE else _plain(c) for c in word)
        letters.append(word.translate(_PLACE))
        # One syllable has one tone, wherever its mark stands: hoà beside hòa.
        tones.append("0" if word.isascii() else _tone(word))
    return chr(_SPACE).join(letters), "".join(tones), text
