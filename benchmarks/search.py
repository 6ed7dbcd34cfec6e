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
from benchmarks.queries.query import KINDS, SETS, TOKENS, Days, Query, Value

#: Queries that one engine answers before the next one's turn: long enough for its own data to be
#: in the processor's cache, short enough for the machine to be in the same state for all.
BLOCK = 25
#: A percentile of fewer queries would say nothing, however slow the engine.
LEAST_QUERIES = 20
#: Queries that tell how slow an engine is.
TRIED = 5
#: The label of the whole call beside our index asked by tokens.
WHOLE = "whole"
#: Behind the label of a peer that reads no documents where it usually does.
NUMBERS = ", numbers"
#: Totals are compared for so many times the seconds that searching has.
COUNTING = 10
#: So many queries whose totals differ are shown.
EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Contender:
    """One open index: its label in the results, its engine and directory, and its documents.

    ``whole`` asks for the whole search call and not for tokens alone; ``numbers`` leaves reading
    documents out, and is asked only sets in which they are read.
    """

    label: str
    engine: str
    directory: str
    documents: int
    whole: bool = False
    numbers: bool = False

    def cannot(self, kind: str) -> str | None:
        """Return why it is not asked queries of a kind, None if it is."""
        if self.numbers and kind == TOKENS:
            return "reads no documents here anyway"
        return adapter(self.engine).cannot(kind)


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
    ``first_pass_ms`` and ``first_pass_p95_ms`` (of the first time each query is answered),
    ``samples`` (queries and rounds), ``agreement`` (mean share of our ten documents that a peer
    over the same documents finds, of bare tokens), ``totals`` (how many queries of the other sets
    match another number of documents in it, and examples), ``left_out`` (why a set was not asked
    of an engine), ``failed`` (why a peer's index could not be opened).
    """
    opened, failed = _open_all(contenders)
    contenders = [c for c in contenders if c.label in opened]
    result: dict[str, Any] = {
        key: {name: {} for name in SETS}
        for key in (
            *("latency", "first_pass_ms", "first_pass_p95_ms", "samples"),
            *("agreement", "totals", "left_out"),
        )
    }
    result["failed"] = failed
    for name in SETS:
        members = [query for query in queries if query.set == name]
        if not members:
            continue
        asked = []
        for contender in contenders:
            reason = contender.cannot(KINDS[name])
            if reason is None:
                asked.append(contender)
            elif not contender.numbers:
                result["left_out"][name][contender.label] = reason
        plans = [_plan(c.label, opened[c.label], members, rounds, budget) for c in asked]
        # What is loaded by now stays: no collection shall walk one engine's dictionaries while
        # another is timed.
        gc.collect()
        gc.freeze()
        _take_turns(plans, rounds)
        for plan in plans:
            latency = Latency.of(plan.rounds)
            result["latency"][name][plan.label] = latency.to_json()
            first = Latency.of([plan.first]).to_json()
            result["first_pass_ms"][name][plan.label] = first["p50_ms"]
            result["first_pass_p95_ms"][name][plan.label] = first["p95_ms"]
            result["samples"][name][plan.label] = {
                "queries": len(plan.queries),
                "rounds": len(plan.rounds),
            }
        if KINDS[name] == TOKENS:
            result["agreement"][name] = _agreement(asked, opened, members[:LEAST_QUERIES])
        else:
            result["totals"][name] = _totals(asked, opened, members, budget)
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
    if contender.numbers:
        return adapter(contender.engine).open_index(directory, numbers=True)
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
        reference = _reference(contenders, peer)
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


def _totals(
    contenders: Sequence[Contender],
    opened: dict[str, Opened],
    queries: Sequence[Query],
    budget: float,
) -> dict[str, dict[str, Any]]:
    """How many queries match another number of documents in each peer, and in our whole call.

    ``compared`` queries, as many as were counted in :data:`COUNTING` times ``budget`` seconds;
    ``differ`` of them; ``examples`` of these, what our index and the other found.
    """
    totals: dict[str, dict[str, Any]] = {}
    ours_counted: dict[tuple[str, int], int] = {}
    for peer in contenders:
        reference = _reference(contenders, peer)
        if reference is None or peer.label == reference.label or peer.numbers:
            continue
        differing: list[dict[str, Any]] = []
        compared, spent = 0, 0.0
        for number, query in enumerate(queries):
            if spent > COUNTING * budget:
                break
            started = perf_counter()
            at = reference.label, number
            if at not in ours_counted:
                ours_counted[at] = opened[reference.label].count(query)
            theirs = opened[peer.label].count(query)
            spent += perf_counter() - started
            compared += 1
            if theirs != ours_counted[at]:
                row = {"query": query.text, "ours": ours_counted[at], "theirs": theirs}
                if isinstance(query.asked, Value | Days):
                    row["asked"] = str(query.asked)
                differing.append(row)
        totals[peer.label] = {
            "compared": compared,
            "differ": len(differing),
            "examples": differing[:EXAMPLES],
        }
    return totals


def _reference(contenders: Sequence[Contender], peer: Contender) -> Contender | None:
    """Our index of as many documents, asked by tokens and plans."""
    same = (c for c in contenders if c.engine == OURS and c.documents == peer.documents)
    return next((c for c in same if not c.whole), None)
