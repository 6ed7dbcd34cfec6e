"""Pages whose text was written in an old encoding, or damaged on its way: repaired once, and told.

What is wrong with a text, and how it is put right, ``text.encodings`` knows. The page keeps its
text as it was read, and says what was repaired in a warning and in a field of its document.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from searchengine.pages.page import Page
from searchengine.text.encodings.repairing import repair

#: The extra field of a document that names what was repaired in it.
REPAIRED: Final = "repaired"


def repaired(page: Page) -> Page:
    """Return ``page`` as it was meant; the same one where nothing has to be repaired."""
    if page.document is not None:
        return page
    text = repair(page.text)
    # What is short is told by the encoding of the text.
    title, place, author, source = (
        repair(one, text.kinds) for one in (page.title, page.place, page.author, page.source)
    )
    kinds = dict.fromkeys(
        kind for one in (text, title, place, author, source) for kind in one.kinds
    )
    if not kinds:
        return page
    told = ", ".join(kinds)
    return replace(
        page,
        text=text.text,
        title=title.text,
        place=place.text,
        author=author.text,
        source=source.text,
        fallbacks={name: repair(one, text.kinds).text for name, one in page.fallbacks.items()},
        as_read=page.text if text.kinds else None,
        warnings=(*page.warnings, f"repaired: {told}; the text as it was read is kept"),
        extra={REPAIRED: told, **page.extra},
    )
