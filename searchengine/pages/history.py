"""What the last runs left unread of each source, and when they were: a file beside the index.

Which sources there are, where, and how many documents each has is told by the documents themselves
(``sources``). What was not read has no document to tell it, so it stands in ``sources.json`` in the
index's directory: written after a run's commit, whole or not at all. Without that file the sources
are told all the same, and the next run writes it anew. An index in a cluster has none: what was not
read, the run alone tells.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
from collections import Counter
from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from searchengine.errors import InputError
from searchengine.pages.indexing import Index
from searchengine.pages.readers.opened import INSIDE
from searchengine.pages.sources import Catalogue, Source, is_part

FILE = "sources.json"
#: How many names an error lists.
_NAMES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Unread:
    """What was not read of a source: its path below, the line of a record, and why."""

    path: str
    line: int | None
    reason: str

    def files(self) -> list[str]:
        """Return its path, and where it may lie inside other files, theirs."""
        ends = [at for at, sign in enumerate(self.path) if sign == INSIDE]
        return [self.path[:end] for end in (*ends, len(self.path))]


@dataclass(frozen=True, slots=True)
class Visit:
    """The last run over a source: where it was, when (UTC), and what was not read."""

    place: str
    indexed: str
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source as an index and its history tell it; ``indexed`` is a moment in UTC."""

    name: str
    place: str
    indexed: str
    documents: int
    unread: tuple[Unread, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


class History:
    """What is remembered of sources, by name; read when it is made, written by :meth:`save`."""

    def __init__(self, directory: str | os.PathLike[str] | None) -> None:
        """Read what lies beside the index in ``directory``; nothing where that is no history.

        Without a directory nothing is read and :meth:`save` keeps nothing.
        """
        self._path = None if directory is None else Path(directory) / FILE
        self.visits: dict[str, Visit] = {}
        if self._path is None:
            return
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            for name, visit in json.loads(self._path.read_text("utf-8")).items():
                unread = tuple(Unread(**one) for one in visit["unread"])
                self.visits[name] = Visit(visit["place"], visit["indexed"], unread)

    def visited(
        self,
        source: Source,
        unread: Iterable[Unread],
        *,
        looked_at: Collection[str],
        unchanged: AbstractSet[str],
    ) -> None:
        """Take in a run over ``source`` that looked at some parts of it and found ``unread``.

        What was unread before stays so in other parts, and in files that are ``unchanged``.
        """
        before = self.visits.get(source.name)
        stays = [
            one
            for one in (before.unread if before else ())
            if not unchanged.isdisjoint(one.files())
            or not any(is_part(file, part) for file in one.files() for part in looked_at)
        ]
        both = tuple(dict.fromkeys([*stays, *unread]))
        now = datetime.datetime.now(datetime.timezone.utc)
        self.visits[source.name] = Visit(source.place, _told(now), both)

    def save(self) -> None:
        """Write it; where the disk refuses, what was written before stays."""
        if self._path is None:
            return
        values = {name: asdict(visit) for name, visit in self.visits.items()}
        partial = self._path.with_name(f".{FILE}.tmp")
        with contextlib.suppress(OSError):
            partial.write_text(json.dumps(values, ensure_ascii=False), "utf-8", "backslashreplace")
            os.replace(partial, self._path)


def source_states(index: Index, history: History) -> list[SourceState]:
    """Return every source of ``index``, by name; also one of which nothing could be read."""
    catalogue = Catalogue(index.fingerprints(), lambda _: False)
    documents = Counter(known.source for known in catalogue.known.values())
    newest: dict[str, int] = {}
    for known in catalogue.known.values():
        newest[known.source] = max(known.run, newest.get(known.source, 0))
    states = []
    for source in catalogue.sources:
        visit = history.visits.get(source.name)
        seconds = newest.get(source.name, 0) / 1e9
        run = _told(datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc))
        states.append(
            SourceState(
                source.name,
                source.place,
                max(run, visit.indexed) if visit else run,
                documents[source.name],
                visit.unread if visit else (),
            )
        )
    there = {state.name for state in states}
    states += [
        SourceState(name, visit.place, visit.indexed, 0, visit.unread)
        for name, visit in history.visits.items()
        if name not in there and visit.unread
    ]
    return sorted(states, key=lambda state: state.name)


def forget(index: Index, history: History, name: str, *, confirmed: bool) -> int:
    """Remove the documents of the source ``name`` in one commit; return how many they were.

    Raises :class:`InputError` if no source has that name, and where documents would go without
    being ``confirmed``.
    """
    states = {state.name: state for state in source_states(index, history)}
    if name not in states:
        if not states:
            raise InputError(f"there is no source {name!r}: the index has none yet")
        names = ", ".join(list(states)[:_NAMES_SHOWN])
        more = len(states) - _NAMES_SHOWN
        raise InputError(
            f"there is no source {name!r}: choose from {names}"
            + (f" and {more:,} more ('searchengine sources')" if more > 0 else "")
        )
    state = states[name]
    if state.documents and not confirmed:
        raise InputError(
            f"forget would remove the {state.documents:,} documents of {name!r} ({state.place}): "
            "nothing was changed; add --yes if that is meant"
        )
    with index.writer() as writer:
        # Asked for under the writer's lock, so that no other run adds to it meanwhile.
        known = Catalogue(index.fingerprints(), lambda _: False).known.values()
        gone = [one.id for one in known if one.source == name]
        for id_ in gone:
            writer.delete(id_)
    history.visits.pop(name, None)
    history.save()
    return len(gone)


def _told(moment: datetime.datetime) -> str:
    return moment.isoformat(timespec="seconds")
