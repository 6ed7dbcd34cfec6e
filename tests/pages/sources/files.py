"""What the tests of sources share: pages to write, and what an index says of them."""

from __future__ import annotations

import json
import os
from pathlib import Path

from searchengine import SearchEngine
from searchengine.pages.ingest import index_paths

BOTH = {"1.txt": "Chi bộ A họp.", "B/1.txt": "Chi bộ B họp."}


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (1_600_000_000, 1_600_000_000))
    return path


def lines(path: Path, *records: object) -> Path:
    return write(path, "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records))


def texts(engine: SearchEngine) -> dict[str, str]:
    return {document.id: document.text for document in engine.documents()}


def counts(engine: SearchEngine, *paths: Path, **options: object) -> tuple[int, int, int, int]:
    report = index_paths(engine, [str(path) for path in paths], **options)  # type: ignore[arg-type]
    assert report.problems == []
    return report.added, report.replaced, report.unchanged, report.removed
