"""One budget for all caches: what is counted, what goes first, and what goes with its owner."""

from __future__ import annotations

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from searchengine.backends.embedded.cache_budget import (
    ENTRY_BYTES,
    MEMO_STEP,
    Cache,
    CacheBudget,
    Memo,
    bytes_of,
    cached,
    cached_method,
)

KILO = np.zeros(1000, np.uint8)


def room_for(count: int) -> CacheBudget:
    """A budget of so many entries of a thousand bytes."""
    return CacheBudget(count * (ENTRY_BYTES + 1000))


def test_the_longest_unused_goes_first_whichever_cache_it_is_of() -> None:
    budget = room_for(3)
    terms, masks = Cache[str, object](budget, "terms"), Cache[str, object](budget, "masks")
    terms.put("chợ", KILO)
    masks.put("+chợ", KILO)
    terms.put("sông", KILO)
    assert terms.get("chợ") is not None
    terms.put("đò", KILO)
    assert masks.get("+chợ") is None
    assert [term for term in ("chợ", "sông", "đò") if terms.get(term) is not None] == [
        "chợ", "sông", "đò"
    ]  # fmt: skip
    assert budget.use().kinds == {"terms": budget.limit}


def test_an_entry_in_place_of_another_counts_once() -> None:
    budget = room_for(3)
    cache = Cache[str, object](budget, "terms")
    for _ in range(5):
        cache.put("chợ", KILO)
    assert budget.used == ENTRY_BYTES + 1000


def test_what_is_larger_than_the_budget_is_not_kept() -> None:
    budget = CacheBudget(900)
    cache = Cache[str, object](budget, "terms")
    cache.put("chợ", KILO)
    assert cache.get("chợ") is None
    assert budget.used == 0


def test_a_cache_of_at_most_so_many_entries_drops_its_own_longest_unused() -> None:
    budget = room_for(9)
    masks, terms = Cache[str, object](budget, "masks", 2), Cache[str, object](budget, "terms")
    terms.put("chợ", KILO)
    masks.put("một", KILO)
    masks.put("hai", KILO)
    masks.get("một")
    masks.put("ba", KILO)
    assert [masks.get(one) is None for one in ("một", "hai", "ba")] == [False, True, False]
    assert terms.get("chợ") is not None


def test_a_cache_that_is_gone_counts_no_more_at_once() -> None:
    budget = room_for(9)
    cache = Cache[str, object](budget, "masks")
    value = np.zeros(1000, np.uint8)
    cache.put("chợ", value)
    held = weakref.ref(value)
    del value
    gc.disable()
    try:
        del cache
        assert budget.used == 0
        assert held() is None
    finally:
        gc.enable()


def test_what_is_pinned_counts_as_long_as_it_lives_and_takes_room() -> None:
    budget = room_for(2)
    cache = Cache[str, object](budget, "terms")
    cache.put("chợ", KILO)
    norms = budget.pin("norms", np.zeros(budget.limit - 1000, np.uint8))
    assert cache.get("chợ") is None
    assert budget.use().kinds == {"norms": norms.nbytes}
    del norms
    assert budget.used == 0


def test_what_the_collector_finds_while_something_is_kept_waits_for_no_lock() -> None:
    budget = room_for(9)
    cache, other = Cache[str, object](budget, "terms"), Cache[str, object](budget, "masks")
    other.put("chợ", KILO)

    class Key(str):
        """Lets go of a cache while the budget is busy, as a collection may."""

        __slots__ = ()

        def __hash__(self) -> int:
            nonlocal other
            other = cache
            return super().__hash__()

    done = threading.Event()

    def put() -> None:
        cache.put(Key("sông"), KILO)
        done.set()

    threading.Thread(target=put, daemon=True).start()
    assert done.wait(10)
    assert budget.use().kinds == {"terms": ENTRY_BYTES + 1000}


def test_a_memo_is_counted_and_let_go_as_a_whole() -> None:
    budget = CacheBudget(100_000)
    memo, cache = Memo[str, int](budget, "dictionaries", 10_000), Cache[int, object](budget, "x")
    for number in range(3 * MEMO_STEP):
        memo.put(f"từ {number}", number)
    assert memo.get("từ 7") == 7
    assert budget.use().kinds["dictionaries"] > 3 * MEMO_STEP * 100
    for number in range(100):
        cache.put(number, KILO)
    assert memo.get("từ 7") is None
    assert "dictionaries" not in budget.use().kinds
    memo.put("chợ", 1)
    assert memo.get("chợ") == 1
    assert budget.use().kinds["dictionaries"] > 0


def test_a_memo_is_cut_at_so_many_answers() -> None:
    memo = Memo[int, int](CacheBudget(), "dictionaries", 10)
    for number in range(35):
        memo.put(number, number)
    assert [number for number in range(35) if memo.get(number) is not None] == [30, 31, 32, 33, 34]


def test_many_threads_leave_the_sum_of_what_is_kept() -> None:
    budget = room_for(40)
    caches = [Cache[int, object](budget, "terms"), Cache[int, object](budget, "masks", 7)]

    def work(seed: int) -> None:
        chance = np.random.default_rng(seed)
        for _ in range(2000):
            cache, key = caches[int(chance.integers(2))], int(chance.integers(60))
            if cache.get(key) is None:
                cache.put(key, KILO)
            elif chance.random() < 0.01:
                budget.pin("norms", np.zeros(50, np.uint8))
                Cache[int, object](budget, "shingles").put(1, KILO)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    kept = sum(cache.get(key) is not None for cache in caches for key in range(60))
    assert sum(map(len, caches)) == kept
    assert budget.used == kept * (ENTRY_BYTES + 1000) <= budget.limit
    assert sum(budget.use().kinds.values()) == budget.used


def test_a_cached_function_is_asked_once() -> None:
    asked = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    call = cached(length, Cache(CacheBudget(), "suggestions"))
    assert [call("chợ"), call("đò"), call("chợ")] == [3, 2, 3]
    assert asked == ["chợ", "đò"]


def test_a_cached_method_holds_its_object_in_no_circle() -> None:
    class Owner:
        def __init__(self) -> None:
            self.double = cached_method(self._double, Cache(CacheBudget(), "suggestions"))

        def _double(self, number: int) -> int:
            return 2 * number

    owner = Owner()
    assert owner.double(4) == 8
    held = weakref.ref(owner)
    gc.disable()
    try:
        del owner
        assert held() is None
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [
        (np.zeros(100, np.int32), 400, 400),
        ("đại hội", 64, 120),
        ((np.zeros(100, np.uint8), "chợ", 5), 200, 300),
        ({("chi", "bộ"): 3}, 300, 500),
    ],
)
def test_bytes_of_a_value(value: object, least: int, most: int) -> None:
    assert least <= bytes_of(value) <= most
