"""From a batch of texts to numbered tokens: every stream of every text as arrays.

The same streams as ``text.analysis`` gives, without a string a token: what is looked up is each
distinct token of the segmenter once a run, and each distinct word of several syllables once a
batch. What the numbers become on disk is the builder's business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.arrays.builder import Builder, pair_up
from searchengine.backends.fields import TITLE_BIGRAMS, TITLE_FOLDED, TITLE_SYLLABLES
from searchengine.text.analysis import is_word
from searchengine.text.derived_streams import DERIVED
from searchengine.text.lexicon.code_names import with_signs, with_stand_ins
from searchengine.text.segmentation.segmenter import NEWLINE_TYPE, SegmentedBatch, Segmenter
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES, WORDS
from searchengine.text.syllables import split_syllables
from searchengine.text.tone import canonical_tones
from searchengine.text.variants import canonical_spelling, canonical_word, fold_syllable

Tokens = tuple[NDArray[Any], NDArray[np.int64]]

#: The segmenter remembers every distinct token; past so much it is made anew (about 300 MB).
SEGMENTER_SIZE = 1 << 26
#: A word's beginnings are numbered from here, above the segmenter's types.
_BEGINNINGS = 1 << 31
_NO_WORD = -1


class TokenArrays:
    """Numbers the tokens of a builder's batches; starts anew with each of its runs."""

    def __init__(self, builder: Builder) -> None:
        self._words = builder.numbering(WORDS)
        self._syllables = builder.numbering(SYLLABLES)
        self._folded = builder.numbering(FOLDED)
        self._derived = {name: builder.numbering(name) for name in DERIVED}
        self._segmenter = Segmenter(canonical_tones)
        self._begin()

    def streams(self, texts: Sequence[str], titled: Sequence[bool]) -> dict[str, Tokens]:
        """Return the streams of normalised ``texts``, ready for :meth:`Builder.add`.

        Where ``titled``, the first line of a text is its title, which has streams of its own
        beside those of the whole. Each stream is (tokens, tokens per text).
        """
        if not self._syllables:
            self._begin()
        batch = self._segmenter.segment_types(list(map(with_stand_ins, texts)))
        types = self._learn(batch)
        owners = np.repeat(np.arange(len(texts)), np.diff(batch.bounds))
        sizes = types.sizes[batch.ids]
        # The k-th syllable of a token lies k places after its first, in both arrays.
        within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        syllables = types.flat[np.repeat(types.starts[batch.ids], sizes) + within]
        of_text = np.repeat(owners, sizes)
        in_title = np.repeat(_title_tokens(batch, titled), sizes)
        counts = np.bincount(of_text, minlength=len(texts))
        title_counts = np.bincount(of_text[in_title], minlength=len(texts))
        folded = types.folded[syllables]
        return {
            WORDS: self._word_tokens(batch, types.words),
            SYLLABLES: (syllables, counts),
            FOLDED: (folded, counts),
            **{
                name: (of_syllable[syllables], counts)
                for name, of_syllable in types.derived.items()
            },
            BIGRAMS: pair_up(folded, counts),
            TITLE_SYLLABLES: (syllables[in_title], title_counts),
            TITLE_FOLDED: (folded[in_title], title_counts),
            TITLE_BIGRAMS: pair_up(folded[in_title], title_counts),
        }

    def _begin(self) -> None:
        if self._segmenter.size > SEGMENTER_SIZE:
            self._segmenter = Segmenter(canonical_tones)
        self._types = _Types()
        self._beginnings: dict[int, int] = {}
        self._spelled: list[str] = []
        self._words_of_beginnings: dict[int, int] = {}

    def _learn(self, batch: SegmentedBatch) -> _Types:
        """Number the syllables and the word of each type that this run meets for the first time."""
        types = self._types
        types.grow(len(batch.types))
        fresh = np.zeros(len(batch.types), np.bool_)
        fresh[batch.ids] = True
        fresh &= ~types.known[: len(fresh)]
        numbers = np.flatnonzero(fresh)
        if not len(numbers):
            return types
        sizes, words, flat = [], [], []
        for token in batch.types[numbers].tolist():
            lower = with_signs(token.lower())
            words.append(self._words[canonical_word(lower)] if is_word(lower) else _NO_WORD)
            parts = [lower] if lower.isalnum() else split_syllables(lower)
            flat += [self._syllables[canonical_spelling(part)] for part in parts]
            sizes.append(len(parts))
        fresh_parts = list(self._syllables)[len(types.folded) :]
        folded = [self._folded[fold_syllable(part)] for part in fresh_parts]
        derived = {
            name: [numbering[DERIVED[name](part)] for part in fresh_parts]
            for name, numbering in self._derived.items()
        }
        types.add(numbers, sizes, words, flat, folded, derived)
        return types

    def _word_tokens(self, batch: SegmentedBatch, word_of_type: NDArray[np.int64]) -> Tokens:
        first, last = batch.word_spans()
        words = word_of_type[batch.ids[first]]
        longer = np.flatnonzero(last > first)
        words[longer] = self._joined(batch, first[longer], last[longer])
        owners = np.searchsorted(batch.bounds, first, side="right") - 1
        kept = words != _NO_WORD
        return words[kept], np.bincount(owners[kept], minlength=len(batch.bounds) - 1)

    def _joined(
        self, batch: SegmentedBatch, first: NDArray[np.int64], last: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the numbers of words of several tokens, ``first`` to ``last`` of the batch."""
        begun = batch.ids[first].astype(np.int64)
        open_words = np.arange(len(first))
        step = 1
        while len(open_words):
            keys = begun[open_words] << 31 | batch.ids[first[open_words] + step]
            distinct, places = np.unique(keys, return_inverse=True)
            numbers = np.array([self._beginning(key, batch.types) for key in distinct.tolist()])
            begun[open_words] = numbers[places]
            step += 1
            open_words = open_words[last[open_words] - first[open_words] >= step]
        distinct, places = np.unique(begun, return_inverse=True)
        words = np.array([self._word(number) for number in distinct.tolist()], np.int64)
        found: NDArray[np.int64] = words[places]
        return found

    def _beginning(self, key: int, types: NDArray[np.object_]) -> int:
        """Number a word's beginning: a shorter one, or a type, and the type that follows it."""
        number = self._beginnings.get(key)
        if number is None:
            before, added = key >> 31, types[key & (_BEGINNINGS - 1)]
            start = self._spelled[before - _BEGINNINGS] if before >= _BEGINNINGS else types[before]
            number = self._beginnings[key] = _BEGINNINGS + len(self._spelled)
            self._spelled.append(f"{start}_{added}")
        return number

    def _word(self, beginning: int) -> int:
        number = self._words_of_beginnings.get(beginning)
        if number is None:
            spelled = self._spelled[beginning - _BEGINNINGS]
            word = canonical_word(with_signs(spelled.lower()))
            number = self._words_of_beginnings[beginning] = self._words[word]
        return number


class _Types:
    """What a run knows of the segmenter's types, as arrays by type number.

    ``sizes``: syllables of each type; ``starts``: where they begin in ``flat``, which holds
    syllable numbers; ``words``: the number of the type as a word; ``folded``, and each of
    ``derived``: by syllable number, the number of what is made of it.
    """

    def __init__(self) -> None:
        self.known: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self.sizes: NDArray[np.int64] = np.zeros(0, np.int64)
        self.starts: NDArray[np.int64] = np.zeros(0, np.int64)
        self.words: NDArray[np.int64] = np.zeros(0, np.int64)
        self.flat: NDArray[np.int32] = np.zeros(0, np.int32)
        self.folded: NDArray[np.int32] = np.zeros(0, np.int32)
        self.derived: dict[str, NDArray[np.int32]] = {
            name: np.zeros(0, np.int32) for name in DERIVED
        }

    def grow(self, count: int) -> None:
        """Make space for types below ``count``."""
        more = count - len(self.known)
        if more > 0:
            more = max(more, len(self.known) // 4)
            self.known = np.append(self.known, np.zeros(more, np.bool_))
            self.sizes = np.append(self.sizes, np.zeros(more, np.int64))
            self.starts = np.append(self.starts, np.zeros(more, np.int64))
            self.words = np.append(self.words, np.zeros(more, np.int64))

    def add(
        self,
        numbers: NDArray[np.int64],
        sizes: list[int],
        words: list[int],
        flat: list[int],
        folded: list[int],
        derived: Mapping[str, list[int]],
    ) -> None:
        """Take in types that were not known."""
        self.known[numbers] = True
        self.sizes[numbers] = sizes
        self.starts[numbers] = len(self.flat) + np.cumsum(sizes) - sizes
        self.words[numbers] = words
        self.flat = np.append(self.flat, np.array(flat, np.int32))
        self.folded = np.append(self.folded, np.array(folded, np.int32))
        for name, terms in derived.items():
            self.derived[name] = np.append(self.derived[name], np.array(terms, np.int32))


def _title_tokens(batch: SegmentedBatch, titled: Sequence[bool]) -> NDArray[np.bool_]:
    """Which tokens stand in the first line of a titled text: bool[n_tokens]."""
    feeds = np.append(np.flatnonzero(batch.ids == NEWLINE_TYPE), len(batch.ids))
    begins = batch.bounds[:-1]
    ends = np.minimum(feeds[np.searchsorted(feeds, begins)], batch.bounds[1:])
    changes = np.zeros(len(batch.ids) + 1, np.int64)
    chosen = np.asarray(titled, np.bool_)
    np.add.at(changes, begins[chosen], 1)
    np.add.at(changes, ends[chosen], -1)
    inside: NDArray[np.bool_] = np.cumsum(changes[:-1]) > 0
    return inside
