"""Letters torn apart, as programs take them from PDF files: ``ĐIỀ U KHO ẢN``, ``Đ Ạ I H Ộ I``.

Pieces are joined where that makes syllables that are used of what was none: a line must hold a
piece with a mark that is no syllable, or a row of single letters. Two syllables are never made one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from searchengine.text.folding import fold
from searchengine.text.encodings.syllables import commonness, is_real
from searchengine.text.lexicon.spelling import is_bare_syllable

NAME = "letters torn apart"

_LETTER = r"[^\W\d_]"
#: Four single letters or more with spaces between.
SPACED = re.compile(rf"(?<!\S){_LETTER}(?: {{1,4}}{_LETTER}){{3,}}(?!\w)")
_ROW = re.compile(rf"(?<!\S){_LETTER}+(?: {_LETTER}+)+(?!\w)")
_LAST, _FIRST = re.compile(rf"({_LETTER}+) \Z"), re.compile(rf" ({_LETTER}+)")
_WIDE = re.compile(" {2,}")
#: Consonants that begin a syllable, with what else belongs to them.
_ONSET = re.compile("(?:ngh?|gh|gi|nh|ch|tr|th|ph|kh|qu|[bcdđghklmnpqrstvx])", re.IGNORECASE)
_CODA = re.compile("(?:ng?|nh|ch?|[mptiuyo])", re.IGNORECASE)
#: What is left of a syllable on one side of a tear, without its marks: with a vowel, for
#: abbreviations have none.
_PIECE = re.compile(
    "(?:ngh?|gh|gi|nh|ch|tr|th|ph|kh|qu|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ng?|nh|ch?|[mpt])?",
    re.IGNORECASE,
)
_LONGEST = 7
#: A syllable has at most so many pieces where not all are single letters.
_PIECES = 5


@lru_cache(maxsize=65536)
def is_piece(word: str) -> bool:
    """Return whether a word has Vietnamese marks and is no syllable, but may be a part of one."""
    return not word.isascii() and not is_real(word) and _PIECE.fullmatch(fold(word)) is not None


def is_torn(text: str, piece: str) -> bool:
    """Return whether ``piece`` and a word beside it are a syllable somewhere in ``text``."""
    start = text.find(piece)
    while start >= 0:
        end = start + len(piece)
        before = _LAST.search(text, max(0, start - _LONGEST), start)
        after = _FIRST.match(text, end)
        if (before and is_real(before[1] + piece)) or (after and is_real(piece + after[1])):
            return True
        start = text.find(piece, end)
    return False


def mend(line: str) -> str:
    """Return ``line`` with torn syllables whole."""
    return _ROW.sub(_joined, SPACED.sub(_unspaced, line))


def _unspaced(match: re.Match[str]) -> str:
    row = match.group()
    groups = [group.replace(" ", "") for group in _WIDE.split(row)]
    if all(group.isascii() for group in groups):
        return row
    if len(groups) > 1 and all(map(is_real, groups)):
        return " ".join(groups)
    found = _divided(row.replace(" ", ""))
    return " ".join(found) if found else row


def _divided(letters: str) -> list[str]:
    """The fewest syllables that some letters are, the commonest where there are several ways."""
    best: list[tuple[int, float, list[str]] | None] = [(0, 0.0, [])]
    for end in range(1, len(letters) + 1):
        ways = []
        for start in range(max(0, end - _LONGEST), end - 1):
            before, part = best[start], letters[start:end]
            if before is not None and is_real(part):
                ways.append((before[0] + 1, before[1] - commonness(part), [*before[2], part]))
        best.append(min(ways, default=None))
    found = best[-1]
    return found[2] if found else []


def _joined(match: re.Match[str]) -> str:
    words = match.group().split(" ")
    if not any(map(is_piece, words)):
        return match.group()
    surely = _join(words, sure=True)
    # Where a line is torn in two places or more, what might be a word by itself is a piece too.
    torn = len(words) - len(surely)
    many = torn > 1 or (torn and match.group().isupper())
    return " ".join(_join(words, sure=False) if many else surely)


def _join(words: Sequence[str], *, sure: bool) -> list[str]:
    """The words of a row with pieces joined so that the fewest are left that are no syllable."""
    best: list[tuple[float, list[str]]] = [(0.0, [])]
    for end in range(1, len(words) + 1):
        cost, before = best[end - 1]
        ways = [(cost + _strangeness(words[end - 1]), [*before, words[end - 1]])]
        for start in range(max(0, end - _PIECES), end - 1):
            parts = words[start:end]
            if _is_torn(parts, sure=sure):
                cost, before = best[start]
                ways.append((cost + 0.1 * len(parts), [*before, "".join(parts)]))
        best.append(min(ways))
    return best[-1][1]


def _is_torn(parts: Sequence[str], *, sure: bool) -> bool:
    whole = "".join(parts)
    if len(whole) > _LONGEST or whole.isascii() or not is_real(whole):
        return False
    if any(map(is_piece, parts)):
        return True
    return not sure and any(not _is_word(part) for part in parts)


def _is_word(part: str) -> bool:
    if len(part) == 1 and part.isascii():
        return False
    return is_real(part) or is_bare_syllable(part.lower())


def _strangeness(word: str) -> float:
    if is_piece(word):
        return 1.0
    return 0.5 if _ONSET.fullmatch(word) or _CODA.fullmatch(word) else 0.0
