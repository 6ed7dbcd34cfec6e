"""The fields that every engine keeps of a document, by the names that plans use.

Token streams of the whole text, those of the title, document numbers, metadata to filter by and
count, and the date. How an engine stores them is its own business; names alone are here, so that
a plan can be made without any engine.
"""

from __future__ import annotations

from searchengine.text.streams import BIGRAMS, FOLDED, STREAMS, SYLLABLES

TITLE_SYLLABLES = "title_syllables"
TITLE_FOLDED = "title_folded"
TITLE_BIGRAMS = "title_bigrams"
TITLE_STREAMS = (TITLE_SYLLABLES, TITLE_FOLDED, TITLE_BIGRAMS)
#: Fields with lengths, scored by BM25.
SCORED_STREAMS = (*STREAMS, *TITLE_STREAMS)
#: Document numbers by key; scored by idf alone.
NUMBERS = "numbers"
TERM_STREAMS = (*SCORED_STREAMS, NUMBERS)
#: The pairs of neighbours of each field of folded syllables.
PAIRS_OF = {FOLDED: BIGRAMS, TITLE_FOLDED: TITLE_BIGRAMS}
#: Each field of marked syllables, and the same syllables folded.
FOLDED_OF = {SYLLABLES: FOLDED, TITLE_SYLLABLES: TITLE_FOLDED}
#: Metadata that can be filtered by and counted; a document has one value of each, or none.
FACETS = ("place", "source", "author", "term_of_office")
#: Every facet, in the order in which they are answered.
FACET_NAMES = ("year", "month", *FACETS)
#: Other names that a facet may be asked for by.
FACET_ALIASES = {"term": "term_of_office"}
