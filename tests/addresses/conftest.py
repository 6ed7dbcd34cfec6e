"""A cluster that is none, and a function that runs the command."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from searchengine.cli.commands import main
from tests.addresses.fake_cluster import FakeCluster

MODULE = "searchengine.backends.opensearch.backend"


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> FakeCluster:
    """What every address leads to, until the test is over."""
    fake = FakeCluster()
    module = types.ModuleType(MODULE)
    module.OpenSearchBackend = fake  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, MODULE, module)
    return fake


@pytest.fixture
def run() -> Callable[..., Result]:
    """A function that runs the command with some arguments, and says what came of it."""

    def invoke(*arguments: object, code: int = 0) -> Result:
        result = CliRunner().invoke(main, [str(one) for one in arguments])
        assert result.exit_code == code, result.output
        return result

    return invoke
