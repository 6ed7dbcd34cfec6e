"""The library: opening, writing, reading, and answers that stay true while others write."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from searchengine import Document, SearchEngine, SearchOptions
from searchengine.backends.embedded.view import EmbeddedView
from searchengine.backends.values import Plan, Ranking
from searchengine.errors import (
    DocumentNotFoundError,
    IndexDamagedError,
    IndexLockedError,
    IndexNotFoundError,
    InputError,
)
from tests.conftest import ids

Make = Callable[..., SearchEngine]


def test_a_document_reads_back_as_it_was_added(make_engine: Make) -> None:
    document = Document(
        id="thư mục/tệp.txt",
        text="Nội dung\u0000 lạ \ud800 … 🎉",
        title="Tiêu đề",
        date=datetime.date(2022, 7, 1),
        date_precision="month",
        place="phường Quang Trung",
        author="Hồng Hoàn",
        source="Báo",
        path="tệp.txt",
        numbers=("74-KH/ĐU",),
        term_of_office=(2020, 2025),
        content_hash="abc",
        original="Nội dung gốc",
        extra={"lượt xem": 295, "thẻ": ["a", "b"]},
    )
    assert make_engine(document).get("thư mục/tệp.txt") == document


def test_a_second_document_of_an_id_replaces_the_first(make_engine: Make) -> None:
    engine = make_engine("chi bộ cũ")
    with engine.writer() as writer:
        writer.add(Document(id="a", text="chi bộ mới"))
    assert engine.stats()["documents"] == 1
    assert engine.get("a").text == "chi bộ mới"
    assert ids(engine.search("cũ")) == []


def test_the_last_of_equal_ids_in_one_commit_wins(make_engine: Make) -> None:
    engine = make_engine(*[Document(id="a", text=f"bản {n}") for n in range(3)])
    assert engine.stats()["documents"] == 1
    assert engine.get("a").text == "bản 2"


def test_equal_ids_far_apart_in_one_commit(tmp_path: Path) -> None:
    engine = SearchEngine.open(tmp_path / "index", create=True)
    with engine.writer() as writer:
        writer.add(Document(id="a", text="bản đầu"))
        for n in range(300):
            writer.add(Document(id=str(n), text=f"số {n}"))
        writer.add(Document(id="a", text="bản cuối"))
    assert engine.stats()["documents"] == 301
    assert ids(engine.search("bản")) == ["a"]
    assert engine.get("a").text == "bản cuối"
    assert engine.verify() == []


def test_delete(make_engine: Make) -> None:
    engine = make_engine("một", "hai", "ba")
    assert engine.delete(["b", "không có"]) == ["không có"]
    assert ids(engine.search("hai")) == []
    assert engine.stats()["documents"] == 2
    with pytest.raises(DocumentNotFoundError, match="no document 'b'"):
        engine.get("b")


def test_an_error_in_the_writer_leaves_the_last_commit(make_engine: Make) -> None:
    engine = make_engine("một")

    def write_and_fail() -> None:
        with engine.writer() as writer:
            writer.add(Document(id="b", text="hai"))
            writer.delete("a")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert ids(engine.search("một hai")) == ["a"]
    with engine.writer() as writer:
        writer.add(Document(id="c", text="ba"))
    assert engine.stats()["documents"] == 2


def test_one_writer_at_a_time(make_engine: Make) -> None:
    engine = make_engine("một")
    with engine.writer(), pytest.raises(IndexLockedError, match="try again"):
        engine.writer()
    with engine.writer() as writer:
        writer.add(Document(id="b", text="hai"))


def test_another_engine_sees_a_commit_at_its_next_search(make_engine: Make, tmp_path: Path) -> None:
    writing = make_engine("một")
    reading = SearchEngine.open(tmp_path / "index1")
    assert reading.search("hai").total == 0
    with writing.writer() as writer:
        writer.add(Document(id="b", text="hai"))
        assert reading.search("hai").total == 0
    assert reading.search("hai").total == 1


def test_many_threads_read_while_one_writes(make_engine: Make) -> None:
    engine = make_engine("đại hội chi bộ", "hội nghị phường")
    wrong: list[object] = []

    def read() -> None:
        answers = [ids(engine.search("đại hội")) for _ in range(30)]
        wrong.extend(answer for answer in answers if "a" not in answer)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(5):
        with engine.writer() as writer:
            writer.add(Document(id=f"n{n}", text="văn bản mới"))
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_commit_between_ranking_and_explaining_disturbs_neither(
    make_engine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine("đại hội chi bộ", "hội nghị chi bộ")
    search = EmbeddedView.search

    def search_and_delete(view: EmbeddedView, plan: Plan) -> Ranking:
        ranking = search(view, plan)
        engine.delete(["a", "b"])
        return ranking

    monkeypatch.setattr(EmbeddedView, "search", search_and_delete)
    results = engine.search("chi bộ", explain=True)
    assert sorted(ids(results)) == ["a", "b"]
    for hit in results:
        assert hit.explanation is not None
        assert hit.explanation.score == pytest.approx(hit.score)
    assert engine.document_count() == 0


def test_every_plan_says_how_long_its_answer_may_take(
    make_engine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine("đại hội chi bộ")
    plans: list[Plan] = []
    for method in ("search", "facets", "histogram", "explain"):
        answer = getattr(EmbeddedView, method)

        def keep(view: EmbeddedView, plan: Plan, *more: Any, answer: Any = answer) -> Any:
            plans.append(plan)
            return answer(view, plan, *more)

        monkeypatch.setattr(EmbeddedView, method, keep)
    options = SearchOptions(time_limit=60)
    engine.search("chi bộ", options)
    engine.facets("chi bộ", options)
    engine.histogram("chi bộ", options)
    engine.explain("chi bộ", "a", time_limit=60)
    assert [plan.seconds is not None and 0 < plan.seconds <= 60 for plan in plans] == [True] * 4


def test_filters_and_sorting(make_engine: Make) -> None:
    day = datetime.date
    engine = make_engine(
        Document(id="a", text="chi bộ chi bộ", date=day(2020, 1, 1), place="xã An Bình"),
        Document(id="b", text="chi bộ", date=day(2022, 1, 1), place="phường Bình An"),
        Document(id="c", text="chi bộ", place="phường Bình An", source="Báo Mới"),
    )
    assert sorted(ids(engine.search("chi bộ", place="Bình An"))) == ["b", "c"]
    assert ids(engine.search("chi bộ", place="an binh")) == ["a"]
    assert ids(engine.search("chi bộ", source="báo")) == ["c"]
    assert ids(engine.search("chi bộ", sort="date")) == ["b", "a", "c"]
    assert ids(engine.search("chi bộ", since=day(2021, 1, 1))) == ["b"]
    assert ids(engine.search("bình đẳng", match_all=True)) == []


def test_a_month_counts_from_its_first_to_its_last_day(make_engine: Make) -> None:
    engine = make_engine(
        Document(id="a", text="chi bộ", date=datetime.date(2022, 2, 1), date_precision="month")
    )
    assert ids(engine.search("chi bộ", since="2022-02-28")) == ["a"]
    assert ids(engine.search("chi bộ", since="2022-03-01")) == []
    assert ids(engine.search("chi bộ", until="2022-02-01")) == ["a"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("+chi +bộ -phường", ["a"]),
        ("phường AND bộ", ["b"]),
        ("nghị OR khu", ["a", "c"]),
        ("bộ AND NOT khu", ["b"]),
        ('"bộ khu"', ["a"]),
        ('"bo khu"', ["a"]),
        ('"bộ khù"', []),
        ("title:chợ", ["c"]),
        ("title:chi", []),
        ("ngh*", ["c"]),
        ("(chi OR nghị) AND (phường OR chợ)", ["b", "c"]),
        ("-phường chi", ["a"]),
    ],
)
def test_query_language(make_engine: Make, query: str, found: list[str]) -> None:
    engine = make_engine(
        "chi bộ khu",
        "chi bộ phường",
        Document(id="c", title="Chợ quê", text="hội nghị ở chợ"),
    )
    assert sorted(ids(engine.search(query))) == found


def test_keystrokes_are_read_only_where_nothing_matches_as_typed(make_engine: Make) -> None:
    engine = make_engine("đại hội chi bộ", "mật khẩu là ddaij")
    assert ids(engine.search("hooij")) == ["a"]
    assert engine.search("hooij").notes == ("read as keystrokes: hội",)
    assert ids(engine.search("ddaij")) == ["b"]


def test_without_snippets_the_same_hits_come_bare(make_engine: Make) -> None:
    engine = make_engine("Đại hội chi bộ khu phố 2.", "Hội nghị sơ kết.")
    full = engine.search("hội", limit=2)
    bare = engine.search("hội", limit=2, snippets=False)
    assert [(hit.id, hit.score) for hit in bare] == [(hit.id, hit.score) for hit in full]
    assert all(hit.snippet and hit.highlights for hit in full)
    assert not any(hit.snippet or hit.highlights or hit.title_highlights for hit in bare)


@pytest.mark.parametrize(
    "options",
    [{"limit": 0}, {"limit": 1001}, {"page": 0}, {"page": 1001}, {"sort": "name"}, {"since": "x"}],
)  # fmt: skip
def test_impossible_options_are_errors(make_engine: Make, options: dict[str, object]) -> None:
    with pytest.raises(InputError):
        make_engine("a").search("a", **options)  # type: ignore[arg-type]


def test_an_empty_index_answers(make_engine: Make) -> None:
    engine = make_engine()
    assert engine.search("đại hội", sort="date").total == 0
    assert engine.search('"đại hội" place:x date:2022 đ*').total == 0
    assert engine.verify() == []
    assert engine.stats()["documents"] == 0
    assert list(engine.documents()) == []


def test_all_documents_deleted(make_engine: Make) -> None:
    engine = make_engine("một", "hai")
    engine.delete(["a", "b"])
    assert engine.search("một").total == 0
    assert engine.stats()["documents"] == 0
    assert engine.verify() == []


def test_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFoundError, match="searchengine index"):
        SearchEngine.open(tmp_path / "missing")


def test_a_directory_of_something_else_is_not_taken_over(tmp_path: Path) -> None:
    (tmp_path / "ảnh.png").write_bytes(b"x")
    with pytest.raises(IndexNotFoundError, match="is not an index"):
        SearchEngine.open(tmp_path)
    with pytest.raises(InputError, match="not empty"):
        SearchEngine.open(tmp_path, create=True)


def test_a_damaged_table_of_contents_is_named(make_engine: Make, tmp_path: Path) -> None:
    make_engine("một").close()
    for toc in (tmp_path / "index1").glob("*.manifest"):
        toc.write_bytes(b"")
    with pytest.raises(IndexDamagedError, match="manifest"):
        SearchEngine.open(tmp_path / "index1").search("một")


def test_an_index_is_made_anew_from_what_it_stores(tmp_path: Path) -> None:
    """The same documents and answers, and nothing left of what was deleted."""
    with SearchEngine.open(tmp_path / "index", create=True) as engine:
        with engine.writer() as writer:
            for at in range(40):
                writer.add(Document(id=str(at), text=f"Bến đò số {at}."), f"bến {at}")
        engine.delete(["1"])
        before = engine.search("bến đò").hits
        assert not SearchEngine.rebuild(tmp_path / "index", if_needed=True).changed
        assert engine.stats()["deleted"] == 1
        done = SearchEngine.rebuild(tmp_path / "index")
        assert (done.documents, done.changed) == (39, True)
        assert engine.stats()["deleted"] == 0
        assert engine.search("bến đò").hits == before
        assert len(list(engine.fingerprints())) == 39
        assert engine.verify() == []


def test_a_folder_is_not_made_anew_in_shards(tmp_path: Path) -> None:
    with SearchEngine.open(tmp_path / "index", create=True):
        pass
    with pytest.raises(InputError, match="neither shards nor replicas"):
        SearchEngine.rebuild(tmp_path / "index", shards=2)
