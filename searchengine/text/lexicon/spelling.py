"""Spelling: which syllables Vietnamese orthography allows.

A syllable is an onset, a rime and a tone; the tables below say which of them go together. They
answer whether a string is spelled like a Vietnamese syllable, which is what the decoding of
keystrokes needs; they do not say whether any word uses it, and they repair nothing.
"""

from __future__ import annotations

import re
import unicodedata

from searchengine.text.folding import fold
from searchengine.text.lexicon.word_cache import word_cached
from searchengine.text.tone import canonical_syllable, tone_position


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


#: Every rime without its tone, one vowel group a line, as written after a consonant.
RIMES: frozenset[str] = _words(
    """
    a ac ach ai am an ang anh ao ap at au ay
    ăc ăm ăn ăng ăp ăt
    âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et
    ê êch êm ên ênh êp êt êu
    i ia ich im in inh ip it iu
    iêc iêm iên iêng iêp iêt iêu
    o oc oi om on ong oong ooc op ot
    oa oac oach oai oam oan oang oanh oao oap oat oay
    oăc oăm oăn oăng oăt
    oe oem oen oeo oet
    ô ôc ôi ôm ôn ông ôp ôt
    ơ ơi ơm ơn ơp ơt
    u ua uc ui um un ung up ut
    uân uâng uât uây
    uê uêch uên uênh
    uôc uôi uôm uôn uông uôt
    uơ
    uy uya uych uyn uynh uyp uyt uyu uyên uyêt
    ư ưa ưc ưi ưm ưn ưng ưt ưu
    ươc ươi ươm ươn ương ươp ươt ươu
    y
    """
)
#: Rimes written only where no consonant stands before them.
_BARE_RIMES = _words("yêm yên yêng yêt yêu")
#: What may follow ``qu``, where the u is the glide; the rest of the language has oa-, oe-, uy-.
_QU_RIMES = _words(
    """
    a ac ach ai an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc ân âng âp ât âu ây
    e en eo et eng ê êch ên ênh êt êu i inh ich it iu in ip
    y ynh yt yên yêt ơ ơi ơn ôc
    """
)
#: What may follow ``gi`` when its i is swallowed: giếng is gi + iêng.
_GI_RIMES = _words("êc êm ên êng êp êt êu")
#: What the i of ``gi`` may carry when it is itself the vowel: gì, gìn, xe gíp.
_G_I_RIMES = _words("i in ip")
_ONSETS = _words("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x") | {""}
#: Onsets after which the lips are busy: no rime that begins with a rounded glide.
_LABIAL = frozenset(["b", "m", "p", "ph", "v"])
#: Loans that keep the glide all the same: boa, voan, phuy, xe buýt.
_LABIAL_GLIDES = frozenset(["boa", "buyt", "phuy", "voan"])
_GLIDE = re.compile("o[aăe]|u[âêơy]")
_FRONT = "eêiy"
_VOWELS = frozenset("aăâeêioôơuưy")
#: One consonant, two spellings: the second set stands before e, ê, i and y.
_BEFORE_BACK = frozenset(["c", "g", "ng"])
_BEFORE_FRONT = frozenset(["k", "gh", "ngh"])
#: Onsets that write a lone /i/ with y, by custom or in names: kỳ, lý, Mỹ, Thy, Vy.
_Y_ONSETS = frozenset(["", "h", "k", "l", "m", "n", "s", "t", "th", "v"])
#: Frequent names whose usual spelling breaks the rules: Bắc Kạn, Đắk Lắk, Krông Búk, Hồng Kông.
NAMES = _words("kạn đắk đăk lắk lăk krông búk kông niê giê")
#: Without their marks: the rimes of most onsets, of qu and of none, and the names.
_BARE = {
    name: frozenset(map(fold, listed))
    for name, listed in {
        "rimes": RIMES,
        "qu": _QU_RIMES,
        "alone": _BARE_RIMES,
        "names": NAMES,
    }.items()
}
#: Nothing longer than nghiêng is a syllable; spares the tables a look at long words.
_LONGEST = 7
_STOPS = ("c", "ch", "p", "t")
_STOP_TONES = ("\u0301", "\u0323")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_PARTS = re.compile("(ngh|gh|gi|ng|nh|ch|tr|th|ph|kh|qu|[bcdđghklmnprstvx])?(.+)")


@word_cached
def is_syllable(text: str) -> bool:
    """Return whether normalised ``text`` is spelled like one Vietnamese syllable.

    Either case and either tone placement will do, as will a misplaced mark that
    :func:`~searchengine.text.tone.canonical_tones` puts right. A syllable that ends in a stop
    (c, ch, p, t) needs sắc or nặng, so a bare ``hoc`` is none.
    """
    if len(text) > _LONGEST:
        return False
    word = canonical_syllable(text.lower())
    if word in NAMES:
        return True
    plain, tone, position = split_tone(word)
    if not is_toneless_syllable(plain):
        return False
    if plain.endswith(_STOPS):
        return tone in _STOP_TONES
    return not tone or position == tone_position(plain)


@word_cached
def is_toneless_syllable(plain: str) -> bool:
    """Return whether lower-case ``plain`` is a syllable's onset and rime with the tone left out.

    Unlike :func:`is_syllable` this takes ``hoc`` and ``viêt``, which need a tone to be words.
    """
    match = _PARTS.fullmatch(plain)
    if match is None:
        return False
    onset, rime = match.group(1) or "", match.group(2)
    if onset == "gi" and rime[0] in _VOWELS:
        swallowed = rime[0] not in "iyê" and rime in RIMES
        return swallowed or rime in _GI_RIMES
    if onset == "gi":
        return "i" + rime in _G_I_RIMES
    if onset == "qu":
        return rime in _QU_RIMES
    if onset == "g" and rime[0] == "i":
        return rime in _G_I_RIMES
    if onset in _BEFORE_BACK and rime[0] in _FRONT:
        return False
    if onset in _BEFORE_FRONT and rime[0] not in _FRONT:
        return False
    if _GLIDE.match(rime) and not _takes_glide(onset, rime):
        return False
    if rime == "y":
        return onset in _Y_ONSETS
    if onset == "":
        return rime in _BARE_RIMES or (rime in RIMES and not rime.startswith("iê"))
    return onset in _ONSETS and rime in RIMES


@word_cached
def is_bare_syllable(word: str) -> bool:
    """Return whether lower-case ``word`` is a syllable without its marks: ``hoc``, ``viet``.

    A few that only look so are among them (``voa``).
    """
    match = _PARTS.fullmatch(word) if word.isascii() and len(word) <= _LONGEST else None
    if match is None or word in _BARE["names"]:
        return match is not None
    onset, rime = match.group(1) or "", match.group(2)
    if onset == "gi":
        return rime in _BARE["rimes"] or "i" + rime in _G_I_RIMES
    if onset == "qu":
        return rime in _BARE["qu"]
    if onset in _BEFORE_BACK and rime[0] in _FRONT:
        return onset == "g" and rime in _G_I_RIMES
    if onset in _BEFORE_FRONT and rime[0] not in _FRONT:
        return False
    if rime == "y":
        return onset in _Y_ONSETS
    return rime in _BARE["rimes"] or (not onset and rime in _BARE["alone"])


@word_cached
def split_tone(word: str) -> tuple[str, str, int]:
    """Return ``word`` without its tone, the tone's combining mark and the place of its letter.

    The mark is ``""`` and the place -1 where there is none; a second mark is left in the word.
    """
    for place, letter in enumerate(word):
        if letter.isascii():
            continue
        letters = unicodedata.normalize("NFD", letter)
        tone = _TONES.search(letters)
        plain = unicodedata.normalize("NFC", _TONES.sub("", letters))
        if tone and plain.lower() in _VOWELS:
            return word[:place] + plain + word[place + 1 :], tone.group(), place
    return word, "", -1


def _takes_glide(onset: str, rime: str) -> bool:
    if onset == "c":
        return False  # That sound is written with qu.
    return onset not in _LABIAL or onset + rime in _LABIAL_GLIDES
