"""The readers of file formats: what a reader is, and which one reads a file.

A format goes by the end of a file's name, and by its first bytes where the name says nothing or
something else. Other packages bring readers of their own by an entry point of the group
``searchengine.readers``. The readers that come with us stand in a file each beside this one; none
is named here.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from searchengine.pages.page import Page, Problem
from searchengine.pages.readers.opened import OpenedFile

#: The group of entry points by which packages bring readers.
GROUP = "searchengine.readers"
#: A document's size, in bytes: what a page may have at most, and a longer text is cut at.
DOCUMENT_MAX = 10_000_000


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the files of one format.

    ``name`` is what messages call the format. ``suffixes`` are the ends of file names that say
    so, in lower case, with their dot. ``read`` yields the pages of an opened file, and problems
    where parts of it cannot be read; it raises :class:`InputError` where all of it cannot.
    ``signature`` tells from the first bytes whether a file is of the format. A file of more than
    ``max_bytes`` is a problem, whose next step ``when_larger`` says. One of more than
    ``isolate_above`` bytes is read in a process of its own, with limits of time and memory: 0 for
    a format whose files can hang or fill a program, None for one that never does.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[OpenedFile], Iterable[Page | Problem]]
    signature: Callable[[bytes], bool] | None = None
    max_bytes: int | None = None
    when_larger: str = "split it"
    isolate_above: int | None = None


class Readers:
    """Some readers, the first before the later ones, and one for whatever none of them claims."""

    def __init__(self, readers: Iterable[Reader], otherwise: Reader) -> None:
        self._readers = tuple(readers)
        self._otherwise = otherwise

    def choose(self, path: str, head: bytes) -> Reader:
        """Return the reader of a file, by its ``path`` and its first bytes.

        The longest suffix decides, unless its reader does not know the first bytes and another
        one does.
        """
        named = self._by_suffix(path.lower())
        if named is not None and (named.signature is None or named.signature(head)):
            return named
        signed = (one for one in self._readers if one.signature is not None and one.signature(head))
        return next(signed, None) or named or self._otherwise

    @property
    def suffixes(self) -> frozenset[str]:
        """The ends of names that some reader claims."""
        return frozenset(suffix for reader in self._readers for suffix in reader.suffixes)

    def _by_suffix(self, name: str) -> Reader | None:
        claims = [
            (len(suffix), -place, reader)
            for place, reader in enumerate(self._readers)
            for suffix in reader.suffixes
            if name.endswith(suffix)
        ]
        return max(claims, key=lambda claim: claim[:2])[2] if claims else None


def readers_of_packages() -> tuple[Sequence[Reader], Sequence[str]]:
    """Return the readers that other packages bring, and a sentence for each that is broken."""
    readers: list[Reader] = []
    faults: list[str] = []
    for point in sorted(importlib.metadata.entry_points(group=GROUP), key=lambda one: one.name):
        try:
            found = point.load()
            if not isinstance(found, Reader):
                raise TypeError(f"it is a {type(found).__name__}, not a Reader")
        except (Exception, SystemExit) as error:
            why = " ".join(f"{type(error).__name__}: {error}".split())
            faults.append(
                f"the reader {point.name!r} ({point.value}) cannot be used ({why}): "
                "repair or remove its package"
            )
        else:
            readers.append(found)
    return readers, faults
