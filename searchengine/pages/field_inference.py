"""Which fields the first records of an index suggest: names and kinds, or none.

A field is taken where enough records have it and all of them fit one kind; what may be anything
(long texts, a value of its own in nearly every record) is left alone, because a field that is
declared costs space in the index and a place on the page.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

#: So many records are looked at, and fewer say nothing.
RECORDS, LEAST_RECORDS = 200, 5
#: A field is one that so large a share of the records has.
LEAST_SHARE = 0.3
#: Values of a keyword have so many characters at most, and there are at most so many different
#: ones for each record that has any.
KEYWORD_LENGTH, KEYWORD_VARIETY = 80, 0.5
#: So many fields at most.
MAX_FIELDS = 12


def infer_fields(records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the kind, ``keyword``, ``number`` or ``date``, of each field that is better declared.

    ``records`` are the further fields of records, those without a meaning of their own.
    """
    seen: dict[str, list[Any]] = {}
    count = 0
    for record in records:
        count += 1
        for name, value in record.items():
            if value not in (None, []) and not (isinstance(value, str) and not value.strip()):
                seen.setdefault(name, []).append(value)
    if count < LEAST_RECORDS:
        return {}
    enough = {name: one for name, one in seen.items() if len(one) >= LEAST_SHARE * count}
    kinds = {name: kind for name, values in enough.items() if (kind := _kind(values))}
    return dict(list(kinds.items())[:MAX_FIELDS])


def _kind(values: Sequence[Any]) -> str | None:
    if all(isinstance(one, int | float) and not isinstance(one, bool) for one in values):
        return "number"
    if all(map(_is_date, values)):
        return "date"
    texts = [text for one in values for text in (one if isinstance(one, list) else [one])]
    if not all(isinstance(text, str) and len(text) <= KEYWORD_LENGTH for text in texts):
        return None
    return "keyword" if len(set(texts)) <= KEYWORD_VARIETY * len(values) else None


def _is_date(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return bool(datetime.date.fromisoformat(value[:10]))
    except ValueError:
        return False
