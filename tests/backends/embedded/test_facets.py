"""Facets and histograms: what is counted, in which order, and how the command shows it."""

from __future__ import annotations

import datetime
import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from searchengine import Document, SearchEngine
from searchengine.backends.embedded import facets
from searchengine.backends.embedded.facets import FacetCounter
from searchengine.backends.embedded.index.commit.storage import open_index
from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.backends.fields import FACET_NAMES
from searchengine.cli.commands import main
from searchengine.errors import InputError, QueryError

Make = Callable[..., SearchEngine]
DAY = datetime.date


def dated(id_: str, date: str, **values: object) -> Document:
    """A document dated ``2022``, ``2022-07`` or ``2022-07-03``."""
    precision = {4: "year", 7: "month", 10: "day"}[len(date)]
    first = DAY.fromisoformat(date + "-01-01"[len(date) - 4 :][: 10 - len(date)])
    return Document(id=id_, text="họp", date=first, date_precision=precision, **values)  # type: ignore[arg-type]


@pytest.fixture
def engine(make_engine: Make) -> SearchEngine:
    return make_engine(
        dated(
            "a",
            "2022-07-03",
            place="phường Đa Kao",
            author="Ân",
            source="Báo",
            term_of_office=(2020, 2025),
        ),
        dated("b", "2022-07", place="phường Đa Kao", author="An"),
        dated("c", "2022", place="xã Dương Xá", author="Ăn"),
        dated("d", "2021-11-30", place="xã Đông Dư", author="Bình"),
        Document(id="e", text="họp", place="phường Ấp Mới", author="Bình"),
        Document(id="f", text="chợ", place="phường Ấp Mới"),
    )


def test_every_facet_of_a_search(engine: SearchEngine) -> None:
    found = engine.search("họp").facets
    assert tuple(found) == FACET_NAMES
    assert found["year"] == {"2022": 3, "2021": 1}
    assert found["source"] == {"Báo": 1}
    assert found["term_of_office"] == {"2020–2025": 1}


def test_the_term_of_office_goes_by_two_names(engine: SearchEngine) -> None:
    asked = engine.facets("họp", names=["term", "term_of_office"])
    assert asked == {"term_of_office": {"2020–2025": 1}}
    assert engine.search("họp term:2020").total == 1


def test_a_month_counts_only_where_it_is_known(engine: SearchEngine) -> None:
    assert engine.facets("họp")["month"] == {"2022-07": 2, "2021-11": 1}


def test_commonest_first_and_then_the_vietnamese_way(engine: SearchEngine) -> None:
    assert list(engine.facets("họp")["place"].items()) == [
        ("phường Đa Kao", 2),
        ("phường Ấp Mới", 1),
        ("xã Dương Xá", 1),
        ("xã Đông Dư", 1),
    ]


def test_by_name(engine: SearchEngine) -> None:
    found = engine.facets("họp", names=["author", "year"], order="name")
    assert list(found) == ["author", "year"]
    assert list(found["author"]) == ["An", "Ăn", "Ân", "Bình"]
    assert list(found["year"]) == ["2022", "2021"]


def test_a_limit_keeps_the_first(engine: SearchEngine) -> None:
    assert engine.facets("họp", names=["author"], limit=2) == {"author": {"Bình": 2, "An": 1}}
    assert engine.facets("họp", names=["author"], limit=2, order="name") == {
        "author": {"An": 1, "Ăn": 1}
    }
    assert engine.facets("họp", names=["year"], limit=1) == {"year": {"2022": 3}}


def test_only_what_matches_is_counted(engine: SearchEngine) -> None:
    assert engine.facets("chợ", names=["place"]) == {"place": {"phường Ấp Mới": 1}}
    assert engine.facets("họp", author="bình", names=["place"]) == {
        "place": {"phường Ấp Mới": 1, "xã Đông Dư": 1}
    }
    assert engine.facets("không có", names=["place", "month"]) == {"place": {}, "month": {}}


def test_deleted_documents_do_not_count(engine: SearchEngine) -> None:
    engine.delete(["a", "d"])
    assert engine.facets("họp")["year"] == {"2022": 2}
    assert list(engine.facets("họp")["author"]) == ["An", "Ăn", "Bình"]
    assert engine.facets("họp")["source"] == {}


def test_filters_alone_are_enough(engine: SearchEngine) -> None:
    assert engine.facets(place="ấp mới", names=["author"]) == {"author": {"Bình": 1}}
    assert [hit.id for hit in engine.search("", term="2020-2025")] == ["a"]
    assert [hit.id for hit in engine.search("", author="bình")] == ["d", "e"]


def test_without_query_and_filter_every_document_counts(engine: SearchEngine) -> None:
    assert sum(engine.facets(names=["year"])["year"].values()) == engine.stats()["dated"]
    with pytest.raises(QueryError, match="empty"):
        engine.search("")


@pytest.mark.parametrize(
    "options", [{"names": ["màu"]}, {"limit": 0}, {"limit": 10_001}, {"order": "size"}]
)
def test_impossible_options_are_errors(engine: SearchEngine, options: dict[str, object]) -> None:
    with pytest.raises(InputError):
        engine.facets("họp", **options)  # type: ignore[arg-type]
    with pytest.raises(InputError):
        engine.histogram("họp", by="week")  # type: ignore[arg-type]


def test_counts_are_those_of_counting_one_by_one(make_engine: Make, tmp_path: Path) -> None:
    random_ = random.Random(4)
    names = [f"{a} {b}" for a in ("Đào", "Dương", "An", "Ân") for b in ("Ý", "Y", "Ỷ", "Oanh")]
    documents = [
        Document(
            id=str(n),
            text=random_.choice(("họp", "họp chợ", "chợ")),
            author=random_.choice([*names, ""]),
            date=DAY(random_.randint(1960, 2030), random_.randint(1, 12), 1),
            date_precision=random_.choice(("day", "month", "year", "none")),
        )
        for n in range(300)
    ]
    engine = SearchEngine.open(tmp_path / "many", create=True)
    for part in (documents[:120], documents[120:]):
        with engine.writer() as writer:
            for document in part:
                writer.add(document)
    engine.delete([str(n) for n in range(0, 300, 7)])
    for query in ("họp", "chợ", "họp chợ"):
        wanted = set(query.split())
        matching = [
            document
            for n, document in enumerate(documents)
            if n % 7 and wanted <= set(document.text.split())
        ]
        known = [document for document in matching if document.date_precision != "none"]
        exact = [document for document in known if document.date_precision != "year"]
        found = engine.facets(query, limit=1000)
        assert found["author"] == Counter(d.author for d in matching if d.author)
        assert found["year"] == Counter(str(d.date.year) for d in known if d.date)
        months = Counter(f"{d.date:%Y-%m}" for d in exact if d.date)
        assert found["month"] == months
        assert list(found["month"]) == sorted(months, reverse=True)
        histogram = engine.histogram(query)
        assert {label: count for label, count in histogram if count} == months
        assert histogram.total == len(matching)
        assert histogram.undated == len(matching) - len(known)
        assert histogram.year_only == len(known) - len(exact)


def test_a_histogram_has_no_gaps(engine: SearchEngine) -> None:
    found = engine.histogram("họp", by="month")
    assert list(found) == [
        ("2021-11", 1), ("2021-12", 0), ("2022-01", 0), ("2022-02", 0), ("2022-03", 0),
        ("2022-04", 0), ("2022-05", 0), ("2022-06", 0), ("2022-07", 2),
    ]  # fmt: skip
    assert (found.year_only, found.undated, found.earlier) == (1, 1, 0)
    by_year = engine.histogram("họp", by="year")
    assert list(by_year) == [("2021", 1), ("2022", 3)]
    assert (by_year.year_only, by_year.undated, by_year.total) == (0, 1, 5)


def test_a_histogram_of_undated_documents_is_empty(engine: SearchEngine) -> None:
    found = engine.histogram("chợ")
    assert list(found) == []
    assert found.undated == found.total == 1


def test_a_histogram_is_cut_at_its_early_end(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "MAX_BARS", 3)
    found = engine.histogram("họp")
    assert list(found) == [("2022-05", 0), ("2022-06", 0), ("2022-07", 2)]
    assert found.earlier == 1


def test_facets_of_a_search_by_date_are_the_same(engine: SearchEngine) -> None:
    assert engine.search("họp", sort="date").facets == engine.search("họp").facets
    assert engine.search("họp", sort="date", facets=False).facets == {}
    assert engine.search("+họp", facets=False).facets == {}


@pytest.fixture
def run(engine: SearchEngine, tmp_path: Path) -> Callable[..., object]:
    return lambda *arguments: CliRunner().invoke(
        main, ["facets", *arguments, "--index", str(tmp_path / "index1")]
    )


def test_the_command_prints_counts(run) -> None:  # type: ignore[no-untyped-def]
    result = run("họp", "--by", "author", "--by", "year", "--order", "name")
    assert result.exit_code == 0
    assert (
        result.stdout
        == "author\n  1  An\n  1  Ăn\n  1  Ân\n  2  Bình\nyear\n  3  2022\n  1  2021\n"
    )
    assert result.stderr == "5 documents\n"


def test_the_command_answers_in_json(run) -> None:  # type: ignore[no-untyped-def]
    answer = json.loads(run("--from", "2022", "--by", "place", "--json").stdout)
    assert answer == {
        "ok": True,
        "query": "",
        "total": 3,
        "facets": {"place": {"phường Đa Kao": 2, "xã Dương Xá": 1}},
    }
    answer = json.loads(run("họp", "--histogram", "year", "--json").stdout)
    assert answer["bars"] == [{"label": "2021", "count": 1}, {"label": "2022", "count": 3}]
    assert (answer["total"], answer["undated"]) == (5, 1)


def test_the_commands_exit_codes(run) -> None:  # type: ignore[no-untyped-def]
    assert run("không có đâu").exit_code == 1
    assert run("chợ", "--histogram", "month").exit_code == 0
    assert run().exit_code == 0
    assert run("").exit_code == 0


def run_search(*arguments: str) -> str:
    return CliRunner().invoke(main, ["search", *arguments]).stdout


def test_search_folds_and_filters_from_the_command_line(  # type: ignore[no-untyped-def]
    run, tmp_path: Path
) -> None:
    index = ["--index", str(tmp_path / "index1")]
    result = CliRunner().invoke(main, ["search", "--author", "bình", "--ids", *index])
    assert result.stdout == "d\ne\n"
    text = " ".join(f"Nhà số {number} quét sân." for number in range(10))
    with SearchEngine.open(tmp_path / "index1") as engine, engine.writer() as writer:
        writer.add(Document(id="g", text=text))
        writer.add(Document(id="h", text=text))
    assert len(run_search("quét sân", "--ids", *index).split()) == 1
    assert "same text: h" in run_search("quét sân", *index)
    assert run_search("quét sân", "--count", *index) == "1\n"
    assert run_search("quét sân", "--no-fold-duplicates", "--ids", *index) == "g\nh\n"


def test_a_filter_without_a_syllable_lets_nothing_in(engine: SearchEngine) -> None:
    assert engine.search("chợ", source="…").total == 0


def test_by_date_equal_days_are_ordered_by_score_on_every_page(make_engine: Make) -> None:
    engine = make_engine(
        *(
            Document(
                id=str(n), text="họp " * (n % 5 + 1) + "chợ " * n, date=DAY(2022, 1, 1 + n % 3)
            )
            for n in range(20)
        )
    )
    whole = engine.search("họp chợ", sort="date", date_boost=False, limit=20).hits
    keys = [(hit.date, hit.score) for hit in whole]
    assert keys == sorted(keys, reverse=True)
    pages = [engine.search("họp chợ", sort="date", limit=3, page=n).hits for n in range(1, 8)]
    assert [hit.id for page in pages for hit in page] == [hit.id for hit in whole]


def authors_by_name(counter: FacetCounter, view: Snapshot, limit: int) -> list[str]:
    found = counter.counts(view.live, ["author"], limit=limit, order="name")
    return list(found["author"])


def test_views_that_number_names_apart_sort_them_alike(
    engine: SearchEngine, tmp_path: Path
) -> None:
    index = open_index(tmp_path / "index1")
    old = Snapshot(index)
    before = FacetCounter(old)
    # So much is deleted that the only segment is written anew, with one name more among the others.
    engine.delete(["b", "d", "e", "f"])
    with engine.writer() as writer:
        for name in ("An", "Bình", "Bảo"):
            writer.add(Document(id=name, text="họp", author=name))
    new = Snapshot(index, old)
    after = FacetCounter(new, before)
    # Neither view was asked before the commit, and the old one is asked first.
    assert authors_by_name(before, old, 9) == ["An", "Ăn", "Ân", "Bình"]
    assert authors_by_name(after, new, 2) == ["An", "Ăn"]
    assert authors_by_name(after, new, 9) == ["An", "Ăn", "Ân", "Bảo", "Bình"]


@pytest.mark.parametrize("seed", range(6))
def test_views_of_any_commits_sort_names_as_one_opened_alone(
    make_engine: Make, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    names = [f"{a} {b}" for a in ("Đào", "Dương", "An", "Ân") for b in ("Ý", "Y", "Ỷ", "Oanh")]
    engine, index = make_engine("họp"), open_index(tmp_path / "index1")
    views = [(one := Snapshot(index), FacetCounter(one))]
    alone = [FacetCounter(Snapshot(index))]
    for step in range(12):
        with engine.writer() as writer:
            for _ in range(chance.randrange(1, 5)):
                writer.delete(str(chance.randrange(40)))
                author = chance.choice(names)
                writer.add(Document(id=str(chance.randrange(40)), text="họp", author=author))
        # From one of the last views, perhaps twice from the same one, as racing searches do.
        for _ in range(chance.randrange(1, 3)):
            read, counter = chance.choice(views[-2:])
            views.append(((one := Snapshot(index, read)), FacetCounter(one, counter)))
            alone.append(FacetCounter(Snapshot(index)))
        for at in chance.sample(range(len(views)), min(step, 3)):
            (view, counter), limit = views[at], chance.choice((1, 3, 20))
            assert authors_by_name(counter, view, limit) == authors_by_name(alone[at], view, limit)


@pytest.mark.parametrize("few", [0, facets.FEW_NAMES])
def test_a_few_names_have_the_order_that_they_have_among_all(
    make_engine: Make, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(facets, "FEW_NAMES", few)
    names = ["Ân", "An", "Ăn", "Đỗ", "Do", "tổ 10", "tổ 2", "hoà", "hòa"]
    documents = [
        Document(id=f"{name} {copy}", text="họp", author=name)
        for name in names
        for copy in range(2 if name in ("Do", "Ân") else 1)
    ]
    found = make_engine(*documents).search("họp").facets["author"]
    in_order = ["Ân", "Do", "An", "Ăn", "Đỗ", "hoà", "hòa", "tổ 2", "tổ 10"]
    assert list(found) == in_order
    assert list(found.values()) == [2, 2, *[1] * 7]
