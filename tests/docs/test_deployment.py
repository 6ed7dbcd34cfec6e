"""docs/deployment.md: its backup commands are run, and the files that it hands out fit the code."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from searchengine import Document, SearchEngine
from searchengine.cli.commands import main
from tests.docs.pages import ROOT, blocks, read, section
from tests.server.test_serve import Served, until

PAGE = read("docs/deployment.md")
DEPLOY = ROOT / "docs/deploy"
BACKUP, RESTORE, EXPORT = blocks(section(PAGE, "## Backup"), "sh")


@pytest.fixture
def index(seed_directory: Path, tmp_path: Path) -> Path:
    """An index that may be written to, in a folder where the commands are run."""
    shutil.copytree(seed_directory, tmp_path / "index")
    return tmp_path / "index"


def run(script: str, folder: Path) -> None:
    """Run lines of the page in a folder, with this Python's ``searchengine``."""
    command = f'searchengine() {{ {shlex.quote(sys.executable)} -m searchengine.cli "$@"; }}\n'
    done = subprocess.run(
        ["bash", "-euc", command + script], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def add(index: Path, id_: str, text: str) -> None:
    with SearchEngine.open(index) as engine, engine.writer() as writer:
        writer.add(Document(id=id_, text=text))


def texts(index: Path) -> dict[str, str]:
    with SearchEngine.open(index) as engine:
        return {document.id: document.text for document in engine.documents()}


def test_a_backup_holds_the_commit_it_was_made_of(index: Path) -> None:
    before = texts(index)
    run(BACKUP, index.parent)
    add(index, "mới", "Trạm bơm thủy lợi đã sửa xong.")
    run(RESTORE, index.parent)
    assert texts(index) == before
    assert {"mới"} == texts(index.parent / "index.before").keys() - before.keys()


def test_a_backup_can_be_written_to_and_locked_by_itself(index: Path) -> None:
    run(BACKUP, index.parent)
    run(RESTORE, index.parent)
    with SearchEngine.open(index.parent / "index.before").writer():
        add(index, "mới", "Trạm bơm thủy lợi đã sửa xong.")
    assert "mới" in texts(index)


def test_a_backup_needs_nobody_to_wait(index: Path) -> None:
    before = texts(index)
    with SearchEngine.open(index).writer() as writer:
        writer.add(Document(id="mới", text="Trạm bơm thủy lợi đã sửa xong."))
        run(BACKUP, index.parent)
    assert "mới" in texts(index)
    run(RESTORE, index.parent)
    assert texts(index) == before


def test_a_running_server_finds_what_was_restored(index: Path) -> None:
    run(BACKUP, index.parent)
    add(index, "mới", "Trạm bơm thủy lợi đã sửa xong.")
    server = Served(index)
    try:
        assert httpx.get(f"{server.url}healthz").json()["documents"] == 6
        run(RESTORE, index.parent)
        until(lambda: httpx.get(f"{server.url}healthz").json()["documents"] == 5)
        assert httpx.get(f"{server.url}search?q=đại+hội").json()["total"] == 4
    finally:
        server.stop()


def test_what_is_exported_can_be_indexed_again(index: Path) -> None:
    run(EXPORT, index.parent)
    assert texts(index.parent / "index.again") == texts(index)


def test_a_program_that_cannot_read_an_index_leaves_it_alone(index: Path) -> None:
    stamp = index / "searchengine.json"
    stamp.write_text(stamp.read_text().replace('"format": ', '"format": 9'))
    content = {file.name: file.read_bytes() for file in index.iterdir()}
    result = CliRunner().invoke(main, ["verify", "--index", str(index)])
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert {file.name: file.read_bytes() for file in index.iterdir()} == content


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_takes_the_unit_once_the_program_is_there(tmp_path: Path) -> None:
    unit = (DEPLOY / "searchengine.service").read_text().replace("/opt/searchengine/bin", "/bin")
    unit = unit.replace("/bin/searchengine", "/bin/true")
    (tmp_path / "searchengine.service").write_text(unit)
    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / "searchengine.service")],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def started_lines() -> Iterator[tuple[str, str]]:
    """Each line of the handed-out files that starts the program, with its arguments."""
    unit = (DEPLOY / "searchengine.service").read_text()
    yield from re.findall(r"^(ExecStart)=\S+/searchengine (.*)", unit, re.MULTILINE)
    docker = (DEPLOY / "Dockerfile").read_text()
    found = re.search(r"^CMD \[(.*)\]$", docker, re.MULTILINE)
    assert found
    yield "CMD", " ".join(re.findall(r'"([^"]*)"', found[1]))


@pytest.mark.parametrize(("where", "arguments"), list(started_lines()))
def test_the_program_takes_what_it_is_started_with(where: str, arguments: str) -> None:
    name, *rest = arguments.split()
    context = main.commands[name].make_context(name, rest)
    assert context.params["port"] == 8000, where


def test_the_image_is_made_of_files_that_are_there() -> None:
    docker = (DEPLOY / "Dockerfile").read_text()
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", docker, re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    needed = {"pyproject.toml", "README.md", "LICENSE", "docs/searchengine.1", "searchengine"}
    assert needed == set(names)
    for name in names:
        assert (ROOT / name).exists(), name


def test_the_proxies_speak_to_where_the_unit_listens() -> None:
    for name in ("nginx.conf", "Caddyfile"):
        assert "127.0.0.1:8000" in (DEPLOY / name).read_text()
        assert "search.example.org" in (DEPLOY / name).read_text()


def test_behind_a_proxy_links_are_of_the_address_that_people_see(index: Path) -> None:
    server = Served(index, "--allow-host", "search.example.org")
    try:
        headers = {"host": "search.example.org", "x-forwarded-proto": "https"}
        body = httpx.get(f"{server.url}opensearch.xml", headers=headers).text
        assert 'template="https://search.example.org/?q=' in body
        other = httpx.get(f"{server.url}healthz", headers={"host": "example.net"})
        assert other.status_code == 400
    finally:
        server.stop()


def test_a_server_without_a_token_writes_nothing(index: Path) -> None:
    def marks() -> dict[Path, int]:
        # A file that came and went shows in the time of the folder.
        return {path: path.stat().st_mtime_ns for path in (index, *index.iterdir())}

    before = marks()
    server = Served(index)
    try:
        assert httpx.get(f"{server.url}search?q=đại+hội").json()["total"] == 4
    finally:
        server.stop()
    assert marks() == before
