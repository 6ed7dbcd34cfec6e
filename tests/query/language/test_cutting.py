"""The beginning of a query that is cut."""

from __future__ import annotations

import pytest

from searchengine.query.language.cutting import beginning_of


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("đê OR", "đê"),
        ("đê -(", "đê"),
        ('đê -"ven', "đê"),
        ("đê AND (kè OR (", "đê AND (kè)"),
        ("đê AND place:", "đê"),
        ('đê AND place:"xã', "đê"),
        ("đê NOT (kè", "đê NOT (kè)"),
        ('"đê điều" +kè', '"đê điều" +kè'),
        ('"đê điều', '"đê điều'),
        ("(024) 3825", "(024) 3825"),
    ],
)
def test_what_only_opens_is_left_out_and_what_is_open_closed(text: str, kept: str) -> None:
    assert beginning_of(text, len(text)) == kept


def test_no_character_behind_the_end_counts_but_the_colon_of_a_field() -> None:
    assert beginning_of("đê kè OR place:xã", 5) == "đê kè"
    assert beginning_of("đê OR place:xã", 11) == "đê"
