"""What one commit knows of syllables, of the beginnings of terms, and of titles.

Counts of syllables come from the vocabularies beside the index and are kept whole where there are
not too many; others are asked for, all at once where :meth:`StoredLexicon.answer` is told what for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeVar

from searchengine.backends.opensearch.records import StoredTokens
from searchengine.backends.opensearch.searching.queries import term_filter
from searchengine.backends.opensearch.snapshot import Snapshot
from searchengine.backends.protocol import PLAIN_SHARE, Lexicon
from searchengine.backends.values import Beginning, FieldTerm
from searchengine.text.analysis import analyze_syllables
from searchengine.text.folding import fold
from searchengine.text.lexicon.confusions import spellings_of
from searchengine.text.normalization import normalize
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES, WORDS
from searchengine.text.syllables import syllables
from searchengine.text.tone import canonical_tones
from searchengine.text.variants import canonical_spelling, fold_syllable

Json = dict[str, Any]
Pair = tuple[str, str]
T = TypeVar("T")

#: So many words come before whole titles.
COMPLETED_WORDS = 5
#: So many ways of going on after a syllable come after words; so many documents say how each is
#: marked.
FOLLOWERS, READ = 4, 10
#: So many documents with a bigram are looked at for how they mark it.
SAMPLED = 100
#: So often something is answered with what is known so far.
_TRIES = 8
#: Each shard says so many more titles than are asked for: those commonest in all are among them.
_MORE, _TIMES = 1000, 10


@dataclass(frozen=True)
class _Missing:
    """What was asked for and is not known yet: how frequent terms are, how bigrams are marked."""

    terms: dict[FieldTerm, None] = field(default_factory=dict)
    pairs: dict[Pair, None] = field(default_factory=dict)


class StoredLexicon:
    """What the documents of a commit hold of syllables, marked and folded, and of bigrams.

    With ``missing`` it asks for nothing: what is not known is noted there, and said to be 0.
    """

    def __init__(self, snapshot: Snapshot, missing: _Missing | None = None) -> None:
        self._snapshot = snapshot
        self._missing = missing
        self.documents = snapshot.numbers.documents
        self.syllables = float(max(1, snapshot.numbers.lengths[FOLDED]))

    def what_is_known(self) -> StoredLexicon:
        """Return a lexicon that says 0 of what is not known yet."""
        return StoredLexicon(self._snapshot, _Missing())

    def frequency(self, syllable: str, /) -> int:
        """Return how many documents hold a marked syllable, or several side by side."""
        return self._count(SYLLABLES, syllable)

    def folded_frequency(self, folded: str, /) -> int:
        """Return how many documents hold a folded syllable, however marked."""
        return self._count(FOLDED, folded)

    def compounds(self, word: str, /) -> int:
        """Return how many documents hold a word of several syllables."""
        return self._count(WORDS, word)

    def pair_frequency(self, left: str, right: str, /) -> int:
        """Return how many documents hold two folded syllables side by side."""
        return self._count(BIGRAMS, f"{left} {right}")

    def marked(self, folded: str, /) -> Sequence[tuple[str, int]]:
        """Return how documents mark a folded syllable and how many do so, commonest first."""
        ways = [way for way in (folded, *spellings_of(folded)) if way]
        known = self._snapshot.vocabularies.whole(SYLLABLES)
        if known is None:
            terms = [FieldTerm(SYLLABLES, way) for way in ways]
            known = {one.term: count for one, count in self._frequencies(terms).items()}
        return _commonest({way: known[way] for way in ways if known.get(way)})

    def markings(self, folded: str, /) -> int:
        """Return how many documents hold a folded syllable, once for each marking."""
        return sum(count for _, count in self.marked(folded))

    def is_plain(self, folded: str, /) -> bool:
        """Return whether nearly all documents mark a folded syllable in the same way."""
        marked = self.marked(folded)
        return not marked or marked[0][1] >= PLAIN_SHARE * self.markings(folded)

    def sampled(self, left: str, right: str, /) -> Mapping[tuple[str, str], int]:
        """Return how a few documents with a folded bigram mark it, and how many do so."""
        samples, pair = self._snapshot.samples, (left, right)
        if pair not in samples:
            if self._missing is not None:
                self._missing.pairs[pair] = None
                return {}
            self._learn(_Missing(pairs={pair: None}))
        return samples[pair]

    def answer(self, ask: Callable[[Lexicon], T], /) -> T:
        """Return what ``ask`` makes of what this lexicon knows.

        It is called with what is known, until nothing is missing.
        """
        for _ in range(_TRIES):
            missing = _Missing()
            answer = ask(StoredLexicon(self._snapshot, missing))
            if not (missing.terms or missing.pairs):
                return answer
            self._learn(missing)
        return ask(self)

    def _learn(self, missing: _Missing) -> None:
        """Ask for all that is missing, in one request."""
        snapshot, pairs = self._snapshot, list(missing.pairs)
        samples = [_sample_search(pair, SAMPLED) for pair in pairs]
        for pair, answer in zip(pairs, snapshot.learn(missing.terms, *samples), strict=True):
            snapshot.samples[pair] = _markings_in(answer, pair)

    def _count(self, field: str, term: str) -> int:
        if not term:
            return 0
        if field in (SYLLABLES, FOLDED) and " " not in term:
            known = self._snapshot.vocabularies.whole(field)
            if known is not None:
                return known.get(term, 0)
        if field == SYLLABLES and self._is_nowhere(term):
            return 0
        return self._frequencies([FieldTerm(field, term)])[FieldTerm(field, term)]

    def _is_nowhere(self, phrase: str) -> bool:
        """Whether it is known that no document has two of these syllables side by side."""
        folded = map(fold_syllable, phrase.split(" "))
        pairs = [FieldTerm(BIGRAMS, " ".join(pair)) for pair in pairwise(folded)]
        return 0 in self._snapshot.known(pairs).values()

    def _frequencies(self, terms: Sequence[FieldTerm]) -> Mapping[FieldTerm, int]:
        """How many documents hold each of ``terms``; 0 where that is missing."""
        if self._missing is None:
            return self._snapshot.frequencies(terms)
        known = self._snapshot.known(terms)
        self._missing.terms.update((one, None) for one in terms if one not in known)
        return {one: known.get(one, 0) for one in terms}


def vocabulary(snapshot: Snapshot, beginnings: Sequence[Beginning]) -> list[list[tuple[str, int]]]:
    """Return for each beginning its commonest terms and how many documents hold each."""
    return [
        _commonest(snapshot.vocabularies.terms(one.field, one.prefixes))[: one.limit]
        for one in beginnings
    ]


def complete(snapshot: Snapshot, prefix: str, limit: int) -> list[str]:
    """Return words, then titles, that begin with ``prefix``, whether or not it has diacritics."""
    typed = normalize(prefix).lower()
    if not analyze_syllables(typed)[0] or limit < 1:
        return []
    bare = typed == fold(typed)
    words = {
        word.replace("_", " "): count
        for word, count in snapshot.vocabularies.terms(WORDS, _firsts(typed[0], bare)).items()
    }
    begun = {
        word: count
        for word, count in words.items()
        if (fold(word) if bare else word).startswith(typed)
    }
    wanted = limit + COMPLETED_WORDS
    titles = {"field": "title", "size": wanted, "shard_size": wanted * _TIMES + _MORE}
    (answer,) = snapshot.search(
        {"size": 0, "track_total_hits": False,
         "query": {"prefix": {"title_bare" if bare else "title_lower": {"value": typed}}},
         "aggs": {"titles": {"terms": titles}}}
    )  # fmt: skip
    titled = {one["key"]: one["doc_count"] for one in answer["aggregations"]["titles"]["buckets"]}
    found = [word for word, _ in _commonest(begun)[:COMPLETED_WORDS]]
    found += _followers(snapshot, typed, bare)
    found += [title for title, _ in _commonest(titled)]
    return list(dict.fromkeys(found))[:limit]


def _followers(snapshot: Snapshot, typed: str, bare: bool) -> list[str]:
    """What was typed with the syllables that follow its last whole one most often, as marked."""
    tokens = syllables(typed)
    partial = tokens.pop().text if typed[-1].isalnum() else ""
    if not tokens:
        return []
    before, left = tokens[-1], fold_syllable(tokens[-1].text)
    start = f"{left} {fold(partial)}"
    counts = {
        pair: count
        for pair, count in snapshot.vocabularies.begun(BIGRAMS, f"{left} ").items()
        if pair.startswith(start)
    }
    pairs = [(left, pair.partition(" ")[2]) for pair, _ in _commonest(counts)[:FOLLOWERS]]
    found = []
    answers = snapshot.search(*(_sample_search(pair, READ) for pair in pairs))
    for pair, answer in zip(pairs, answers, strict=True):
        for (word, follower), _ in _markings_in(answer, pair).most_common():
            marked = canonical_spelling(canonical_tones(before.text))
            if bare or (word == marked and follower.startswith(partial)):
                found.append(f"{typed[: before.start]}{word} {follower}")
                break
    return found


def _sample_search(pair: Pair, documents: int) -> Json:
    """The search for so many documents with a folded bigram."""
    return {
        "size": documents,
        "query": {"constant_score": {"filter": term_filter(BIGRAMS, " ".join(pair))}},
        "sort": [{"seq": "asc"}],
        "_source": False,
        "docvalue_fields": ["tokens"],
        "track_total_hits": False,
    }


def _markings_in(answer: Json, pair: Pair) -> Counter[Pair]:
    """How documents that a :func:`_sample_search` found mark a bigram, and how many do so."""
    tokens = (StoredTokens(hit["fields"]["tokens"][0]) for hit in answer["hits"]["hits"])
    return Counter(way for one in tokens for way in set(_ways(one, pair)))


def _ways(tokens: StoredTokens, pair: Pair) -> Iterator[Pair]:
    """How a document marks a folded bigram, wherever it has it."""
    folded, marked = tokens.syllables(FOLDED), tokens.syllables(SYLLABLES)
    for at, other in enumerate(pairwise(folded)):
        if other == pair:
            yield marked[at], marked[at + 1]


def _commonest(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _firsts(letter: str, bare: bool) -> Sequence[str]:
    """What a word may begin with whose first letter was typed so."""
    return _marked_letters().get(letter, letter) if bare else letter


@lru_cache(maxsize=1)
def _marked_letters() -> Mapping[str, str]:
    """For each bare letter all letters that are it when their marks are taken off."""
    found: dict[str, str] = {}
    for code in (*range(0x61, 0x7B), *range(0xDF, 0x250), *range(0x1E00, 0x1F00)):
        letter = chr(code)
        bare = fold(letter)
        if len(bare) == 1 and letter == letter.lower():
            found[bare] = found.get(bare, "") + letter
    return found
