"""A Vietnamese character set of the time before Unicode, as text that was read as windows-1252.

Old fonts drew Vietnamese letters in the places of western ones, so their texts come as those:
``ViÖt`` for Việt. A set says for each Vietnamese letter what stood for it; this is the only thing
known here, and it is enough for both ways.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from searchengine.text.encodings.syllables import LETTERS

#: Where programs put the 256 characters of a font that calls itself a symbol font.
_PRIVATE = 0xF000


def western(byte: int) -> str:
    """Return the character that windows-1252 has for ``byte``, a control where it has none."""
    return bytes([byte]).decode("cp1252", "ignore") or chr(byte)


def spelled(letters: str, codes: str) -> dict[str, str]:
    """Return which character stood for each of ``letters``: its byte, in order, in ``codes``."""
    found = [western(int(code, 16)) for code in codes.split()]
    return dict(zip(letters.replace(" ", ""), found, strict=True))


class Charset:
    """One old character set, by the ``name`` that people know it by.

    ``table`` says for each letter what was written for it, one character or two. A letter and a
    mark are read in either case of the mark, and the letter's own case is kept.
    """

    def __init__(self, name: str, table: Mapping[str, str]) -> None:
        self.name = name
        self._encode = str.maketrans(dict(table))
        letters: dict[str, str] = {}
        # Small letters last: those of a font of capitals have the same codes.
        for letter, code in sorted(table.items()):
            letters[code] = letter
            if len(code) > 1:
                letters.setdefault(code[0] + code[1].swapcase(), letter)
        self._singles = {ord(code): letter for code, letter in letters.items() if len(code) == 1}
        self._pairs = {code: letter for code, letter in letters.items() if len(code) == 2}
        both = ("[" + "".join(re.escape(c[place]) for c in self._pairs) + "]" for place in (0, 1))
        self._pair = re.compile("".join(both)) if self._pairs else None

    def encode(self, text: str) -> str:
        """Return what ``text``, in NFC, looked like; characters that the set lacks stay."""
        return text.translate(self._encode)

    def decode(self, text: str) -> str:
        """Return ``text`` with Vietnamese letters for all that may stand for one.

        What was ``CỘNG HÒA`` to the eye may be ``CộNG HòA`` in the text, set in a font that drew
        capitals for small letters; these come as capitals.
        """
        return _with_capitals(self._decode(text.translate(_AS_WESTERN)))

    def _decode(self, text: str) -> str:
        if self._pair is None:
            return text.translate(self._singles)
        pieces: list[str] = []
        done = 0
        for match in self._pair.finditer(text):
            letter = self._pairs.get(match.group())
            if letter is not None:
                pieces += text[done : match.start()].translate(self._singles), letter
                done = match.end()
        return "".join([*pieces, text[done:].translate(self._singles)])


def _as_western() -> dict[int, str]:
    """Controls and private characters that stand for the bytes of windows-1252."""
    controls = {byte: western(byte) for byte in range(0x80, 0xA0)}
    return controls | {_PRIVATE + byte: western(byte) for byte in range(0x20, 0x100)}


_AS_WESTERN = _as_western()


def _with_capitals(line: str) -> str:
    """``line`` with marked letters as capitals where all others of their word are."""
    spans = [match.span() for match in LETTERS.finditer(line)]
    kinds = [_kind(line[start:end]) for start, end in spans]
    changed = [
        kind is True and not line[start:end].isupper()
        for kind, (start, end) in zip(kinds, spans, strict=True)
    ]
    if not any(changed):
        return line
    pieces: list[str] = []
    done = 0
    for place, (start, end) in enumerate(spans):
        if kinds[place] or (kinds[place] is None and _is_among(changed, kinds, place)):
            pieces += line[done:start], line[start:end].upper()
            done = end
    return "".join([*pieces, line[done:]])


def _kind(word: str) -> bool | None:
    """Whether a word is in capitals; None where its plain letters do not say."""
    plain = [letter for letter in word if letter.isascii()]
    if any(letter.islower() for letter in plain):
        return False
    return True if len(plain) > 1 else None


def _is_among(changed: list[bool], kinds: list[bool | None], place: int) -> bool:
    """Whether the next words that say so are in capitals, and one of them became so here."""
    sides = [
        next((n for n in places if kinds[n] is not None), None)
        for places in (range(place - 1, -1, -1), range(place + 1, len(kinds)))
    ]
    near = [side for side in sides if side is not None]
    return all(kinds[side] for side in near) and any(changed[side] for side in near)
