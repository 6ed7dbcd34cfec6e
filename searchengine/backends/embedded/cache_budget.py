"""One budget of memory for all that is kept between searches, of whatever kind it is.

Caches put their entries into a common row, from which the longest unused go first, whichever
cache they are of. Arrays that the newest commit cannot do without are counted but never let go.
Memory maps are not counted, nor is what a search needs only while it runs, nor what the language
remembers of itself (``text``), which is the same for every index. What is kept, and how it is
made, is the business of those who keep it.
"""

from __future__ import annotations

import sys
import threading
import weakref
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar, cast

from numpy.typing import NDArray

from searchengine.backends.counts import CacheUse

#: Bytes that an engine keeps between searches if it is not told otherwise.
CACHE_BYTES = 256 << 20
#: About what an entry takes beside its value: its key and its places in two dictionaries. A term
#: takes 350, an answer about a bigram 450 (tracemalloc, CPython 3.11).
ENTRY_BYTES = 400
#: So many answers come to a memo before it is counted again; about what each takes beside its
#: place in the dictionary: 100 to 210 with it, by its key.
MEMO_STEP, MEMO_ENTRY_BYTES = 64, 150

F = TypeVar("F", bound=Callable[..., Any])
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Array = TypeVar("Array", bound=NDArray[Any])


_Home = dict[Any, "_Slot"]


class _Slot:
    """An entry of a cache and its place in the common row, of which it is the key."""

    __slots__ = ("home", "key", "kind", "size", "value")

    def __init__(self, home: _Home | None, key: Hashable, value: Any, kind: str, size: int) -> None:
        #: The entries of its cache; None for what is pinned, which has no place in the row.
        self.home = home
        self.key = key
        self.value = value
        self.kind = kind
        self.size = size


class CacheBudget:
    """What all caches of an engine keep, in bytes; safe for many threads."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        """Let caches keep about ``limit`` bytes together."""
        self.limit = limit
        self._row: OrderedDict[_Slot, _Slot | None] = OrderedDict()
        self._kinds: dict[str, int] = {}
        self._used = 0
        self._lock = threading.Lock()
        #: What was let go by the garbage collector, which may come while the lock is held.
        self._left: deque[Iterable[_Slot]] = deque()

    @property
    def used(self) -> int:
        """Bytes that are kept now, pinned ones among them."""
        self._settle()
        return self._used

    def use(self) -> CacheUse:
        """Return how many bytes are kept now, by kind."""
        self._settle()
        with self._lock:
            kinds = {kind: size for kind, size in sorted(self._kinds.items()) if size}
            return CacheUse(self._used, self.limit, kinds)

    def pin(self, kind: str, array: Array) -> Array:
        """Count ``array`` for as long as it lives, and return it; it is never let go from here."""
        pinned = _Slot(None, None, None, kind, array.nbytes)
        with self._lock:
            self._add(pinned)
            self._make_room()
        weakref.finalize(array, self._leave, (pinned,)).atexit = False
        return array

    def _put(self, home: _Home, slot: _Slot, most: int | None) -> None:
        with self._lock:
            before = home.get(slot.key)
            if before is not None:
                self._drop(before)
            home[slot.key] = slot
            self._row[slot] = None
            self._add(slot)
            if isinstance(home, OrderedDict):
                home.move_to_end(slot.key)
                if most is not None and len(home) > most:
                    self._drop(home.popitem(last=False)[1])
            self._make_room()
        if self._left:
            self._settle()

    def _make_room(self) -> None:
        if self._used > self.limit:
            self._subtract_left()
        while self._used > self.limit and self._row:
            slot, _ = self._row.popitem(last=False)
            self._subtract(slot)
            if slot.home and slot.home.get(slot.key) is slot:
                del slot.home[slot.key]
            if isinstance(slot.value, _Table):
                slot.value.clear()

    def _add(self, slot: _Slot) -> None:
        self._kinds[slot.kind] = self._kinds.get(slot.kind, 0) + slot.size
        self._used += slot.size

    def _subtract(self, slot: _Slot) -> None:
        self._kinds[slot.kind] -= slot.size
        self._used -= slot.size

    def _drop(self, slot: _Slot) -> None:
        del self._row[slot]
        self._subtract(slot)

    def _leave(self, slots: Iterable[_Slot]) -> None:
        """Count ``slots`` no more, those of a cache that is gone; never waits for the lock."""
        self._left.append(slots)
        self._settle()

    def _settle(self) -> None:
        while self._left and self._lock.acquire(blocking=False):
            try:
                self._subtract_left()
            finally:
                self._lock.release()

    def _subtract_left(self) -> None:
        while self._left:
            for slot in self._left.popleft():
                # What has gone from the row meanwhile is counted no more already.
                if slot.home is None or self._row.pop(slot, slot) is None:
                    self._subtract(slot)


class Cache(Generic[K, V]):
    """Entries of one kind within a budget; safe for many threads.

    They go when space is needed, and all of them when the cache itself does. Values are never
    None, and what they hold must not lead back to the cache.
    """

    def __init__(self, budget: CacheBudget, kind: str, most: int | None = None) -> None:
        """Keep entries within ``budget``, at most ``most`` of them if that is given."""
        self._budget = budget
        self._kind = kind
        self._most = most
        self._slots: dict[K, _Slot] = {} if most is None else OrderedDict()
        self._touch = budget._row.move_to_end

    def __len__(self) -> int:
        return len(self._slots)

    def get(self, key: K) -> V | None:
        """Return the value of ``key``, None if it is not kept."""
        # Each step is one for other threads; between two of them the entry may have gone.
        slot = self._slots.get(key)
        if slot is None:
            return None
        try:
            self._touch(slot)
            if self._most is not None:
                cast("OrderedDict[K, _Slot]", self._slots).move_to_end(key)
        except KeyError:
            pass
        value: V = slot.value
        return value

    def put(self, key: K, value: V) -> None:
        """Keep ``value``, in place of any other of ``key``."""
        size = ENTRY_BYTES + bytes_of(value)
        slot = _Slot(self._slots, key, value, self._kind, size)
        self._budget._put(self._slots, slot, self._most)

    def __del__(self) -> None:
        slots = list(self._slots.values())
        # Each of them holds what holds it.
        self._slots.clear()
        self._budget._leave(slots)


class _Table(dict[Any, Any]):
    """The entries of a memo."""

    @property
    def nbytes(self) -> int:
        # With space for those that come before it is counted again.
        return sys.getsizeof(self) + (len(self) + MEMO_STEP) * MEMO_ENTRY_BYTES


class Memo(Generic[K, V]):
    """Small answers, counted and let go all together; safe for many threads.

    For questions too quick, and answers too small, to be counted one by one.
    """

    def __init__(self, budget: CacheBudget, kind: str, most: int) -> None:
        """Keep at most ``most`` answers within ``budget``."""
        self._most = most
        self._table = _Table()
        self._cache: Cache[tuple[()], _Table] = Cache(budget, kind)
        #: Return the answer to a key, None if it is not kept.
        self.get: Callable[[K], V | None] = self._table.get

    def put(self, key: K, value: V) -> None:
        """Keep the answer to a key; it is used again when it is added to, for the budget."""
        if len(self._table) >= self._most:
            self._table.clear()
        self._table[key] = value
        if len(self._table) % MEMO_STEP == 1:
            self._cache.put((), self._table)


def bytes_of(value: Any) -> int:
    """Return about how many bytes ``value`` takes: an array, text, number, tuple or dict of such.

    An object of another class says so itself in ``nbytes``, as arrays do.
    """
    size = getattr(value, "nbytes", None)
    if size is not None:
        return int(size)
    whole = sys.getsizeof(value)
    if isinstance(value, (tuple, list)):
        whole += sum(map(bytes_of, value))
    elif isinstance(value, dict):
        whole += sum(map(bytes_of, value)) + sum(map(bytes_of, value.values()))
    return whole


def cached(function: F, cache: Cache[Any, Any]) -> F:
    """Return ``function`` of hashable arguments, asked only for what ``cache`` does not hold."""
    kept = cache.get

    def call(*arguments: Any) -> Any:
        found = kept(arguments)
        if found is None:
            found = function(*arguments)
            cache.put(arguments, found)
        return found

    return cast("F", call)


def cached_method(method: F, cache: Cache[Any, Any]) -> F:
    """Return bound ``method`` cached, for its own object to hold, without holding that object.

    Otherwise the two would be a circle of references, and an old commit's arrays would stay in
    memory until the garbage collector comes round. Only the object may use it: it is gone when
    the object is.
    """
    function = method.__func__  # type: ignore[attr-defined]
    owner = weakref.ref(method.__self__)  # type: ignore[attr-defined]
    return cast("F", cached(lambda *arguments: function(owner(), *arguments), cache))
