"""Letters torn apart, as programs take them from PDF files: ``ĐIỀ U KHO ẢN``, ``Đ Ạ I H Ộ I``.

Pieces are joined where that makes syllables that are used of what was none: a line must hold a
piece with a mark that is no syllable, or a row of letters that stand alone. Two words are never
made one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from searchengine.text.encodings.syllables import are_compound, commonness, is_real
from searchengine.text.folding import fold
from searchengine.text.lexicon.spelling import is_bare_syllable
from searchengine.text.lexicon.word_cache import word_cached

NAME = "letters torn apart"

_LETTER = r"[^\W\d_]"
#: So many pieces are looked at together: joining them takes their square.
_ROW_MAX = 200
_ONSET = "ngh?|gh|gi|nh|ch|tr|th|ph|kh|qu|[bcdđghklmnpqrstvx]"
_CODA = "ng?|nh|ch?|[mpt]"
#: Four single letters or more with spaces between.
_SPACED = re.compile(rf"(?<!\S){_LETTER}(?: {{1,4}}{_LETTER}){{3,{_ROW_MAX}}}(?!\w)")
_WIDE = re.compile(" {2,}")
#: What is no word by itself: a letter, or the consonants that begin a syllable.
_LONE = re.compile(f"{_LETTER}|{_ONSET}", re.IGNORECASE)
_LONE_ROW = re.compile(
    rf"(?<!\S)(?:(?:{_LETTER}|{_ONSET}) ){{2,}}(?:{_LETTER}|{_ONSET})(?!\w)", re.IGNORECASE
)
_ROW = re.compile(rf"(?<!\S){_LETTER}+(?: {_LETTER}+){{1,{_ROW_MAX}}}(?!\w)")
#: What is left of a syllable on one side of a tear, without its marks: with a vowel, for
#: abbreviations have none.
_PIECE = re.compile(f"(?:{_ONSET})?[aeiouy]{{1,3}}(?:{_CODA})?", re.IGNORECASE)
_LAST, _FIRST = re.compile(rf"({_LETTER}+) \Z"), re.compile(rf" ({_LETTER}+)")
_LONGEST = 7
#: A syllable has at most so many pieces where not all are single letters.
_PIECES = 5
#: How much commoner a syllable is taken to be that makes a word with the one before it.
_COMPOUND = 6.0
#: Letters that are words in names: Vừ A Bằng, Y Ngông.
_NAMES = frozenset("AY")
#: In a line with so many tears what may be a word by itself is taken for a piece as well.
_MANY = 3
#: Words that a text with a row of lone letters has: all but the vowels that are words.
_HINTS = frozenset("b c d đ g h k l m n p q r s t v x ng ngh nh ch tr th ph kh gh qu".split())
HINTS = _HINTS | frozenset(map(str.upper, _HINTS))


@word_cached
def is_piece(word: str) -> bool:
    """Return whether a word has Vietnamese marks and is no syllable, but may be a part of one."""
    return not word.isascii() and not is_real(word) and _PIECE.fullmatch(fold(word)) is not None


def is_torn(text: str, piece: str) -> bool:
    """Return whether ``piece`` and a word beside it are a syllable somewhere in ``text``."""
    start = text.find(piece)
    while start >= 0:
        end = start + len(piece)
        before = _LAST.search(text, max(0, start - _LONGEST - 1), start)
        after = _FIRST.match(text, end)
        first, last = before[1] if before else "", after[1] if after else ""
        if any(map(is_real, (first + piece, piece + last, first + piece + last))):
            return True
        start = text.find(piece, end)
    return False


def has_lone_row(text: str) -> bool:
    """Return whether there are three letters or more beside each other that stand alone."""
    return _LONE_ROW.search(text) is not None


def mend(line: str) -> str:
    """Return ``line`` with torn syllables whole."""
    mended = _ROW.sub(_surely_joined, _SPACED.sub(_unspaced, line))
    torn = line.count(" ") - mended.count(" ")
    lone = sum(
        len(word) > 1 or not word.isascii() or word.islower()
        for word in re.findall(rf"{_LETTER}+", mended)
        if not _is_word(word)
    )
    if (torn and torn + lone >= _MANY) or (torn and line.isupper()):
        return _ROW.sub(_joined, mended)
    return _ROW.sub(_joined_if_whole, mended) if _LONE_ROW.search(mended) else mended


def _unspaced(match: re.Match[str]) -> str:
    row = match.group()
    groups = [group.replace(" ", "") for group in _WIDE.split(row)]
    if all(group.isascii() for group in groups):
        return row
    if len(groups) > 1 and sum(map(is_real, groups)) > len(groups) / 2:
        return " ".join(groups)
    return " ".join(_divided(row.replace(" ", ""))) or row


def _divided(letters: str) -> list[str]:
    """The fewest syllables that some letters are; of several ways, that of the commonest words."""
    # For each place, the best way there by its last syllable: how many, how uncommon, which.
    best: list[dict[str, tuple[int, float, list[str]]]] = [{"": (0, 0.0, [])}]
    for end in range(1, len(letters) + 1):
        ways: dict[str, tuple[int, float, list[str]]] = {}
        for start in range(max(0, end - _LONGEST), end):
            part = letters[start:end]
            # A number is the only letter that stays by itself: CHƯƠNG I.
            if best[start] and (is_real(part) if len(part) > 1 else part in "IVX"):
                ways[part] = min(
                    (count + 1, cost - _fitness(last, part), [*before, part])
                    for last, (count, cost, before) in best[start].items()
                )
        best.append(ways)
    return min(best[-1].values(), default=(0, 0.0, []))[2]


def _fitness(last: str, part: str) -> float:
    return commonness(part) + _COMPOUND * are_compound(last, part)


def _surely_joined(match: re.Match[str]) -> str:
    words = match.group().split(" ")
    return " ".join(_join(words, sure=True)) if any(map(is_piece, words)) else match.group()


def _joined(match: re.Match[str]) -> str:
    return " ".join(_join(match.group().split(" "), sure=False))


def _joined_if_whole(match: re.Match[str]) -> str:
    """A row joined where nothing is left of its lone letters."""
    if not _LONE_ROW.search(match.group()):
        return match.group()
    words = _join(match.group().split(" "), sure=False)
    return " ".join(words) if all(map(_is_word, words)) else match.group()


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
    if sure and not _NAMES.isdisjoint(parts):
        return False
    return any(map(is_piece, parts)) or (not sure and not all(map(_is_word, parts)))


def _is_word(word: str) -> bool:
    if len(word) == 1 and (word.isascii() or word.isupper()):
        return False
    return is_real(word) or is_bare_syllable(word.lower())


def _strangeness(word: str) -> float:
    if is_piece(word):
        return 1.0
    return 0.5 if _LONE.fullmatch(word) and not _is_word(word) else 0.0
