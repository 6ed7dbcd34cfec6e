"""Documents are found by the names of their files, which weigh little."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from searchengine import Document, SearchEngine
from searchengine.pages.ingest import index_paths

FILES = {
    "Báo cáo phụ nữ.txt": "Trời mưa to, bà con vẫn ra đồng.",
    "2024/cho_phien-ven.song.txt": "Sáng chủ nhật người từ các bản xuống đông.",
    "000.txt": "Chợ phiên ven sông họp mỗi tuần một lần.",
    "IMG_2031.txt": "Nước lên nhanh trong đêm.",
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[SearchEngine]:
    for name, text in FILES.items():
        path = tmp_path / "giấy tờ" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with SearchEngine.open(tmp_path / "index", create=True) as engine:
        index_paths(engine, [str(tmp_path / "giấy tờ")])
        yield engine


def found(engine: SearchEngine, query: str, **options: object) -> list[str]:
    return [hit.id for hit in engine.search(query, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "query",
    ["báo cáo phụ nữ", "bao cao phu nu", "BÁO CÁO PHỤ NỮ", "phụ", "+phụ +nữ", "phụ nữ OR sắn"],
)
def test_a_name_is_found_however_it_is_typed(engine: SearchEngine, query: str) -> None:
    assert found(engine, query) == ["Báo cáo phụ nữ.txt"]


def test_every_word_may_stand_in_the_name_or_in_the_text(engine: SearchEngine) -> None:
    assert found(engine, "phụ nữ ra đồng", match_all=True) == ["Báo cáo phụ nữ.txt"]
    assert found(engine, "phụ nữ ra biển", match_all=True) == []


def test_a_filter_lets_names_in(engine: SearchEngine) -> None:
    assert found(engine, "phiên", folder="2024") == ["2024/cho_phien-ven.song.txt"]


def test_what_a_text_says_goes_before_a_name(engine: SearchEngine) -> None:
    assert found(engine, "chợ phiên") == ["000.txt", "2024/cho_phien-ven.song.txt"]


@pytest.mark.parametrize("query", ["000", "2031", "img", "txt", "title:phụ", '"báo cáo phụ nữ"'])
def test_what_no_name_says(engine: SearchEngine, query: str) -> None:
    assert found(engine, query, correct=False) == []


def test_a_minus_looks_at_the_text_alone(engine: SearchEngine) -> None:
    assert found(engine, "mưa -phụ") == ["Báo cáo phụ nữ.txt"]
    assert found(engine, "mưa -bà") == []


def test_an_explanation_shows_the_name(engine: SearchEngine) -> None:
    parts = engine.explain("phụ nữ", "Báo cáo phụ nữ.txt").parts
    assert {(part.field, part.term) for part in parts} == {
        ("name_folded", "phu"),
        ("name_folded", "nu"),
    }


@pytest.mark.parametrize(
    ("document", "has_name"),
    [
        (Document(id="Phụ nữ.pdf", text="Mưa", path="/giấy/Phụ nữ.pdf"), True),
        (Document(id="giấy/Phụ nữ.pdf", text="Mưa", path="/kho/Phụ nữ.pdf"), True),
        (Document(id="Phụ nữ.pdf#3", text="Mưa", path="/giấy/Phụ nữ.pdf"), True),
        (Document(id="kho.zip!a/Phụ nữ.pdf#3", text="Mưa", path="/giấy/kho.zip"), True),
        (Document(id="Phụ nữ.zip!a/1.pdf", text="Mưa", path="/giấy/Phụ nữ.zip"), False),
        (Document(id="Phụ nữ.jsonl#3", text="Mưa", path="/giấy/Phụ nữ.jsonl"), False),
        (Document(id="Phụ nữ.json#1", text="Mưa", path="/giấy/Phụ nữ.json"), False),
        (Document(id="3", text="Mưa", path="/giấy/Phụ nữ.jsonl"), False),
        (Document(id="Phụ nữ.pdf", text="Mưa"), False),
    ],
)
def test_whose_name_it_is(tmp_path: Path, document: Document, has_name: bool) -> None:
    with SearchEngine.open(tmp_path / "index", create=True) as engine:
        with engine.writer() as writer:
            writer.add(document)
        assert bool(found(engine, "phụ nữ", correct=False)) == has_name
        assert engine.stats()["terms"]["name_folded"] == 2 * has_name
