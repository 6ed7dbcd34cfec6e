"""Words that say how something is asked, not what: question words, courtesy, function words.

In a small index they are rare, so that their idf would let them lead; a query counts them less.
Only weights are given here: nothing is ever dropped, and a query of nothing else still finds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from searchengine.text.folding import fold

#: What a syllable of each kind weighs beside one that says what is asked; docs/ranking.md.
QUESTION_WEIGHT: Final = 0.2
FUNCTION_WEIGHT: Final = 0.6

_QUESTION: Final = (
    "gì, nào, thế nào, như thế nào, là gì, là ai, ai, bao nhiêu, bao lâu, bao giờ, khi nào, "
    "ở đâu, tại sao, vì sao, làm sao, ra sao, hay không, được không, có không, phải không, "
    "đúng hay sai, hay chưa, ạ, cho hỏi, xin hỏi, cho em hỏi, cho mình hỏi, em muốn hỏi, "
    "mình muốn hỏi"
)
_FUNCTION: Final = (
    "của, và, các, những, trong, được, là, có, cho, với, về, ở, thì, mà, khi, này, đó, đã, sẽ, "
    "đang, bị, do, bởi, từ, để, vào, ra, như, theo, tại, trên, một, cũng, còn, nên, rằng, nếu, "
    "phải, không, việc, sự, cái, ấy, hay, hoặc, đến, đối, rất, đâu, mấy, sao, em, mình, vậy, "
    "hỏi, thưa"
)
#: Bare, these letters are more often another word (hội for hỏi, đảng for đang, tử for từ): of
#: what 5,000 news articles write so without diacritics, less than seven tenths is the listed one.
_OTHER_WORDS_BARE: Final = frozenset(
    "ạ, có, bởi, sự, do, tại, cũng, từ, còn, cái, đang, thì, đối, đó, đâu, mấy, mình, hỏi, thưa, "
    "sao".split(", ")
)


def importance(syllables: Sequence[str], *, folded: bool = False) -> list[float]:
    """Return what each syllable of a query weighs, at most 1: float[n].

    ``syllables`` are a query's, lower-case and in canonical spelling; ``folded`` says that they
    have no diacritics, so that ``nao`` may be ``nào``.
    """
    weights = [1.0] * len(syllables)
    phrases = _phrases(folded)
    for start, first in enumerate(syllables):
        for phrase, weight in phrases.get(first, ()):
            end = start + len(phrase)
            if tuple(syllables[start:end]) == phrase:
                weights[start:end] = [min(weight, old) for old in weights[start:end]]
    return weights


def question_words(folded: Sequence[str]) -> dict[int, str]:
    """Return the syllables that folded ones surely are, by their places, for they ask together.

    Few texts have what a question asks with (``bao nhieu``), so no index knows how it is marked.
    """
    found: dict[int, str] = {}
    for start, first in enumerate(folded):
        for parts, marked in _marked_questions().get(first, ()):
            if tuple(folded[start : start + len(parts)]) == parts:
                found.update(enumerate(marked, start))
    return found


@cache
def function_syllables() -> Mapping[str, tuple[str, ...]]:
    """Return the marked syllables of all these words by their folded forms.

    With those of who asks, and whether it must be.
    """
    found: dict[str, dict[str, None]] = {}
    listed = ", ".join((_QUESTION, _FUNCTION, "tôi, bạn, cần, dùng"))
    for syllable in listed.replace(",", "").split():
        found.setdefault(fold(syllable), {})[syllable] = None
    return {folded: tuple(marked) for folded, marked in found.items()}


@cache
def _marked_questions() -> dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]:
    """Questions of several syllables, folded and as they are marked, by the first, longest last."""
    found: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for phrase in sorted(_QUESTION.split(", "), key=len):
        marked = tuple(phrase.split())
        if len(marked) > 1:
            parts = tuple(fold(phrase).split())
            found.setdefault(parts[0], []).append((parts, marked))
    return found


@lru_cache(maxsize=2)
def _phrases(folded: bool) -> dict[str, list[tuple[tuple[str, ...], float]]]:
    """The phrases by their first syllable."""
    found: dict[str, list[tuple[tuple[str, ...], float]]] = {}
    for listed, weight in ((_QUESTION, QUESTION_WEIGHT), (_FUNCTION, FUNCTION_WEIGHT)):
        for phrase in listed.split(", "):
            if folded and phrase in _OTHER_WORDS_BARE:
                continue
            parts = tuple((fold(phrase) if folded else phrase).split())
            found.setdefault(parts[0], []).append((parts, weight))
    return found
