"""What one commit has of the vocabularies: its terms, and in how many documents each is.

Blocks that are not here yet are asked for, all at once and along with searches.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from searchengine.backends.opensearch.control import Control
from searchengine.backends.opensearch.recent import Recent
from searchengine.backends.opensearch.searching.blocks import (
    Blocks,
    Directory,
    added,
    blocks_of_beginnings,
    blocks_of_terms,
    counted,
    listed,
)
from searchengine.backends.values import Beginning, FieldTerm
from searchengine.text.streams import FOLDED, SYLLABLES

Json = dict[str, Any]

#: Blocks come so many in a search, and so many searches of them in a request; where each begins is
#: told of so many at a time.
BLOCKS, SEARCHES, LISTED = 200, 5, 5000
#: Vocabularies of at most so many terms are kept whole.
KEPT_WHOLE = 60_000
#: Of so many beginnings the terms are kept, some hundreds each.
BEGINNINGS = 500


class Vocabularies:
    """The vocabularies of a commit; safe for many threads."""

    def __init__(
        self,
        control: Callable[[], Control],
        ask: Callable[[Sequence[Json], Sequence[Json]], list[Json]],
        blocks: Blocks,
    ) -> None:
        """Read the parts that ``control`` names.

        ``ask`` answers searches of documents, and of vocabularies, at once.
        """
        self._control = control
        self._ask = ask
        self._blocks = blocks
        self._kept_whole: Mapping[str, Mapping[str, int]] | None = None
        self._begun: Recent[tuple[str, str], Mapping[str, int]] = Recent(BEGINNINGS)
        self._counts: Mapping[str, int] | None = None

    def frequencies(
        self,
        terms: Collection[FieldTerm],
        bodies: Sequence[Json] = (),
        beginnings: Sequence[Beginning] = (),
    ) -> tuple[dict[FieldTerm, int], list[Json]]:
        """Return in how many documents each of ``terms`` is, and the answers to searches.

        The blocks of some ``beginnings``, which will be asked for, come along.
        """
        lying: dict[str, list[FieldTerm]] = {}

        def named(directories: Sequence[Directory]) -> Iterable[str]:
            nonlocal lying
            lying = blocks_of_terms(directories, terms)
            # These are asked for next.
            small = self._small(directories) if self._kept_whole is None else ()
            begun = [
                blocks_of_beginnings(directories, one.field, one.prefixes) for one in beginnings
            ]
            return [*lying, *chain.from_iterable([*(names for _, names in small), *begun])]

        answers, packed = self._read(named if terms or beginnings else lambda _: (), *bodies)
        return counted(terms, lying, packed), answers

    def known(self, terms: Collection[FieldTerm]) -> dict[FieldTerm, int]:
        """Return what :meth:`frequencies` does of those of ``terms`` whose blocks are here."""
        control = self._control()
        directories = self._directories(control)
        lying = blocks_of_terms(directories, terms)
        packed = self._blocks.kept(control.index, lying)
        lacking = {one for name, inside in lying.items() if name not in packed for one in inside}
        here = [one for one in terms if one not in lacking]
        return counted(here, blocks_of_terms(directories, here), packed)

    def lack(self, terms: Collection[FieldTerm], beginnings: Sequence[Beginning]) -> bool:
        """Return whether blocks with some of this are not here."""
        control = self._control()
        directories = self._directories(control)
        names = set(blocks_of_terms(directories, terms))
        names.update(
            name for one in beginnings for name in blocks_of_beginnings(directories, *one[:2])
        )
        return len(self._blocks.kept(control.index, names)) < len(names)

    def terms(self, stream: str, prefixes: Sequence[str]) -> dict[str, int]:
        """Return the terms of a stream that begin in any such way, and how many documents hold
        each."""
        _, packed = self._read(lambda found: blocks_of_beginnings(found, stream, prefixes))
        return added(packed.values(), tuple(prefixes))

    def begun(self, stream: str, prefix: str) -> Mapping[str, int]:
        """Return what :meth:`terms` does for one beginning, kept for a while."""
        if (stream, prefix) not in self._begun:
            self._begun[stream, prefix] = self.terms(stream, (prefix,))
        return self._begun[stream, prefix]

    def whole(self, stream: str) -> Mapping[str, int] | None:
        """Return the syllables of a stream and how many documents hold each, read once and kept.

        None where there are too many.
        """
        if self._kept_whole is None:
            whole: dict[str, list[str]] = {}

            def named(directories: Sequence[Directory]) -> Iterable[str]:
                whole.clear()
                whole.update(self._small(directories))
                return [name for names in whole.values() for name in names]

            _, packed = self._read(named)
            self._kept_whole = {
                one: added(packed[name] for name in names) for one, names in whole.items()
            }
        return self._kept_whole.get(stream)

    def counts(self) -> Mapping[str, int]:
        """Return how many terms each stream has; slow where many commits have changed much."""
        if self._counts is None:
            directories = self._directories(self._control())
            streams = dict.fromkeys(stream for one in directories for stream in one)
            if len(directories) == 1:
                counts = {name: sum(directories[0][name].counts) for name in streams}
            else:
                counts = {name: len(self.terms(name, ("",))) for name in streams}
            self._counts = counts
        return self._counts

    def _small(self, directories: Sequence[Directory]) -> Iterator[tuple[str, list[str]]]:
        """The vocabularies of syllables that are kept whole, and their blocks."""
        for stream in (SYLLABLES, FOLDED):
            blocks = [one[stream] for one in directories if stream in one]
            if sum(count for one in blocks for count in one.counts) <= KEPT_WHOLE:
                yield stream, [name for one in blocks for name in one.names]

    def _read(
        self, named: Callable[[Sequence[Directory]], Iterable[str]], *bodies: Json
    ) -> tuple[list[Json], dict[str, bytes]]:
        """The answers to searches, and the blocks that are ``named``, asked in one request.

        Where there are very many blocks, in several; again if the parts were made anew.
        """
        while True:
            control = self._control()
            names = dict.fromkeys(named(self._directories(control)))
            packed = self._blocks.kept(control.index, names)
            missing = [name for name in names if name not in packed]
            chunks = [missing[at : at + BLOCKS] for at in range(0, len(missing), BLOCKS)]
            searches = [_block_search(chunk) for chunk in chunks[:SEARCHES]]
            answers = self._ask(bodies, searches)
            found = answers[len(bodies) :]
            for at in range(SEARCHES, len(chunks), SEARCHES):
                more = map(_block_search, chunks[at : at + SEARCHES])
                found += self._ask((), list(more))
            for answer in found:
                packed |= self._blocks.keep(control.index, answer["hits"]["hits"])
            if control == self._control():
                return answers[: len(bodies)], {name: packed[name] for name in names}

    def _directories(self, control: Control) -> list[Directory]:
        """Where the blocks of each part begin."""
        found = []
        for part in control.parts:
            key = control.index, part.name
            kept = self._blocks.directories.get(key)
            if kept is None:
                kept = listed(self._blocks_of(part.name))
                # The index may have been made anew meanwhile.
                if control == self._control():
                    self._blocks.directories[key] = kept
            found.append(kept)
        return found

    def _blocks_of(self, part: str) -> Iterator[Json]:
        """The blocks of a part, by stream and first term."""
        body: Json = {
            "size": LISTED,
            "query": {"term": {"part": part}},
            "sort": [{"stream": "asc"}, {"first": "asc"}],
            "_source": False,
            "docvalue_fields": ["count"],
            "track_total_hits": False,
        }
        while True:
            (answer,) = self._ask((), [body])
            hits = answer["hits"]["hits"]
            yield from hits
            if len(hits) < LISTED:
                return
            body["search_after"] = hits[-1]["sort"]


def _block_search(names: Sequence[str]) -> Json:
    """The search for blocks by their names."""
    query = {"ids": {"values": list(names)}}
    return {"size": len(names), "query": query, "_source": ["terms"], "track_total_hits": False}
