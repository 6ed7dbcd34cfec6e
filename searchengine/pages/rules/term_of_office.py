"""The term of office that a page is about: ``nhiệm kỳ 2020 – 2025`` in its title or lead.

Terms that only the body mentions are left alone: a page that looks back on several is about none.
"""

from __future__ import annotations

from searchengine.text.dates.grammar import find_dates

#: How far into the body a term still tells what the page is about, in characters.
LEAD_MAX = 1_000


def page_term(heading: str, body: str) -> tuple[int, int] | None:
    """Return the first and last year of the term named in the heading, else in the lead."""
    for text in (heading, body[:LEAD_MAX]):
        if "nhiệm" not in text.lower():
            continue
        if "hi" not in text and "HI" not in text:
            continue
        for mention in find_dates(text):
            if mention.kind == "term" and mention.year and mention.last_year:
                return mention.year, mention.last_year
    return None
