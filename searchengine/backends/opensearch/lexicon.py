"""What one commit knows of syllables, of the beginnings of terms, and of titles.

Counts come from the vocabularies beside the index, which are exact. Those of syllables are kept
whole, of bigrams and words all that begin with a syllable, since suggestions ask for many of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from searchengine.backends.opensearch.records import StoredTokens
from searchengine.backends.opensearch.searching.queries import term_filter
from searchengine.backends.opensearch.snapshot import Snapshot
from searchengine.backends.protocol import PLAIN_SHARE
from searchengine.backends.values import Beginning, FieldTerm
from searchengine.text.analysis import analyze_syllables
from searchengine.text.folding import fold
from searchengine.text.lexicon.confusions import spellings_of
from searchengine.text.normalization import normalize
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES, WORDS
from searchengine.text.syllables import syllables
from searchengine.text.tone import canonical_tones
from searchengine.text.variants import canonical_spelling, fold_syllable

#: So many words come before whole titles.
COMPLETED_WORDS = 5
#: So many ways of going on after a syllable come after words; so many documents say how each is
#: marked.
FOLLOWERS, READ = 4, 10
#: So many documents with a bigram are looked at for how they mark it.
SAMPLED = 100
#: Vocabularies of at most so many terms are kept whole.
_KEPT = 60_000
#: What ends the first syllable of a term.
_ENDS = {BIGRAMS: " ", WORDS: "_"}
#: Each shard says so many more titles than are asked for: those commonest in all are among them.
_MORE, _TIMES = 1000, 10


class StoredLexicon:
    """What the documents of a commit hold of syllables, marked and folded, and of bigrams."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.documents = snapshot.numbers.documents
        self.syllables = float(max(1, snapshot.numbers.lengths[FOLDED]))

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
        known = self._snapshot.vocabulary(SYLLABLES, _KEPT)
        if known is None:
            terms = [FieldTerm(SYLLABLES, way) for way in ways]
            known = {one.term: n for one, n in self._snapshot.frequencies(terms).items()}
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
        return _sampled(self._snapshot, [(left, right)], SAMPLED)[0]

    def _count(self, field: str, term: str) -> int:
        if not term:
            return 0
        if field in (SYLLABLES, FOLDED) and " " not in term:
            known = self._snapshot.vocabulary(field, _KEPT)
            if known is not None:
                return known.get(term, 0)
        elif field in _ENDS and self._snapshot.unknown([FieldTerm(field, term)]):
            first, end, _ = term.partition(_ENDS[field])
            return self._snapshot.begun(field, first + end).get(term, 0)
        return self._snapshot.frequencies([FieldTerm(field, term)])[FieldTerm(field, term)]


def vocabulary(snapshot: Snapshot, beginnings: Sequence[Beginning]) -> list[list[tuple[str, int]]]:
    """Return for each beginning its commonest terms and how many documents hold each."""
    return [_commonest(snapshot.terms(one.field, one.prefixes))[: one.limit] for one in beginnings]


def complete(snapshot: Snapshot, prefix: str, limit: int) -> list[str]:
    """Return words, then titles, that begin with ``prefix``, whether or not it has diacritics."""
    typed = normalize(prefix).lower()
    if not analyze_syllables(typed)[0] or limit < 1:
        return []
    bare = typed == fold(typed)
    words = {
        word.replace("_", " "): count
        for word, count in snapshot.terms(WORDS, _firsts(typed[0], bare)).items()
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
        for pair, count in snapshot.begun(BIGRAMS, f"{left} ").items()
        if pair.startswith(start)
    }
    pairs = [(left, pair.partition(" ")[2]) for pair, _ in _commonest(counts)[:FOLLOWERS]]
    found = []
    for ways in _sampled(snapshot, pairs, READ):
        for (word, follower), _ in ways.most_common():
            marked = canonical_spelling(canonical_tones(before.text))
            if bare or (word == marked and follower.startswith(partial)):
                found.append(f"{typed[: before.start]}{word} {follower}")
                break
    return found


def _sampled(
    snapshot: Snapshot, pairs: Sequence[tuple[str, str]], documents: int
) -> list[Counter[tuple[str, str]]]:
    """How so many documents with each folded bigram mark it, and how many do so."""
    found = []
    searches = [
        {"size": documents, "query": {"constant_score": {"filter": term_filter(
            BIGRAMS, f"{left} {right}")}},
         "sort": [{"seq": "asc"}], "_source": False, "docvalue_fields": ["tokens"],
         "track_total_hits": False}
        for left, right in pairs
    ]  # fmt: skip
    for pair, answer in zip(pairs, snapshot.search(*searches), strict=True):
        tokens = (StoredTokens(hit["fields"]["tokens"][0]) for hit in answer["hits"]["hits"])
        found.append(
            Counter(
                way
                for one in tokens
                for way in set(pairwise(one.syllables(SYLLABLES)))
                if tuple(map(fold_syllable, way)) == pair
            )
        )
    return found


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
