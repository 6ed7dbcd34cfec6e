"""The language: pure functions over text, with no file of ours and no index behind them.

Normalising, tone placement, folding, syllables, word segmentation, dates, document numbers,
abbreviations and keystrokes each have a module; ``analysis`` puts them in order.
"""

from __future__ import annotations

from searchengine.text.fold import fold, has_marks
from searchengine.text.normalize import normalize, normalize_with_offsets
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
