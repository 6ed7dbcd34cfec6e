"""C++, C#, F# and .NET are syllables with their signs, wherever texts are cut into them."""

from __future__ import annotations

import pytest

from searchengine.text.analysis import analyze, analyze_syllables
from searchengine.text.scan import scan
from searchengine.text.syllables import split_syllables


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("Học C++, C# và .NET", ["học", "c++", "c#", "và", ".net"]),
        ("(f#)", ["f#"]),
        ("C+ và C+++", ["c", "và", "c"]),
        ("VTC++, ABC#", ["vtc", "abc"]),
        ("G# và A#", ["g", "và", "a"]),
        ("ASP.NET, vnn.net", ["asp", "net", "vnn", "net"]),
        ("độ C", ["độ", "c"]),
    ],
)
def test_names_with_signs(text: str, syllables: list[str]) -> None:
    analysis = analyze([text, text])[0]
    assert analysis.syllables == analyze([text])[0].syllables == syllables
    assert analyze_syllables(text)[0] == syllables
    assert [one.lower() for one in split_syllables(text)] == syllables
    assert scan(text).folded.split() == analysis.folded


def test_a_name_is_a_word() -> None:
    assert "c++" in analyze(["lập trình C++"])[0].words
