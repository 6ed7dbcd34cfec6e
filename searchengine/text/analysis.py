"""The pipeline, read aloud: normalise, place tones, segment, lower-case, split, fold, pair.

Documents and queries both come through here, and every consumer of token streams agrees on the
names in :data:`STREAMS`. Each step lives in its own module; this one only puts them in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from searchengine.text.fold import fold
from searchengine.text.normalize import normalize
from searchengine.text.segment import segment
from searchengine.text.syllables import split_syllables
from searchengine.text.tone import canonical_tones

#: Words by the segmenter, lower-case, their syllables joined by ``_``.
WORDS = "words"
#: Lower-case syllables with their diacritics, tones at the canonical place.
SYLLABLES = "syllables"
#: Lower-case syllables without diacritics.
FOLDED = "folded"
#: Neighbouring folded syllables, joined by a space.
BIGRAMS = "bigrams"
STREAMS = (WORDS, SYLLABLES, FOLDED, BIGRAMS)


@dataclass(frozen=True, slots=True)
class Analysis:
    """The token streams of one text, each in text order."""

    words: list[str]
    syllables: list[str]
    folded: list[str]
    bigrams: list[str]


def prepare(text: str) -> str:
    """Return ``text`` normalised and with canonical tones; what every other step expects."""
    return canonical_tones(normalize(text))


def analyze(texts: Iterable[str]) -> list[Analysis]:
    """Return the token streams of each text; segments all of them in one batch."""
    prepared = [prepare(text) for text in texts]
    return [_streams(text, words) for text, words in zip(prepared, segment(prepared), strict=True)]


def analyze_syllables(text: str) -> tuple[list[str], list[str]]:
    """Return the ``syllables`` and ``folded`` streams of one text, without segmenting it."""
    syllables = split_syllables(prepare(text).lower())
    return syllables, [fold(syllable) for syllable in syllables]


def bigrams_of(folded: Sequence[str]) -> list[str]:
    """Return the ``bigrams`` stream of a ``folded`` one."""
    return [f"{left} {right}" for left, right in pairwise(folded)]


def _streams(prepared: str, segmented: list[str]) -> Analysis:
    syllables = split_syllables(prepared.lower())
    folded = [fold(syllable) for syllable in syllables]
    words = [word.lower() for word in segmented if any(map(str.isalnum, word))]
    return Analysis(words, syllables, folded, bigrams_of(folded))
