"""Unicode repair: one spelling for each letter, before anything else looks at a text.

Holds the first step of every pipeline, for documents and queries alike: NFC, stray combining
marks, the eth that old fonts typed for đ, invisible characters, odd spaces, lone surrogates. It
changes no letter that a reader would see differently; tone placement and folding are elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby, pairwise

from searchengine.text.lexicon.word_cache import WORDS_KEPT, word_cached

#: Invisible characters that break words where they stand: soft hyphen, zero-width space and
#: joiners, directional marks, word joiner, invisible operators, BOM.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)
#: Spaces that are not U+0020; line breaks and tabs keep their meaning and are left alone.
ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ETH = re.compile("[\u00d0\u00f0\u0189]")
#: Letters that Icelandic, Faroese or Old English texts use beside eth and Vietnamese never does.
_NORDIC = re.compile("[\u00c6\u00e6\u00de\u00fe\u00d6\u00f6]")
_VIETNAMESE_ONLY = re.compile("[\u0110\u0111\u01a0\u01a1\u01af\u01b0\u0102\u0103\u1ea0-\u1ef9]")
_ETH_TO_D = {0xD0: "\u0110", 0x0189: "\u0110", 0xF0: "\u0111"}
_MARK = re.compile("[\u0300-\u0303\u0306\u0309\u031b\u0323]")
#: A precomposed letter and its marks, one of which NFC left standing: a + acute + circumflex.
_LOOSE_MARK = re.compile(
    "[^\\W\\d_][\u0300-\u036f]*[\u0300-\u0303\u0306\u0309\u031b\u0323][\u0300-\u036f]*"
)
#: Characters that normalising never joins, splits or drops by themselves: Latin letters with and
#: without marks, plain punctuation. (Named by what they are, for a large class compiles slowly.)
_SIMPLE = "\\x00-\u00ac\u00ae-\u02ff\u1e00-\u1eff\u2010-\u2027"
#: A run of all others.
_COMPLEX = re.compile(f"[^{_SIMPLE}]+")
#: The simple ones that normalising puts others for.
_SIMPLE_CHANGED = re.compile("[\u00a0\u00d0\u00f0\u0189]")
#: CPython takes about n² nanoseconds to put n marks in order: little in a text as short as this.
_SHORT_TEXT = 8192
#: More marks than any letter has: none is a letter, a space or simple. The second is quickly found
#: to be nowhere.
_MANY_MARKS = re.compile(r"[^\w\s\x00-\x7f]{32,}")
_MANY_COMPLEX = re.compile(f"[^{_SIMPLE}]{{32}}")
#: Runs up to this length are remembered; NFD Vietnamese has runs of two or three.
_SHORT_RUN = 4
_BEFORE_ASCII = re.compile("(?=[\\x00-\\x7f])")
_NEEDS_WORK = re.compile(
    "[\u00a0\u00ad\u00d0\u00f0\u0189\u0300-\u036f\u061c\u1680\u180e\u2000-\u200f\u202a-\u202f\u205f-\u206f"
    "\u3000\ud800-\udfff\ufeff]"
)
_CIRCUMFLEX_BREVE_HORN = "\u0302\u0306\u031b"


def normalize(text: str) -> str:
    """Return ``text`` in the one spelling that the rest of the package expects.

    The result is NFC without invisible characters, with plain spaces, with đ where eth stood in
    Vietnamese text, and with U+FFFD for each lone surrogate. Idempotent.
    """
    return _repair(text)


def normalize_with_offsets(text: str) -> tuple[str, list[int]]:
    """Return ``normalize(text)`` and, for each of its characters, where it began in ``text``.

    The list has one entry more than the normalised text has characters; the last is
    ``len(text)``, so that ``text[offsets[i]:offsets[j]]`` is the original of ``normal[i:j]``.
    """
    normal = normalize(text)
    return normal, normal_offsets(text, normal)


def normal_offsets(text: str, normal: str) -> list[int]:
    """Return the list that ``normalize_with_offsets(text)`` gives with ``normal``."""
    if normal == text or not _COMPLEX.search(text):
        return list(range(len(text) + 1))
    vietnamese = _reads_vietnamese(normal)
    changes = _SIMPLE_CHANGED.search(text) is not None
    pieces: list[str] = []
    offsets: list[int] = []
    done = 0
    for run in _COMPLEX.finditer(text):
        # The first of the run may join the character before it.
        start, end = max(done, run.start() - 1), run.end()
        between = text[done:start]
        pieces.append(_repair(between, vietnamese) if changes else between)
        offsets.extend(range(done, start))
        repaired = _repaired_short if end - start <= _SHORT_RUN else _repaired
        piece, places = repaired(text[start:end], vietnamese)
        pieces.append(piece)
        offsets.extend([start + place for place in places])
        done = end
    pieces.append(_repair(text[done:], vietnamese))
    offsets.extend(range(done, len(text) + 1))
    return offsets if "".join(pieces) == normal else _coarse_offsets(text, vietnamese)


def _repair(text: str, vietnamese: bool | None = None) -> str:
    if text.isascii():
        return text
    if not _NEEDS_WORK.search(text):
        return _nfc(text)
    text = _SURROGATE.sub("\ufffd", text)
    text = _INVISIBLE.sub("", text)
    text = _nfc(ODD_SPACE.sub(" ", text))
    if _MARK.search(text):
        text = _nfc(_LOOSE_MARK.sub(_compose, text))
    # Last, because only the composed text shows whether it is Vietnamese.
    if _ETH.search(text) and (_reads_vietnamese(text) if vietnamese is None else vietnamese):
        text = text.translate(_ETH_TO_D)
    return text


def _nfc(text: str) -> str:
    if len(text) > _SHORT_TEXT and _MANY_COMPLEX.search(text):
        text = _MANY_MARKS.sub(_in_order, text)
    return unicodedata.normalize("NFC", text)


def _in_order(match: re.Match[str]) -> str:
    """Marks taken apart and put in order."""
    apart = "".join(unicodedata.normalize("NFD", char) for char in match.group())
    runs = groupby(apart, key=lambda char: unicodedata.combining(char) > 0)
    return "".join("".join(sorted(run, key=unicodedata.combining)) for _, run in runs)


def _repaired(run: str, vietnamese: bool) -> tuple[str, tuple[int, ...]]:
    """A run normalised cluster by cluster, and where in it each of its characters began."""
    pieces: list[str] = []
    places: list[int] = []
    for start, end in _clusters(run):
        piece = _repair(run[start:end], vietnamese)
        pieces.append(piece)
        # What does not compose (a digit and a mark) stays two characters in two places.
        places.extend(range(start, end) if piece == run[start:end] else [start] * len(piece))
    return "".join(pieces), tuple(places)


#: For the letters of NFD text, which are few and come again and again.
_repaired_short = lru_cache(maxsize=WORDS_KEPT)(_repaired)


def _coarse_offsets(text: str, vietnamese: bool) -> list[int]:
    """Offsets to the last ASCII character, for scripts whose letters compose across clusters.

    Nothing composes with an ASCII character to its left, so these pieces are independent.
    """
    offsets: list[int] = []
    start = 0
    for piece in _BEFORE_ASCII.split(text):
        offsets.extend([start] * len(_repair(piece, vietnamese)))
        start += len(piece)
    return [*offsets, len(text)]


def _reads_vietnamese(text: str) -> bool:
    return not _NORDIC.search(text) or bool(_VIETNAMESE_ONLY.search(text))


def _compose(match: re.Match[str]) -> str:
    return _composed(match.group())


@word_cached
def _composed(cluster: str) -> str:
    """NFC of a letter and its marks, with the letter's own marks put before the tone."""
    letters = unicodedata.normalize("NFD", cluster)
    base, marks = letters[0], letters[1:]
    own = "".join(dict.fromkeys(m for m in marks if m in _CIRCUMFLEX_BREVE_HORN))
    tones = "".join(dict.fromkeys(m for m in marks if m not in _CIRCUMFLEX_BREVE_HORN))
    return unicodedata.normalize("NFC", base + own + tones)


def _clusters(run: str) -> list[tuple[int, int]]:
    """Each character of a run with those after it that may join it."""
    starts = [0, *(i for i in range(1, len(run)) if not _joins(run[i])), len(run)]
    return list(pairwise(starts))


@word_cached
def _joins(character: str) -> bool:
    # Hangul vowels and finals are letters and still compose; what is dropped leaves no gap.
    return (
        unicodedata.category(character).startswith("M")
        or "\u1160" <= character <= "\u11ff"
        or _INVISIBLE.match(character) is not None
    )
