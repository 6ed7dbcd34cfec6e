"""Whether a line becomes Vietnamese by a way of reading it, and was not Vietnamese before.

The line and what was made of it are compared word by word. Only words that changed say anything:
for it where they became syllables that are used, against it where they did not, or where they were
syllables already, as those of a text that needs no repair are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from searchengine.text.encodings.syllables import LETTERS, are_compound, commonness, is_real
from searchengine.text.lexicon.spelling import is_bare_syllable, is_syllable
from searchengine.text.normalization import normalize

#: A line that stands alone needs so many more words for a reading than against it; with others of
#: its text read so, one is enough.
ALONE, AMONG = 1.5, 1.0
#: Of all words that changed, so many more have to speak for a reading than against it; fewer where
#: two side by side are a compound, and where others of its text are read so.
SHARE, SURE_SHARE = 0.5, 0.3
#: Where no more words speak for it, such a share of a line's other words must look Vietnamese too:
#: French and German have a few words that would pass. Signs inside words need no such help.
PLAIN_SHARES = ((2.5, 0.6), (4.5, 0.35))

_GAP = re.compile("[ \t\u3000]+")
#: Between letters of a word that is read rightly none of these stands.
_SIGN = re.compile("[\x01-\x08\x0e-\x1f\x80-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7€‚ƒ„†‡ˆ‰‹›•˜™]")
SIGN_INSIDE = re.compile(f"[^\\W\\d_](?:{_SIGN.pattern}|[“”‘…–—])+[^\\W\\d_]")
#: đ alone has no vowel, so it is in no syllable; abbreviations have it.
_ABBREVIATION = re.compile("[B-DF-HJ-NP-TV-XZĐƠƯ]{2,}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the words of a line say of one way to read it.

    ``good`` became syllables, ``bad`` did not, ``fine`` had been syllables. Of the ``words`` that
    did not change ``plain`` look Vietnamese, and ``native`` have marks. ``signs`` of the good had
    a sign among their letters, ``pairs`` are a compound with the word beside them. ``weight`` says
    how common the syllables are.
    """

    good: float
    bad: float
    fine: float
    plain: int
    native: int
    words: int
    signs: int
    pairs: int
    weight: float

    @property
    def gain(self) -> float:
        """How many words speak for this reading, less those against it."""
        return self.good - self.bad - self.fine

    def convinces(self, *, expected: bool) -> bool:
        """Return whether the line is to be read so.

        ``expected`` is a reading that others of the text have, or that does not come by chance.
        """
        looks = (self.plain + self.good) / max(1, self.words + self.good + self.bad)
        sure = self.pairs or self.native > 1 or (self.signs and looks >= PLAIN_SHARES[0][1])
        needed = AMONG if expected or sure else ALONE
        share = SURE_SHARE if self.pairs or expected else SHARE
        if self.gain < max(needed, share * (self.good + self.bad)):
            return False
        if expected or self.signs or self.pairs:
            return True
        return looks >= next((share for most, share in PLAIN_SHARES if self.good <= most), 0.0)


def judge(line: str, read: str, may_be_right: Callable[[str], bool] | None = None) -> Verdict:
    """Return what is to be said of ``read``, which some decoder made of ``line``.

    ``may_be_right`` says of a word that changed whether it could be as it was meant; without it,
    any could.
    """
    good = bad = fine = weight = 0.0
    plain = native = words = signs = pairs = 0
    last, last_good = "", False
    for before, after in zip(_GAP.split(line), _GAP.split(read), strict=True):
        found = LETTERS.findall(after)
        marked = [word for word in found if not word.isascii()]
        rating = 0.0
        if before == after:
            longer = [word for word in found if len(word) > 1]
            words += len(longer)
            plain += sum(is_bare_syllable(word.lower()) or is_real(word) for word in longer)
            native += sum(map(is_real, marked))
        elif "\ufffd" in before or max(map(len, marked), default=len(before)) > 1:
            # A sign by itself is what it is, or any letter.
            telling = [word for word in marked if not _ABBREVIATION.fullmatch(word)]
            rating = min(map(_rating, telling), default=float(bool(marked)))
            rating *= "\ufffd" not in before
            good += rating
            bad += not rating
            signs += rating > 0 and SIGN_INSIDE.search(before) is not None
            weight += sum(map(commonness, telling))
            if may_be_right is None or may_be_right(before):
                fine += _fineness(before)
        if found and last and (rating or last_good):
            pairs += are_compound(last, found[0])
        last, last_good = (found[-1] if found and after[-1].isalpha() else ""), rating > 0
    return Verdict(good, bad, fine, plain, native, words, signs, pairs, weight)


def _fineness(word: str) -> float:
    """How good Vietnamese a word, with the signs around it, is as it stands."""
    word = normalize(word).strip("«»…")
    marked = [one for one in LETTERS.findall(word) if not one.isascii()]
    if not marked or _SIGN.search(word):
        return 0.0
    rating = min(map(_rating, marked))
    return rating if rating == 1.0 else rating / 2


def _rating(word: str) -> float:
    if is_real(word):
        return 1.0
    return 0.5 if is_syllable(word) and word in (word.lower(), word.upper(), word.title()) else 0.0
