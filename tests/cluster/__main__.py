"""``python -m tests.cluster``: real OpenSearch nodes for trying and for tests."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
from pathlib import Path

from tests.cluster.installation import ClusterError
from tests.cluster.nodes import DEFAULT_VERSION, Cluster


def main() -> None:
    """Start nodes that stay, stop them, or run them until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description=main.__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, description in [
        ("start", "start nodes that stay, and print their URLs"),
        ("run", "run nodes until Ctrl-C, and print the address of an index there"),
        ("stop", "stop the nodes of a folder; their data stay"),
    ]:
        command = commands.add_parser(name, help=description, description=description)
        command.add_argument("--dir", type=Path, required=True, help="the folder of the cluster")
        if name != "stop":
            command.add_argument("--nodes", type=int, default=1, help="how many (default: 1)")
            command.add_argument(
                "--version", default=DEFAULT_VERSION, help="of OpenSearch (default: %(default)s)"
            )
    arguments = parser.parse_args()
    try:
        if arguments.command == "stop":
            Cluster.load(arguments.dir).stop()
        elif arguments.command == "start":
            cluster = Cluster.start(
                arguments.dir, nodes=arguments.nodes, version=arguments.version, owner=0
            )
            print(*(node.url for node in cluster.nodes), sep="\n")
        else:
            _run(arguments.dir, arguments.nodes, arguments.version)
    except ClusterError as error:
        sys.exit(f"Error: {error}")


def _run(directory: Path, nodes: int, version: str) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        print(f"starting OpenSearch {version}; the first time its jars are loaded", flush=True)
        with Cluster.start(directory, nodes=nodes, version=version) as cluster:
            print(f"--index {cluster.address('NAME')}", "Ctrl-C stops it.", sep="\n", flush=True)
            signal.pause()


if __name__ == "__main__":
    main()
