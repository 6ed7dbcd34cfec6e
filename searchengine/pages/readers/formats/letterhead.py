"""Tells the head of an official paper: the national title, or the Party's, that stands at its top.

Offices put it into the page's header, a text box or a table; what it says is for the rules.
"""

from __future__ import annotations

import re

from searchengine.text.folding import fold
from searchengine.text.normalization import normalize

#: Sought near the start only; a long text costs nothing.
WITHIN = 3_000
_TITLES = re.compile(
    r"cong\s+hoa\s+xa\s+hoi\s+chu\s+nghia\s+viet\s+nam|dang\s+cong\s+san\s+viet\s+nam"
)


def holds_letterhead(text: str) -> bool:
    """Return whether the beginning of ``text`` has the title of the country or of the Party."""
    return _TITLES.search(fold(normalize(text[:WITHIN])).lower()) is not None
