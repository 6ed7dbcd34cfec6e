"""Where phrases stand in a text, by definition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from searchengine.backends.values import Phrase


def phrase_count(phrase: Phrase, terms: Sequence[str]) -> int:
    """Return at how many places of a text's ``terms`` a phrase begins."""
    if phrase.other:
        others = list(places(phrase.other, terms))
        return sum(
            any(
                0 <= gap <= phrase.slop
                for other in others
                for gap in (
                    other - place - len(phrase.syllables),
                    place - other - len(phrase.other),
                )
            )
            for place in places(phrase.syllables, terms)
        )
    if not phrase.slop:
        return sum(1 for _ in places(phrase.syllables, terms))
    reach = len(phrase.syllables) + phrase.slop
    return sum(
        _within(phrase, terms[place : place + reach])
        for place, term in enumerate(terms)
        if term == phrase.syllables[0]
    )


def places(wanted: Sequence[str], terms: Sequence[str]) -> Iterable[int]:
    """Return where ``wanted`` stand side by side."""
    last = len(terms) - len(wanted)
    return (
        at
        for at in range(last + 1)
        if terms[at] == wanted[0] and list(terms[at : at + len(wanted)]) == list(wanted)
    )


def _within(phrase: Phrase, terms: Sequence[str]) -> bool:
    """Whether ``terms``, which begin as a phrase does, hold the rest of it in its order."""
    wanted = iter(phrase.syllables)
    following = next(wanted)
    for term in terms:
        if term == following:
            following = next(wanted, "")
            if not following:
                return True
    return False
