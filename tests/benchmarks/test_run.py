"""The benchmark harness: it runs on a handful of documents and its figures have the promised shape.

No test here asserts how long anything takes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import corpus, measure
from benchmarks.__main__ import main
from benchmarks.builds import Build
from benchmarks.engines import OURS, adapter, missing
from benchmarks.queries.query import KINDS, SETS, TOKEN_SETS, load
from benchmarks.report import render
from searchengine.text.analysis import analyze
from searchengine.text.segmentation.segmenter import segment
from tests.benchmarks.documents import write_corpus

PEERS = ("whoosh", "tantivy", "tantivy-positions", "bm25s", "fts5")
INSTALLED = [name for name in PEERS if missing(name) is None]
ENGINES = {OURS, *INSTALLED}
FIGURES = {"p50_ms", "p95_ms", "p99_ms", "max_ms", "qps"}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The figures of one small run, and where its queries lie."""
    directory = tmp_path_factory.mktemp("benchmarks")
    write_corpus(directory / "corpus.jsonl")
    arguments = [
        *("--corpus", str(directory / "corpus.jsonl"), "--docs", "24", "--whoosh-docs", "12"),
        *("--peers", ",".join([*INSTALLED, "nobody"]), "--json", str(directory / "out.json")),
        *("--queries", "4", "--rounds", "2", "--cold-runs", "1", "--add-runs", "1"),
        *("--pyvi-docs", "3", "--no-growth", "--common-pairs", "5"),
    ]
    assert main(arguments) == 0
    result: dict[str, Any] = json.loads((directory / "out.json").read_text(encoding="utf-8"))
    result["queries_path"] = directory / "out.queries.jsonl"
    return result


def test_fts5_comes_with_python() -> None:
    assert "fts5" in INSTALLED


@pytest.mark.parametrize("name", SETS)
def test_each_set_has_the_latencies_of_each_engine_that_can(
    measured: dict[str, Any], name: str
) -> None:
    able = {one for one in ENGINES if adapter(one).cannot(KINDS[name]) is None}
    assert set(measured["search"][name]) == able
    assert set(measured["left_out"][name]) == {
        one if one != "whoosh" else "whoosh@12" for one in ENGINES - able
    }
    for latency in (*measured["search"][name].values(), measured["whole_call"][name]):
        assert set(latency) == FIGURES
        assert 0 < latency["p50_ms"] <= latency["p95_ms"] <= latency["max_ms"]
        assert latency["qps"] > 0
    assert set(measured["first_pass_ms"][name]) == set(measured["first_pass_p95_ms"][name])


@pytest.mark.parametrize("name", [name for name in SETS if name not in TOKEN_SETS])
def test_as_many_documents_match_in_every_engine(measured: dict[str, Any], name: str) -> None:
    totals = measured["totals"][name]
    assert "whole" in totals
    for label, one in totals.items():
        # The whole call finds abbreviations and their long forms as well.
        if label != "whole" and one["compared"]:
            assert one["differ"] == 0, (label, one["examples"])


def test_each_engine_has_the_cost_of_its_build(measured: dict[str, Any]) -> None:
    assert set(measured["build"]) == ENGINES
    for cost in measured["build"].values():
        assert set(cost) == {"seconds", "bytes", "peak_mb"}
        assert all(figure > 0 for figure in cost.values())


def test_cold_and_added_documents_are_measured(measured: dict[str, Any]) -> None:
    assert measured["cold"]["ratio"] > 0
    assert set(measured["add100"]) == ENGINES
    assert measured["add100"][OURS]["seconds"] > 0


def test_a_smaller_whoosh_index_is_compared_with_ours_of_its_size(measured: dict[str, Any]) -> None:
    assert measured["documents"] == dict.fromkeys(ENGINES, 24) | {"whoosh": 12}
    assert set(measured["growth"][OURS]) == {"12", "24"}


def test_a_peer_that_is_not_there_is_named_and_skipped(measured: dict[str, Any]) -> None:
    assert "unknown" in measured["skipped"]["nobody"]


@pytest.mark.parametrize("name", [name for name in INSTALLED if name != "whoosh"])
def test_peers_find_nearly_what_we_find(measured: dict[str, Any], name: str) -> None:
    assert measured["agreement"]["titles"][name] >= 0.7


def test_the_tables_name_every_engine(measured: dict[str, Any]) -> None:
    tables = render(measured)
    assert all(f"\n{name}" in tables for name in ENGINES)
    assert "left out: nobody" in tables
    assert "same total" in tables
    if "bm25s" in INSTALLED:
        assert "not asked: bm25s" in tables


def test_peers_get_the_tokens_that_our_analysis_gives() -> None:
    text = corpus.prepare("Sáng 21/3, UBND phường Hoà Khê qui định kỉ luật: 20.000đ (khu 5B).")
    assert corpus.streams_of(text, segment([text])[0]) == analyze([text])[0]


def test_pyvi_and_our_segmenter_write_the_same_streams(tmp_path: Path) -> None:
    write_corpus(tmp_path / "corpus.jsonl")
    written = []
    for name, pyvi_documents in (("ours", 0), ("pyvi", 24)):
        (tmp_path / name).mkdir()
        corpus.write_corpus(tmp_path / "corpus.jsonl", tmp_path / name, 24, pyvi_documents)
        written.append((tmp_path / name / corpus.STREAMS_FILE).read_text(encoding="utf-8"))
    assert written[0] == written[1]


def test_several_sizes_are_runs_of_their_own_and_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_corpus(tmp_path / "corpus.jsonl")
    arguments = [
        *("--corpus", str(tmp_path / "corpus.jsonl"), "--sizes", "24,12", "--repeat", "2"),
        *("--peers", "fts5", "--sets", "short,phrases2", "--json", str(tmp_path / "out.json")),
        *("--queries", "4", "--rounds", "1", "--cold-runs", "0", "--add-runs", "0"),
        *("--pyvi-docs", "0"),
    ]
    assert main(arguments) == 0
    result = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert result["corpus"]["documents"] == 48
    assert set(result["sizes"]) == {"24", "48"}
    for size in result["sizes"].values():
        for name in ("short", "phrases2"):
            assert set(size["search"][name]) == {OURS, "fts5"}
        assert size["totals"]["phrases2"]["fts5"]["differ"] == 0
    tables = capsys.readouterr().out
    assert "sizes, phrases2" in tables
    assert tables.count("of fts5") == 2
    assert {query.set for query in load(tmp_path / "out.queries.jsonl")} == {"short", "phrases2"}


def test_a_set_that_there_is_not_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--corpus", str(tmp_path), "--docs", "1", "--sets", "short,verses"])
    assert "there is no set verses" in capsys.readouterr().err


def test_a_selection_is_spread_over_the_corpus(tmp_path: Path) -> None:
    write_corpus(tmp_path / "corpus.jsonl")
    corpus.write_corpus(tmp_path / "corpus.jsonl", tmp_path, 24, 0)
    found = corpus.read_items(tmp_path, corpus.Selection(step=10, count=2), streams=True)
    assert [item.id for item in found] == ["tin-0", "tin-10"]


def test_labels_tell_indexes_of_one_engine_apart() -> None:
    builds = (Build("x", 90, 90), Build("x", 9, 90), Build("x", 90, 90, workers=2))
    assert [build.label for build in builds] == ["x", "x@9", "x+2"]


def test_a_search_counts_with_the_median_of_its_rounds() -> None:
    latency = measure.Latency.of([[0.002, 0.002], [0.9, 0.002], [0.002, 0.9]])
    assert (latency.p50_ms, latency.p99_ms) == (2.0, 2.0)


def test_searches_a_second_are_those_of_the_middle_round() -> None:
    assert measure.Latency.of([[0.001, 0.001], [0.002, 0.002], [0.9, 0.9]]).qps == 500.0


def test_the_clock_leaves_reading_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(measure, "perf_counter", lambda: now)

    def slow_file() -> Any:
        nonlocal now
        for item in "ab":
            now += 10
            yield item

    clock = measure.Clock()
    for _ in clock.unread(slow_file()):
        now += 1
    assert (clock.wall(), clock.seconds()) == (22, 2)
