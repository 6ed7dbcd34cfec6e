"""Capitals in texts of old fonts that drew capitals where the text has small letters.

What was ``CỘNG HÒA`` to the eye is ``CộNG HòA`` in the text: TCVN3 had no other way.
"""

from __future__ import annotations

from searchengine.text.encodings.syllables import LETTERS


def with_capitals(line: str) -> str:
    """Return ``line`` with its marked letters as capitals where all others of the word are."""
    spans = [match.span() for match in LETTERS.finditer(line)]
    kinds = [_kind(line[start:end]) for start, end in spans]
    changed = [
        kind is True and not line[start:end].isupper()
        for kind, (start, end) in zip(kinds, spans, strict=True)
    ]
    if not any(changed):
        return line
    pieces, done = [], 0
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
