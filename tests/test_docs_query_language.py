"""docs/query-language.md tells the truth: its examples are run on the pages that it lists."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchengine import Document, Results, SearchEngine
from searchengine.document import DatePrecision
from searchengine.query.language.parser import MAX_CHARACTERS, MAX_TERMS
from searchengine.text.dates.grammar import parse_date_argument

PAGE = Path(__file__).parent.parent / "docs" / "query-language.md"
TODAY = datetime.date(2023, 4, 10)
#: By how many characters the date is written in.
PRECISIONS: dict[int, DatePrecision] = {0: "none", 4: "year", 7: "month", 10: "day"}


def tables() -> Iterator[tuple[list[str], list[list[str]]]]:
    """The header and the rows of each table of the page."""
    for table in re.findall(r"(?:^\|.*\|$\n?)+", PAGE.read_text(encoding="utf-8"), re.MULTILINE):
        header, _, *rows = (
            [cell.strip() for cell in line[1:-1].split("|")] for line in table.splitlines()
        )
        yield header, rows


def examples() -> Iterator[tuple[str, str]]:
    """Each query in a first column, and the pages that the last column names for it."""
    for header, rows in tables():
        for typed, *_, found in rows if header[0] == "typed" else ():
            yield from zip(re.findall(r"`([^`]+)`", typed), found.split("; "), strict=True)


def documents() -> Iterator[Document]:
    for header, rows in tables():
        for row in rows if header[0] == "page" else ():
            page = dict(zip(header, row, strict=True))
            date = parse_date_argument(page["date"]) if page["date"] else None
            years = tuple(map(int, page["term"].split("-"))) if page["term"] else None
            file = page["file"].strip("`")
            yield Document(
                id=file or page["page"],
                title=page["title"],
                text=page["text"],
                date=date.first if date else None,
                date_precision=PRECISIONS[len(page["date"])],
                place=page["place"],
                author=page["author"],
                source=page["source"],
                kind=page["kind"],
                folder=file.rpartition("/")[0],
                path=file and f"/giấy tờ/{file}",
                term_of_office=(years[0], years[1]) if years else None,
            )


def pages(results: Results) -> list[str]:
    """The pages found, by the letters that they have on the page."""
    rows = [row for header, each in tables() if header[0] == "page" for row in each]
    letters = {row[-1].strip("`") or row[0]: row[0] for row in rows}
    return [letters[hit.id] for hit in results]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    with SearchEngine.open(tmp_path_factory.mktemp("page") / "index", create=True) as engine:
        with engine.writer() as writer:
            for document in documents():
                writer.add(document)
        yield engine


def test_the_page_has_examples() -> None:
    assert len(list(examples())) > 30
    assert len(list(documents())) == 6
    assert f"today were {TODAY.day}/{TODAY.month}/{TODAY.year}" in PAGE.read_text("utf-8")


@pytest.mark.parametrize(("query", "expected"), list(examples()))
def test_an_example_finds_its_pages(engine: SearchEngine, query: str, expected: str) -> None:
    found = pages(engine.search(query, today=TODAY))
    at = 0
    for group in expected.split(" > "):
        wanted = sorted(group.split(", "))
        assert sorted(found[at : at + len(wanted)]) == wanted, found
        at += len(wanted)
    assert len(found) == at, found


@pytest.mark.parametrize("query", ["Covid -19", "2020 - 2025", "+84", "sau:đó"])
def test_signs_that_are_text_are_no_operators(engine: SearchEngine, query: str) -> None:
    assert f"`{query}`" in PAGE.read_text(encoding="utf-8")
    assert {"a", "b"} <= set(pages(engine.search(f"phường {query}")))


def test_the_limits_are_those_of_the_program() -> None:
    limits = PAGE.read_text(encoding="utf-8").split("## Limits")[1]
    assert f"{MAX_CHARACTERS:,} characters and {MAX_TERMS} words" in limits
