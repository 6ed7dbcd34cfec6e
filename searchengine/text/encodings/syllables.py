"""Which syllables there are: those of pyvi's word list, and frequent names.

Spelling allows three times as many. What is repaired must become syllables that are used, and how
many words use one says which of two readings is the likelier.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from math import log

from searchengine.text.lexicon.spelling import NAMES, is_syllable
from searchengine.text.lexicon.word_cache import word_cached
from searchengine.text.normalization import normalize
from searchengine.text.segmentation.pyvi_model import load_words
from searchengine.text.tone import canonical_syllable, canonical_tones, other_placement

LETTERS = re.compile(r"[^\W\d_]+")
#: Syllables of names, and of everyday words, that the list lacks; found by what 10,000 news
#: articles use most.
_OTHERS = (
    "nguyễn nẵng đặng ngãi thuột thạnh khương kông phượt khuê doãn phộc phuộc cuông toản xùm nhạ "
    "nghì trãi lứt mỳ vỹ toọng hới chử bửu đươm gẫy tiệp duẩn diểu quới hựu hạo pôn hoằng đị"
).split()


@cache
def words_of_syllables() -> Mapping[str, int]:
    """Return how many entries of the word list hold each syllable, in lower case."""
    counted = Counter(word for entry in _entries() for word in LETTERS.findall(entry))
    syllables = {word: count for word, count in counted.items() if is_syllable(word)}
    return {**dict.fromkeys((*NAMES, *_OTHERS), 1), **syllables}


@cache
def _entries() -> frozenset[str]:
    """The word list, in lower case and with its tones where we place them."""
    return frozenset(canonical_tones(normalize(load_words()).lower()).split("\n"))


def are_compound(first: str, second: str) -> bool:
    """Return whether two words side by side are a word of the list."""
    return canonical_tones(f"{first} {second}".lower()) in _entries()


@word_cached
def is_real(word: str) -> bool:
    """Return whether a word in NFC is a syllable that is used: Hoà, HÒA or hòa, not hÒa.

    Its tone may stand where either school places it, and nowhere else.
    """
    if not (word.islower() or word.isupper() or word.istitle()):
        return False
    word = word.lower()
    canonical = canonical_syllable(word)
    if canonical not in words_of_syllables():
        return False
    return word in (canonical, other_placement(canonical))


def commonness(word: str) -> float:
    """Return the logarithm of how many entries have a syllable, 0 where none has."""
    return log(1 + words_of_syllables().get(canonical_syllable(word.lower()), 0))
