"""What the tests of durability share: a small index in known states, and disks that fail."""

from __future__ import annotations

import errno
from pathlib import Path

from searchengine import Document, SearchEngine
from searchengine.backends.embedded.backend import EmbeddedBackend
from searchengine.backends.embedded.index.commit.directory import Action, Directory
from searchengine.errors import SearchEngineError

#: What ``begin`` and then ``go_on`` leave in an index.
BEGUN = {"a": "Đại hội chi bộ khu phố 5B", "b": "Hội nghị phường Việt Hưng", "c": "Cũ rồi"}
GONE_ON = {"a": "Đại hội đảng viên khu phố 5B", "b": BEGUN["b"], "d": "Văn bản mới"}


class Recording(Directory):
    """A directory that notes every step in ``steps``."""

    steps: list[tuple[Action, str]]

    def step(self, action: Action, name: str) -> None:
        self.steps.append((action, name))


def recording() -> type[Recording]:
    """Return a class of recording directories with a list of steps of its own."""
    return type("RecordingHere", (Recording,), {"steps": []})


def failing(number: int, error: int = errno.ENOSPC, *, forever: bool = False) -> type[Recording]:
    """Return a class of directories whose step ``number``, from 0, fails, or all from there on.

    Deleting goes on where the disk is full forever.
    """

    class Failing(Recording):
        steps: list[tuple[Action, str]] = []  # noqa: RUF012, shared by all of one class

        def step(self, action: Action, name: str) -> None:
            super().step(action, name)
            here = len(self.steps) - 1
            if here == number or (forever and here > number and action != "delete"):
                raise OSError(error, "no such luck", name)

    return Failing


def engine_on(path: Path, storage: type[Directory] = Directory) -> SearchEngine:
    """Open the index at ``path``, made if there is none, through a directory class."""
    return SearchEngine(EmbeddedBackend.open(path, create=True, storage=storage))


def begin(path: Path) -> None:
    """Make an index of two segments, one with a deleted document, that holds ``BEGUN``."""
    engine = engine_on(path)
    with engine.writer() as writer:
        for id_ in "abc":
            writer.add(Document(id=id_, text=BEGUN[id_] if id_ != "a" else "bản đầu"))
    with engine.writer() as writer:
        writer.add(Document(id="a", text=BEGUN["a"]))


def go_on(engine: SearchEngine) -> None:
    """Bring an index that holds ``BEGUN`` to ``GONE_ON``, in one commit, which merges."""
    with engine.writer() as writer:
        writer.add(Document(id="a", text=GONE_ON["a"]))
        writer.delete("c")
        writer.add(Document(id="d", text=GONE_ON["d"]))


def state(path: Path) -> dict[str, str]:
    """Return the text of each document of an index that must be sound, and found by its words."""
    with SearchEngine.open(path) as engine:
        assert engine.verify() == []
        texts = {document.id: document.text for document in engine.documents()}
        for id_, text in texts.items():
            assert id_ in [hit.id for hit in engine.search(f'"{text}"')]
        return texts


def answers(path: Path) -> object:
    """Return all that an index says, or None where it says that it is damaged."""
    try:
        with SearchEngine.open(path) as engine:
            return (
                sorted((document.id, document.text) for document in engine.documents()),
                [(hit.id, hit.score) for hit in engine.search("dai hoi")],
                [(hit.id, hit.score) for hit in engine.search('"khu phố" hội* -cũ')],
                [(hit.id, hit.score) for hit in engine.search('"đại bộ"~3 OR "dai hoi chi"')],
                [(hit.id, hit.score) for hit in engine.search("hội NEAR/5 bộ")],
                engine.get("b"),
                engine.suggest("đ"),
                {k: v for k, v in engine.stats().items() if k not in ("bytes", "cache")},
            )
    except SearchEngineError:
        return None
