"""Sources: the folders and files that were given, and which document of an index is whose.

A source is a folder, or one file that was given by itself, with a name that is its own in the
index and the path by which it was last indexed. What an index remembers of a document
(:class:`Known`) says which source it is of and what it is called there; from that alone
:class:`Catalogue` tells every source apart and gives out ids that no two of them share. Nothing
here lists or reads a file.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from searchengine.errors import InputError
from searchengine.pages.fingerprint import Fingerprint


@dataclass(frozen=True, slots=True)
class Source:
    """A folder or file that was given: its name, unique in the index, and its absolute path."""

    name: str
    place: str

    def file_at(self, file_id: str) -> str:
        """Return the path of the file that is ``file_id`` below this source."""
        return f"{self.place.rstrip('/')}/{file_id}" if file_id else self.place

    def path_below(self, path: str) -> str:
        """Return what :meth:`file_at` makes ``path`` of; empty for the source itself."""
        return path.removeprefix(self.place).lstrip("/")


@dataclass(frozen=True, slots=True)
class Known:
    """What an index remembers of a document: its file, its own content, and whose it is.

    ``path`` is where its file was when it was read, ``file_id`` the path below its source (empty
    where the file is the source), ``own`` what the document is called there: the path below, the
    record's id, or the path and ``#`` with the record's number. ``run`` grows with every run.
    Indexes made before sources had names tell no ``source``: such a document ``is_nameless`` and
    belongs to the folder that its path shows.
    """

    id: str
    content_hash: str
    path: str
    file_id: str
    file: Fingerprint
    run: int
    source: str
    own: str
    is_nameless: bool = False

    def pack(self) -> str:
        """Return it as the text that an index keeps beside the document."""
        file = (self.file.mtime_ns, self.file.size, self.file.hash)
        values = [self.id, self.content_hash, self.path, self.file_id, *file, self.run, self.source]
        return json.dumps(values if self.own == self.id else [*values, self.own])

    @staticmethod
    def unpack(packed: str) -> Known:
        """Return what :meth:`pack` made a text of, today's or an earlier one."""
        id_, content_hash, path, file_id, mtime_ns, size, hash_, run, *rest = json.loads(packed)
        # Millions of documents share one name.
        source = sys.intern(rest[0]) if rest else ""
        own = rest[1] if len(rest) > 1 else id_
        file = Fingerprint(mtime_ns, size, hash_)
        return Known(id_, content_hash, path, file_id, file, run, source, own)

    @property
    def root(self) -> str:
        """The path of its source when the document was read."""
        return self.path.removesuffix(self.file_id).rstrip("/") or "/"


def ancestors(path: str) -> Iterator[str]:
    """Yield ``path`` and every folder above it, innermost first."""
    while path:
        yield path
        path = path.rpartition("/")[0]
    yield "/"


class Catalogue:
    """The sources of an index and what it knows of their documents; one for each run.

    Reads the fingerprints once; a run asks it for the ids of the documents that it adds.
    """

    def __init__(self, fingerprints: Iterable[str], is_taken: Callable[[str], bool]) -> None:
        """Read ``fingerprints``; ``is_taken`` says whether a document that has none has an id."""
        self._is_taken = is_taken
        #: Everything that is known, by the documents' ids.
        self.known: dict[str, Known] = {}
        #: Ids that are not what their source, the first of each key, calls the document.
        self._renamed: dict[tuple[str, str], str] = {}
        #: Ids given out since, and the source that calls the document so; else an empty string.
        self._given: dict[str, str] = {}
        self._by_name: dict[str, Source] = {}
        self._by_place: dict[str, Source] = {}
        nameless: list[Known] = []
        newest: dict[str, Known] = {}
        for known in map(Known.unpack, fingerprints):
            if not known.source:
                nameless.append(known)
                continue
            self._remember(known)
            if known.source not in newest or newest[known.source].run < known.run:
                newest[known.source] = known
        for name, known in newest.items():
            self._add(Source(name, known.root))
        self._adopt(nameless)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every source of the index."""
        return tuple(self._by_name.values())

    def id_of(self, source: Source, own: str) -> str | None:
        """Return the id of the document that ``source`` calls ``own``, None if it is new."""
        known = self.known.get(own)
        if known is not None and known.source == source.name and known.own == own:
            return own
        if self._given.get(own) == source.name:
            return own
        return self._renamed.get((source.name, own))

    def new_id(self, source: Source, own: str, natural: str) -> str:
        """Give out an id for a new document of ``source``: ``natural`` if nobody holds that.

        Else the source's name stands before it, with a number where that is held too. Where
        ``own`` is but the end of ``natural`` the latter begins with the name of the file that is
        the source; the name before it is then that of its folder.
        """
        id_ = next(one for one in self._candidates(source, own, natural) if not self._is_held(one))
        self._given[id_] = source.name if id_ == own else ""
        if id_ != own:
            self._renamed[source.name, own] = id_
        return id_

    def owner(self, path: str) -> Source | None:
        """Return the innermost source that ``path`` is, or lies in."""
        return next((self._by_place[one] for one in ancestors(path) if one in self._by_place), None)

    def below(self, path: str) -> list[Source]:
        """Return the sources that lie in the folder ``path``; not the one that it may be itself."""
        inside = path.rstrip("/") + "/"
        return [one for place, one in self._by_place.items() if place.startswith(inside)]

    def resolve(self, path: str, name: str | None) -> Source:
        """Return the source that ``path``, an absolute path, is or is a part of.

        A path that no source holds becomes a new one. With a ``name`` the path is where the
        source of that name is from now on. Raises :class:`InputError` where the path belongs to
        another one.
        """
        owner = self.owner(path)
        if name is None:
            return owner or self._add(Source(self._new_name(path), path))
        named = self._by_name.get(name)
        if owner is not None and (owner != named or owner.place != path):
            self._refuse_overlap(path, name, owner)
        if named is not None and self._by_place.get(named.place) == named:
            del self._by_place[named.place]
        return self._add(Source(name, path))

    def _refuse_overlap(self, path: str, name: str, owner: Source) -> None:
        """Raise InputError unless a known source may move to a part of ``owner`` not yet read."""
        below = owner.path_below(path)
        read = any(
            one.source == owner.name and is_part(one.file_id, below) for one in self.known.values()
        )
        if read or not below or name not in self._by_name:
            what = "is a part of" if below else "is"
            raise InputError(
                f"{path} {what} the source {owner.name!r}: index it without --as {name}"
            )

    def _adopt(self, nameless: Sequence[Known]) -> None:
        """Give each document without a source to the one of the folder that its path shows."""
        for root in sorted({known.root for known in nameless}):
            if root not in self._by_place:
                self._add(Source(self._new_name(root), root))
        for known in nameless:
            self._remember(replace(known, source=self._by_place[known.root].name, is_nameless=True))

    def source(self, name: str) -> Source:
        """Return the source of that name."""
        return self._by_name[name]

    def _remember(self, known: Known) -> None:
        self.known[known.id] = known
        if known.own != known.id:
            self._renamed[known.source, known.own] = known.id

    def _candidates(self, source: Source, own: str, natural: str) -> Iterator[str]:
        yield natural
        prefix = source.name
        if own != natural and own[:1] in ("", "#", "!"):
            folder, _, file_name = source.place.rpartition("/")
            prefix = prefix.removesuffix(file_name).strip("/") or folder.rpartition("/")[2]
        prefix = prefix or source.name
        yield f"{prefix}/{natural}"
        for number in itertools.count(2):
            yield f"{prefix}-{number}/{natural}"

    def _add(self, source: Source) -> Source:
        self._by_name[source.name] = source
        self._by_place[source.place] = source
        return source

    def _new_name(self, place: str) -> str:
        """The last part of a path, or as many as make it a name that no source has."""
        parts = place.strip("/").split("/")
        names = ["/".join(parts[-count:]) or "/" for count in range(1, len(parts) + 1)]
        numbered = (f"{names[-1]}-{number}" for number in itertools.count(2))
        return next(n for n in itertools.chain(names, numbered) if n not in self._by_name)

    def _is_held(self, id_: str) -> bool:
        return id_ in self.known or id_ in self._given or self._is_taken(id_)


def is_part(file_id: str, below: str) -> bool:
    """Return whether a file is, or lies in, the part ``below`` of its source; empty is all."""
    return not below or file_id == below or file_id.startswith(f"{below}/")
