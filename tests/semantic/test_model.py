"""A model in a directory: vectors of queries and of documents."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

from searchengine.document import Document
from searchengine.errors import InputError
from searchengine.semantic.model import SemanticModel
from tests.semantic.tiny import tiny_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("model"), alike={"cún": "chó"})


@pytest.fixture(scope="module")
def model(folder: Path) -> SemanticModel:
    return SemanticModel.open(folder, threads=1)


def document(text: str, title: str = "") -> Document:
    return Document(id="1", title=title, text=text)


def nearness(model: SemanticModel, query: str, text: str) -> float:
    vectors = next(model.embed([document(text)]))
    return float((vectors.codes[0] * vectors.scales[0]) @ model.query(query))


def test_a_query_is_a_vector_of_unit_length(model: SemanticModel) -> None:
    found = model.query("chó mèo")
    assert found.shape == (model.dimensions,)
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-5)


def test_what_means_the_same_comes_nearer_than_what_does_not(model: SemanticModel) -> None:
    assert nearness(model, "cún", "chó") > nearness(model, "cún", "mưa") + 0.1


def test_either_placement_of_a_tone_makes_the_same_vector(model: SemanticModel) -> None:
    assert model.query("hoà").tolist() == model.query("hòa").tolist()


def test_a_vector_does_not_depend_on_what_else_is_embedded(model: SemanticModel) -> None:
    texts = ["chó ăn cơm", "mưa", "học sinh đi xe máy mua phở ngon", "nhà trường"]
    together = list(model.embed(map(document, texts)))
    for text, one in zip(texts, together, strict=True):
        alone = next(model.embed([document(text)]))
        assert np.array_equal(one.codes, alone.codes)


def test_documents_come_in_the_order_given_however_many(model: SemanticModel) -> None:
    texts = ["mưa", "nắng trời"] * 70
    found = list(model.embed(map(document, texts)))
    assert len(found) == 140
    assert np.array_equal(found[0].codes, found[138].codes)
    assert not np.array_equal(found[0].codes, found[1].codes)


def test_a_passage_is_where_its_span_says(model: SemanticModel) -> None:
    text = "\n".join(["chó ăn cơm ngon đi mưa"] * 20)
    found = next(model.embed([document(text)]))
    assert len(found) > 1
    cut = [text[start:end] for start, end in found.spans]
    assert " ".join(cut).split() == text.split()


def test_the_title_has_a_say_in_every_passage(model: SemanticModel) -> None:
    text = "cơm phở " * 40
    plain = next(model.embed([document(text)]))
    titled = next(model.embed([document(text, "bệnh viện thuốc " * 5)]))
    query = model.query("bệnh viện")
    assert ((titled.codes @ query) * titled.scales).min() > (
        (plain.codes @ query) * plain.scales
    ).max()


def test_a_long_title_leaves_room_for_the_text(model: SemanticModel) -> None:
    text = "cơm phở " * 40
    found = next(model.embed([document(text, "bệnh viện thuốc " * 30)]))
    cut = [text[start:end] for start, end in found.spans]
    assert min(len(one.split()) for one in cut[:-1]) > 10
    assert " ".join(cut).split() == text.split()[: len(" ".join(cut).split())]


def test_a_prefix_that_leaves_no_room_is_told(folder: Path, tmp_path: Path) -> None:
    described = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    described["passage_prefix"] = "chó mèo " * 20
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "model.json").write_text(json.dumps(described), encoding="utf-8")
    with pytest.raises(InputError, match=r"passage_prefix takes 4. of 64 tokens"):
        SemanticModel.open(tmp_path)


@pytest.mark.parametrize("odd", [chr(0xD800), chr(0xDFFF), chr(0)])
def test_characters_that_no_tokenizer_reads_are_passed_over(model: SemanticModel, odd: str) -> None:
    text = f"mưa {odd} nắng"
    (found,) = model.embed([document(text, f"trời {odd}")])
    assert found.spans.tolist() == [[0, len(text)]]
    assert model.query(text).any()


def test_a_document_of_a_title_alone_has_a_vector(model: SemanticModel) -> None:
    assert next(model.embed([document("", "bệnh viện")])).spans.tolist() == [[0, 0]]


def test_a_query_longer_than_the_model_reads_is_cut(model: SemanticModel) -> None:
    assert model.query("mưa " * 500).shape == (model.dimensions,)


def test_nothing_is_fetched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a model needs no network")

    monkeypatch.setattr(socket, "socket", refuse)
    assert SemanticModel.open(folder).query("mưa").any()


def test_the_same_files_are_the_same_model_and_others_are_another(
    folder: Path, model: SemanticModel, tmp_path: Path
) -> None:
    assert SemanticModel.open(folder).fingerprint == model.fingerprint
    other = SemanticModel.open(tiny_model(tmp_path / "other", seed=2))
    assert other.fingerprint != model.fingerprint
    described = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    described["query_prefix"] = "hỏi: "
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "model.json").write_text(json.dumps(described), encoding="utf-8")
    assert SemanticModel.open(tmp_path).fingerprint != model.fingerprint


def exported(folder: Path, *, pooled: bool) -> None:
    """A model as other tools export it: words of a list, a row of numbers each."""
    words = ["[PAD]", "[UNK]", "mưa", "nắng"]
    cutter = Tokenizer(models.WordLevel({one: at for at, one in enumerate(words)}, "[UNK]"))
    cutter.pre_tokenizer = pre_tokenizers.Whitespace()
    cutter.enable_padding(length=16)
    cutter.save(str(folder / "tokenizer.json"))
    rows = numpy_helper.from_array(np.eye(4, dtype=np.float32), "rows")
    nodes = [helper.make_node("Gather", ["rows", "input_ids"], ["token_embeddings"])]
    result = "token_embeddings"
    shape: list[str | int | None] = ["batch", "tokens", 4]
    if pooled:
        axes = numpy_helper.from_array(np.array([1], np.int64), "axes")
        nodes.append(
            helper.make_node(
                "ReduceSum", ["token_embeddings", "axes"], ["sentence_embedding"], keepdims=0
            )
        )
        result, shape = "sentence_embedding", ["batch", 4]
    names = ("input_ids", "token_type_ids")
    inputs = [
        helper.make_tensor_value_info(one, TensorProto.INT64, ["batch", "tokens"]) for one in names
    ]
    outputs = [helper.make_tensor_value_info(result, TensorProto.FLOAT, shape)]
    constants = [rows, axes] if pooled else [rows]
    graph = helper.make_graph(nodes, "exported", inputs, outputs, constants)
    opsets = [helper.make_opsetid("", 18)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=9), folder / "model.onnx")


@pytest.mark.parametrize(("pooling", "expected"), [("mean", [2, 1]), ("first", [1, 0])])
def test_a_model_of_another_tool_is_pooled_as_it_says(
    tmp_path: Path, pooling: str, expected: list[int]
) -> None:
    exported(tmp_path, pooled=False)
    said = {"name": "words", "license": "none", "pooling": pooling}
    (tmp_path / "model.json").write_text(json.dumps(said), encoding="utf-8")
    found = SemanticModel.open(tmp_path).query("mưa mưa nắng")
    assert found[2:].tolist() == pytest.approx(np.array(expected) / np.linalg.norm(expected))


def test_a_graph_that_pools_by_itself_is_taken_at_its_word(tmp_path: Path) -> None:
    exported(tmp_path, pooled=True)
    said = {"name": "words", "license": "none"}
    (tmp_path / "model.json").write_text(json.dumps(said), encoding="utf-8")
    assert SemanticModel.open(tmp_path).query("nắng").tolist() == pytest.approx([0, 0, 0, 1])


def test_without_a_model_it_is_said_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="searchengine model build"):
        SemanticModel.open(tmp_path)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("[1]", "object"),
        ("{", "not JSON"),
        ('{"license": "none"}', "lacks 'name'"),
        ('{"name": "x", "license": "none", "pooling": "last"}', "pooling"),
        ('{"name": "x", "license": "none", "colour": "red"}', "no 'colour'"),
        ('{"name": "x", "license": "none", "longest_input": 9999}', "longest_input"),
        ('{"name": "x", "license": "none"}', "lacks model.onnx"),
    ],
)
def test_a_description_that_cannot_be_is_refused(tmp_path: Path, said: str, told: str) -> None:
    (tmp_path / "model.json").write_text(said, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        SemanticModel.open(tmp_path)


def test_a_file_that_changed_is_told(tmp_path: Path) -> None:
    tiny_model(tmp_path / "model")
    with (tmp_path / "model" / "model.onnx").open("ab") as graph:
        graph.write(b"x")
    with pytest.raises(InputError, match="is not the file"):
        SemanticModel.open(tmp_path / "model")


def test_what_is_no_graph_is_told_in_one_line(tmp_path: Path) -> None:
    exported(tmp_path, pooled=True)
    (tmp_path / "model.json").write_text('{"name": "x", "license": "none"}', encoding="utf-8")
    (tmp_path / "model.onnx").write_bytes(b"none")
    with pytest.raises(InputError, match="cannot be used") as told:
        SemanticModel.open(tmp_path)
    assert "\n" not in str(told.value)
