"""What the nearness of a query's ideas multiplies a score by, for one document."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from searchengine.backends.values import Idea, Nearness


def nearness_factor(nearness: Nearness, text: Sequence[str], title_length: int) -> float:
    """Return what ``nearness`` multiplies the score of a document by.

    ``text`` are the syllables of its field, the first ``title_length`` of them its title's.
    """
    ideas = nearness.ideas
    wanted = {syllable for idea in ideas for form in idea.forms for syllable in form}
    places = [place for place, syllable in enumerate(text) if syllable in wanted]
    if not places:
        return 1.0
    # The best window begins with a wanted syllable: without what stands before, it holds no less.
    windows = {
        frozenset(text[at] for at in places if first <= at < first + nearness.window)
        for first in places
    }
    near = max(_share(ideas, window) for window in windows)
    title = _share(ideas, {text[at] for at in places if at < title_length})
    return 1 + nearness.boost * near + nearness.title_boost * title


def _share(ideas: Sequence[Idea], there: Collection[str]) -> float:
    has = sum(
        idea.weight * max(sum(s in there for s in form) / len(form) for form in idea.forms)
        for idea in ideas
    )
    return has / sum(idea.weight for idea in ideas)
