"""Completion: what somebody may be about to type, as the pages of an index write it.

Titles say how phrases go on, the vocabulary how words do, and the bigrams of the texts what may
follow where no title helps. What was typed may lack any of its diacritics but has none
too many: a mark that was typed is kept. Spelling mistakes are ``query.suggest``'s business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.completion.lexicon import SELDOM, Lexicon, Title
from searchengine.backends.embedded.completion.phrase_trie import (
    MAX_WORD,
    MAX_WORDS_ON,
    TrieNode,
    add,
    is_function_word,
    run,
)
from searchengine.backends.embedded.completion.phrase_trie import phrases as goings_on
from searchengine.backends.embedded.completion.title_successors import Follower, both
from searchengine.query.suggest.correction import corrected
from searchengine.query.suggest.pair_forms import NO_PAGES
from searchengine.text.folding import VIETNAMESE_LETTERS, fold, has_marks
from searchengine.text.lexicon.spelling import split_tone
from searchengine.text.lexicon.word_cache import WORDS_KEPT
from searchengine.text.normalization import normalize
from searchengine.text.streams import FOLDED, WORDS
from searchengine.text.syllables import syllables
from searchengine.text.tone import canonical_tones
from searchengine.text.variants import canonical_spelling, fold_syllable

#: A longer prefix is no longer somebody's typing; so many of its last words say what follows.
MAX_PREFIX, MAX_CONTEXT = 200, 6
#: So many where no title has them all and no text says more.
SHORT_CONTEXT = 2
#: Titles that are read for one prefix: 60 µs each the first time, next to nothing when a longer
#: prefix asks again. Shared among so many ways of going on, each of which gets some.
READ_TITLES, WAYS, LEAST_TITLES = 30, 10, 2
#: Titles are chosen from the same stretches of documents for every prefix, so that most of them
#: have been read before; a multiplier that scatters the stretches (Knuth's).
STRETCH_BITS, SCATTER = 6, np.uint32(2654435761)
#: The last so many of a full list are whole titles.
KEPT_FOR_TITLES = 3
#: With fewer phrases from titles than this, the texts of pages are asked too, so many of each
#: bigram.
FEW_PHRASES, READ_PAGES = 4, 2
#: Beginnings that are looked up in the vocabulary; following words that are read about in texts.
BEGINNINGS, FOLLOWERS = 6, 4
#: Words of the vocabulary that are looked at.
MOST_WORDS = 20
#: Of a first word's completions so many come before phrases that begin with it.
WORDS_FIRST = 4
#: So many ways of marking the first letters are looked up one by one: one vowel, and perhaps đ.
MARKINGS = 40
_LETTERS = re.compile(r"[^\W\d_]+")
#: Each plain letter with all the letters that are typed with it on a bare keyboard.
_MARKED_AS = {
    plain: plain + "".join(one for one, bare in VIETNAMESE_LETTERS.items() if bare == plain)
    for plain in "adeiouy"
}


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


class _Way(NamedTuple):
    """Documents that go on in one way, int32[n], and of how many of them the titles are read."""

    numbers: NDArray[np.int32]
    read: int


class Completer:
    """Completes prefixes from one snapshot; safe for any number of threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        # The first letters of anything are typed again and again.
        self._remembered = lexicon.kept(self._completions)
        self._restored = lexicon.kept(self._restore)

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
        found: dict[str, str] = {}
        titles: dict[str, str] = {}
        root, whole = _read(lexicon, typed)
        least = max(1, len(typed.context))
        phrases = [typed.head + phrase for phrase in goings_on(root, least, lexicon.joined)]
        _keep(found, phrases if typed.context else _first(lexicon, typed, phrases))
        if not typed.head.strip():
            _keep(titles, whole)
        wanted = FEW_PHRASES if len(typed.context) <= SHORT_CONTEXT else 1
        if typed.context and len(found) < min(wanted, limit):
            for one in self._followers(text, typed):
                # What a title goes on with says more than its beginning.
                if not any(other.startswith(_key(one) + " ") for other in found):
                    _keep(found, [one])
                if len(found) >= wanted:
                    break
        if not found and len(typed.context) > SHORT_CONTEXT:
            shorter = typed.shortened(text, SHORT_CONTEXT)
            root, _ = _read(lexicon, shorter)
            head = self._restored(shorter.head)
            shortened = goings_on(root, SHORT_CONTEXT, lexicon.joined)
            _keep(found, (head + phrase for phrase in shortened))
        said = _key(text.strip())
        found.pop(said, None)
        for key in (said, *found):
            titles.pop(key, None)
        room = max(limit - min(KEPT_FOR_TITLES, len(titles)), 1)
        shown = list(found.values())[:room]
        return (*shown, *titles.values())[:limit]

    def _restore(self, text: str) -> str:
        """A text with the diacritics that are sure; as it is where it has some."""
        if not text.strip() or has_marks(text):
            return text
        return corrected(self._lexicon, text, NO_PAGES) or text

    def _followers(self, text: str, typed: _Typed) -> Iterator[str]:
        """What follows the last typed word in the texts of pages, with their diacritics."""
        lexicon = self._lexicon
        before = text[: syllables(text)[-1].start] if typed.partial else text
        before = self._restored(before)
        context = [
            canonical_spelling(canonical_tones(one.text).lower()) for one in syllables(before)
        ]
        folded = [fold_syllable(word) for word in context[-2:]]
        for left, right in lexicon.followers(folded, fold(typed.partial), FOLLOWERS):
            marked = [way for way, _ in lexicon.marked(right) if _fits(typed.partial, way, True)]
            word = lexicon.compound(context[-1], marked)
            if word:
                yield before + lexicon.ended(tuple(context[-2:]), word)
                continue
            ways = {
                way: count
                for way, count in lexicon.sampled(left, right, READ_PAGES).items()
                if way[0] == context[-1] and _fits(typed.partial, way[1], True)
            }
            if ways:
                word = max(ways, key=lambda way: (ways[way], way))[1]
                yield before + lexicon.ended(tuple(context[-2:]), word)


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
        found.setdefault(_key(text), text)


def _key(text: str) -> str:
    """What all spellings of a text have in common: capitals, tone placement, i or y."""
    spelled = canonical_tones(text).lower()
    return _LETTERS.sub(lambda match: canonical_spelling(match.group()), spelled)


def _first(lexicon: Lexicon, typed: _Typed, phrases: Sequence[str]) -> Iterator[str]:
    """What a first word may be, and phrases that begin with it; function words come last.

    A single letter says too little for words: phrases come first there.
    """
    written = {_key(phrase): phrase for phrase in phrases}
    words = _words(lexicon, typed)
    told = [written.get(_key(word), word) for word in words if not is_function_word(word)]
    if len(typed.partial) > 1:
        yield from told[:WORDS_FIRST]
    yield from (one for one in phrases if not is_function_word(one.partition(" ")[0]))
    yield from sorted(told, key=lambda word: " " not in word)
    yield from phrases
    yield from words


def _words(lexicon: Lexicon, typed: _Typed) -> list[str]:
    """The commonest words of the vocabulary that begin as typed."""
    beginnings = _beginnings(lexicon, typed.partial)
    found = lexicon.commonest(WORDS, beginnings, MOST_WORDS)
    # What is so much rarer than the commonest is mostly a slip of the segmenter.
    least = SELDOM * found[0][1] if found else 0
    return [
        word.replace("_", " ")
        for word, count in found
        if count >= least
        and not word.endswith(".")  # The segmenter leaves its point to a short form: ĐH.
        and _fits(typed.partial, word.partition("_")[0], True)
    ]


def _beginnings(lexicon: Lexicon, partial: str) -> list[str]:
    """Beginnings of words as typed: with every mark if those are few, else commonest syllables."""
    folded = fold(partial)
    letters = [_MARKED_AS.get(letter, letter) for letter in folded]
    if prod(map(len, letters)) <= MARKINGS:
        found = {canonical_spelling("".join(one)) for one in product(*letters)}
        return [one for one in found if _fits(partial, one, True)]
    whole = {folded, *(word for word, _ in lexicon.commonest(FOLDED, (folded,), BEGINNINGS))}
    whole.add(canonical_spelling(folded))
    counts = {
        word: count
        for one in whole
        for word, count in lexicon.marked(one)
        if _fits(partial, word, True)
    }
    return sorted(counts, key=lambda word: (-counts[word], word))[:BEGINNINGS]


def _read(lexicon: Lexicon, typed: _Typed) -> tuple[TrieNode, list[str]]:
    """What titles with the typed words go on with, and those titles, the shortest first."""
    root, whole = TrieNode(), set()
    most = len(typed.words) + MAX_WORDS_ON + MAX_WORD
    for docs in _ways(lexicon, typed):
        chosen = _chosen(docs.numbers, docs.read)
        weight = len(docs.numbers) / max(len(chosen), 1)
        for number in chosen:
            title = lexicon.title(number)
            place = _place(title.words, typed)
            if place is None or (not typed.context and _inside(lexicon, title, place)):
                continue
            if place == 0 or len(typed.context) > 1:
                whole.add((place > 0, len(title.text), title.text))
            words = run(title, place, most)
            add(root, words, weight, opening=place == 0 or title.text.isupper())
    return root, [title for _, _, title in sorted(whole)]


def _inside(lexicon: Lexicon, title: Title, place: int) -> bool:
    """Whether a word of a title belongs to the one before it."""
    return bool(
        place
        and title.gap(place) == " "
        and lexicon.joined(title.written(place - 1), title.written(place))
    )


def _ways(lexicon: Lexicon, typed: _Typed) -> list[_Way]:
    """Documents whose titles have the typed words, by the word that comes next."""
    folded = tuple(map(fold_syllable, typed.context))
    docs = _around(lexicon, typed.context, folded)
    if docs is not None and len(docs) <= READ_TITLES:
        return [_Way(docs, READ_TITLES)]
    partial = fold(typed.partial)
    among = None if docs is None else lexicon.among(docs)
    # Ky is how a whole ki is kept, kiem how its other continuations are.
    beginnings = tuple(dict.fromkeys((partial, canonical_spelling(partial))))
    marked = has_marks(typed.partial)
    most = 2 * WAYS if marked else WAYS
    if folded:
        found = lexicon.following(folded[-1]).commonest(beginnings, among, most)
    else:
        pairs = lexicon.openings(beginnings, most)
        found = [Follower(left, lexicon.titled_pair(left, right)) for left, right in pairs]
    if marked:
        found = _marked(lexicon, found, typed.partial)
    if folded and partial:
        whole = canonical_spelling(partial)
        for one in [one for one in found if one.word == whole]:
            found.remove(one)
            found += lexicon.following(whole).commonest(("",), lexicon.among(one.docs), WAYS)
    found = sorted((one for one in found if len(one.docs)), key=lambda one: -len(one.docs))[:WAYS]
    share = READ_TITLES / max(1, sum(len(one.docs) for one in found))
    return [_Way(one.docs, max(LEAST_TITLES, round(share * len(one.docs)))) for one in found]


def _around(
    lexicon: Lexicon, context: Sequence[str], folded: tuple[str, ...]
) -> NDArray[np.int32] | None:
    """The documents whose titles have the words of a context as marked; None if it may be any."""
    docs = lexicon.in_a_row(folded) if len(folded) > 1 else None
    for word, plain in zip(context, folded, strict=True):
        if word != plain:
            ways = [way for way, _ in lexicon.marked(plain)]
            fitting = tuple(way for way in ways if _fits(word, way, False))
            if len(fitting) < len(ways):
                exact = lexicon.written(fitting)
                docs = exact if docs is None else both(docs, exact)
    return docs


def _marked(lexicon: Lexicon, ways: Sequence[Follower], typed: str) -> list[Follower]:
    """Of documents with a word those whose titles mark it as typed, as far as it was typed."""
    fitting: dict[str, list[str]] = {}
    for word in lexicon.in_titles(_beginnings(lexicon, typed)):
        if _fits(typed, word, True):
            fitting.setdefault(fold_syllable(word), []).append(word)
    return [
        Follower(way.word, both(way.docs, lexicon.written(tuple(fitting[way.word]))))
        for way in ways
        if way.word in fitting
    ]


def _chosen(docs: NDArray[np.int32], most: int) -> list[int]:
    """At most so many of documents, as if by chance but the same ones of most lists."""
    if len(docs) > most:
        stretches = (docs.astype(np.uint32) >> STRETCH_BITS) * SCATTER
        order = stretches.astype(np.uint64) << np.uint64(32) | docs.astype(np.uint64)
        docs = docs[np.argpartition(order, most)[:most]]
    numbers: list[int] = docs.tolist()
    return numbers


def _place(words: Sequence[str], typed: _Typed) -> int | None:
    """Where the typed words stand in a title for the first time."""
    asked = typed.words if typed.partial else typed.context
    last = len(asked) - 1 if typed.partial else -1
    first = VIETNAMESE_LETTERS.get(asked[0][0], asked[0][0])
    for place in range(len(words) - len(typed.words) + 1):
        letter = words[place][0]
        # Most words of a title differ in their first letter already.
        if letter != first and letter.isascii():
            continue
        for at, one in enumerate(asked):
            if not _fits(one, words[place + at], at == last):
                break
        else:
            return place
    return None


@lru_cache(maxsize=WORDS_KEPT)
def _fits(typed: str, word: str, beginning: bool) -> bool:
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
