"""Plans as JSON values, for an engine in another process or on another machine."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from searchengine.backends.values import (
    AllOf,
    AnyOf,
    Coverage,
    DateDecay,
    FacetSpec,
    Idea,
    Nearness,
    Not,
    PhraseQuery,
    Plan,
    RangeQuery,
    ScoringTerm,
    Sort,
    TermQuery,
    ValueQuery,
)
from searchengine.backends.vectors.stage import SemanticStage
from searchengine.errors import InputError


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON values; each object names its class in ``type``."""
    value: dict[str, Any] = _to_json(plan)
    return value


def plan_from_json(value: Mapping[str, Any]) -> Plan:
    """Return the plan that :func:`plan_to_json` was given.

    Raises :class:`InputError` for what is no plan.
    """
    try:
        plan = _from_json(value)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise InputError(f"this is no plan ({error}): make one with plan_to_json") from error
    if not isinstance(plan, Plan):
        raise InputError("this is no plan: make one with plan_to_json")
    return plan


_CLASSES: Mapping[str, type] = {
    one.__name__: one
    for one in (
        TermQuery, PhraseQuery, ValueQuery, RangeQuery, AllOf, AnyOf, Not,
        ScoringTerm, Idea, Coverage, Nearness, SemanticStage, DateDecay, Sort, FacetSpec, Plan,
    )
}  # fmt: skip


def _to_json(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_to_json(one) for one in value]
    if dataclasses.is_dataclass(value):
        fields = {one.name: _to_json(getattr(value, one.name)) for one in dataclasses.fields(value)}
        return {"type": type(value).__name__, **fields}
    return value


def _from_json(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_from_json(one) for one in value)
    if isinstance(value, Mapping):
        fields = {name: _from_json(one) for name, one in value.items() if name != "type"}
        return _CLASSES[value["type"]](**fields)
    return value
