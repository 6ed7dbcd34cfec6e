"""What each step of the text pipeline makes of a text: behind ``searchengine analyze``."""

from __future__ import annotations

from typing import Any

from searchengine.text.analysis import analyze, prepare
from searchengine.text.dates.grammar import find_dates
from searchengine.text.folding import has_marks
from searchengine.text.lexicon.abbreviations import expand
from searchengine.text.lexicon.synonyms import NO_SYNONYMS, Synonyms
from searchengine.text.normalization import normalize
from searchengine.text.numbers import find_numbers
from searchengine.text.telex import decode_query


def inspect_text(text: str, synonyms: Synonyms = NO_SYNONYMS) -> dict[str, Any]:
    """Return the outcome of each step by name, as JSON values."""
    normal = normalize(text)
    streams = analyze([text])[0]
    return {
        "normalized": normal,
        "tones placed": prepare(text),
        "typed with diacritics": has_marks(normal),
        "words": streams.words,
        "syllables": streams.syllables,
        "folded": streams.folded,
        "bigrams": streams.bigrams,
        "document numbers": [mention.key for mention in find_numbers(normal)],
        "dates": [
            f"{normal[mention.start : mention.end]} ({mention.kind})"
            for mention in find_dates(normal)
        ],
        "abbreviations": [" ".join(expansion.syllables) for expansion in expand(streams.syllables)],
        "synonyms": [
            " ".join(expansion.syllables) for expansion in synonyms.expand(streams.syllables)
        ],
        "keystrokes": decode_query(text),
    }
