"""Did you mean: a query with its misspelt words mended or its diacritics restored.

Each word of the query may stand for itself, for another way of marking it, for what sounds like
it, and, where no page has it, for what the fingers may have slipped from. Neighbours decide: a
bigram model over what the index counts, and over how the pages that were found write the query's
own words. A word is changed only where the model is nearly sure. What the model is told comes
from an engine's lexicon; which words of a query may be touched, from ``query.language.parser``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from searchengine.backends.protocol import Lexicon
from searchengine.deadline import check_time
from searchengine.query.language.parser import bare_spans
from searchengine.query.suggest.lattice import Choice, likeliest
from searchengine.query.suggest.markings import (
    MAX_MARKINGS,
    UNSEEN,
    choice_of,
    markings_of,
    read_more,
    seen_beside,
)
from searchengine.query.suggest.pair_forms import Forms, Pages, Pair, forms_in
from searchengine.text.folding import has_marks
from searchengine.text.lexicon.confusions import mark_cost, slips_of, sounds_like, tone_cost
from searchengine.text.lexicon.spelling import is_syllable
from searchengine.text.normalization import normalize
from searchengine.text.syllables import Token, syllables
from searchengine.text.tone import canonical_tones
from searchengine.text.variants import canonical_spelling, fold_syllable

#: Longer queries are questions copied from somewhere; they are left as they are.
MAX_SYLLABLES = 40
#: How sure the model must be of the marks that it adds to a bare word, of what a misspelt word
#: was meant for, and how likely it may still be that what was typed is right.
SURE_OF_MARKS, SURE_OF_MEANT, MAY_BE_RIGHT = 0.6, 0.5, 0.1
#: A restored query may leave this share of its words in doubt.
DOUBTFUL_SHARE = 0.34
#: What any error costs, in natural logarithms: people write most words right.
ERROR_COST = 4.0
#: A word is looked at whose commonest other marking so many times more documents have, or so many
#: times more pages found for the query have in its bigram, and at least so many.
RARE_MARKING, OTHER_MARKING, OTHER_PAGES = 100, 4, 3
#: A word is looked at whose bigrams fewer documents have than this share of them all.
WEAK_PAIR = 0.002
#: A word is looked at as a slip of the fingers that fewer documents have than this share.
RARE_WORD = 2e-4
#: What a word may be taken for must make a bigram so many times as frequent,
#: and that must stand in at least so many documents.
STRONGER, LEAST_TOGETHER = 5, 3
#: Candidates of a misspelt word that are considered; of how many folded ones pages are read.
MAX_CANDIDATES, READ_CANDIDATES = 12, 2
#: Questions ask with words that pages seldom write beside what they answer.
QUESTION_WORDS = frozenset(
    "ai ạ bao chi chưa đâu gì hả không mấy nào nhỉ nhiêu sao thế vậy".split()
)


@dataclass(frozen=True, slots=True)
class _Change:
    word: str
    sure: bool


def corrected(lexicon: Lexicon, query: str, pages: Pages) -> str | None:
    """Return what ``query`` may have meant to say, or None where it is fine as it is.

    ``pages``: those found for it, the best ones; they are read for how they write its words.
    What the query has in quotes, fields and operators stays, as do numbers and capitals.
    """
    text = normalize(query)
    runs = _runs(text)
    if not runs or sum(map(len, runs)) > MAX_SYLLABLES or not lexicon.documents:
        return None
    bare = not has_marks(text)
    changes: list[tuple[Token, str]] = []
    words = doubtful = 0
    for run in runs:
        decoded = _decoded(lexicon, run, pages, bare=bare)
        words += len(run)
        for token, change in zip(run, decoded, strict=True):
            if change is not None and change.sure:
                changes.append((token, change.word))
            elif change is not None:
                doubtful += 1
    if not changes or (bare and doubtful > DOUBTFUL_SHARE * words):
        return None
    return _replaced(text, changes)


def _runs(text: str) -> list[list[Token]]:
    """The bare words of a query, as syllables, those together that stand side by side."""
    runs: list[list[Token]] = []
    end = -1
    for start, stop in bare_spans(text):
        if not runs or text[end:start].strip():
            runs.append([])
        runs[-1] += [
            Token(token.text, token.start + start, token.end + start)
            for token in syllables(text[start:stop])
        ]
        end = stop
    return [run for run in runs if run]


def _decoded(
    lexicon: Lexicon, run: Sequence[Token], pages: Pages, *, bare: bool
) -> list[_Change | None]:
    """What is likelier in the place of each word of a run, None where it is right."""
    typed = [canonical_spelling(canonical_tones(token.text).lower()) for token in run]
    folded = [fold_syllable(word) for word in typed]
    forms: dict[Pair, Forms] = dict(forms_in(pages, pairwise(folded)))
    if bare:
        read_more(lexicon, forms)
    fixed = _fixed(run)
    alternatives: list[list[Choice]] = []
    for at in range(len(run)):
        check_time()
        alternatives.append([])
        if fixed[at]:
            continue
        others = markings_of(lexicon, folded, at, forms) if bare else []
        if not bare or lexicon.folded_frequency(folded[at]) <= RARE_WORD * lexicon.documents:
            capital = at > 0 and run[at].text[0].isupper() and not run[at].text.isupper()
            others += _mistaken(lexicon, typed, folded, at, forms, bare=bare, name=capital)
        alternatives[at] = others
    least = SURE_OF_MARKS if bare else SURE_OF_MEANT
    changes: list[_Change | None] = [None] * len(run)
    for start, end in _doubtful(alternatives):
        places = [[choice_of(lexicon, typed[at]), *alternatives[at]] for at in range(start, end)]
        for at, (one, sure, kept) in enumerate(likeliest(lexicon, places, forms), start):
            if one.word != typed[at]:
                changes[at] = _Change(one.word, sure >= least and kept <= MAY_BE_RIGHT)
    return changes


def _doubtful(alternatives: Sequence[Sequence[Choice]]) -> Iterator[tuple[int, int]]:
    """The stretches of a run in which words have alternatives, with a neighbour on either side.

    Words beyond those have no say: what has no alternative is certain.
    """
    last = len(alternatives)
    near = [any(alternatives[max(0, at - 1) : at + 2]) for at in range(last)]
    for start, end in pairwise(
        [0, *(at for at in range(1, last) if near[at] != near[at - 1]), last]
    ):
        if near[start]:
            yield start, end


def _fixed(run: Sequence[Token]) -> list[bool]:
    """Which words are no words to correct: numbers, and abbreviations unless all is capitals."""
    shouted = all(token.text.isupper() for token in run if token.text.isalpha())
    return [
        not token.text.isalpha() or (token.text.isupper() and len(token.text) > 1 and not shouted)
        for token in run
    ]


def _mistaken(
    lexicon: Lexicon,
    typed: Sequence[str],
    folded: Sequence[str],
    at: int,
    forms: dict[Pair, Forms],
    *,
    bare: bool,
    name: bool,
) -> list[Choice]:
    """What a word may have been meant for; nothing where nothing speaks against it."""
    word, frequency = typed[at], lexicon.frequency(typed[at])
    costs: dict[str, float] = {}
    if word in QUESTION_WORDS or (name and frequency):
        return []
    few = RARE_WORD * lexicon.documents
    # What no syllable looks like is a mistake; of others only a large index knows that they are.
    telling = few >= 1 or frequency > 0 or not is_syllable(word)
    # No marking stands in more documents than all of them together.
    if telling and frequency * RARE_MARKING < lexicon.folded_frequency(folded[at]):
        marked = lexicon.marked(folded[at])[:MAX_MARKINGS]
        if marked and frequency * RARE_MARKING < marked[0][1]:
            costs.update((other, ERROR_COST + tone_cost(word, other)) for other, _ in marked)
    seen = seen_beside(folded, at, forms)
    enough = max(OTHER_PAGES, OTHER_MARKING * seen.get(word, 0))
    otherwise = [other for other, count in seen.items() if count >= enough]
    costs.update((other, ERROR_COST + tone_cost(word, other)) for other in otherwise)
    if costs and seen.get(word):
        # Pages that misspell a word as the query does are found first: others are asked.
        _read(lexicon, folded, at, folded[at], forms)
    rare = frequency <= few and telling
    together = _together(lexicon, folded, at, folded[at])
    if not name and (rare or together <= WEAK_PAIR * lexicon.documents):
        near = dict(sounds_like(folded[at]))
        if rare:
            near = dict(slips_of(folded[at])) | near
        least = max(STRONGER * together, LEAST_TOGETHER) if len(folded) > 1 else 0
        counted = {
            other: _together(lexicon, folded, at, other)
            for other in near
            if lexicon.folded_frequency(other)
        }
        likely = [other for other, count in counted.items() if count >= least]
        likely.sort(key=lambda other: near[other] - math.log(counted[other] + UNSEEN))
        for other in likely[:READ_CANDIDATES]:
            _read(lexicon, folded, at, other, forms)
        for other in likely[:MAX_CANDIDATES]:
            for spelled, _ in lexicon.marked(other)[:MAX_MARKINGS]:
                marks = 0.0 if bare else mark_cost(word, spelled)
                costs.setdefault(spelled, ERROR_COST + near[other] + marks)
    costs.pop(word, None)
    found = [choice_of(lexicon, other, cost) for other, cost in costs.items()]
    found.sort(key=lambda one: one.cost - math.log(one.frequency))
    return found[:MAX_CANDIDATES]


def _read(
    lexicon: Lexicon, folded: Sequence[str], at: int, word: str, forms: dict[Pair, Forms]
) -> None:
    """Read pages for the more frequent of the bigrams of ``word`` and its neighbours."""
    pairs = [(word, folded[at + 1])] if at + 1 < len(folded) else []
    if at:
        pairs.append((folded[at - 1], word))
    if pairs:
        pair = max(pairs, key=lambda one: lexicon.pair_frequency(*one))
        forms[pair] = lexicon.sampled(*pair)


def _together(lexicon: Lexicon, folded: Sequence[str], at: int, word: str) -> int:
    """The most documents that have ``word`` beside either of its neighbours."""
    before = lexicon.pair_frequency(folded[at - 1], word) if at else 0
    after = lexicon.pair_frequency(word, folded[at + 1]) if at + 1 < len(folded) else 0
    return max(before, after)


def _replaced(text: str, changes: Sequence[tuple[Token, str]]) -> str:
    """The query with each changed word in the capitals of the one it replaces."""
    pieces, at = [], 0
    for token, word in changes:
        pieces += [text[at : token.start], _like(token.text, word)]
        at = token.end
    return "".join([*pieces, text[at:]])


def _like(typed: str, word: str) -> str:
    if typed.isupper() and (len(typed) > 1 or len(word) == 1):
        return word.upper()
    return word[:1].upper() + word[1:] if typed[:1].isupper() else word
