"""Counts that an engine answers: histograms, and numbers about an index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from searchengine.backends.values import Step

#: A histogram has at most this many bars, a hundred years of months. One page dated a thousand
#: years too early must not make a list of empty months of it.
MAX_BARS = 1200


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts by month or year, oldest first, without gaps; iterates over ``bars``.

    All matching documents are in one bar, or among ``earlier`` (older than the first bar, which
    happens only where more bars would be needed than a histogram may have), ``year_only`` (dated
    without a month, in a histogram by month) or ``undated``.
    """

    by: Step
    bars: tuple[tuple[str, int], ...]
    earlier: int
    year_only: int
    undated: int

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter(self.bars)

    def __len__(self) -> int:
        return len(self.bars)

    def __getitem__(self, at: int) -> tuple[str, int]:
        return self.bars[at]

    @property
    def total(self) -> int:
        """How many documents match."""
        bars = sum(count for _, count in self.bars)
        return bars + self.earlier + self.year_only + self.undated

    def to_json(self) -> dict[str, Any]:
        """Return the histogram as JSON values."""
        return {
            "by": self.by,
            "bars": [{"label": label, "count": count} for label, count in self.bars],
            "earlier": self.earlier,
            "year_only": self.year_only,
            "undated": self.undated,
        }


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What upgrading did: the formats before and after, and how many documents there are.

    ``changed`` is whether anything was done: an index that is as it should be is not touched.
    """

    before: int
    after: int
    documents: int
    changed: bool


@dataclass(frozen=True, slots=True)
class CacheUse:
    """How many ``bytes`` are kept, of how many at most (``limit``), and of which kinds."""

    bytes: int
    limit: int
    kinds: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Numbers about an index; ``bytes`` on disk, ``terms`` distinct ones by field.

    ``cache`` says what is kept in memory between searches, where an engine does so. So many
    documents are ``with_vectors`` of the model whose fingerprint is ``vector_model``, if of any.
    """

    documents: int
    dated: int
    deleted: int
    segments: int
    bytes: int
    generation: int
    terms: Mapping[str, int] = field(default_factory=dict)
    cache: CacheUse | None = None
    with_vectors: int = 0
    vector_model: str | None = None
