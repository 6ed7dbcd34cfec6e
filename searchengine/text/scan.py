"""Scanning: a text as lower-case folded syllables with a space around each, and the way back.

Looking for a query's syllables in a text needs no list of all its syllables: with every letter
folded and every sign a space, ``str.find`` does the search. Letters that do not fold one for one
are worked out syllable by syllable, so that what is found is what ``syllables`` and ``fold``
would give, save that i and y stay as written here. Which syllables to look for is
``query.display``'s business.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.text.folding import VIETNAMESE_LETTERS, fold
from searchengine.text.lexicon.code_names import CODE_NAME, may_hold_names
from searchengine.text.lexicon.word_cache import WORDS_KEPT, word_cached
from searchengine.text.normalization import ODD_SPACE, normal_offsets, normalize
from searchengine.text.syllables import Token, syllables
from searchengine.text.tone import canonical_tones
from searchengine.text.variants import canonical_spelling

Span = tuple[int, int]

#: Stands in the table for what is none of its letters and signs.
_ODD = ord("~")
#: Signs that normalising neither drops nor joins to anything; each is a space in the table. First
#: and last of: Latin-1 signs, dashes to bullets, line ends, other punctuation, currencies, arrows,
#: boxes to ornaments. Letters and figures among them are left out again.
_SIGNS = (
    ("\x00", "\xac"),
    ("\xae", "\xbf"),
    ("\u2010", "\u2029"),
    ("\u202f", "\u205e"),
    ("\u20a0", "\u20bf"),
    ("\u2190", "\u21ff"),
    ("\u2500", "\u2767"),
)
#: Accented letters beside Vietnamese ones: Latin-1 and Latin Extended-A.
_EUROPEAN = ("\xc0", "\u017e")
#: Each digit as 0 and each letter as a, to find where a syllable may begin in a run: 20.000đ.
_SHAPE = bytes.maketrans(
    b"0123456789abcdefghijklmnopqrstuvwxyz", b"0000000000aaaaaaaaaaaaaaaaaaaaaaaaaa"
)
#: Stands between scanned texts that are searched as one; no syllable has it.
BARRIER = "|"
#: Words that are remembered have so many characters at most.
_LONG_WORD = 32
_FIGURE_END = re.compile(r"(?<=\d[.,_])\d+[^\W\d_]")


class Scanned(NamedTuple):
    """A text made ready for searching.

    ``folded``: its syllables, folded and in lower case but with i and y as written, with at least
    one space before and after each. ``normal``: the normalised text. ``froms`` and ``tos`` say
    where pieces of ``folded`` begin in it and in ``normal``. ``original``: the text as it was
    given, None where that is the same as ``normal``.
    """

    folded: str
    normal: str
    froms: Sequence[int]
    tos: Sequence[int]
    original: str | None

    @property
    def text(self) -> str:
        """The text as it was given."""
        return self.normal if self.original is None else self.original


def original_spans(original: str, normal: str, spans: Sequence[Span]) -> list[Span]:
    """Return the spans of ``original`` that those of syllables of the ``normal`` text stand for.

    Normalising keeps every space where it is among the others, so only the words around the
    spans need be compared letter by letter.
    """
    before, after = _spaces(ODD_SPACE.sub(" ", original)), _spaces(normal)
    found = []
    known: dict[int, list[int]] = {}
    for start, end in spans:
        word = bisect_right(after, start) - 1
        base, shift = before[word] + 1, after[word] + 1
        offsets = known.get(word)
        if offsets is None:
            pair = original[base : before[word + 1]], normal[shift : after[word + 1]]
            # Some scripts have no spaces: one word may be the whole text.
            look = _word_offsets if len(pair[0]) <= _LONG_WORD else normal_offsets
            offsets = known[word] = look(*pair)
        found.append((base + offsets[start - shift], base + offsets[end - shift]))
    return found


#: A text has the same few hundred syllables again and again.
_word_offsets = lru_cache(maxsize=WORDS_KEPT)(normal_offsets)


def _spaces(text: str) -> list[int]:
    """Where the spaces of a text are, with one before it and one behind."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    return [-1, *np.flatnonzero(codes == ord(" ")).tolist(), len(text)]


def scan(text: str) -> Scanned:
    """Return ``text``, normalised or not, made ready for searching."""
    classes = _table().take(np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2"))
    raw = classes.tobytes()
    original: str | None = None
    hard: set[int] = set()
    if _ODD in raw:
        normal = normalize(text)
        if normal != text:
            text, original = normal, text
        codes = np.frombuffer(text.encode("utf-32-le"), "<u4")
        classes = _table().take(np.minimum(codes, 0xFFFF))
        for odd in np.flatnonzero(classes == _ODD).tolist():
            if text[odd].isalnum():
                hard.add(odd)
            else:
                classes[odd] = ord(" ")
        raw = classes.tobytes()
    if may_hold_names(text):
        raw = _with_signs(raw, text)
    folded = f" {raw.decode('ascii')} "
    shape = raw.translate(_SHAPE)
    at = shape.find(b"0a")
    while at >= 0:
        start = raw.rfind(b" ", 0, at) + 1
        if _FIGURE_END.match(text, start):
            hard.add(start)
        at = shape.find(b"0a", at + 2)
    if not hard:
        return Scanned(folded, text, (1,), (0,), original)
    return _with_hard_runs(folded, text, sorted(hard), original)


def _with_signs(raw: bytes, text: str) -> bytes:
    """The bytes of ``text`` with the signs of its code names (C++) in their places."""
    signs = bytearray(raw)
    for match in CODE_NAME.finditer(text):
        signs[match.start() : match.end()] = match.group().lower().encode()
    return bytes(signs)


def _with_hard_runs(folded: str, text: str, hard: Iterable[int], original: str | None) -> Scanned:
    """The runs of letters and digits around the places ``hard`` are split and folded properly."""
    pieces: list[str] = [" "]
    froms, tos = [0], [-1]
    length, done = 1, 0

    def put(piece: str, start: int) -> None:
        nonlocal length
        froms.append(length)
        tos.append(start)
        pieces.append(piece)
        length += len(piece)

    for place in hard:
        if place < done:
            continue
        start, end = folded.rfind(" ", 0, place + 1), folded.find(" ", place + 1) - 1
        put(folded[done + 1 : start + 1], done)
        for token in _syllables_of(text, start, end):
            put(fold(token.text.lower()), token.start)
            put(" ", token.end)
        done = end
    put(folded[done + 1 :], done)
    return Scanned("".join(pieces), text, froms, tos, original)


def _syllables_of(text: str, start: int, end: int) -> Iterator[Token]:
    """The syllables of the run ``text[start:end]``; the sign and figure before it count."""
    lead = max(0, start - 2)
    for token in syllables(text[lead:end]):
        if token.start + lead >= start:
            yield Token(token.text, token.start + lead, token.end + lead)


#: A text has the same few hundred syllables again and again.
@word_cached
def canonical(syllable: str) -> str:
    """Return a syllable of normalised text in lower case, its tone and spelling canonical."""
    return canonical_spelling(canonical_tones(syllable).lower())


@cache
def _table() -> NDArray[np.uint8]:
    """uint8[65536]: each UTF-16 code's folded letter or digit, a space for a sign, or ``_ODD``."""
    table = np.full(1 << 16, _ODD, np.uint8)
    for first, last in _SIGNS:
        table[ord(first) : ord(last) + 1] = ord(" ")
    for code in range(ord("\xbf") + 1):
        if chr(code).isalnum():
            table[code] = ord(chr(code).lower()) if code < 0x80 else _ODD
    for code in range(ord(_EUROPEAN[0]), ord(_EUROPEAN[1]) + 1):
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        if base.isascii() and len(chr(code).lower()) == 1:
            table[code] = ord(base)
    for marked, plain in VIETNAMESE_LETTERS.items():
        table[ord(marked)] = ord(plain.lower())
    return table
