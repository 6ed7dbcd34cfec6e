"""Remembering what methods returned, without keeping alive the object that they belong to.

An ``lru_cache`` of a bound method, held by the object itself, is a circle of references: an old
commit's arrays would stay in memory until the garbage collector comes round.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


def cached_method(method: F, size: int) -> F:
    """Return bound ``method`` with a cache of its last ``size`` results, for its own object.

    Arguments must be hashable. Only the object may use it: it is gone when the object is.
    """
    function = method.__func__  # type: ignore[attr-defined]
    owner = weakref.ref(method.__self__)  # type: ignore[attr-defined]

    @lru_cache(maxsize=size)
    def call(*arguments: Any) -> Any:
        return function(owner(), *arguments)

    return cast("F", call)
