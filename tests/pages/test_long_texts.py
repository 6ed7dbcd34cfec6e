"""A text that is too long for one document: cut where it pauses, found in parts, shown as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchengine import SearchEngine
from searchengine.pages import long_texts
from searchengine.pages.ingest import index_paths
from searchengine.pages.long_texts import parts_of


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_texts, "LONGEST", 2_000)
    monkeypatch.setattr(long_texts, "PART_MAX", 600)
    monkeypatch.setattr(long_texts, "PART_MIN", 300)


def law(articles: int) -> str:
    """A law of several chapters, its articles of 100 characters and more."""
    pieces = ["LUẬT CÂY XANH\n\n"]
    for number in range(1, articles + 1):
        if number % 4 == 1:
            pieces.append(f"Chương {number // 4 + 1}\nQUY ĐỊNH\n\n")
        pieces.append(
            f"Điều {number}. Cây số {number}\nNgười trồng tưới cây mỗi ngày. " + "Cỏ " * 20
        )
        pieces.append("\n\n")
    return "".join(pieces)


def test_parts_are_the_text_and_begin_with_a_heading() -> None:
    text = law(30)
    parts = [part.text for part in parts_of(text)]
    assert "".join(parts) == text
    assert all(len(part) <= 600 for part in parts)
    assert all(part.startswith(("Chương", "Điều")) for part in parts[1:])


def test_a_chapter_goes_before_an_article() -> None:
    text = "Chương I\n" + "a " * 160 + "\nChương II\n" + "b " * 40 + "\nĐiều 3. Cuối\n" + "c " * 300
    assert [part.text[:9] for part in parts_of(text)][1] == "Chương II"


def test_parts_of_a_paged_file_know_their_pages() -> None:
    text = "\f".join(f"Tờ {number}. " + "chữ " * 60 for number in range(1, 9))
    found = list(parts_of(text))
    assert "".join(part.text for part in found) == text
    assert [part.first_page for part in found] == [1, 3, 5, 7]


def test_what_has_no_pause_is_cut_all_the_same() -> None:
    assert [len(part.text) for part in parts_of("x" * 1_500)] == [600, 600, 300]


def test_a_long_law_is_found_by_its_article_and_shown_once(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "luat.txt").write_text(law(60), "utf-8")
    (pages / "khac.txt").write_text("Người trồng tưới cây mỗi ngày ở vườn ươm của xã.", "utf-8")
    engine = SearchEngine.open(tmp_path / "index", create=True)
    report = index_paths(engine, [str(pages)])
    assert report.added > 10
    assert not report.problems
    first = engine.search('"cây số 47"').hits[0]
    assert first.article == "47"
    assert first.id.startswith("luat.txt#")
    assert "phần" in first.title
    found = engine.search("người trồng tưới cây")
    assert sorted(hit.id.partition("#")[0] for hit in found.hits) == ["khac.txt", "luat.txt"]
    apart = engine.search("người trồng tưới cây", fold_duplicates=False)
    assert sum(hit.id.startswith("luat.txt") for hit in apart.hits) > 3
    assert engine.get("luat.txt#2").part_of == engine.get("luat.txt").part_of == "luat.txt"
    assert engine.get("khac.txt").part_of == ""


def test_a_text_that_fits_is_one_document(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "luat.txt").write_text(law(5), "utf-8")
    engine = SearchEngine.open(tmp_path / "index", create=True)
    assert index_paths(engine, [str(pages)]).added == 1
