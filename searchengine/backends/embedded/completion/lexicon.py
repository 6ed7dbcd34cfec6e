"""The lexicon: what one snapshot knows of syllables and of their bigrams.

How frequent a marked syllable is, in which ways a bare one is marked, how often two stand side by
side, and how pages mark them when they do. The index keeps bigrams without diacritics only; how
they are marked is read from the texts of a few pages. Answers are remembered, for a language has
few syllables. What follows from them is the business of ``query.suggest`` and :mod:`completer`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from sys import getsizeof
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.cache_budget import Cache, F, cached_method
from searchengine.backends.embedded.completion.title_successors import Following, both, following
from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.backends.fields import TITLE_BIGRAMS, TITLE_SYLLABLES
from searchengine.backends.protocol import PLAIN_SHARE
from searchengine.backends.protocol import Lexicon as LexiconProtocol
from searchengine.query.suggest.pair_forms import Forms, Pages, Pair, forms_in
from searchengine.text.lexicon.confusions import spellings_of
from searchengine.text.normalization import normalize
from searchengine.text.scan import scan
from searchengine.text.scanned_texts import ScannedTexts
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES, WORDS
from searchengine.text.syllables import syllables
from searchengine.text.tone import canonical_syllable, canonical_tones
from searchengine.text.variants import canonical_spelling, fold_syllable

T = TypeVar("T")

#: Pages that are read to see how a bigram is marked, and how much of each.
SAMPLED_PAGES = 6
SAMPLED_CHARACTERS = 20_000
#: Lists of documents: 80 kB at most at 100,000 documents. What follows a word: 100 kB at most.
REMEMBERED_LISTS, REMEMBERED_FOLLOWING = 256, 64
#: About what a title takes, and each of its words: 2 kB with a dozen of them.
TITLE_BYTES, TITLE_WORD_BYTES = 250, 110
#: Words that may follow in texts; those are left out that have so small a share of what the
#: commonest has, for most are slips.
FOLLOWING, SELDOM = 6, 0.02
#: Two syllables are one word where so much of what has them side by side has them so; names
#: that begin with them count too, so many of them.
JOINED, JOINED_WORDS = 0.4, 4


class Title(NamedTuple):
    """A title, its words in lower case and canonical spelling, and where they stand in it.

    Plain tuples: the garbage collector need not look into thousands of kept titles.
    """

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        """About how many bytes it takes."""
        return getsizeof(self.text) + TITLE_BYTES + TITLE_WORD_BYTES * len(self.words)

    def written(self, place: int) -> str:
        """Return a word as it stands in the title."""
        return self.text[self.starts[place] : self.ends[place]]

    def gap(self, place: int) -> str:
        """Return what stands between the word before ``place`` and that one."""
        return self.text[self.ends[place - 1] : self.starts[place]]


class Lexicon:
    """Counts of one snapshot; safe for any number of threads."""

    def __init__(self, snapshot: Snapshot, frequency: Callable[[str, str], int]) -> None:
        """Count in ``snapshot``; ``frequency`` of a stream and a term says how many documents
        hold that, quickest of what was just searched for."""
        self._snapshot = snapshot
        self._documents_with = frequency
        #: Live documents, and syllables in all of them.
        self.documents = snapshot.live_count
        self.syllables = max(1.0, snapshot.live_count * snapshot.average_length(FOLDED))
        self.frequency = self.kept(self._frequency)
        self.folded_frequency = self.kept(self._folded_frequency)
        self.pair_frequency = self.kept(self._pair_frequency)
        self.marked = self.kept(self._marked)
        self.sampled = self.kept(self._sampled)
        self.ended = self.kept(self._ended)
        self.joined = self.kept(self._joined)
        self.compounds = self.kept(self._compounds)
        self.in_a_row = self.kept(self._in_a_row, REMEMBERED_LISTS)
        self.written = self.kept(self._written, REMEMBERED_LISTS)
        self.titled = self.kept(self._titled, REMEMBERED_LISTS)
        self.following = self.kept(self._following, REMEMBERED_FOLLOWING)
        self.title = self.kept(self._title)

    def kept(self, method: F, most: int | None = None) -> F:
        """Return a bound method whose last answers are kept, for its own object to hold."""
        return cached_method(method, Cache(self._snapshot.budget, "suggestions", most))

    def _frequency(self, syllable: str) -> int:
        """How many documents hold a marked syllable, or about how many have several in a row."""
        if " " in syllable:
            return self._snapshot.estimated_frequency(SYLLABLES, syllable)
        return self._documents_with(SYLLABLES, syllable)

    def _folded_frequency(self, folded: str) -> int:
        """How many documents hold a folded syllable, however marked."""
        return self._documents_with(FOLDED, folded)

    def _pair_frequency(self, left: str, right: str) -> int:
        """How many documents hold two folded syllables side by side."""
        return self._documents_with(BIGRAMS, f"{left} {right}")

    def _marked(self, folded: str) -> tuple[tuple[str, int], ...]:
        """How documents mark a folded syllable, bare among the ways, the commonest first."""
        counts = [(word, self.frequency(word)) for word in (folded, *spellings_of(folded))]
        return tuple(sorted((one for one in counts if one[1]), key=lambda one: (-one[1], one[0])))

    def markings(self, folded: str) -> int:
        """Return how many documents hold a folded syllable, once for each marking."""
        return sum(count for _, count in self.marked(folded))

    def answer(self, ask: Callable[[LexiconProtocol], T]) -> T:
        """Return what ``ask`` makes of what this lexicon knows."""
        return ask(self)

    def is_plain(self, folded: str) -> bool:
        """Return whether nearly all documents mark a folded syllable in the same way."""
        marked = self.marked(folded)
        return not marked or marked[0][1] >= PLAIN_SHARE * self.markings(folded)

    def commonest(self, stream: str, prefixes: Sequence[str], limit: int) -> list[tuple[str, int]]:
        """Return the commonest terms of a stream that begin with any of ``prefixes``."""
        return self._snapshot.commonest(stream, prefixes, limit)

    def _in_a_row(self, words: tuple[str, ...]) -> NDArray[np.int32]:
        """The documents whose titles have folded words (two at least) in a row: int32[n].

        Each bigram is looked for by itself, so that a few have them apart.
        """
        last = self.titled(TITLE_BIGRAMS, " ".join(words[-2:]))
        return last if len(words) == 2 else both(self.in_a_row(words[:-1]), last)

    def _titled(self, stream: str, term: str) -> NDArray[np.int32]:
        """The documents of a term of titles: int32[n], ascending."""
        return self._snapshot.postings(stream, term).docs

    def titled_pair(self, left: str, right: str) -> NDArray[np.int32]:
        """Return documents whose titles have two folded words side by side: int32[n]."""
        return self.titled(TITLE_BIGRAMS, f"{left} {right}")

    def _written(self, ways: tuple[str, ...]) -> NDArray[np.int32]:
        """The documents whose titles have any of these marked syllables: int32[n]."""
        parts = [self.titled(TITLE_SYLLABLES, way) for way in ways]
        if len(parts) == 1:
            return parts[0]
        among = self.among(np.concatenate([np.empty(0, np.int32), *parts]))
        return np.flatnonzero(among).astype(np.int32)

    def in_titles(self, beginnings: Sequence[str]) -> set[str]:
        """Return the marked syllables of titles, deleted ones too, that begin in any such way."""
        return {
            term
            for segment in self._snapshot.segments
            for beginning in beginnings
            for term, _ in segment.terms(TITLE_SYLLABLES, beginning)
        }

    def among(self, docs: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return which documents those are: bool[size]."""
        found = np.zeros(self._snapshot.size, np.bool_)
        found[docs] = True
        return found

    def _following(self, left: str) -> Following:
        """What follows a folded word in titles."""
        return following(self._snapshot, left)

    def openings(self, beginnings: Sequence[str], limit: int) -> list[tuple[str, str]]:
        """Return the commonest folded bigrams of titles whose first word begins so."""
        found = self.commonest(TITLE_BIGRAMS, beginnings, limit)
        return [(left, right) for left, _, right in (pair.partition(" ") for pair, _ in found)]

    def _joined(self, left: str, right: str) -> bool:
        """Whether two syllables, as written, are a word mostly where they meet, or begin a name."""
        pair = canonical_tones(left).lower(), canonical_tones(right).lower()
        word = "_".join(map(canonical_spelling, pair))
        held = self.compounds(word)
        if left[:1].isupper() and right[:1].isupper():
            held += sum(count for _, count in self.commonest(WORDS, (word + "_",), JOINED_WORDS))
        return held > 0 and held > JOINED * self.pair_frequency(*map(fold_syllable, pair))

    def _ended(self, before: tuple[str, ...], word: str) -> str:
        """A syllable with the rest of the word that it and those before it mostly begin."""
        for start in range(len(before) + 1):
            begun = "_".join((*before[start:], word)) + "_"
            for term, count in self.commonest(WORDS, (begun,), 1):
                pair = before[start:][-1:]
                folded = [fold_syllable(one) for one in (*pair, word)]
                held = self.pair_frequency(*folded) if pair else self.frequency(word)
                if count > JOINED * held:
                    return f"{word} {term[len(begun) :].replace('_', ' ')}"
        return word

    def followers(self, context: Sequence[str], partial: str, limit: int) -> list[Pair]:
        """Return the last folded word of ``context`` with what follows it and begins so.

        At most ``limit`` bigrams; first those that stand most in documents which also have the last
        two words of the context side by side, for their number there.
        """
        beginnings = [
            f"{context[-1]} {one}" for one in dict.fromkeys((partial, canonical_spelling(partial)))
        ]
        found = self.commonest(BIGRAMS, beginnings, FOLLOWING)
        found = [one for one in found if one[1] >= SELDOM * found[0][1]]
        if len(context) > 1:
            around = self._snapshot.postings(BIGRAMS, f"{context[-2]} {context[-1]}").docs
            weights = {}
            for pair, count in found:
                shared = len(both(around, self._snapshot.postings(BIGRAMS, pair).docs))
                weights[pair] = shared * shared / count
            found = [one for one in found if weights[one[0]]]
            found.sort(key=lambda one: (-weights[one[0]], one[0]))
        pairs = (pair.partition(" ") for pair, _ in found[:limit])
        return [(left, right) for left, _, right in pairs]

    def _title(self, number: int) -> Title:
        """The title of a document, normalised and taken apart."""
        text = normalize(self._snapshot.title(number))
        tokens = syllables(text)
        words = (canonical_spelling(canonical_syllable(one.text).lower()) for one in tokens)
        starts, ends = (one.start for one in tokens), (one.end for one in tokens)
        return Title(text, tuple(words), tuple(starts), tuple(ends))

    def _sampled(self, left: str, right: str, pages: int = SAMPLED_PAGES) -> Forms:
        """How a few documents with a folded bigram mark it."""
        docs = self._snapshot.postings(BIGRAMS, f"{left} {right}").docs
        places = np.unique(np.linspace(0, len(docs) - 1, pages).astype(np.int64))
        texts = [self._snapshot.text(int(docs[at])) for at in places] if len(docs) else []
        read = ScannedTexts([scan(text[:SAMPLED_CHARACTERS]) for text in texts])
        return forms_in(Pages(read, range(len(texts))), [(left, right)])[left, right]

    def compound(self, left: str, rights: Iterable[str]) -> str:
        """Return which of marked syllables makes the commonest word with ``left``, or ""."""
        counts = {right: self.compounds(f"{left}_{right}") for right in rights}
        best = max(counts, key=lambda right: (counts[right], right), default="")
        return best if best and counts[best] else ""

    def _compounds(self, word: str) -> int:
        """How many documents hold a word of the vocabulary."""
        return self._documents_with(WORDS, word)
