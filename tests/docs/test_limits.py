"""The page of limits: each test that it names is there, and each number is the program's."""

from __future__ import annotations

import re

import pytest

from searchengine.backends import counts, fields
from searchengine.backends.embedded.cache_budget import CACHE_BYTES
from searchengine.backends.embedded.index.arrays.stream_writer import MOST_TERMS
from searchengine.backends.embedded.index.schema import MOST_DOCUMENTS
from searchengine.backends.embedded.index.stored.reader import MOST_BYTES
from searchengine.options import MAX_DEPTH, MAX_FACET_VALUES, MAX_LIMIT
from searchengine.pages.long_texts import PART_MAX
from searchengine.pages.readers import opened
from searchengine.query.language import parser
from searchengine.query.plan.prefixes import MAX_EXPANSIONS
from tests.docs.pages import ROOT, read

PAGE = read("docs/limits.md")
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize(("path", "name"), TESTS, ids=[name for _, name in TESTS])
def test_a_test_that_it_names_is_there(path: str, name: str) -> None:
    assert f"\ndef {name}(" in (ROOT / path).read_text(encoding="utf-8")


def test_each_row_names_a_test() -> None:
    tables = PAGE.partition("\n## Thousands of commits\n")[0].splitlines()
    rows = [line for line in tables if line.startswith("| ") and "shown by" not in line]
    assert len(rows) > 20
    assert [row for row in rows if "`tests/" not in row and not row.endswith("| the same |")] == []


@pytest.mark.parametrize(
    "number",
    [
        MOST_DOCUMENTS, MOST_TERMS, MOST_BYTES, MAX_DEPTH, MAX_LIMIT, MAX_FACET_VALUES, PART_MAX,
        MAX_EXPANSIONS, counts.MAX_BARS, fields.MAX_FIELDS, fields.MAX_VALUES, fields.MAX_KEYWORD,
        parser.MAX_CHARACTERS, parser.MAX_TERMS, parser.MAX_DEPTH, opened.INSIDE_FILES,
    ],
)  # fmt: skip
def test_its_numbers_are_those_of_the_program(number: int) -> None:
    assert re.search(rf"(?<![\d,]){number:,}(?![\d,])", PAGE)


def test_its_sizes_are_those_of_the_program() -> None:
    assert f"({CACHE_BYTES >> 20} MB)" in PAGE
