"""A short run of each campaign, the same each time, and the inputs that once showed a fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchengine.errors import InputError
from tests.fuzzing.campaign import Examiner, Target, blind
from tests.fuzzing.targets import TARGETS

#: Inputs of a short run: a second or two of each target.
INPUTS = 40
FEWER = {"index": 12, "query": 20, "pdf": 15}
#: Seconds that an input may take here, where other tests run beside it.
PATIENCE = 10.0
CORPUS = Path(__file__).parent / "corpus"


@pytest.mark.parametrize("name", TARGETS)
def test_altered_inputs_do_no_harm(name: str) -> None:
    examiner = Examiner(TARGETS[name](), PATIENCE)
    blind(examiner, seed=1, inputs=FEWER.get(name, INPUTS))
    assert not [f"{one.kind}\n{one.detail}" for one in examiner.findings.values()]


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*/*")), ids=lambda path: path.name)
def test_what_did_harm_does_no_more(path: Path) -> None:
    found = Examiner(TARGETS[path.parent.name]()).examine(path.read_bytes())
    assert found is None, found.detail


def examined(data: bytes) -> str:
    """The kind of finding that a target of known faults shows with ``data``."""

    def run(data: bytes) -> None:
        if data == b"typed":
            raise InputError("is none; write another one")
        if data == b"lines":
            raise InputError("is\nnone")
        if data == b"wrong":
            raise KeyError(data)
        if data == b"slow":
            sum(range(5_000_000))
        if data == b"large":
            bytearray(b"x" * 250_000_000)

    found = Examiner(Target("known", [b""], run, lambda data, _: data), 0.03).examine(data)
    return found.kind if found else ""


def test_each_kind_of_harm_is_found_and_no_other() -> None:
    assert examined(b"fine") == examined(b"typed") == ""
    assert examined(b"lines") == "a message of several lines"
    assert examined(b"wrong").startswith("KeyError")
    assert examined(b"slow") == "slow"
    if Path("/proc/self/clear_refs").exists():
        assert examined(b"large") == "large"
