"""The query tree: frozen values that say what was asked, and nothing of how it is answered.

These classes are the contract with every index: no Whoosh object or string appears in them. A
tree says which documents match; what a match scores is said in ``query.plan``.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searchengine.text.dates.relative import RelativePeriod


@dataclass(frozen=True, slots=True)
class Words:
    """Bare words as typed; a document matches that holds any, or ``every``, of their syllables."""

    text: str
    every: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Syllables that must stand side by side, in this order.

    With ``slop`` so many others may stand between the first of them and the last.
    """

    text: str
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Near:
    """Two phrases, of a syllable or more, with at most ``distance`` syllables between them, in
    either order."""

    first: Phrase
    second: Phrase
    distance: int


@dataclass(frozen=True, slots=True)
class Prefix:
    """A word of which only the beginning was typed."""

    text: str


@dataclass(frozen=True, slots=True)
class InTitle:
    """Words or a phrase that must all stand in the title."""

    node: Words | Phrase | Prefix


@dataclass(frozen=True, slots=True)
class HasFacet:
    """A document whose ``name`` (kind, place, author …) contains ``value``, or of folders is it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class InRange:
    """A document whose field ``name``, of numbers or dates, lies in the range; None for open."""

    name: str
    first: float | None
    last: float | None


@dataclass(frozen=True, slots=True)
class HasNumber:
    """A document that mentions the document number ``text``, however it is typed."""

    text: str


@dataclass(frozen=True, slots=True)
class DateRange:
    """A document whose date touches the range; None leaves that side open."""

    since: datetime.date | None
    until: datetime.date | None


@dataclass(frozen=True, slots=True)
class RelativeRange:
    """A range told from today; ``query_dates.resolved`` makes a :class:`DateRange` of it.

    A period stands for its first day in ``since`` and its last in ``until``; with ``beyond`` for
    the day after its last and the day before its first. No index is ever asked for one.
    """

    since: datetime.date | RelativePeriod | None
    until: datetime.date | RelativePeriod | None
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class Bool:
    """All of ``must``, none of ``must_not``, and, where ``must`` is empty, any of ``should``."""

    must: tuple[Node, ...] = ()
    should: tuple[Node, ...] = ()
    must_not: tuple[Node, ...] = ()


Node = (
    Words
    | Phrase
    | Near
    | Prefix
    | InTitle
    | HasFacet
    | InRange
    | HasNumber
    | DateRange
    | RelativeRange
    | Bool
)


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: its tree, the text it came from and what the person should be told."""

    text: str
    root: Node
    notes: tuple[str, ...] = ()


def positive_nodes(node: Node) -> list[Node]:
    """Return the leaves that a matching document is asked to have, in the order typed."""
    if isinstance(node, Bool):
        return [leaf for child in (*node.must, *node.should) for leaf in positive_nodes(child)]
    if isinstance(node, Near):
        return [node.first, node.second]
    return [node]
