"""docs/server.md and the README: every curl example answers what stands below it."""

from __future__ import annotations

import json
import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from searchengine import SearchEngine
from tests.cluster.places import Place, copied, on_cluster
from tests.server.client import Client

ROOT = Path(__file__).parent.parent.parent
#: What differs from one run to the next, or with the day.
CHANGING = {"took_ms", "score"}


def examples() -> list[tuple[str, str]]:
    """Each ``$ curl`` line of the console blocks, and the line below it, in order."""
    found = []
    for name in ("docs/server.md", "README.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
            lines = block.splitlines()
            for command, answer in pairwise(lines):
                if command.startswith("$ curl "):
                    found.append((command.removeprefix("$ "), answer))
    return found


def send(client: Client, command: str) -> str:
    """The answer to a curl command; knows the few options that the examples use."""
    words = iter(shlex.split(command)[1:])
    method, body, headers, address = "GET", None, {}, ""
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words).encode()
        elif word != "-s":
            assert word.startswith("localhost:8000"), word
            address = word.removeprefix("localhost:8000")
    return client.request(method, address, content=body, headers=headers).text


def steady(value: Any) -> Any:
    """A JSON value without what changes."""
    if isinstance(value, dict):
        return {name: steady(item) for name, item in value.items() if name not in CHANGING}
    if isinstance(value, list):
        return [steady(item) for item in value]
    return value


@pytest.fixture(scope="module")
def client(seed_directory: Place, tmp_path_factory: pytest.TempPathFactory) -> Client:
    """A server on a copy of the seeds that the examples may write to."""
    directory = copied(seed_directory, tmp_path_factory.mktemp("docs") / "index")
    return Client(SearchEngine.open(directory), write_token="s3cret")


def test_every_example_answers_what_is_written(client: Client) -> None:
    assert len(examples()) >= 8
    for command, answer in examples():
        if on_cluster() and "/suggest?" in command:
            continue  # Completion is another there.
        assert steady(json.loads(send(client, command))) == steady(json.loads(answer)), command


def test_every_route_is_in_the_document(client: Client) -> None:
    text = (ROOT / "docs/server.md").read_text(encoding="utf-8")
    for path, methods in client.json("/openapi.json")["paths"].items():
        for method in methods:
            assert f"`{method.upper()} {path}`" in text, (method, path)
