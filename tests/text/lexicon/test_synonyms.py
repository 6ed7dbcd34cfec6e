"""Lists of synonyms: which forms stand for which, and what is wrong with a list."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchengine.errors import InputError
from searchengine.text.lexicon.synonyms import Synonyms, read_list


def expand(text: str, query: str) -> list[str]:
    return [" ".join(one.syllables) for one in Synonyms(text).expand(query.split())]


def test_the_forms_of_a_line_stand_for_each_other() -> None:
    text = "xe máy, mô tô, xe gắn máy"
    assert expand(text, "mua xe máy") == ["mô tô", "xe gắn máy"]
    assert expand(text, "mô tô cũ") == ["xe máy", "xe gắn máy"]


def test_an_arrow_goes_one_way() -> None:
    text = "thầy thuốc => bác sĩ, y sĩ"
    assert expand(text, "thầy thuốc") == ["bác sĩ", "y sĩ"]
    assert expand(text, "bác sĩ") == []


def test_a_form_is_found_bare_throughout_but_not_half_bare() -> None:
    assert expand("xe máy, mô tô", "xe may") == ["mô tô"]
    assert expand("xe máy, mô tô", "xe mấy") == []


def test_spelling_and_tone_placement_do_not_matter() -> None:
    assert expand("hoà giải, dàn xếp", "hòa giải") == ["dàn xếp"]


def test_remarks_blank_lines_and_a_byte_order_mark_say_nothing() -> None:
    assert expand("\ufeff# xe\n\n  xe máy, mô tô  # hai bánh\n", "mô tô") == ["xe máy"]


def test_lines_that_name_the_same_form_add_up() -> None:
    assert expand("xe, ô tô\nxe, mô tô", "xe") == ["ô tô", "mô tô"]


def test_a_list_is_read_from_a_file_of_utf_8_alone(tmp_path: Path) -> None:
    listed = tmp_path / "forms.txt"
    listed.write_text("xe máy, mô tô", encoding="utf-8")
    assert Synonyms(read_list(listed)) == Synonyms("xe máy, mô tô") != Synonyms("xe, ô tô")
    listed.write_text("xe máy, mô tô", encoding="utf-16")
    with pytest.raises(InputError, match="not UTF-8"):
        read_list(listed)
    with pytest.raises(InputError, match="No such file"):
        read_list(tmp_path / "none.txt")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("xe máy", "line 1 .* one form"),
        ("xe máy, , mô tô", "line 1 .* empty form"),
        ("a, b\n=> xe", "line 2 .* empty form"),
        ("a => b => c", "line 1 .* two =>"),
        ("a, " + "ba " * 9, "line 1 .* 9 syllables"),
        ("a, b\n" * 20_001, "20,001 lines"),
    ],
)
def test_what_is_no_list_is_an_error_that_names_the_line(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Synonyms(text)
