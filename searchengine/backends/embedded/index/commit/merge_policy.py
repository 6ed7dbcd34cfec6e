"""When segments are merged: few of each size, so that commits stay cheap and searches quick.

A segment is of the tier of its size's logarithm. When a tier is full, its segments become one of
the next; so a document is rewritten about once for each power of :data:`FACTOR`, and a commit
that fills no tier costs what it adds. Segments that are mostly deleted are rewritten as well.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

from whoosh.reading import SegmentReader

#: A tier holds fewer segments than this.
FACTOR = 8
#: All segments smaller than this are of the lowest tier, in documents.
SMALLEST = 256
#: A segment of which less than this share is live is rewritten.
LEAST_LIVE = 0.5


def merge_tiers(writer: Any, segments: list[Any]) -> list[Any]:
    """Merge what should be merged into ``writer``'s segment; return the segments that stay.

    One without a document goes unread: it may know other fields than the index declares.
    """
    segments = [segment for segment in segments if segment.doc_count()]
    tiers: dict[int, list[Any]] = defaultdict(list)
    merged = []
    for segment in segments:
        size = segment.doc_count_all()
        live = size - segment.deleted_count()
        if live < LEAST_LIVE * size:
            merged.append(segment)
        else:
            tiers[math.floor(math.log(max(live, SMALLEST), FACTOR))].append(segment)
    for tier in tiers.values():
        if len(tier) + 1 >= FACTOR:
            merged += tier
    names = {segment.segment_id() for segment in merged}
    for segment in segments:
        if segment.segment_id() in names:
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
    return [segment for segment in segments if segment.segment_id() not in names]
