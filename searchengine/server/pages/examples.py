"""Example queries for the start page: what the index itself suggests, never names of our own.

Kept until the index changes, and for a while even then: they cost some dozen completions, the
first of which after a commit are slow.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

from searchengine.deadline import pausing
from searchengine.options import SearchOptions
from searchengine.search_view import SearchView
from searchengine.text import segment

#: For so many seconds examples are shown although the index has changed; 0.2 s to make at
#: 100,000 documents.
KEPT_SECONDS = 60.0
#: So many examples are shown at most.
SHOWN = 6
#: First letters that most Vietnamese words begin with; one example of each is tried.
_LETTERS = "đ c t h k n b p v q l s"
#: An example says something, and is short enough to be read at a glance.
_SYLLABLES = range(2, 5)
#: Longer figures may be half of something (nhiệm kỳ 2020).
_FIGURES = 2
#: Whether there is any page.
_ANY = SearchOptions(limit=1, facets=False, snippets=False, suggest=False, correct=False)


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
        if sum(not _is_short(one) for one in found.values()) == SHOWN:
            break
        for phrase in _phrases(view.suggest(letter)):
            if not (phrase.istitle() and _goes_on(view, phrase)):
                found.setdefault(phrase.lower(), _longer(view, phrase))
                break
    # What says most comes first.
    return tuple(sorted(found.values(), key=_is_short)[:SHOWN])


def _is_short(phrase: str) -> bool:
    """Whether a phrase says little: a name is a good query by itself."""
    return len(phrase.split()) == 2 and not phrase.istitle()


def _longer(view: SearchView, phrase: str) -> str:
    """A short phrase with what most titles go on with."""
    if not _is_short(phrase):
        return phrase
    rests = [one[len(phrase) :] for one in view.suggest(phrase + " ")]
    return next(
        (phrase + rest for rest in _phrases(rests) if _is_said(view, phrase + rest)), phrase
    )


def _goes_on(view: SearchView, name: str) -> bool:
    """Whether what looks like a name is the beginning of a longer one."""
    following = [one[len(name) :].split() for one in view.suggest(name + " ")[:1]]
    return any(words[:1] and words[0].istitle() for words in following)


def _is_said(view: SearchView, phrase: str) -> bool:
    """Whether any page has a phrase, of which suggestions may have guessed the end."""
    return view.search(f'"{phrase}"', _ANY).total > 0


def _phrases(suggestions: Sequence[str]) -> Iterator[str]:
    """The suggestions that say something whole at a glance."""
    few = [one for one in suggestions if len(one.split()) in _SYLLABLES]
    return (one for one, words in zip(few, segment(few), strict=True) if _whole(words))


def _whole(words: Sequence[str]) -> bool:
    """Whether a phrase of such words is cut within none: what ends in a lone syllable mostly goes
    on (đăng ký hộ), and what begins with one is mostly the rest of something."""
    return "_" in words[0] and all(
        "_" in word or (word.isdigit() and len(word) <= _FIGURES) for word in words
    )
