"""What is asked for by names beside a query, checked: its order and the facets to count."""

from __future__ import annotations

from collections.abc import Sequence

from searchengine.backends.fields import FieldTable
from searchengine.backends.values import DATE, SCORE, Sort
from searchengine.errors import InputError
from searchengine.options import MAX_FACET_VALUES


def sort_of(asked: str, fields: FieldTable, by_score: Sort) -> Sort:
    """Return the order that ``asked`` names; ``by_score`` is that of a plan if nothing else is.

    Raises :class:`InputError` for what is no order, or a field that there is not.
    """
    name, colon, direction = asked.rpartition(":")
    if not colon:
        name, direction = asked, ""
    if direction not in ("", "asc", "desc"):
        raise InputError(f"sort by {name!r} in the direction 'asc' or 'desc': {asked!r}")
    if name == SCORE and not direction:
        return by_score
    if name in (SCORE, DATE):
        if name == SCORE and direction == "asc":
            raise InputError("the best score comes first: sort by 'score'")
        return Sort(name, direction != "asc")
    field = fields.get(name, SCORE, DATE)
    descending = direction == "desc" or (not direction and field.kind != "keyword")
    return Sort(field.name, descending)


def facets_of(
    names: Sequence[str] | None, fields: FieldTable, limit: int, order: str
) -> tuple[str, ...]:
    """Return the facets ``names``, each once by its own name; all of them for None.

    Raises :class:`InputError` for one that there is not, or a limit or an order that cannot be.
    """
    found = dict.fromkeys(map(fields.facet, names or fields.facet_names))
    if not 1 <= limit <= MAX_FACET_VALUES:
        raise InputError(f"a facet's limit must be between 1 and {MAX_FACET_VALUES:,}")
    if order not in ("count", "name"):
        raise InputError("order facets by 'count' or by 'name'")
    return tuple(found)
