"""VIQR, Vietnamese in ASCII (RFC 1456): ``Vie^.t Nam``, a letter with its marks typed behind it.

``^`` is the circumflex, ``(`` the breve, ``+`` the horn, then the tone; ``dd`` is đ. A sign that is
none of these has ``\\`` before it, which people left out: a full stop or question mark that may end
a sentence is then told by which of two syllables is the commoner.
"""

from __future__ import annotations

import re
import unicodedata

from searchengine.text.encodings.syllables import are_compound, commonness
from searchengine.text.folding import VIETNAMESE_LETTERS

NAME = "VIQR"

_SHAPES = {"^": "\u0302", "(": "\u0306", "+": "\u031b"}
_TONES = {"`": "\u0300", "'": "\u0301", "~": "\u0303", "?": "\u0309", ".": "\u0323"}
_SIGNS = {mark: sign for sign, mark in {**_SHAPES, **_TONES}.items()}
#: Of three d the last two are đ: GDDDT is GDĐT.
_LETTER = re.compile(
    r"(?<!\S)(\S*(?:@|://|www\.)\S*)|\\([\^(+`'~?.\\dD])|"
    r"(?:(dd)|(D[dD]))(?=(?:[dD]{2}){0,40}(?![dD]))|"
    r"((?:[aeoAEO]\^|[aA]\(|[ouOU]\+|[aeiouyAEIOUY]))([`'~?.]?)(?=(\s*)(.?))",
    re.DOTALL,
)
_BEFORE_SIGN = re.compile(
    r"(?<=[aeiouyAEIOUY^(+" + "".join(VIETNAMESE_LETTERS) + r"])[\^(+`'~?.]|\\|(?<=[dDđĐ])[dD]"
)
#: What no other text has much of: a letter with a mark of its own.
MARKED = re.compile(r"[aeoAEO]\^|[aA]\(|[ouOU]\+")
_ESCAPED = re.compile(r"\\([\^(+`'~?.\\])")
_WORD_END = re.compile(r"(?:([^\W\d_]+) )?([^\W\d_]*)\Z")
#: How much commoner a syllable is taken to be that makes a word with the one before it.
_COMPOUND = 6.0


def encode(text: str) -> str:
    """Return ``text``, in NFC, as it was typed; signs that are none of a letter have a ``\\``."""
    return "".join(
        _typed(char) if not char.isascii() else char for char in _BEFORE_SIGN.sub(_escaped, text)
    )


def is_escaped(text: str) -> bool:
    """Return whether ``text`` has a full stop or question mark that is said to be one."""
    return "\\." in text or "\\?" in text


def decode(text: str, *, escaped: bool) -> str:
    """Return ``text`` with letters for all signs that can belong to one.

    Where signs are ``escaped`` all others do.
    """
    pieces: list[str] = []
    done = 0
    for match in _LETTER.finditer(text):
        pieces.append(text[done : match.start()])
        pieces.append(_read(match, pieces, escaped))
        done = match.end()
    return "".join([*pieces, text[done:]])


def _read(match: re.Match[str], before: list[str], escaped: bool) -> str:
    address, literal, small, capital, letter, tone, space, after = match.groups()
    if address:
        return _ESCAPED.sub(r"\1", address)
    if literal:
        return str(literal)
    if small or capital:
        return "đ" if small else "Đ"
    shaped = unicodedata.normalize("NFC", letter[0] + "".join(map(_SHAPES.__getitem__, letter[1:])))
    if not tone:
        return shaped
    toned = unicodedata.normalize("NFC", shaped + _TONES[tone])
    if tone in "?." and not escaped and not _goes_on(tone, space, after):
        found = _WORD_END.search("".join(before[-16:]))
        beside, start = found.groups("") if found else ("", "")
        if _likelihood(beside, start + toned) <= _likelihood(beside, start + shaped):
            return shaped + tone
    return toned


def _likelihood(beside: str, word: str) -> float:
    return commonness(word) + _COMPOUND * are_compound(beside, word)


def _goes_on(tone: str, space: str, after: str) -> bool:
    """Whether a sentence surely does, by what stands behind a sign; most questions end a line."""
    if not after or "\n" in space:
        return False
    return tone == "?" or not space or after.islower() or after.isdigit()


def _escaped(match: re.Match[str]) -> str:
    return "\\" + match.group()


def _typed(char: str) -> str:
    if char in "đĐ":
        return "dd" if char == "đ" else "DD"
    apart = unicodedata.normalize("NFD", char)
    shapes = sorted(apart[1:], key=lambda mark: _SIGNS.get(mark, "") in _TONES)
    if all(mark in _SIGNS for mark in shapes):
        return apart[0] + "".join(_SIGNS[mark] for mark in shapes)
    return char
