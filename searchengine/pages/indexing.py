"""What an indexing run works with: the index that it needs, and the report that it gives.

The run itself is in ``ingest``; an index is whatever offers these methods, so that nothing here
knows an engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from searchengine.backends.protocol import Writer
from searchengine.document import Document
from searchengine.pages.sources import Source


class Index(Protocol):
    """What a run needs of an index; :class:`searchengine.SearchEngine` is one."""

    def writer(self, *, workers: int = 1) -> Writer:
        """Return the only writer."""

    def fingerprints(self) -> Iterator[str]:
        """Yield the fingerprint of each document that was added with one."""

    def document_count(self) -> int:
        """Return how many documents there are."""

    def get(self, id_: str) -> Document:
        """Return a document; raises DocumentNotFoundError if there is none."""


@dataclass(slots=True)
class Report:
    """What a run did, in documents; problems and warnings name the file and the reason.

    ``sources`` are those that were looked at, ``skipped`` counts what is no document by kind; a
    folder's ends with a slash.
    """

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def did_something(self) -> bool:
        """Whether anything was changed, or not read."""
        return bool(self.added or self.replaced or self.removed or self.problems)

    @property
    def found_nothing(self) -> bool:
        """Whether there was no document in what was looked at, and none went."""
        return not (self.did_something or self.unchanged)

    def summary(self) -> str:
        """Return the counts as one line."""
        parts = [f"{self.added:,} added", f"{self.replaced:,} replaced"]
        parts += [f"{self.unchanged:,} unchanged", f"{self.removed:,} removed"]
        if self.problems:
            parts.append(f"{len(self.problems):,} not read")
        return ", ".join(parts)

    def skipped_line(self) -> str:
        """Return what was skipped as one line; empty if nothing was."""
        kinds = sorted(self.skipped.items(), key=lambda one: (-one[1], one[0]))
        folders = sum(count for kind, count in kinds if kind.endswith("/"))
        files = sum(count for _, count in kinds) - folders
        counted = [(files, "file"), (folders, "folder")]
        told = " and ".join(f"{n:,} {what}{'s' * (n > 1)}" for n, what in counted if n)
        listed = ", ".join(f"{count:,} {kind}" for kind, count in kinds)
        return f"skipped {told} that are no documents: {listed}" if told else ""

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {"ok": not self.problems, **asdict(self)}
