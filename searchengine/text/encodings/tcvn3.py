"""TCVN3, the ABC fonts of the north (.VnTime): one byte a letter, capitals by fonts of their own.

TCVN 5712:1993, third form. It has the capitals Ă Â Ê Ô Ơ Ư Đ; all others were small letters in a
font that drew capitals (.VnTimeH), so a text in capitals has small codes among capital letters.
"""

from __future__ import annotations

from searchengine.text.encodings.charset import Charset, spelled

_CAPITALS = spelled("ĂÂÊÔƠƯĐ", "A1 A2 A3 A4 A5 A6 A7")
_SMALL = spelled(
    "ăâêôơưđ àảãáạ ằẳẵắặ ầẩẫấậ èẻẽéẹ ềểễếệ ìỉĩíị òỏõóọ ồổỗốộ ờởỡớợ ùủũúụ ừửữứự ỳỷỹýỵ",
    "A8 A9 AA AB AC AD AE  B5 B6 B7 B8 B9  BB BC BD BE C6  C7 C8 C9 CA CB  CC CE CF D0 D1 "
    "D2 D3 D4 D5 D6  D7 D8 DC DD DE  DF E1 E2 E3 E4  E5 E6 E7 E8 E9  EA EB EC ED EE "
    "EF F1 F2 F3 F4  F5 F6 F7 F8 F9  FA FB FC FD FE",
)

TCVN3 = Charset(
    "TCVN3 (ABC)",
    {**{small.upper(): code for small, code in _SMALL.items()}, **_SMALL, **_CAPITALS},
)
