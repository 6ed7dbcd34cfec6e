"""Every paper says the same of itself in whatever layout its text comes out of a file."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from searchengine import Document
from searchengine.pages import Page, to_document
from tests.pages.rules.official.layouts import LAYOUTS, Gives, Paper
from tests.pages.rules.official.offices import OFFICES
from tests.pages.rules.official.others import OTHERS
from tests.pages.rules.official.parties import PARTIES

PAPERS = {**OFFICES, **PARTIES, **OTHERS}


def said(document: Document) -> Gives:
    """What a document says of the paper that it was."""
    date = "" if document.date is None else str(document.date)
    return Gives(
        title=document.title,
        kind=document.kind,
        number=document.numbers[0] if document.numbers else "",
        date=date,
        precision=document.date_precision if date else "day",
        place=document.place,
        source=document.source,
        author=document.author,
    )


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_says_the_same_in_every_layout(name: str, layout: Callable[[Paper], str]) -> None:
    paper = PAPERS[name]
    document = to_document(Page(id="a", text=layout(paper)))
    found = said(document)
    if not paper.gives.number:
        # What it cites is all that it has.
        found = Gives(
            **{**{f: getattr(found, f) for f in found.__dataclass_fields__}, "number": ""}
        )
    assert found == paper.gives
