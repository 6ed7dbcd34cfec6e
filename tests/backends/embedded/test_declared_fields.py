"""Fields that an index declares: what they are filtered by, counted and sorted by."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from searchengine import Document, Field, IndexSettings, SearchEngine
from searchengine.errors import InputError

FIELDS = (Field("loại", "keyword"), Field("trang", "number"), Field("ngày ký", "date"))
#: Of each document its kind, pages and day; the last has nothing that a field could keep.
EXTRA: dict[str, dict[str, Any]] = {
    "a": {"loại": "Nghị quyết", "trang": 3, "ngày ký": "2022-07-03T08:00:00"},
    "b": {"loại": ["Quyết định", "Phụ lục"], "trang": "12", "ngày ký": "2021-01-01"},
    "c": {"loại": "Công văn", "trang": 2.5},
    "d": {"loại": None, "trang": True, "ngày ký": "hôm qua"},
}


def write(engine: SearchEngine, ids: Iterable[str] = EXTRA, workers: int = 1) -> None:
    with engine.writer(workers=workers) as writer:
        for id_ in ids:
            writer.add(Document(id=id_, text="Văn bản của phường", extra=EXTRA[id_]))


@pytest.fixture
def engine(tmp_path: Path) -> SearchEngine:
    engine = SearchEngine.open(
        tmp_path / "index", create=True, settings=IndexSettings(fields=FIELDS)
    )
    write(engine)
    return engine


def ids(engine: SearchEngine, **options: Any) -> list[str]:
    return [hit.id for hit in engine.search("văn bản", **options)]


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("loại", "nghi quyet", "a"),
        ("loại", "phụ lục", "b"),
        ("loại", "phù lục", ""),
        ("trang", "3", "a"),
        ("trang", "2.5..3", "ac"),
        ("trang", "..3", "ac"),
        ("trang", "3..", "ab"),
        ("ngày ký", "2022", "a"),
        ("ngày ký", "2021-01..3/7/2022", "ab"),
        ("ngày ký", "4/7/2022..", ""),
    ],
)
def test_a_field_filters(engine: SearchEngine, name: str, value: str, found: str) -> None:
    assert sorted(ids(engine, filters={name: value})) == list(found)
    assert engine.search("", filters={name: value}).total == len(found)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("trang", "bacd"),
        ("trang:asc", "cabd"),
        ("ngày ký", "abcd"),
        ("ngày ký:asc", "bacd"),
        ("loại", "cabd"),
        ("loại:desc", "bacd"),
    ],
)
def test_a_field_sorts_and_documents_without_it_come_last(
    engine: SearchEngine, sort: str, order: str
) -> None:
    assert "".join(ids(engine, sort=sort)) == order
    assert "".join(ids(engine, sort=sort, limit=2, page=2)) == order[2:]


def test_a_field_is_counted(engine: SearchEngine) -> None:
    counts = engine.facets("văn bản", names=["loại", "trang", "ngày ký"], order="name")
    assert counts == {
        "loại": {"Công văn": 1, "Nghị quyết": 1, "Phụ lục": 1, "Quyết định": 1},
        "trang": {"2.5": 1, "3": 1, "12": 1},
        "ngày ký": {"2021-01-01": 1, "2022-07-03": 1},
    }
    assert list(counts["trang"]) == ["2.5", "3", "12"]
    assert engine.search("văn bản").facets["trang"] == counts["trang"]


def test_names_are_the_same_however_their_letters_are_written(engine: SearchEngine) -> None:
    apart = unicodedata.normalize("NFD", "Ngày Ký")
    assert ids(engine, filters={apart: "2022"}) == ids(engine, filters={"ngày ký": "2022"}) == ["a"]
    assert Field(unicodedata.normalize("NFD", "loại"), "keyword") == FIELDS[0]
    with engine.writer() as writer:
        extra = {unicodedata.normalize("NFD", "loại"): "Tờ trình"}
        writer.add(Document(id="e", text="Văn bản", extra=extra))
    assert ids(engine, filters={"loại": "tờ trình"}) == ["e"]


def test_fields_go_through_commits_merges_and_other_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from searchengine.backends.embedded.index import writer

    settings = IndexSettings(fields=FIELDS)
    engine = SearchEngine.open(tmp_path / "index", create=True, settings=settings)
    for id_ in [*EXTRA, *EXTRA, *EXTRA]:
        write(engine, [id_])
    monkeypatch.setattr(writer, "SHARED_DOCUMENTS", 2)
    write(engine, workers=2)
    assert "".join(ids(engine, sort="trang")) == "bacd"
    assert engine.facets("văn bản", names=["loại"])["loại"]["Nghị quyết"] == 1
    assert engine.verify() == []


def test_what_there_is_not_is_an_error_that_names_what_there_is(engine: SearchEngine) -> None:
    for wrong in ({"filters": {"cỡ": "1"}}, {"sort": "cỡ"}):
        with pytest.raises(
            InputError, match=r"there is no field 'cỡ': choose from (score, date, )?kind, .*trang"
        ):
            engine.search("văn bản", **wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no facet 'cỡ'"):
        engine.facets("văn bản", names=["cỡ"])
    with pytest.raises(InputError, match="'nhiều' is no number"):
        engine.search("văn bản", filters={"trang": "nhiều"})
    with pytest.raises(InputError, match="'asc' or 'desc'"):
        engine.search("văn bản", sort="trang:up")


def test_an_index_keeps_its_settings(engine: SearchEngine, tmp_path: Path) -> None:
    with SearchEngine.open(tmp_path / "index") as again, again.open_view() as view:
        assert view.fields.declared == FIELDS


def test_fields_are_declared_before_the_first_document(engine: SearchEngine) -> None:
    with engine.writer() as writer, pytest.raises(InputError, match="has documents"):
        writer.configure(IndexSettings())
    with engine.writer() as writer:
        for id_ in EXTRA:
            writer.delete(id_)
    with engine.writer() as writer:
        writer.configure(IndexSettings(fields=(Field("cỡ", "number"),)))
        writer.add(Document(id="e", text="Văn bản", extra={"cỡ": 4}))
    assert ids(engine, filters={"cỡ": "4"}) == ["e"]


def test_synonyms_change_without_indexing_again(engine: SearchEngine, tmp_path: Path) -> None:
    assert engine.search("giấy tờ").total == 0
    with engine.writer() as writer:
        writer.configure(IndexSettings(fields=FIELDS, synonyms="giấy tờ, văn bản"))
    assert engine.search("giấy tờ").total == 4
    parts = {part.term for part in engine.explain("giấy tờ", "a").parts}
    assert {"văn", "bản"} <= parts
    # A list that the caller has stands in the place of the index's own.
    own = tmp_path / "mine.txt"
    own.write_text("công báo => văn bản", encoding="utf-8")
    other = SearchEngine.open(tmp_path / "index", synonyms=own)
    assert (other.search("công báo").total, other.search("giấy tờ").total) == (4, 0)
    with pytest.raises(InputError, match="cannot read the synonyms"):
        SearchEngine.open(tmp_path / "index", synonyms=tmp_path / "nowhere.txt")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["place"], "every index has 'place'"),
        (["term"], "every index has 'term'"),
        (["cỡ", "cỡ"], "declared twice"),
        (["a=b"], "cannot be called 'a=b'"),
        ([f"f{n}" for n in range(33)], "32 fields at most"),
    ],
)
def test_fields_that_cannot_be(names: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        IndexSettings(fields=tuple(Field(name, "keyword") for name in names))
