"""A folder that was asked for and that no document lies in: which ones there are like it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from searchengine.backends.fields import FOLDER
from searchengine.backends.protocol import View
from searchengine.backends.values import AllOf, Plan
from searchengine.query.language.tree import HasFacet, Node
from searchengine.query.plan.matching import filter_query
from searchengine.text.analysis import analyze_syllables

NO_FOLDER_NOTE = "there is no folder '{asked}'; there are: {near}"
NO_FOLDERS_NOTE = "there is no folder '{asked}', nor any other"
#: So many folders are told, of so many that are looked at.
TOLD, LOOKED_AT = 5, 10_000


def folder_notes(view: View, nodes: Iterable[Node]) -> Iterator[str]:
    """Yield a sentence for each folder that ``nodes`` ask for and the index does not have."""
    for node in nodes:
        if isinstance(node, HasFacet) and node.name == FOLDER and not _folders(view, node):
            near = ", ".join(_near(node.value, list(_folders(view, None))))
            note = NO_FOLDER_NOTE if near else NO_FOLDERS_NOTE
            yield note.format(asked=node.value, near=near)


def _folders(view: View, within: Node | None) -> Iterable[str]:
    """The folders of the documents that a filter lets in, or of all, the fullest first."""
    match = AllOf(()) if within is None else filter_query(within)
    return view.facets(Plan(match), (FOLDER,), LOOKED_AT, "count")[FOLDER]


def _near(asked: str, folders: list[str]) -> list[str]:
    """Folders whose path holds what was asked for, else those written much like it, else any."""
    paths = [_bare(folder) for folder in folders]
    holding = [one for one, path in zip(folders, paths, strict=True) if _bare(asked) in path]
    alike = set(get_close_matches(_bare(asked), paths, TOLD))
    close = [one for one, path in zip(folders, paths, strict=True) if path in alike]
    return (holding or close or folders)[:TOLD]


def _bare(path: str) -> str:
    return f" {' '.join(analyze_syllables(path)[1])} "
