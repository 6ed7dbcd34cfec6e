"""Pruning: which documents have gone with their pages, and when that must be confirmed first.

Only what belongs to the paths that were given is looked at. A folder that is empty, or has lost
most of its pages, is more likely unmounted or mistaken than meant, so that needs a yes. Nothing
here removes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from searchengine.errors import InputError
from searchengine.pages.sources import Known, Source, is_part

#: Documents as they were before a run: by the source's name, then by file.
Before = Mapping[str, Mapping[str, list[Known]]]
IsKept = Callable[[Known], bool]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a given path stands for: a source, or the part ``below`` of it (empty for all).

    Files that the run does not ask for, though they may lie there, are no part of it.
    """

    source: Source
    below: str
    is_asked_for: Callable[[str], bool] = lambda _: True

    def documents(self, before: Before) -> Iterator[Known]:
        """Yield the documents that the path gave before."""
        for file_id, documents in before.get(self.source.name, {}).items():
            if is_part(file_id, self.below) and self.is_asked_for(file_id):
                yield from documents

    @property
    def path(self) -> str:
        """The path that was given."""
        return self.source.file_at(self.below)


def gone_documents(scopes: Iterable[Scope], before: Before, is_kept: IsKept) -> list[Known]:
    """Return the documents of ``scopes`` that are not kept, each once."""
    gone = {
        known.id: known
        for scope in scopes
        for known in scope.documents(before)
        if not is_kept(known)
    }
    return list(gone.values())


def refuse_surprise(scopes: Iterable[Scope], before: Before, is_kept: IsKept) -> None:
    """Raise :class:`InputError` if more than half of what a path gave is not kept."""
    surprises = []
    for scope in scopes:
        total = sum(1 for _ in scope.documents(before))
        gone = len(gone_documents([scope], before, is_kept))
        if 2 * gone > total:
            share = f"all {total:,}" if gone == total else f"{gone:,} of the {total:,}"
            surprises.append(f"{share} documents of {scope.source.name!r} ({scope.path})")
    if surprises:
        raise InputError(
            f"--prune would remove {', '.join(surprises)}: nothing was removed; "
            "see that the pages are where they were, or add --yes if they have gone for good"
        )
