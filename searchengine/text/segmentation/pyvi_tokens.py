"""pyvi's tokens: how a text falls into words, numbers, addresses and signs before segmentation.

Holds the cutting of a text at white space, and the tokeniser for one of the pieces. No token of
pyvi's reaches across white space, and Unicode composition does not either, so pieces can be
normalised and tokenised one by one, and remembered. Nothing here knows words.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from itertools import groupby

#: The one white space that is a token of its own.
NEWLINE = "\n"

# Characters from which a piece may hold enough combining marks to be slow: no word is as long.
_LONG_PIECE = 256

_ABBREVIATION = r"[A-ZĐ]+\.|Tp\.|Mr\.|Mrs\.|Ms\.|Dr\.|ThS\."
_ARROW = r"==>|->|\.\.\.|>>"
_ADDRESS = r"\w+://\S+"
_LOCAL = "[a-zA-Z0-9_.+-]"
_DOMAIN = r"@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+"
_REST = r"\d+(?:[.,_]\d+)+|[^\w\s]|\w+"

# pyvi's alternatives in their order, with and without the one for e-mail, whose search is
# quadratic in the length of a piece that has none.
_PLAIN = re.compile(f"{_ABBREVIATION}|{_ARROW}|{_ADDRESS}|{_REST}")
_WITH_EMAIL = re.compile(f"{_ABBREVIATION}|{_ARROW}|{_ADDRESS}|{_LOCAL}+{_DOMAIN}|{_REST}")
_AT_DOMAIN = re.compile(_DOMAIN)
_LOCAL_RUN = re.compile(f"{_LOCAL}+")


def pieces(text: str) -> list[str]:
    """The runs of ``text`` between white space, in order, and each line feed by itself."""
    if NEWLINE not in text:
        return text.split()
    found: list[str] = []
    for line in text.split(NEWLINE):
        found += line.split()
        found.append(NEWLINE)
    found.pop()
    return found


def tokens_of(piece: str) -> list[str]:
    """pyvi's tokens of one of :func:`pieces`, after NFC; never empty.

    A lone surrogate, which pyvi refuses, is a sign like any other.
    """
    if piece == NEWLINE:
        return [piece]
    piece = _nfc(piece)
    if piece.isalnum():
        return [piece]
    ats = [match.start() for match in _AT_DOMAIN.finditer(piece)] if "@" in piece else []
    return _with_emails(piece, ats) if ats else _PLAIN.findall(piece)


def _nfc(piece: str) -> str:
    if len(piece) > _LONG_PIECE and not piece.isascii():
        # CPython puts a run of marks in order in quadratic time, unless it is in order already.
        marks_apart = "".join(unicodedata.normalize("NFD", char) for char in piece)
        runs = groupby(marks_apart, key=lambda char: unicodedata.combining(char) > 0)
        piece = "".join("".join(sorted(r, key=unicodedata.combining)) for _, r in runs)
    return unicodedata.normalize("NFC", piece)


def _with_emails(piece: str, ats: list[int]) -> list[str]:
    """The tokens of a piece in which each of ``ats`` begins a domain, in linear time: e-mail is
    tried only where the letters of a local part run up to such a place."""
    begin_by_end = {run.end(): run.start() for run in _LOCAL_RUN.finditer(piece)}
    begins = [begin_by_end.get(at, at) for at in ats]
    tokens = []
    at = 0
    while at < len(piece):
        k = bisect_right(ats, at)
        pattern = _WITH_EMAIL if k < len(ats) and begins[k] <= at else _PLAIN
        match = pattern.match(piece, at)
        assert match is not None  # the last two alternatives take any character but white space
        tokens.append(match.group())
        at = match.end()
    return tokens
