"""Measuring ranking: standard measures over sets of documents, queries and right answers.

A set is a directory with ``corpus.jsonl`` (id, title, text) and ``queries.jsonl`` (id, text,
gold: a list of ids). Relevance is binary. Holds also the ways in which a set's queries can be
typed before they are asked. The measured index is made anew, in a temporary folder or where it is
told, and nothing of it is kept unless somebody wants that.
"""

from __future__ import annotations

import hashlib
import json
import math
import tempfile
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from searchengine.document import Document
from searchengine.engine import SearchEngine
from searchengine.errors import IndexNotFoundError, InputError, QueryError
from searchengine.text.folding import fold
from searchengine.text.normalization import normalize
from searchengine.text.syllables import syllables
from searchengine.text.telex import encode_telex, encode_vni
from searchengine.text.tone import other_placement

if TYPE_CHECKING:
    from searchengine.semantic.model import SemanticModel

#: The measures look at this many results.
DEPTH = 10

Half = Literal["tuning", "held-out"]
MEASURES = ("ndcg@10", "mrr@10", "p@1", "recall@10")


@dataclass(frozen=True, slots=True)
class EvaluationQuery:
    """A query of a set and the ids of its right answers."""

    id: str
    text: str
    gold: frozenset[str]


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """A set whose documents are indexed: ask its queries as often as you like."""

    engine: SearchEngine
    documents: int
    queries: tuple[EvaluationQuery, ...]
    model: SemanticModel | None = None

    def evaluate(
        self, typing: Callable[[str], str], *, half: Half | None = None
    ) -> dict[str, float]:
        """Return the measures in per cent, with the numbers of documents and queries.

        ``typing`` turns a query into what is typed. With ``half`` only the queries of that half
        are asked. A query that the engine refuses finds nothing.
        """
        totals = dict.fromkeys(MEASURES, 0.0)
        queries = [query for query in self.queries if half in (None, half_of(query.id))]
        for query in queries:
            found = ranked_ids(self.engine, typing(query.text), self.model)
            for name, value in measures(found, query.gold).items():
                totals[name] += value
        count = max(len(queries), 1)
        means = {name: round(100 * total / count, 2) for name, total in totals.items()}
        return {"documents": self.documents, "queries": len(queries), **means}


def _mixed(text: str) -> str:
    """``text`` without the diacritics of about half of its syllables, the same ones every time."""
    text = normalize(text)
    pieces: list[str] = []
    done = 0
    for place, syllable in enumerate(syllables(text)):
        if _first_bit(f"{place} {text}"):
            pieces += text[done : syllable.start], fold(syllable.text)
            done = syllable.end
    return "".join(pieces) + text[done:]


#: Ways to type a query, and what each makes of it.
TYPINGS: Mapping[str, Callable[[str], str]] = {
    "as-is": lambda text: text,
    "fold": lambda text: fold(normalize(text)),
    "telex": encode_telex,
    "vni": encode_vni,
    "nfd": lambda text: unicodedata.normalize("NFD", text),
    "other-placement": lambda text: other_placement(normalize(text)),
    "capitals": lambda text: normalize(text).upper(),
    "mixed": _mixed,
}


def half_of(query_id: str) -> Half:
    """Return the half of its set that a query belongs to, the same in every run.

    The first bit of the SHA-256 of the id decides: 0 is for tuning, 1 is held out.
    """
    return "held-out" if _first_bit(query_id) else "tuning"


def _first_bit(text: str) -> bool:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[0] >= 0x80


@dataclass(frozen=True, slots=True)
class Place:
    """Where the index of a set is made: a folder or an address, and whether it stays there.

    ``shards`` and ``replicas`` are as :meth:`SearchEngine.open` takes them.
    """

    index: str
    keep: bool = False
    shards: int | None = None
    replicas: int | None = None


@contextmanager
def indexed_set(
    directory: Path, place: Place | None = None, model: SemanticModel | None = None
) -> Iterator[EvaluationSet]:
    """Index the set in ``directory`` for as long as the block lasts, in a temporary folder.

    With a ``model`` its queries are asked by what they mean as well. With ``place`` it is indexed
    there; an index of the same set that is there is made anew.
    Raises :class:`InputError` if a file of the set is missing or a line of it is damaged, or if
    there is an index of something else.
    """
    queries = tuple(
        EvaluationQuery(str(one["id"]), one["text"], frozenset(map(str, one["gold"])))
        for one in _records(directory / "queries.jsonl", ("id", "text", "gold"))
    )
    with ExitStack() as stack:
        if place is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="searchengine-eval-"))
            place = Place(str(Path(folder) / "index"), keep=True)  # The folder goes by itself.
        else:
            _clear(place.index, directory)
        engine = SearchEngine.open(
            place.index, create=True, shards=place.shards, replicas=place.replicas
        )
        if not place.keep:
            stack.callback(SearchEngine.remove, place.index)
        documents = 0
        with engine:
            with engine.writer() as writer:
                for document in _documents(directory):
                    writer.add(document)
                    documents += 1
            if model is not None:
                engine.embed(model)
            yield EvaluationSet(engine, documents, queries, model)


def _clear(index: str, directory: Path) -> None:
    """Remove ``index`` if there is one of the set in ``directory``, as an earlier run left it."""
    try:
        engine = SearchEngine.open(index)
    except IndexNotFoundError:
        return
    with engine:
        ids = {document.id for document in _documents(directory)}
        other = next((one.id for one in engine.documents() if one.id not in ids), None)
    if other is not None:
        raise InputError(
            f"{index} holds other documents than the set in {directory}, such as {other!r}: "
            "choose another --index"
        )
    SearchEngine.remove(index)


def _documents(directory: Path) -> Iterator[Document]:
    for record in _records(directory / "corpus.jsonl", ("id", "text")):
        title = record.get("title") or ""
        yield Document(id=str(record["id"]), title=title, text=record["text"])


def evaluate_set(
    directory: Path,
    typing: Callable[[str], str] = TYPINGS["as-is"],
    *,
    half: Half | None = None,
    place: Place | None = None,
    model: SemanticModel | None = None,
) -> dict[str, float]:
    """Index the set in ``directory`` and return what :meth:`EvaluationSet.evaluate` does."""
    with indexed_set(directory, place, model) as indexed:
        return indexed.evaluate(typing, half=half)


def measures(found: Sequence[str], gold: Collection[str]) -> dict[str, float]:
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


def ranked_ids(engine: SearchEngine, text: str, model: SemanticModel | None = None) -> list[str]:
    """Return the ids of the first ``DEPTH`` hits, without what a person's search adds to them."""
    try:
        found = engine.search(
            text,
            limit=DEPTH,
            date_boost=False,
            facets=False,
            snippets=False,
            # Which of two documents of nearly the same text is right is for the set to say.
            fold_duplicates=False,
            semantic=model,
            suggest=False,
        )
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
