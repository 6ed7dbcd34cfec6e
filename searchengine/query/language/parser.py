"""Parsing: what a person typed -> the query tree.

The language is small: bare words, ``"phrase"``, ``+must``, ``-without``, ``AND OR NOT``,
parentheses, ``field:value``, ``prefix*``, ``"phrase"~3``, ``word NEAR/5 word``. No text is an
error. Signs that do not form a query (a lone quote, ``AND AND (``) are searched as plain text, and
a note says so.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from searchengine.backends.fields import FACET_ALIASES
from searchengine.errors import QueryError
from searchengine.query.language.cutting import beginning_of
from searchengine.query.language.tree import (
    Bool,
    DateRange,
    HasFacet,
    HasNumber,
    InTitle,
    Near,
    Node,
    Phrase,
    Prefix,
    Query,
    RelativeRange,
    Words,
)
from searchengine.text.normalization import normalize
from searchengine.text.syllables import split_syllables, syllables

if TYPE_CHECKING:
    from searchengine.query.dates.query_dates import Days
    from searchengine.text.dates.relative import RelativePeriod

    Period = Days | RelativePeriod

#: A longer query is cut, as is one with more terms: it was pasted.
MAX_CHARACTERS = 4000
MAX_TERMS = 256
#: Parentheses nest this deep at most; beyond it the text is searched literally.
MAX_DEPTH = 20

LITERAL_NOTE = "the signs do not form a query: searched as plain words"
CUT_NOTE = "the query is long: only its first {terms} words are searched"

#: Quotes as telephones and word processors write them.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<field>(?:title|kind|place|author|source|number|date|term|in):(?=\S))
  | (?P<when>(?i:sau|after|trước|truoc|before|từ|tu|from|since|đến|den|to|until|ngày|ngay):
      (?P<day>"[^"]*"|[^\s()"]+))
  | (?P<quote>"(?P<phrase>[^"]*)"(?:~(?P<slop>\d{1,3})(?![^\s()]))?)
  | (?P<area>\(\+?\d{1,4}\)(?=[ .-]?\d))
  | (?P<open>\()
  | (?P<close>\))
  | (?P<near>NEAR/(?P<distance>\d{1,3})(?!\S))
  | (?P<operator>(?:AND|OR|NOT)(?=[\s(]|$))
  | (?P<sign>(?<![^\s(])[+-](?=["(]|[^\W\d_]))
  | (?P<word>[^\s()"]+)
  | (?P<stray>")
    """,
    re.VERBOSE,
)
#: Groups that are parts of tokens; an area code in parentheses, (024) 3825 1234, is no group.
_KINDS = {"phrase": "quote", "slop": "quote", "distance": "near", "area": "word"}
#: What each word before a date asks for.
_WHEN = {
    **dict.fromkeys(("sau", "after"), "after"),
    **dict.fromkeys(("trước", "truoc", "before"), "before"),
    **dict.fromkeys(("từ", "tu", "from", "since"), "from"),
    **dict.fromkeys(("đến", "den", "to", "until"), "to"),
    **dict.fromkeys(("ngày", "ngay"), "on"),
}
_PREFIX = re.compile(r"^([^\W_]+)\*+$")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    number: int = 0


class _NotAQueryError(Exception):
    """The signs do not fit together; the caller searches literally."""


def parse(text: str) -> Query:
    """Return the tree of ``text``.

    Of a text longer than 4,000 characters or of more than 256 terms only the beginning counts, and
    a note says so. Raises :class:`QueryError` if it is empty, and for nothing else.
    """
    normal = normalize(text[:MAX_CHARACTERS])
    terms = syllables(normal)
    notes: tuple[str, ...] = ()
    if len(text) > MAX_CHARACTERS or len(terms) > MAX_TERMS:
        # Behind the last character may stand the rest of a word.
        terms = terms[: min(MAX_TERMS, len(terms) - 1)] or terms
        text = normal = beginning_of(normal.translate(_QUOTES), terms[-1].end) if terms else normal
        notes = (CUT_NOTE.format(terms=len(terms)),)
    if not terms:
        if not normal.strip():
            raise QueryError("the query is empty: type some words to look for")
        raise QueryError("the query has no word in it, only signs: type some words to look for")
    try:
        root = _Parser(_tokens(normal)).parse()
    except _NotAQueryError:
        root, notes = Words(normal), (*notes, LITERAL_NOTE)
    return Query(text, root, notes)


def _tokens(text: str) -> list[_Token]:
    tokens = []
    text = text.translate(_QUOTES)
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        kind = _KINDS.get(kind, kind)
        if kind == "stray":
            raise _NotAQueryError
        if kind == "when" and _when(match.group()) is None:
            # Only a date behind it makes `sau:` more than text.
            quoted = match.start("day") if match.group("day").startswith('"') else match.end()
            tokens.append(_Token("word", text[match.start() : quoted]))
            if quoted < match.end():
                tokens.append(_Token("quote", match.group("day")[1:-1]))
            continue
        if kind == "quote":
            tokens.append(_Token(kind, match.group("phrase"), int(match.group("slop") or 0)))
        elif kind == "near":
            tokens.append(_Token(kind, match.group(), int(match.group("distance"))))
        else:
            tokens.append(_Token(kind, match.group()))
    return tokens


class _Parser:
    """Recursive descent over the tokens: OR of ANDs of signed clauses."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def parse(self) -> Node:
        node = self._either()
        if node is None or self._peek() is not None:
            raise _NotAQueryError
        return node

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _skip_space(self) -> None:
        while (token := self._peek()) is not None and token.kind == "space":
            self._at += 1

    def _take_operator(self, name: str) -> bool:
        self._skip_space()
        token = self._peek()
        if token is not None and token == _Token("operator", name):
            self._at += 1
            return True
        return False

    def _either(self) -> Node | None:
        sides = [self._all_of()]
        while self._take_operator("OR"):
            sides.append(self._all_of())
        if len(sides) == 1:
            return sides[0]
        found = [side for side in sides if side is not None]
        if len(found) < len(sides):
            raise _NotAQueryError
        return Bool(should=tuple(found))

    def _all_of(self) -> Node | None:
        sides = [self._clauses()]
        while self._take_operator("AND"):
            sides.append(self._clauses())
        if len(sides) == 1:
            return sides[0]
        must: list[Node] = []
        must_not: list[Node] = []
        for side in sides:
            if side is None:
                raise _NotAQueryError
            if isinstance(side, Bool) and side.must_not and not side.must and not side.should:
                must_not.extend(side.must_not)
            else:
                must.append(_demanded(side))
        return Bool(must=tuple(must), must_not=tuple(must_not))

    def _clauses(self) -> Node | None:
        """A run of clauses side by side; bare words among them stay together as one text."""
        must: list[Node] = []
        should: list[Node] = []
        must_not: list[Node] = []
        words: list[str] = []
        while True:
            token = self._peek()
            if token is None or token.kind == "close":
                break
            if token.kind == "operator" and token.text != "NOT":
                break
            self._at += 1
            if token.kind == "space":
                words.append(" ")
            elif token.kind == "operator":  # NOT
                self._skip_space()
                must_not.append(_demanded(self._required_clause()))
            elif token.kind == "sign":
                (must if token.text == "+" else must_not).append(_demanded(self._required_clause()))
            elif token.kind == "word" and not _PREFIX.match(token.text) and not self._is_near():
                words.append(token.text)
            else:
                self._at -= 1
                node = self._required_clause()
                if isinstance(node, Words):
                    words.append(node.text)
                elif isinstance(node, Prefix) or (isinstance(node, Bool) and token.kind == "open"):
                    should.append(node)
                else:
                    must.append(node)
        text = "".join(words).strip()
        if split_syllables(text):
            should.insert(0, Words(text))
        if not (must or should or must_not):
            return None
        if len(should) == 1 and not must and not must_not:
            return should[0]
        if len(must) == 1 and not should and not must_not:
            return must[0]
        return Bool(tuple(must), tuple(should), tuple(must_not))

    def _required_clause(self) -> Node:
        node = self._clause()
        if node is None:
            raise _NotAQueryError
        return node

    def _clause(self) -> Node | None:
        token = self._peek()
        if token is None:
            return None
        self._at += 1
        if token.kind == "open":
            return self._group()
        if token.kind in ("quote", "word") and self._is_near():
            return self._near(token)
        if token.kind == "quote":
            return Phrase(token.text, token.number) if split_syllables(token.text) else None
        if token.kind == "field":
            return self._field(token.text[:-1])
        if token.kind == "when":
            return _when(token.text)
        if token.kind == "word":
            prefix = _PREFIX.match(token.text)
            if prefix:
                return Prefix(prefix.group(1))
            return Words(token.text) if split_syllables(token.text) else None
        return None

    def _is_near(self) -> bool:
        """Whether NEAR/N follows."""
        rest = (token.kind for token in self._tokens[self._at : self._at + 2])
        return next(rest, "") == "space" and next(rest, "") == "near"

    def _near(self, token: _Token) -> Node:
        """What stands near ``token``, and what near that, and so on."""
        found = []
        while self._is_near():
            distance = self._tokens[self._at + 1].number
            self._at += 2
            self._skip_space()
            other = self._peek()
            if other is None or other.kind not in ("quote", "word"):
                raise _NotAQueryError
            self._at += 1
            for one in (token, other):
                if not split_syllables(one.text) or one.number or _PREFIX.match(one.text):
                    raise _NotAQueryError
            found.append(Near(Phrase(token.text), Phrase(other.text), distance))
            token = other
        return found[0] if len(found) == 1 else Bool(must=tuple(found))

    def _group(self) -> Node | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _NotAQueryError
        node = self._either()
        token = self._peek()
        if token is None or token.kind != "close":
            raise _NotAQueryError
        self._at += 1
        self._depth -= 1
        return node

    def _field(self, name: str) -> Node:
        token = self._peek()
        if token is None or token.kind not in ("word", "quote"):
            raise _NotAQueryError
        value = token.text
        if name == "title":
            node = self._required_clause()
            if not isinstance(node, (Words, Phrase, Prefix)):
                raise _NotAQueryError
            return InTitle(node)
        self._at += 1
        if not split_syllables(value):
            raise _NotAQueryError
        if name == "date":
            return _date_range(value)
        return (
            HasNumber(value) if name == "number" else HasFacet(FACET_ALIASES.get(name, name), value)
        )


def _demanded(node: Node) -> Node:
    return Words(node.text, every=True) if isinstance(node, Words) else node


def _date_range(value: str) -> DateRange | RelativeRange:
    from searchengine.query.dates.query_dates import period_of

    since, separator, until = value.partition("..")
    first = period_of(since) if since else None
    last = period_of(until) if until else None
    if (since and first is None) or (until and last is None):
        raise _NotAQueryError
    return _range(first, last if separator else first)


def _when(text: str) -> DateRange | RelativeRange | None:
    """The range that a `sau:2022`, `trước:"tháng này"` or the like asks for; None without a date.

    `sau:` begins after the period's last day and `trước:` ends before its first; `từ:` begins on
    its first day and `đến:` ends on its last.
    """
    from searchengine.query.dates.query_dates import period_of

    word, _, value = text.partition(":")
    period = period_of(value.strip('"'))
    if period is None:
        return None
    role = _WHEN[word.lower()]
    if role == "on":
        return _range(period, period)
    if role in ("from", "to"):
        return _range(period, None) if role == "from" else _range(None, period)
    if not isinstance(period, tuple):
        after = role == "after"
        return RelativeRange(period if after else None, None if after else period, beyond=True)
    day = datetime.timedelta(1)
    if role == "after":
        return DateRange(period[1] + day, None)
    return DateRange(None, period[0] - day)


def _range(first: Period | None, last: Period | None) -> DateRange | RelativeRange:
    since = first[0] if isinstance(first, tuple) else first
    until = last[1] if isinstance(last, tuple) else last
    if isinstance(since, datetime.date | None) and isinstance(until, datetime.date | None):
        return DateRange(since, until)
    return RelativeRange(since, until)


def bare_spans(text: str) -> list[tuple[int, int]]:
    """Return where the bare words of a normalised query stand, signs beside them included.

    What is quoted, belongs to a field or follows ``+`` or ``-`` is none, nor is a prefix.
    """
    spans, held = [], False
    for match in _TOKEN.finditer(text.translate(_QUOTES)):
        kind = match.lastgroup
        if kind == "word" and not held and not _PREFIX.match(match.group()):
            spans.append(match.span())
        held = kind in ("field", "sign")
    return spans
