"""Files of records: one JSON object a line, or a JSON file with one object or a list of them.

A damaged line is a problem with its line number, and the lines after it are read all the same.
Which fields hold what is a setting; the fields that no setting names become extra fields.
"""

from __future__ import annotations

import codecs
import contextlib
import dataclasses
import functools
import gzip
import io
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, cast

from searchengine.errors import InputError
from searchengine.pages.fingerprint import content_hash
from searchengine.pages.folders import SourceFile, shown
from searchengine.pages.page import Page, Problem
from searchengine.pages.readers.decoding import decode
from searchengine.pages.readers.exported import line_limit, read_exported
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.registry import Reader
from searchengine.pages.rules.text_patterns import squeeze

#: Names of files with a record a line.
LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
#: A record may be this long, in bytes: a document of 10 MB, escapes and further fields.
LINE_MAX = 2 * 10_000_000
#: One document's text, in characters; what is more is cut, with a warning.
TEXT_MAX = 10_000_000
#: A JSON file that is not line by line is read at once, so it has a limit, in bytes.
JSON_MAX = 200_000_000

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fields:
    """The names of the fields that records use."""

    id: str = "id"
    title: str = "title"
    text: str = "text"
    date: str = "date"
    author: str = "author"
    kind: str = "kind"
    place: str = "place"
    source: str = "source"
    url: str = "url"

    @classmethod
    def named(cls, names: Mapping[str, str]) -> Fields:
        """Return those that ``names`` maps ours to; raises :class:`InputError` for an unknown."""
        ours = [known.name for known in dataclasses.fields(cls)]
        for name in names:
            if name not in ours:
                raise InputError(f"records have no field {name!r} of ours: use {', '.join(ours)}")
        return cls(**names)


def record_readers(fields: Fields) -> tuple[Reader, Reader]:
    """Return the readers of records whose fields have the names that ``fields`` says."""
    return (
        Reader("JSON lines", LINES, functools.partial(read_lines, fields=fields)),
        Reader(
            "JSON",
            (".json",),
            functools.partial(read_json, fields=fields),
            max_bytes=JSON_MAX,
            when_larger="write one object a line (.jsonl)",
        ),
    )


def read_lines(file: OpenedFile, fields: Fields) -> Iterator[Page | Problem]:
    """Yield a page for each line of a JSON-lines file (perhaps gzipped), or its problem."""
    number = 0
    try:
        for number, line in _lines(file):
            if line is None:
                limit = f"{LINE_MAX // 1_000_000} MB"
                yield file.problem(f"the line is longer than {limit}; split it", number)
            elif line.strip():
                yield _from_line(line, file.name, f"{file.id}#{number}", number, fields)
    except (OSError, EOFError, zlib.error) as error:
        # A gzip file that is cut off or damaged: what came before was read.
        yield file.problem(f"cannot be read on: {error}", number + 1)
    if number == 0:
        yield file.problem("is empty; nothing was read from it")


def read_json(file: OpenedFile, fields: Fields) -> Iterator[Page | Problem]:
    """Yield a page for the one record, or each record of the list, that the file holds."""
    try:
        values = json.loads(decode(file.read(JSON_MAX)).text)
    except (ValueError, RecursionError) as error:
        yield file.problem(f"is not JSON ({error}); for one object a line use .jsonl")
        return
    for number, value in enumerate(values if isinstance(values, list) else [values], 1):
        raw = json.dumps(value, ensure_ascii=False, sort_keys=True)
        hashed = content_hash(raw.encode("utf-8", "surrogatepass"))
        yield page_of_record(value, hashed, file.name, f"{file.id}#{number}", number, fields)


def is_record_file(file: SourceFile) -> bool:
    """Return whether ``file`` goes by its name for one with a record a line."""
    return file.path.lower().endswith(LINES)


def count_records(file: SourceFile) -> int:
    """Return how many records a file of lines is likely to hold, as it has lines; at least 1."""
    try:
        opened = gzip.open if file.path.lower().endswith(".gz") else open
        with opened(file.path, "rb") as stream:
            return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b"")) or 1
    except (OSError, EOFError, zlib.error):
        return 1


def read_record(line: bytes, fields: Fields) -> Page | Problem:
    """Return the page of a record that came from no file; its id is empty if it has none."""
    if len(line) > LINE_MAX:
        return Problem("", None, f"the record is longer than {LINE_MAX // 1_000_000} MB; split it")
    return _from_line(line, "", "", None, fields)


def _lines(file: OpenedFile) -> Iterator[tuple[int, bytes | None]]:
    """The lines of a file as UTF-8, numbered from 1; None is one too long to be a record."""
    packed = file.path.lower().endswith(".gz")
    with contextlib.ExitStack() as opened:
        stream: IO[bytes] = file.stream
        if packed:
            stream = cast(IO[bytes], opened.enter_context(gzip.GzipFile(fileobj=file.stream)))
        head = stream.read(3)
        stream.seek(len(codecs.BOM_UTF8) if head == codecs.BOM_UTF8 else 0)
        readline: Callable[[int], bytes] = stream.readline
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            recoded = io.TextIOWrapper(stream, "utf-16", "replace")
            opened.callback(recoded.detach)  # Else it would close the stream, which is not its own.

            def readline(size: int) -> bytes:
                return recoded.readline(size).encode("utf-8", "replace")

        number = 0
        while line := readline(LINE_MAX):
            number += 1
            limit = line_limit(line, LINE_MAX)
            if len(line) < limit and not line.endswith(b"\n"):
                line += readline(limit - len(line))
            if len(line) < limit or line.endswith(b"\n"):
                yield number, line
                continue
            while line and not line.endswith(b"\n"):
                line = readline(LINE_MAX)
            yield number, None


def _from_line(
    line: bytes, path: str, default_id: str, number: int | None, fields: Fields
) -> Page | Problem:
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Problem(path, number, f"the line is not UTF-8 (byte {error.start + 1}); convert it")
    except (ValueError, RecursionError) as error:
        return Problem(path, number, f"the line is not JSON: {squeeze(str(error))}")
    return page_of_record(value, content_hash(line.strip()), path, default_id, number, fields)


def page_of_record(
    value: Any, hashed: str, path: str, default_id: str, number: int | None, fields: Fields
) -> Page | Problem:
    """Return the page of a record that is ``value``, whose fields are named as ``fields`` says.

    ``hashed`` is its content hash, ``number`` where it stands in the file at ``path``; its id is
    ``default_id`` if it names none.
    """
    if not isinstance(value, dict):
        return Problem(path, number, 'the record is not a JSON object; write {"id": …, "text": …}')
    exported = read_exported(value, hashed, path, number)
    if exported is not None:
        return exported
    warnings: list[str] = []
    text = _text(value.get(fields.text), warnings)
    title = squeeze(_text(value.get(fields.title), warnings))
    if not text.strip() and not title:
        return Problem(path, number, f"the record has no text in its field {fields.text!r}")
    if len(text) > TEXT_MAX:
        warnings.append(f"only the first {TEXT_MAX:,} of {len(text):,} characters were read")
        text = text[:TEXT_MAX]
    named = {
        *(fields.id, fields.title, fields.text, fields.date),
        *(fields.kind, fields.place, fields.author, fields.source),
    }
    extra = {key: item for key, item in value.items() if key not in named}
    if fields.url in extra and fields.url != "url":
        extra["url"] = extra.pop(fields.url)
    id_ = value.get(fields.id)
    known = isinstance(id_, (str, int)) and not isinstance(id_, bool) and str(id_) != ""
    return Page(
        id=shown(str(id_)) if known else default_id,
        text=text,
        title=title,
        date=value.get(fields.date),
        kind=squeeze(_text(value.get(fields.kind), warnings, ", ")),
        place=squeeze(_text(value.get(fields.place), warnings, ", ")),
        author=squeeze(_text(value.get(fields.author), warnings, ", ")),
        source=squeeze(_text(value.get(fields.source), warnings, ", ")),
        path=path,
        line=number,
        content_hash=hashed,
        warnings=tuple(dict.fromkeys(warnings)),
        extra=extra,
    )


def _text(value: Any, warnings: list[str], joint: str = "\n") -> str:
    """A field as text: lists of texts are joined, what is no text at all is nothing."""
    if isinstance(value, list):
        value = joint.join(item for item in value if isinstance(item, str))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    text: str = value
    if "\0" in text or _SURROGATE.search(text):
        warnings.append("damaged characters (NUL, lone surrogates) were replaced")
        text = _SURROGATE.sub("\ufffd", text.replace("\0", "\ufffd"))
    return text.replace("\r\n", "\n").replace("\r", "\n")
