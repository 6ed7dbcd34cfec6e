"""The results as tables for people: what each engine took, and what share of it ours takes.

Takes the JSON object of ``run.measure``, whole or as far as it got; measures nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.engines import OURS
from benchmarks.queries.query import GROWTH_SETS, SETS, TOKEN_SETS
from benchmarks.search import NUMBERS, WHOLE

_MB = 1_000_000
_BOTH = ("p50_ms", "p95_ms")


def render(result: Mapping[str, Any]) -> str:
    """Return all tables as text."""
    parts = [_head(result)]
    for section in (_search, _build, _workers, _growth, _rest, _sizes):
        parts += section(result)
    return "\n".join(parts)


def _head(result: Mapping[str, Any]) -> str:
    corpus, where = result["corpus"], result["machine"]
    libraries = ", ".join(f"{name} {number}" for name, number in result["versions"].items())
    lines = [
        f"{corpus['documents']:,} documents, {corpus['syllables']:,} syllables, "
        f"{corpus['text_bytes'] / _MB:,.1f} MB of UTF-8; {corpus['tokens']:,} tokens in 4 streams",
        _pyvi(corpus),
        f"{result['date']}, {where['processor']}, {where['cores']} cores, "
        f"{where['memory_gb']} GB, Python {where['python']}",
        libraries,
    ]
    lines += [f"left out: {name}: {reason}" for name, reason in result["skipped"].items()]
    lines.append(
        "'ours' is what part of an engine's figure searchengine's is: 0.1 is ten times less"
    )
    return "\n".join(lines)


def _pyvi(corpus: Mapping[str, Any]) -> str:
    seconds = corpus["pyvi_seconds"]
    if seconds is None:
        return "pyvi was not measured"
    return f"pyvi: {seconds:,.1f} s, {corpus['syllables'] / seconds:,.0f} syllables a second"


def _search(result: Mapping[str, Any]) -> Iterable[str]:
    if "search" not in result:
        return
    for name in SETS:
        engines = result["search"].get(name)
        if not engines:
            continue
        queries = result["queries"][name]
        yield f"\nsearch, {name}: {queries['queries']} queries, {queries['tokens']:g} tokens each"
        rows = []
        first = result["first_pass_ms"][name]
        for engine, latency in sorted(engines.items(), key=lambda one: one[1]["p50_ms"]):
            label, reference = _same_size(result, engine, name)
            ours = first.get(label.replace(engine, OURS, 1))
            rows.append(
                [
                    label,
                    *_latency(first[label], latency),
                    *_shares(reference, latency),
                    "" if reference is None or ours is None else _number(ours / first[label]),
                    _same(result, name, label),
                ]
            )
            bare = result["numbers_only"].get(name, {}).get(engine)
            if bare is not None:
                shown = f"{engine}{NUMBERS}"
                rows.append([shown, *_latency(first[shown], bare), *_shares(reference, bare)])
                rows[-1].append(_number(first[OURS] / first[shown]))
        if name in result["whole_call"]:
            row = ["whole call", *_latency(first[WHOLE], result["whole_call"][name])]
            rows.append([*row, "", "", "", "", _same(result, name, WHOLE)])
        heads = ["first ms", "p50 ms", "p95 ms", "p99 ms", "max ms", "per s"]
        heads += ["ours p50", "p95", "p99", "first"]
        yield _table(["engine", *heads, "same hits" if name in TOKEN_SETS else "same total"], rows)
        yield from _fewer(result["samples"][name], queries["queries"])
        yield from _left_out(result["left_out"][name])


def _fewer(samples: Mapping[str, Mapping[str, int]], queries: int) -> Iterable[str]:
    fewer = [
        f"{'whole call' if label == WHOLE else label} {one['queries']}"
        for label, one in samples.items()
        if one["queries"] < queries and "@" not in label
    ]
    if fewer:
        yield f"too slow for all queries, answered the first: {', '.join(fewer)}"


def _left_out(reasons: Mapping[str, str]) -> Iterable[str]:
    engines: dict[str, list[str]] = {}
    for label, reason in reasons.items():
        if "@" not in label:
            engines.setdefault(reason, []).append(label)
    for reason, labels in engines.items():
        yield f"not asked: {', '.join(labels)}: {reason}"


def _same(result: Mapping[str, Any], name: str, label: str) -> str:
    """What share of our hits an engine finds too; of other sets, in how many queries as many."""
    agreement = result["agreement"][name].get(label)
    if agreement is not None:
        return f"{agreement:.0%}"
    totals = result["totals"][name].get(label)
    if totals is None:
        return ""
    return f"{totals['compared'] - totals['differ']}/{totals['compared']}"


def _same_size(
    result: Mapping[str, Any], engine: str, name: str
) -> tuple[str, Mapping[str, float] | None]:
    """An engine's label, and our latency over as many documents as it was measured on."""
    documents = result["documents"][engine]
    if documents == result["documents"][OURS]:
        return engine, None if engine == OURS else result["search"][name][OURS]
    ours = result["growth"][OURS].get(str(documents), {})
    return f"{engine}@{documents}", ours.get("search", {}).get(name)


def _build(result: Mapping[str, Any]) -> Iterable[str]:
    details = result.get("build_detail", {})
    if not details:
        return
    yield "\nbuild: text to committed, one process; peers start from tokens, + pyvi adds segmenting"
    rows = []
    for engine, cost in sorted(details.items(), key=lambda one: one[1]["seconds"]):
        label, ours = engine, details[OURS]
        if cost["documents"] != ours["documents"]:
            label = f"{engine}@{cost['documents']}"
            ours = result["growth"][OURS].get(str(cost["documents"]))
        mine, whole = engine == OURS, cost["with_pyvi_seconds"]
        rows.append(
            [
                label,
                f"{cost['seconds']:.1f}",
                f"{whole:.1f}" if whole else "",
                "" if mine or not ours or not whole else _number(ours["seconds"] / whole),
                f"{cost['syllables_per_second']:,}",
                f"{cost['bytes'] / _MB:.1f}",
                f"{cost['bytes'] / cost['text_bytes']:.2f}",
                _megabytes(cost["postings_bytes"]),
                "" if mine or not ours else _number(ours["bytes"] / cost["bytes"]),
                f"{cost['peak_mb']:.0f}",
            ]
        )
    heads = ["seconds", "+ pyvi", "ours", "syllables/s", "MB", "of text", "postings MB"]
    yield _table(["engine", *heads, "ours MB", "peak MB"], rows)
    for peer in ("tantivy", "tantivy-positions"):
        ours, theirs = (details.get(one, {}).get("postings_bytes") for one in (OURS, peer))
        if ours and theirs:
            whole = _number(details[OURS]["bytes"] / details[peer]["bytes"])
            yield f"ours of {peer}: postings {_number(ours / theirs)}, whole index {whole}"


def _workers(result: Mapping[str, Any]) -> Iterable[str]:
    for workers, engines in result.get("workers", {}).items():
        for engine, cost in engines.items():
            single = result["build_detail"][engine]["wall_seconds"]
            yield (
                f"{engine} with {workers} workers: {cost['wall_seconds']:.1f} s, reading included, "
                f"{single / cost['wall_seconds']:.2f} times one ({single:.1f} s); "
                f"peak {cost['peak_mb']:.0f} MB"
            )


def _growth(result: Mapping[str, Any]) -> Iterable[str]:
    shown = [name for name in GROWTH_SETS if result.get("search", {}).get(name)]
    rows = []
    for engine, sizes in result.get("growth", {}).items():
        if len(sizes) < 2:
            continue
        for documents in sorted(map(int, sizes)):
            size = sizes[str(documents)]
            latencies = [size["search"].get(name) for name in shown]
            rows.append(
                [
                    engine,
                    f"{documents:,}",
                    *(_pair(one) if one else "" for one in latencies),
                    f"{size['seconds']:.1f}",
                    f"{size['bytes'] / _MB:.1f}",
                    f"{size['peak_mb']:.0f}",
                    _seconds(size.get("add100_seconds")),
                ]
            )
    if rows:
        yield "\ngrowth: p50/p95 ms by set, build, adding 100 documents"
        heads = ["documents", *shown, "build s", "MB", "peak MB", "add s"]
        yield _table(["engine", *heads], rows)


def _sizes(result: Mapping[str, Any]) -> Iterable[str]:
    """A table a set: each size, ours, and what part of each peer's time ours is."""
    sizes = result.get("sizes", {})
    for name in SETS:
        rows = []
        peers = [p for p in result.get("search", {}).get(name, {}) if p != OURS]
        for documents in sorted(map(int, sizes)):
            size = sizes[str(documents)]
            engines = size["search"].get(name, {})
            if OURS not in engines:
                continue
            ours, first = engines[OURS], size["first_pass_ms"][name]
            whole = size["whole_call"].get(name)
            row = [
                f"{documents:,}",
                _pair(ours),
                f"{first[OURS]:.2f}",
                _pair(whole) if whole else "",
            ]
            for peer in peers:
                # A peer over fewer documents would not be a measure.
                found = engines.get(peer) if peer in first else None
                shares = [_share(ours, found, key) for key in _BOTH] if found else []
                row += ["/".join(shares), _number(first[OURS] / first[peer]) if found else ""]
            rows.append(row)
        if rows:
            yield f"\nsizes, {name}: ours p50/p95 ms; of each peer's p50/p95, and of its first time"
            heads = [head for peer in peers for head in (f"of {peer}", "first")]
            yield _table(["documents", "ours", "first", "whole call", *heads], rows)


def _rest(result: Mapping[str, Any]) -> Iterable[str]:
    if "cold" in result:
        cold = result["cold"]
        yield (
            f"\ncold query from the command line: {cold['searchengine_ms']:.0f} ms, "
            f"{cold['ratio']:.2f} times that of Python importing NumPy and Whoosh "
            f"({cold['imports_ms']:.0f} ms)"
        )
    added = {name: one["seconds"] for name, one in result.get("add100", {}).items()}
    if added:
        shown = (f"{name} {_seconds(one) or 'built anew'}" for name, one in added.items())
        yield f"adding 100 documents and committing, seconds: {', '.join(shown)}"


def _latency(first: float, latency: Mapping[str, float]) -> list[str]:
    keys = ("p50_ms", "p95_ms", "p99_ms", "max_ms")
    return [f"{first:.3f}", *(f"{latency[key]:.3f}" for key in keys), f"{latency['qps']:,.0f}"]


def _pair(latency: Mapping[str, float]) -> str:
    return f"{latency['p50_ms']:.2f}/{latency['p95_ms']:.2f}"


def _shares(ours: Mapping[str, float] | None, peer: Mapping[str, float]) -> list[str]:
    return [_share(ours, peer, key) for key in (*_BOTH, "p99_ms")]


def _share(ours: Mapping[str, float] | None, peer: Mapping[str, float], key: str) -> str:
    return "" if ours is None else _number(ours[key] / peer[key])


def _number(value: float) -> str:
    """Two figures after the point, or as many as a small share needs to show two."""
    return f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _megabytes(value: int | None) -> str:
    return "" if value is None else f"{value / _MB:.1f}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns wide enough for what they hold, the first to the left, the others to the right."""
    full = [list(heads), *([*row, *[""] * (len(heads) - len(row))] for row in rows)]
    widths = [max(len(row[column]) for row in full) for column in range(len(heads))]
    lines = []
    for row in full:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
