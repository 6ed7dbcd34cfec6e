"""A reader of Prometheus' text format of its own, strict, for the tests of metrics."""

from __future__ import annotations

import re

_NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*"
_LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"'
_SAMPLE = re.compile(rf"({_NAME})(?:\{{({_LABEL}(?:,{_LABEL})*,?)?\}})? (\S+)")
_HELP = re.compile(rf"# HELP ({_NAME}) \S.*")
_TYPE = re.compile(rf"# TYPE ({_NAME}) (counter|gauge|histogram)")

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def parse(text: str) -> tuple[Samples, dict[str, str]]:
    """Return each sample by its name and labels, and the type of each metric."""
    assert text.endswith("\n")
    samples: Samples = {}
    kinds: dict[str, str] = {}
    helped = set()
    for line in text.splitlines():
        if found := _HELP.fullmatch(line):
            assert found[1] not in helped
            helped.add(found[1])
        elif found := _TYPE.fullmatch(line):
            assert found[1] not in kinds
            kinds[found[1]] = found[2]
        else:
            found = _SAMPLE.fullmatch(line)
            assert found, line
            family = re.sub("_(bucket|sum|count)$", "", found[1])
            assert found[1] in kinds or kinds.get(family) == "histogram", line
            labels = frozenset(re.findall(_LABEL, found[2] or ""))
            assert (found[1], labels) not in samples, line
            samples[found[1], labels] = float(found[7])
    assert helped == set(kinds)
    return samples, kinds


def value(samples: Samples, name: str, **labels: str) -> float:
    """Return a sample; 0 if there is none."""
    return samples.get((f"searchengine_{name}", frozenset(labels.items())), 0.0)


def total(samples: Samples, name: str, **labels: str) -> float:
    """Return the sum of the samples of a metric that have these labels among theirs."""
    return sum(
        number
        for (found, all_labels), number in samples.items()
        if found == f"searchengine_{name}" and labels.items() <= set(all_labels)
    )
