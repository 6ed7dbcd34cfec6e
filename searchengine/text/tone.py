"""Tone placement: one canonical position for the tone mark of a syllable.

Vietnamese is written in two ways, hòa and hoà, ủy and uỷ; the canonical form here is the older
one (hòa, ủy). Marks that slipped to the wrong vowel of a closed syllable (vịêt, thuýên) are put
right as well. Works on normalised text and changes neither its length nor its case, so offsets
stay true. It does not judge whether a syllable exists.
"""

from __future__ import annotations

import re
import unicodedata

from searchengine.text.lexicon.word_cache import word_cached

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_VOWELS = "aăâeêioôơuưy"
_HATTED = "ăâêôơư"


def _toned(letters: str) -> str:
    every = {unicodedata.normalize("NFC", v + t) for v in letters for t in _TONES}
    return "".join(sorted(every | {v.upper() for v in every}))


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


#: Toned letter -> (plain vowel, tone), and back.
_SPLIT = {
    unicodedata.normalize("NFC", v + t): (v, t)
    for vowel in _VOWELS
    for v in (vowel, vowel.upper())
    for t in _TONES
}
_JOIN = {pair: letter for letter, pair in _SPLIT.items()}

_LETTER = "[^\\W\\d_]"
_ANY = "".join(sorted({*_VOWELS, *_VOWELS.upper(), *_SPLIT}))
_HATS = _HATTED + _HATTED.upper()
#: Two letters of which one carries a tone at a place where it may not belong. The pair comes first
#: and the conditions look back at it: five times as fast as an alternation of pairs.
_SUSPECT = re.compile(
    f"[{_ANY}qQ][{_ANY}](?:"
    f"(?<=[oO][{_toned('ae')}])(?!{_LETTER})"  # hoà, hoè
    f"|(?<=[uU][{_toned('y')}])(?<![qQ]..)(?!{_LETTER})"  # uỷ, never quỷ
    f"|(?<=[qQ][{_toned('u')}])"  # qúa
    f"|(?<=[{_toned(_VOWELS)}][{_HATS}])"  # vịêt, nứơc
    f"|(?<=[{_toned('ou')}][aeoyAEOY]){_LETTER}"  # hòan, tùyên, móoc
    f"|(?<=[gG][{_toned('i')}][aeouyAEOUY])"  # gía, gíup
    f"|(?<=[aeouyAEOUY][{_toned('iuoy')}])"  # aí, oí
    f"|(?<=[{_HATS}][{_toned('aiouy')}])"  # đôị, tưạ
    f"|(?<=[iIuU][{_toned('au')}])(?<![gGqQ]..)(?!{_LETTER})"  # điạ, cuả; never giá, quả
    ")"
)
_WORD = re.compile(f"{_LETTER}+")
#: An open oa, oe or uy with its tone on either letter.
_OPEN_PAIR = re.compile(
    f"(?:[oO][{_toned('ae')}]|[{_toned('o')}][aeAE]"
    f"|(?<![qQ])(?:[uU][{_toned('y')}]|[{_toned('u')}][yY]))(?!{_LETTER})"
)
_ONSET = "ngh|gh|ng|nh|ch|tr|th|ph|kh|gi|qu|b|c|d|đ|g|h|k|l|m|n|p|q|r|s|t|v|x"
_SYLLABLE = re.compile(f"^({_ONSET})?([{_VOWELS}]+)(ch|ng|nh|c|k|m|n|p|t)?$")  # k: Đắk Lắk
#: Vowel groups that a Vietnamese syllable can have (after the onset), tone off.
_GROUPS = _words(
    "a ă â e ê i o ô ơ u ư y ai ao au ay âu ây eo êu ia iê iu oa oă oe oi oo ôi ơi ua uâ ue uê ui"
    " uo uô uơ uy ưa ươ ưi ưu yê iêu oai oao oay oeo uây uôi uya uyê uyu ươi ươu yêu"
)


def canonical_tones(text: str) -> str:
    """Return normalised ``text`` with every tone mark at its canonical place; same length."""
    pieces: list[str] = []
    done = 0
    for suspect in _SUSPECT.finditer(text):
        start = suspect.start()
        if start < done:
            continue
        while start > done and _WORD.match(text[start - 1]):
            start -= 1
        word = _WORD.match(text, start)
        assert word is not None  # A suspect is letters.
        pieces += text[done:start], canonical_syllable(word.group())
        done = word.end()
    return "".join(pieces) + text[done:] if pieces else text


@word_cached
def canonical_syllable(word: str) -> str:
    """Return one word with its tone mark placed; a word that is no Vietnamese syllable as it is."""
    if not _SUSPECT.search(word):
        return word
    plain, tones = [], []
    for letter in word:
        vowel, tone = _SPLIT.get(letter, (letter, ""))
        plain.append(vowel)
        if tone:
            tones.append(tone)
    if len(tones) != 1:
        return word
    position = tone_position("".join(plain).lower())
    if position is None:
        return word
    plain[position] = _JOIN[plain[position], tones[0]]
    return "".join(plain)


def with_every_tone(start: str) -> tuple[str, ...]:
    """Return the beginning of a syllable and, if it has no tone yet, it with each on each vowel.

    Tones are typed last: who has come to ``phươ`` may want phường.
    """
    if any(letter in _SPLIT for letter in start):
        return (start,)
    toned = [
        start[:place] + _JOIN[letter, tone] + start[place + 1 :]
        for place, letter in enumerate(start)
        for tone in _TONES
        if (letter, tone) in _JOIN
    ]
    return (start, *toned)


def other_placement(text: str) -> str:
    """Return normalised ``text`` as the other school places tones: hòa as hoà and hoà as hòa."""
    return _OPEN_PAIR.sub(_with_tone_moved, text)


def _with_tone_moved(match: re.Match[str]) -> str:
    pair = match.group()
    first, second = pair[0], pair[1]
    if first in _SPLIT:
        plain, tone = _SPLIT[first]
        return plain + _JOIN[second, tone]
    plain, tone = _SPLIT[second]
    return _JOIN[first, tone] + plain


def tone_position(syllable: str) -> int | None:
    """Return which letter of a toneless lower-case syllable carries its tone; None if none can.

    The rule is that of the older school: the last letter with a mark of its own (ê, ơ …), else
    the middle of three vowels, else the second of two before a final consonant, else the first.
    """
    match = _SYLLABLE.match(syllable)
    if match is None:
        return None
    onset, group, coda = match.group(1) or "", match.group(2), match.group(3) or ""
    if group not in _GROUPS:
        return None
    start = len(onset)
    hatted = [i for i, vowel in enumerate(group) if vowel in _HATTED]
    if hatted:
        return start + hatted[-1]
    if len(group) == 3 or (len(group) == 2 and coda):
        return start + 1
    return start
