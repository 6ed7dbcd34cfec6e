"""The pipeline, read aloud: normalise, place tones, segment, lower-case, split, spell, fold, join.

Documents and queries both come through here, and every consumer of token streams agrees on the
names in :data:`STREAMS`. Each step lives in its own module; this one only puts them in order.
The indexer takes the same steps on arrays (``index.batch_analysis``); a test holds
the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from searchengine.text.derived_streams import DERIVED
from searchengine.text.lexicon.code_names import with_signs, with_stand_ins
from searchengine.text.lexicon.word_cache import word_cached
from searchengine.text.normalization import normalize
from searchengine.text.segmentation.pyvi_tokens import NEWLINE, pieces, tokens_of
from searchengine.text.segmentation.segmenter import SegmentedBatch, shared_segmenter
from searchengine.text.segmentation.short_texts import joined_tokens
from searchengine.text.syllables import split_syllables
from searchengine.text.tone import canonical_tones
from searchengine.text.variants import canonical_spelling, canonical_word, fold_syllable

#: A text of at most so many characters is segmented without arrays: three syllables take a seventh
#: of the time, 25 two thirds.
SHORT_TEXT = 120


@dataclass(frozen=True, slots=True)
class Analysis:
    """The token streams of one text, each in text order."""

    words: list[str]
    syllables: list[str]
    folded: list[str]
    bigrams: list[str]
    #: The streams of ``derived_streams`` by their names.
    derived: Mapping[str, list[str]] = field(default_factory=dict)


def prepare(text: str) -> str:
    """Return ``text`` normalised and with canonical tones; what every other step expects."""
    return canonical_tones(normalize(text))


def analyze(texts: Iterable[str]) -> list[Analysis]:
    """Return the token streams of each text; segments all of them in one batch."""
    normal = [with_stand_ins(normalize(text)) for text in texts]
    if len(normal) == 1 and len(normal[0]) <= SHORT_TEXT and NEWLINE not in normal[0]:
        return [_analyze_short(normal[0])]
    batch = shared_segmenter(canonical_tones).segment_types(normal)
    distinct, places = np.unique(batch.ids, return_inverse=True)
    # What is made of a token is made once a batch: nine of ten tokens have stood in it before.
    parts = list(map(_syllables_of, batch.types[distinct].tolist()))
    sizes = np.array([len(one) for one in parts], np.int64)
    flat = [canonical_spelling(part) for one in parts for part in one]
    # The k-th syllable of a token lies k places after its first, in both arrays.
    of_token = sizes[places]
    ends = np.concatenate(([0], np.cumsum(of_token)))
    within = np.arange(ends[-1]) - np.repeat(ends[:-1], of_token)
    at = np.repeat((np.cumsum(sizes) - sizes)[places], of_token) + within
    syllables = _taken(flat, at)
    folded = _taken(list(map(fold_syllable, flat)), at)
    derived = {name: _taken(list(map(make, flat)), at) for name, make in DERIVED.items()}
    words = _words(batch)
    begins = np.searchsorted(batch.word_spans()[0], batch.bounds).tolist()
    return [
        Analysis(
            list(filter(None, words[word:last_word])),
            syllables[start:end],
            folded[start:end],
            bigrams_of(folded[start:end]),
            {name: stream[start:end] for name, stream in derived.items()},
        )
        for (word, last_word), (start, end) in zip(
            pairwise(begins), pairwise(ends[batch.bounds].tolist()), strict=True
        )
    ]


def _words(batch: SegmentedBatch) -> list[str]:
    """The word that each of the batch's is, "" where it has signs only."""
    first, last = batch.word_spans()
    spelled = batch.types[batch.ids[first]]
    longer, step = np.flatnonzero(last > first), 1
    while len(longer):
        spelled[longer] += "_" + batch.types[batch.ids[first[longer] + step]]
        step += 1
        longer = longer[last[longer] - first[longer] >= step]
    return list(map(_word, spelled.tolist()))


@word_cached
def _word(spelled: str) -> str:
    """The word of a token, or of several that ``_`` joins; "" where it has signs only."""
    word = canonical_word(with_signs(spelled.lower()))
    return word if is_word(word) else ""


def _taken(strings: list[str], at: NDArray[np.int64]) -> list[str]:
    """The strings at some places: object[n] as a list."""
    found: list[str] = np.array(strings, np.object_)[at].tolist()
    return found


def _analyze_short(text: str) -> Analysis:
    tokens = _tokens(text)
    words: list[str] = []
    for token, joined in zip(tokens, joined_tokens(tokens), strict=True):
        if joined:
            words[-1] += f"_{token}"
        else:
            words.append(token)
    return _streams(tokens, list(map(_word, words)))


def analyze_syllables(text: str) -> tuple[list[str], list[str]]:
    """Return the ``syllables`` and ``folded`` streams of one text, without segmenting it."""
    syllables = [canonical_spelling(syllable) for syllable in typed_syllables(text)]
    return syllables, [fold_syllable(syllable) for syllable in syllables]


def typed_syllables(text: str) -> list[str]:
    """Return the lower-case syllables of one text with i and y as typed.

    For what is only the beginning of a syllable: ``ki`` may grow into kiểm, which ky cannot.
    """
    return _syllables(_tokens(with_stand_ins(normalize(text))))


def _tokens(text: str) -> list[str]:
    """The tokens of a normalised text, each with its tone in its place.

    Cut first: where a tone moves away from a vowel, a stray mark behind that would become its tone.
    """
    return [canonical_tones(token) for piece in pieces(text) for token in tokens_of(piece)]


def bigrams_of(folded: Sequence[str]) -> list[str]:
    """Return the ``bigrams`` stream of a ``folded`` one."""
    return [f"{left} {right}" for left, right in pairwise(folded)]


def is_word(token: str) -> bool:
    """Return whether a token of the segmenter is a word; signs are not."""
    return token.isalnum() or any(map(str.isalnum, token))


def _syllables(tokens: list[str]) -> list[str]:
    return [part for token in tokens for part in _syllables_of(token)]


@word_cached
def _syllables_of(token: str) -> tuple[str, ...]:
    return tuple(split_syllables(with_signs(token.lower())))


def _streams(tokens: list[str], words: list[str]) -> Analysis:
    syllables = [canonical_spelling(syllable) for syllable in _syllables(tokens)]
    folded = [fold_syllable(syllable) for syllable in syllables]
    derived = {name: list(map(make, syllables)) for name, make in DERIVED.items()}
    return Analysis(list(filter(None, words)), syllables, folded, bigrams_of(folded), derived)
