"""The server under load: requests a second, latencies, errors, memory, and commits meanwhile.

``python -m benchmarks.load --corpus FILE.jsonl[.gz] --docs N`` indexes the first N records of
FILE, serves them on loopback, and lets wrk ask with 1, 8 and 64 connections while another process
adds documents and commits every second. Queries are runs of two to four syllables from the texts,
each asked once in a round. It also sets the server's time against the engine's own for the same
query. Nothing is judged here; the figures are printed, with ``--json`` as one object.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.corpus import records
from searchengine import Document, SearchEngine
from searchengine.pages import to_document
from searchengine.pages.page import Page
from searchengine.text.normalization import normalize
from searchengine.text.syllables import split_syllables

CONNECTIONS = (1, 8, 64)
QUERIES = 20_000
COMMIT_SECONDS = 1.0
#: Documents of the corpus, behind those indexed, that are added meanwhile.
ADDED = 20
_SENTENCE = re.compile(r"[.,;:!?\"“”()\n]+")
#: What wrk runs: each thread asks the next query, and latencies are told in microseconds.
SCRIPT = """
local addresses = {}
for line in io.lines(%(queries)s) do addresses[#addresses + 1] = line end
local at = %(start)d
request = function()
  at = at %% #addresses + 1
  return wrk.format("GET", addresses[at])
end
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("RESULT %%d %%d %%f %%f %%f %%d %%d\\n", summary.requests,
    summary.duration, latency:percentile(50), latency:percentile(99), latency.max, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Round:
    """One run of wrk: milliseconds; ``refused`` counts answers of 400 and above."""

    connections: int
    requests: int
    per_second: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    refused: int
    broken: int
    memory_mb: float
    commits: int
    seen_ms: float | None


class Server:
    """A running ``searchengine serve``."""

    def __init__(self, directory: Path, options: Sequence[str]) -> None:
        command = [sys.executable, "-m", "searchengine.cli", "serve", "--port", "0", "--json"]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed in stop)
        self.process = subprocess.Popen(
            [*command, "--index", str(directory), *options],
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = str(json.loads(self.process.stdout.readline())["url"])
        self.host = self.url.removeprefix("http://").rstrip("/")

    def memory_mb(self) -> float:
        """Memory of the server's own, in MB: mapped files of the index do not count."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"RssAnon:\s+(\d+) kB", status)
        return int(found[1]) / 1000 if found else 0.0

    def stop(self) -> int:
        """Stop it; return its exit code."""
        self.process.terminate()
        self.process.communicate()
        self._log.close()
        return self.process.returncode


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


class Committer:
    """Another process that adds a document each second, and notes when a search finds it."""

    def __init__(self, directory: Path, documents: Sequence[Document], host: str) -> None:
        self._directory, self._documents, self._host = directory, documents, host
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self.commits = 0
        self.seen_ms: list[float] = []
        self._thread.start()

    def _work(self) -> None:
        code = (
            "import sys\n"
            "from searchengine import Document, SearchEngine\n"
            "engine = SearchEngine.open(sys.argv[1])\n"
            "for line in sys.stdin:\n"
            "    id_, _, text = line.rstrip('\\n').partition('\\t')\n"
            "    with engine.writer() as writer:\n"
            "        writer.add(Document(id=id_, text=text))\n"
            "    print('done', flush=True)\n"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(self._directory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        while not self._stop.wait(COMMIT_SECONDS):
            mark = f"dấuvết{random.getrandbits(64):x}"
            text = " ".join(self._documents[self.commits % len(self._documents)].text.split())
            process.stdin.write(f"{mark}\t{mark} {text}\n")
            process.stdin.flush()
            process.stdout.readline()
            self.commits += 1
            self.seen_ms.append(self._seen(mark))
        process.communicate()

    def _seen(self, id_: str) -> float:
        """Milliseconds from a commit until the server knows the document."""
        started = time.perf_counter()
        while time.perf_counter() - started < 10:
            if _get(self._host, f"/documents/{quote(id_)}")[0] == 200:
                break
            time.sleep(0.01)
        return (time.perf_counter() - started) * 1000

    def stop(self) -> None:
        """Let the last commit be seen, and end the process."""
        self._stop.set()
        self._thread.join()


def _get(host: str, address: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(host, timeout=30)
    try:
        connection.request("GET", address)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def loaded(
    server: Server, directory: Path, more: Sequence[Document], work: Path, options: _Options
) -> Iterator[Round]:
    """Yield a round for each number of connections; memory is the server's after it."""
    for number, connections in enumerate(CONNECTIONS):
        script = work / f"load{connections}.lua"
        queries = json.dumps(str(work / "queries.txt"))
        start = number * QUERIES // len(CONNECTIONS)
        script.write_text(SCRIPT % {"queries": queries, "start": start}, encoding="utf-8")
        committer = Committer(directory, more, server.host) if options.commits else None
        command = ["wrk", "-t1", f"-c{connections}", f"-d{options.seconds}s", "--timeout", "30s"]
        done = subprocess.run(
            [*command, "-s", str(script), server.url.rstrip("/")],
            capture_output=True,
            text=True,
            check=True,
        )
        if committer:
            committer.stop()
        found = re.search(r"^RESULT (.*)$", done.stdout, re.MULTILINE)
        if found is None:
            sys.exit(f"wrk did not say what it measured: {done.stdout}")
        requests, lasted, p50, p99, slowest, refused, broken = map(float, found[1].split())
        yield Round(
            connections=connections,
            requests=int(requests),
            per_second=round(requests / lasted * 1e6, 1),
            p50_ms=round(p50 / 1000, 2),
            p99_ms=round(p99 / 1000, 2),
            max_ms=round(slowest / 1000, 2),
            refused=int(refused),
            broken=int(broken),
            memory_mb=round(server.memory_mb(), 1),
            commits=committer.commits if committer else 0,
            seen_ms=round(max(committer.seen_ms), 1) if committer and committer.commits else None,
        )


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


@dataclass(frozen=True, slots=True)
class _Options:
    seconds: int
    commits: bool


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
    parser.add_argument("--serve", default="", help="more options for 'searchengine serve'")
    parser.add_argument("--json", action="store_true", help="print one object")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        print("error: wrk is not installed: 'apt-get install wrk' has it", file=sys.stderr)
        return 2
    with _work_directory(given.work) as work:
        directory = work / "index"
        if given.index is not None:
            shutil.copytree(given.index, directory, dirs_exist_ok=True)
            found = list(islice(records(given.corpus), given.docs))
            texts = [record["text"] for record in found[:: max(1, given.docs // 5000)]]
            more = [_document(record) for record in found[:ADDED]]
        else:
            texts, more = build(given.corpus, directory, given.docs)
        queries = short_queries(texts, QUERIES, seed=1)
        addresses = "".join(f"/search?q={quote(query)}\n" for query in queries)
        (work / "queries.txt").write_text(addresses, encoding="ascii")
        result = measure(directory, more, queries, work, given)
    if given.json:
        print(json.dumps(result, ensure_ascii=False, indent=2))
    return 0


def measure(
    directory: Path,
    more: Sequence[Document],
    queries: Sequence[str],
    work: Path,
    given: argparse.Namespace,
) -> dict[str, Any]:
    """Run every part against one server; print each figure as it is known, unless as JSON."""

    def say(line: str) -> None:
        print(line, file=sys.stderr if given.json else sys.stdout, flush=True)

    server = Server(directory, given.serve.split())
    try:
        added = overhead(server, directory, random.Random(2).sample(queries, 200))
        say(
            f"one query, p50: engine {added['engine_p50_ms']} ms, server "
            f"{added['server_p50_ms']} ms, difference {added['difference_p50_ms']} ms"
        )
        before = round(server.memory_mb(), 1)
        say(f"memory before: {before} MB")
        rounds = []
        options = _Options(given.seconds, not given.no_commits)
        for one in loaded(server, directory, more, work, options):
            rounds.append(asdict(one))
            say("  ".join(f"{name} {value}" for name, value in rounds[-1].items()))
    finally:
        code = server.stop()
    say(f"the server stopped with exit code {code}")
    return {"overhead": added, "memory_before_mb": before, "rounds": rounds, "exit_code": code}


if __name__ == "__main__":
    sys.exit(main())
