"""Completion: what somebody may be about to type, as the pages of an index write it.

Titles say how phrases go on, the vocabulary how words do, and pairs of neighbours in the texts
what may follow where no title helps. What was typed may lack any of its diacritics but has none
too many: a mark that was typed is kept. Spelling mistakes are :mod:`correct`'s business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from searchengine.query.correct import corrected
from searchengine.query.lexicon import Lexicon
from searchengine.remember import remembered
from searchengine.text.analysis import FOLDED, WORDS
from searchengine.text.fold import fold, has_marks
from searchengine.text.normalize import normalize
from searchengine.text.spelling import split_tone
from searchengine.text.syllables import Token, syllables
from searchengine.text.tone import canonical_tones
from searchengine.text.variants import canonical_spelling, fold_syllable

#: A longer prefix is no longer somebody's typing; so many of its last words say what follows.
MAX_PREFIX, MAX_CONTEXT = 200, 6
#: So many where no title has them all and no text says more.
SHORT_CONTEXT = 2
#: Titles that are read for one prefix: 30 µs each from a block that is in memory, 150 otherwise.
READ_TITLES = 24
#: A phrase goes on past its next word for so many words at most.
MAX_WORDS_ON = 5
#: A phrase is shown longer where so much of what begins with it goes on in one way.
ONE_WAY = 0.5
#: The last so many of a full list are whole titles.
KEPT_FOR_TITLES = 3
#: With fewer phrases from titles than this, the texts of pages are asked too.
FEW_PHRASES = 4
#: So many answers are remembered.
REMEMBERED = 4096
#: Beginnings that are looked up in the vocabulary; following words that are read about in texts.
BEGINNINGS, FOLLOWERS = 12, 4


@dataclass(frozen=True, slots=True)
class _Typed:
    """A prefix taken apart: ``head`` stays as typed, ``context`` words say what ``partial`` is."""

    head: str
    context: tuple[str, ...]
    partial: str

    @property
    def words(self) -> tuple[str, ...]:
        return (*self.context, self.partial)

    def shortened(self, text: str, words: int) -> _Typed:
        """The same with only the last ``words`` of the context."""
        tokens = syllables(text)
        kept = words + bool(self.partial)
        start = tokens[-kept].start if kept else len(text)
        return _Typed(text[:start], self.context[len(self.context) - words :], self.partial)


@dataclass(slots=True)
class _Node:
    """A phrase: how many titles have it, how they write its last word, and what follows."""

    count: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    after: dict[str, _Node] = field(default_factory=dict)


class Completer:
    """Completes prefixes from one snapshot; safe for any number of threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        # The first letters of anything are typed again and again.
        self._remembered = remembered(self._completions, REMEMBERED)

    def complete(self, prefix: str, limit: int) -> list[str]:
        """Return up to ``limit`` texts that begin like ``prefix``, the likeliest first.

        Words and phrases come before whole titles. Empty for a prefix without a word or longer
        than 200 characters.
        """
        if len(prefix) > MAX_PREFIX or limit < 1 or not self._lexicon.documents:
            return []
        return list(self._remembered(normalize(prefix), limit))

    def _completions(self, text: str, limit: int) -> tuple[str, ...]:
        lexicon = self._lexicon
        typed = _taken_apart(text)
        if typed is None:
            return ()
        phrases: dict[str, str] = {}
        titles: dict[str, str] = {}
        if not typed.context:
            _keep(phrases, _words(lexicon, typed))
        root, whole = _read(lexicon, typed)
        _keep(phrases, (typed.head + phrase for phrase in _phrases(root, len(typed.context))))
        if not typed.head.strip():
            _keep(titles, whole)
        if typed.context and len(phrases) < min(FEW_PHRASES, limit):
            _keep(phrases, _followers(lexicon, text, typed))
        if not phrases and len(typed.context) > SHORT_CONTEXT:
            shorter = typed.shortened(text, SHORT_CONTEXT)
            root, _ = _read(lexicon, shorter)
            head = _restored(lexicon, shorter.head)
            _keep(phrases, (head + phrase for phrase in _phrases(root, SHORT_CONTEXT)))
        said = text.strip().lower()
        phrases.pop(said, None)
        for key in (said, *phrases):
            titles.pop(key, None)
        room = max(limit - min(KEPT_FOR_TITLES, len(titles)), 1)
        shown = list(phrases.values())[:room]
        return (*shown, *titles.values())[:limit]


def _restored(lexicon: Lexicon, text: str) -> str:
    """A text with the diacritics that are sure; as it is where it has some."""
    if not text.strip() or has_marks(text):
        return text
    return corrected(lexicon, text, ()) or text


def _taken_apart(text: str) -> _Typed | None:
    tokens = syllables(text)
    if not tokens:
        return None
    words = [canonical_tones(token.text).lower() for token in tokens]
    partial = words.pop() if text[-1:].isalnum() else ""
    context = tuple(map(canonical_spelling, words[-MAX_CONTEXT:]))
    return _Typed("", context, partial).shortened(text, len(context))


def _keep(found: dict[str, str], texts: Iterable[str]) -> None:
    for text in texts:
        found.setdefault(text.lower(), text)


def _words(lexicon: Lexicon, typed: _Typed) -> list[str]:
    """The commonest words of the vocabulary that begin as typed."""
    beginnings = _beginnings(lexicon, typed.partial)
    found = lexicon.commonest(WORDS, beginnings, 4 * BEGINNINGS)
    return [
        word.replace("_", " ")
        for word, _ in found
        if _fits(typed.partial, word.partition("_")[0], beginning=True)
    ]


def _beginnings(lexicon: Lexicon, partial: str) -> list[str]:
    """The commonest syllables that begin as typed."""
    folded = fold(partial)
    whole = {folded, *(word for word, _ in lexicon.commonest(FOLDED, (folded,), BEGINNINGS))}
    whole.add(canonical_spelling(folded))
    counts = {
        word: count
        for one in whole
        for word, count in lexicon.marked(one)
        if _fits(partial, word, beginning=True)
    }
    return sorted(counts, key=lambda word: (-counts[word], word))[:BEGINNINGS]


def _read(lexicon: Lexicon, typed: _Typed) -> tuple[_Node, list[str]]:
    """What titles with the typed words go on with, and those titles, the shortest first."""
    folded = [fold_syllable(word) for word in typed.context]
    numbers = lexicon.titled(folded, fold(typed.partial), READ_TITLES)
    root, whole = _Node(), []
    for title in lexicon.titles(numbers):
        tokens = syllables(title)
        words = [canonical_spelling(canonical_tones(one.text).lower()) for one in tokens]
        places = list(_places(words, typed))
        if not places:
            continue
        if places[0] == 0 or len(typed.context) > 1:
            whole.append((places[0] > 0, len(title), title))
        shouted = title.isupper()
        for place in places[:1]:
            run = _run(title, tokens, place, len(typed.words) + MAX_WORDS_ON)
            _add(root, run, len(typed.context), opening=place == 0 or shouted)
    return root, [title for _, _, title in sorted(whole)]


def _places(words: Sequence[str], typed: _Typed) -> Iterator[int]:
    """Where the typed words stand in a title."""
    asked = typed.words if typed.partial else typed.context
    last = len(asked) - 1 if typed.partial else -1
    for place in range(len(words) - len(typed.words) + 1):
        if all(_fits(one, words[place + at], beginning=at == last) for at, one in enumerate(asked)):
            yield place


@lru_cache(maxsize=65536)
def _fits(typed: str, word: str, *, beginning: bool) -> bool:
    """Whether ``word`` has every letter and mark that was typed, and nothing but marks more.

    With ``beginning`` it may go on after what was typed.
    """
    if typed == word:
        return True
    typed_plain, typed_tone, _ = split_tone(typed)
    plain, tone, _ = split_tone(word)
    if typed_tone and typed_tone != tone:
        return False
    if len(plain) < len(typed_plain) or (len(plain) > len(typed_plain) and not beginning):
        return False
    if all(one in (other, fold(other)) for one, other in zip(typed_plain, plain, strict=False)):
        return True
    return canonical_spelling(typed) in (canonical_spelling(word), fold_syllable(word))


def _run(title: str, tokens: Sequence[Token], first: int, most: int) -> list[str]:
    """The words of a title from ``first`` on, up to the next sign."""
    words = [tokens[first].text]
    for before, token in zip(tokens[first:], tokens[first + 1 : first + most], strict=False):
        if title[before.end : token.start].strip():
            break
        words.append(token.text)
    return words


def _add(root: _Node, run: Sequence[str], context: int, *, opening: bool) -> None:
    """Count a phrase and each of its beginnings, from the first word that was not typed whole."""
    if len(run) <= context:
        return
    node = root
    for at, word in enumerate(run):
        node = node.after.setdefault(canonical_tones(word).lower(), _Node())
        node.count += 1
        # A title's first word, or one all in capitals, says nothing of how the word is written.
        capital = opening and (at == 0 or word.isupper())
        node.forms[word.lower() if capital else word] += 1


def _phrases(root: _Node, context: int) -> list[str]:
    """The phrases of a tree that are longer than ``context``, those that more titles have first."""
    found: list[tuple[int, int, str]] = []

    def walk(node: _Node, words: tuple[str, ...]) -> None:
        followers = sorted(node.after.values(), key=lambda one: -one.count)
        goes_on = followers and followers[0].count >= max(2, ONE_WAY * node.count)
        if len(words) > context and not goes_on:
            found.append((-node.count, len(words), " ".join(words)))
        for one in followers:
            if one.count > 1 or len(words) <= context:
                walk(one, (*words, one.forms.most_common(1)[0][0]))

    walk(root, ())
    return [phrase for _, _, phrase in sorted(found)]


def _followers(lexicon: Lexicon, text: str, typed: _Typed) -> Iterator[str]:
    """What follows the last typed word in the texts of pages, with their diacritics."""
    before = text[: syllables(text)[-1].start] if typed.partial else text
    before = _restored(lexicon, before)
    context = [canonical_spelling(canonical_tones(one.text).lower()) for one in syllables(before)]
    folded = [fold_syllable(word) for word in context[-2:]]
    for left, right in lexicon.followers(folded, fold(typed.partial), FOLLOWERS):
        ways = {
            way: count
            for way, count in lexicon.sampled(left, right).items()
            if way[0] == context[-1] and _fits(typed.partial, way[1], beginning=True)
        }
        if ways:
            yield before + max(ways, key=lambda way: (ways[way], way))[1]
