"""Which documents a query tree matches, as one boolean per document number.

Matching knows no scores. Phrases are found by intersecting the postings of their syllable pairs
and then checked on the text itself, because no positions are kept.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.schema import (
    NO_DAY,
    NUMBERS,
    TITLE_BIGRAMS,
    TITLE_FOLDED,
    TITLE_SYLLABLES,
)
from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.backends.embedded.index.stored.document_codec import day_number
from searchengine.query.language.tree import (
    Bool,
    DateRange,
    HasFacet,
    HasNumber,
    InTitle,
    Node,
    Phrase,
    Prefix,
    RelativeRange,
    Words,
)
from searchengine.query.plan.weights import PREFIX_EXPANSIONS, beginnings_of, syllables_of
from searchengine.text.analysis import BIGRAMS, FOLDED, SYLLABLES, analyze_syllables, bigrams_of
from searchengine.text.lexicon.abbreviations import expand
from searchengine.text.numbers import number_key
from searchengine.text.scan import scan
from searchengine.text.variants import canonical_spelling, spellings

Mask = NDArray[np.bool_]

#: So many values of facets are remembered split: splitting 6,000 authors takes 50 ms.
KEPT_VALUES = 16_384


def matching(snapshot: Snapshot, node: Node, *, marked: bool) -> Mask:
    """Return which live documents match ``node``: bool[size].

    ``marked`` says that the query was typed with diacritics: then ``+``, ``-``, phrases and
    prefixes ask for exactly the letters typed; otherwise diacritics do not matter.
    """
    return _Matcher(snapshot, marked).mask(node, snapshot.live)


def prefix_terms(snapshot: Snapshot, text: str, *, marked: bool) -> tuple[str, list[str]]:
    """Return the stream and the commonest terms that a typed prefix stands for."""
    stream = SYLLABLES if marked else FOLDED
    starts = beginnings_of(text, exact=marked)
    found = dict(snapshot.commonest(stream, starts, PREFIX_EXPANSIONS))
    for whole in {canonical_spelling(start) for start in starts} - found.keys():
        if count := snapshot.document_frequency(stream, whole):
            found[whole] = count
    commonest = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    return stream, [term for term, _ in commonest[:PREFIX_EXPANSIONS]]


class _Matcher:
    def __init__(self, snapshot: Snapshot, marked: bool) -> None:
        self._snapshot = snapshot
        self._marked = marked

    def mask(self, node: Node, within: Mask) -> Mask:
        """Which documents match; of those outside ``within`` it may say anything."""
        if isinstance(node, Bool):
            return self._bool(node, within)
        if isinstance(node, Words):
            return self._words(node)
        if isinstance(node, Phrase):
            return self._phrase(node, self._page, within)
        if isinstance(node, Prefix):
            stream, terms = prefix_terms(self._snapshot, node.text, marked=self._marked)
            return self._any(stream, terms)
        if isinstance(node, InTitle):
            return self._title(node, within)
        if isinstance(node, HasNumber):
            return self._any(NUMBERS, [number_key(node.text)])
        if isinstance(node, HasFacet):
            return self._facet(node)
        if isinstance(node, RelativeRange):
            raise TypeError("relative dates are resolved before an index is asked")
        return self._dates(node)

    def _none(self) -> Mask:
        return np.zeros(self._snapshot.size, np.bool_)

    def _any(self, stream: str, terms: Sequence[str]) -> Mask:
        mask = self._none()
        for term in terms:
            mask[self._snapshot.postings(stream, term).docs] = True
        return mask

    def _all(self, stream: str, terms: Sequence[str]) -> Mask:
        mask = self._snapshot.live.copy()
        for term in terms:
            mask &= self._any(stream, [term])
        return mask

    def _bool(self, node: Bool, within: Mask) -> Mask:
        mask = within & self._snapshot.live
        # Texts are read for phrases, so these come last, when few documents are left.
        for child in sorted(node.must, key=_reads_texts):
            mask &= self.mask(child, mask)
        if node.should and not node.must:
            either = [self.mask(child, mask) for child in node.should]
            mask &= functools.reduce(np.logical_or, either)
        for child in sorted(node.must_not, key=_reads_texts):
            mask &= ~self._excluded(child, mask)
        return mask

    def _excluded(self, child: Node, within: Mask) -> Mask:
        """Words after a minus are read as typed: ``-năm`` does not take ``nam`` away."""
        if isinstance(child, Words):
            child = Words(child.text, every=True)
        return self.mask(child, within)

    def _words(self, node: Words) -> Mask:
        syllables, folded = syllables_of(node.text)
        if node.every:
            if self._marked:
                return self._all(SYLLABLES, syllables)
            return self._all(FOLDED, folded)
        mask = self._any(FOLDED, folded)
        for expansion in expand(syllables):
            mask |= self._all(SYLLABLES, expansion.syllables)
        return mask

    def _phrase(self, node: Phrase, read: Callable[[int], str], within: Mask) -> Mask:
        syllables, folded = syllables_of(node.text)
        in_title = read == self._snapshot.title
        pairs, singles = (TITLE_BIGRAMS, TITLE_FOLDED) if in_title else (BIGRAMS, FOLDED)
        candidates = within & self._all(pairs, bigrams_of(folded)) & self._all(singles, folded[:1])
        if self._marked:
            exact = TITLE_SYLLABLES if in_title else SYLLABLES
            candidates &= self._all(exact, syllables)
            if len(syllables) == 1:
                return candidates
        elif len(folded) <= 2:
            return candidates
        pattern = _phrase_pattern(folded)
        mask = self._none()
        for number in np.flatnonzero(candidates).tolist():
            scanned = scan(read(number))
            places = (match.regs[1:] for match in pattern.finditer(scanned.folded))
            if self._marked:
                wanted = list(syllables)
                mask[number] = any(scanned.exact(place) == wanted for place in places)
            else:
                mask[number] = any(True for _ in places)
        return mask

    def _page(self, number: int) -> str:
        document = self._snapshot.document(number)
        return f"{document.title}\n{document.text}"

    def _title(self, node: InTitle, within: Mask) -> Mask:
        inner = node.node
        if isinstance(inner, Phrase):
            return self._phrase(inner, self._snapshot.title, within)
        stream = TITLE_SYLLABLES if self._marked else TITLE_FOLDED
        if isinstance(inner, Prefix):
            _, terms = prefix_terms(self._snapshot, inner.text, marked=self._marked)
            return self._any(stream, terms)
        syllables, folded = syllables_of(inner.text)
        return self._all(stream, syllables if self._marked else folded)

    def _facet(self, node: HasFacet) -> Mask:
        return facet_mask(self._snapshot, node.name, node.value)

    def _dates(self, node: DateRange) -> Mask:
        first, last = self._snapshot.days()
        mask: Mask = self._snapshot.live & (first != NO_DAY)
        if node.since is not None:
            mask &= last >= day_number(node.since)
        if node.until is not None:
            mask &= first <= day_number(node.until)
        return mask


def _reads_texts(node: Node) -> bool:
    if isinstance(node, Bool):
        return any(map(_reads_texts, (*node.must, *node.should, *node.must_not)))
    inner = node.node if isinstance(node, InTitle) else node
    return isinstance(inner, Phrase)


def _phrase_pattern(folded: Sequence[str]) -> re.Pattern[str]:
    """Finds folded syllables side by side in a scanned text, one group for each."""
    either = ["|".join(map(re.escape, spellings(one))) for one in folded]
    return re.compile("(?<= )(?=({}) )".format(") +(".join(either)))


@functools.lru_cache(maxsize=KEPT_VALUES)
def _spaced(value: str) -> tuple[str, str]:
    """The syllables of a facet's value, and the folded ones, with a space around each."""
    syllables, folded = analyze_syllables(value)
    return f" {' '.join(syllables)} ", f" {' '.join(folded)} "


def facet_mask(snapshot: Snapshot, name: str, value: str) -> Mask:
    """Return the live documents whose facet holds the syllables of ``value`` side by side.

    Diacritics count where ``value`` has some: ``nguyen thai binh`` finds phường Nguyễn Thái Bình.
    """
    facet = snapshot.facet(name)
    syllables, folded = analyze_syllables(value)
    form = 0 if syllables != folded else 1
    wanted = _spaced(value)[form]
    mask = np.zeros(snapshot.size, np.bool_)
    if syllables:
        names = map(facet.names.strings.__getitem__, facet.groups.codes.tolist())
        chosen = np.array([wanted in _spaced(name)[form] for name in names], np.bool_)
        mask[facet.groups.within(chosen)] = True
    return mask & snapshot.live
