"""The language: pure functions over text, with no file of ours and no index behind them.

Normalising, tone placement, folding, syllables and document numbers each have a module, word
segmentation, dates and lists of words a package; ``analysis`` puts the steps in order. What a page
is and what a query asks for is not known here. Names are looked up when first used: whoever needs
the name of a stream alone loads nothing else.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from searchengine.text.folding import fold, has_marks
    from searchengine.text.normalization import normalize, normalize_with_offsets
    from searchengine.text.segmentation.segmenter import segment
    from searchengine.text.tone import canonical_tones

__all__ = [
    "canonical_tones",
    "fold",
    "has_marks",
    "normalize",
    "normalize_with_offsets",
    "segment",
]

_HOMES = {
    "canonical_tones": "tone",
    "fold": "folding",
    "has_marks": "folding",
    "normalize": "normalization",
    "normalize_with_offsets": "normalization",
    "segment": "segmentation.segmenter",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
