"""Over many commits: an engine that stays open answers as one that was opened just now."""

from __future__ import annotations

import datetime
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from searchengine import Document, IndexSettings, SearchEngine
from searchengine.backends.embedded.searcher import Searcher
from searchengine.backends.memory.backend import MemoryBackend
from searchengine.errors import IndexClosedError
from tests.backends.embedded.index.vectors.made import Letters

TODAY = datetime.date(2026, 11, 1)
PLACES = ["phường Quang Trung", "phường Bắc Hồng", "xã Đông Dư", "thị trấn Ấp Mới", ""]
WORDS = (
    "chi bộ đại hội nhiệm kỳ khu phố phường đảng viên ủy ban nhân dân kế hoạch tổ chức hội nghị "
    "triển khai công tác dân vận khéo xây dựng nông thôn mới biểu dương khen thưởng kỷ luật"
).split()
QUERIES = [
    "đại hội chi bộ",
    "dai hoi chi bo",
    "ủy ban nhân dân phường",
    "dan vạn khéo",
    "đại hội 2021",
    '"đại hội" +phường -khen',
    "place:Đông date:2020..2022",
    "khe*",
]


def document(chance: random.Random, id_: str) -> Document:
    date = datetime.date(2019, 1, 1) + datetime.timedelta(chance.randrange(1500))
    words = chance.choices(WORDS, k=chance.randrange(5, 120))
    return Document(
        id=id_,
        title=" ".join(words[:4]),
        text=" ".join(words),
        date=date if chance.random() < 0.7 else None,
        date_precision=chance.choice(["day", "month", "year"]),
        place=chance.choice(PLACES),
        author=f"Tác giả {chance.randrange(40)}",
    )


def answers(engine: SearchEngine) -> list[Any]:
    found: list[Any] = []
    for query in QUERIES:
        answer = engine.search(query, today=TODAY).to_json()
        del answer["took_ms"]
        found += [answer, engine.histogram(query, today=TODAY).to_json()]
    return [*found, engine.facets("hội", order="name"), engine.suggest("đại h")]


@pytest.mark.parametrize("seed", range(3))
def test_an_engine_that_stays_open_answers_as_a_new_one(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    ids = [f"trang-{number}" for number in range(400)]
    with SearchEngine.open(tmp_path / "index", create=True, auto_refresh=False) as engine:
        with engine.writer() as writer:
            for id_ in ids[:300]:
                writer.add(document(chance, id_))
        for step in range(24):
            with engine.writer() as writer:
                for id_ in chance.sample(ids, chance.randrange(1, 6)):
                    # New ones, others in place of old ones, and some that only go.
                    writer.delete(id_)
                    if chance.random() < 0.8:
                        writer.add(document(chance, id_))
            assert engine.refresh()
            if step % 4 == 3:
                with SearchEngine.open(tmp_path / "index") as new:
                    assert answers(engine) == answers(new)
            else:
                engine.search(chance.choice(QUERIES), today=TODAY)


def test_a_plan_that_fails_on_a_new_commit_does_not_keep_it_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = Searcher.search

    def fail_on_the_second(searcher: Searcher, plan: Any) -> Any:
        if searcher.snapshot.live_count > 1:
            raise ZeroDivisionError
        return search(searcher, plan)

    monkeypatch.setattr(Searcher, "search", fail_on_the_second)
    with SearchEngine.open(tmp_path / "index", create=True, auto_refresh=False) as engine:
        add(engine, "a")
        engine.refresh()
        engine.search("chi bộ")
        add(engine, "b")
        assert engine.refresh()
        assert engine.document_count() == 2


CALLS: dict[str, Callable[[SearchEngine], Any]] = {
    "search": lambda engine: engine.search("chi bộ"),
    "facets": lambda engine: engine.facets("chi bộ"),
    "histogram": lambda engine: engine.histogram("chi bộ"),
    "explain": lambda engine: engine.explain("chi bộ", "a"),
    "get": lambda engine: engine.get("a"),
    "documents": lambda engine: list(engine.documents()),
    "fingerprints": lambda engine: list(engine.fingerprints()),
    "stats": lambda engine: engine.stats(),
    "cache_use": lambda engine: engine.cache_use(),
    "suggest": lambda engine: engine.suggest("chi b"),
    "highlights": lambda engine: engine.highlights("chi bộ", "Chi bộ họp."),
    "similar": lambda engine: engine.similar("a"),
    "version": lambda engine: engine.version(),
    "document_count": lambda engine: engine.document_count(),
    "open_view": lambda engine: engine.open_view(),
    "refresh": lambda engine: engine.refresh(),
    "writer": lambda engine: engine.writer().cancel(),
    "copy_to": lambda engine: engine.copy_to(SearchEngine(MemoryBackend())),
    "delete": lambda engine: engine.delete(["a"]),
    "verify": lambda engine: engine.verify(),
    "backup": lambda engine: back_up(engine),
    "last_commit": lambda engine: engine.last_commit(),
    "configure": lambda engine: engine.configure(IndexSettings()),
    "embed": lambda engine: engine.embed(Letters()),
}


def back_up(engine: SearchEngine) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine.backup(Path(folder, "copy"))


def test_the_calls_of_the_next_tests_are_all_there_are() -> None:
    public = {name for name in vars(SearchEngine) if not name.startswith("_")}
    assert public - {"open", "close", "remove", "rebuild", "settle"} == CALLS.keys()


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_an_engine_that_is_closed_answers_nothing(
    tmp_path: Path, call: Callable[[SearchEngine], Any]
) -> None:
    engine = SearchEngine.open(tmp_path / "index", create=True)
    add(engine, "a")
    call(engine)
    engine.close()
    with pytest.raises(IndexClosedError, match="open it again"):
        call(engine)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into Linux's list of maps")
def test_a_closed_engine_holds_no_file_once_its_views_are_closed(tmp_path: Path) -> None:
    engine = SearchEngine.open(tmp_path / "index", create=True)
    add(engine, "a")
    view = engine.open_view()
    for call in CALLS.values():
        call(engine)
    engine.close()
    assert maps_of(tmp_path)
    assert view.search("chi bộ").total == 1
    assert view.search('"chi bộ khu phố"').total == 1
    with view:
        pass
    assert maps_of(tmp_path) == []


def add(engine: SearchEngine, id_: str) -> None:
    with engine.writer() as writer:
        writer.add(Document(id=id_, text="Chi bộ khu phố họp.", date=TODAY, place="phường Sấu"))


def maps_of(directory: Path) -> list[str]:
    """The files below ``directory`` that this process has mapped."""
    maps = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    return [line for line in maps if str(directory) in line]
