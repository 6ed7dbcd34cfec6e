"""Keystrokes in a query: its tree with every word that Telex or VNI types read as what was meant.

Which words are keystrokes ``text.telex`` says; whether the index holds them as typed is asked of
the caller. Signs, fields and prefixes of the query stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from searchengine.query.language.tree import Bool, InTitle, Node, Phrase, Query, Words
from searchengine.query.plan.weights import is_marked

#: Begins the note that tells what a query was read as.
KEYSTROKES_NOTE = "read as keystrokes:"

_WORD = re.compile(r"[^\W_]+")


def read_keystrokes(parsed: Query, held: Callable[[str, str], bool]) -> Query:
    """Return ``parsed`` as it was meant if it was typed in keystrokes, else itself.

    ``held`` is asked with what was typed and what that would mean, and answers whether the index
    holds the former. The text of the result is what was meant, so that it weighs as a query with
    diacritics.
    """
    if is_marked(parsed.text):
        return parsed
    typed = " ".join(_texts(parsed.root))
    from searchengine.text.telex import decode_query  # Only bare queries need it.

    decoded = decode_query(typed)
    if decoded is None or held(typed, decoded):
        return parsed
    meant = dict(zip(_WORD.findall(typed), _WORD.findall(decoded), strict=False))
    text = _read(parsed.text, meant)
    note = f"{KEYSTROKES_NOTE} {text}"
    return Query(text, _mapped(parsed.root, meant), (*parsed.notes, note))


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Bool):
        for child in (*node.must, *node.should, *node.must_not):
            yield from _texts(child)
    elif isinstance(node, InTitle):
        yield from _texts(node.node)
    elif isinstance(node, (Words, Phrase)):
        yield node.text


def _mapped(node: Node, meant: Mapping[str, str]) -> Node:
    if isinstance(node, Bool):
        sides = (node.must, node.should, node.must_not)
        return Bool(*(tuple(_mapped(child, meant) for child in side) for side in sides))
    if isinstance(node, InTitle):
        inner = _mapped(node.node, meant)
        return InTitle(inner) if isinstance(inner, (Words, Phrase)) else node
    if isinstance(node, (Words, Phrase)):
        return replace(node, text=_read(node.text, meant))
    return node


def _read(text: str, meant: Mapping[str, str]) -> str:
    return _WORD.sub(lambda match: meant.get(match.group(), match.group()), text)
