"""Measuring ranking: standard measures over sets of documents, queries and right answers.

A set is a directory with ``corpus.jsonl`` (id, title, text) and ``queries.jsonl`` (id, text,
gold: a list of ids). Relevance is binary. Nothing of the measured index is kept.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from searchengine.engine import SearchEngine
from searchengine.errors import InputError, QueryError
from searchengine.pages.document import Document
from searchengine.text.fold import fold
from searchengine.text.normalize import normalize
from searchengine.text.telex import encode_telex

#: The measures look at this many results.
DEPTH = 10

Typing = Literal["as-is", "fold", "telex"]
MEASURES = ("ndcg@10", "mrr@10", "p@1", "recall@10")


def typed_as(typing: Typing) -> Callable[[str], str]:
    """Return the function that turns a query into the way it is typed."""
    if typing == "fold":
        return lambda text: fold(normalize(text))
    if typing == "telex":
        return lambda text: encode_telex(normalize(text))
    return lambda text: text


def evaluate_set(directory: Path, typing: Callable[[str], str]) -> dict[str, float]:
    """Return the measures of one set, in per cent, with its numbers of documents and queries.

    Raises :class:`InputError` if a file of the set is missing or a line of it is damaged.
    """
    queries = list(_records(directory / "queries.jsonl", ("id", "text", "gold")))
    with tempfile.TemporaryDirectory(prefix="searchengine-eval-") as place:
        engine = SearchEngine.open(Path(place) / "index", create=True)
        documents = 0
        with engine.writer() as writer:
            for record in _records(directory / "corpus.jsonl", ("id", "text")):
                title = record.get("title") or ""
                writer.add(Document(id=str(record["id"]), title=title, text=record["text"]))
                documents += 1
        totals = dict.fromkeys(MEASURES, 0.0)
        for query in queries:
            found = _ranked_ids(engine, typing(query["text"]))
            for name, value in measures(found, {str(id_) for id_ in query["gold"]}).items():
                totals[name] += value
        engine.close()
    count = max(len(queries), 1)
    means = {name: round(100 * total / count, 2) for name, total in totals.items()}
    return {"documents": documents, "queries": len(queries), **means}


def measures(found: Sequence[str], gold: set[str]) -> dict[str, float]:
    """Return nDCG, reciprocal rank, precision at 1 and recall of one ranking, each 0 to 1.

    nDCG with binary gains and the log2 discount of Järvelin and Kekäläinen (2002).
    """
    gains = [id_ in gold for id_ in found[:DEPTH]]
    dcg = sum(1 / math.log2(rank + 1) for rank, hit in enumerate(gains, 1) if hit)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(gold), DEPTH) + 1))
    first = next((rank for rank, hit in enumerate(gains, 1) if hit), None)
    return {
        "ndcg@10": dcg / ideal if ideal else 0.0,
        "mrr@10": 1 / first if first else 0.0,
        "p@1": float(bool(gains) and gains[0]),
        "recall@10": sum(gains) / len(gold) if gold else 0.0,
    }


def mean_of(sets: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return the mean of each measure over sets, every set counting the same."""
    count = max(len(sets), 1)
    return {name: round(sum(s[name] for s in sets.values()) / count, 2) for name in MEASURES}


def _ranked_ids(engine: SearchEngine, text: str) -> list[str]:
    try:
        found = engine.search(text, limit=DEPTH, date_boost=False, facets=False, snippets=False)
        return [hit.id for hit in found]
    except QueryError:
        return []


def _records(path: Path, needed: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _record(path, number, line, needed)
    except OSError as error:
        raise InputError(
            f"cannot read {path} ({error.strerror}): a set is a directory with corpus.jsonl "
            "and queries.jsonl"
        ) from error


def _record(path: Path, number: int, line: str, needed: tuple[str, ...]) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise InputError(f"{path}:{number} is not JSON ({error}): mend the line") from error
    missing = [name for name in needed if not isinstance(record, dict) or name not in record]
    if missing:
        raise InputError(f"{path}:{number} has no {missing[0]!r}: mend the line")
    found: dict[str, Any] = record
    return found
