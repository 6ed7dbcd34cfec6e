"""Spellings: what else the syllables of a query may be written as, for an index to choose from.

Joined words, codes, telephone numbers, figures and numerals. What each kind must not take for
one is in its own module; whether any page writes it so is for others to ask.
"""

from __future__ import annotations

from collections.abc import Sequence

from searchengine.text.lexicon.forms import Expansion
from searchengine.text.spellings.codes import code_spellings, phone_spellings
from searchengine.text.spellings.figures import counted_spellings, figure_spellings
from searchengine.text.spellings.joined import joined_spellings

#: A text has so many at most.
MAX_CANDIDATES = 512


def other_spellings(
    syllables: Sequence[str], words: Sequence[str], text: str
) -> tuple[Expansion, ...]:
    """Return what else may be written for each run of lower-case canonical ``syllables``.

    ``words`` are the segmenter's; ``text`` is what was typed, with its capitals.
    """
    found = joined_spellings(syllables, words)
    if not all(map(str.isalpha, syllables)):
        found += [
            Expansion(at, at + 1, "spelling", (word.strip("+#."),))
            for at, word in enumerate(syllables)
            if not word.isalnum()
        ]
        found += code_spellings(syllables)
        found += phone_spellings(syllables)
        found += figure_spellings(syllables)
    found += counted_spellings(syllables, text)
    return tuple(dict.fromkeys(found))[:MAX_CANDIDATES]
