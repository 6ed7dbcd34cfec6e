"""An official paper as a whole: the one function that is asked whether a page is one.

It is one if nothing but a letterhead stands above its kind or its address: an article that quotes
a letterhead, or a site's headline above a law, leaves the page to the other rules. What a paper
does not say stays empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchengine.pages.rules.official.issuer import bodies, issuing_body
from searchengine.pages.rules.official.number_line import bare_number, own_number
from searchengine.pages.rules.official.pieces import HEAD_MAX, Piece, head_pieces, skip_junk
from searchengine.pages.rules.official.place_date import (
    PaperDate,
    foot_line,
    opening_date,
    passed_date,
    unit_of,
    written_date,
)
from searchengine.pages.rules.official.signer import paper_signer
from searchengine.pages.rules.official.subject import LETTER, Subject, paper_subject
from searchengine.pages.rules.place import page_place
from searchengine.pages.rules.text_patterns import squeeze
from searchengine.text.normalization import normalize

#: How much of a paper is read for the casing of its names and for the day it tells.
_EVIDENCE_MAX = 20_000
#: A letterhead has at most so many lines at its left.
_ISSUER_LINES = 8
#: A letterhead begins within so many characters.
_SIGN_MAX = 2_000
_HEADERS = ("nation", "party", "union")
#: Cheap to look for in every page; the rest is only asked where one of these stands.
_SIGN = re.compile(r"X(?:Ã|ã)\s+(?:HỘI|[Hh]ội)|XHCN|CỘNG\s+SẢN|TNCS")


@dataclass(frozen=True, slots=True)
class OfficialPaper:
    """What a paper says of itself; empty strings and None where it says nothing.

    ``start`` is where it begins in the page's text as found; ``kind`` is as a facet shows it
    (``Kế hoạch``), ``issuer`` the body that issued it, ``signer`` a name or two.
    """

    start: int
    title: str
    kind: str
    number: str
    date: PaperDate | None
    place: str
    issuer: str
    signer: str
    letterhead: frozenset[str]

    def repeats(self, title: str) -> bool:
        """Return whether a given title says no more than a line of the letterhead or the kind."""
        return _comparable(title) in self.letterhead


def official_paper(text: str) -> OfficialPaper | None:
    """Return what the paper that ``text`` is says of itself, or None where it is none."""
    if not _SIGN.search(normalize(text[:_SIGN_MAX])):
        return None
    start = skip_junk(text)
    pieces = head_pieces(normalize(text[start : start + HEAD_MAX]))
    header = _header(pieces)
    if header is None:
        return None
    whole = normalize(text[start:])
    evidence = whole[:_EVIDENCE_MAX]
    subject = paper_subject(pieces, header + 1, evidence)
    if subject is None:
        return None
    above = pieces[: subject.end]
    number = _number(pieces, subject)
    line = next((one.match for one in above if one.part == "day" and one.match is not None), None)
    if not _is_sure(pieces, header, number, line, subject):
        return None
    foot = None if line is not None else foot_line(evidence)
    left = [one.text for one in pieces[: subject.at] if one.part == "text"]
    lines = [text for text in left if not bare_number(text)]
    place_name = next(
        (one["place"] for one in (line, foot) if one is not None and one["place"]), ""
    )
    known = f"{evidence}, {squeeze(place_name)}," if place_name else evidence
    issuer = issuing_body(lines, known) if len(lines) <= _ISSUER_LINES else ""
    title = subject.title(number)
    return OfficialPaper(
        start=start,
        title=title,
        kind=subject.kind,
        number=number,
        date=_date(line or foot, whole, subject.kind),
        place=unit_of(place_name, " ".join(bodies(lines)), known) or page_place("", f"{issuer}."),
        issuer=issuer,
        signer=paper_signer(whole),
        letterhead=frozenset(_comparable(one.text) for one in pieces[: subject.end + 1]),
    )


def _header(pieces: list[Piece]) -> int | None:
    """The piece that makes a letterhead of what stands around it: a title of nation or Party."""
    for index, piece in enumerate(pieces):
        if piece.part in _HEADERS:
            return index
    return None


def _is_sure(
    pieces: list[Piece],
    header: int,
    number: str,
    line: re.Match[str] | None,
    subject: Subject,
) -> bool:
    """Whether the fixed parts leave no doubt that this is a paper, and its own kind was read."""
    if subject.kind == LETTER and not (subject.about or number):
        return False
    above, below = pieces[: subject.end], pieces[subject.end : subject.end + 4]
    if any(one.part in ("motto", *_HEADERS) for one in below):
        return False
    if pieces[header].part == "nation":
        motto = any(one.part == "motto" for one in above)
        return motto or (bool(number) and line is not None)
    return line is not None and (bool(number) or pieces[header].part == "party")


def _number(pieces: list[Piece], subject: Subject) -> str:
    """The paper's own number: in its letterhead, or right below the kind."""
    for piece in pieces[: subject.end + 4]:
        if piece.part == "number" and piece.match is not None:
            return own_number(piece.match)
    for piece in pieces[: subject.at]:
        if piece.part == "text" and (found := bare_number(piece.text)):
            return found
    return ""


def _date(line: re.Match[str] | None, whole: str, kind: str) -> PaperDate | None:
    """The day of the place and date line; where it is blank, what the paper tells of its day."""
    signed = written_date(line) if line is not None else None
    if signed is not None and signed.precision == "day":
        return signed
    passed = passed_date(whole, kind)
    return passed or signed or (opening_date(whole) if line is None else None)


def _comparable(text: str) -> str:
    return squeeze(normalize(text)).casefold()
