"""A server with a model: the API's parameter and the page's switch."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchengine import Document, SearchEngine
from searchengine.errors import InputError
from searchengine.semantic.model import SemanticModel
from searchengine.server.pages.address import read_address
from tests.semantic.tiny import tiny_model
from tests.server.client import Client
from tests.server.pages.html import Engines, ask, follow

TEXTS = ("con vật trong nhà: mèo ăn cơm ngon", "con vật trong nhà: chó ăn cơm ngon")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("model"), alike={"cún": "chó"})


@pytest.fixture
def plain(make_engine: Engines) -> SearchEngine:
    return make_engine(*(Document(id=str(at), text=text) for at, text in enumerate(TEXTS)))


@pytest.fixture
def client(plain: SearchEngine, folder: Path) -> Client:
    plain.embed(SemanticModel.open(folder, threads=1))
    return Client(plain, model=str(folder))


def test_a_program_asks_for_meaning(client: Client) -> None:
    found = client.json("/search?q=cún ăn cơm ngon&semantic=true")
    assert [hit["id"] for hit in found["hits"]] == ["1", "0"]


def test_without_asking_words_alone_count(client: Client) -> None:
    found = client.json("/search?q=cún ăn cơm ngon&explain=true")
    assert "semantic" not in found["hits"][0]["explanation"]


def test_a_server_without_a_model_says_how_to_start_one(plain: SearchEngine) -> None:
    answer = Client(plain).get("/search?q=cơm&semantic=true")
    assert answer.status_code == 400
    assert "serve --semantic" in answer.json()["error"]


def test_a_model_that_did_not_make_the_vectors_is_refused_at_the_start(
    plain: SearchEngine, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="no vectors"):
        Client(plain, model=str(tiny_model(tmp_path / "model")))
    plain.embed(SemanticModel.open(tiny_model(tmp_path / "one", seed=1)))
    with pytest.raises(InputError, match="with that model"):
        Client(plain, model=str(tiny_model(tmp_path / "other", seed=2)))


def test_the_page_goes_by_meaning_until_it_is_switched_off(client: Client) -> None:
    page = ask(client, q="cún ăn cơm ngon")
    assert "Tìm theo cả từ lẫn nghĩa" in page.source
    assert page.all(".hits h2 a")[0].get("href").startswith("/document?id=1")
    assert "semantic=true" in page.one("p.foot a").get("href")
    switch = page.one("//div[@aria-labelledby='switch-semantic']")
    off = follow(client, switch.cssselect("a")[1].get("href"))
    assert "semantic=true" not in off.one("p.foot a").get("href")
    assert (
        off.one("//div[@aria-labelledby='switch-semantic']").cssselect("a[aria-current]")[0].text
        == "Tắt"
    )


def test_a_server_without_a_model_has_no_switch(plain: SearchEngine) -> None:
    page = ask(Client(plain), q="cún ăn cơm ngon")
    assert "switch-semantic" not in page.source
    assert "semantic" not in page.one("p.foot a").get("href")


def test_the_address_remembers_the_switch() -> None:
    off = read_address([("q", "cơm"), ("semantic", "off")])
    assert not off.semantic
    assert ("semantic", "off") in off.pairs()
    assert read_address(off.pairs(semantic=True)).pairs() == [("q", "cơm")]
