"""Hits: each as if it were alone, however many there are, and none when the time is over."""

from __future__ import annotations

import datetime

import pytest

from searchengine import Document
from searchengine.backends.values import RankedDocument
from searchengine.deadline import limited
from searchengine.errors import TimeLimitError
from searchengine.query.display.hits import SEARCHED_AS_ONE, hits_of, scanned_pages
from searchengine.query.display.passages import highlight
from searchengine.query.display.patterns import Pattern, pattern_of
from searchengine.query.language.parser import parse
from searchengine.query.plan.query_analysis import analyze_query

TODAY = datetime.date(2024, 1, 1)
RANKED = [
    RankedDocument(
        Document(
            id=str(number),
            title=f"Đại hội chi bộ khu phố {number}",
            text="Trời mưa. " * number + f"Chi bộ {number} họp, bàn việc đại hội.",
        ),
        1.0 / (1 + number),
    )
    for number in range(2 * SEARCHED_AS_ONE + 3)
]


@pytest.fixture
def pattern() -> Pattern:
    return pattern_of(analyze_query(parse("đại hội chi bộ 7"), TODAY))


def test_each_of_many_hits_is_what_it_is_alone(pattern: Pattern) -> None:
    alone = [
        hits_of([one], rank, scanned_pages([one]), pattern)[0]
        for rank, one in enumerate(RANKED, 11)
    ]
    assert hits_of(RANKED, 11, scanned_pages(RANKED), pattern) == alone
    assert all(hit.highlights and hit.title_highlights for hit in alone)


def test_texts_are_not_read_on_when_the_time_is_over() -> None:
    with limited(1e-9), pytest.raises(TimeLimitError):
        scanned_pages(RANKED)


def test_matches_are_not_looked_for_when_the_time_is_over(pattern: Pattern) -> None:
    pages = scanned_pages(RANKED)
    with limited(1e-9), pytest.raises(TimeLimitError):
        hits_of(RANKED, 1, pages, pattern)


def marked(query: str, text: str) -> list[str]:
    pattern = pattern_of(analyze_query(parse(query), TODAY))
    return [text[start:end] for start, end in highlight(text, pattern)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"đê sông"', ["Đê sông"]),
        ('"đê sông"~1', ["Đê sông", "đê", "sông"]),
        ('"de song"~2', ["Đê sông", "đê", "sông", "đê", "sông"]),
        ('"đê hồng"~3', ["đê", "Hồng"]),
        ('đê NEAR/2 "sông hồng"', ["Đê", "đê", "đê", "sông Hồng"]),
    ],
)
def test_what_stands_between_the_syllables_of_a_phrase_is_not_marked(
    query: str, found: list[str]
) -> None:
    assert marked(query, "Đê sông Đuống, đê ven sông, đê lớn, ven sông Hồng.") == found
