"""VNI-Windows, the fonts of the south (VNI-Times): a letter and, behind it, a letter for its marks.

The second letter has the case of the first. Letters of i, and ơ, ư and đ, are one character; the
tones of ơ and ư stand behind these.
"""

from __future__ import annotations

from searchengine.text.encodings.charset import Charset

#: Behind a, e, o, u, y, ơ and ư: no mark, grave, hook, tilde, acute and dot below.
_TONES = "øûõùï"
#: Behind a, e and o, with circumflex: none, grave, hook, tilde, acute and dot below.
_CIRCUMFLEX = "âàåãáä"
#: Behind a, with breve.
_BREVE = "êèúüéë"
_SINGLE = dict(zip("ơưđìỉĩíịỵ", "ôöñìæóíòî", strict=True))


def _small() -> dict[str, str]:
    table = dict(_SINGLE)
    for letters, bare, marks in (
        ("àảãáạ", "a", _TONES),
        ("èẻẽéẹ", "e", _TONES),
        ("òỏõóọ", "o", _TONES),
        ("ùủũúụ", "u", _TONES),
        ("ỳỷỹý", "y", _TONES[:4]),
        ("ờởỡớợ", "ô", _TONES),
        ("ừửữứự", "ö", _TONES),
        ("âầẩẫấậ", "a", _CIRCUMFLEX),
        ("êềểễếệ", "e", _CIRCUMFLEX),
        ("ôồổỗốộ", "o", _CIRCUMFLEX),
        ("ăằẳẵắặ", "a", _BREVE),
    ):
        table |= {letter: bare + mark for letter, mark in zip(letters, marks, strict=True)}
    return table


VNI = Charset(
    "VNI-Windows",
    {
        **{letter.upper(): code.upper() for letter, code in _small().items()},
        **_small(),
    },
)
