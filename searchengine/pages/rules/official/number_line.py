"""The number of a paper: ``Số: 45/KH-UBND``, ``Số 12-NQ/ĐU``, ``Luật số: 51/2010/QH12``.

A number whose figures were left blank (``Số:     /KH-UBND``) is none. Numbers that a paper cites
are read elsewhere (``text.numbers``).
"""

from __future__ import annotations

import re

from searchengine.text.numbers import find_numbers

_CODE = r"[A-ZĐƯ][A-ZĐƯa-zđ0-9&.]{0,14}"
NUMBER = re.compile(
    r"(?:(?:Bộ\s+luật|Luật|Pháp\s+lệnh)\s+số|Nghị\s+quyết\s+số(?=:)|Số|SỐ)\s{0,20}[:.]?\s{0,20}"
    r"(?P<number>\d{1,5}[a-zA-Z]?|[.…_ ]{0,60})"
    rf"(?P<code>(?: {{0,10}}[-/–] ?(?:19|20)\d\d)?(?: {{0,10}}[-/–] ?{_CODE}| (?={_CODE}/){_CODE})"
    rf"(?: ?[-/–] ?{_CODE}){{0,4}})(?!\w)"
)
_TWO_CAPITALS = re.compile("[A-ZĐƯ]{2}")
_SPACES = re.compile(r" *([-/–]) ?")


def own_number(match: re.Match[str]) -> str:
    """Return the number of a line that :data:`NUMBER` matched, without blanks; empty if blank."""
    number, code = match["number"].strip(" ._…"), match["code"]
    if not number or not _TWO_CAPITALS.search(code):
        return ""
    joined = _SPACES.sub(r"\1", code.rstrip(".")).replace("–", "-")
    return f"{number}{joined}" if joined[0] in "-/" else f"{number}-{joined.strip()}"


def bare_number(line: str) -> str:
    """Return the number that a line is and nothing else, where its label was lost."""
    found = find_numbers(line)
    if len(found) != 1 or found[0].text != line.strip():
        return ""
    return _SPACES.sub(r"\1", found[0].text).replace("–", "-")
