"""The syllables of several scanned texts as arrays: which of them are any of a hundred words.

A syllable of at most eight letters is one number, so that looking for all words of a query in all
texts of a page of results is a few steps over arrays. The few longer syllables, and those of
letters that do not fold, are compared as strings. Which words to look for is
``query.display``'s and ``query.suggest``'s business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchengine.text.folding import VIETNAMESE_LETTERS
from searchengine.text.scan import BARRIER, Scanned, canonical, original_spans

Ints = NDArray[np.int64]
Numbers = NDArray[np.uint64]

#: Letters in a number; a set bit of :data:`_ODD` says that it does not tell all of a syllable.
_LETTERS = 8
_ODD = np.uint64(0x8080808080808080)
_LONG = np.uint64(1 << 63)
_ODD_LETTER = b"\x80"
#: Keeps so many of the first letters: uint64[9].
_FIRST = np.array([(1 << 8 * count) - 1 for count in range(_LETTERS + 1)], np.uint64)
#: Most syllables are none of those looked for, which one bit of a table of 1 << 12 says.
_MIX, _SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(52)
_TABLE = 1 << 12


class Found:
    """Some syllables of texts, ascending; what is known of them is worked out once."""

    def __init__(self, texts: ScannedTexts, syllables: Ints, words: Ints) -> None:
        """``words``: int64[n], which of the words looked for each of ``syllables`` is."""
        self.syllables = syllables
        self.words = words
        # Not the texts themselves, which remember what was found: the two would be a circle of
        # references, and both would stay in memory until the garbage collector comes round.
        self._layout = texts.layout

    @cached_property
    def own(self) -> Ints:
        """The number of the text that each stands in: int64[n]."""
        return self._layout.text_of(self.syllables)

    @cached_property
    def written(self) -> tuple[list[str], Ints]:
        """Their distinct forms as written, in canonical form, and the number of each one's."""
        return self._layout.written(self.places)

    @cached_property
    def places(self) -> Ints:
        """Where each begins and ends in the normalised texts, put together: int64[2, n]."""
        return self._layout.places(self.syllables)

    def spans(self, chosen: NDArray[np.bool_]) -> Ints:
        """Return where those ``chosen`` stand, each in its own text as given: int64[n, 2]."""
        return self._layout.spans(self.places[:, chosen], self.own[chosen])


class ScannedTexts:
    """Some scanned texts and their syllables, numbered from the first text's to the last's."""

    def __init__(self, texts: Sequence[Scanned]) -> None:
        """Take ``texts`` apart."""
        self.texts = texts
        #: All of them as one; a sign between two is a syllable of its own, and is never found.
        self.folded: str = BARRIER.join([text.folded for text in texts])
        raw = _letters(self.folded)
        inked = np.frombuffer(raw, np.uint8) != ord(" ")
        edges = np.flatnonzero(inked[1:] != inked[:-1]) + 1
        #: Where each syllable stands in ``folded``: int64[n] twice.
        self.starts: Ints = edges[::2]
        self.ends: Ints = edges[1::2]
        self.layout = _Layout(texts, self.starts, self.ends)
        self._numbers = _numbers_at(raw, self.starts, self.ends)
        #: A query's words are looked for to be marked, and again for a suggestion.
        self._found: dict[tuple[str, ...], Found] = {}

    def find(self, words: Sequence[str]) -> Found:
        """Return the syllables that are any of ``words``, distinct folded ones."""
        key = tuple(words)
        if key not in self._found:
            self._found[key] = self._looked_for(key)
        return self._found[key]

    def _looked_for(self, words: Sequence[str]) -> Found:
        wanted = np.array(list(map(_number_of, words)), np.uint64)
        order = np.argsort(wanted)
        known = wanted[order]
        table = np.zeros(_TABLE, np.bool_)
        table[_places(known)] = True
        near = np.flatnonzero(table.take(_places(self._numbers)))
        if not len(near):
            return Found(self, near, near)
        numbers = self._numbers[near]
        places = known.searchsorted(numbers)
        same = known.take(places, mode="clip") == numbers
        syllables, which = near[same], order[places[same]]
        odd = np.flatnonzero(numbers[same] & _ODD)
        if len(odd):
            by_word = {word: number for number, word in enumerate(words)}
            which[odd] = [by_word.get(self.word(one), -1) for one in syllables[odd].tolist()]
            syllables, which = syllables[which >= 0], which[which >= 0]
        return Found(self, syllables, which)

    def beginning(self, start: str) -> Ints:
        """Return the syllables that begin with ``start``, a folded one: int64[n], ascending."""
        wanted = np.uint64(_number_of(start)) & ~_LONG
        mask = _FIRST[min(len(start), _LETTERS)] & ~_LONG
        found = np.flatnonzero(self._numbers & mask == wanted & mask)
        if len(start) < _LETTERS and start.isascii():
            return found
        kept = [self.folded.startswith(start, at) for at in self.starts[found].tolist()]
        return found[np.array(kept, np.bool_)]

    def word(self, syllable: int) -> str:
        """Return a syllable, folded, with i and y as written."""
        return self.folded[self.starts[syllable] : self.ends[syllable]]


class _Layout:
    """Where the syllables of texts stand: in each, and as it was before it was folded."""

    def __init__(self, texts: Sequence[Scanned], starts: Ints, ends: Ints) -> None:
        self.texts = texts
        self.starts = starts
        self.ends = ends

    def text_of(self, syllables: Ints) -> Ints:
        """Return the number of the text that each of ``syllables`` stands in: int64[n]."""
        return self._bases.searchsorted(self.starts[syllables], side="right") - 1

    def places(self, syllables: Ints) -> Ints:
        """Return where ``syllables`` begin and end in the normalised texts: int64[2, n]."""
        return self._in_normal(np.array((self.starts[syllables], self.ends[syllables])))

    def written(self, places: Ints) -> tuple[list[str], Ints]:
        """Return the distinct forms of what stands at ``places`` as written, in canonical form, and
        of each the number of its own: int64[n]."""
        starts, ends = places
        forms: dict[str, int] = {}
        normal, raw = self._normal

        def number(at: int) -> int:
            form = canonical(normal[starts[at] : ends[at]])
            return forms.setdefault(form, len(forms))

        distinct, firsts, places = np.unique(
            _numbers_at(raw, starts, ends), return_index=True, return_inverse=True
        )
        found = np.array(list(map(number, firsts.tolist())), np.int64)[places]
        for at in np.flatnonzero((distinct & _ODD)[places]).tolist():
            found[at] = number(at)
        return list(forms), found

    def spans(self, places: Ints, texts: Ints) -> Ints:
        """Return ``places`` in ``texts``, one for each, as those were given: int64[n, 2]."""
        found = places.T - self._normal_bases[texts][:, None]
        for number, text in enumerate(self.texts):
            if text.original is not None:
                own = slice(*texts.searchsorted((number, number + 1)).tolist())
                if own.start < own.stop:
                    normal = [(start, end) for start, end in found[own].tolist()]
                    found[own] = original_spans(text.original, text.normal, normal)
        return found

    @cached_property
    def _normal_bases(self) -> Ints:
        """Where each text begins in the normalised texts, put together: int64[texts]."""
        lengths = [len(text.normal) for text in self.texts]
        return np.array([0, *accumulate(lengths)][:-1], np.int64)

    @cached_property
    def _normal(self) -> tuple[str, bytes]:
        """The normalised texts put together, and a number below 128 for each usual letter."""
        normal = "".join([text.normal for text in self.texts])
        codes = np.frombuffer(normal.encode("utf-32-le", "surrogatepass"), "<u4")
        raw = _marked_table().take(codes, mode="clip").tobytes()
        return normal, raw + bytes(_LETTERS)

    @cached_property
    def _pieces(self) -> tuple[Ints, Ints]:
        """Where pieces begin in ``folded``, and how much further in the normalised texts."""
        bases = zip(self.texts, self._bases.tolist(), self._normal_bases.tolist(), strict=True)
        froms: list[int] = []
        shifts: list[int] = []
        for text, base, normal_base in bases:
            froms += [at + base for at in text.froms]
            pairs = zip(text.froms, text.tos, strict=True)
            shifts += [to - at + normal_base - base for at, to in pairs]
        return np.array(froms, np.int64), np.array(shifts, np.int64)

    def _in_normal(self, places: Ints) -> Ints:
        froms, shifts = self._pieces
        found: Ints = places + shifts[froms.searchsorted(places, side="right") - 1]
        return found

    @cached_property
    def _bases(self) -> Ints:
        """Where each text begins in ``folded``: int64[texts]."""
        lengths = [len(text.folded) + len(BARRIER) for text in self.texts]
        return np.array([0, *accumulate(lengths)][:-1], np.int64)


def _letters(text: str) -> bytes:
    """A byte for each letter, those that are not ASCII all the same, and eight of none."""
    raw = text.encode("ascii", "replace")
    if not text.isascii():
        raw = raw.replace(b"?", _ODD_LETTER)
    return raw + b" " * _LETTERS


def _number_of(word: str) -> int:
    """The number of a folded syllable."""
    raw = _letters(word)[: min(len(word), _LETTERS)]
    return int.from_bytes(raw, "little") | (len(word) > _LETTERS) << 63


def _numbers_at(raw: bytes, starts: Ints, ends: Ints) -> Numbers:
    """The number of what stands from each of ``starts`` to each of ``ends``: uint64[n]."""
    windows: NDArray[np.uint64] = np.ndarray((len(raw) - _LETTERS + 1,), "<u8", raw, strides=(1,))
    lengths = ends - starts
    numbers: Numbers = windows[starts]
    numbers &= _FIRST.take(lengths, mode="clip")
    numbers[lengths > _LETTERS] |= _LONG
    return numbers


def _places(numbers: Numbers) -> NDArray[np.int64]:
    return ((numbers * _MIX) >> _SHIFT).view(np.int64)


@cache
def _marked_table() -> NDArray[np.uint8]:
    """uint8[65536]: of each letter and digit, in lower case, a number of its own below 128.

    255 for all others.
    """
    table = np.full(1 << 16, 0xFF, np.uint8)
    letters: Mapping[str, Any] = VIETNAMESE_LETTERS
    plain = [chr(code) for code in range(128) if chr(code).isalnum()]
    lower = dict.fromkeys(letter.lower() for letter in (*plain, *letters))
    numbers = {letter: number for number, letter in enumerate(lower, 1)}
    for letter in (*plain, *letters):
        table[ord(letter)] = numbers[letter.lower()]
    return table
