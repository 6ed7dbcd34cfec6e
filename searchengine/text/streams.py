"""The names of a text's token streams; nothing else, so that naming one loads nothing heavy."""

from __future__ import annotations

#: Which segmenter cuts words: an index says by which it was made.
SEGMENTER = "pyvi 0.1.1"
#: Words by the segmenter, lower-case, their syllables joined by ``_``.
WORDS = "words"
#: Lower-case syllables with their diacritics, tones and i or y in canonical form.
SYLLABLES = "syllables"
#: Lower-case syllables without diacritics.
FOLDED = "folded"
#: Neighbouring folded syllables, joined by a space.
BIGRAMS = "bigrams"
STREAMS = (WORDS, SYLLABLES, FOLDED, BIGRAMS)
