"""Keystrokes: Vietnamese as Telex and VNI keyboards type it, decoded and encoded.

A query typed with the input method switched off (``ddaij hooij``, ``d9ai5 ho6i5``) is turned into
what was meant (``đại hội``), and back. A query that merely looks like keystrokes (list, car, a4)
is left alone; whether a decoding is used at all is for the engine to say, which looks first
whether anything matches as typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from searchengine.text.folding import has_marks
from searchengine.text.lexicon.abbreviations import ABBREVIATIONS
from searchengine.text.lexicon.spelling import is_syllable, split_tone
from searchengine.text.normalization import normalize
from searchengine.text.tone import tone_position

_TONE_OF_KEY = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_TONE_OF_DIGIT = dict(zip("12345", _TONE_OF_KEY.values(), strict=True))
_HAT = {"a": "â", "e": "ê", "o": "ô"}
_VOWELS = frozenset("aăâeêioôơuưy")
_WORD = re.compile(r"[^\W_]+")
_KEY_OF_TONE = {tone: key for key, tone in _TONE_OF_KEY.items()}
_DIGIT_OF_TONE = {tone: digit for digit, tone in _TONE_OF_DIGIT.items()}
#: nghieengs has nine keys; a change of mind takes a few more.
_LONGEST = 12
_DOUBLE_O = re.compile("[oO]([oO])")
#: Letters and a number behind them: keystrokes of VNI, or a name.
_CODE = re.compile(r"[^\W\d_]+\d+")
_HAT_KEYS = re.compile("aa|ee|oo|[^w]w")
#: A tone key with letters after it; but nặng before a consonant (hojc) is in no other language.
_TONE_INSIDE = re.compile("[aeiouy][^sfrxj]*(?:[sfrx].|j[aeiouy])")


def _letter_keys(keys: str) -> dict[str, str]:
    """Each marked letter in both cases and what types it: its bare letter and one of ``keys``."""
    typed = {m: b + k for m, b, k in zip("ăâêôơưđ", "aaeooud", keys, strict=True)}
    return typed | {marked.upper(): pair.upper() for marked, pair in typed.items()}


_TELEX_LETTERS = _letter_keys("waeowwd")
_VNI_LETTERS = _letter_keys("8666779")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


#: Keystrokes by form, yet more frequent as they stand than as the syllable they type (100,000 news
#: articles); never decoded in a query.
_KEPT = _words(
    """
    air bar days deen door down eos gary gas gooi guys her homs hose host how hwa iaf if imf inf
    inr ips is lisa low luis maps mary maur mix nor nox nur of or pais pax per poor post roar room
    rose says sofa swns taxi test town trax tw us usa vest visa vws war was xix
    """
)
#: Loans written in one word: of several syllables, so that no rule of ours spells them.
_LOANS = _words(
    "bêtông băngrôn càphê magiê matxcơva mátxcơva môtô nilông ôtô rơmoóc vắcxin văcxin virút ximăng"
)
#: English words, names and short forms that happen to type a syllable. They are decoded beside
#: real keystrokes and prove nothing alone. Words of two letters and those whose only key is a tone
#: inside the word (list, hasan) are doubted by their form and need no place here.
_DOUBTFUL = _words(
    """
    acs ans aus aux bats bays bee beef been beer bees bets bias bins bis bits boo boom boost
    boots bos bots bow box buns bus cams cans caps car cas cats chair chaos char chats cheer
    chef chips choir chops chow conf coo coon cops cor cos cow cows cox cups cuts dams dans dar
    das dawn dax dee deer dees def dens der des dex dips dir dis docs does doom dos dots dow eps
    gaps gays gif goes goof goon gown guns gus guts hair hans has hats hens hes hex hips his
    hits hoax hof hoof hoops hops huts ins its keen keeps kis kits lair laos laps las lawn lax
    lays lee lees lens les lets lex lips loans loops los lots lows lungs lux mans mar mas mats
    max meets mens mets mins mis moms moo moon moons moor mor mos mow nas nee nets nis noon nos
    now nuts oats oops ops own owns pair pans par pas pawn pays peer pens pets pins pits poo
    pops pos pots pow puts queen queens queer quits rams raps ras rats rays reef ref reps res
    rex roof rooms roost roots ros row rows runs sax see seem seems seen sees ser sets sex sims
    sins sir sis sits six soar songs sons soo soon sos sow sox sums suns sur sus sys tar tas tax
    tee teen teens tees tens tex thats thee thees this thor thus tips toes tons too toon tops
    tor tow towns trams trans traps trays tree trees trips troops ups vans var vas ver vets vis
    vos vow xor
    """
)
#: What a number follows and is glued to (quan8, lop5): in VNI such a word proves nothing.
_NUMBERED = _words(
    """
    bai ban ben bon bot buoi cam cap cau chan chau chung cong dai day doan doi dot duong gia
    giai goi hai ham hang hem kenh khoa khoan khoi khu kien lan loai lop mau mon mua muc nam
    ngay ngo nha nhom pha phan phim pho phong quan quy tang tap tau tet thang thon tieu toa toan
    tom top tram trang tru tuan tuoi tuyen vang vong vung xom
    """
)


@dataclass(slots=True)
class _Syllable:
    """A syllable being typed: lower-case letters without a tone, their case, and the tone."""

    letters: list[str] = field(default_factory=list)
    upper: list[bool] = field(default_factory=list)
    tone: str = ""
    keys: int = 0

    def letter(self, char: str) -> bool:
        self.letters.append(char.lower())
        self.upper.append(char != char.lower())
        return True

    def has_vowel(self) -> bool:
        return not _VOWELS.isdisjoint(self.letters)

    def replace(self, place: int, letter: str) -> bool:
        self.letters[place] = letter
        self.keys += 1
        return True

    def set_tone(self, tone: str) -> bool:
        """Give the tone, or take it off with ``""``; a second tone is no keystroke of ours."""
        if not self.has_vowel() or bool(self.tone) == bool(tone):
            return False
        self.tone = tone
        self.keys += 1
        return True

    def vowels(self) -> tuple[int, int]:
        """The last group of vowels, as a half-open range of places; the u of qu is none."""
        end = len(self.letters)
        while end and self.letters[end - 1] not in _VOWELS:
            end -= 1
        start = end
        while start and self.letters[start - 1] in _VOWELS:
            start -= 1
        if self.letters[start - 1 : start + 1] == ["q", "u"]:
            start += 1
        return start, end

    def hat(self) -> bool:
        """a, e or o of the last vowels becomes â, ê or ô."""
        start, end = self.vowels()
        for place in range(end - 1, start - 1, -1):
            if self.letters[place] in _HAT:
                return self.replace(place, _HAT[self.letters[place]])
        return False

    def horn(self) -> bool:
        """uo of the last vowels becomes ươ, or a u or o of them ư or ơ."""
        start, end = self.vowels()
        group = "".join(self.letters[start:end])
        if (place := group.find("uo")) >= 0:
            self.replace(start + place, "ư")
            return self.replace(start + place + 1, "ơ")
        for bare, horned in (("o", "ơ"), ("u", "ư")):
            if (place := group.find(bare)) >= 0:
                return self.replace(start + place, horned)
        return False

    def breve(self) -> bool:
        """a of the last vowels becomes ă."""
        start, end = self.vowels()
        if "a" in self.letters[start:end]:
            return self.replace(self.letters.index("a", start), "ă")
        return False

    def stroke(self) -> bool:
        """The last letter, or else the first, becomes đ."""
        for place in (-1, 0):
            if self.letters and self.letters[place] == "d":
                return self.replace(place, "đ")
        return False

    def text(self) -> str | None:
        """What was typed; None if it is no syllable and no abbreviation with a đ."""
        letters = list(self.letters)
        if letters[-2:] == ["ư", "ơ"]:
            letters[-2] = "u"  # thuở: ươ needs something after it.
        if self.tone:
            place = tone_position("".join(letters))
            if place is None:
                return None
            letters[place] = unicodedata.normalize("NFC", letters[place] + self.tone)
        word = "".join(
            letter.upper() if upper else letter
            for letter, upper in zip(letters, self.upper, strict=True)
        )
        short_form = word.lower() in ABBREVIATIONS or ("đ" in letters and not self.has_vowel())
        return word if is_syllable(word) or short_form else None


def decode_telex(word: str) -> str | None:
    """Return the syllable that ``word`` types in Telex, or None if it types none.

    Each tone key counts anywhere after the first vowel, w anywhere after what it changes; tones
    come at their canonical place and capitals stay. An abbreviation without a vowel is decoded
    for its đ alone (``HDDND``). A word without keystrokes types nothing.
    """
    return _decode(word, _telex_key)


def decode_vni(word: str) -> str | None:
    """Return the syllable that ``word`` types in VNI, or None if it types none.

    Each digit counts anywhere after what it changes, as :func:`decode_telex` has it for letters.
    """
    return _decode(word, _vni_key)


def _decode(word: str, press: Callable[[_Syllable, str, str], bool]) -> str | None:
    if not word.isascii() or len(word) > _LONGEST:
        return None
    syllable = _Syllable()
    for before, char in zip(" " + word.lower(), word, strict=False):
        if not press(syllable, char, before):
            return None
    return syllable.text() if syllable.keys else None


def _telex_key(typed: _Syllable, char: str, before: str) -> bool:
    key = char.lower()
    if key in _TONE_OF_KEY and typed.has_vowel():
        return typed.set_tone(_TONE_OF_KEY[key])
    if key == "z":
        return typed.set_tone("")
    if key == "w":
        if not typed.has_vowel():
            typed.keys += 1
            return typed.letter("Ư" if char.isupper() else "ư")
        return _telex_w(typed)
    if key != before or key not in "aeod":
        return typed.letter(char)
    if key == "d":
        return typed.stroke()
    if typed.letters[-1] == key:
        return typed.replace(-1, _HAT[key])
    return typed.replace(-1, key) and typed.letter(char)  # ooo: xoong


def _telex_w(typed: _Syllable) -> bool:
    start, end = typed.vowels()
    group = "".join(typed.letters[start:end])
    if group.endswith("a") and group != "ua":
        return typed.breve()
    return typed.horn()


def _vni_key(typed: _Syllable, char: str, before: str) -> bool:
    if char in _TONE_OF_DIGIT:
        return typed.set_tone(_TONE_OF_DIGIT[char])
    if not char.isdigit():
        return typed.letter(char)
    digits = {"0": lambda: typed.set_tone(""), "6": typed.hat, "7": typed.horn, "8": typed.breve}
    return digits.get(char, typed.stroke)()


def decode_query(text: str) -> str | None:
    """Return ``text`` with its Telex or VNI keystrokes decoded, or None if it is not typed so.

    Every word is either decoded to a syllable or kept as it is. The whole is given up when no word
    is beyond doubt keystrokes, or when more words than those are neither keystrokes nor spelled
    like syllables. In a text that has diacritics, whose typist switched over on the way, only
    words beyond doubt are decoded, and a number behind letters proves nothing: `su57` is a name.
    """
    return decode_telex_query(text) or decode_vni_query(text)


def decode_telex_query(text: str) -> str | None:
    """Return ``text`` with its Telex keystrokes decoded; None as for :func:`decode_query`."""
    return _decode_query(text, _telex_in_query, _certain_telex)


def decode_vni_query(text: str) -> str | None:
    """Return ``text`` with its VNI keystrokes decoded; None as for :func:`decode_query`."""
    return _decode_query(text, _vni_in_query, _certain_vni)


def _decode_query(
    text: str, decode: Callable[[str], str | None], certain: Callable[[str, str], bool]
) -> str | None:
    text = normalize(text)
    marked = has_marks(text)
    proofs = strangers = 0
    pieces: list[str] = []
    done = 0
    for match in _WORD.finditer(text):
        word = match.group()
        decoded = decode(word)
        if decoded is None:
            strangers += _is_strange(word)
            continue
        proven = certain(word.lower(), decoded.lower())
        if marked and not proven:
            continue
        proofs += proven and not (marked and _CODE.fullmatch(word))
        pieces += text[done : match.start()], decoded
        done = match.end()
    if not proofs or strangers > proofs:
        return None
    return "".join(pieces) + text[done:]


def _telex_in_query(word: str) -> str | None:
    if word.lower() in _KEPT:
        return None
    return decode_telex(word) or _loans().get(word.lower())


def _vni_in_query(word: str) -> str | None:
    decoded = decode_vni(word)
    if decoded and has_marks(decoded):  # U20 takes its own tone off.
        return decoded
    return _loans().get(word.lower())


def _is_strange(word: str) -> bool:
    """Whether a Telex typist would hardly have left ``word`` so: a bare ``hoc``, an ``of``.

    Short forms in capitals and anything with a digit are written alike by everybody.
    """
    return word.isalpha() and not word.isupper() and not is_syllable(word)


def _certain_telex(word: str, decoded: str) -> bool:
    if decoded in ABBREVIATIONS or decoded in _LOANS:
        return True
    if len(word) <= 2 or word[0] == "w" or word in _DOUBTFUL:
        return False
    if is_syllable(word) or not is_syllable(decoded):  # xoong stands as it is; hdd types no word.
        return False
    if word.startswith("dd") or _HAT_KEYS.search(word):
        return True
    return not _TONE_INSIDE.search(word)


def _certain_vni(word: str, decoded: str) -> bool:
    if decoded in ABBREVIATIONS or decoded in _LOANS:
        return True
    letters = word.rstrip("0123456789")
    if not is_syllable(decoded):
        return False
    if len(decoded) <= 2:  # so73, but not a2 or h5, nor the phone e71.
        return len(decoded) == 2 and len(word) == 4 and decoded[0] not in _VOWELS
    return len(word) - len(letters) != 1 or letters not in _NUMBERED


@cache
def _loans() -> dict[str, str]:
    """The loans by what types them, in Telex and VNI, their tone at the end or in its place."""
    found = {}
    for loan in _LOANS:
        found[encode_telex(loan)] = found[encode_vni(loan)] = loan
        for letters, tones in ((_TELEX_LETTERS, _KEY_OF_TONE), (_VNI_LETTERS, _DIGIT_OF_TONE)):
            plain, tone, place = split_tone(loan)
            if tone:
                keys = _keys(plain[: place + 1], letters), _keys(plain[place + 1 :], letters)
                found[tones[tone].join(keys)] = loan
    return found


def encode_telex(text: str) -> str:
    """Return ``text`` as typed in Telex: marks after their letter, the tone after the syllable."""
    return _WORD.sub(_as_telex, normalize(text))


def encode_vni(text: str) -> str:
    """Return ``text`` as typed in VNI: marks after their letter, the tone after the syllable."""
    return _WORD.sub(_as_vni, normalize(text))


def _as_telex(match: re.Match[str]) -> str:
    word = match.group()
    plain, tone, _ = split_tone(word)
    if is_syllable(word):
        plain = _DOUBLE_O.sub(r"\g<0>\1", plain)  # Two keys alone would be ô.
    return _keys(plain, _TELEX_LETTERS) + _tone_key(word, _KEY_OF_TONE.get(tone, ""))


def _as_vni(match: re.Match[str]) -> str:
    plain, tone, _ = split_tone(match.group())
    return _keys(plain, _VNI_LETTERS) + _DIGIT_OF_TONE.get(tone, "")


def _keys(plain: str, keys: dict[str, str]) -> str:
    return "".join(keys.get(letter, letter) for letter in plain)


def _tone_key(word: str, key: str) -> str:
    return key.upper() if word.isupper() and len(word) > 1 else key
