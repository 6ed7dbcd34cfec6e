"""Where a long query is cut: its beginning, as a query."""

from __future__ import annotations

import re
import string

from searchengine.text.syllables import syllables

_QUOTED = re.compile(r'"[^"]*"')
#: What means nothing without what follows; so do parentheses that open.
_OPENING = re.compile(r"[a-z]+:|[+-]|AND|OR|NOT|NEAR/\d+")
_OPENED = string.whitespace + "("


def beginning_of(text: str, end: int) -> str:
    """Return ``text`` up to the end of a word; its signs fit together if those of all of it do.

    A phrase that is cut is left out, unless it is all there is.
    """
    text = text[: end + text.startswith(":", end)]
    closed = text[: text.rindex('"')] if text.count('"') % 2 else text
    closed = closed.rstrip(_OPENED)
    while _OPENING.fullmatch(last := re.split(r"[\s(]", closed)[-1]):
        closed = closed[: -len(last)].rstrip(_OPENED)
    bare = _QUOTED.sub("", closed)
    closed += ")" * (bare.count("(") - bare.count(")"))
    return closed if syllables(closed) else text
