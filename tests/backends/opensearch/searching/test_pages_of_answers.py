"""What a cluster answers piece by piece is what it answers at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from searchengine.backends.contract.base import ALL, page
from searchengine.backends.fields import FACET_NAMES, TERM_STREAMS
from searchengine.backends.memory.backend import MemoryBackend
from searchengine.backends.opensearch import snapshot
from searchengine.backends.opensearch.searching import blocks, facets, terms
from searchengine.backends.protocol import Backend
from searchengine.backends.values import Beginning, Plan

WORDS = "bến bên bền đò do sông song nước ghe xuồng chợ cho nổi noi mùa lũ".split()
PAGES = [
    page(
        str(at),
        " ".join(WORDS[at % 5 :: 3]),
        title=" ".join(WORDS[at % 7 : at % 7 + 2]),
        place=f"xã {WORDS[at]}",
        date=f"20{10 + at}-0{1 + at % 9}-03",
    )
    for at in range(len(WORDS))
]


def said(backend: Backend) -> Any:
    with backend.writer() as writer:
        for one in PAGES:
            writer.add(one)
    backend.refresh()
    with backend.open_view() as view:
        words = view.lexicon()
        return (
            {one: view.facets(Plan(ALL), (one,), 100, "name") for one in FACET_NAMES},
            view.vocabulary([Beginning(stream, ("",), 1_000) for stream in TERM_STREAMS]),
            {one: list(words.marked(one)) for one in ("ben", "song", "cho", "gom")},
            {document.id for document in view.documents()},
        )


def test_answers_in_many_pieces_are_those_in_one(
    indices: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As many as there are streams, which are counted at once.
    monkeypatch.setattr(snapshot, "PAGE", len(TERM_STREAMS))
    for name in ("BLOCKS", "SEARCHES", "LISTED", "BEGINNINGS"):
        monkeypatch.setattr(terms, name, 1)
    monkeypatch.setattr(blocks, "KEPT", 1)
    monkeypatch.setattr(facets, "VALUES", 2)
    monkeypatch.setattr(terms, "KEPT_WHOLE", 0)
    assert said(indices.create(spool=tmp_path)) == said(MemoryBackend())
