"""The server under load: requests a second, latencies, errors, memory, and commits meanwhile.

``python -m benchmarks.load --corpus FILE.jsonl[.gz] --docs N`` indexes the first N records of
FILE, serves them on loopback, and lets wrk ask with 1, 8 and 64 connections while another process
adds documents and commits every second. Queries are runs of two to four syllables from the texts,
each asked once in a round. It also sets the server's time against the engine's own for the same
query. ``--processes 1,2`` serves with one and with two processes, in turns. ``--heavy`` asks plain
queries beside ten connections that ask heavy ones; ``--kill`` kills one of the server's processes
under load. Nothing is judged here; the figures are printed, with ``--json`` as one object.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from itertools import islice, pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.corpus import records
from benchmarks.load_rounds import Committer, Heavy, Killer, Server, Wrk
from searchengine import Document, SearchEngine
from searchengine.pages import to_document
from searchengine.pages.page import Page
from searchengine.text.normalization import normalize
from searchengine.text.syllables import split_syllables

CONNECTIONS = (1, 8, 64)
#: Connections that ask plain queries beside heavy ones, and while a process is killed.
BESIDE_HEAVY, BESIDE_KILL = (1, 8), 8
QUERIES = 20_000
#: So many of the commonest pairs of syllables are asked as phrases, the heaviest queries there are.
HEAVY_QUERIES = 1_000
#: Documents of the corpus, behind those indexed, that are added meanwhile.
ADDED = 20
_SENTENCE = re.compile(r"[.,;:!?\"“”()\n]+")


def short_queries(texts: Sequence[str], count: int, seed: int) -> list[str]:
    """Return up to ``count`` distinct runs of two to four syllables, without a sign in between."""
    chance = random.Random(seed)
    found: dict[str, None] = {}
    for _ in range(20 * count):
        syllables = split_syllables(normalize(chance.choice(_SENTENCE.split(chance.choice(texts)))))
        length = chance.randint(2, 4)
        if len(syllables) >= length:
            start = chance.randrange(len(syllables) - length + 1)
            found[" ".join(syllables[start : start + length])] = None
        if len(found) == count:
            break
    return list(found)


def heavy_queries(texts: Sequence[str]) -> list[str]:
    """Return the pairs of syllables that most texts have side by side, as phrases."""
    counts: Counter[tuple[str, str]] = Counter()
    for text in texts:
        sentences = _SENTENCE.split(normalize(text).lower())
        counts.update({pair for one in sentences for pair in pairwise(split_syllables(one))})
    return [f'"{first} {second}"' for (first, second), _ in counts.most_common(HEAVY_QUERIES)]


def build(corpus: Path, directory: Path, count: int) -> tuple[list[str], list[Document]]:
    """Index ``count`` documents; return the texts that queries come from, and more documents."""
    texts: list[str] = []
    stream = records(corpus)
    with (
        SearchEngine.open(directory, create=True) as engine,
        engine.writer() as writer,
    ):
        for number, record in enumerate(islice(stream, count)):
            writer.add(_document(record))
            if number % max(1, count // 5000) == 0:
                texts.append(record["text"])
    return texts, [_document(record) for record in islice(stream, ADDED)]


def _document(record: dict[str, Any]) -> Document:
    title, date = record.get("title") or "", record.get("date")
    return to_document(Page(id=str(record["id"]), text=record["text"], title=title, date=date))


def overhead(server: Server, directory: Path, queries: Sequence[str]) -> dict[str, float]:
    """Return medians, in ms, of the same queries by the engine here and through the server.

    Engine and server take turns, so that both meet the same machine; each query is asked once
    before, so that both have its arrays.
    """
    connection = http.client.HTTPConnection(server.host, timeout=30)
    engine_ms, server_ms = [], []
    with SearchEngine.open(directory) as engine:
        for measured in (False, True):
            for query in queries:
                started = time.perf_counter()
                json.dumps(engine.search(query).to_json(), ensure_ascii=False).encode()
                between = time.perf_counter()
                connection.request("GET", f"/search?q={quote(query)}")
                connection.getresponse().read()
                if measured:
                    engine_ms.append((between - started) * 1000)
                    server_ms.append((time.perf_counter() - between) * 1000)
    connection.close()
    differences = [there - here for here, there in zip(engine_ms, server_ms, strict=True)]
    return {
        "engine_p50_ms": round(statistics.median(engine_ms), 3),
        "server_p50_ms": round(statistics.median(server_ms), 3),
        "difference_p50_ms": round(statistics.median(differences), 3),
    }


@contextmanager
def _work_directory(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="load-") as name:
        yield Path(name)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="JSON lines, perhaps gzipped")
    parser.add_argument("--docs", type=int, required=True, help="documents to index")
    parser.add_argument("--seconds", type=int, default=30, help="of each round (default 30)")
    parser.add_argument("--index", type=Path, help="serve a copy of this index of the same records")
    parser.add_argument("--work", type=Path, help="keep the index and the queries here")
    parser.add_argument("--no-commits", action="store_true", help="nobody writes meanwhile")
    parser.add_argument(
        "--processes",
        type=_numbers,
        default=(1,),
        metavar="N[,N…]",
        help="processes of the server; several numbers are measured in turns (default 1)",
    )
    parser.add_argument("--turns", type=int, default=1, help="how often each has its turn")
    parser.add_argument(
        "--connections",
        type=_numbers,
        default=CONNECTIONS,
        metavar="N[,N…]",
        help="of the rounds, one after the other (default 1,8,64)",
    )
    parser.add_argument(
        "--heavy",
        type=Path,
        nargs="?",
        const=Path(),
        metavar="FILE",
        help="ask plain queries beside ten connections with the heavy ones of FILE, one a line; "
        "without a name the commonest pairs of syllables as phrases",
    )
    parser.add_argument(
        "--kill", action="store_true", help="kill a process under load; needs --processes 2 or more"
    )
    parser.add_argument("--serve", default="", help="more options for 'searchengine serve'")
    parser.add_argument("--json", action="store_true", help="print one object")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        print("error: wrk is not installed: 'apt-get install wrk' has it", file=sys.stderr)
        return 2
    if given.kill and min(given.processes) < 2:
        parser.error("--kill needs --processes of 2 or more")
    with _work_directory(given.work) as work:
        directory = work / "index"
        if given.index is not None:
            shutil.copytree(given.index, directory, dirs_exist_ok=True)
            found = list(islice(records(given.corpus), given.docs))
            texts = [record["text"] for record in found[:: max(1, given.docs // 5000)]]
            more = [_document(record) for record in found[:ADDED]]
        else:
            texts, more = build(given.corpus, directory, given.docs)
        result = _Load(directory, texts, more, work, given).measure()
    if given.json:
        print(json.dumps(result, ensure_ascii=False, indent=2))
    return 0


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(one) for one in text.split(","))


class _Load:
    """Every part against the same servers; each figure is printed as it is known."""

    def __init__(
        self,
        directory: Path,
        texts: Sequence[str],
        more: Sequence[Document],
        work: Path,
        given: argparse.Namespace,
    ) -> None:
        self._directory, self._texts, self._more, self._given = directory, texts, more, given
        self._queries = short_queries(texts, QUERIES, seed=1)
        #: Each server is asked each once, for what was found once is kept.
        self._heavy_queries = {count: iter(self._heavy_ones()) for count in given.processes}
        self._wrk = Wrk(work, [f"/search?q={quote(query)}" for query in self._queries])

    def _heavy_ones(self) -> list[str]:
        name = self._given.heavy
        if name is None:
            return []
        if name == Path():
            return heavy_queries(self._texts)
        return list(name.read_text(encoding="utf-8").splitlines())

    def measure(self) -> dict[str, Any]:
        """Return all figures."""
        given = self._given
        found: dict[str, Any] = {}
        with ExitStack() as stack:
            servers = []
            for processes in given.processes:
                servers.append(Server(self._directory, processes, given.serve.split()))
                stack.callback(servers[-1].stop)
            found["memory_before_mb"] = [round(server.memory_mb(), 1) for server in servers]
            self._say(f"memory before, MB: {found['memory_before_mb']}")
            if given.heavy is None and not given.kill:
                sample = random.Random(2).sample(self._queries, 200)
                found["overhead"] = overhead(servers[0], self._directory, sample)
                self._tell(found["overhead"])
            part = self._heavy if given.heavy is not None else self._plain
            part = self._kill if given.kill else part
            found["rounds"] = [
                one for _ in range(given.turns) for one in self._in_turns(servers, part)
            ]
            found["exit_codes"] = [server.stop() for server in servers]
            stack.pop_all()
        self._say(f"the servers stopped with exit codes {found['exit_codes']}")
        return found

    def _in_turns(
        self,
        servers: Sequence[Server],
        part: Callable[[Server, int], Iterator[dict[str, Any]]],
    ) -> Iterator[dict[str, Any]]:
        given = self._given
        connections = BESIDE_HEAVY if given.heavy is not None else given.connections
        for number in (BESIDE_KILL,) if given.kill else connections:
            for server in servers:
                for one in part(server, number):
                    self._tell(one)
                    yield one

    def _plain(self, server: Server, connections: int) -> Iterator[dict[str, Any]]:
        committer = None
        if not self._given.no_commits:
            committer = Committer(self._directory, self._more, server)
        measured = self._wrk.round(server, connections, self._given.seconds)
        yield {**asdict(measured), **(committer.stop() if committer else {})}

    def _heavy(self, server: Server, connections: int) -> Iterator[dict[str, Any]]:
        yield {"beside": "nothing", **asdict(self._round(server, connections))}
        asking = Heavy(server, self._heavy_queries[server.processes])
        time.sleep(1)
        measured = self._round(server, connections)
        yield {"beside": "heavy", **asdict(measured), **asking.stop()}

    def _kill(self, server: Server, connections: int) -> Iterator[dict[str, Any]]:
        killer = Killer(server, self._given.seconds / 3)
        measured = self._round(server, connections)
        yield {**asdict(measured), "replaced_ms": killer.join()}

    def _round(self, server: Server, connections: int) -> Any:
        return self._wrk.round(server, connections, self._given.seconds)

    def _tell(self, figures: dict[str, Any]) -> None:
        self._say("  ".join(f"{name} {value}" for name, value in figures.items()))

    def _say(self, line: str) -> None:
        print(line, file=sys.stderr if self._given.json else sys.stdout, flush=True)


if __name__ == "__main__":
    sys.exit(main())
