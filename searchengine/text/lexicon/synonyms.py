"""Synonyms of a reader's own: a plain text file, one group of forms a line.

    # xe hai bánh
    xe máy, mô tô, xe gắn máy
    thầy thuốc => bác sĩ, y sĩ

The forms of a line stand for each other; with ``=>`` those on the left also find those on the
right, and not the other way round. Behind ``#`` is a remark. Reading a list and finding its forms
alone are here; what a synonym weighs is decided in ``query``.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from searchengine.errors import InputError
from searchengine.text.analysis import analyze_syllables
from searchengine.text.lexicon.forms import Expansion, FormTable, Kind, Syllables

#: A list may have so many lines, a form so many syllables.
MAX_LINES = 20_000
MAX_SYLLABLES = 8

_ONE_WAY = "=>"


class Synonyms:
    """A list of synonyms, read once; equal lists are equal and hash alike."""

    def __init__(self, text: str = "") -> None:
        """Read the list ``text``; raises :class:`InputError` that names the line it stumbles on."""
        #: The list as it was given.
        self.text = text
        self._table = FormTable(_read(text))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Synonyms) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def expand(self, syllables: Sequence[str]) -> list[Expansion]:
        """Return the synonyms of what stands in lower-case canonical ``syllables``, in order."""
        return self._table.expand(syllables)


def read_list(path: str | os.PathLike[str]) -> str:
    """Return the text of a list in a file of UTF-8; raises :class:`InputError` if there is none."""
    try:
        return Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise InputError(f"cannot read the synonyms {path} ({reason}): check the file") from error


def _read(text: str) -> dict[Syllables, list[tuple[Kind, Syllables]]]:
    lines = text.removeprefix("\ufeff").splitlines()
    if len(lines) > MAX_LINES:
        raise InputError(f"the list of synonyms has {len(lines):,} lines, {MAX_LINES:,} at most")
    others: dict[Syllables, list[tuple[Kind, Syllables]]] = {}
    for number, line in enumerate(lines, 1):
        content = line.partition("#")[0].strip()
        if not content:
            continue
        left, one_way, right = content.partition(_ONE_WAY)
        if _ONE_WAY in right:
            raise InputError(f"line {number} of the synonyms has two {_ONE_WAY}: leave one")
        typed = _forms(left, number)
        meant = _forms(right, number) if one_way else typed
        if not one_way and len(typed) < 2:
            raise InputError(f"line {number} of the synonyms has one form: put a comma between two")
        for form in typed:
            known = others.setdefault(form, [])
            known += [("synonym", one) for one in meant if one != form]
    return {form: list(dict.fromkeys(several)) for form, several in others.items()}


def _forms(side: str, number: int) -> list[Syllables]:
    found = []
    for form in side.split(","):
        syllables = tuple(analyze_syllables(form)[0])
        if not syllables:
            raise InputError(f"line {number} of the synonyms has an empty form: write words there")
        if len(syllables) > MAX_SYLLABLES:
            raise InputError(
                f"line {number} of the synonyms has a form of {len(syllables)} syllables, "
                f"{MAX_SYLLABLES} at most: shorten it"
            )
        found.append(syllables)
    return list(dict.fromkeys(found))


NO_SYNONYMS = Synonyms()
