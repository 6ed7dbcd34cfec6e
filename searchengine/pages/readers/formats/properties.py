"""Which of a file's own properties may speak for it where its page says nothing.

Programs write most of them: names of templates and scanners as titles, names of accounts as
authors, the day a template was made. What looks like that is no property. A date is a weak claim:
papers are begun from other papers, opened and saved years later. So it is taken only of a file that
was made and last saved within :data:`WITHIN_DAYS`, and for its month alone.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

from searchengine.pages.rules.author import signature
from searchengine.pages.rules.given_date import metadata_date
from searchengine.pages.rules.text_patterns import squeeze
from searchengine.text.folding import fold
from searchengine.text.normalization import normalize

#: A file that was saved this many days after it was made is likely to be made from another.
WITHIN_DAYS = 31
TITLE_MAX = 250

#: Titles that programs write. The file's own name, behind a program's, is a field already.
_PROGRAMS = re.compile(
    r"microsoft (?:word|powerpoint|excel)|powerpoint|ban trinh bay powerpoint"
    r"|(?:untitled|unknown|title|layout|slide|sheet|book|document|presentation|page|tai lieu"
    r"|ban trinh bay|trang tinh|quet)\W*(?:document|\d[\d\W]*)?$"
    r"|scan|img|image|camscanner|adobe scan|km_|xerox|hp |doc\d|\d|print|full page|tmp|new "
)
#: The first line of an official paper, which word processors take for a title.
_LETTERHEAD = re.compile(
    r"cong hoa xa hoi|doc lap.{0,5}tu do|dang cong san|uy ban nhan dan|ubnd\b"
    r"|hoi dong nhan dan|so ?:"
)
_FILE_NAME = re.compile(r"\.(?:docx?|pdf|pptx?|xlsx?|odt|rtf|tmp|indd|qxd|cdr|html?)$")
#: Words of accounts' names that no person's name has, but as the name of a computer's maker.
_ACCOUNTS = frozenset(
    "admin administrator user windows office microsoft computer pc laptop desktop owner home dell"
    " hp lenovo asus acer sony vaio toshiba samsung apple ibm intel python docx openpyxl word"
    " template scanner xerox canon ricoh konica minolta epson brother fuji guest"
    " unknown author client server support nobody root test libreoffice openoffice wps".split()
)
#: Days on which python-docx and python-pptx made the templates that they copy, in any time zone.
_TEMPLATES = frozenset(
    datetime.date(2013, month, day) for month, day in ((12, 23), (12, 24), (1, 27), (1, 28))
)
#: PDF's way to write a moment.
_PDF_DATE = re.compile(
    r"D:(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})\d{2}([Z+-])?(?:(\d{2})'?(\d{2})?)?)?"
)


def fallbacks(
    *, title: str = "", author: str = "", made: Any = None, saved: Any = None
) -> dict[str, str]:
    """Return what of a file's properties may be believed, for :attr:`Page.fallbacks`.

    ``made`` and ``saved`` are the moments of its making and last saving, as the file has them.
    """
    known = {"title": _title(title), "author": _author(author), "date": _month(made, saved)}
    return {name: value for name, value in known.items() if value}


def _title(title: str) -> str:
    title = squeeze(normalize(title))
    bare = fold(title).lower()
    if " " not in title or len(title) > TITLE_MAX or _FILE_NAME.search(bare):
        return ""
    letters = sum(letter.isalpha() for letter in title)
    if letters < len(title) / 2 or _PROGRAMS.match(bare) or _LETTERHEAD.match(bare):
        return ""
    return title


def _author(author: str) -> str:
    bare = fold(author).lower()
    if _ACCOUNTS.intersection(bare.split()) or "may tinh" in bare or "tin hoc" in bare:
        return ""
    return signature(author)


def _month(made: Any, saved: Any) -> str:
    first, last = _day(made), _day(saved)
    first = first or last
    last = last or first
    if first is None or last is None or first in _TEMPLATES:
        return ""
    return f"{last:%Y-%m}" if 0 <= (last - first).days <= WITHIN_DAYS else ""


def _day(value: Any) -> datetime.date | None:
    if isinstance(value, str) and (match := _PDF_DATE.match(value)):
        year, month, day, hour, minute, sign, ahead, more = match.groups()
        zone = "Z" if sign in (None, "Z") else f"{sign}{ahead or '00'}:{more or '00'}"
        value = f"{year}-{month}-{day}" + (
            f"T{hour}:{minute}:00{zone if sign else ''}" if hour else ""
        )
    found = metadata_date(value)
    return found.date if found is not None and found.precision == "day" else None
