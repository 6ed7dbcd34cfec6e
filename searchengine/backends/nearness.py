"""What the nearness of a query's ideas multiplies scores by."""

from __future__ import annotations

from collections.abc import Sequence

from searchengine.backends.values import Nearness

#: The syllables of a form as a set, those that it says once more, and how many it has.
_Form = tuple[int, Sequence[int], int]


class NearnessFactors:
    """What one ``nearness`` multiplies the scores of documents by.

    Sets of the syllables that are wanted are numbers, a bit a syllable.
    """

    def __init__(self, nearness: Nearness) -> None:
        self._nearness = nearness
        self._bits: dict[str, int] = {}
        self._ideas = [(idea.weight, list(map(self._form, idea.forms))) for idea in nearness.ideas]
        self._whole = sum(idea.weight for idea in nearness.ideas)
        self._shares: dict[int, float] = {}

    def factor(self, text: Sequence[str], title_length: int) -> float:
        """Return what the score of a document is multiplied by.

        ``text`` are the syllables of its field, the first ``title_length`` of them its title's.
        """
        bits, nearness = self._bits, self._nearness
        found = [(place, bits[syllable]) for place, syllable in enumerate(text) if syllable in bits]
        if not found:
            return 1.0
        # The best window begins with a wanted syllable: without what stands before, it holds no
        # less.
        windows = set()
        for at, (first, there) in enumerate(found):
            for place, bit in found[at + 1 : at + nearness.window]:
                if place >= first + nearness.window:
                    break
                there |= bit
            windows.add(there)
        title = 0
        for place, bit in found:
            if place >= title_length:
                break
            title |= bit
        near = max(map(self._share, windows))
        return 1 + nearness.boost * near + nearness.title_boost * self._share(title)

    def _form(self, form: Sequence[str]) -> _Form:
        bits = [self._bit(syllable) for syllable in form]
        # What is said twice is there twice.
        twice = [bit for at, bit in enumerate(bits) if bit in bits[:at]]
        return sum(set(bits)), twice, len(bits)

    def _bit(self, syllable: str) -> int:
        return self._bits.setdefault(syllable, 1 << len(self._bits))

    def _share(self, there: int) -> float:
        if there not in self._shares:
            shares = (
                weight * max([_share_of(*form, there) for form in forms])
                for weight, forms in self._ideas
            )
            has = sum(shares)
            self._shares[there] = has / self._whole
        return self._shares[there]


def _share_of(once: int, twice: Sequence[int], length: int, there: int) -> float:
    """The share of the syllables of a form that are there."""
    found = (once & there).bit_count()
    if twice:
        found += sum([bit & there != 0 for bit in twice])
    return found / length
