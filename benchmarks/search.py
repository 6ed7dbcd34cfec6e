"""Searching several indexes in turns, so that whatever else the machine does hits all alike.

In each round every engine answers the same block of queries, then the next block, the order of
the engines rotating. An engine too slow for the time it is given answers fewer rounds, then fewer
queries. Each engine has answered each of its queries once before anything counts.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks import ours
from benchmarks.engines import OURS, Opened, adapter
from benchmarks.measure import Latency
from benchmarks.queries import SETS, Query

#: Queries that one engine answers before the next one's turn: long enough for its own data to be
#: in the processor's cache, short enough for the machine to be in the same state for all.
BLOCK = 25
#: A percentile of fewer queries would say nothing, however slow the engine.
LEAST_QUERIES = 20
#: Queries that tell how slow an engine is.
TRIED = 5
#: The label of the whole call beside our index asked by tokens.
WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Contender:
    """One open index: its label in the results, its engine and directory, and its documents.

    ``whole`` asks for the whole search call and not for tokens alone.
    """

    label: str
    engine: str
    directory: str
    documents: int
    whole: bool = False


@dataclass(slots=True)
class _Plan:
    """What one contender answers of one set, and how long each answer took, by round."""

    label: str
    top: Callable[[Query], Any]
    queries: Sequence[Query]
    rounds: list[list[float]]
    first: list[float]


def measure_searches(
    contenders: Sequence[Contender], queries: Sequence[Query], *, rounds: int, budget: float
) -> dict[str, Any]:
    """Return for each set and label the latencies, and how alike the answers are.

    ``budget`` is how many seconds an engine may take for a set. Keys: ``latency``,
    ``first_pass_ms`` (median of the first time each query is answered), ``samples`` (queries and
    rounds), ``agreement`` (mean share of our ten documents that a peer over the same documents
    finds), ``failed`` (why a peer's index could not be opened).
    """
    opened, failed = _open_all(contenders)
    contenders = [c for c in contenders if c.label in opened]
    result: dict[str, Any] = {
        key: {name: {} for name in SETS}
        for key in ("latency", "first_pass_ms", "samples", "agreement")
    }
    result["failed"] = failed
    for name in SETS:
        members = [query for query in queries if query.set == name]
        if not members:
            continue
        plans = [_plan(c.label, opened[c.label], members, rounds, budget) for c in contenders]
        # What is loaded by now stays: no collection shall walk one engine's dictionaries while
        # another is timed.
        gc.collect()
        gc.freeze()
        _take_turns(plans, rounds)
        for plan in plans:
            latency = Latency.of(plan.rounds)
            result["latency"][name][plan.label] = latency.to_json()
            result["first_pass_ms"][name][plan.label] = Latency.of([plan.first]).to_json()["p50_ms"]
            result["samples"][name][plan.label] = {
                "queries": len(plan.queries),
                "rounds": len(plan.rounds),
            }
        result["agreement"][name] = _agreement(contenders, opened, members[:LEAST_QUERIES])
    return result


def _open_all(contenders: Sequence[Contender]) -> tuple[dict[str, Opened], dict[str, str]]:
    opened, failed = {}, {}
    for contender in contenders:
        try:
            opened[contender.label] = _open(contender)
        except Exception as error:
            # A peer that fails after an hour of building must not take the others with it.
            if contender.engine == OURS:
                raise
            failed[contender.label] = f"cannot be opened: {error!r}"
    return opened, failed


def _open(contender: Contender) -> Opened:
    directory = Path(contender.directory)
    if contender.whole:
        return ours.open_whole(directory)
    return adapter(contender.engine).open_index(directory)


def _plan(
    label: str, opened: Opened, queries: Sequence[Query], rounds: int, budget: float
) -> _Plan:
    """Answer the queries for the first time, and see how many the budget allows."""
    first = [_timed(opened.top, query) for query in queries[:TRIED]]
    allowed = max(LEAST_QUERIES, int(budget * len(first) / sum(first)))
    queries = queries[:allowed]
    first += [_timed(opened.top, query) for query in queries[TRIED:]]
    affordable = max(1, min(rounds, int(budget / sum(first))))
    return _Plan(label, opened.top, queries, [[] for _ in range(affordable)], first)


def _take_turns(plans: Sequence[_Plan], rounds: int) -> None:
    longest = max(len(plan.queries) for plan in plans)
    turn = 0
    for number in range(rounds):
        for start in range(0, longest, BLOCK):
            shift = turn % len(plans)
            turn += 1
            for plan in (*plans[shift:], *plans[:shift]):
                if number < len(plan.rounds):
                    block = plan.queries[start : start + BLOCK]
                    plan.rounds[number] += [_timed(plan.top, query) for query in block]


def _timed(top: Callable[[Query], Any], query: Query) -> float:
    started = perf_counter()
    top(query)
    return perf_counter() - started


def _agreement(
    contenders: Sequence[Contender], opened: dict[str, Opened], queries: Sequence[Query]
) -> dict[str, float]:
    """The mean share of our best documents that each peer over as many documents finds too."""
    agreement = {}
    for peer in contenders:
        same = [c for c in contenders if c.engine == OURS and c.documents == peer.documents]
        reference = next((c for c in same if not c.whole), None)
        if reference is None or peer.engine == OURS:
            continue
        shares = []
        for query in queries:
            best, found = (
                set(opened[one.label].ids(opened[one.label].top(query)))
                for one in (reference, peer)
            )
            shares.append(len(best & found) / len(best) if best else 1.0)
        agreement[peer.label] = round(sum(shares) / len(shares), 3)
    return agreement
