"""Repair of a text, line by line: what it was meant to be, and which kinds of damage it had.

Nearly all texts need nothing, which their words tell: earlier texts had the same. Only lines with
a word that is neither Vietnamese nor plain ASCII are looked at.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from operator import ne

from searchengine.text.encodings import breaks, misread_utf8, torn, viqr
from searchengine.text.encodings.charset import Charset
from searchengine.text.encodings.judging import SIGN_INSIDE, Verdict, judge
from searchengine.text.encodings.syllables import LETTERS, is_real
from searchengine.text.encodings.tcvn3 import TCVN3
from searchengine.text.encodings.viscii import VISCII
from searchengine.text.encodings.vni import VNI
from searchengine.text.encodings.vps import VPS
from searchengine.text.encodings.windows1258 import WINDOWS_1258
from searchengine.text.lexicon.word_cache import word_cached
from searchengine.text.normalization import normalize

#: Words known to need no repair: so many are kept, and none that is longer. What is longer is no
#: word that could be repaired.
_KNOWN_MAX = 200_000
_LONGEST = 64
#: So many words that may be pieces are looked for one by one.
_PIECES_MAX = 50
#: Kinds of which the lines of a text have so many words, in such a share of the lines that are odd,
#: are usual in it; those win against others by so much.
CLEAR = 6.0
CLEAR_SHARE = 0.05
USUAL_BONUS = 1.5
CHARSETS: tuple[Charset, ...] = (TCVN3, VNI, WINDOWS_1258, VISCII, VPS)
#: What stands around words of all texts.
_PUNCTUATION = "“”‘’…–—•()[]{}<>.,;:!?\"'/\\-+*%=&#|_0123456789"
#: Signs that are letters in old fonts, and no text has many of.
_STRANGE = re.compile(
    "[\x01-\x08\x0e-\x1f\x80-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7€‚ƒ„†‡ˆ‰Š‹ŒŽ˜™š›œžŸ\uf020-\uf0ff]"
)
#: Capitals of VISCII and VPS; no other text has them.
_CONTROL = re.compile("[\x01-\x08\x0e-\x1f]")
#: Letters that no old encoding's text has when it is read as western.
_UNICODE = re.compile(
    "[\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u0300-\u0323\u1ea0-\u1ef9]"
)


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text after repair, and the names of what was found in it, the most frequent first."""

    text: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A line as one way of reading has it."""

    kind: str
    text: str
    verdict: Verdict
    #: Whether other text hardly ever looks so.
    certain: bool = False

    def rank(self, usual: bool) -> tuple[float, float]:
        """How it compares with others: by its words, and by how common they are."""
        return self.verdict.gain + (USUAL_BONUS if usual else 0.0), self.verdict.weight


def repair(text: str, likely: Collection[str] = ()) -> Repaired:
    """Return ``text`` as it was meant, and the kinds of damage that were found.

    ``likely`` are kinds found in what belongs to the text, such as the page of a title: one word
    is then enough to tell them.
    """
    found: Counter[str] = Counter()
    words = set(text.split())
    odd = _odd_words(words)
    if odd:
        text = "\n".join(_decoded(text.split("\n"), odd, likely, found))
    pieces = [word.strip(_PUNCTUATION) for word, oddity in odd.items() if oddity is Oddity.PIECE]
    torn_apart = (
        len(pieces) > _PIECES_MAX
        or any(torn.is_torn(text, piece) for piece in pieces)
        or (not words.isdisjoint(torn.HINTS) and torn.has_lone_row(text))
    )
    if torn_apart:
        text = _by_lines(torn.NAME, text, torn.mend, found)
    if any(sign in text for sign in breaks.SIGNS):
        text = _by_lines(breaks.NO_WIDTH, text, breaks.mend_no_width, found)
    if "-\n" in text or "- \n" in text:
        mended = breaks.mend_line_ends(text)
        found[breaks.LINE_ENDS] += mended != text
        text = mended
    return Repaired(text, tuple(kind for kind, count in found.most_common() if count))


def _by_lines(kind: str, text: str, mend: Callable[[str], str], found: Counter[str]) -> str:
    before = text.split("\n")
    after = [mend(line) for line in before]
    found[kind] += sum(map(ne, before, after))
    return "\n".join(after)


class Oddity(Enum):
    """What is odd in a word, and so which repair may be for it."""

    #: It may be in an old encoding.
    LETTERS = auto()
    #: It may be UTF-8 that was misread.
    MISREAD = auto()
    #: It may be a piece of a syllable.
    PIECE = auto()
    #: It may be VIQR.
    ASCII = auto()


#: Words of earlier texts in which nothing is odd.
_usual: set[str] = set()


def _odd_words(words: set[str]) -> dict[str, Oddity]:
    """Those of the words of a text that may be damaged, and how."""
    odd = {}
    for word in words - _usual:
        if len(word) > _LONGEST:
            continue
        oddity = _oddity(word)
        if oddity is not None:
            odd[word] = oddity
        else:
            if len(_usual) >= _KNOWN_MAX:
                _usual.clear()
            _usual.add(word)
    return odd


def _is_ascii(text: str) -> bool:
    return text.isascii() and not _CONTROL.search(text)


def _oddity(word: str) -> Oddity | None:
    if _is_ascii(word):
        return Oddity.ASCII if viqr.MARKED.search(word) else None
    if misread_utf8.is_suspect(word):
        return Oddity.MISREAD
    plain = word.strip(_PUNCTUATION)
    if _STRANGE.search(plain) or SIGN_INSIDE.search(plain):
        return Oddity.LETTERS
    unused = [
        one for one in LETTERS.findall(normalize(plain)) if not (one.isascii() or is_real(one))
    ]
    if unused == [plain] and torn.is_piece(plain):
        return Oddity.PIECE
    return None if all(map(str.isupper, unused)) else Oddity.LETTERS


def _decoded(
    lines: list[str], odd: Mapping[str, Oddity], likely: Collection[str], found: Counter[str]
) -> list[str]:
    """The lines of a text, those in an old encoding read in it."""
    escaped = any(map(viqr.is_escaped, lines))
    readings = {place: _readings(line, odd, escaped) for place, line in enumerate(lines)}
    usual = {*likely, *_usual_kinds(readings.values())}
    if viqr.NAME in usual:
        # Its lines may have signs of other uses only.
        readings = {
            place: ways or _in_viqr(lines[place], escaped) for place, ways in readings.items()
        }
    for place, ways in readings.items():
        best = _best(ways, usual)
        if best is not None and best.text != lines[place]:
            found[best.kind] += 1
            lines[place] = best.text
    return lines


def _usual_kinds(readings: Collection[Sequence[_Reading]]) -> Iterator[str]:
    """The kinds that lines tell clearly, and not a few among many."""
    told: dict[str, float] = defaultdict(float)
    lines: Counter[str] = Counter()
    for ways in readings:
        best = _best(ways, ())
        if best is not None:
            told[best.kind] += best.verdict.gain
            lines[best.kind] += 1
    odd = sum(map(bool, readings))
    return (kind for kind in told if told[kind] >= CLEAR and lines[kind] >= odd * CLEAR_SHARE)


def _best(ways: Sequence[_Reading], usual: Collection[str]) -> _Reading | None:
    """The reading of a line that convinces most, if any does."""
    convincing = [
        way for way in ways if way.verdict.convinces(expected=way.kind in usual or way.certain)
    ]
    return max(convincing, key=lambda way: way.rank(way.kind in usual), default=None)


def _readings(line: str, odd: Mapping[str, Oddity], escaped: bool) -> list[_Reading]:
    """What a line may say, a reading a decoder that finds something in it."""
    words = odd.keys() & line.split()
    if not words:
        return []
    if _is_ascii(line):
        return _in_viqr(line, escaped) if any(map(_is_viqr, words)) else []
    readings = _misread(line) if any(odd[word] is Oddity.MISREAD for word in words) else []
    if _UNICODE.search(line):
        return readings
    names = set().union(*map(_possible, words))
    ways = [(one.name, one.decode(line)) for one in CHARSETS if one.name in names]
    return readings + [
        _Reading(kind, read, judge(line, read)) for kind, read in ways if read != line
    ]


@word_cached
def _possible(word: str) -> frozenset[str]:
    """The names of the sets in which a word is of syllables that are used."""
    return frozenset(one.name for one in CHARSETS if _is_vietnamese(word, one.decode(word)))


@word_cached
def _is_viqr(word: str) -> bool:
    return _is_vietnamese(word, viqr.decode(word, escaped=True))


def _is_vietnamese(word: str, read: str) -> bool:
    return read != word and all(map(is_real, LETTERS.findall(read)))


def _in_viqr(line: str, escaped: bool) -> list[_Reading]:
    read = viqr.decode(line, escaped=escaped) if line.isascii() else line
    return [_Reading(viqr.NAME, read, judge(line, read))] if read != line else []


def _misread(line: str) -> list[_Reading]:
    whole = misread_utf8.completed(line)
    once = misread_utf8.decode(whole)
    twice = misread_utf8.decode(once)
    ways = [(misread_utf8.NAME, once)]
    if twice != once:
        ways.append((misread_utf8.NAME_TWICE, twice))
    return [
        _Reading(kind, read, judge(whole, read, misread_utf8.may_be_right), certain=True)
        for kind, read in ways
    ]
