"""Patterns: what of a text to mark for a query, and what each word of it says in a passage.

Decided before any text is read, from the query and from what its bare words are taken to mean.
Where a pattern stands in texts is :mod:`match_spans`' business.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from searchengine.query.language.tree import Phrase, Prefix, Words
from searchengine.query.plan.query_analysis import AnalyzedQuery, AnalyzedText
from searchengine.text.analysis import analyze
from searchengine.text.folding import fold
from searchengine.text.lexicon.confusions import spellings_of
from searchengine.text.lexicon.function_words import importance
from searchengine.text.lexicon.spelling import is_syllable, is_toneless_syllable
from searchengine.text.normalization import normalize
from searchengine.text.scan import Span
from searchengine.text.syllables import Token, split_syllables, syllables
from searchengine.text.variants import canonical_spelling, fold_syllable, spellings

#: The marked words that each syllable of a text may mean, the likeliest first.
Meanings = Sequence[Sequence[str]]
NOTHING: Mapping[str, Any] = {}

#: A figure of so many digits says nothing by itself: the 8 of iPhone 8.
SHORT_FIGURE = 2
#: What a syllable in quotes weighs beside others, so that the passage shows the phrase.
QUOTED = 3.0
#: 15/6/2017, 46/2016/NĐ-CP, 26,6 and F-16; TP.HCM too, which has no figure.
_JOINED = re.compile(r"\w+(?:[-–/.,:]\w+)+")


class Run(NamedTuple):
    """Syllables that stand in this order, with at most ``slop`` others between them.

    ``syllables``: folded; ``exact``: as they are to be written; ``stands_for``: the syllable of the
    query in whose place they stand, "" for their own. A ``bare`` run is found whatever the
    diacritics.
    """

    syllables: tuple[str, ...]
    exact: tuple[str, ...]
    slop: int = 0
    stands_for: str = ""
    bare: bool = False

    def has(self, form: str, at: int = 0) -> bool:
        """Return whether its syllable ``at`` may be written as ``form``."""
        return fold_syllable(form) == self.syllables[at] if self.bare else form == self.exact[at]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What to look for in texts, and which of it to mark.

    ``singles``: folded syllables in each spelling; ``runs``; ``prefixes``: beginnings. Of what is
    found, what is ``spelled`` as meant is marked: the ``words`` of one syllable wherever they
    stand, and ``pairs`` of neighbours. ``is_bare`` says that one syllable of a pair is enough, and
    that runs may be marked in any way.
    ``weights``: what each folded syllable weighs in a passage, 1 if it is not there.
    """

    is_bare: bool
    singles: frozenset[str]
    runs: tuple[Run, ...]
    prefixes: tuple[str, ...]
    exact_prefixes: tuple[str, ...]
    spelled: frozenset[str]
    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    weights: Mapping[str, float]


def pattern_of(
    query: AnalyzedQuery,
    stripped: Collection[str] = (),
    meanings: Mapping[str, Meanings] = NOTHING,
    idf: Mapping[str, float] = NOTHING,
) -> Pattern:
    """Return what to mark for a query.

    A syllable typed with diacritics is marked as typed. One without, of a query that has none or
    among the ``stripped``, is marked as ``meanings`` says for its text; where that says nothing,
    however a text writes it. ``idf``: that of each folded syllable, 1 if it is not there.
    """
    parts = _Parts(query, stripped, meanings, idf)
    for leaf in query.positive_leaves():
        if isinstance(leaf, Prefix):
            parts.add_prefix(leaf)
        elif isinstance(leaf, Phrase):
            parts.add_phrase(leaf)
        else:
            parts.add_words(leaf)
    return parts.pattern()


@dataclass(slots=True)
class _Parts:
    """The parts of a pattern as they come together."""

    query: AnalyzedQuery
    stripped: Collection[str]
    meanings: Mapping[str, Meanings]
    idf: Mapping[str, float]
    singles: set[str] = field(default_factory=set)
    runs: list[Run] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    exact_prefixes: list[str] = field(default_factory=list)
    spelled: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    weights: dict[str, float] = field(default_factory=dict)
    is_quoted: bool = False
    has_compounds: bool = False

    def add_prefix(self, leaf: Prefix) -> None:
        prefix = self.query.prefixes[leaf.text]
        self.prefixes += prefix.folded
        self.exact_prefixes += prefix.exact
        self.singles.update(map(canonical_spelling, prefix.folded))
        whole = set(map(canonical_spelling, prefix.exact))
        self.spelled |= whole
        self.words |= whole

    def add_phrase(self, leaf: Phrase) -> None:
        text = self.query.texts[leaf.text]
        self.runs.append(Run(tuple(text.folded), tuple(text.syllables), leaf.slop))
        self.is_quoted = True
        for syllable in text.folded:
            self._weigh(syllable, QUOTED)

    def add_words(self, leaf: Words) -> None:
        text = self.query.texts[leaf.text]
        self.singles.update(text.folded)
        self.pairs.update(pairwise(text.folded))
        for expansion in text.expansions:
            folded = tuple(map(fold_syllable, expansion.syllables))
            self.runs.append(
                Run(
                    folded,
                    expansion.syllables,
                    stands_for=text.folded[expansion.start],
                    bare=expansion.kind == "spelling" and folded == expansion.syllables,
                )
            )
        bare = not self.query.has_diacritics
        forms = self._forms(leaf.text)
        likely = [several[0] for several in forms]
        says = importance(likely)
        if bare:
            says = list(map(min, says, importance(text.folded, folded=True)))
        for one, several, share in zip(text.folded, forms, says, strict=True):
            self.spelled.update(several)
            self._weigh(one, share)
        telling = [
            share == 1.0 and not (one.isdigit() and len(one) <= SHORT_FIGURE)
            for one, share in zip(likely, says, strict=True)
        ]
        for start, end in text.dates:
            # Of a date by itself only a figure says something: năm 2017, not three years.
            for at in range(start, end):
                telling[at] &= likely[at].isdigit()
        for start, end in _word_bounds(leaf.text, text, likely):
            own = [at for at in range(start, end) if telling[at]]
            # What no syllable looks like is a word, whatever it was joined with: Samsung Galaxy.
            alone = own if end - start == 1 else [at for at in own if not _is_syllable(likely[at])]
            self.words.update(form for at in alone for form in forms[at])
            if end - start > 1:
                self.has_compounds = True

    def pattern(self) -> Pattern:
        """Return the pattern of all that was added."""
        words = self.words
        if not (words or self.has_compounds or self.is_quoted):
            words = self.spelled
        return Pattern(
            not self.query.has_diacritics,
            frozenset(spelled for one in self.singles for spelled in spellings(one)),
            tuple(self.runs),
            tuple(self.prefixes),
            tuple(self.exact_prefixes),
            frozenset(self.spelled),
            frozenset(words),
            frozenset(self.pairs),
            self.weights,
        )

    def _forms(self, text: str) -> Meanings:
        """How each syllable of a text may be written, the likeliest form first."""
        if text in self.meanings:
            return self.meanings[text]
        bare = not self.query.has_diacritics
        return [
            (one, *spellings_of(folded)) if bare or one in self.stripped else (one,)
            for one, folded in zip(
                self.query.texts[text].syllables, self.query.texts[text].folded, strict=True
            )
        ]

    def _weigh(self, syllable: str, share: float) -> None:
        weight = self.idf.get(syllable, 1.0) * share
        self.weights[syllable] = max(weight, self.weights.get(syllable, 0.0))


def _is_syllable(word: str) -> bool:
    return not word.isalpha() or is_syllable(word) or is_toneless_syllable(word)


def _word_bounds(text: str, analyzed: AnalyzedText, likely: Sequence[str]) -> list[Span]:
    """From which syllable to which each word of a text reaches, if it means the ``likely`` ones."""
    words: Sequence[str] = analyzed.analysis.words
    normal = normalize(text)
    joined = [one for one in _JOINED.finditer(normal) if any(map(str.isdigit, one.group()))]
    inside: set[int] = set()
    restored = list(likely) != analyzed.syllables
    if joined or restored:
        tokens = syllables(normal)
        if len(tokens) != len(likely):
            return list(pairwise(range(len(likely) + 1)))
        for at, token in enumerate(tokens):
            inside.update(at for one in joined if one.start() < token.start < one.end())
        if restored:
            words = _words_of(_replaced(normal, tokens, likely))
    lengths = [len(split_syllables(word.replace("_", " "))) for word in words]
    if sum(lengths) != len(likely):
        return list(pairwise(range(len(likely) + 1)))
    return list(pairwise(at for at in accumulate(lengths, initial=0) if at not in inside))


@lru_cache(maxsize=64)
def _words_of(text: str) -> tuple[str, ...]:
    return tuple(analyze([text.lower() if text.isupper() else text])[0].words)


def _replaced(text: str, tokens: Sequence[Token], words: Sequence[str]) -> str:
    """``text`` with other words in the place of its syllables, capitals as they were."""
    pieces, at = [], 0
    for token, word in zip(tokens, words, strict=True):
        capital = word[:1].upper() + word[1:] if token.text[0].isupper() else word
        pieces += [text[at : token.start], token.text if fold(word) == word else capital]
        at = token.end
    return "".join([*pieces, text[at:]])
