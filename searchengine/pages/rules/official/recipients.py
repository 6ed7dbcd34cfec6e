"""The recipients of a paper (``Nơi nhận``), which stand beside its signature and are none of it.

Only told from the rest: who received a paper is not kept.
"""

from __future__ import annotations

import re

_HEADING = re.compile(r"(?:\*\*|_)?\s*(?:Nơi|NƠI)\s+(?:nhận|gửi|NHẬN)\s*:?[\s*_]*", re.IGNORECASE)
_PLACE = re.compile(r"(?:^|[|\t])[ *_]{0,40}Nơi\s+nhận\s*[:*_]", re.IGNORECASE | re.MULTILINE)
_ENTRY = re.compile(r"[-–+•*]\s*\S")
#: The last recipient is the archive, and what follows it is the other column again.
_ARCHIVE = re.compile(r"[-–+•*]\s*Lưu\b[^;]*?[;.]\s*(?P<rest>.*)$", re.IGNORECASE)


def recipients_at(text: str) -> int | None:
    """Return where the first list of recipients begins, or None where there is none."""
    found = _PLACE.search(text)
    return found.start() if found else None


def beside_recipients(cell: str) -> str:
    """Return what a cell of the closing holds beside recipients, empty where it is theirs alone."""
    heading = _HEADING.match(cell)
    if heading is not None:
        cell = cell[heading.end() :]
    if _ENTRY.match(cell):
        archive = _ARCHIVE.search(cell)
        return archive["rest"].strip() if archive else ""
    return cell
