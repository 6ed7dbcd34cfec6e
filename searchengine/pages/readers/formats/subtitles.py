"""Subtitles (srt, vtt): what is said, as running text without numbers, times and marks.

Cues are joined to sentences. A line that a cue repeats from the one before, as live captions do, is
taken once.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from searchengine.errors import InputError
from searchengine.pages.page import Page
from searchengine.pages.readers.decoding import decode
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.registry import DOCUMENT_MAX, Reader

_TIME = r"(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}.*")
#: Marks of fonts, voices and karaoke times, and those of where to show a line.
_MARK = re.compile(r"</?[A-Za-z][^<>]*>|<[\d:.]+>|\{\\[^{}]*\}")
_SENTENCE_END = re.compile(r"[.!?…][\"”’)]*$")


def read_subtitles(file: OpenedFile) -> Iterator[Page]:
    """Yield the one page of a file of subtitles."""
    decoded = decode(file.read(DOCUMENT_MAX))
    text = subtitles_text(decoded.text)
    if not text:
        raise InputError("holds no subtitles with times; if it is other text, rename it to .txt")
    yield file.page(text, warnings=(decoded.warning,) if decoded.warning else ())


def subtitles_text(text: str) -> str:
    """Return what the cues of ``text`` say, a sentence or more a line."""
    lines: list[str] = []
    before: list[str] = []
    for cue in _cues(text):
        fresh = [line for line in cue if line not in before]
        before = cue
        for line in fresh:
            if lines and not _SENTENCE_END.search(lines[-1]):
                lines[-1] += f" {line}"
            else:
                lines.append(line)
    return "\n".join(lines)


def _cues(text: str) -> Iterator[list[str]]:
    """The lines of each cue: those below its times, up to a blank line."""
    for block in re.split(r"\n[ \t]*\n", text):
        lines = block.split("\n")
        at = next((n for n, line in enumerate(lines[:2]) if _TIMES.fullmatch(line)), None)
        if at is None and (times := [n for n, line in enumerate(lines) if _TIMES.fullmatch(line)]):
            at = times[0]  # The first cue right below the file's head, without a blank line.
        if at is not None:
            said = (html.unescape(_MARK.sub("", line)) for line in lines[at + 1 :])
            yield [line for one in said if (line := " ".join(one.split()))]


SUBTITLES = Reader(
    "subtitles (srt, vtt)",
    (".srt", ".vtt"),
    read_subtitles,
    lambda head: head.lstrip(b"\xef\xbb\xbf").startswith(b"WEBVTT"),
    DOCUMENT_MAX,
)
