"""Rounds of requests to a running server: plain ones, plain ones beside heavy ones, and a kill.

wrk asks and measures; what it cannot know (memory, processor time, commits seen) is read beside
it. Nothing is printed here.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from searchengine import Document

COMMIT_SECONDS = 1.0
#: How the server's log begins the line of a request.
_REQUEST_LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d [A-Z]+ /")
#: Connections that ask heavy queries beside the plain ones.
HEAVY_CONNECTIONS = 10
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
    """One run of wrk: milliseconds; ``refused`` counts answers of 400 and above.

    ``broken`` counts requests without an answer, ``cpu_ms`` is the processor time of a request in
    all processes of the server.
    """

    processes: int
    connections: int
    requests: int
    per_second: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    refused: int
    broken: int
    cpu_ms: float
    memory_mb: float


class Server:
    """A running ``searchengine serve``."""

    def __init__(self, directory: Path, processes: int, options: Sequence[str]) -> None:
        command = [sys.executable, "-m", "searchengine.cli", "serve", "--port", "0", "--json"]
        self.processes = processes
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed in stop)
        self.process = subprocess.Popen(
            [*command, "--index", str(directory), "--processes", str(processes), *options],
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if '"url"' not in line:
            self.stop()
            sys.exit(f"the server did not start: {' '.join(command)} says why")
        self.url = str(json.loads(line)["url"])
        self.host = self.url.removeprefix("http://").rstrip("/")

    def workers(self) -> list[int]:
        """The processes that the server has started, the oldest first; none where it is one."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                with contextlib.suppress(OSError):
                    stat = (entry / "stat").read_text().rpartition(")")[2].split()
                    if stat[1] == str(self.process.pid) and stat[0] != "Z":
                        found.append(int(entry.name))
        return sorted(found)

    def memories_mb(self) -> list[float]:
        """Memory of each process's own, in MB: mapped files of the index do not count."""
        return [
            int(found[1]) / 1000
            for process in (self.process.pid, *self.workers())
            if (
                found := re.search(
                    r"RssAnon:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text()
                )
            )
        ]

    def memory_mb(self) -> float:
        """Memory of all its processes together."""
        return sum(self.memories_mb())

    def cpu_seconds(self) -> float:
        """Processor time of all its processes that run."""
        ticks = 0
        for process in (self.process.pid, *self.workers()):
            stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += int(stat[11]) + int(stat[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def get(self, address: str) -> int:
        """The status of an answer."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            connection.request("GET", address)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def troubles(self) -> list[str]:
        """What it has written to its log beside the lines of requests."""
        log = os.pread(self._log.fileno(), os.fstat(self._log.fileno()).st_size, 0)
        lines = log.decode("utf-8", "replace").splitlines()
        return [line for line in lines if not _REQUEST_LINE.match(line)]

    def stop(self) -> int:
        """Stop it; return its exit code."""
        self.process.terminate()
        self.process.communicate()
        self._log.close()
        return self.process.returncode


class Wrk:
    """Asks the queries of a file, each round those after the last one's."""

    def __init__(self, work: Path, addresses: Sequence[str]) -> None:
        self._queries = work / "queries.txt"
        self._queries.write_text("".join(f"{one}\n" for one in addresses), encoding="ascii")
        self._script = work / "load.lua"
        self._next = 0

    def round(self, server: Server, connections: int, seconds: float) -> Round:
        """Ask over so many connections for so long."""
        script = SCRIPT % {"queries": json.dumps(str(self._queries)), "start": self._next}
        self._script.write_text(script, encoding="utf-8")
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "30s"]
        before = server.cpu_seconds()
        done = subprocess.run(
            [*command, "-s", str(self._script), server.url.rstrip("/")],
            capture_output=True,
            text=True,
            check=True,
        )
        used = server.cpu_seconds() - before
        found = re.search(r"^RESULT (.*)$", done.stdout, re.MULTILINE)
        if found is None:
            sys.exit(f"wrk did not say what it measured: {done.stdout}")
        requests, lasted, p50, p99, slowest, refused, broken = map(float, found[1].split())
        self._next += int(requests)
        return Round(
            processes=server.processes,
            connections=connections,
            requests=int(requests),
            per_second=round(requests / lasted * 1e6, 1),
            p50_ms=round(p50 / 1000, 2),
            p99_ms=round(p99 / 1000, 2),
            max_ms=round(slowest / 1000, 2),
            refused=int(refused),
            broken=int(broken),
            cpu_ms=round(used / max(1, requests) * 1000, 2),
            memory_mb=round(server.memory_mb(), 1),
        )


class Heavy:
    """Connections that ask one heavy query after the other, each query once."""

    def __init__(self, server: Server, queries: Iterator[str]) -> None:
        self._server, self._queries = server, queries
        self._lock, self._stop = threading.Lock(), threading.Event()
        self.statuses: list[int] = []
        self._threads = [threading.Thread(target=self._ask) for _ in range(HEAVY_CONNECTIONS)]
        for thread in self._threads:
            thread.start()

    def _ask(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                query = next(self._queries, None)
            if query is None:
                return
            self.statuses.append(self._server.get(f"/search?q={quote(query)}"))

    def stop(self) -> dict[str, int]:
        """Ask no more; how many were answered, and how many were out of time."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        answered = self.statuses.count(200)
        return {"answered": answered, "out_of_time": len(self.statuses) - answered}


class Killer:
    """Kills one of a server's processes in the middle of a round, and sees it replaced."""

    def __init__(self, server: Server, after: float) -> None:
        self._server, self._after = server, after
        self.replaced_ms = 0.0
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def _work(self) -> None:
        time.sleep(self._after)
        before = self._server.workers()
        os.kill(before[0], signal.SIGKILL)
        started = time.perf_counter()
        while before[0] in self._server.workers() or not self._all_answer():
            time.sleep(0.05)
        self.replaced_ms = round((time.perf_counter() - started) * 1000, 1)

    def _all_answer(self) -> bool:
        connection = http.client.HTTPConnection(self._server.host, timeout=60)
        try:
            connection.request("GET", "/stats")
            answer = json.loads(connection.getresponse().read())
            return bool(answer.get("processes") == self._server.processes)
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def join(self) -> float:
        """Milliseconds until there were as many processes as before."""
        self._thread.join()
        return self.replaced_ms


class Committer:
    """Another process that adds a document each second, and notes when a search finds it.

    With ``keep``, each commit deletes the document added so many commits before, so that the
    index stays as large as it is.
    """

    def __init__(
        self, directory: Path, documents: Sequence[Document], server: Server, keep: int = 0
    ) -> None:
        self._directory, self._documents, self._server = directory, documents, server
        self._keep = keep
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
            "    old, id_, text = line.rstrip('\\n').split('\\t')\n"
            "    with engine.writer() as writer:\n"
            "        writer.delete(old)\n"
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
        marks: list[str] = []
        while not self._stop.wait(COMMIT_SECONDS):
            old = marks.pop(0) if self._keep and len(marks) == self._keep else ""
            mark = f"dấuvết{random.getrandbits(64):x}"
            text = " ".join(self._documents[self.commits % len(self._documents)].text.split())
            marks.append(mark)
            process.stdin.write(f"{old}\t{mark}\t{mark} {text}\n")
            process.stdin.flush()
            process.stdout.readline()
            self.commits += 1
            self.seen_ms.append(self._seen(mark))
        process.communicate()

    def _seen(self, id_: str) -> float:
        """Milliseconds from a commit until the server knows the document."""
        started = time.perf_counter()
        while time.perf_counter() - started < 10:
            if self._server.get(f"/documents/{quote(id_)}") == 200:
                break
            time.sleep(0.01)
        return (time.perf_counter() - started) * 1000

    def stop(self) -> dict[str, float | None]:
        """Let the last commit be seen, and end; how many there were, and the slowest to be seen."""
        self._stop.set()
        self._thread.join()
        slowest = round(max(self.seen_ms), 1) if self.seen_ms else None
        return {"commits": self.commits, "seen_ms": slowest}
