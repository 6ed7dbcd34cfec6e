"""UTF-8 that was read as windows-1252 or Latin-1, once or twice: ``Viá»‡t`` for Việt.

The bytes are all there, so the letters are found again. Two of them are often lost on the way: the
no-break space, which becomes a space, and the soft hyphen, which goes; where a word lacks one, it
is put back if that gives a syllable.
"""

from __future__ import annotations

import re

from searchengine.text.encodings.charset import western
from searchengine.text.encodings.syllables import is_real

NAME = "UTF-8 read as windows-1252"
NAME_TWICE = "UTF-8 read as windows-1252 twice"

_BYTES = {western(byte): byte for byte in range(0x80, 0x100)} | {
    chr(byte): byte for byte in range(0x80, 0x100)
}
_AS_BYTES = str.maketrans({char: chr(byte) for char, byte in _BYTES.items()})


def _those(first: int, last: int) -> str:
    return "[" + "".join(re.escape(c) for c, byte in _BYTES.items() if first <= byte <= last) + "]"


_REST = _those(0x80, 0xBF)
_CHARACTER = re.compile(
    f"{_those(0xC2, 0xDF)}{_REST}|{_those(0xE0, 0xEF)}{_REST}{{2}}|{_those(0xF0, 0xF4)}{_REST}{{3}}"
)
_SUSPECT = re.compile(f"{_CHARACTER.pattern}|[ÃÆ]|áº|á»")
_SIGNS = "“”‘’…–—«»\xa0"
#: A word with a letter of which the last byte is missing, and the word behind a space.
_CUT = re.compile(f"(?<![^ \t])([^ \t]*?)([ÃÆ]|áº|á»)(?!{_REST})( ?)([^\\W\\d_]*)(?= *(.?))")


def encode(text: str) -> str:
    """Return ``text`` as whoever takes UTF-8 for windows-1252 sees it."""
    return "".join(map(western, text.encode("utf-8", "surrogatepass")))


def decode(text: str) -> str:
    """Return ``text`` with each letter in place of the characters of its bytes."""
    return _CHARACTER.sub(_read, text)


def is_suspect(word: str) -> bool:
    """Return whether a word has what is a letter of UTF-8, or the beginning of one."""
    return _SUSPECT.search(word) is not None


def may_be_right(word: str) -> bool:
    """Return whether what was read in ``word`` may be letters, and a sign behind: ``ĐÃ…``."""
    return all(
        match.group()[-1] in _SIGNS and not word[: match.start()][-1:].islower()
        for match in _CHARACTER.finditer(word)
    )


def completed(line: str) -> str:
    """Return ``line`` with the last bytes that letters lack, where they give a syllable."""
    return line if may_be_right(line) else _CUT.sub(_complete, line)


def _read(match: re.Match[str]) -> str:
    try:
        return match.group().translate(_AS_BYTES).encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return match.group()


def _complete(match: re.Match[str]) -> str:
    before, letter, space, after, behind = match.groups()
    if f"{before}{letter}{after}".isupper() and (after or behind.isupper()):
        return match.group()  # LÃNH is a word as it is.
    ways = [f"{letter}\xad{space}{after}"]
    if space:
        ways = [f"{letter}\xa0{after}", f"{letter}\xa0{space}{after}", *ways]
    elif not after:
        ways.append(f"{letter}\xa0")
    for way in ways:
        if all(is_real(word) for word in re.findall(r"[^\W\d_]+", decode(before + way))[:1]):
            return before + way
    return match.group()
