"""A day and nothing else finds the pages of that day, whether or not their text says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchengine import SearchEngine
from searchengine.pages import Page, to_document

BODY = "Hội nghị đã bàn nhiều việc của phường và nghe ý kiến của bà con các tổ dân phố."


@pytest.fixture
def engine(tmp_path: Path) -> SearchEngine:
    engine = SearchEngine.open(tmp_path / "index", create=True)
    stamped = f"Phường ta họp bàn việc dân\nThứ sáu - 24/09/2021\n\n{BODY} {BODY}"
    with engine.writer() as writer:
        writer.add(to_document(Page(id="stamped", text=stamped)))
        writer.add(
            to_document(Page(id="told", text=f"Ngày 24/09/2021 là ngày vui. {BODY}", date=2020))
        )
        writer.add(to_document(Page(id="other", text=f"Ngày 25 có họp. {BODY}", date="2021-09-25")))
    return engine


@pytest.mark.parametrize("query", ["24/09/2021", "24/9/2021", "ngày 24 tháng 9 năm 2021"])
def test_a_day_alone_finds_what_is_of_it(engine: SearchEngine, query: str) -> None:
    found = {hit.id for hit in engine.search(query) if not hit.partial}
    assert "stamped" in found
    assert "other" not in found


def test_a_day_alone_still_finds_who_writes_it_first(engine: SearchEngine) -> None:
    assert [hit.id for hit in engine.search("24/09/2021")] == ["told", "stamped"]


@pytest.mark.parametrize("query", ["tháng 9/2021", "2021", "bão 24/09/2021", '"24/09/2021"'])
def test_a_month_or_further_words_ask_for_words(engine: SearchEngine, query: str) -> None:
    assert "stamped" not in {hit.id for hit in engine.search(query) if not hit.partial}
