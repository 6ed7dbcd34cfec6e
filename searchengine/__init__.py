"""Full-text search for Vietnamese.

``from searchengine import SearchEngine, Document, DateBoost`` is the library; the ``searchengine``
command and the query server are built on the same names. Importing the package loads nothing
heavy: each name is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from searchengine.backends.counts import Histogram
    from searchengine.backends.embedded.index.upgrade import upgrade_index
    from searchengine.backends.fields import Field, IndexSettings
    from searchengine.document import Document
    from searchengine.engine import SearchEngine
    from searchengine.errors import SearchEngineError
    from searchengine.options import SearchOptions
    from searchengine.query.dates.boost import DateBoost
    from searchengine.query.display.results import Explanation, Hit, Results
    from searchengine.search_view import SearchView

__version__ = "1.0.0"

__all__ = [
    "DateBoost",
    "Document",
    "Explanation",
    "Field",
    "Histogram",
    "Hit",
    "IndexSettings",
    "Results",
    "SearchEngine",
    "SearchEngineError",
    "SearchOptions",
    "SearchView",
    "__version__",
    "upgrade_index",
]

_HOMES = {
    "SearchEngine": "searchengine.engine",
    "SearchEngineError": "searchengine.errors",
    "Document": "searchengine.document",
    "DateBoost": "searchengine.query.dates.boost",
    "Field": "searchengine.backends.fields",
    "IndexSettings": "searchengine.backends.fields",
    "Explanation": "searchengine.query.display.results",
    "Histogram": "searchengine.backends.counts",
    "Hit": "searchengine.query.display.results",
    "Results": "searchengine.query.display.results",
    "SearchOptions": "searchengine.options",
    "SearchView": "searchengine.search_view",
    "upgrade_index": "searchengine.backends.embedded.index.upgrade",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
