"""Variants: i and y where Vietnamese writes either, kỉ luật and kỷ luật, qui định and quy định.

Holds one spelling for each open syllable of h, k, l, m, s, t or qu with a lone i or y: of the two
the commoner one, so that what an index says reads as people write. Works on whole lower-case
syllables with canonical tones and keeps their length. Other letters stay apart (Vi is not Vy),
as do names by their sound; folding and tones are elsewhere.
"""

from __future__ import annotations

from searchengine.text.folding import fold
from searchengine.text.lexicon.word_cache import word_cached

#: The commoner spelling of each such syllable and tone in 100,000 news articles (60 million
#: syllables, 690,000 of them such). Without a tone, the commoner of the bare two.
_COMMONER = """
    hy hí hì hỷ hỹ hị
    ki ký kỳ kỷ kỹ kỵ
    ly lý lì lỷ lỹ lỵ
    my mí mì mỉ mỹ mị
    si sí sì sỉ sĩ sị
    ty tý tỳ tỷ tỹ tị
    quy quý quỳ quỷ quỹ quỵ
"""
_I, _Y = "iíìỉĩị", "yýỳỷỹỵ"
_OTHER_LETTER = str.maketrans(_I + _Y, _Y + _I)
#: Each less common spelling and its commoner twin.
_CANONICAL = {common.translate(_OTHER_LETTER): common for common in _COMMONER.split()}
_RARER = {common: rare for rare, common in _CANONICAL.items()}


def canonical_spelling(syllable: str) -> str:
    """Return a lower-case syllable in its commoner spelling; one without variants as it is."""
    return _CANONICAL.get(syllable, syllable)


def canonical_word(word: str) -> str:
    """Return a lower-case word, its syllables joined by ``_``, each in its commoner spelling."""
    if "_" not in word:
        return _CANONICAL.get(word, word)
    return "_".join([_CANONICAL.get(part, part) for part in word.split("_")])


@word_cached
def fold_syllable(syllable: str) -> str:
    """Return a lower-case syllable without diacritics, in the spelling that folded streams use."""
    return canonical_spelling(fold(syllable))


def spellings(syllable: str) -> tuple[str, ...]:
    """Return every spelling of a lower-case syllable, the commoner one first."""
    common = canonical_spelling(syllable)
    rare = _RARER.get(common)
    return (common,) if rare is None else (common, rare)
