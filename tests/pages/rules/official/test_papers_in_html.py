"""Papers as web pages: letterhead and signature in tables, as word processors save them."""

from __future__ import annotations

from html import escape

import pytest

from searchengine.pages import Page, to_document
from searchengine.pages.readers.html import read_html
from tests.pages.rules.official.layouts import Paper
from tests.pages.rules.official.test_official_papers import PAPERS, said


def cell(lines: list[str]) -> str:
    return "<td><p>" + "<br>\n".join(map(escape, lines)) + "</p></td>"


def paragraphs(text: str) -> str:
    return "".join(f"<p align=center><b>{escape(one)}</b></p>" for one in text.split("\n") if one)


def in_html(paper: Paper, title: str = "") -> str:
    head, foot = (
        f"<table><tr>{cell(left)}{cell(right)}</tr></table>"
        for left, right in (paper.columns, paper.closing)
    )
    body = f"{head}{paragraphs(paper.middle)}{foot}{paragraphs(chr(10).join(paper.below))}"
    return f"<html><head><title>{escape(title)}</title></head><body>{body}</body></html>"


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_says_the_same_in_tables_of_html(name: str) -> None:
    paper = PAPERS[name]
    page = read_html(in_html(paper))
    document = to_document(Page(id="a", text=page.text, title=page.title, source=page.source))
    assert said(document, paper) == paper.gives


def test_a_title_that_is_a_line_of_the_letterhead_gives_way() -> None:
    paper = PAPERS["plan of a commune"]
    for title, shown in (
        ("ỦY BAN NHÂN DÂN", paper.gives.title),
        ("Dọn đường làng", "Dọn đường làng"),
    ):
        page = read_html(in_html(paper, title))
        assert to_document(Page(id="a", text=page.text, title=page.title)).title == shown


def test_tables_of_figures_stay_rows() -> None:
    table = (
        "<table><tr><td>Thôn Hạ</td><td>12</td></tr><tr><td>Thôn Thượng</td><td>9</td></tr></table>"
    )
    paragraph = (
        "<p>Ủy ban nhân dân xã đã giao chỉ tiêu trồng cây cho các thôn trong xã như sau đây.</p>"
    )
    text = read_html(
        f"<html><body><article>{paragraph}{table}{paragraph}</article></body></html>"
    ).text
    assert "Thôn Hạ | 12" in text
