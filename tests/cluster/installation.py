"""OpenSearch's jars from Maven Central with the main class of a node, made once a version.

A made installation is renamed into its place when it is whole; a run that is cut short leaves only
a folder that nobody reads. What runs on it is started in ``nodes.py``.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: Another folder for the jars of all versions.
CACHE_VARIABLE = "OPENSEARCH_CACHE"
CACHE = HERE.parents[1] / "build" / "opensearch"
#: Where Linux distributions keep their JDKs.
SYSTEM_JDKS = Path("/usr/lib/jvm")
#: Plugins that every distribution of OpenSearch has; their classes end otherwise in 2 and in 3.
PLUGINS = (
    "org.opensearch.transport.Netty4",
    "org.opensearch.painless.Painless",
    "org.opensearch.analysis.common.CommonAnalysis",
    "org.opensearch.index.mapper.MapperExtras",
    "org.opensearch.index.reindex.Reindex",
)
ANSI_CODE = re.compile(r"\x1b\[[0-9;]*m")
SOURCES = ("LocalNode.java", "pom.xml")


class ClusterError(Exception):
    """No node can be had, and why."""


class MissingToolError(ClusterError):
    """Java or Maven is missing on this machine."""


@dataclass(frozen=True)
class Release:
    """What the versions of OpenSearch that begin with one number have in common."""

    java: int
    log4j: str
    plugin_suffix: str


RELEASES = {
    2: Release(java=17, log4j="2.25.4", plugin_suffix="Plugin"),
    3: Release(java=21, log4j="2.25.5", plugin_suffix="ModulePlugin"),
}


@dataclass(frozen=True)
class Installation:
    """What a node of one version is run with."""

    java: Path
    class_path: str
    plugins: tuple[str, ...]


def install(version: str) -> Installation:
    """Return how nodes of a version run; the first time its jars are loaded and a class compiled.

    Raises ``MissingToolError`` without a fitting JDK or Maven, ``ClusterError`` where Maven has no
    such version.
    """
    if sys.platform != "linux":
        raise MissingToolError("nodes are started on Linux alone, whose /proc tells if they run")
    release = _release(version)
    jdk = find_jdk(release.java)
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in SOURCES)).hexdigest()
    cache = Path(os.environ.get(CACHE_VARIABLE) or CACHE).absolute()
    place = cache / version / digest[:12]
    if not place.exists():
        _make(place, version, release, jdk)
    return Installation(
        jdk / "bin" / "java",
        f"{place}/classes:{place}/lib/*",
        tuple(name + release.plugin_suffix for name in PLUGINS),
    )


def _release(version: str) -> Release:
    match = re.fullmatch(r"(\d+)\.\d+\.\d+", version)
    if match is None or int(match[1]) not in RELEASES:
        known = " and ".join(map(str, RELEASES))
        raise ClusterError(f"{version!r} is no version of OpenSearch {known}, such as 2.19.6")
    return RELEASES[int(match[1])]


def find_jdk(oldest: int) -> Path:
    """Return the home of the first JDK that is at least so new: JAVA_HOME, PATH, the system's."""
    found = []
    for home in _jdks():
        version = _java_version(home)
        if version >= oldest:
            return home
        found.append(f"{home} ({version})")
    also = f"; there is {', '.join(found)}" if found else ""
    raise MissingToolError(
        f"a JDK of Java {oldest} or later is needed: install one, or set JAVA_HOME{also}"
    )


def _jdks() -> Iterator[Path]:
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    if compiler := shutil.which("javac"):
        homes.append(Path(compiler).resolve().parents[1])
    homes += sorted(SYSTEM_JDKS.glob("*"))
    seen = set()
    for home in homes:
        home = home.resolve()
        if home not in seen and (home / "bin" / "javac").exists():
            seen.add(home)
            yield home


def _java_version(home: Path) -> int:
    run = subprocess.run([home / "bin" / "javac", "-version"], capture_output=True, text=True)
    match = re.search(r"javac (\d+)", run.stdout + run.stderr)
    return int(match[1]) if match else 0


def _make(place: Path, version: str, release: Release, jdk: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise MissingToolError("Maven is needed to load OpenSearch's jars: install maven")
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix="making-") as name:
        made = Path(name) / "whole"
        load = [maven, "--batch-mode", "--quiet", "--update-snapshots", "--file", f"{HERE}/pom.xml"]
        load += [f"-Dopensearch={version}", f"-Dlog4j={release.log4j}"]
        load += ["dependency:copy-dependencies", "-DincludeScope=runtime"]
        load += [f"-DoutputDirectory={made}/lib"]
        _run(load, f"OpenSearch {version} cannot be had from Maven", JAVA_HOME=str(jdk))
        make = [f"{jdk}/bin/javac", "-nowarn", "--release", str(release.java)]
        make += ["-cp", f"{made}/lib/*", "-d", f"{made}/classes", f"{HERE}/LocalNode.java"]
        _run(make, f"the main class does not compile with OpenSearch {version}")
        try:
            made.rename(place)
        except OSError:
            if not place.exists():  # Else another process was faster.
                raise


def _run(command: Sequence[str], failure: str, **environment: str) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **environment}
    )
    if done.returncode:
        # The first line says it; what Maven writes below is advice.
        said, *_ = ANSI_CODE.sub("", done.stdout + done.stderr).strip().splitlines() or ["?"]
        raise ClusterError(f"{failure}: {said.removeprefix('[ERROR] ')}")
