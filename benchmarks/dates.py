"""How well the page rules date pages whose date is known and hidden from them.

``python -m benchmarks.dates FILE.jsonl[.gz]…`` reads records with ``text``, ``date`` and perhaps
``title`` and ``url``, hides the date (and every other field), and counts for each file and origin
rule how many pages got a date, how many of those lie within 7 and within 31 days of the truth, and
how many are further off. ``--no-title`` and ``--no-address`` hide these too; ``--wrong N`` shows N
wrong ones; ``--json`` prints the counts as one object. It measures nothing but dates.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from searchengine.pages import Page, to_document

NEAR_DAYS = 7
FAR_DAYS = 31


@dataclass(slots=True)
class Count:
    """Pages seen, dates given, and how far off they were."""

    pages: int = 0
    given: int = 0
    near: int = 0
    far: int = 0

    def add(self, days: int | None) -> None:
        """Count one page; ``days`` is the distance from the truth, None where no date was given."""
        self.pages += 1
        if days is not None:
            self.given += 1
            self.near += days <= NEAR_DAYS
            self.far += days <= FAR_DAYS


@dataclass(slots=True)
class Report:
    """Counts of one file, in all and by origin rule."""

    name: str
    total: Count = field(default_factory=Count)
    origins: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))


def main(arguments: list[str] | None = None) -> int:
    """Measure the given files and print one table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dates", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--no-title", action="store_true", help="hide the title as well")
    parser.add_argument("--no-address", action="store_true", help="hide the address as well")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="show N wrong dates")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    reports, together = [], Report("all")
    started = time.perf_counter()
    shown = 0
    for path in options.files:
        report = Report(path.name.split(".")[0])
        for record, truth in _records(path):
            title = "" if options.no_title else record.get("title") or ""
            extra = {} if options.no_address else {"url": record.get("url")}
            page = Page(id="page", text=record["text"], title=title, extra=extra)
            document = to_document(page)
            days = abs((document.date - truth).days) if document.date else None
            for one in (report, together):
                one.total.add(days)
                one.origins[document.date_origin].add(days)
            if days is not None and days > NEAR_DAYS and shown < options.wrong:
                shown += 1
                lead = document.text[:160].replace("\n", " | ")
                print(f"{truth} {document.date} {document.date_origin}: {lead}", file=sys.stderr)
        reports.append(report)
    seconds = time.perf_counter() - started
    if options.json:
        print(json.dumps([_as_dict(report) for report in (*reports, together)], indent=1))
    else:
        _print([*reports, together])
        print(f"{together.total.pages / seconds:,.0f} pages a second, reading included")
    return 0


def _records(path: Path) -> Iterator[tuple[dict[str, Any], datetime.date]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record.get("date"):
                yield record, datetime.date.fromisoformat(record["date"][:10])


def _as_dict(report: Report) -> dict[str, Any]:
    def numbers(count: Count) -> dict[str, int]:
        wrong = count.given - count.far
        within = {f"within_{NEAR_DAYS}": count.near, f"within_{FAR_DAYS}": count.far}
        return {"pages": count.pages, "given": count.given, **within, "wrong": wrong}

    origins = {name: numbers(count) for name, count in sorted(report.origins.items())}
    return {"set": report.name, **numbers(report.total), "origins": origins}


def _print(reports: list[Report]) -> None:
    names = ("pages", "given", "<=7", "<=31", "wrong", "%7", "%31")
    print(f"{'set / origin':<28}" + "".join(f"{name:>8}" for name in names))
    for report in reports:
        rows = [(report.name, report.total)]
        rows += [(f"  {name}", c) for name, c in sorted(report.origins.items()) if name != "none"]
        for label, count in rows:
            shares = (
                f"{100 * part / count.given:>8.1f}" if count.given else f"{'-':>8}"
                for part in (count.near, count.far)
            )
            wrong = count.given - count.far
            print(
                f"{label:<28}{count.pages:>8}{count.given:>8}{count.near:>8}{count.far:>8}{wrong:>8}"
                + "".join(shares)
            )


if __name__ == "__main__":
    sys.exit(main())
