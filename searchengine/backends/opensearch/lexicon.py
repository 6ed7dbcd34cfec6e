"""What one commit knows of syllables, of the beginnings of terms, and of titles.

Vocabularies are read from the cluster by aggregations; those of syllables are kept whole, since
suggestions ask for many of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from searchengine.backends.opensearch.mapping import decode, encode
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
from searchengine.text.variants import fold_syllable

Json = dict[str, Any]

#: So many words come before whole titles.
COMPLETED_WORDS = 5
#: So many documents with a bigram are looked at for how they mark it.
SAMPLED = 100
#: Vocabularies of at most so many terms are kept whole.
_KEPT = 60_000
#: Each shard says so many more terms than are asked for: those commonest in all are among them.
_MORE, _TIMES = 1000, 10
#: Signs with a meaning of their own in the cluster's regular expressions.
_SIGNS = re.compile(r"""[.?+*|(){}\[\]\\"#@&<>~^$-]""")


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
        (answer,) = self._snapshot.search(
            {"size": SAMPLED, "query": {"constant_score": {
                "filter": term_filter(BIGRAMS, f"{left} {right}")}},
             "sort": [{"seq": "asc"}], "_source": False, "docvalue_fields": ["tokens"],
             "track_total_hits": False}
        )  # fmt: skip
        return Counter(
            pair
            for hit in answer["hits"]["hits"]
            for pair in set(pairwise(StoredTokens(hit["fields"]["tokens"][0]).syllables(SYLLABLES)))
            if tuple(map(fold_syllable, pair)) == (left, right)
        )

    def _count(self, field: str, term: str) -> int:
        if not term:
            return 0
        if field in (SYLLABLES, FOLDED) and " " not in term:
            known = self._snapshot.vocabulary(field, _KEPT)
            if known is not None:
                return known.get(term, 0)
        return self._snapshot.frequencies([FieldTerm(field, term)])[FieldTerm(field, term)]


def vocabulary(snapshot: Snapshot, beginnings: Sequence[Beginning]) -> list[list[tuple[str, int]]]:
    """Return for each beginning its commonest terms and how many documents hold each."""
    searches = [
        _terms_search(one.field, "|".join(_escaped(prefix) for prefix in one.prefixes), one.limit)
        for one in beginnings
    ]
    answers = snapshot.search(*searches) if searches else []
    return [_buckets(answer)[: one.limit] for one, answer in zip(beginnings, answers, strict=True)]


def complete(snapshot: Snapshot, prefix: str, limit: int) -> list[str]:
    """Return words, then titles, that begin with ``prefix``, whether or not it has diacritics."""
    typed = normalize(prefix).lower()
    if not analyze_syllables(typed)[0] or limit < 1:
        return []
    bare = typed == fold(typed)
    begins = "".join(_any_marked(sign) if bare else _escaped(sign) for sign in typed)
    words = _terms_search(WORDS, begins.replace(" ", "_"), COMPLETED_WORDS)
    titles = {
        **_terms_search("title", "", limit + COMPLETED_WORDS),
        "query": {"prefix": {"title_bare" if bare else "title_lower": {"value": typed}}},
    }
    begun, titled = map(_buckets, snapshot.search(words, titles))
    found = [word.replace("_", " ") for word, _ in begun] + [title for title, _ in titled]
    return list(dict.fromkeys(found))[:limit]


def _terms_search(field: str, begins: str, limit: int) -> Json:
    """The search for the commonest terms that a regular expression begins."""
    size = max(1, min(limit, _KEPT))
    terms: Json = {"field": field, "size": size, "shard_size": min(size * _TIMES + _MORE, _KEPT)}
    if begins:
        terms["include"] = f"({begins}).*"
    return {"size": 0, "track_total_hits": False, "aggs": {"terms": {"terms": terms}}}


def _buckets(answer: Json) -> list[tuple[str, int]]:
    found = answer["aggregations"]["terms"]["buckets"]
    return _commonest({decode(one["key"]): one["doc_count"] for one in found})


def _commonest(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _escaped(text: str) -> str:
    return _SIGNS.sub(lambda found: f"\\{found[0]}", encode(text))


def _any_marked(sign: str) -> str:
    return f"[{_marked_letters()[sign]}]" if sign in _marked_letters() else _escaped(sign)


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
