"""What a font says of the text that is set in it: Word and PDF files name one for each run."""

from __future__ import annotations

import re

from searchengine.text.encodings.charset import Charset
from searchengine.text.encodings.tcvn3 import TCVN3
from searchengine.text.encodings.viscii import VISCII
from searchengine.text.encodings.vni import VNI
from searchengine.text.encodings.vps import VPS

#: The six letters that PDF files put before the name of a font of which they hold a part.
_SUBSET = re.compile(r"[A-Z]{6}\+")
_FONTS: tuple[tuple[re.Pattern[str], Charset], ...] = (
    (re.compile(r"(?:\.|#2E)Vn[A-Z]"), TCVN3),
    (re.compile(r"VNI[- ]"), VNI),
    (re.compile(r"VPS[- ]?[A-Z]"), VPS),
    (re.compile(r"VI [A-Z]"), VISCII),
)
#: ABC fonts whose names end so draw capitals only: .VnTimeH, .VnArialH.
_CAPITALS = re.compile(r"(?:\.|#2E)Vn\w*H(?![a-z])")
_UNICODE = re.compile(
    "[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]"
)


def from_font(text: str, font: str) -> str | None:
    """Return what ``text`` says that is set in ``font``, None if that is no old Vietnamese font.

    None as well where the text has letters that no old font has: then it is Unicode already,
    whatever the font.
    """
    name = _SUBSET.sub("", font.strip(), count=1)
    charset = next((charset for pattern, charset in _FONTS if pattern.match(name)), None)
    if charset is None or _UNICODE.search(text):
        return None
    read = charset.decode(text)
    return read.upper() if _CAPITALS.match(name) else read
