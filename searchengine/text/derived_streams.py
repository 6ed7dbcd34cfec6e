"""Further token streams of one term a syllable, and what makes the term of the syllable.

Whoever indexes, scores or specifies reads this table, so that a stream of this kind is added by
an entry here, a weight in ``query.plan.weights`` and a new format of the index.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

#: By the stream's name, a function of the marked syllable in lower case and canonical spelling.
DERIVED: Mapping[str, Callable[[str], str]] = {}
