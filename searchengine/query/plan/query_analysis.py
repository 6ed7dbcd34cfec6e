"""A query analysed once: what matching, scoring, display and suggestion all read.

From a parsed query comes one frozen value: how it was typed, the token streams of each of its
texts, the other forms of its abbreviations, its document numbers. No index is asked, and nothing
is weighed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from searchengine.query.dates.query_dates import date_spans, origin_of, resolved, words_of
from searchengine.query.language.parser import bare_spans
from searchengine.query.language.tree import (
    Bool,
    InTitle,
    Near,
    Node,
    Phrase,
    Prefix,
    Query,
    Words,
    positive_nodes,
)
from searchengine.text.analysis import Analysis, analyze, analyze_syllables, typed_syllables
from searchengine.text.folding import fold, has_marks
from searchengine.text.lexicon.abbreviations import expand
from searchengine.text.lexicon.forms import Expansion
from searchengine.text.lexicon.synonyms import NO_SYNONYMS, Synonyms
from searchengine.text.normalization import normalize
from searchengine.text.numbers import candidate_keys
from searchengine.text.spellings import other_spellings
from searchengine.text.syllables import split_syllables
from searchengine.text.tone import with_every_tone

TextNode = Words | Phrase

#: A text is said in so many other ways at most, so that a long list of synonyms cannot make a plan
#: of any number of terms.
MAX_OTHER_FORMS = 128


@dataclass(frozen=True, slots=True)
class AnalyzedText:
    """The token streams of a text of a query, and what else its syllables may say.

    ``expansions`` are other forms of its abbreviations, and synonyms; ``numbers`` the keys of what
    may be document numbers; ``dates`` where dates stand, in its syllables; ``spellings`` what else
    its words may be written as, of which those that an index uses become expansions; ``day`` the
    day that the text is and nothing else, which is also that of documents dated so.
    """

    analysis: Analysis
    expansions: tuple[Expansion, ...]
    numbers: tuple[str, ...]
    dates: tuple[tuple[int, int], ...] = ()
    spellings: tuple[Expansion, ...] = ()
    day: datetime.date | None = None

    @property
    def syllables(self) -> list[str]:
        """The marked syllables, in order."""
        return self.analysis.syllables

    @property
    def folded(self) -> list[str]:
        """The folded syllables, in order."""
        return self.analysis.folded


@dataclass(frozen=True, slots=True)
class AnalyzedPrefix:
    """How terms begin that a prefix stands for: with its diacritics (any tone if it has none),
    and without."""

    exact: tuple[str, ...]
    folded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnalyzedQuery:
    """A query and all that the language says of it.

    ``root`` is its tree with the days in place of relative dates. ``has_diacritics`` says how it
    was typed, which decides whether diacritics are asked for. ``texts`` and ``prefixes`` hold the
    analyses of the leaves by their text.
    """

    query: Query
    root: Node
    has_diacritics: bool
    texts: Mapping[str, AnalyzedText]
    prefixes: Mapping[str, AnalyzedPrefix]

    def positive_leaves(self) -> Iterator[TextNode | Prefix]:
        """Yield the leaves of text that a document is asked to have, in the order typed."""
        for node in positive_nodes(self.root):
            inner = node.node if isinstance(node, InTitle) else node
            if isinstance(inner, (Words, Phrase, Prefix)):
                yield inner

    def holds_words(self) -> bool:
        """Return whether quotes, a sign, a title or a star hold a word.

        Beside words with diacritics it would be asked for exactly as it was typed.
        """
        text = normalize(self.query.text)
        free = {one for start, end in bare_spans(text) for one in _letters(text[start:end])}
        asked = (*self.texts, *self.prefixes)
        return any(one not in free for leaf in asked for one in _letters(leaf))

    def prefixes_asked_for(self) -> list[str]:
        """Return the text of each prefix that a document is asked to have, in the order typed.

        Each once, so that what they stand for stays bounded.
        """
        texts = (leaf.text for leaf in self.positive_leaves() if isinstance(leaf, Prefix))
        return list(dict.fromkeys(texts))


def analyze_query(
    query: Query,
    today: datetime.date,
    *,
    match_all: bool = False,
    synonyms: Synonyms = NO_SYNONYMS,
) -> AnalyzedQuery:
    """Return the analysis of a parsed query; ``match_all`` asks for every bare word."""
    root = resolved(query.root, today)
    if match_all and isinstance(root, Words):
        root = Words(root.text, every=True)
    # Diacritics of a filter (`trước:2022`) say nothing of how the words were typed.
    typed = has_diacritics(query.text) and has_diacritics(words_of(root, excluded=True))
    texts, prefixes = {}, {}
    for leaf in _text_leaves(root):
        if isinstance(leaf, Prefix):
            prefixes[leaf.text] = _analyze_prefix(leaf.text)
        elif leaf.text not in texts:
            texts[leaf.text] = analyze_text(leaf.text, synonyms)
    return AnalyzedQuery(query, root, typed, texts, prefixes)


def has_diacritics(text: str) -> bool:
    """Return whether a query was typed with diacritics (anywhere in it)."""
    return has_marks(normalize(text))


def analyze_text(text: str, synonyms: Synonyms = NO_SYNONYMS) -> AnalyzedText:
    """Return the analysis of a text as a query's."""
    # The segmenter takes capitals for names; nDCG@10 of queries in capitals: −0.03, not −0.11.
    analysis = analyze([text.lower() if text.isupper() else text])[0]
    as_typed = split_syllables(fold(normalize(text)).lower())
    numbers = tuple(key for key, _, _ in candidate_keys(as_typed))
    others = (*expand(analysis.syllables), *synonyms.expand(analysis.syllables))
    spellings = other_spellings(analysis.syllables, analysis.words, text)
    dates = _dates_in(text)
    day = _only_day(text) if dates == ((0, len(analysis.syllables)),) else None
    return AnalyzedText(analysis, others[:MAX_OTHER_FORMS], numbers, dates, spellings, day)


def _dates_in(text: str) -> tuple[tuple[int, int], ...]:
    """Where dates stand in a text, in its syllables, one after the other."""
    normal = " ".join(normalize(text).split())
    found: list[tuple[int, int]] = []
    for start, end in sorted(date_spans(normal)):
        span = (_syllables_in(normal[:start]), _syllables_in(normal[:end]))
        if not found or span[0] >= found[-1][1]:
            found.append(span)
    return tuple(found)


def _only_day(text: str) -> datetime.date | None:
    """The day that a date says; None for a month, a year or a day told from today."""
    days = origin_of(text)
    return days[0] if days is not None and days[0] == days[1] else None


def _syllables_in(text: str) -> int:
    return len(analyze_syllables(text)[0])


def _analyze_prefix(text: str) -> AnalyzedPrefix:
    typed = typed_syllables(text)[-1]
    return AnalyzedPrefix(with_every_tone(typed), (fold(typed),))


def _letters(text: str) -> list[str]:
    """The syllables of a text that may have diacritics, folded."""
    return [one for one in split_syllables(fold(normalize(text)).lower()) if one.isalpha()]


def _text_leaves(node: Node) -> Iterator[TextNode | Prefix]:
    """Every leaf of text of a tree, those that no document may have among them."""
    if isinstance(node, Bool):
        for child in (*node.must, *node.should, *node.must_not):
            yield from _text_leaves(child)
    elif isinstance(node, Near):
        yield from (node.first, node.second)
    else:
        inner = node.node if isinstance(node, InTitle) else node
        if isinstance(inner, (Words, Phrase, Prefix)):
            yield inner
