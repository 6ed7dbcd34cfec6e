"""Making vectors: the command ``embed``, ``index --semantic``, and what copying does with them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from searchengine import Document, SearchEngine
from searchengine.backends.memory.backend import MemoryBackend
from searchengine.backends.vectors.passages import PassageVectors
from searchengine.cli.commands import main
from searchengine.errors import InputError
from searchengine.semantic.model import SemanticModel
from tests.semantic.tiny import tiny_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tiny_model(tmp_path_factory.mktemp("model")))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tiny_model(tmp_path_factory.mktemp("other"), seed=2))


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.txt").write_text("chó ăn cơm ngon", encoding="utf-8")
    (folder / "b.txt").write_text("mưa trên đường phố", encoding="utf-8")
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Return a command's exit code, what it prints, and what it says beside that."""
    with pytest.raises(SystemExit) as stopped:
        main.main(list(arguments))
    said = capsys.readouterr()
    return int(stopped.value.code or 0), said.out, said.err


def with_vectors(index: str) -> int:
    with SearchEngine.open(index) as engine:
        return int(engine.stats()["with_vectors"])


def test_embed_gives_vectors_to_what_has_none(
    pages: Path, tmp_path: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    index = str(tmp_path / "index")
    run(capsys, "index", str(pages), "--index", index)
    assert with_vectors(index) == 0
    asked = ("embed", "--model", model, "--index", index)
    code, said, _ = run(capsys, *asked)
    assert (code, said) == (0, "2 of 2 documents were given vectors, all have them\n")
    (pages / "c.txt").write_text("phở ngon", encoding="utf-8")
    run(capsys, "index", str(pages), "--index", index)
    code, said, _ = run(capsys, *asked, "--json")
    assert json.loads(said) == {"ok": True, "embedded": 1, "documents": 3}
    assert "vectors of model" in run(capsys, "stats", "--index", index)[1]


def test_index_makes_them_too_where_asked(
    pages: Path, tmp_path: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    index = str(tmp_path / "index")
    code, said, _ = run(
        capsys, "index", str(pages), "--semantic", "--model", model, "--index", index, "--json"
    )
    assert (code, json.loads(said)["added"]) == (0, 2)
    assert with_vectors(index) == 2


def test_another_model_is_refused_unless_it_replaces(
    pages: Path, tmp_path: Path, model: str, other: str, capsys: pytest.CaptureFixture[str]
) -> None:
    index = str(tmp_path / "index")
    run(capsys, "index", str(pages), "--semantic", "--model", model, "--index", index)
    code, _, told = run(capsys, "embed", "--model", other, "--index", index)
    assert code == 2
    assert "--replace" in told
    code, said, _ = run(capsys, "embed", "--model", other, "--replace", "--index", index)
    assert (code, said[:6]) == (0, "2 of 2")
    code, _, told = run(capsys, "search", "chó", "--semantic", "--model", model, "--index", index)
    assert (code, "search with that model" in told) == (2, True)


def test_without_a_model_or_its_packages_it_is_said_what_to_do(
    pages: Path,
    tmp_path: Path,
    model: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = str(tmp_path / "index")
    code, _, told = run(capsys, "index", str(pages), "--semantic", "--index", index)
    assert (code, "--model DIR" in told, Path(index).exists()) == (2, True, False)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    asked = ("index", str(pages), "--semantic", "--model", model, "--index", index)
    code, _, told = run(capsys, *asked)
    assert code == 2
    assert "pip install 'searchengine[semantic]'" in told
    assert not Path(index).exists()


def test_copying_takes_vectors_along(
    pages: Path, tmp_path: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    index, copied = str(tmp_path / "index"), str(tmp_path / "copied")
    run(capsys, "index", str(pages), "--semantic", "--model", model, "--index", index)
    with SearchEngine.open(index) as engine, engine.writer() as writer:
        writer.add(Document(id="chưa", text="chưa có vectơ"))
    assert run(capsys, "copy", index, copied)[0] == 0
    assert (with_vectors(index), with_vectors(copied)) == (2, 2)
    asked = ("search", "chó cơm", "--semantic", "--model", model, "--json", "--index")
    found = [json.loads(run(capsys, *asked, one)[1])["hits"] for one in (index, copied)]
    assert [hit["score"] for hit in found[0]] == pytest.approx([hit["score"] for hit in found[1]])
    with SearchEngine.open(index) as engine:
        memory = SearchEngine(MemoryBackend())
        engine.copy_to(memory)
        assert memory.stats()["with_vectors"] == 2


@pytest.mark.parametrize("text", ["nắng", "nắng trời đường phố " * 9])
def test_copying_takes_no_vectors_of_another_text_along(
    tmp_path: Path, model: str, text: str
) -> None:
    """Of a document that was replaced, and embedded, since its text was copied."""
    embedder = SemanticModel.open(model)
    source, target = (SearchEngine.open(tmp_path / name, create=True) for name in ("a", "b"))
    with source.writer() as writer:
        writer.add(Document(id="1", text="chó ăn cơm"))
        writer.add(Document(id="2", text="mưa"))
    source.embed(embedder)

    def replaced(done: int, documents: int) -> None:
        if done == documents:
            with source.writer() as writer:
                writer.add(Document(id="1", text=text))
            source.embed(embedder)

    source.copy_to(target, progress=replaced)
    assert target.get("1").text == "chó ăn cơm"
    assert target.stats()["with_vectors"] == 1
    assert target.embed(embedder) == 1


def test_copying_to_an_engine_without_vectors_leaves_them(
    pages: Path, tmp_path: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    index = str(tmp_path / "index")
    run(capsys, "index", str(pages), "--semantic", "--model", model, "--index", index)

    class WithoutVectors(MemoryBackend):
        stores_vectors = False

    with SearchEngine.open(index) as engine:
        target = SearchEngine(WithoutVectors())
        assert engine.copy_to(target) == 2
        assert target.stats()["with_vectors"] == 0


def test_stopped_it_says_where_it_goes_on(
    pages: Path,
    tmp_path: Path,
    model: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = str(tmp_path / "index")
    run(capsys, "index", str(pages), "--index", index)

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(SearchEngine, "embed", stop)
    code, _, told = run(capsys, "embed", "--model", model, "--index", index)
    assert (code, "goes on there" in told) == (130, True)


class Miscounting:
    """A model that yields vectors of so many documents, however many it is given."""

    fingerprint, dimensions = "mau", 2

    def __init__(self, count: int) -> None:
        self._count = count

    def embed(self, documents: Iterable[Document]) -> Iterator[PassageVectors]:
        list(documents)
        codes, span = np.ones((1, 2), np.int8), np.array([[0, 1]], np.int32)
        for _ in range(self._count):
            yield PassageVectors(codes, np.ones(1, np.float32), span)


@pytest.mark.parametrize(("count", "told"), [(3, "more vectors"), (1, "nothing for 'b'")])
def test_a_model_yields_the_vectors_of_each_document(
    count: int, told: str, make_engine: Callable[..., SearchEngine]
) -> None:
    engine = make_engine(Document("a", "chó ăn"), Document("b", "mưa rơi"))
    with pytest.raises(InputError, match=told):
        engine.embed(Miscounting(count))
    assert engine.stats()["with_vectors"] == 0
    assert engine.embed(Miscounting(2)) == 2
