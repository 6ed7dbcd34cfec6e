"""Sources of an index that was written before there were any."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from searchengine import SearchEngine
from searchengine.pages.sources import Catalogue, Source
from tests.pages.sources.files import BOTH, counts, texts, write


def forget_sources(engine: SearchEngine) -> None:
    """Write every fingerprint as versions did that knew no sources."""
    packed = [json.loads(one) for one in engine.fingerprints()]
    documents = {document.id: document for document in engine.documents()}
    with engine.writer() as writer:
        for values in packed:
            writer.add(documents[values[0]], json.dumps(values[:8]))


def test_documents_of_an_earlier_version_belong_to_the_folder_of_their_path(
    engine: SearchEngine, nested: Path
) -> None:
    counts(engine, nested)
    forget_sources(engine)
    assert Catalogue(engine.fingerprints(), lambda id_: False).sources == (
        Source("A", str(nested)),
    )
    assert counts(engine, nested) == (0, 0, 2, 0)
    write(nested / "1.txt", "Một, đã sửa.")
    assert counts(engine, nested, prune=True) == (0, 1, 1, 0)
    assert counts(engine, nested, prune=True) == (0, 0, 2, 0)


def test_a_folder_of_an_earlier_version_can_move(engine: SearchEngine, nested: Path) -> None:
    counts(engine, nested)
    forget_sources(engine)
    write(nested / "1.txt", "Một, đã sửa.")
    moved = nested.rename(nested.with_name("mới"))
    assert counts(engine, moved, source_name="A") == (0, 1, 1, 0)
    assert counts(engine, moved) == (0, 0, 2, 0)
    assert texts(engine) == {"1.txt": "Một, đã sửa.", "sub/2.txt": "Hai."}


@pytest.mark.parametrize("options", [{}, {"prune": True}])
def test_a_source_that_is_away_keeps_its_documents(
    engine: SearchEngine, two: tuple[Path, Path], options: dict[str, bool]
) -> None:
    counts(engine, two[0])
    two[0].rename(two[0].with_name("ổ đĩa đã tháo"))
    assert counts(engine, two[1], **options) == (1, 0, 0, 0)
    assert texts(engine) == BOTH


def test_the_last_documents_of_a_source_that_is_no_more_can_go(
    engine: SearchEngine, two: tuple[Path, Path], tmp_path: Path
) -> None:
    counts(engine, *two)
    shutil.rmtree(two[0])
    (tmp_path / "rỗng").mkdir()
    removed = counts(engine, tmp_path / "rỗng", source_name="A", prune=True, confirmed=True)
    assert removed == (0, 0, 0, 1)
    assert texts(engine) == {"B/1.txt": "Chi bộ B họp."}
