"""Real nodes: they answer, find each other, come back on their data, and never stay behind."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cluster.fixtures import start_or_skip
from tests.cluster.installation import ClusterError
from tests.cluster.nodes import JAVA_OPTIONS_VARIABLE, Cluster

pytestmark = pytest.mark.opensearch
ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "tests.cluster"]
PATIENCE_SECONDS = 60


def ask(url: str, body: object = None) -> dict[str, object]:
    """What a node answers to GET, or to PUT with a body."""
    request = urllib.request.Request(
        url,
        json.dumps(body).encode() if body is not None else None,
        {"Content-Type": "application/json"},
        method="GET" if body is None else "PUT",
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=PATIENCE_SECONDS) as answer:
        said: dict[str, object] = json.load(answer)
    return said


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with start_or_skip(tmp_path_factory.mktemp("three"), nodes=3) as cluster:
        yield cluster


def test_the_node_of_the_session_answers(opensearch_url: str) -> None:
    assert ask(f"{opensearch_url}/_cluster/health")["status"] == "green"


def test_three_nodes_form_one_cluster(three: Cluster) -> None:
    for node in three.nodes:
        assert ask(f"{node.url}/_cluster/health")["number_of_nodes"] == 3


def test_the_address_names_all_nodes(three: Cluster) -> None:
    hosts = ",".join(node.url.removeprefix("http://") for node in three.nodes)
    assert three.address("tin") == f"opensearch://{hosts}/tin"


def test_a_killed_node_comes_back_on_its_data(three: Cluster) -> None:
    survivor, victim = three.nodes[0], three.nodes[2]
    # A replica on each other node.
    ask(f"{survivor.url}/tin", {"settings": {"number_of_replicas": 2}})
    ask(f"{survivor.url}/tin/_doc/1?wait_for_active_shards=all", {"tên": "đê sông Hồng"})
    pid = victim.pid()
    assert pid is not None
    three.kill(2)
    assert victim.pid() is None
    assert not runs(pid)
    assert survivor.pid() is not None

    three.restart(2)
    assert victim.pid() not in (None, pid)
    health = f"{survivor.url}/_cluster/health?wait_for_status=green&timeout={PATIENCE_SECONDS}s"
    assert ask(health)["number_of_nodes"] == 3
    found = ask(f"{victim.url}/tin/_doc/1?preference=_local")
    assert found["_source"] == {"tên": "đê sông Hồng"}


def test_nodes_that_run_are_not_started_again(three: Cluster) -> None:
    pids = [node.pid() for node in three.nodes]
    again = Cluster.start(three.directory, nodes=3)
    assert [node.pid() for node in again.nodes] == pids


def test_a_folder_that_holds_other_nodes_is_not_taken(three: Cluster) -> None:
    with pytest.raises(ClusterError, match=r"holds 3 nodes .* another folder for 1"):
        Cluster.start(three.directory)


def test_the_command_starts_nodes_that_stay_and_stops_them(three: Cluster, tmp_path: Path) -> None:
    started = subprocess.run(
        [*COMMAND, "start", "--dir", tmp_path], cwd=ROOT, capture_output=True, text=True
    )
    assert started.returncode == 0, started.stderr
    (node,) = Cluster.load(tmp_path).nodes
    pid = node.pid()
    assert started.stdout == f"{node.url}\n"
    assert pid is not None

    subprocess.run([*COMMAND, "stop", "--dir", tmp_path], cwd=ROOT, check=True)
    assert node.pid() is None
    assert all(other.pid() is not None for other in three.nodes)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_nodes_end_with_the_command_that_runs_them(
    how: signal.Signals, opensearch_url: str, tmp_path: Path
) -> None:
    command = [*COMMAND, "run", "--dir", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        told = next((line for line in running.stdout if "opensearch://" in line), "")
        (node,) = Cluster.load(tmp_path).nodes
        running.send_signal(how)
    assert re.search(r"opensearch://127\.0\.0\.1:\d+/NAME", told)
    until(lambda: node.pid() is None)


def test_a_process_that_took_over_the_number_is_not_stopped(tmp_path: Path) -> None:
    (tmp_path / "n1").mkdir()
    (tmp_path / "cluster.json").write_text('{"version": "2.19.6", "ports": [[20000, 20001]]}')
    (tmp_path / "n1" / "pid").write_text(f"{os.getpid()} 1")
    cluster = Cluster.load(tmp_path)
    cluster.stop()
    cluster.kill(0)
    assert cluster.nodes[0].pid() is None


def test_a_node_that_does_not_start_shows_the_end_of_its_log(
    opensearch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(JAVA_OPTIONS_VARIABLE, "-XX:NoSuchOption")
    with pytest.raises(ClusterError, match=r"has ended; .*(\n.*)*NoSuchOption"):
        Cluster.start(tmp_path)
    assert Cluster.load(tmp_path).nodes[0].pid() is None
