"""Where the article lies on its page: headline, stamps, author line, body, and the rest.

The body is one unbroken piece of the text as found; only whole lines at its head and tail are
left out, and only such as ``boilerplate``, ``dateline`` and ``author`` know. What is left out
stays in the page's original. Looks at a bounded number of lines, never at the middle of an
article.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchengine.pages.rules import author as author_rule
from searchengine.pages.rules import boilerplate as furniture
from searchengine.pages.rules import dateline as stamp
from searchengine.pages.rules.dateline import Stamp
from searchengine.pages.rules.text_patterns import (
    Line,
    first_lines,
    is_shouted,
    lines_of,
    sentence_starts,
    squeeze,
)
from searchengine.text.normalization import normalize

#: How many lines from either end may be furniture; longer tails exist, but none was seen that an
#: article's own lines could not be mistaken for.
HEAD_LINES = 12
TAIL_LINES = 60
#: How much text the lines of either end may take, in characters, and the short look before it.
EDGE_CHARS = 6_000
CLOSING_CHARS = 1_200
#: A headline is at most this long; longer lines without a full stop were captions and opening
#: sentences in the collections of ``lead``. Headlines in capitals are often longer.
HEADLINE_MAX = 150
SHOUTED_MAX = 250

#: A signature stands on one of the last lines of an article.
CLOSING_LINES = 4

_NOT_A_HEADLINE = re.compile(r"(?:(?<!\.)\.|[;:,])[\"”’)]?$")


#: A cut that would leave less than this is only made when it takes less than it leaves.
BODY_MIN = 200


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of a page. ``headline`` and ``author`` are empty where there is none."""

    body: str
    headline: str
    author: str
    stamps: tuple[Stamp, ...]


def lay_out(text: str, title: str = "") -> Layout:
    """Return the parts of a page's ``text``; ``title`` is the one given with it, if any.

    The body is never empty while the text is not: a page that is furniture throughout is kept
    whole.
    """
    head = first_lines(text[:EDGE_CHARS], HEAD_LINES + 2)
    headline, above, start = _head(head, title)
    kept, below, edge = _tail(text, start)
    kept, signed, stamped = _without_closing(kept)
    end = edge + kept[-1].end if kept else start
    body = text[start:end].strip()
    if not body:
        return Layout(text.strip(), "", "", ())
    stamps = (
        *(stamp.Stamp(found.date, found.kind, "above") for found in _stamps(above[0])),
        *(stamp.Stamp(found.date, found.kind, "below") for found in _stamps(above[1])),
        *(stamp.Stamp(found.date, found.kind, "tail") for found in _stamps([*stamped, *below])),
        *stamp.glued(body[-stamp.LINE_MAX :]),
    )
    author = signed or author_rule.labelled([line.text for line in (*above[0], *above[1])])
    return Layout(body, headline, author, stamps)


def _head(lines: list[Line], title: str) -> tuple[str, tuple[list[Line], list[Line]], int]:
    """The headline, the lines above and below it that are no article, and where the body begins.

    With a given title only a line that repeats it is a headline, and it is not returned.
    """
    above: list[Line] = []
    below: list[Line] = []
    wanted = _comparable(title)
    headline = ""
    seen = False
    for index, line in enumerate(lines[:HEAD_LINES]):
        following = lines[index + 1 :]
        if not seen and _is_headline(line, following, wanted):
            seen = True
            headline = "" if wanted else squeeze(line.text)
        elif not (
            furniture.is_head_junk(line.text)
            or stamp.read(line.text)
            or author_rule.labelled([line.text])
            or (seen and _comparable(line.text) == (wanted or _comparable(headline)))
        ):
            return headline, (above, below), line.start
        else:
            (below if seen else above).append(line)
    return "", ([], []), lines[0].start if lines else 0


def _is_headline(line: Line, following: list[Line], wanted: str) -> bool:
    if wanted:
        return _comparable(line.text) == wanted
    limit = SHOUTED_MAX if is_shouted(line.text) else HEADLINE_MAX
    if len(line.text) > limit or not following or furniture.is_head_junk(line.text):
        return False
    if len(sentence_starts(line.text, ".")) > 1:
        return False
    if all(furniture.is_tail_junk(text) for text in (line.text, following[0].text)):
        return False
    return not _NOT_A_HEADLINE.search(line.text) and stamp.read(line.text) is None


def _comparable(text: str) -> str:
    return squeeze(normalize(text)).casefold().rstrip(".")


def _tail(text: str, start: int) -> tuple[list[Line], list[Line], int]:
    """The last lines of the article, the furniture below them, and where their offsets count from.

    Most articles end in themselves, so a short look comes first.
    """
    kept: list[Line] = []
    below: list[Line] = []
    edge = start
    for reach in (CLOSING_CHARS, EDGE_CHARS):
        edge = len(text) - reach
        edge = max(start, text.find("\n", edge) + 1 if edge > start else start)
        kept, below = _without_furniture(lines_of(text[edge:])[-TAIL_LINES:], len(text) - start)
        if len(kept) > CLOSING_LINES:
            break
    return kept, below, edge


def _without_furniture(lines: list[Line], length: int) -> tuple[list[Line], list[Line]]:
    """The lines up to the first of the furniture that fills the rest of the page, and the rest."""
    cut = len(lines)
    filler = links = True
    for index in range(len(lines) - 1, -1, -1):
        text = lines[index].text
        if filler and furniture.is_tail_junk(text):
            cut = index
            continue
        if links and furniture.opens_links(text):
            cut = index
            continue
        filler = filler and furniture.is_filler(text)
        links = links and furniture.is_link(text)
        if not (filler or links):
            break
    if cut < len(lines):
        taken = lines[-1].end - lines[cut].start
        if length - taken < min(BODY_MIN, taken):
            return lines, []
    return lines[:cut], lines[cut:]


def _without_closing(lines: list[Line]) -> tuple[list[Line], str, list[Line]]:
    """Take the signature, and stamps and credits around it, off the end."""
    stamped: list[Line] = []
    signed = ""
    cut = len(lines)
    for index in range(len(lines) - 1, max(-1, len(lines) - 1 - CLOSING_LINES), -1):
        text = lines[index].text
        if index == 0:
            break
        if stamp.read(text) is not None:
            stamped.append(lines[index])
            cut = index
        elif not signed and (name := author_rule.signature(text)):
            signed = name
            cut = index
        elif not author_rule.is_credit(text):
            break
    return lines[:cut], signed, stamped


def _stamps(lines: list[Line]) -> list[Stamp]:
    return [found for line in lines if (found := stamp.read(line.text)) is not None]
