"""What the tests of this package share: what is read from some paths."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from searchengine.pages import Page, Problem, list_files, read_file


def walk(*paths: str | os.PathLike[str], **options: Any) -> Iterator[Page | Problem]:
    """Yield the pages in and below ``paths``, and the problems; ``options`` go to ``read_file``."""
    for path in paths:
        for file in list_files(path):
            if isinstance(file, Problem):
                yield file
            else:
                yield from read_file(file, **options)
