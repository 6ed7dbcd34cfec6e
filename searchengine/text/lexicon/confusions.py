"""Confusions: the ways a Vietnamese syllable is written wrong, and what each says about a guess.

Holds which marked syllables a bare one may stand for, which other syllables sound or type like
one, and how far apart two spellings are. Nothing here knows how frequent a syllable is or what
stands beside it: choosing is ``query.suggest``'s business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from searchengine.text.folding import VIETNAMESE_LETTERS, fold
from searchengine.text.lexicon.spelling import NAMES, is_syllable, is_toneless_syllable, split_tone
from searchengine.text.lexicon.word_cache import word_cached
from searchengine.text.tone import tone_position
from searchengine.text.variants import canonical_spelling, spellings

#: What each kind of error costs, in natural logarithms, beyond what any error does. Chosen on
#: misspelt news titles (docs/suggestions.md).
HOI_NGA_COST = -1.5
TONE_COST = 2.0
LETTER_MARK_COST = 2.0
SOUND_COST = 0.5
SLIP_COST = 1.0
KEY_COST = 2.5

_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_HOI_NGA = {"\u0309", "\u0303"}
#: Each plain letter and what it may carry, tones aside.
_MARKED_AS = {"a": "aăâ", "d": "dđ", "e": "eê", "o": "oôơ", "u": "uư"}
#: Nothing longer is a syllable (nghieng).
_LONGEST = 7
#: Answers about slips of the keys that are remembered: of 2 to 7 kB, in 0.1 ms.
SLIPS_KEPT = 256
#: Onsets that some region or many writers do not tell apart.
_ONSET_GROUPS = (
    ("s", "x", "tr"),
    ("ch", "tr"),
    ("d", "gi", "r", "v"),
    ("l", "n"),
    ("c", "k", "qu"),
    ("g", "gh"),
    ("ng", "ngh"),
    ("ph", "f"),
)
#: Endings likewise: bàng and bàn, mắt and mắc, lại and lạy, hiu and hiêu.
_RIME_GROUPS = (
    ("n", "ng", "nh"),
    ("c", "t", "ch"),
    ("i", "y"),
    ("ao", "au"),
    ("iu", "ieu", "uu", "uou"),
    ("im", "iem"),
    ("ip", "iep"),
    ("oi", "uoi"),
)
_ONSETS = "ngh|gh|gi|ng|nh|ch|tr|th|ph|kh|qu|[bcdfghklmnprstvx]"
_ONSET = re.compile(_ONSETS)
#: What may be a syllable, to a first approximation; quicker than knowing.
_SHAPE = re.compile(f"(?:{_ONSETS})?[aeiouy]{{1,3}}(?:ch|nh|ng|[cmnpt])?")
#: Keys that lie beside each other.
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LETTERS = "abcdeghiklmnopqrstuvxy"


def _near(groups: tuple[tuple[str, ...], ...]) -> dict[str, tuple[str, ...]]:
    near: dict[str, dict[str, None]] = {}
    for group in groups:
        for one in group:
            near.setdefault(one, {}).update(dict.fromkeys(other for other in group if other != one))
    return {one: tuple(others) for one, others in near.items()}


_ONSETS_NEAR = _near(_ONSET_GROUPS)
_RIMES_NEAR = _near(_RIME_GROUPS)
_KEYS_NEAR = {
    key: frozenset(row[max(0, at - 1) : at + 2].replace(key, ""))
    for row in _ROWS
    for at, key in enumerate(row)
}


@word_cached
def spellings_of(folded: str) -> tuple[str, ...]:
    """Return every marked syllable that ``folded`` (lower case, bare) may stand for.

    In canonical spelling and without ``folded`` itself; empty for what is no syllable.
    """
    if not folded.isascii() or not folded.isalpha() or len(folded) > _LONGEST:
        return ()
    found = dict.fromkeys(name for name in sorted(NAMES) if fold(name) == folded)
    for spelled in spellings(folded):
        for letters in product(*(_MARKED_AS.get(letter, letter) for letter in spelled)):
            plain = "".join(letters)
            place = tone_position(plain)
            if place is None or not is_toneless_syllable(plain):
                continue
            for tone in _TONES:
                toned = unicodedata.normalize("NFC", plain[: place + 1] + tone) + plain[place + 1 :]
                if is_syllable(toned):
                    found[canonical_spelling(toned)] = None
    found.pop(folded, None)
    return tuple(found)


@word_cached
def sounds_like(folded: str) -> tuple[tuple[str, float], ...]:
    """Return the folded syllables that ``folded`` is taken for by ear, and what each costs."""
    found: dict[str, float] = {}
    onset = _ONSET.match(folded)
    ways = [(folded, 0.0)]
    if onset:
        rest = folded[onset.end() :]
        ways += [(other + rest, SOUND_COST) for other in _ONSETS_NEAR.get(onset.group(), ())]
    for spelled, cost in ways:
        if cost:
            found.setdefault(spelled, cost)
        for ending, others in _RIMES_NEAR.items():
            if spelled.endswith(ending) and len(spelled) > len(ending):
                for other in others:
                    found.setdefault(spelled[: -len(ending)] + other, cost + SOUND_COST)
    found.pop(folded, None)
    return tuple((word, cost) for word, cost in found.items() if _SHAPE.fullmatch(word))


@lru_cache(maxsize=SLIPS_KEPT)
def slips_of(folded: str) -> tuple[tuple[str, float], ...]:
    """Return what may have been meant where fingers slipped once on ``folded``, and its cost.

    A letter doubled, left out or too many, two in the wrong order, or a wrong key.
    """
    if len(folded) > _LONGEST + 1:
        return ()
    found: dict[str, float] = {}

    def add(word: str, cost: float) -> None:
        if word != folded and _SHAPE.fullmatch(word):
            found[word] = min(cost, found.get(word, cost))

    for at, letter in enumerate(folded):
        before, after = folded[:at], folded[at + 1 :]
        add(before + after, SLIP_COST if after[:1] == letter else KEY_COST)
        if after and after[0] != letter:
            add(before + after[0] + letter + after[1:], SLIP_COST)
        for key in _LETTERS:
            near = key in _KEYS_NEAR.get(letter, ())
            add(before + key + after, KEY_COST if near else KEY_COST + SLIP_COST)
            add(before + key + letter + after, KEY_COST)
    for key in _LETTERS:
        add(folded + key, KEY_COST)
    return tuple(found.items())


@lru_cache(maxsize=SLIPS_KEPT)
def left_out(folded: str) -> tuple[tuple[str, float], ...]:
    """Return what may have been meant where a letter was left out of ``folded``, and its cost."""
    if len(folded) >= _LONGEST:
        return ()
    longer = (folded[:at] + key + folded[at:] for at in range(len(folded) + 1) for key in _LETTERS)
    return tuple((word, KEY_COST) for word in dict.fromkeys(longer) if _SHAPE.fullmatch(word))


def one_slip(typed: str, meant: str) -> bool:
    """Return whether one slip of the fingers makes ``typed`` of ``meant``, marks and all."""
    while typed[:1] == meant[:1] != "":
        typed, meant = typed[1:], meant[1:]
    while typed[-1:] == meant[-1:] != "":
        typed, meant = typed[:-1], meant[:-1]
    return len(typed) + len(meant) == 1 or (len(typed) == 2 and typed == meant[::-1])


def mark_cost(typed: str, meant: str) -> float:
    """Return what it costs to read ``typed`` with the marks of ``meant``, letters aside."""
    _, typed_tone, _ = split_tone(typed)
    _, meant_tone, _ = split_tone(meant)
    letters = sorted(_letter_marks(typed)) != sorted(_letter_marks(meant))
    return (typed_tone != meant_tone) * TONE_COST + letters * LETTER_MARK_COST


def tone_cost(typed: str, meant: str) -> float:
    """Return what it costs to read ``typed`` as another marking of its letters.

    Less than any other error if only hỏi and ngã are confused, which half the country does not
    tell apart.
    """
    typed_plain, typed_tone, _ = split_tone(typed)
    meant_plain, meant_tone, _ = split_tone(meant)
    alike = typed_plain == meant_plain and {typed_tone, meant_tone} == _HOI_NGA
    return HOI_NGA_COST if alike else 0.0


def _letter_marks(word: str) -> Iterator[str]:
    """The hats, horns and bars of a word."""
    for letter in split_tone(word)[0]:
        if letter in VIETNAMESE_LETTERS:
            yield letter
