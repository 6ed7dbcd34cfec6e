"""Keystrokes or words: whether an index holds a query's words as typed, or what their keys type.

Which words may be keystrokes is ``query.language.input_method``'s to say. Here the whole query
gives evidence: how many documents have each word that the keys would change, and its bigrams, as
typed and as meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from searchengine.backends.values import FieldTerm
from searchengine.text.analysis import analyze_syllables
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES

#: A word that stands in the index is keystrokes all the same if what it types stands in so many
#: times as many documents, so large a share of them beside the same neighbour, and that bigram in
#: so many times as many as the one typed. A name (Thoong) beside a name keeps out of it.
MORE_DOCUMENTS, SHARE_BESIDE, MORE_BESIDE = 10, 0.01, 100

Counts = Mapping[FieldTerm, int]


@dataclass(frozen=True, slots=True)
class KeyedWord:
    """A word as ``typed``, as ``meant``, and its bigrams either way, neighbour by neighbour."""

    typed: FieldTerm
    meant: FieldTerm
    bigrams: tuple[tuple[FieldTerm, FieldTerm], ...]


def keyed_words(typed: str, decoded: str) -> tuple[KeyedWord, ...]:
    """Return the words of ``typed`` that ``decoded``, word for word the same text, changes."""
    _, before = analyze_syllables(typed)
    marked, after = analyze_syllables(decoded)
    found = {}
    for at, (one, other, meant) in enumerate(zip(before, after, marked, strict=False)):
        if one != other:
            starts = range(max(0, at - 1), min(at + 1, len(before) - 1, len(after) - 1))
            bigrams = tuple((_bigram(before, start), _bigram(after, start)) for start in starts)
            found[one] = KeyedWord(FieldTerm(FOLDED, one), FieldTerm(SYLLABLES, meant), bigrams)
    return tuple(found.values())


def frequencies_needed(words: Iterable[KeyedWord]) -> list[FieldTerm]:
    """Return the terms whose frequencies :func:`are_keystrokes` asks for."""
    return [
        term
        for word in words
        for term in (word.typed, word.meant, *(one for pair in word.bigrams for one in pair))
    ]


def are_keystrokes(words: Sequence[KeyedWord], counts: Counts) -> bool:
    """Return whether words are keystrokes: unless the index holds half of them as typed.

    One is not enough: among 33,000 news articles nearly every short run of letters occurs.
    """
    held = sum(_is_held(word, counts) for word in words)
    return held * 2 < len(words)


def _is_held(word: KeyedWord, counts: Counts) -> bool:
    """Whether an index holds a word, and nothing says that it stands for another."""
    typed, meant = counts[word.typed], counts[word.meant]
    if not typed or meant < MORE_DOCUMENTS * typed:
        return typed > 0
    return not any(
        counts[other] >= max(SHARE_BESIDE * meant, MORE_BESIDE * counts[one], 1)
        for one, other in word.bigrams
    )


def _bigram(folded: Sequence[str], start: int) -> FieldTerm:
    return FieldTerm(BIGRAMS, f"{folded[start]} {folded[start + 1]}")
