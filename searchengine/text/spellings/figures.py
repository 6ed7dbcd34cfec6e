"""Figures and numerals: 2000000, 2.000.000 and 2 triệu; khóa 10 and khóa X; khu phố hai and 2.

A year is no figure. A numeral or a word is a number only beside what is counted: `Hai Bà Trưng`
and `áo hai dây` count nothing, nor does the vi of `loại vi khuẩn`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from searchengine.text.lexicon.forms import Expansion, Syllables
from searchengine.text.variants import fold_syllable

_YEAR = re.compile(r"(?:19|20)\d\d|2100")
#: Behind one of these even 2000 is no year.
_UNITS = frozenset("đồng dong đ vnđ vnd usd đô do người nguoi tấn tan m2 ha km".split())
_PLAIN = re.compile(r"[1-9]\d{3,14}")
_GROUPS = re.compile(r"[1-9]\d{0,2}(?: \d{3}){1,4}")
_THREE = re.compile(r"\d{3}")
#: Words for powers of ten, the commonest of each first.
_POWERS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (9, ("tỷ",)),
    (6, ("triệu",)),
    (3, ("nghìn", "ngàn")),
)
_POWER_OF = {
    form: power
    for power, words in _POWERS
    for word in words
    for form in (word, fold_syllable(word))
}

#: What is counted in Roman numerals as well as in figures, and what in words.
_ROMAN_NOUNS = (
    "khóa, đại hội, quý, thế kỷ, nhiệm kỳ, lần thứ, họp thứ, chương, phần, mục, tập, quyển, hạng, "
    "loại, cấp, nhóm, bậc, giai đoạn, quân khu, liên khu, vành đai, vùng, học kỳ, kỳ"
)
_WORD_NOUNS = (
    "khu phố, dân phố, tổ, thôn, ấp, xóm, đội, quận, phường, lớp, khóa, quý, tập, chương, phần, "
    "lần, lần thứ, thứ, vòng, hạng, giai đoạn, học kỳ, cấp"
)
_ROMAN_ONES = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_ROMAN = {value: "x" * (value // 10) + _ROMAN_ONES[value % 10] for value in range(1, 40)}
_VALUE_OF_ROMAN = {roman: value for value, roman in _ROMAN.items()}
#: Numerals that are syllables too: only in capitals are they numerals.
_ROMAN_SYLLABLES = frozenset(("vi", "xi"))
_WORDS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
#: The other word of a number, behind thứ and quý.
_ORDINALS = {"nhất": 1, "tư": 4}
_ORDINAL_NOUNS = frozenset((("lần", "thứ"), ("thứ",), ("lan", "thu"), ("thu",)))
#: Bare, these letters are rather the south, behind, to fly, four and a heart.
_NO_BARE_NUMBER = frozenset(("nam", "sau", "bay", "tu", "tam", "nhat"))
#: A number goes on with these.
_MORE = frozenset(
    form
    for word in "mươi mốt lăm trăm nghìn ngàn triệu tỷ chục rưỡi bà".split()
    for form in (word, fold_syllable(word))
)


def figure_spellings(syllables: Sequence[str]) -> Iterator[Expansion]:
    """Yield the other spellings of the figures in lower-case ``syllables``."""
    at = 0
    while at < len(syllables):
        value, end = _value(syllables, at)
        if value:
            typed = tuple(syllables[at:end])
            for other in _written(value):
                if other != typed:
                    yield Expansion(at, end, "spelling", other)
        at = max(end, at + 1)


def _value(syllables: Sequence[str], at: int) -> tuple[int, int]:
    """The figure that begins at a place, 0 if none does, and where it ends."""
    word, behind = syllables[at], syllables[at + 1 : at + 2]
    if not word.isdecimal():
        return 0, at
    if _PLAIN.fullmatch(word):
        year = _YEAR.fullmatch(word) and not _UNITS.intersection(behind)
        return (0 if year else int(word)), at + 1
    end = at + 1
    while end < len(syllables) and _THREE.fullmatch(syllables[end]):
        end += 1
    if _GROUPS.fullmatch(" ".join(syllables[at:end])):
        return int("".join(syllables[at:end])), end
    if not (1 <= len(word) <= 3 and word[0] != "0"):
        return 0, at
    if behind and (power := _POWER_OF.get(behind[0])):
        return int(word) * 10**power, at + 2
    if len(syllables) > at + 2 and (power := _POWER_OF.get(syllables[at + 2])):
        decimals = behind[0]
        if decimals.isdecimal() and len(decimals) <= 2:
            return int(word + decimals) * 10 ** (power - len(decimals)), at + 3
    return 0, at


def _written(value: int) -> Iterator[Syllables]:
    """The ways to write a figure of at least a thousand: in one, in threes, with a word."""
    yield (str(value),)
    yield tuple(f"{value:,}".split(","))
    power, words = next(one for one in _POWERS if value >= 10 ** one[0])
    whole, rest = divmod(value, 10**power)
    decimals = f"{rest:0{power}}".rstrip("0")
    if whole < 1000 and len(decimals) <= 2:
        for word in words:
            yield (str(whole), *filter(None, (decimals,)), word)


def counted_spellings(syllables: Sequence[str], text: str) -> Iterator[Expansion]:
    """Yield what else the number behind something counted may be, with the noun's last syllable.

    ``text`` is what was typed: whether a numeral stands there in capitals.
    """
    query = tuple(syllables)
    nouns = _nouns()
    for at in range(1, len(query)):
        kinds = nouns.get(query[at - 1 : at], 0) | nouns.get(query[max(0, at - 2) : at], 0)
        if not kinds or (at + 1 < len(query) and query[at + 1] in _MORE):
            continue
        ordinal = query[at - 2 : at] in _ORDINAL_NOUNS or query[at - 1 : at] in _ORDINAL_NOUNS
        value = _number(query, at, kinds, ordinal=ordinal, text=text)
        for other in _numerals(value, kinds, ordinal=ordinal) if value else ():
            if other != query[at]:
                yield Expansion(at - 1, at + 1, "spelling", (query[at - 1], other))


_BY_ROMAN, _BY_WORD = 1, 2


@cache
def _nouns() -> dict[Syllables, int]:
    """The nouns, with their marks and without, and in what they are counted beside figures."""
    found: dict[Syllables, int] = {}
    for listed, kind in ((_ROMAN_NOUNS, _BY_ROMAN), (_WORD_NOUNS, _BY_WORD)):
        for noun in listed.split(", "):
            marked = tuple(noun.split())
            for key in {marked, tuple(map(fold_syllable, marked))}:
                found[key] = found.get(key, 0) | kind
    return found


def _number(query: Syllables, at: int, kinds: int, *, ordinal: bool, text: str) -> int:
    """The number that a syllable says, 0 if it says none."""
    word = query[at]
    if word.isdecimal():
        behind = query[at + 1] if at + 1 < len(query) else ""
        grouped = len(behind) == 3 and behind.isdecimal()
        return int(word) if len(word) <= 2 and int(word) < 40 and not grouped else 0
    if kinds & _BY_ROMAN and (value := _VALUE_OF_ROMAN.get(word)):
        capitals = f"{word.upper()}" in re.findall(r"[^\W_]+", text)
        return value if word not in _ROMAN_SYLLABLES or capitals else 0
    if not kinds & _BY_WORD or word in _NO_BARE_NUMBER:
        return 0
    if word == "năm" and at + 1 < len(query) and not query[at + 1].isalpha():
        return 0
    return _value_of_word(ordinal=ordinal).get(word, 0)


@cache
def _value_of_word(*, ordinal: bool) -> dict[str, int]:
    values = {word: value for value, word in enumerate(_WORDS, 1)}
    values |= _ORDINALS if ordinal else {}
    return {form: value for word, value in values.items() for form in (fold_syllable(word), word)}


def _numerals(value: int, kinds: int, *, ordinal: bool) -> Iterator[str]:
    yield str(value)
    if kinds & _BY_ROMAN:
        yield _ROMAN[value]
    if kinds & _BY_WORD and value <= len(_WORDS):
        yield _WORDS[value - 1]
        if ordinal:
            yield from (word for word, other in _ORDINALS.items() if other == value)
