"""Keystrokes in a query: its tree with every word that Telex or VNI types read as what was meant.

Which words are keystrokes ``text.telex`` says; whether the index holds them as typed, so that they
are none, is for others to ask. Signs, fields and prefixes of the query stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from searchengine.query.language.tree import Bool, InTitle, Near, Node, Phrase, Query, Words

#: Begins the note that tells what a query was read as.
KEYSTROKES_NOTE = "read as keystrokes:"

_WORD = re.compile(r"[^\W_]+")
#: Keystrokes have one of these: a letter doubled, a key of a tone behind a vowel, w, a digit.
_KEYS = re.compile(r"aa|ee|oo|dd|w|[a-z][0-9]|[aeiouy][a-z]*[sfrxjz]", re.I)


@dataclass(frozen=True, slots=True)
class Keystrokes:
    """The words of a query as ``typed``, what they are ``decoded``, and the query as ``meant``."""

    typed: str
    decoded: str
    meant: Query


def keystrokes_in(parsed: Query) -> Keystrokes | None:
    """Return what ``parsed`` means if it was typed in keystrokes; None where it cannot be.

    The text of the query that was meant has its diacritics, so that it weighs as one typed with
    them.
    """
    typed = " ".join(_texts(parsed.root))
    if not _KEYS.search(typed):
        return None
    from searchengine.text.telex import decode_query  # Most queries need none of it.

    decoded = decode_query(typed)
    if decoded is None:
        return None
    meant = dict(zip(_WORD.findall(typed), _WORD.findall(decoded), strict=False))
    text = _read(parsed.text, meant)
    note = f"{KEYSTROKES_NOTE} {text}"
    return Keystrokes(
        typed, decoded, Query(text, _mapped(parsed.root, meant), (*parsed.notes, note))
    )


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Bool):
        for child in (*node.must, *node.should, *node.must_not):
            yield from _texts(child)
    elif isinstance(node, InTitle):
        yield from _texts(node.node)
    elif isinstance(node, Near):
        yield from (node.first.text, node.second.text)
    elif isinstance(node, (Words, Phrase)):
        yield node.text


def _mapped(node: Node, meant: Mapping[str, str]) -> Node:
    if isinstance(node, Bool):
        sides = (node.must, node.should, node.must_not)
        return Bool(*(tuple(_mapped(child, meant) for child in side) for side in sides))
    if isinstance(node, InTitle):
        inner = _mapped(node.node, meant)
        return InTitle(inner) if isinstance(inner, (Words, Phrase)) else node
    if isinstance(node, Near):
        first, second = (
            replace(one, text=_read(one.text, meant)) for one in (node.first, node.second)
        )
        return Near(first, second, node.distance)
    if isinstance(node, (Words, Phrase)):
        return replace(node, text=_read(node.text, meant))
    return node


def _read(text: str, meant: Mapping[str, str]) -> str:
    return _WORD.sub(lambda match: meant.get(match.group(), match.group()), text)
