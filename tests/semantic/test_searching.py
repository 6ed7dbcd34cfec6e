"""Searching by meaning as well as by words, through the library and the commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchengine import Document, SearchEngine
from searchengine.cli.commands import main
from searchengine.errors import InputError
from searchengine.query.plan import meaning
from searchengine.semantic.model import SemanticModel
from tests.semantic.tiny import tiny_model

TEXTS = {
    "dog": "con vật trong nhà: chó ăn cơm ngon",
    "cat": "con vật trong nhà: mèo ăn cơm ngon",
    "rain": "trời mưa to trên đường phố",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("model"), alike={"cún": "chó"})


@pytest.fixture(scope="module")
def model(folder: Path) -> SemanticModel:
    return SemanticModel.open(folder, threads=1)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, model: SemanticModel) -> Path:
    path = tmp_path_factory.mktemp("index") / "index"
    with SearchEngine.open(path, create=True) as engine:
        with engine.writer() as writer:
            for id_, text in TEXTS.items():
                writer.add(Document(id=id_, text=text))
        engine.embed(model)
    return path


@pytest.fixture
def engine(index: Path) -> Iterator[SearchEngine]:
    with SearchEngine.open(index) as engine:
        yield engine


def ids(engine: SearchEngine, query: str, model: SemanticModel | None) -> list[str]:
    return [hit.id for hit in engine.search(query, semantic=model)]


def test_of_texts_with_as_many_words_the_one_that_means_it_comes_first(
    engine: SearchEngine, model: SemanticModel
) -> None:
    assert ids(engine, "cún ăn cơm ngon", model)[0] == "dog"
    assert ids(engine, "mèo ăn cơm ngon", model)[0] == "cat"


def test_the_explanation_adds_up_to_the_score(engine: SearchEngine, model: SemanticModel) -> None:
    for hit in engine.search("cún ăn cơm", semantic=model, explain=True):
        found = hit.explanation
        assert found is not None
        assert found.cosine is not None
        words = sum(part.score for part in found.parts) * found.date_factor * found.nearness
        assert words + found.semantic == pytest.approx(hit.score)
        assert found.to_json()["semantic"] == found.semantic


def test_without_it_nothing_is_said_of_meaning(engine: SearchEngine) -> None:
    (hit, *_) = engine.search("mèo ăn cơm", explain=True)
    assert hit.explanation is not None
    assert "semantic" not in hit.explanation.to_json()


def test_an_index_without_vectors_says_how_to_make_them(
    tmp_path: Path, model: SemanticModel
) -> None:
    with SearchEngine.open(tmp_path / "index", create=True) as engine:
        with engine.writer() as writer:
            writer.add(Document(id="1", text="trời mưa"))
        with pytest.raises(InputError, match="vectors"):
            engine.search("trời mưa", semantic=model)


def test_what_means_it_may_lack_a_word_that_others_have(
    tmp_path: Path, model: SemanticModel
) -> None:
    texts = {str(number): f"mưa to {number}" for number in range(12)} | {"meaning": "chó chó mưa"}
    with SearchEngine.open(tmp_path / "index", create=True) as engine:
        with engine.writer() as writer:
            for id_, text in texts.items():
                writer.add(Document(id=id_, text=text))
        engine.embed(model)
        asked = "cún cún cún mưa to"
        by_words = {hit.id: hit.partial for hit in engine.search(asked, limit=20)}
        by_meaning = list(engine.search(asked, semantic=model, limit=20))
    assert [id_ for id_, partial in by_words.items() if partial] == ["meaning"]
    assert [hit.id for hit in by_meaning].index("meaning") < 12
    assert not any(hit.partial for hit in by_meaning)


class Slow:
    """A model that must not be asked."""

    fingerprint = "none"
    spread = 0.0

    def query(self, text: str) -> list[float]:
        raise AssertionError(text)


@pytest.mark.parametrize(
    "query", ['"ăn cơm"', "cơ*", "title:chó", "+mèo cơm", "12/QĐ-UBND", "2022"]
)
def test_what_words_answer_better_is_left_to_them(engine: SearchEngine, query: str) -> None:
    engine.search(query, semantic=Slow())


def test_so_is_what_is_ordered_by_date(engine: SearchEngine) -> None:
    engine.search("mèo ăn cơm", semantic=Slow(), sort="date")


def test_near_the_deadline_it_is_left_out_and_said(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meaning, "LEAST_SECONDS", 100.0)
    found = engine.search("mèo ăn cơm", semantic=Slow(), time_limit=50)
    assert next(iter(found)).id == "cat"
    assert any("no time" in note for note in found.notes)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main.main(list(arguments))
    return int(stop.value.code or 0)


def test_the_command_takes_the_model_from_the_environment(
    index: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = (
        "search",
        "cún ăn cơm ngon",
        "--semantic",
        "--json",
        "--explain",
        "--index",
        str(index),
    )
    assert run(*asked) == 2
    assert "--model DIR" in capsys.readouterr().err
    monkeypatch.setenv("SEARCHENGINE_MODEL", str(folder))
    assert run(*asked) == 0
    hits = json.loads(capsys.readouterr().out)["hits"]
    assert hits[0]["id"] == "dog"
    assert hits[0]["explanation"]["cosine"] > hits[1]["explanation"]["cosine"]


def test_a_set_is_measured_by_meaning_too(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [json.dumps({"id": id_, "text": text}) for id_, text in TEXTS.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    query = {"id": "1", "text": "cún ăn cơm ngon", "gold": ["dog"]}
    (tmp_path / "queries.jsonl").write_text(json.dumps(query), encoding="utf-8")
    assert run("eval", str(tmp_path), "--semantic", "--model", str(folder), "--json") == 0
    assert json.loads(capsys.readouterr().out)["mean"]["p@1"] == 100


def test_a_model_is_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("model", "show", str(folder), "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["dimensions"] == 32
    assert "MIT" in said["license"]


def test_the_snippet_is_of_the_passage_that_means_it(tmp_path: Path, model: SemanticModel) -> None:
    filler = "đi xe máy mua phở trên đường phố. " * 12
    text = f"Nhà trường có mèo.\n{filler}\n" + "Chó ăn ngon. " * 16
    with SearchEngine.open(tmp_path / "index", create=True) as engine:
        with engine.writer() as writer:
            writer.add(Document(id="1", text=text))
        engine.embed(model)
        (by_words,) = engine.search("nhà trường cún cún cún ăn")
        (by_meaning,) = engine.search("nhà trường cún cún cún ăn", semantic=model)
    assert by_words.snippet.startswith("Nhà trường")
    assert "Chó ăn ngon" in by_meaning.snippet
    assert any(by_meaning.snippet[start:end] == "ăn" for start, end in by_meaning.highlights)
