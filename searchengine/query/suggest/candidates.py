"""Candidates: what each word of a query may have been meant for, and what each reading costs.

A bare word may stand for the ways of marking its letters. A misspelt one may stand for another
marking, for what sounds like it, or for what the fingers slipped from; it is looked at only where
something speaks against it. Which candidate is likeliest beside its neighbours is for
:mod:`lattice` to say.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from searchengine.backends.protocol import Lexicon
from searchengine.query.suggest import RARE_WORD, is_nearly_absent
from searchengine.query.suggest.lattice import Choice, pair_prior
from searchengine.query.suggest.pair_forms import Forms, Pair
from searchengine.text.lexicon.confusions import (
    left_out,
    mark_cost,
    one_slip,
    slips_of,
    sounds_like,
    tone_cost,
)
from searchengine.text.lexicon.spelling import is_syllable, is_toneless_syllable
from searchengine.text.variants import fold_syllable

#: What any error costs, in natural logarithms: people write most words right.
ERROR_COST = 4.0
#: A word is looked at whose commonest other marking so many times more documents have, or so many
#: times more pages found for the query have in its bigram, and at least so many.
RARE_MARKING, OTHER_MARKING, OTHER_PAGES = 100, 4, 3
#: A word is looked at whose bigrams fewer documents have than this share of them all, unless so
#: many of the pages found have one.
WEAK_PAIR, SEEN_PAGES = 0.002, 2
#: Two words are known side by side if more documents have them so than this share.
RARE_PAIR = 5e-5
#: What a word may be taken for must make a bigram so many times as frequent,
#: and that must stand in at least so many documents.
STRONGER, LEAST_TOGETHER = 5, 3
#: And so many times where the typed word and its neighbour stand together so many times as often
#: as by chance.
MUCH_STRONGER, BOUND = 100, 500
#: What it costs beside any error that the mistake is a word of its own.
REAL_WORD_COST = 2.0
#: Ways of marking a word that are considered, and those that are too rare.
MAX_MARKINGS, RAREST_MARKING = 5, 0.01
#: Candidates of a misspelt word by sound and slip that are considered.
MAX_CANDIDATES = 6
#: Questions ask with words that pages seldom write beside what they answer.
QUESTION_WORDS = frozenset(
    "ai ạ bao chi chưa đâu gì hả không mấy nào nhỉ nhiêu sao thế vậy".split()
)
#: What stands for the frequency of a word that no document has.
UNSEEN = 0.1


@dataclass(frozen=True, slots=True)
class Run:
    """Words of a query side by side, as ``typed`` and ``folded``, all of them ``bare`` or not.

    ``forms``: how pages at hand mark bigrams of folded words; ``others``: what some words, by their
    places, may have been meant for, which their neighbours are then seen beside as well.
    """

    lexicon: Lexicon
    typed: Sequence[str]
    folded: Sequence[str]
    forms: Mapping[Pair, Forms]
    bare: bool
    others: Mapping[int, Sequence[Choice]] = field(default_factory=dict)

    def choice(self, word: str, cost: float = 0.0) -> Choice:
        """Return ``word`` as a choice of the lattice."""
        folded = fold_syllable(word)
        frequency = self.lexicon.frequency(word) or UNSEEN
        share = frequency / (self.lexicon.markings(folded) + UNSEEN)
        return Choice(word, folded, frequency, share, cost)

    def is_rare(self, at: int) -> bool:
        """Return whether hardly any document has a word, however marked in a bare query."""
        lexicon, folded = self.lexicon, self.folded[at]
        letters = lexicon.folded_frequency(folded)
        if self.bare:
            return is_nearly_absent(letters, letters, lexicon.documents)
        count = lexicon.frequency(self.typed[at])
        letters = letters if self.typed[at] == folded else count
        return is_nearly_absent(count, letters, lexicon.documents)

    def is_mistake(self, at: int) -> bool:
        """Return whether it says something that documents have no such word.

        What no syllable looks like is a mistake; of others only a large index knows that they are.
        """
        word = self.typed[at]
        spelled = is_toneless_syllable(word) if self.bare else is_syllable(word)
        return not spelled or RARE_WORD * self.lexicon.documents >= 1

    def is_known(self, at: int) -> bool:
        """Return whether documents have a word beside a neighbour as it was typed."""
        typed, _ = self._together(at)
        least = RARE_PAIR * self.lexicon.documents
        if self.bare or self.typed[at] != self.folded[at]:
            return max(typed) > least
        letters = self._folded_pairs(at, self.folded[at])
        return any(
            one > least and one * RARE_MARKING > other
            for one, other in zip(typed, letters, strict=True)
        )

    def markings(self, at: int) -> list[Choice]:
        """The ways of marking a bare word: the commoner ones, and those that pages at hand have."""
        folded = self.folded[at]
        least = RAREST_MARKING * self.lexicon.markings(folded)
        known = self.lexicon.marked(folded)[:MAX_MARKINGS]
        words = dict.fromkeys(word for word, count in known if count >= least)
        words.update(dict.fromkeys(self._seen(at)))
        words.pop(folded, None)
        return [self.choice(word) for word in words]

    def _seen(self, at: int) -> dict[str, int]:
        """How pages at hand mark a word beside its neighbours, and how many do each."""
        seen: dict[str, int] = {}
        folded = self.folded
        for side, pair in ((1, tuple(folded[at - 1 : at + 1])), (0, tuple(folded[at : at + 2]))):
            for ways, count in self.forms.get(pair, {}).items() if len(pair) == 2 else ():
                seen[ways[side]] = seen.get(ways[side], 0) + count
        return seen

    def mistaken(self, at: int, *, name: bool) -> list[Choice]:
        """What a word may have been meant for; nothing where nothing speaks against it.

        A ``name`` is one by its capital.
        """
        lexicon, word = self.lexicon, self.typed[at]
        frequency = lexicon.frequency(word)
        if word in QUESTION_WORDS or (name and frequency):
            return []
        few = RARE_WORD * lexicon.documents
        telling = frequency > 0 or self.is_mistake(at)
        costs = self._other_markings(at, frequency) if telling else {}
        seen = self._seen(at)
        enough = max(OTHER_PAGES, OTHER_MARKING * seen.get(word, 0))
        otherwise = [other for other, count in seen.items() if count >= enough]
        costs.update((other, ERROR_COST + tone_cost(word, other)) for other in otherwise)
        rare = telling and frequency <= few
        if not name and (rare or seen.get(word, 0) < SEEN_PAGES):
            for other, cost in self._near(at, rare=rare).items():
                costs.setdefault(other, cost)
        costs.pop(word, None)
        return [self.choice(other, cost) for other, cost in costs.items()]

    def _other_markings(self, at: int, frequency: int) -> dict[str, float]:
        """The markings of a word that are so common beside it, and what each costs."""
        lexicon, word = self.lexicon, self.typed[at]
        # No marking stands in more documents than all of them together.
        if frequency * RARE_MARKING >= lexicon.folded_frequency(self.folded[at]):
            return {}
        marked = lexicon.marked(self.folded[at])
        if not marked or frequency * RARE_MARKING >= marked[0][1]:
            return {}
        beside = sorted(
            marked, key=lambda one: -max(*self._pairs(at, one[0]), self._joined(at, one[0]))
        )
        return {other: ERROR_COST + tone_cost(word, other) for other, _ in beside[:MAX_MARKINGS]}

    def _near(self, at: int, *, rare: bool) -> dict[str, float]:
        """What sounds or types like a word and goes better with its neighbours; costs of each."""
        lexicon, word, folded = self.lexicon, self.typed[at], self.folded[at]
        typed, bound = self._together(at)
        together = max(typed)
        if not rare and together > WEAK_PAIR * lexicon.documents:
            return {}
        near = {} if self.bare else {folded: 0.0}
        near |= dict(slips_of(folded) if rare else left_out(folded)) | dict(sounds_like(folded))
        times = MUCH_STRONGER if bound else STRONGER
        least = max(times * together, LEAST_TOGETHER) if len(self.typed) > 1 else 0
        least_likely = self._likelihood(at, *typed, lexicon.frequency(word))
        scored = []
        for other, cost in near.items():
            if not lexicon.folded_frequency(other):
                continue
            before, after = self._folded_pairs(at, other)
            if max(before, after) < least:
                continue
            markings = lexicon.markings(other)
            for spelled, marked in lexicon.marked(other):
                each = ERROR_COST + cost + (0.0 if rare else REAL_WORD_COST)
                if not self.bare and not one_slip(word, spelled):
                    each += mark_cost(word, spelled)
                share = math.sqrt(marked / markings)
                likely = self._likelihood(at, before * share, after * share, marked) - each
                if likely >= least_likely:
                    scored.append((likely, spelled, each))
        scored.sort(reverse=True)
        return {spelled: cost for _, spelled, cost in scored[:MAX_CANDIDATES]}

    def _likelihood(self, at: int, before: float, after: float, frequency: float) -> float:
        """How likely a word is between its neighbours, by the model of the lattice, as logarithm.

        ``before`` and ``after``: how many documents have it beside each.
        """
        lexicon = self.lexicon
        prior = pair_prior(lexicon)
        frequency = frequency or UNSEEN
        left = before + prior * frequency / lexicon.syllables if at else frequency
        if at + 1 == len(self.typed):
            return math.log(left)
        following = lexicon.frequency(self.typed[at + 1]) or UNSEEN
        right = (after + prior * following / lexicon.syllables) / (frequency + prior)
        return math.log(left * right)

    def _together(self, at: int) -> tuple[tuple[int, int], bool]:
        """How many documents have a word as typed beside its neighbours, and if it is bound.

        It is to a neighbour that it stands beside so much more often than by chance.
        """
        lexicon = self.lexicon
        if self.bare:
            return self._folded_pairs(at, self.folded[at]), False
        counts = self._pairs(at, self.typed[at])
        bound = False
        for side, count in enumerate(counts):
            if count >= LEAST_TOGETHER:
                pair = self.typed[at - 1 + side : at + 1 + side]
                chance = math.prod(map(lexicon.frequency, pair)) / lexicon.syllables
                bound |= count >= BOUND * chance
        return counts, bound

    def _pairs(self, at: int, word: str) -> tuple[int, int]:
        """How many documents have a marked word beside either of its neighbours as marked."""
        typed, count = self.typed, self.lexicon.frequency
        return (
            count(f"{typed[at - 1]} {word}") if at else 0,
            count(f"{word} {typed[at + 1]}") if at + 1 < len(typed) else 0,
        )

    def _joined(self, at: int, word: str) -> int:
        """How many documents at most have a marked word as one with what may stand beside it."""
        before = [f"{one.word}_{word}" for one in self.others.get(at - 1, ())]
        after = [f"{word}_{one.word}" for one in self.others.get(at + 1, ())]
        return max(map(self.lexicon.compounds, (*before, *after)), default=0)

    def _folded_pairs(self, at: int, word: str) -> tuple[int, int]:
        """How many documents have a folded word beside either of its neighbours, at most."""
        count = self.lexicon.pair_frequency
        return (
            max((count(one, word) for one in self._beside(at - 1)), default=0),
            max((count(word, one) for one in self._beside(at + 1)), default=0),
        )

    def _beside(self, at: int) -> set[str]:
        """The folded words that may be at a place, if it is one."""
        if not 0 <= at < len(self.folded):
            return set()
        return {self.folded[at], *(one.folded for one in self.others.get(at, ()))}
