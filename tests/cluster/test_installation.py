"""What a node is made of: found, made whole or not at all, and asked for in words that help."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster import installation
from tests.cluster.fixtures import start_or_skip
from tests.cluster.installation import ClusterError, MissingToolError, find_jdk, install


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without Java and Maven; its programs are those put into ``bin`` of this folder."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv(installation.CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(installation, "SYSTEM_JDKS", tmp_path / "jvm")
    return tmp_path


def add_jdk(home: Path, version: int) -> None:
    script(home / "bin" / "javac", f"echo javac {version}.0.1")


def test_the_first_jdk_that_is_new_enough_is_taken(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_jdk(machine / "jvm" / "java-17", 17)
    add_jdk(machine / "jvm" / "java-25", 25)
    assert find_jdk(17) == machine / "jvm" / "java-17"
    assert find_jdk(21) == machine / "jvm" / "java-25"
    add_jdk(machine / "own", 21)
    monkeypatch.setenv("JAVA_HOME", str(machine / "own"))
    assert find_jdk(17) == machine / "own"


def test_what_java_is_needed_and_there_is_told(machine: Path) -> None:
    add_jdk(machine / "jvm" / "java-17", 17)
    with pytest.raises(MissingToolError, match=r"Java 21 or later .*/java-17 \(17\)"):
        install("3.9.0")


def test_without_maven_it_is_named(machine: Path) -> None:
    add_jdk(machine / "jvm" / "java-17", 17)
    with pytest.raises(MissingToolError, match="install maven"):
        install("2.19.6")


@pytest.mark.parametrize("version", ["2.19", "7.10.2", "the last"])
def test_a_version_of_another_kind_is_refused(machine: Path, version: str) -> None:
    with pytest.raises(ClusterError, match=f"'{version}' is no version of OpenSearch 2 and 3"):
        install(version)


def add_maven(machine: Path, then: str) -> None:
    """Put a Maven in place that makes one jar where it is told to, and says how often it ran."""
    script(
        machine / "bin" / "mvn",
        'for last; do true; done; folder="${last#*=}"; /bin/mkdir -p "$folder"; '
        f'echo jar > "$folder/opensearch.jar"; echo ran >> {machine / "runs"}; {then}',
    )


def test_what_was_cut_short_is_made_again(machine: Path) -> None:
    add_jdk(machine / "jvm" / "java-17", 17)
    add_maven(machine, "echo lost; exit 1")
    for _ in range(2):
        with pytest.raises(ClusterError, match=r"OpenSearch 2\.19\.6 cannot be had .*: lost"):
            install("2.19.6")
    assert (machine / "runs").read_text() == "ran\nran\n"
    assert list(machine.glob("cache/**/*.jar")) == []


def test_what_is_whole_is_not_made_again(machine: Path) -> None:
    add_jdk(machine / "jvm" / "java-17", 17)
    add_maven(machine, "exit 0")
    assert install("2.19.6") == install("2.19.6")
    assert (machine / "runs").read_text() == "ran\n"
    assert len(list(machine.glob("cache/2.19.6/*/lib/*.jar"))) == 1


def test_tests_are_skipped_without_java_and_maven(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUIRE_OPENSEARCH", raising=False)
    with pytest.raises(pytest.skip.Exception, match="a JDK of Java 17 or later is needed"):
        start_or_skip(machine / "cluster")


def test_where_nodes_are_required_that_is_an_error(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUIRE_OPENSEARCH", "1")
    with pytest.raises(pytest.fail.Exception, match="a JDK of Java 17 or later is needed"):
        start_or_skip(machine / "cluster")


@pytest.mark.opensearch
def test_a_version_that_maven_has_not_is_told(
    opensearch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(installation.CACHE_VARIABLE, str(tmp_path))
    with pytest.raises(ClusterError, match=r"^OpenSearch 2\.0\.999 cannot be had from Maven: .+$"):
        install("2.0.999")
