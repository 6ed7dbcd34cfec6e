"""Did you mean: a query with its misspelt words mended or its diacritics restored.

Each word of the query may stand for itself, for another way of marking it, for what sounds like
it, and, where no page has it, for what the fingers may have slipped from. Neighbours decide: a
bigram model over what the index counts, and over how the pages that were found write the query's
own words. A word is changed only where the model is nearly sure. What the model is told comes
from an engine's lexicon; which words of a query may be touched, from ``query.language.parser``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from searchengine.backends.protocol import Lexicon
from searchengine.deadline import check_time
from searchengine.query.language.parser import bare_spans
from searchengine.query.suggest.candidates import UNSEEN, Run
from searchengine.query.suggest.lattice import (
    Choice,
    estimated_together,
    folded_together,
    likeliest,
    marked_together,
)
from searchengine.query.suggest.markings import read_more
from searchengine.query.suggest.pair_forms import Forms, Pages, Pair, forms_in
from searchengine.text.folding import fold, has_marks
from searchengine.text.normalization import normalize
from searchengine.text.numbers import candidate_keys
from searchengine.text.syllables import Token, syllables
from searchengine.text.tone import canonical_tones
from searchengine.text.variants import canonical_spelling, fold_syllable

#: Longer queries are questions copied from somewhere; they are left as they are.
MAX_SYLLABLES = 40
#: How sure the model must be of the marks that it adds to a bare word, of what a misspelt word
#: was meant for, and how likely it may still be that what was typed is right.
SURE_OF_MARKS, SURE_OF_MEANT, MAY_BE_RIGHT = 0.6, 0.5, 0.1
#: How sure, to search for what was meant at once.
SURE = 0.95
#: A restored query may leave this share of its words in doubt.
DOUBTFUL_SHARE = 0.34


@dataclass(frozen=True, slots=True)
class _Change:
    word: str
    sure: bool


def corrected(
    lexicon: Lexicon, query: str, pages: Pages, numbers: Collection[str] = ()
) -> str | None:
    """Return what ``query`` may have meant to say, or None where it is fine as it is.

    ``pages``: those found for it, the best ones; they are read for how they write its words.
    ``numbers``: keys of the document numbers that some document has; they stay however they are
    written, as does what the query has in quotes, fields and operators, figures and capitals.
    Where one of several mistakes may have been meant for several things, none is mended.
    """
    text = normalize(query)
    runs = _runs(lexicon, text)
    bare = not has_marks(text)
    changes: list[tuple[Token, str]] = []
    words = doubtful = 0
    for run in runs:
        decoded = _decoded(lexicon, run, pages, _fixed(run, numbers), bare=bare)
        words += len(run)
        for token, change in zip(run, decoded, strict=True):
            if change is not None and change.sure:
                changes.append((token, change.word))
            elif change is not None:
                doubtful += 1
    if not changes or doubtful > (DOUBTFUL_SHARE * words if bare else 0):
        return None
    return _replaced(text, changes)


def mended(lexicon: Lexicon, query: str, numbers: Collection[str] = ()) -> str | None:
    """Return ``query`` with words that hardly any document has as they were surely meant.

    None where there are none, where the index knows them beside their neighbours or as one of the
    document ``numbers``, or where it is not nearly sure. A bare query is mended without diacritics:
    it asks for every marking.
    """
    text = normalize(query)
    bare = not has_marks(text)
    changes = [
        change
        for run in _runs(lexicon, text)
        for change in _mended(lexicon, run, _fixed(run, numbers), bare=bare)
    ]
    return _replaced(text, changes) if changes else None


def _runs(lexicon: Lexicon, text: str) -> list[list[Token]]:
    """The bare words of a query, as syllables, those together that stand side by side.

    None of a query that is too long to be mended.
    """
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
    if sum(map(len, runs)) > MAX_SYLLABLES or not lexicon.documents:
        return []
    return [run for run in runs if run]


def _decoded(
    lexicon: Lexicon, run: Sequence[Token], pages: Pages, fixed: Sequence[bool], *, bare: bool
) -> list[_Change | None]:
    """What is likelier in the place of each word of a run, None where it is right or fixed."""
    typed, folded = _spelled(run)
    forms: dict[Pair, Forms] = dict(forms_in(pages, pairwise(folded)))
    if bare:
        read_more(lexicon, forms)
    words = Run(lexicon, typed, folded, forms, bare)
    alternatives: list[list[Choice]] = []
    for at in range(len(run)):
        check_time()
        alternatives.append([])
        if fixed[at]:
            continue
        others = words.markings(at) if bare else []
        if not bare or words.is_rare(at):
            others += words.mistaken(at, name=_is_name(run, at))
        alternatives[at] = others
    if not bare:
        for at, seen in _seen_again(words, alternatives):
            if not fixed[at]:
                alternatives[at] = seen.mistaken(at, name=_is_name(run, at))
    least = SURE_OF_MARKS if bare else SURE_OF_MEANT
    together = estimated_together(lexicon, forms) if bare else marked_together(lexicon)
    changes: list[_Change | None] = [None] * len(run)
    for start, end in _doubtful(alternatives):
        places = [[words.choice(typed[at]), *alternatives[at]] for at in range(start, end)]
        for at, (one, sure, kept) in enumerate(likeliest(lexicon, places, together), start):
            if one.word != typed[at]:
                changes[at] = _Change(one.word, sure >= least and kept <= MAY_BE_RIGHT)
    return changes


def _mended(
    lexicon: Lexicon, run: Sequence[Token], fixed: Sequence[bool], *, bare: bool
) -> list[tuple[Token, str]]:
    """The words of a run that are surely mistakes, and what was meant by each.

    Of several side by side one must be sure and each likely: half a correction is none.
    """
    typed, folded = _spelled(run)
    words = Run(lexicon, typed, folded, {}, bare)
    mistakes = [
        not fixed[at]
        and len(typed[at]) > 1
        and words.is_mistake(at)
        and words.is_rare(at)
        and not words.is_known(at)
        for at in range(len(run))
    ]

    def meant(words: Run, at: int) -> list[Choice]:
        check_time()
        others = words.mistaken(at, name=_is_name(run, at)) if mistakes[at] else []
        return _by_letters(lexicon, others) if bare else others

    alternatives = [meant(words, at) for at in range(len(run))]
    for at, seen in _seen_again(words, alternatives):
        alternatives[at] = meant(seen, at)
    together = folded_together(lexicon) if bare else marked_together(lexicon)
    found: list[tuple[Token, str]] = []
    for start, end in _doubtful(alternatives):
        places = [
            [*_by_letters(lexicon, [words.choice(typed[at])]), *alternatives[at]]
            if bare
            else [words.choice(typed[at]), *alternatives[at]]
            for at in range(start, end)
        ]
        likely = likeliest(lexicon, places, together)
        changed = {
            at: sure for at, (one, sure, _) in enumerate(likely, start) if one.word != typed[at]
        }
        sures = changed.values()
        if changed and max(sures) >= SURE and min(sures) >= SURE_OF_MEANT:
            found += [(run[at], likely[at - start][0].word) for at in changed]
    return found


def _seen_again(words: Run, alternatives: Sequence[Sequence[Choice]]) -> Iterator[tuple[int, Run]]:
    """The places beside one with alternatives, and the run as these may have it.

    Two mistakes side by side are known by each other.
    """
    seen = replace(words, others={at: one for at, one in enumerate(alternatives) if one})
    for at in range(len(alternatives)):
        check_time()
        if at - 1 in seen.others or at + 1 in seen.others:
            yield at, seen


def _by_letters(lexicon: Lexicon, choices: Sequence[Choice]) -> list[Choice]:
    """Choices without their diacritics, each once."""
    costs: dict[str, float] = {}
    for one in choices:
        costs[one.folded] = min(one.cost, costs.get(one.folded, one.cost))
    return [
        Choice(word, word, lexicon.folded_frequency(word) or UNSEEN, 1.0, cost)
        for word, cost in costs.items()
    ]


def _spelled(run: Sequence[Token]) -> tuple[list[str], list[str]]:
    """The words of a run in canonical spelling, and folded."""
    typed = [canonical_spelling(canonical_tones(token.text).lower()) for token in run]
    return typed, [fold_syllable(word) for word in typed]


def _is_name(run: Sequence[Token], at: int) -> bool:
    """Whether a capital within a run says that a word is a name."""
    return at > 0 and run[at].text[0].isupper() and not run[at].text.isupper()


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


def _fixed(run: Sequence[Token], numbers: Collection[str]) -> list[bool]:
    """Which words are no words to correct: those of ``numbers``, figures, and abbreviations unless
    all is capitals."""
    shouted = all(token.text.isupper() for token in run if token.text.isalpha())
    fixed = [
        not token.text.isalpha() or (token.text.isupper() and len(token.text) > 1 and not shouted)
        for token in run
    ]
    if numbers:
        for key, start, end in candidate_keys([fold(token.text).lower() for token in run]):
            if key in numbers:
                fixed[start:end] = [True] * (end - start)
    return fixed


def _replaced(text: str, changes: Sequence[tuple[Token, str]]) -> str:
    """The query with each changed word in the capitals of the one it replaces."""
    pieces, at = [], 0
    for token, word in changes:
        pieces += [text[at : token.start], with_capitals(token.text, word)]
        at = token.end
    return "".join([*pieces, text[at:]])


def with_capitals(typed: str, word: str) -> str:
    """Return ``word`` in the capitals of what it replaces."""
    if typed.isupper() and (len(typed) > 1 or len(word) == 1):
        return word.upper()
    return word[:1].upper() + word[1:] if typed[:1].isupper() else word
