"""Example queries for the start page: what the index itself suggests, never names of our own.

Kept until the index changes, and for a while even then: they cost some dozen completions, the
first of which after a commit are slow.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from searchengine.deadline import pausing
from searchengine.search_view import SearchView

#: For so many seconds examples are shown although the index has changed; 0.15 s to make at
#: 100,000 documents.
KEPT_SECONDS = 60.0
#: So many examples are shown at most.
SHOWN = 6
#: First letters that most Vietnamese words begin with; one example of each is tried.
_LETTERS = "đ c t h k n b p v q l s"
#: An example is a phrase: long enough to say something, short enough to be read at a glance.
_SYLLABLES = range(2, 5)


class Examples:
    """The examples of the index as it was last seen; safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version = ""
        self._made = 0.0
        self._found: tuple[str, ...] = ()

    def of(self, view: SearchView) -> tuple[str, ...]:
        """Return the examples of ``view``, or those of an earlier commit for a while."""
        # Others wait for the lock, so whoever holds it waits for nobody.
        with self._lock, pausing(None):
            old = not self._found or time.monotonic() - self._made > KEPT_SECONDS
            if view.version != self._version and old:
                self._found = _examples(view)
                self._version, self._made = view.version, time.monotonic()
            return self._found


def _examples(view: SearchView) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for letter in _LETTERS.split():
        if len(found) == SHOWN:
            break
        phrase = _phrase(view.suggest(letter))
        if phrase:
            found.setdefault(phrase.lower(), _longer(view, phrase))
    return tuple(found.values())


def _longer(view: SearchView, phrase: str) -> str:
    """Two syllables with what most titles go on with; a name is a good query by itself."""
    if len(phrase.split()) > 2 or phrase.istitle():
        return phrase
    return _phrase(view.suggest(phrase + " ")) or phrase


def _phrase(suggestions: Sequence[str]) -> str:
    """The first suggestion that is long enough and not too long, "" if none is."""
    return next((one for one in suggestions if len(one.split()) in _SYLLABLES), "")
