"""The page docs/extending.md: its examples run, and a stream is added by the steps it names.

The example of a reader is run by the tests of readers.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "extending.md").read_text("utf-8")
STEP = re.compile(r"^\| `(searchengine/[^`]+)` \| `([^`]+)` \| `([^`]+)` \|$", re.M)

#: What the copy of the program is asked.
CHECK = """
import contextlib
import shutil
from pathlib import Path
from searchengine import Document, SearchEngine, upgrade_index
from searchengine.backends.contract.differential.suite import DifferentialContract
from searchengine.backends.embedded.backend import EmbeddedBackend
from searchengine.backends.embedded.index.commit.directory import Directory
from searchengine.errors import IndexWriteError

engine = SearchEngine.open("new", create=True)
with engine.writer() as writer:
    writer.add(Document(id="a", title="Họp thôn", text="Đại hội chi bộ thôn Đoài"))
parts = {(part.field, part.term): part.weight for part in engine.explain("đại hồi", "a").parts}
assert parts["toneless", "hôi"] == 0.2, parts
assert ("syllables", "hồi") not in parts
assert engine.stats()["terms"]["toneless"] > 5
assert engine.verify() == []

assert upgrade_index("old").changed
old = SearchEngine.open("old")
assert old.stats()["terms"]["toneless"] > 5

# Whichever step of such an upgrade fails, the index is the old one or the new one.
class Failing(Directory):
    at, done = -1, 0

    def step(self, action, name):
        Failing.done += 1
        if Failing.done == Failing.at:
            raise OSError(28, "no room", name)

number = 0
while Failing.done >= number:
    number += 1
    shutil.copytree("older", f"older{number}")
    Failing.at, Failing.done = number, 0
    with contextlib.suppress(IndexWriteError):
        upgrade_index(f"older{number}", storage=Failing)
    upgrade_index(f"older{number}")
    with SearchEngine.open(f"older{number}") as engine:
        assert engine.document_count() == 5
        assert engine.verify() == []
assert number > 20

class Contract(DifferentialContract):
    commit_size = 7
    keeps_order_over_commits = False

    def make_backend(self, folder):
        return EmbeddedBackend.open(folder / "index", create=True)

Contract().test_every_term_is_counted_as_specified(Contract().make_backend(Path("contract")))
"""


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("title", ["A list of synonyms", "A field of the records"])
def test_the_examples_run(title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"```python\n(.*?)```", section(title), re.S)
    assert examples
    for example in examples:
        exec(compile(example, title, "exec"), {})


def test_a_stream_is_added_by_the_steps_that_the_page_names(
    tmp_path: Path, seed_directory: Path
) -> None:
    shutil.copytree(ROOT / "searchengine", tmp_path / "searchengine")
    for name in ("old", "older"):
        shutil.copytree(seed_directory, tmp_path / name)
    steps = STEP.findall(section("A token stream"))
    assert len(steps) == 4
    for file, before, after in steps:
        path = tmp_path / file
        text = path.read_text("utf-8")
        assert text.count(f"{before}\n") == 1, f"{file} has no line {before!r}"
        path.write_text(text.replace(f"{before}\n", f"{after}\n"), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", CHECK],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
