"""Markdown: the text without its marks, code kept as it is; front matter in YAML gives the fields.

Fields have the names of JSON records, and those that none of ours has are kept with the document.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from searchengine.errors import InputError
from searchengine.pages.page import Page, Problem
from searchengine.pages.readers.decoding import decode
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.records import Fields, page_of_record
from searchengine.pages.readers.registry import DOCUMENT_MAX, Reader

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
#: Front matter is a few lines; what is longer is text.
FRONT_MAX = 50_000
_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL)


def markdown_reader(fields: Fields) -> Reader:
    """Return the reader of Markdown whose front matter has the names that ``fields`` says."""
    return Reader(
        "Markdown",
        (".md", ".markdown", ".mdown"),
        functools.partial(read_markdown, fields=fields),
        max_bytes=DOCUMENT_MAX,
    )


def read_markdown(file: OpenedFile, fields: Fields) -> Iterator[Page | Problem]:
    """Yield the one page of a Markdown file."""
    decoded = decode(file.read(DOCUMENT_MAX))
    front, body, warning = _front_matter(decoded.text)
    text = markdown_text(body)
    if not text.strip() and not front.get(fields.title):
        raise InputError("is empty; nothing was read from it")
    front[fields.text] = text
    page = page_of_record(front, file.hash, file.name, file.id, None, fields)
    if isinstance(page, Page):
        warnings = tuple(one for one in (decoded.warning, warning, *page.warnings) if one)
        # What the front matter calls an id is not where the file lies.
        page = dataclasses.replace(page, id=file.id, warnings=warnings)
    yield page


def markdown_text(body: str) -> str:
    """Return what a reader of ``body``, set as Markdown, sees: a block a line."""
    try:
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise InputError(
            "is Markdown; markdown-it-py is missing: install it (pip install markdown-it-py)"
        ) from error
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body)
    return "\n".join(_blocks(tokens))


def _blocks(tokens: Iterable[Token]) -> Iterator[str]:
    cells: list[str] | None = None
    for token in tokens:
        if token.type == "tr_open":
            cells = []
        elif token.type == "tr_close" and cells is not None:
            yield "\t".join(cells)
            cells = None
        elif token.type == "inline":
            text = "".join(_inline(token.children or ()))
            if cells is None:
                yield text
            else:
                cells.append(text)
        elif token.type in ("fence", "code_block"):
            yield token.content.rstrip("\n")
        elif token.type == "html_block":
            text = _TAG.sub("", token.content).strip()
            if text:
                yield text


def _inline(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("text", "code_inline"):
            yield token.content
        elif token.type == "image":
            yield "".join(_inline(token.children or ()))
        elif token.type in ("softbreak", "hardbreak"):
            yield " " if token.type == "softbreak" else "\n"


def _front_matter(text: str) -> tuple[dict[str, Any], str, str]:
    """The fields that stand before the text, the text, and a warning."""
    match = _FRONT.match(text)
    if match is None or match.end() > FRONT_MAX:
        return {}, text, ""
    try:
        import yaml
    except ImportError:
        return {}, text, "front matter is text; PyYAML is missing (pip install PyYAML)"
    try:
        # An alias stands for what was said before; some of aliases would fill the memory.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(match[1])):
            return {}, text, "front matter with YAML's aliases is text; write them out"
        front = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        why = " ".join(str(error).split())
        return {}, text, f"front matter is text, for it is no YAML ({why}); correct it"
    if not isinstance(front, dict):
        return {}, text, ""
    return {str(key): _plain(value) for key, value in front.items()}, text[match.end() :], ""


def _plain(value: Any) -> Any:
    """A value of YAML as one of JSON."""
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)
