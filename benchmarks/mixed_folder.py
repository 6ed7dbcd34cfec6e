"""A folder of files of all formats, one in twenty damaged: made, and read to measure.

    python -m benchmarks.mixed_folder FOLDER --files 2000 [--read | --index INDEX]

Each sound file has a sentence that no other has. The manifest, a JSON object a file, is printed:
the file's name, its format, its sentence, and what is wrong with it, if anything. With
``--read`` every file is read: files a second for each format, sound ones whose sentence is missing,
and damaged ones without a reason. With ``--index`` the folder is indexed as a person would, and
each sentence is looked for in quotes.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.mixed_files import FONT, Made, make_folder

if TYPE_CHECKING:
    from searchengine import SearchEngine


def read_folder(folder: Path, manifest: Sequence[Made]) -> dict[str, object]:
    """Read all files; return files a second by format, and what did not come out as it should."""
    from searchengine.pages import Page, SourceFile, all_readers, list_files, read_file

    readers, _ = all_readers()
    seconds: dict[str, list[float]] = defaultdict(list)
    missing, silent = [], []
    for made in manifest:
        [file] = list_files(folder / made.name)
        assert isinstance(file, SourceFile)
        start = time.perf_counter()
        found = list(read_file(file, readers))
        seconds[made.damage or made.format].append(time.perf_counter() - start)
        texts = " ".join(" ".join(one.text.split()) for one in found if isinstance(one, Page))
        if made.sentence not in texts:
            missing.append(made.name)
        if made.damage and texts:
            silent.append(made.name)
    speed = {name: round(len(times) / sum(times), 1) for name, times in sorted(seconds.items())}
    return {"files_per_second": speed, "sentence_missing": missing, "damage_not_told": silent}


def index_folder(folder: Path, manifest: Sequence[Made], index: Path) -> dict[str, object]:
    """Index all files and look for each again; return how fast, and what did not come out right."""
    from searchengine import SearchEngine
    from searchengine.pages.ingest import index_paths

    engine = SearchEngine.open(index, create=True)
    start = time.perf_counter()
    report = index_paths(engine, [str(folder)])
    seconds = time.perf_counter() - start
    told = "\n".join(report.problems)
    sound = [made for made in manifest if not made.damage]
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return {
        "documents": report.added,
        "files_per_second": round(len(manifest) / seconds, 1),
        "peak_megabytes": max(resource.getrusage(who).ru_maxrss for who in whose) // 1024,
        "not_found": [made.name for made in sound if not _is_found(engine, made)],
        "told_but_sound": [made.name for made in sound if made.name in told],
        "damaged_but_not_told": [
            made.name for made in manifest if made.damage and made.name not in told
        ],
    }


def _is_found(engine: SearchEngine, made: Made) -> bool:
    hits = engine.search(f'"{made.sentence}"', limit=1, snippets=False).hits
    return any(f"/{made.name}" in str(hit.path) for hit in hits)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--font", type=Path, default=FONT, help="a font with Vietnamese letters")
    parser.add_argument("--read", action="store_true", help="read the files, and say how fast")
    parser.add_argument("--index", type=Path, help="index the files here, and find each again")
    options = parser.parse_args()
    manifest = make_folder(options.folder, options.files, options.font)
    if options.read:
        print(json.dumps(read_folder(options.folder, manifest), ensure_ascii=False, indent=1))
    elif options.index:
        print(
            json.dumps(
                index_folder(options.folder, manifest, options.index), ensure_ascii=False, indent=1
            )
        )
    else:
        for made in manifest:
            print(json.dumps(asdict(made), ensure_ascii=False))


if __name__ == "__main__":
    main()
