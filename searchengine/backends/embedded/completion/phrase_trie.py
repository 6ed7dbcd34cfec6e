"""Phrases: how titles go on after words that they share, as a tree of their words.

A phrase ends where titles part, but never inside a word or a name and not with a function word.
Which titles are read, and how many others each stands for, is :mod:`completer`'s business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from searchengine.backends.embedded.completion.lexicon import Title
from searchengine.text.lexicon.function_words import FUNCTION_WEIGHT, importance
from searchengine.text.lexicon.spelling import is_syllable
from searchengine.text.tone import canonical_tones

#: A phrase goes on past its next word for so many words at most.
MAX_WORDS_ON = 5
#: So many words more are read, to see where a word ends.
MAX_WORD = 3
#: A phrase is shown longer where so much of what begins with it goes on in one way.
ONE_WAY = 0.5
#: A phrase that would end inside of words ends with the commonest so many of them.
WORDS_OUT = 2

#: Signs within dates, scores and decimal numbers.
_IN_FIGURES = frozenset("/-.,:")

#: Whether two marked syllables, as written, are one word or begin one.
Joined = Callable[[str, str], bool]


@dataclass(slots=True)
class TrieNode:
    """A phrase: how many titles have it, how they write its last word, and what follows.

    ``weight`` counts the titles that were not read as well.
    """

    weight: float = 0.0
    titles: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    after: dict[str, TrieNode] = field(default_factory=dict)

    def followers(self) -> list[TrieNode]:
        return sorted(self.after.values(), key=lambda one: -one.weight)

    @property
    def form(self) -> str:
        return self.forms.most_common(1)[0][0]


def run(title: Title, first: int, most: int) -> list[str]:
    """Return the words of a title from ``first`` on, ``most`` at most, up to the next sign.

    A number that a sign joins to another one is left out.
    """
    words = [title.written(first)]
    for place in range(first + 1, min(first + most, len(title.words))):
        sign = title.gap(place)
        if not sign.isspace():
            # Half a date or a score says nothing.
            if len(words) > 1 and sign in _IN_FIGURES and words[-1].isdigit():
                words.pop()
            break
        words.append(title.written(place))
    return words


def add(root: TrieNode, words: Sequence[str], weight: float, *, opening: bool) -> None:
    """Count a phrase and each of its beginnings; ``opening`` if its capitals say nothing."""
    node = root
    for at, word in enumerate(words):
        node = node.after.setdefault(canonical_tones(word).lower(), TrieNode())
        node.weight += weight
        node.titles += 1
        # A title's first word, or one all in capitals, says nothing of how the word is written
        # unless it is an abbreviation or begins a name.
        if not opening or (at and not word.isupper()) or _abbreviated(word):
            node.forms[word] += 1
        else:
            node.forms[word if at == 0 and _begins_name(words) else word.lower()] += 0


def _abbreviated(word: str) -> bool:
    return len(word) > 1 and word.isupper() and not is_syllable(word)


def _begins_name(words: Sequence[str]) -> bool:
    return words[0].istitle() and len(words) > 1 and words[1].istitle()


def phrases(root: TrieNode, least: int, joined: Joined) -> list[str]:
    """Return phrases of more than ``least`` words, those that more titles have first.

    They go on for ``MAX_WORDS_ON`` words, and to the end of a word.
    """
    return [phrase for _, _, phrase in sorted(_ways_on(root, (), least, joined))]


def _ways_on(
    node: TrieNode, words: tuple[str, ...], least: int, joined: Joined
) -> Iterator[tuple[float, int, str]]:
    """The phrases that begin with ``words``, each with its weight below zero and its length."""
    followers = node.followers()
    far = len(words) > least + MAX_WORDS_ON
    goes_on = (
        not far
        and followers
        and followers[0].titles > 1
        and followers[0].weight >= ONE_WAY * node.weight
    )
    if len(words) > least and not goes_on:
        for one, whole in _whole(node, words, least, joined):
            yield -one.weight, len(whole), " ".join(whole)
    for one in followers:
        if len(words) <= least or (one.titles > 1 and not far):
            yield from _ways_on(one, (*words, one.form), least, joined)


def is_function_word(word: str) -> bool:
    """Return whether a word, its syllables apart, says nothing of what is looked for."""
    return max(importance(canonical_tones(word).lower().split()), default=1.0) <= FUNCTION_WEIGHT


def _whole(
    node: TrieNode, words: tuple[str, ...], least: int, joined: Joined
) -> Iterator[tuple[TrieNode, tuple[str, ...]]]:
    """A phrase, or longer or shorter ones that end with a word that says something."""
    followers = node.followers()
    if is_function_word(words[-1]):
        if len(words) > least + 1:
            yield node, words[:-1]
            return
        inside = followers
    else:
        inside = [one for one in followers if joined(words[-1], one.form)]
        if sum(one.weight for one in inside) < ONE_WAY * node.weight:
            yield node, words
            return
    for one in inside[:WORDS_OUT]:
        yield from _whole(one, (*words, one.form), least, joined)
