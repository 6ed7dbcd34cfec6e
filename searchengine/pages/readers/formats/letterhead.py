"""Tells the parts of an official paper that stand side by side, by their fixed words.

They are the national title, or the Party's, at its top, and the recipients at its foot. Offices put
them into the page's header, a text box or a table; what they say is for the rules.
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


_RECIPIENTS = re.compile(r"\W*noi\s+nhan\s*:?", re.IGNORECASE)


def opens_recipients(line: str) -> bool:
    """Return whether a line heads the recipients of a paper, which stand beside its signer."""
    return _RECIPIENTS.fullmatch(fold(normalize(line))) is not None


def holds_letterhead(text: str) -> bool:
    """Return whether the beginning of ``text`` has the title of the country or of the Party."""
    return _TITLES.search(fold(normalize(text[:WITHIN])).lower()) is not None
