"""Forms of one idea in a plan: which terms belong together, and which form counts in a document."""

from __future__ import annotations

from collections.abc import Sequence

from searchengine.backends.values import ScoringTerm, TermScore

#: Forms whose scores differ by less, relatively, give the same: engines add floats in their own
#: order.
SAME = 1e-9

#: The places in a plan of the terms of each form of an idea.
Forms = list[list[int]]


def ideas_of(terms: Sequence[ScoringTerm]) -> list[Forms]:
    """Return the forms of each idea, in the order of the plan; none where no term has an idea."""
    found: dict[int, dict[int, list[int]]] = {}
    for place, one in enumerate(terms):
        if one.idea:
            found.setdefault(one.idea, {}).setdefault(one.form, []).append(place)
    return [list(forms.values()) for forms in found.values()]


def split_parts(
    terms: Sequence[ScoringTerm], scores: Sequence[TermScore | None]
) -> tuple[tuple[TermScore, ...], tuple[TermScore, ...]]:
    """Return the parts of one document's score that count, and those of forms that are outdone.

    ``scores`` is what each of ``terms`` gives the document, None where that is nothing.
    """
    outdone: set[int] = set()
    for forms in ideas_of(terms):
        sums = [sum(one.score for at in form if (one := scores[at])) for form in forms]
        best = next(at for at, each in enumerate(sums) if each >= max(sums) * (1 - SAME))
        outdone.update(place for form in (*forms[:best], *forms[best + 1 :]) for place in form)
    return (
        tuple(one for at, one in enumerate(scores) if one and at not in outdone),
        tuple(one for at, one in enumerate(scores) if one and at in outdone),
    )
