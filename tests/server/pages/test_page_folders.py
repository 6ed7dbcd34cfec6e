"""Kinds of papers and folders, on the page and over the API."""

from __future__ import annotations

import pytest

from searchengine import Document, SearchEngine
from tests.cluster.places import place_of_index
from tests.server.client import Client
from tests.server.pages.html import Page, ask, follow, state

PAPERS = (
    ("a", "Kế hoạch", "2024/Nghị quyết"),
    ("b", "Báo cáo", "2024/Nghị quyết/Quý 1"),
    ("c", "Kế hoạch", "Kế hoạch 2024"),
    ("d", "", ""),
)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Client:
    place = place_of_index(tmp_path_factory.mktemp("papers") / "index")
    engine = SearchEngine.open(place, create=True)
    with engine.writer() as writer:
        for id_, kind, folder in PAPERS:
            text = f"Bản {id_} về con mương."
            writer.add(Document(id=id_, text=text, kind=kind, folder=folder))
    return Client(engine)


def facet(page: Page, title: str) -> list[str]:
    (found,) = (one for one in page.all(".facet") if one.cssselect("h2")[0].text == title)
    return [" ".join(one.text_content().split()) for one in found.cssselect("li")]


def test_kinds_and_folders_are_facets(papers: Client) -> None:
    page = ask(papers, q="con mương")
    assert page.texts(".facet h2") == ["Loại văn bản", "Thư mục"]
    assert facet(page, "Loại văn bản") == ["Kế hoạch 2", "Báo cáo 1"]
    folders = ["2024 2", "2024/Nghị quyết 2", "2024/Nghị quyết/Quý 1 1", "Kế hoạch 2024 1"]
    assert facet(page, "Thư mục") == folders
    for value in folders:
        narrowed = follow(papers, page.link(value))
        assert int(narrowed.text("h1").split()[-3]) == int(value.split()[-1])


def test_a_folder_takes_the_place_of_another(papers: Client) -> None:
    page = follow(papers, ask(papers, q="con mương").link("2024 2"))
    assert page.texts(".chips a > span[lang]") == ["Thư mục: 2024"]
    deeper = page.link("2024/Nghị quyết/Quý 1 1")
    assert state(deeper) == {"q": "con mương", "f": "folder=2024/Nghị quyết/Quý 1"}


def test_a_document_says_its_kind(papers: Client) -> None:
    assert "Kế hoạch" in ask(papers, "/document", id="a").text("dl")
    assert "Loại văn bản" not in ask(papers, "/document", id="d").text("dl")


def test_a_folder_that_is_not_there_is_told_in_vietnamese(papers: Client) -> None:
    page = ask(papers, q="con mương", f="folder=Nghị quyết")
    assert "Không có thư mục “Nghị quyết”. Có: 2024/Nghị quyết" in page.text("main")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("in=2024", ["a", "b"]),
        ("in=2024/nghi+quyet/", ["a", "b"]),
        ("in=quyet", []),
        ("kind=kế+hoạch", ["a", "c"]),
        ("kind=kế+hoạch&in=2024", ["a"]),
        ("filter=folder=2024&filter=kind=bao+cao", ["b"]),
    ],
)
def test_the_api_narrows_by_them(papers: Client, asked: str, found: list[str]) -> None:
    answer = papers.get(f"/search?q=mương&{asked}").json()
    assert sorted(hit["id"] for hit in answer["hits"]) == found


def test_the_api_counts_and_shows_them(papers: Client) -> None:
    counts = papers.get("/facets?q=mương&by=in&by=kind&in=2024").json()["facets"]
    assert counts == {
        "folder": {"2024": 2, "2024/Nghị quyết": 2, "2024/Nghị quyết/Quý 1": 1},
        "kind": {"Báo cáo": 1, "Kế hoạch": 1},
    }
    found = papers.get("/documents/b").json()
    assert (found["kind"], found["folder"]) == ("Báo cáo", "2024/Nghị quyết/Quý 1")
