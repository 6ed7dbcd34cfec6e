"""A cluster of real OpenSearch nodes on this machine, each a process of its own.

``Cluster.start`` makes one in a folder, which keeps all that belongs to it: ``cluster.json`` with
version and ports, and for each node its settings, data, log and process id. They listen on loopback
only, and end with the process that owns them, however that ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shlex
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from tests.cluster.installation import HERE, ClusterError, Installation, install

DEFAULT_VERSION = "2.19.6"
HEAP = "512m"
LOOPBACK = "127.0.0.1"
#: Below those that systems give to outgoing connections, or one could take a port before its node.
PORTS = range(20000, 32000)
#: On a quiet machine a node is there in 4 seconds, with much else going on in 20.
START_SECONDS = 180.0
STOP_SECONDS = 30.0
LOOK_AFTER_SECONDS = 0.1
LOG_LINES = 20
#: Options of Java behind ours, as OpenSearch's own starter reads them; the last one holds.
JAVA_OPTIONS_VARIABLE = "OPENSEARCH_JAVA_OPTS"
#: No proxy stands between this machine and itself.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Node:
    """One node: the folder of all that is its own, and its ports."""

    home: Path
    http_port: int
    transport_port: int

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.http_port}"

    @property
    def log(self) -> Path:
        return self.home / "log"

    def pid(self) -> int | None:
        """The process of this node, or None if it does not run."""
        try:
            pid, begun = self._pid_file.read_text().split()
        except (OSError, ValueError):
            return None
        # The number may be another process's by now.
        return int(pid) if begun == _begun(int(pid)) else None

    @property
    def _pid_file(self) -> Path:
        return self.home / "pid"

    def spawn(self, installation: Installation, owner: int) -> None:
        """Start the process of this node."""
        options = [f"-Xms{HEAP}", f"-Xmx{HEAP}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        options += [f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}"]
        options += ["-Dlog4j2.disable.jmx=true", "--enable-native-access=ALL-UNNAMED"]
        options += shlex.split(os.environ.get(JAVA_OPTIONS_VARIABLE, ""))
        main = ["LocalNode", str(self.home), str(owner), *installation.plugins]
        log = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        # Not subprocess: nodes may outlive the program that started them, and it warns of that.
        pid = os.posix_spawn(
            installation.java,
            [str(installation.java), *options, "-cp", installation.class_path, *main],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(self.log), log, 0o644),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,  # Ctrl-C is for the owner, who stops the nodes in order.
        )
        self._pid_file.write_text(f"{pid} {_begun(pid)}")

    def end(self, how: signal.Signals) -> None:
        """Send a signal to the process of this node, if it runs."""
        if (pid := self.pid()) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)

    def wait_until_ended(self, seconds: float) -> bool:
        """Return whether the process of this node ends within so long."""
        end = time.monotonic() + seconds
        while self.pid() is not None:
            if time.monotonic() > end:
                return False
            time.sleep(LOOK_AFTER_SECONDS)
        with contextlib.suppress(OSError):  # It may be no child of this process.
            os.waitpid(int(self._pid_file.read_text().split()[0]), os.WNOHANG)
        return True


def _begun(pid: int) -> str | None:
    """When a process that runs was begun, in ticks of the system's clock."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    threads, begun = fields[16], fields[18]
    # The first thread may have ended while others still hold files and locks.
    return None if state in "ZX" and int(threads) <= 1 else begun


class Cluster:
    """Nodes that know each other; a context manager that stops them at its end."""

    def __init__(self, directory: Path, version: str, nodes: Sequence[Node], owner: int) -> None:
        self.directory = directory
        self.version = version
        self.nodes = tuple(nodes)
        self._owner = owner

    @classmethod
    def start(
        cls,
        directory: Path,
        *,
        nodes: int = 1,
        version: str = DEFAULT_VERSION,
        owner: int | None = None,
    ) -> Cluster:
        """Start the nodes of a folder, on the data that it has, and return when they answer.

        They end when the process ``owner`` ends, this one by default; with 0 they stay until they
        are stopped. Raises ``ClusterError``, with the end of its log where a node did not start.
        """
        if nodes < 1:
            raise ClusterError(f"a cluster has at least one node, not {nodes}")
        installation = install(version)
        directory = directory.resolve()
        if (directory / "cluster.json").exists():
            cluster = cls.load(directory)
            if (cluster.version, len(cluster.nodes)) != (version, nodes):
                raise ClusterError(
                    f"{directory} holds {len(cluster.nodes)} nodes of OpenSearch {cluster.version}:"
                    f" name another folder for {nodes} of {version}"
                )
        else:
            ports = _free_ports(2 * nodes)
            made = [
                Node(directory / f"n{number}", next(ports), next(ports))
                for number in range(1, nodes + 1)
            ]
            cluster = cls(directory, version, made, 0)
            cluster._write_settings()
        cluster._owner = os.getpid() if owner is None else owner
        cluster._spawn(cluster.nodes, installation)
        return cluster

    @classmethod
    def load(cls, directory: Path) -> Cluster:
        """Return the cluster of a folder, whether it runs or not."""
        directory = directory.resolve()
        try:
            said = json.loads((directory / "cluster.json").read_text())
        except FileNotFoundError:
            raise ClusterError(f"there is no cluster in {directory}") from None
        nodes = [
            Node(directory / f"n{number}", *ports) for number, ports in enumerate(said["ports"], 1)
        ]
        return cls(directory, said["version"], nodes, 0)

    @property
    def url(self) -> str:
        """The URL of the first node."""
        return self.nodes[0].url

    def address(self, name: str) -> str:
        """The address of an index on this cluster, for ``--index``."""
        hosts = ",".join(f"{LOOPBACK}:{node.http_port}" for node in self.nodes)
        return f"opensearch://{hosts}/{name}"

    def kill(self, index: int) -> None:
        """End a node with SIGKILL; the first is 0."""
        self.nodes[index].end(signal.SIGKILL)
        if not self.nodes[index].wait_until_ended(STOP_SECONDS):
            raise ClusterError(f"a node does not end: {self.nodes[index].home}")

    def restart(self, index: int) -> None:
        """Start a node that has ended again, on its data, and return when it has joined."""
        self._spawn([self.nodes[index]], install(self.version))

    def stop(self) -> None:
        """Stop all nodes; their data stay."""
        for node in self.nodes:
            node.end(signal.SIGTERM)
        for index, node in enumerate(self.nodes):
            if not node.wait_until_ended(STOP_SECONDS):
                self.kill(index)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _write_settings(self) -> None:
        seeds = [f"{LOOPBACK}:{node.transport_port}" for node in self.nodes]
        names = [node.home.name for node in self.nodes]
        for node in self.nodes:
            settings: dict[str, object] = {
                "cluster.name": "searchengine",
                "node.name": node.home.name,
                "network.host": LOOPBACK,
                "http.port": node.http_port,
                "transport.port": node.transport_port,
                "http.type": "netty4",
                "transport.type": "netty4",
                # A disk that others have filled is no reason to refuse a test's few documents.
                "cluster.routing.allocation.disk.threshold_enabled": False,
            }
            if len(self.nodes) == 1:
                settings["discovery.type"] = "single-node"
            else:
                settings["discovery.seed_hosts"] = seeds
                settings["cluster.initial_cluster_manager_nodes"] = names
            config = node.home / "config"
            config.mkdir(parents=True, exist_ok=True)
            (config / "opensearch.yml").write_text(json.dumps(settings, indent=1))
        ports = [[node.http_port, node.transport_port] for node in self.nodes]
        said = json.dumps({"version": self.version, "ports": ports})
        (self.directory / "cluster.json").write_text(said)

    def _spawn(self, nodes: Sequence[Node], installation: Installation) -> None:
        started = [node for node in nodes if node.pid() is None]
        try:
            for node in started:
                node.spawn(installation, self._owner)
            self._wait_until_answering(nodes)
        except BaseException:
            for node in started:
                node.end(signal.SIGKILL)
                node.wait_until_ended(STOP_SECONDS)
            raise

    def _wait_until_answering(self, nodes: Sequence[Node]) -> None:
        together = sum(node.pid() is not None for node in self.nodes)
        waiting = list(nodes)
        end = time.monotonic() + START_SECONDS
        while waiting:
            for node in waiting:
                if node.pid() is None or time.monotonic() > end:
                    what = "does not answer" if node.pid() else "has ended"
                    lines = node.log.read_text(errors="replace").splitlines()[-LOG_LINES:]
                    raise ClusterError("\n".join([f"a node {what}; {node.log} ends with:", *lines]))
            waiting = [node for node in waiting if not _has_joined(node, together)]
            time.sleep(LOOK_AFTER_SECONDS)


def _has_joined(node: Node, together: int) -> bool:
    question = f"_cluster/health?wait_for_nodes=ge({together})&timeout=1s"
    try:
        with _OPENER.open(f"{node.url}/{question}", timeout=5):
            return True
    except OSError:  # Not there yet, or 408: not all of them are.
        return False


def _free_ports(count: int) -> Iterator[int]:
    # Not the random numbers of the tests, which may be the same ones in every run.
    candidates = random.SystemRandom().sample(PORTS, len(PORTS))
    while count:
        port = candidates.pop()
        with socket.socket() as tried:
            try:
                tried.bind((LOOPBACK, port))
            except OSError:
                continue
        count -= 1
        yield port
