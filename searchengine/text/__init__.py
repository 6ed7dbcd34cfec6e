"""The language: pure functions over text, with no file of ours and no index behind them.

Normalising, tone placement, folding, syllables and document numbers each have a module, word
segmentation, dates and lists of words a package; ``analysis`` puts the steps in order. What a page
is and what a query asks for is not known here. Segmenting loads arrays, so it is imported when it
is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from searchengine.text.fold import fold, has_marks
from searchengine.text.normalize import normalize, normalize_with_offsets
from searchengine.text.tone import canonical_tones

if TYPE_CHECKING:
    from searchengine.text.segmentation.segmenter import segment

__all__ = [
    "canonical_tones",
    "fold",
    "has_marks",
    "normalize",
    "normalize_with_offsets",
    "segment",
]


def __getattr__(name: str) -> Any:
    if name != "segment":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from searchengine.text.segmentation.segmenter import segment

    return segment
