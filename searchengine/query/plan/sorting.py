"""The order that a search is asked for, from how it is written to the seam's value."""

from __future__ import annotations

from searchengine.backends.fields import FieldTable
from searchengine.backends.values import DATE, SCORE, Sort
from searchengine.errors import InputError


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
    field = fields.get(name)
    descending = direction == "desc" or (not direction and field.kind != "keyword")
    return Sort(field.name, descending)
