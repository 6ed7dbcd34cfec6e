"""Match spans: which syllables of a text match a query, and where they stand in the original.

Patterns find syllables, whichever way query and text are typed; which of them are marked is
decided for a text and its title together. What is shown of them is :mod:`passages`' business.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.deadline import check_time
from searchengine.query.display.patterns import Pattern, Run
from searchengine.text.scan import BARRIER, Span
from searchengine.text.scanned_texts import Found, ScannedTexts
from searchengine.text.variants import canonical_spelling, spellings

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Between neighbours there is one sign or space, or a dash between spaces; not a sign and a space.
_NEAR, _DASH = 1, 3
#: A number of several syllables: 16.000, 1,000,000 and 7,5; but 12.2016 is a date.
_NUMBER_PARTS = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:[.,]\d{3})+|\d+,\d{1,2})(?![.,]?\d)")
_POINTS = (".", ",")
_FIGURE = re.compile(r"\d+")
#: Characters of the longest that is looked for on either side.
_LONG_NUMBER = 20
#: The word for number, folded.
_NUMBER = "so"


class Matches(NamedTuple):
    """The syllables of some texts that match, in order.

    ``weights``: float64[forms], what each distinct folded form says; ``pairs``: bool[forms, forms],
    which are neighbours in the query; ``keys``: int64[n], the form of each; ``spans``: int64[n, 2],
    characters of the text as it was given; ``bounds``: where those of each text begin, and how many
    there are.
    """

    weights: Floats
    pairs: Bools
    keys: Ints
    spans: Ints
    bounds: Sequence[int]

    def first(self, texts: int) -> Matches:
        """Return those of the first so many texts."""
        end = self.bounds[texts]
        bounds = self.bounds[: texts + 1]
        return self._replace(keys=self.keys[:end], spans=self.spans[:end], bounds=bounds)

    def within(self, passages: Sequence[Span | None]) -> Matches:
        """Return those that stand in the passage of each text, all of one without a passage."""
        if not any(passages):
            return self
        counts = np.diff(self.bounds)
        whole = (0, np.iinfo(np.int64).max)
        allowed = np.array([one or whole for one in passages]).repeat(counts, axis=0)
        kept = (self.spans[:, 0] >= allowed[:, 0]) & (self.spans[:, 1] <= allowed[:, 1])
        before = np.concatenate(([0], np.cumsum(kept)))
        bounds = before[list(self.bounds)].tolist()
        return self._replace(keys=self.keys[kept], spans=self.spans[kept], bounds=bounds)

    def spans_in(self, text: int, start: int = 0, end: int | None = None) -> list[Span]:
        """Return the spans of a text that reach into its part from ``start`` to ``end``."""
        own = self.spans[self.bounds[text] : self.bounds[text + 1]]
        first = int(own[:, 1].searchsorted(start, side="right"))
        last = len(own) if end is None else int(own[:, 0].searchsorted(end))
        return [(left, right) for left, right in own[first:last].tolist()]


class _Folded(NamedTuple):
    """The syllables that have the letters of a pattern.

    ``words``: their distinct forms, and the number of each; ``keys``: int64[n], the number of each
    syllable's; ``in_runs``: bool[n], which stand in a run, however marked.
    """

    words: dict[str, int]
    keys: Ints
    found: Found
    in_runs: Bools


def find_matches(texts: ScannedTexts, pattern: Pattern, documents: int | None = None) -> Matches:
    """Return what of each of ``texts`` to mark.

    With ``documents`` the text of each comes first, and behind all those the title of each;
    otherwise every text is a document. Of a document that has nothing both spelled and placed as
    meant, what is spelled so is marked; of one without even that, whatever has the letters.
    """
    folded = _folded_matches(texts, pattern)
    found = folded.found
    docs = found.own % (documents or max(1, len(texts.texts)))
    marked = np.zeros(len(texts.texts), np.bool_)
    chosen = np.zeros(len(docs), np.bool_)
    if len(docs):
        spelled, certain = _spelled(folded, pattern)
        chosen = _placed(texts, folded, pattern, docs, spelled) | certain
        chosen &= ~_cut_numbers(texts, folded, chosen)
        marked[docs[chosen]] = True
        left = ~marked[docs]
        if left.any():
            chosen |= spelled & left
            marked[docs[chosen]] = True
            chosen |= ~marked[docs]
    bounds = found.own[chosen].searchsorted(np.arange(len(texts.texts) + 1)).tolist()
    weights = np.array([pattern.weights.get(word, 1.0) for word in folded.words])
    pairs = np.zeros((len(weights), len(weights)), np.bool_)
    phrases = (pairwise(run.syllables) for run in pattern.runs if not run.stands_for)
    for pair in (*pattern.pairs, *chain.from_iterable(phrases)):
        if all(word in folded.words for word in pair):
            pairs[folded.words[pair[0]], folded.words[pair[1]]] = True
    return Matches(weights, pairs, folded.keys[chosen], found.spans(chosen), bounds)


def _folded_matches(texts: ScannedTexts, pattern: Pattern) -> _Folded:
    firsts = {spelled for run in pattern.runs for spelled in spellings(run.syllables[0])}
    wanted = sorted(pattern.singles | firsts)
    found = texts.find(wanted)
    words: dict[str, int] = {}
    numbers = [words.setdefault(canonical_spelling(one), len(words)) for one in wanted]
    keys = np.array(numbers, np.int64)[found.words]
    if not (pattern.prefixes or pattern.runs):
        return _Folded(words, keys, found, np.zeros(len(keys), np.bool_))
    begun: set[int] = set()
    for prefix in pattern.prefixes:
        check_time()
        begun.update(texts.beginning(prefix).tolist())
    in_runs: dict[int, str] = {}
    for run in pattern.runs:
        check_time()
        first = words[canonical_spelling(run.syllables[0])]
        for start in found.syllables[keys == first].tolist():
            in_runs.update(dict.fromkeys(_run_from(texts, start, run), run.stands_for))
    single = np.array([one in pattern.singles for one in wanted], np.bool_)[found.words]
    known = dict(zip(found.syllables[single].tolist(), keys[single].tolist(), strict=True))
    for one in (begun | in_runs.keys()).difference(known):
        word = in_runs.get(one) or canonical_spelling(texts.word(one))
        known[one] = words.setdefault(word, len(words))
    syllables = np.array(sorted(known), np.int64)
    keys = np.array([known[one] for one in syllables.tolist()], np.int64)
    own = np.array([one in in_runs for one in syllables.tolist()], np.bool_)
    return _Folded(words, keys, Found(texts, syllables, keys), own)


def _run_from(texts: ScannedTexts, start: int, run: Run) -> list[int]:
    """The syllables of ``run``, the first of them ``start``; none if it does not stand there."""
    found = [start]
    left = run.slop
    last = len(texts.starts) - 1
    for syllable in run.syllables[1:]:
        wanted = spellings(syllable)
        while True:
            if start == last or (word := texts.word(start := start + 1)) == BARRIER:
                return []
            if word in wanted:
                break
            if not left:
                return []
            left -= 1
        found.append(start)
    return found


def _spelled(folded: _Folded, pattern: Pattern) -> tuple[Bools, Bools]:
    """Which syllables are spelled as meant, and which are marked wherever they are."""
    forms, written = folded.found.written
    spelled = np.array([one in pattern.spelled for one in forms], np.bool_)[written]
    certain = np.zeros(len(written), np.bool_)
    if pattern.exact_prefixes:
        begun = [one.startswith(pattern.exact_prefixes) for one in forms]
        certain = np.array(begun, np.bool_)[written]
    if pattern.is_bare:
        return spelled, certain | folded.in_runs
    runs = [(run, firsts) for run in pattern.runs if (firsts := set(filter(run.has, forms)))]
    if runs:
        keys = [forms[number] for number in written.tolist()]
        own, syllables = folded.found.own.tolist(), folded.found.syllables.tolist()
        places = list(zip(own, syllables, keys, strict=True))
        for run, firsts in runs:
            check_time()
            for place, key in enumerate(keys):
                if key in firsts:
                    certain[_exact_run(places, place, run)] = True
    return spelled, certain


def _placed(
    texts: ScannedTexts, folded: _Folded, pattern: Pattern, docs: Ints, spelled: Bools
) -> Bools:
    """Which syllables are words as meant, or stand beside their neighbours in the query."""
    forms, written = folded.found.written
    chosen: Bools = np.array([one in pattern.words for one in forms], np.bool_)[written]
    if not pattern.pairs:
        return chosen
    words, syllables = folded.words, folded.found.syllables
    table = np.zeros((len(words), len(words)), np.bool_)
    for pair in pattern.pairs:
        table[words[pair[0]], words[pair[1]]] = True
    gaps = texts.starts[syllables[1:]] - texts.ends[syllables[:-1]]
    apart = syllables[1:] - syllables[:-1]
    near = (apart == 1) & ((gaps == _NEAR) | (gaps == _DASH))
    figures = np.array([word.isdigit() for word in words], np.bool_)[folded.keys]
    # Nghị quyết số 42 is nghị quyết 42.
    for place in np.flatnonzero((apart == 2) & figures[1:]).tolist():
        near[place] = texts.word(int(syllables[place]) + 1) == _NUMBER
    if pattern.is_bare:
        # A figure beside it does not tell how a word is meant.
        telling = spelled & ~figures
        enough = telling[1:] | telling[:-1] | (spelled[1:] & spelled[:-1])
    else:
        # What a document never spells as typed may be spelled otherwise beside its neighbour.
        known = np.zeros((int(docs.max()) + 1, len(words)), np.bool_)
        known[docs[spelled], folded.keys[spelled]] = True
        fine = spelled | ~known[docs, folded.keys]
        enough = (spelled[1:] | spelled[:-1]) & fine[1:] & fine[:-1]
    left = np.flatnonzero(near & enough)
    left = left[table[folded.keys[left], folded.keys[left + 1]]]
    chosen[left] = True
    chosen[left + 1] = True
    return chosen


def _cut_numbers(texts: ScannedTexts, folded: _Folded, chosen: Bools) -> Bools:
    """Which syllables are a part of a number of which not all is ``chosen``: the 000 of 16.000."""
    cut = np.zeros(len(chosen), np.bool_)
    figures = chosen & np.array([one.isdecimal() for one in folded.words], np.bool_)[folded.keys]
    if not figures.any():
        return cut
    owns, spans = folded.found.own[figures].tolist(), folded.found.spans(figures).tolist()
    begun = {(own, start) for own, (start, _) in zip(owns, spans, strict=True)}
    for place, own, (start, end) in zip(np.flatnonzero(figures), owns, spans, strict=True):
        text = texts.texts[own].text
        if text[start - 1 : start] not in _POINTS and text[end : end + 1] not in _POINTS:
            continue
        for number in _NUMBER_PARTS.finditer(
            text, max(0, start - _LONG_NUMBER), end + _LONG_NUMBER
        ):
            if number.start() <= start and end <= number.end():
                parts = _FIGURE.finditer(text, *number.span())
                cut[place] = any((own, part.start()) not in begun for part in parts)
    return cut


def _exact_run(places: Sequence[tuple[int, int, str]], place: int, run: Run) -> list[int]:
    """Which of ``places``, from ``place`` on, are ``run``; none if it does not stand there.

    Each of them is a text, the number of a syllable there, and its form.
    """
    found = [place]
    left = run.slop
    text, before, _ = places[place]
    for wanted in range(1, len(run.syllables)):
        while (place := place + 1) < len(places):
            other, syllable, form = places[place]
            left -= syllable - before - 1
            if left < 0 or other != text:
                return []
            before = syllable
            if run.has(form, wanted):
                break
            left -= 1
        else:
            return []
        found.append(place)
    return found
