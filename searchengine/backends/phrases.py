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
    return sum(_within(phrase, terms[place:]) for place in range(len(terms)))


def places(wanted: Sequence[str], terms: Sequence[str]) -> Iterable[int]:
    """Return where ``wanted`` stand side by side."""
    last = len(terms) - len(wanted)
    return (at for at in range(last + 1) if list(terms[at : at + len(wanted)]) == list(wanted))


def _within(phrase: Phrase, terms: Sequence[str]) -> bool:
    """Whether ``terms`` begin with a phrase of which so many others may stand between."""
    wanted = iter(phrase.syllables)
    following = next(wanted)
    for at, term in enumerate(terms[: len(phrase.syllables) + phrase.slop]):
        if term == following:
            following = next(wanted, "")
            if not following:
                return True
        elif not at:
            return False
    return False
