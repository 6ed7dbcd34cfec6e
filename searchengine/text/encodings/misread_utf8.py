"""UTF-8 that was read as windows-1252 or Latin-1, once or twice: ``Viá»‡t`` for Việt.

The bytes are all there, so the letters are found again. Two of them are often lost on the way: the
no-break space, which becomes a space, and the soft hyphen, which goes; where a word lacks one, it
is put back if that gives a syllable, of two such the likelier.
"""

from __future__ import annotations

import re
from functools import lru_cache

from searchengine.text.encodings.charset import western
from searchengine.text.encodings.syllables import are_compound, commonness, is_real
from searchengine.text.lexicon.function_words import importance
from searchengine.text.lexicon.word_cache import WORDS_KEPT

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
#: A letter of which the last byte is missing, and the space that may be what became of it.
_CUT = re.compile(f"([ÃÆ]|áº|á»)(?!{_REST})( ?)")
#: The word before, and the beginning of one.
_BEFORE = re.compile(r"(?:([^\W\d_]+) +)?([^\W\d_]*)\Z")
#: The rest of a word, and the next.
_BEHIND = re.compile(r"([^\W\d_]*)[^ ]* *([^\W\d_]*)")
#: How many characters on either side of a letter are looked at.
_BESIDE = 32
#: Signs, and another space, that have no space before them, so that it is the byte.
_CLOSING = " .,;:!?)]}’”…"
#: How much commoner a syllable is taken to be that makes a word with one beside it, or that is a
#: function word, of which the list of words has few.
_LIKELY = 6.0


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
    if may_be_right(line):
        return line
    pieces: list[str] = []
    behind, end = "", len(line)
    # From the end, so that what stands behind a word is whole already.
    for match in reversed(list(_CUT.finditer(line))):
        before = decode(line[max(0, match.start() - _BESIDE) : match.start()])
        kept = line[match.end() : end]
        behind = (kept[:_BESIDE] + behind)[:_BESIDE]
        letter = _complete(before, match[1], match[2], decode(behind))
        pieces += kept, letter
        behind, end = letter + behind, match.start()
    return line[:end] + "".join(reversed(pieces))


def _read(match: re.Match[str]) -> str:
    try:
        return match.group().translate(_AS_BYTES).encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return match.group()


def _complete(before: str, letter: str, space: str, behind: str) -> str:
    """A letter with its last byte, and with the space behind it unless that was the byte."""
    beside = _BEFORE.search(before), _BEHIND.match(behind)
    words = [word for found in beside if found for word in found.groups("")]
    goes_on = behind[:1].isalpha() or behind[:1] in _CLOSING
    return _likeliest(letter, space, *words, goes_on)


@lru_cache(maxsize=WORDS_KEPT)
def _likeliest(
    letter: str, space: str, last: str, start: str, after: str, following: str, goes_on: bool
) -> str:
    """The same by what stands beside: the word before and the beginning of its own, the rest of
    that and the next word, and whether a letter, the end or a closing sign comes next."""
    if (after or following) and f"{start}{letter}{after or following}".isupper():
        return letter + space  # LÃNH is a word as it is.
    if space and goes_on and is_real(start + decode(f"{letter}\xa0") + after):
        return f"{letter}\xa0"
    rest, beside = ("", after) if space else (after, following)
    likely: dict[str, float] = {}
    for byte in "\xad" if rest else "\xa0\xad":
        word = start + decode(letter + byte) + rest
        if is_real(word):
            known = are_compound(last, word) or are_compound(word, beside)
            function = importance([word.lower()])[0] < 1
            likely[byte] = commonness(word) + _LIKELY * (known + function)
    return letter + max(likely, key=likely.__getitem__, default="") + space
