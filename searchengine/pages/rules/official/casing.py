"""Capitals brought to sentence case: ``XÃ ĐÔNG XUÂN`` becomes ``xã Đông Xuân``.

The paper itself is asked first: what it writes in small letters further down has its capitals
where its writer puts them. What it does not repeat follows a short list of names that all papers
use, and the rule that a name follows the word for its unit.
"""

from __future__ import annotations

import itertools
import re

from searchengine.pages.rules.place import CITIES, PROVINCE_NAMES
from searchengine.pages.rules.text_patterns import UPPER, is_shouted, squeeze
from searchengine.text.lexicon.spelling import is_syllable
from searchengine.text.tone import canonical_tones

#: The longest phrase that is looked for, in words.
_PHRASE_MAX = 8
#: So many places of a phrase are looked at.
_OCCURRENCES = 50
#: No word is longer, in characters.
_WORD_MAX = 12
#: A name without further evidence has at most so many syllables.
_NAME_MAX = 2
#: Names and bodies that papers of every office write.
_KNOWN = (
    "Việt Nam, Hồ Chí Minh, Đảng Cộng sản Việt Nam, Đảng bộ, Đảng ủy, Ban Chấp hành, Ban Thường vụ,"
    " Ban Thường trực, Ban Bí thư, Bộ Chính trị, Trung ương, Quốc hội, Chính phủ, Thủ tướng Chính"
    " phủ, Ủy ban Thường vụ Quốc hội, Ủy ban nhân dân, Hội đồng nhân dân, Ủy ban Kiểm tra, Mặt trận"
    " Tổ quốc, Hội Liên hiệp Phụ nữ, Hội Nông dân, Hội Cựu chiến binh, Đoàn Thanh niên Cộng sản,"
    " Đoàn TNCS, Liên đoàn Lao động, Giáo dục và Đào tạo, Đại hội đại biểu, Ban Tổ chức,"
    " Ban Tuyên giáo, Ban Dân vận, Tỉnh ủy, Thành ủy, Huyện ủy, Quận ủy, Thị ủy"
)
_EVIDENCE = f", {_KNOWN}, {', '.join(CITIES)}, {PROVINCE_NAMES.replace('|', ', ')},"
#: What a name follows.
_UNITS = (
    "thị trấn", "thị xã", "thành phố", "đặc khu", "khu phố", "xã", "phường", "quận", "huyện", "tỉnh"
)  # fmt: skip
_SCHOOLS = ("thcs", "thpt", "tiểu học", "mầm non")
#: Words that no name goes on with.
_ENDS = frozenset(
    "hội viên ủy uỷ đội đoàn luận năm giai nhiệm lần về và đến trên tại trong theo của do thực"
    " khi là có cho với từ quý tháng ngày đợt khóa khoá sáu để vào giữa bị được không phục".split()
)
#: Heads of a body's name: its next word has a capital (``Sở Nội vụ``).
_HEADS = frozenset(("sở", "bộ", "phòng", "ban", "cục", "viện", "hội", "đoàn"))
#: Of those, whose names go on with another capital: ``Sở Giáo dục và Đào tạo``.
_JOINING = frozenset(("sở", "bộ", "phòng"))
_ALWAYS = {"đảng": "Đảng"}
_ROMAN = re.compile(r"[IVXLC]+")
_ORDINALS = frozenset(("thứ", "khóa", "khoá", "kỳ", "phần", "quý", "lần", "hạng", "nhóm", "loại"))
_WORD = re.compile(r"[^\W\d_]+")
_LINE_START = re.compile(rf"(?<!\S)(\S{{1,30}})[ \t]{{0,20}}\n\s{{0,20}}(?=[{UPPER}])")


def sentence_case(text: str, paper: str) -> str:
    """Return ``text`` in sentence case if it is written in capitals, else as it is.

    ``paper`` is the rest of the paper, normalised. The first letter stays small unless it begins
    a name.
    """
    return _cased(text, paper, ()) if is_shouted(text) else squeeze(text)


def body_case(text: str, paper: str) -> str:
    """Return the name of a body in its usual capitals, the first letter among them."""
    cased = _cased(text, paper, _SCHOOLS) if is_shouted(text) else squeeze(text)
    words = cased.split(" ")
    if is_shouted(text):
        head = words[0].lower()
        for at, (word, following) in enumerate(itertools.pairwise(words)):
            names_next = at == 0 and head in _HEADS and following not in ("đồng", "bộ")
            if names_next or (head in _JOINING and word in ("-", "và")):
                words[at + 1] = capital(following)
    return capital(" ".join(words))


def lower_first(text: str, paper: str) -> str:
    """Return ``text`` going on in a sentence: its first letter small unless it begins a name.

    A name is what the ``paper`` writes with a capital amid its sentences.
    """
    words = text.split(" ")
    first = words[0]
    if (
        first in _ALWAYS.values()
        or first[1:] != first[1:].lower()
        or not is_syllable(first.lower())
    ):
        return text
    evidence, looked = _evidence(paper)
    named = _written(words[:2], evidence, looked)
    return text if named and named[0][0].isupper() else first.lower() + text[len(first) :]


def capital(text: str) -> str:
    """Return ``text`` with a capital first letter."""
    return text[:1].upper() + text[1:]


def _cased(text: str, paper: str, further_units: tuple[str, ...]) -> str:
    words = squeeze(text).split(" ")
    evidence, looked = _evidence(paper)
    result: list[str] = []
    while len(result) < len(words):
        at = len(result)
        for count in range(min(_PHRASE_MAX, len(words) - at), 1, -1):
            if written := _written(words[at : at + count], evidence, looked):
                result += written
                break
        else:
            names = _name_after(result, words[at:], further_units)
            result += names or [_alone(words[at], result)]
    return " ".join(result)


def _evidence(paper: str) -> tuple[str, str]:
    """What shows how words are written, and the same in small letters to look for them in."""
    # Where a line begins with a capital, a sentence may.
    evidence = squeeze(_LINE_START.sub(_broken, paper)) + _EVIDENCE
    looked = canonical_tones(evidence).lower()
    return (evidence, looked) if len(looked) == len(evidence) else ("", "")


def _broken(match: re.Match[str]) -> str:
    """A line's last word and how the next goes on: a name may be broken between two capitals."""
    return f"{match[1]} " if match[1][0].isupper() else f"{match[1]} . "


def _written(words: list[str], evidence: str, looked: str) -> list[str]:
    """The same words as the evidence writes them; empty if it does not, or only in capitals.

    At the beginning of a sentence the first word is taken for a small one.
    """
    phrase = canonical_tones(" ".join(words)).lower()
    opening: list[str] = []
    named: list[str] = []
    known = len(evidence) - len(_EVIDENCE)
    start = looked.find(phrase)
    for _ in range(_OCCURRENCES):
        if start < 0:
            break
        end = start + len(phrase)
        told = evidence[start:end]
        whole = not evidence[start - 1 : start].isalnum() and not evidence[end : end + 1].isalnum()
        if whole and not is_shouted(told):
            before = evidence[max(0, start - _WORD_MAX) : start].split(" ")[-2:][0]
            # Behind a capital it is the inside of a longer name.
            amid = before[:1].islower() and (before[-1:].isalpha() or before[-1:] in '"“(')
            if before[-1:] in (",", ";") or (amid and start < known):
                if told[0].islower():
                    return told.split(" ")
                named = named or told.split(" ")
            elif before[-1:] in (".", ":", "!", "?", "") and not opening:
                opening = (told[0].lower() + told[1:]).split(" ")
        start = looked.find(phrase, start + 1)
    return named or opening


def _name_after(before: list[str], words: list[str], further_units: tuple[str, ...]) -> list[str]:
    """The name that begins ``words`` because a unit stands before it; empty if none does."""
    behind = " ".join(before[-2:]).lower()
    if not any(behind == unit or behind.endswith(f" {unit}") for unit in (*_UNITS, *further_units)):
        return []
    name: list[str] = []
    for word in words[:_NAME_MAX]:
        lowered = word.lower()
        if lowered in _ENDS or not is_syllable(lowered.rstrip(",;")):
            break
        name.append(word.title())
        if word[-1] in ",;":
            break
    following = " ".join(words[: len(name)]).lower()
    return [] if any(following.startswith(unit) for unit in _UNITS) else name


def _alone(word: str, before: list[str]) -> str:
    """A word that nothing is known of: small, but for codes, numbers and abbreviations."""
    letters = _WORD.findall(word)
    lowered = word.lower()
    if lowered in _ALWAYS:
        return _ALWAYS[lowered]
    if any(character.isdigit() for character in word) or "." in word[:-1]:
        return word
    if _ROMAN.fullmatch(word.strip(",;:()")) and (
        (before and before[-1].lower() in _ORDINALS) or not is_syllable(word.strip(",;:()").lower())
    ):
        return word
    if letters and all(is_syllable(part.lower()) for part in letters):
        return lowered
    return word
