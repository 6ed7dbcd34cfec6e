"""The words of a file's name, as far as the name says anything of what is in the file.

A person who calls a file `Báo cáo phụ nữ.txt` or `bao_cao_phu_nu.pdf` says what it is. Cameras,
scanners and programs name files as well, by numbers, hashes and words of their own; such a name
says nothing. What a document's file is called, is not known here.
"""

from __future__ import annotations

import re

from searchengine.text.analysis import analyze_syllables
from searchengine.text.folding import fold
from searchengine.text.normalization import normalize

#: So many words of a name are kept.
MAX_WORDS = 40
#: Words, folded, of which alone no name is made that says anything: what cameras, scanners,
#: telephones, browsers and office programs write, in English and Vietnamese.
GENERIC = frozenset(
    """
    attachment bin camera clipboard copy data default doc docs document documents download downloads
    dsc dscf dscn export facebook file files final image images img index message microsoft mov mvi
    new of output page pages part photo pic picture presentation pxl received recording scan scanned
    scanner screen screenshot sheet temp text the tmp unknown unnamed untitled upload version viber
    vid video whatsapp word workbook worksheet zalo
    anh ban chua chup co dat de hinh khong lieu luc luu man moi sao tai ten tep tieu tinh trang van
    ve
    """.split()
)

_SUFFIX = re.compile(r"(?<=.)\.[A-Za-z][A-Za-z0-9]{0,4}$")
_WORD = re.compile(r"[^\W_]+")
#: Letters and figures mixed beyond this length are a hash or a key.
_LONGEST_MIXED = 6
#: Longer figures number pictures and messages; a date or a document's number is shorter.
_LONGEST_NUMBER = 8


def name_words(name: str) -> list[str]:
    """Return the folded syllables of the file name ``name``, without its suffix, in order.

    Empty where the name says nothing: no word of letters is in it but :data:`GENERIC` ones.
    """
    words = [word for word in _WORD.findall(_SUFFIX.sub("", normalize(name))) if _is_word(word)]
    if all(len(word) < 2 or not word.isalpha() or fold(word).lower() in GENERIC for word in words):
        return []
    return analyze_syllables(" ".join(words[:MAX_WORDS]))[1]


def _is_word(word: str) -> bool:
    if word.isalpha():
        return True
    return len(word) <= (_LONGEST_NUMBER if word.isdigit() else _LONGEST_MIXED)
