"""Metrics in Prometheus' text format; the names that operators write rules for have a home here.

prometheus_client writes the format. Its own counting over several processes lost: that needs a
folder of files and a variable set before it is imported, and leaves the files of those that ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from searchengine.server.monitoring import counts, reports
from searchengine.server.monitoring.reports import Report

#: As Prometheus asks for it; the names below are plain, so no later version says more.
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_PREFIX = "searchengine_"


@dataclass(frozen=True, slots=True)
class IndexState:
    """What the commit has that the process which is asked searches; ``committed`` is when.

    None is what nobody can tell.
    """

    documents: int
    deleted: int | None
    segments: int | None
    bytes: int | None
    committed: float | None


def exposed(report: Report, index: IndexState) -> bytes:
    """Return the metrics of a server as text of ``CONTENT_TYPE``."""
    from prometheus_client.exposition import generate_latest

    return generate_latest(_Families(report, index))


class _Families:
    """The metrics, as prometheus_client asks for them."""

    def __init__(self, report: Report, index: IndexState) -> None:
        self._report = report
        self._index = index

    def collect(self) -> Iterator[Any]:
        yield from self._counted()
        yield self._durations()
        yield from self._held()
        yield from self._of_index()

    def _counted(self) -> Iterator[Any]:
        from prometheus_client.core import CounterMetricFamily

        counted = self._report["counted"]
        for key, name, told, labels in (
            (counts.REQUESTS, "http_requests", "Requests answered.", ("method", "route", "status")),
            (
                counts.SEARCHES,
                "searches",
                "Searches answered: what was found, only documents that lack some of the words "
                "(partial), or nothing.",
                ("outcome",),
            ),
            (counts.TIME_LIMITED, "time_limited", "Questions ended by the time limit.", ()),
            (counts.BUSY, "busy", "Questions refused because too many waited.", ()),
        ):
            family = CounterMetricFamily(_PREFIX + name, told, labels=labels)
            for values, number in _with_labels(counted, key):
                family.add_metric(values, number)
            yield family

    def _durations(self) -> Any:
        from prometheus_client.core import HistogramMetricFamily

        name, told = "http_request_duration_seconds", "Time from a request to its whole answer."
        family = HistogramMetricFamily(_PREFIX + name, told, labels=("route",))
        counted = self._report["counted"]
        bounds = [*map(str, counts.BUCKETS), "+Inf"]
        for (route,), micros in _with_labels(counted, counts.SECONDS):
            keys = (counts.key_of(counts.BUCKET, route, at) for at in range(len(bounds)))
            below = accumulate(counted.get(key, 0) for key in keys)
            family.add_metric([route], list(zip(bounds, below, strict=True)), micros / 1e6)
        return family

    def _held(self) -> Iterator[Any]:
        held = self._report["held"]
        for key, name, told, labels in (
            (reports.PROCESSES, "processes", "Processes that answer.", ()),
            (
                reports.MEMORY,
                "resident_memory_bytes",
                "Memory of all processes; what they share is counted in each.",
                (),
            ),
            (reports.CACHE, "cache_bytes", "Memory kept between searches, by kind.", ("kind",)),
            (reports.CACHE_LIMIT, "cache_limit_bytes", "The most that may be kept.", ()),
            (reports.COMMIT, "commit_processes", "Processes that search a commit.", ("version",)),
        ):
            yield _gauge(name, told, labels, _with_labels(held, key))

    def _of_index(self) -> Iterator[Any]:
        index = self._index
        for name, told, number in (
            ("documents", "Documents of the index.", index.documents),
            ("deleted_documents", "Deleted documents still on the disk.", index.deleted),
            ("segments", "Segments of the index.", index.segments),
            ("index_bytes", "Bytes of the index on the disk.", index.bytes),
            ("commit_timestamp_seconds", "When the commit was made.", index.committed),
        ):
            if number is not None:
                yield _gauge(name, told, (), [((), number)])


def _gauge(name: str, told: str, labels: Any, numbers: Any) -> Any:
    from prometheus_client.core import GaugeMetricFamily

    family = GaugeMetricFamily(_PREFIX + name, told, labels=labels)
    for values, number in numbers:
        family.add_metric(values, number)
    return family


def _with_labels(numbers: Mapping[str, int], name: str) -> list[tuple[list[str], int]]:
    """Return the labels and the number of each key of a metric, in the order of the labels."""
    split = ((key.split("\t"), number) for key, number in numbers.items())
    return sorted((labels, number) for (first, *labels), number in split if first == name)
