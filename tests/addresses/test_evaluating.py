"""Sets are measured in indexes where somebody wants them, which go again unless they are kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from searchengine import Document, SearchEngine
from tests.addresses.fake_cluster import FakeCluster

ADDRESS = "opensearch://h:9200/do"

Run = Callable[..., Result]


@pytest.fixture
def sets(tmp_path: Path) -> list[Path]:
    """Two sets of two documents, one with a name that no index in a cluster may have."""
    folders = [tmp_path / "sets" / name for name in ("Y tế", "luat")]
    for folder in folders:
        folder.mkdir(parents=True)
        corpus = [
            {"id": "a", "text": "Đi bộ mỗi sáng", "title": ""},
            {"id": "b", "text": "Ủy ban phường họp"},
        ]
        queries = [{"id": "1", "text": "di bo", "gold": ["a"]}]
        for name, records in (("corpus", corpus), ("queries", queries)):
            lines = map(json.dumps, records)
            (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folders


def measured(result: Result) -> dict[str, float]:
    return {name: one["p@1"] for name, one in json.loads(result.stdout)["sets"].items()}


def names(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in tmp_path.iterdir() if path.name != "sets")


def test_sets_are_indexed_in_a_cluster_for_as_long_as_it_takes(
    cluster: FakeCluster, run: Run, sets: list[Path]
) -> None:
    found = measured(run("eval", *sets, "--json", "--index", ADDRESS))
    assert found == {"Y tế": 100.0, "luat": 100.0}
    assert set(cluster.parts) == {"do-y-te", "do-luat"}
    assert cluster.indexes == {}


def test_what_is_kept_is_made_anew_by_the_next_run(
    cluster: FakeCluster, run: Run, sets: list[Path]
) -> None:
    for shards in (2, 3):
        run("eval", *sets, "--keep", "--shards", shards, "--index", ADDRESS)
        assert cluster.parts == dict.fromkeys(["do-y-te", "do-luat"], (shards, 0))
    assert SearchEngine.open(f"{ADDRESS}-luat").document_count() == 2


def test_sets_are_indexed_beside_a_folder(run: Run, sets: list[Path], tmp_path: Path) -> None:
    run("eval", *sets, "--index", tmp_path / "do")
    assert names(tmp_path) == []
    for _ in range(2):
        run("eval", *sets, "--keep", "--index", tmp_path / "do")
        assert names(tmp_path) == ["do-luat", "do-y-te"]


def test_two_sets_of_one_name_have_an_index_each(
    cluster: FakeCluster, run: Run, sets: list[Path], tmp_path: Path
) -> None:
    other = tmp_path / "khác"
    other.mkdir()
    sets[1].rename(other / "Y-tế")
    run("eval", sets[0], other / "Y-tế", "--keep", "--index", ADDRESS)
    assert set(cluster.indexes) == {"do-y-te", "do-y-te-2"}


def test_an_index_of_something_else_is_left_alone(
    run: Run, sets: list[Path], tmp_path: Path
) -> None:
    with SearchEngine.open(tmp_path / "do-luat", create=True) as engine:
        with engine.writer() as writer:
            writer.add(Document(id="a", text="Đi bộ mỗi sáng"))
            writer.add(Document(id="của tôi", text="Một trang"))
        told = run("eval", sets[1], "--index", tmp_path / "do", code=2).stderr
        assert "'của tôi'" in told
        assert engine.document_count() == 2


def test_the_environment_names_no_place_for_sets(
    cluster: FakeCluster, run: Run, sets: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHENGINE_INDEX", ADDRESS)
    assert measured(run("eval", *sets, "--json"))
    assert cluster.parts == {}


@pytest.mark.parametrize("option", [["--keep"], ["--shards", "2"]])
def test_what_is_temporary_is_not_kept(run: Run, sets: list[Path], option: list[str]) -> None:
    assert "add --index" in run("eval", *sets, *option, code=2).stderr
