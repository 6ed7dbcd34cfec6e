"""Forms: several ways to say the same, found in the syllables of a query.

A table knows which forms there are and what each may be said as instead; ``abbreviations`` and
``synonyms`` fill tables. What another form weighs in ranking is decided in ``query``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from searchengine.text.variants import fold_syllable

Kind = Literal["expansion", "abbreviation", "synonym", "spelling"]
Syllables = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    """Another way to say the syllables ``[start:end]`` of a query."""

    start: int
    end: int
    #: What ``syllables`` are: the words in full, a short form of them, other words, or the same
    #: written otherwise, which counts only with all its syllables side by side.
    kind: Kind
    syllables: Syllables
    #: What a spelling weighs as the one term that it is; an index says how much.
    weight: float = 0.0


class _Form(NamedTuple):
    """A form as it may stand in a query, and what to say instead."""

    marked: Syllables
    folded: Syllables
    others: tuple[tuple[Kind, Syllables], ...]


class FormTable:
    """Forms by their first syllable, marked and bare, longest first; never changes."""

    def __init__(self, others: Mapping[Syllables, Iterable[tuple[Kind, Syllables]]]) -> None:
        """Take in each form, in lower-case canonical syllables, with its other forms."""
        forms: dict[str, list[_Form]] = {}
        for marked, several in others.items():
            form = _Form(marked, tuple(map(fold_syllable, marked)), tuple(several))
            for first in {form.marked[0], form.folded[0]}:
                forms.setdefault(first, []).append(form)
        self._forms = {
            first: tuple(sorted(several, key=lambda form: -len(form.marked)))
            for first, several in forms.items()
        }

    def expand(self, syllables: Sequence[str]) -> list[Expansion]:
        """Return the other forms of what stands in lower-case canonical ``syllables``, in order.

        A form is found as the table has it, or typed bare throughout (``hdnd``, ``uy ban nhan
        dan``). The longest that begins at a place is taken and nothing inside it.
        """
        query = tuple(syllables)
        found: list[Expansion] = []
        done = 0
        for place, syllable in enumerate(query):
            if place < done or syllable not in self._forms:
                continue
            for form in self._forms[syllable]:
                end = place + len(form.marked)
                typed = query[place:end]
                if typed == form.marked or typed == form.folded:
                    found += [Expansion(place, end, kind, other) for kind, other in form.others]
                    done = end
                    break
        return found
