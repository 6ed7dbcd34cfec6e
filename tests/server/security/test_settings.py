"""Settings of who is let in: from options or the environment, off without, the same in a worker."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from searchengine.cli.commands import main
from searchengine.server.http import run
from searchengine.server.processes.parent import WorkerStart
from searchengine.server.settings import Settings

OPTIONS = [
    "--read-token", "doc-cu", "--read-token", "doc-moi", "--rate-limit", "60",
    "--allow-origin", "https://Tin.example.org", "--allow-origin", "https://la.example.org",
]  # fmt: skip
VARIABLES = {
    "SEARCHENGINE_READ_TOKEN": "doc-cu doc-moi",
    "SEARCHENGINE_RATE_LIMIT": "60",
    "SEARCHENGINE_ALLOW_ORIGIN": "https://Tin.example.org https://la.example.org",
}


def settings_of(
    monkeypatch: pytest.MonkeyPatch, *options: str, **variables: str
) -> tuple[Settings | None, Any]:
    """The settings that ``serve`` would run with, and what it said."""
    taken: list[Settings] = []
    monkeypatch.setattr(run, "run", lambda _, __, ___, settings, **____: taken.append(settings))
    result = CliRunner().invoke(main, ["serve", *options], env=variables)
    return (taken[0] if taken else None), result


@pytest.mark.parametrize(("options", "variables"), [(OPTIONS, {}), ([], VARIABLES)])
def test_options_and_variables_say_the_same(
    monkeypatch: pytest.MonkeyPatch, options: list[str], variables: dict[str, str]
) -> None:
    settings, _ = settings_of(monkeypatch, *options, **variables)
    assert settings is not None
    assert settings.read_tokens == ("doc-cu", "doc-moi")
    assert settings.rate_limit == 60
    assert settings.origins == ("https://tin.example.org", "https://la.example.org")


def test_all_are_off_without(monkeypatch: pytest.MonkeyPatch) -> None:
    settings, _ = settings_of(monkeypatch)
    assert settings is not None
    assert (settings.read_tokens, settings.rate_limit, settings.origins) == ((), None, ())


@pytest.mark.parametrize(
    "options", [["--read-token", ""], ["--rate-limit", "0"], ["--allow-origin", "tin.example.org"]]
)
def test_what_cannot_be_is_one_line(monkeypatch: pytest.MonkeyPatch, options: list[str]) -> None:
    settings, result = settings_of(monkeypatch, *options)
    assert settings is None
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].lower().startswith("error: ")


def test_a_worker_is_told_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    settings, _ = settings_of(monkeypatch, *OPTIONS)
    assert settings is not None
    start = WorkerStart("index", 1, settings, clients=7)
    assert WorkerStart.of(json.loads(json.dumps(start.message()))) == start
