"""Which engine opens a path or an address, and with what."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from searchengine import Document, Field, IndexSettings, SearchEngine
from searchengine.errors import IndexLockedError, IndexNotFoundError, InputError
from tests.addresses.fake_cluster import FakeCluster

ADDRESS = "opensearch://h1,h2:9201/tin"


def test_an_address_is_opened_in_the_cluster(cluster: FakeCluster, tmp_path: Path) -> None:
    settings = IndexSettings(fields=(Field("loại", "keyword"),))
    with SearchEngine.open(ADDRESS, create=True, settings=settings, shards=3) as engine:
        with engine.writer() as writer:
            writer.add(Document(id="a", text="Chi bộ họp đầu xuân."))
        with engine.open_view() as view:
            assert view.settings == settings
    with SearchEngine.open(ADDRESS) as engine:
        assert [hit.id for hit in engine.search("chi bo")] == ["a"]
    assert cluster.parts == {"tin": (3, 0)}
    with pytest.raises(IndexNotFoundError):
        SearchEngine.open("opensearch://h1/khác")


@pytest.mark.parametrize("name", ["a:b", "C:\\x", "tin//2024"])
def test_odd_names_of_folders_stay_folders(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cluster: FakeCluster
) -> None:
    monkeypatch.chdir(tmp_path)
    SearchEngine.open(name, create=True).close()
    assert (tmp_path / name / "searchengine.json").is_file()
    assert not cluster.indexes


@pytest.mark.parametrize("path", ["http://h/tin", "opensearch:/h/tin", Path(ADDRESS)])
def test_what_is_no_address_makes_no_folder(
    path: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="opensearch://HOST:9200/NAME"):
        SearchEngine.open(path, create=True)
    with pytest.raises(InputError, match="opensearch://HOST:9200/NAME"):
        SearchEngine.remove(path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_has_no_shards(tmp_path: Path) -> None:
    for parts in ({"shards": 1}, {"replicas": 0}):
        with pytest.raises(InputError, match="leave them out"):
            SearchEngine.open(tmp_path / "index", create=True, **parts)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_without_the_package_it_is_told_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opensearchpy", None)
    with pytest.raises(InputError, match=r"pip install 'searchengine\[opensearch\]'"):
        SearchEngine.open(ADDRESS)


def test_an_index_in_a_folder_is_removed_and_nothing_else(tmp_path: Path) -> None:
    for name in ("one", "two"):
        with SearchEngine.open(tmp_path / name, create=True) as engine, engine.writer() as writer:
            writer.add(Document(id="a", text="Chi bộ họp đầu xuân."))
    (tmp_path / "two" / "ghi chép.txt").write_text("của tôi")
    SearchEngine.remove(tmp_path / "one")
    SearchEngine.remove(tmp_path / "two")
    left = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")]
    assert sorted(left) == ["two", "two/ghi chép.txt"]
    with pytest.raises(IndexNotFoundError):
        SearchEngine.remove(tmp_path / "two")


def test_an_index_that_is_written_to_is_not_removed(tmp_path: Path) -> None:
    with SearchEngine.open(tmp_path / "index", create=True) as engine:
        with engine.writer(), pytest.raises(IndexLockedError):
            SearchEngine.remove(tmp_path / "index")
        assert engine.verify() == []


def test_an_index_in_a_cluster_is_removed(cluster: FakeCluster) -> None:
    SearchEngine.open(ADDRESS, create=True)
    SearchEngine.open("opensearch://h1/tin-2", create=True)
    SearchEngine.remove(ADDRESS)
    assert list(cluster.indexes) == ["tin-2"]
