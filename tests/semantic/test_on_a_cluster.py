"""Searching by meaning in an index on a cluster: the commands do what they do for a folder."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from searchengine import SearchEngine
from searchengine.cli.commands import main
from searchengine.errors import SearchEngineError
from tests.semantic.tiny import tiny_model

PAGES = {
    "a.txt": "con vật trong nhà: chó ăn cơm ngon",
    "b.txt": "con vật trong nhà: mèo ăn cơm ngon",
    "c.txt": "trời mưa to trên đường phố",
}
Run = Callable[..., Any]


@pytest.fixture
def address(opensearch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    host = opensearch_url.rstrip("/").replace("http://", "opensearch://")
    address = f"{host}/test-{secrets.token_hex(6)}"
    yield address
    with contextlib.suppress(SearchEngineError):
        SearchEngine.remove(address)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """A function that runs a command and returns its JSON."""

    def run(*arguments: str) -> Any:
        with pytest.raises(SystemExit) as stopped:
            main.main([*arguments, "--json"])
        said = capsys.readouterr()
        assert not stopped.value.code, said.err
        return json.loads(said.out)

    return run


def test_commands_make_and_use_vectors(
    address: str, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = str(tiny_model(tmp_path / "model", alike={"cún": "chó"}))
    other = str(tiny_model(tmp_path / "other", seed=2))
    folder, back = str(tmp_path / "folder"), str(tmp_path / "back")
    pages = tmp_path / "pages"
    pages.mkdir()
    for name, text in PAGES.items():
        (pages / name).write_text(text, encoding="utf-8")
    semantic = ("--semantic", "--model", model)
    for index in (folder, address):
        run("index", str(pages), *semantic, "--index", index)
        assert run("stats", "--index", index)["with_vectors"] == 3
    (pages / "d.txt").write_text("cún đi xe máy mua phở ngon", encoding="utf-8")
    for index in (folder, address):
        run("index", str(pages), "--index", index)
        assert run("embed", "--model", model, "--index", index)["embedded"] == 1

    def found(index: str) -> list[tuple[str, str, float]]:
        asked = run("search", "cún ăn cơm ngon", *semantic, "--index", index)
        return [(hit["id"], hit["snippet"], pytest.approx(hit["score"])) for hit in asked["hits"]]

    assert found(address) == found(folder)
    assert found(address)[0][0].endswith("a.txt")
    assert run("verify", "--index", address)["faults"] == []
    run("copy", address, back)
    assert found(back) == found(folder)
    with pytest.raises(SystemExit):
        main.main(["embed", "--model", other, "--index", address])
    assert "--replace" in capsys.readouterr().err
    assert run("embed", "--model", other, "--replace", "--index", address)["embedded"] == 4
    with pytest.raises(SystemExit):
        main.main(["search", "chó", *semantic, "--index", address])
    assert "search with that model" in capsys.readouterr().err
