"""VPS, of the Vietnamese Professionals Society: one byte a letter, capitals among the controls."""

from __future__ import annotations

from searchengine.text.encodings.charset import Charset, spelled

VPS = Charset(
    "VPS",
    {
        **spelled(
            "ẠẬẶẸỆỊỌỘỢỤỰỴẪỮ",
            "02 03 04 05 06 10 11 12 13 14 15 19 1C 1D",
        ),
        **spelled(
            "ÀẢÃẤẦẨọỗ ĂếềểệẮẰẲ ẾỀỂỄỐỒỔỖ ýỷỵỚỜỞ",
            "80 81 82 83 84 85 86 87  88 89 8A 8B 8C 8D 8E 8F "
            "90 93 94 95 96 97 98 99  9A 9B 9C 9D 9E 9F",
        ),
        **spelled(
            "ắằẳẵặỠớÙờởỡŨỨợỪ ổỬỲỸÍÌộỈĨÓửữÒỎÕự",
            "A1 A2 A3 A4 A5 A6 A7  A8 A9 AA AB AC AD AE AF "
            "B0 B1 B2 B3 B4 B5 B6 B7  B8 B9 BA BB BC BD BE BF",
        ),
        **spelled(
            "ầÁÂấẩẫậđẻÉÊẹỉễịỹ ƯỦồốÔỏơÈừứÚũưÝẺ",
            "C0 C1 C2 C3 C4 C5 C6 C7  C8 C9 CA CB CC CD CE CF "
            "D0 D1 D2 D3 D4 D5 D6 D7  D8 D9 DA DB DC DD DE",
        ),
        **spelled(
            "àáâãảạăèéêẽìíĩ ẴĐòóôõƠụùúủỶẼỳ",
            "E0 E1 E2 E3 E4 E5 E6 E8  E9 EA EB EC ED EF F0 F1 F2 F3 F4 F5 F7 F8  F9 FA FB FD FE FF",
        ),
    },
)
