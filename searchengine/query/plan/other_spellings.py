"""Which other spellings of its words a query also searches: those that an index says pages use.

``text.spellings`` proposes; here the counts of an index decide, and say what each weighs. A word
and its syllables apart are one word if pages write these syllables side by side more often than
the word, and more often than chance has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from searchengine.backends.bm25 import idf
from searchengine.backends.values import FieldTerm
from searchengine.query.plan.query_analysis import AnalyzedQuery, AnalyzedText
from searchengine.query.plan.weights import OTHER_FORM_WEIGHT, spelling_term
from searchengine.text.analysis import bigrams_of
from searchengine.text.lexicon.forms import Expansion
from searchengine.text.spellings.joined import MIN_LETTERS
from searchengine.text.streams import BIGRAMS, FOLDED
from searchengine.text.variants import fold_syllable

#: A text is spelled in so many other ways at most, those of the most pages.
MAX_SPELLINGS = 16
#: Syllables that are one word stand side by side so many times as often as if they were strewn
#: about; fewer times where the joined word is rare beside them (a fourth), long besides, and where
#: no page has it. Of the 4,081 words in three or more of 100,000 news articles that may be taken
#: apart 114 are so, some 95 of them rightly (hanoi, danang; not cola; but batman).
TOGETHER, TOGETHER_IF_RARE, TOGETHER_IF_LONG, TOGETHER_IF_ABSENT = 0.5, 0.2, 0.03, 0.005
RARER, LONG_WORD = 4, MIN_LETTERS + 2
#: Syllables are searched joined if one page in so many writes them so: `tainan` in three of 5,600
#: is a slip, and not worth its time.
SELDOM_JOINED = 200

_ROMAN_LETTERS = frozenset("ivx")

Counts = Mapping[FieldTerm, int]


def frequencies_needed(query: AnalyzedQuery) -> Iterator[FieldTerm]:
    """Yield the terms whose frequencies :func:`respelled` asks for."""
    for text in query.texts.values():
        for spelling in text.spellings:
            typed, other = _folded(text, spelling)
            yield from _evidence(other)
            yield from _own_terms(typed)
            if _is_joined(typed, other):
                yield from (FieldTerm(FOLDED, one) for one in other)
            elif _is_number_in_words(typed, other):
                yield from _evidence(text.folded[spelling.start : spelling.end + 1])


def terms_to_score(query: AnalyzedQuery) -> Iterator[FieldTerm]:
    """Yield what the spellings are searched as that :func:`respelled` chooses from."""
    for text in query.texts.values():
        yield from (spelling_term(one, query.has_diacritics) for one in text.spellings)


def respelled(query: AnalyzedQuery, counts: Counts, documents: int) -> AnalyzedQuery:
    """Return ``query`` with the spellings that an index of so many documents uses among its
    expansions; ``query`` itself if there are none."""
    changed = {}
    for name, text in query.texts.items():
        chosen = _chosen(text, counts, documents) if text.spellings else []
        if chosen:
            changed[name] = replace(text, expansions=(*text.expansions, *chosen))
    return replace(query, texts={**query.texts, **changed}) if changed else query


def _chosen(text: AnalyzedText, counts: Counts, documents: int) -> list[Expansion]:
    found = []
    for spelling in text.spellings:
        typed, other = _folded(text, spelling)
        frequency = _least(other, counts)
        if not frequency:
            continue
        if _is_joined(typed, other):
            if not _is_one_word(typed, other, counts, documents):
                continue
        elif not typed[0].isalnum():
            # A code name: an index made before its signs counted has its letters alone.
            if counts[FieldTerm(FOLDED, typed[0])]:
                continue
        elif _is_number_in_words(typed, other):
            behind = text.folded[spelling.start + 1 : spelling.end + 1]
            if len(behind) > 1 and _least(behind, counts) >= max(1, _least(typed, counts)):
                continue  # A name: quận Ba Đình.
        own = _own_terms(typed) if len(other) > 1 else (FieldTerm(FOLDED, one) for one in typed)
        mass = sum(idf(documents, counts[term]) for term in own)
        weight = OTHER_FORM_WEIGHT * mass / idf(documents, frequency)
        most = max(len(typed), len(other))
        found.append((frequency, replace(spelling, weight=min(weight, float(most)))))
    found.sort(key=lambda one: -one[0])
    return [spelling for _, spelling in found[:MAX_SPELLINGS]]


def _folded(text: AnalyzedText, spelling: Expansion) -> tuple[list[str], list[str]]:
    typed = text.folded[spelling.start : spelling.end]
    return typed, [fold_syllable(one) for one in spelling.syllables]


def _own_terms(folded: Sequence[str]) -> Iterator[FieldTerm]:
    """The terms that syllables of a query are scored as, one by one and side by side."""
    yield from (FieldTerm(FOLDED, one) for one in folded)
    yield from (FieldTerm(BIGRAMS, pair) for pair in bigrams_of(folded))


def _evidence(folded: Sequence[str]) -> Iterable[FieldTerm]:
    """The terms that say how many documents may have ``folded`` side by side."""
    if len(folded) == 1:
        return (FieldTerm(FOLDED, folded[0]),)
    return (FieldTerm(BIGRAMS, pair) for pair in bigrams_of(folded))


def _least(folded: Sequence[str], counts: Counts) -> int:
    return min(counts[term] for term in _evidence(folded))


def _is_joined(typed: Sequence[str], other: Sequence[str]) -> bool:
    """Whether one is a word of letters, and the other its syllables."""
    return (len(typed) == 1) != (len(other) == 1) and all(one.isalpha() for one in (*typed, *other))


def _is_number_in_words(typed: Sequence[str], other: Sequence[str]) -> bool:
    """Whether a noun and its number were typed in words, and the other has it in figures."""
    if not (len(typed) == len(other) == 2 and other[1].isdecimal()):
        return False
    return typed[1].isalpha() and not set(typed[1]) <= _ROMAN_LETTERS


def _is_one_word(
    typed: Sequence[str], other: Sequence[str], counts: Counts, documents: int
) -> bool:
    """Whether a word and its syllables are the same, whichever of them was typed.

    What no page has as it was typed is taken for the other.
    """
    (word,), parts = (typed, other) if len(typed) == 1 else (other, typed)
    whole, apart = counts[FieldTerm(FOLDED, word)], _least(parts, counts)
    if not apart:
        return True
    if whole > apart or (len(typed) > 1 and whole * SELDOM_JOINED < apart):
        return False
    together = min(
        counts[FieldTerm(BIGRAMS, f"{left} {right}")]
        * documents
        / max(1, counts[FieldTerm(FOLDED, left)] * counts[FieldTerm(FOLDED, right)])
        for left, right in pairwise(parts)
    )
    if not whole:
        return together >= TOGETHER_IF_ABSENT
    if whole * RARER > apart:
        return together >= TOGETHER
    # Where the syllables were typed, a long word that is hardly one is seldom what is meant.
    is_long = len(word) >= LONG_WORD and len(typed) == 1
    return together >= (TOGETHER_IF_LONG if is_long else TOGETHER_IF_RARE)
