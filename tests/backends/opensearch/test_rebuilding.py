"""An index made anew behind its alias: the same answers, without a pause, whatever breaks off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from searchengine.backends.contract.base import ALL, page
from searchengine.backends.fields import Field, IndexSettings
from searchengine.backends.opensearch import mapping, rebuilding
from searchengine.backends.opensearch.address import Address
from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.backends.values import Beginning, Plan, ScoringTerm
from searchengine.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexNotFoundError,
    IndexUnavailableError,
)
from searchengine.text.streams import FOLDED

SETTINGS = IndexSettings(fields=(Field("loại", "keyword"),), synonyms="đò, phà\n")
PAGES = [
    page(str(at), f"Bến đò số {at} đã ngừng chạy.", date="2022-07-03", original=f"<p>{at}</p>",
         extra={"loại": "Tin" if at % 2 else "Bài"})
    for at in range(30)
]  # fmt: skip
PLAN = Plan(ALL, (ScoringTerm(FOLDED, "do", 1.0), ScoringTerm(FOLDED, "7", 1.0)), limit=50)


@pytest.fixture
def address(indices: Any) -> str:
    return str(indices.address())


@pytest.fixture
def backend(address: str, tmp_path: Path) -> OpenSearchBackend:
    """An index with thirty documents less three, one of them replaced."""
    made = OpenSearchBackend.open(address, create=True, settings=SETTINGS, spool=tmp_path)
    with made.writer() as writer:
        for one in PAGES:
            writer.add(one, f"bến {one.id}")
    with made.writer() as writer:
        writer.add(page("7", "Bến phà số 7 đã chạy lại."))
        for at in range(3):
            writer.delete(str(at))
    return made


@pytest.fixture
def ask(address: str) -> Callable[..., Any]:
    """A function that asks the cluster as somebody else would; NAME is the index."""
    cluster, name = Cluster(Address.parse(address)), Address.parse(address).name
    return lambda method, path, body=None, params=None: cluster.request(
        method, path.replace("NAME", name), body, params
    )


def said(backend: OpenSearchBackend) -> Any:
    """What an index has and answers."""
    with backend.open_view() as view:
        ranking = view.search(PLAN)
        return list(view.entries()), ranking.total, ranking.ranked, view.settings, view.version


def behind_alias(ask: Callable[..., Any]) -> set[str]:
    return set(ask("GET", "/NAME/_alias"))


def all_indices(ask: Callable[..., Any]) -> set[str]:
    return set(ask("GET", "/NAME-*/_settings"))


def test_the_same_documents_and_answers(
    backend: OpenSearchBackend, address: str, ask: Callable[..., Any], tmp_path: Path
) -> None:
    before, (old,) = said(backend), behind_alias(ask)
    told: list[tuple[int, int]] = []
    done = OpenSearchBackend.rebuild(
        address, spool=tmp_path, shards=2, workers=2, progress=lambda *one: told.append(one)
    )
    assert (done.documents, done.changed) == (27, True)
    assert told[-1] == (27, 27)
    (new,) = behind_alias(ask)
    assert new != old
    assert old not in all_indices(ask)
    assert ask("GET", "/NAME/_settings")[new]["settings"]["index"]["number_of_shards"] == "2"
    assert said(backend) == before == said(OpenSearchBackend.open(address))
    assert backend.verify() == []
    with backend.writer() as writer:
        writer.add(page("mới", "Bến đò mới."))
    assert [one.id for one, _ in said(backend)[0]][-1] == "mới"


def test_views_that_are_open_go_on(
    backend: OpenSearchBackend, address: str, tmp_path: Path
) -> None:
    with backend.open_view() as view:
        before = view.search(PLAN)
        documents = view.documents()
        first = next(documents)
        words = view.vocabulary([Beginning(FOLDED, ("",), 100)])
        assert view.lexicon().pair_frequency("ben", "do") == 26
        OpenSearchBackend.rebuild(address, spool=tmp_path)
        assert view.search(PLAN) == before
        assert view.vocabulary([Beginning(FOLDED, ("",), 100)]) == words
        assert view.lexicon().pair_frequency("do", "so") == 26
        assert view.statistics().documents == 27
        assert [first, *documents] == list(view.documents())


def test_searches_go_on_meanwhile(backend: OpenSearchBackend, address: str, tmp_path: Path) -> None:
    expected, faults, over = said(backend)[1:3], [], threading.Event()

    def search() -> None:
        while not over.is_set():
            try:
                if said(backend)[1:3] != expected:
                    faults.append("another answer")
            except Exception as error:
                faults.append(repr(error))

    searching = threading.Thread(target=search)
    searching.start()
    for _ in range(3):
        OpenSearchBackend.rebuild(address, spool=tmp_path)
    over.set()
    searching.join()
    assert faults == []


def test_nobody_writes_meanwhile(backend: OpenSearchBackend, address: str, tmp_path: Path) -> None:
    with backend.writer(), pytest.raises(IndexLockedError):
        OpenSearchBackend.rebuild(address, spool=tmp_path)

    def write(*_: int) -> None:
        with pytest.raises(IndexLockedError):
            backend.writer()

    OpenSearchBackend.rebuild(address, spool=tmp_path, progress=write)


def test_there_is_nothing_to_make_anew(address: str, tmp_path: Path) -> None:
    with pytest.raises(IndexNotFoundError):
        OpenSearchBackend.rebuild(address, spool=tmp_path)


@pytest.mark.parametrize("step", ["send", "_check_whole", "_put_behind_alias"])
def test_what_broke_off_is_done_again(
    backend: OpenSearchBackend,
    address: str,
    ask: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    before = said(backend)
    act, calls = getattr(rebuilding, step), []

    def broken(*arguments: Any, **options: Any) -> Any:
        calls.append(step)
        if step == "_put_behind_alias" and len(calls) == 1:
            return act(*arguments)  # What the last run left is put in order at first.
        if step == "send":
            act(arguments[0], list(arguments[1])[:5], **options)
        raise IndexUnavailableError("the cluster has gone: try again")

    with monkeypatch.context() as patch:
        patch.setattr(rebuilding, step, broken)
        with pytest.raises(IndexUnavailableError):
            OpenSearchBackend.rebuild(address, spool=tmp_path)
    assert said(backend) == before == said(OpenSearchBackend.open(address))
    assert len(all_indices(ask)) == 5
    OpenSearchBackend.rebuild(address, spool=tmp_path)
    assert said(backend) == before
    assert len(all_indices(ask)) == 3
    assert len(behind_alias(ask)) == 1


def test_a_run_that_is_killed(
    backend: OpenSearchBackend, address: str, ask: Callable[..., Any], tmp_path: Path
) -> None:
    """The lease of a process that has gone keeps nobody out."""
    before = said(backend)
    code = (
        "import os, sys, signal\n"
        "from pathlib import Path\n"
        "from searchengine.backends.opensearch.backend import OpenSearchBackend\n"
        "def stop(done, documents):\n"
        "    if done == 11:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "OpenSearchBackend.rebuild(sys.argv[1], spool=Path(sys.argv[2]), progress=stop)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, address, str(tmp_path)])
    assert done.returncode == -signal.SIGKILL
    assert said(backend) == before
    OpenSearchBackend.rebuild(address, spool=tmp_path)
    assert said(backend) == before
    assert len(all_indices(ask)) == 3
    assert not os.listdir(tmp_path)


def change_meta(ask: Callable[..., Any], **changes: Any) -> None:
    (made,) = ask("GET", "/NAME/_mapping").values()
    ask("PUT", "/NAME/_mapping", {"_meta": {**made["mappings"]["_meta"], **changes}})


def test_the_mapping_says_what_the_index_was_told(
    backend: OpenSearchBackend, ask: Callable[..., Any]
) -> None:
    def meta() -> Any:
        (made,) = ask("GET", "/NAME/_mapping").values()
        return made["mappings"]["_meta"]

    assert meta()[mapping.MARK] == mapping.FORMAT
    assert meta()["segmenter"].startswith("pyvi")
    assert meta()["time_zone"] == "Asia/Ho_Chi_Minh"
    assert IndexSettings.from_json(meta()["settings"]) == SETTINGS
    other = IndexSettings(fields=SETTINGS.fields, synonyms="ghe, xuồng\n")
    with backend.writer() as writer:
        writer.configure(other)
    assert IndexSettings.from_json(meta()["settings"]) == other


def test_a_mapping_of_another_program_is_told(
    backend: OpenSearchBackend, address: str, ask: Callable[..., Any]
) -> None:
    ask("PUT", "/NAME/_mapping", {"_meta": {"theirs": 1}})
    with pytest.raises(IndexDamagedError, match="another program"):
        OpenSearchBackend.open(address)
    assert "another program" in backend.verify()[0]


def test_a_newer_format_is_told_and_not_touched(
    backend: OpenSearchBackend, address: str, ask: Callable[..., Any], tmp_path: Path
) -> None:
    ask("POST", "/NAME-control/_update/control", {"doc": {"format": 99}})
    (old,) = behind_alias(ask)
    for act in (OpenSearchBackend.open, OpenSearchBackend.rebuild):
        with pytest.raises(IndexDamagedError, match=r"format 99.*newer version"):
            act(address, spool=tmp_path)
    assert behind_alias(ask) == {old}


@pytest.mark.parametrize("what", ["format", "segmenter"])
def test_an_older_one_is_upgraded(
    backend: OpenSearchBackend,
    address: str,
    ask: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
) -> None:
    before = said(backend)
    if what == "format":
        newer = mapping.FORMAT + 1
        for module in (mapping, rebuilding, sys.modules[rebuilding.ControlDocument.__module__]):
            monkeypatch.setattr(module, "FORMAT", newer)
    else:
        change_meta(ask, segmenter="pyvi 0.0.1")
    with pytest.raises(IndexDamagedError, match="searchengine upgrade"):
        OpenSearchBackend.open(address)
    done = OpenSearchBackend.rebuild(address, spool=tmp_path, if_needed=True)
    assert (done.after, done.documents, done.changed) == (mapping.FORMAT, 27, True)
    # Words may be cut otherwise: it is another commit.
    assert said(OpenSearchBackend.open(address))[:4] == before[:4]
    assert said(OpenSearchBackend.open(address))[4] != before[4]
    again = OpenSearchBackend.rebuild(address, spool=tmp_path, if_needed=True)
    assert not again.changed
