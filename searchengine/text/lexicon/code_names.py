"""Names that end or begin with signs: C++, C#, F#, .NET, which are no C, F and net.

The segmenter takes signs apart from letters, so it is given letters of no language in their
place, one for one; in its tokens they become the signs again. A sign that belongs to no such name
is a sign.
"""

from __future__ import annotations

import re
from typing import Final

#: A name in a text: its signs are the groups.
CODE_NAME: Final = re.compile(
    r"(?<![^\W_])(?:C(\+\+)|[CF](#))(?![\w+#])|(?<![\w.])(\.)NET(?!\w)", re.IGNORECASE
)
#: Letters of phonetic and Sinological transcription, for the segmenter alone.
_STAND_INS = str.maketrans({"+": "\ua78f", "#": "\u01c2", ".": "\ua7f7"})
_NAMES = {name.translate(_STAND_INS): name for name in ("c++", "c#", "f#", ".net")}


def may_hold_names(text: str) -> bool:
    """Return whether ``text`` has the signs of such a name; quick."""
    return "+" in text or "#" in text or ".N" in text or ".n" in text


def with_stand_ins(text: str) -> str:
    """Return ``text`` with a letter for each sign of a name, of the same length."""
    if not may_hold_names(text):
        return text
    return CODE_NAME.sub(lambda match: match.group().translate(_STAND_INS), text)


def with_signs(token: str) -> str:
    """Return a lower-case token of :func:`with_stand_ins`, its parts joined by ``_``, as read."""
    if token.isascii():
        return token
    return "_".join([_NAMES.get(part, part) for part in token.split("_")])
