"""Trying inputs on a target: what it may do, how long and how large it may be, and what was found.

A target is a function of bytes. It may raise what the package raises on purpose and nothing else;
whatever else comes is kept once for each kind, with the input that showed it. Inputs are altered
seeds; which alterations make sense says the target. Where atheris is installed a campaign may be
led by the code that an input reaches.
"""

from __future__ import annotations

import contextlib
import faulthandler
import hashlib
import math
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from searchengine.errors import SearchEngineError

Mutate = Callable[[bytes, random.Random], bytes]

#: What one input may take: seconds of this process, and bytes of memory.
SECONDS, MEMORY = 1.0, 200_000_000
#: After so many seconds of the process an input is broken off; after so many by the clock, where
#: that does not help or it waits for something, the campaign ends.
BREAK_OFF, GIVE_UP = 20, 600
#: Alterations of one input at most.
ALTERATIONS = 4


@dataclass(frozen=True)
class Target:
    """What is tried: ``run`` on altered ``seeds``."""

    name: str
    seeds: Sequence[bytes]
    run: Callable[[bytes], None]
    mutate: Mutate


@dataclass
class Finding:
    """One kind of what must not be: the first input that showed it, and how often it came."""

    kind: str
    data: bytes
    detail: str
    count: int = 1


@dataclass
class Examiner:
    """Runs a target and notes what must not be."""

    target: Target
    seconds: float = SECONDS
    inputs: int = 0
    findings: dict[str, Finding] = field(default_factory=dict)
    #: Whether the process ends, and says where it stands, if an input takes :data:`GIVE_UP`.
    guarded: bool = False
    _armed: float = -math.inf

    def warm_up(self) -> None:
        """Run the seeds, so that what is loaded with the first input counts for none."""
        for data in self.target.seeds:
            with contextlib.suppress(SearchEngineError):
                self.target.run(data)

    def examine(self, data: bytes) -> Finding | None:
        """Try one input; return what it showed, None where all is well."""
        self.inputs += 1
        self._arm()
        before = _memory(reset=True)
        started = time.process_time()
        kind = detail = ""
        try:
            self.target.run(data)
        except SearchEngineError as error:
            if "\n" in str(error):
                kind, detail = "a message of several lines", str(error)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # Panics of Rust are no Exception.
            kind = f"{type(error).__name__} {_place(error)}"
            detail = "".join(traceback.format_exception(error))
            error.__traceback__ = None
        taken = time.process_time() - started
        grown = _memory() - before
        if not kind and grown > MEMORY:
            kind, detail = "large", f"{grown / 1e6:.0f} MB"
        if not kind and taken > self.seconds:
            kind, detail = "slow", f"{taken:.1f} seconds"
        return self._note(kind, data, detail) if kind else None

    def _arm(self) -> None:
        """Begin to wait for the end of an input anew, not for each: that takes a thread."""
        if self.guarded and time.monotonic() - self._armed > GIVE_UP / 10:
            faulthandler.dump_traceback_later(GIVE_UP, exit=True)
            self._armed = time.monotonic()

    def _note(self, kind: str, data: bytes, detail: str) -> Finding:
        found = self.findings.get(kind)
        if found is None:
            found = self.findings[kind] = Finding(kind, data, detail)
        else:
            found.count += 1
            if len(data) < len(found.data):
                found.data, found.detail = data, detail
        return found

    def report(self, seconds: float) -> str:
        """Return what was tried and found, a line each."""
        head = f"{self.target.name}: {self.inputs} inputs in {seconds / 60:.1f} minutes"
        lines = [f"{head} ({self.inputs / max(seconds, 0.001):.0f} a second)"]
        for one in self.findings.values():
            lines.append(f"  {one.kind}: {one.count} times, with {len(one.data)} bytes")
        return "\n".join(lines)

    def keep(self, folder: Path) -> None:
        """Write the input of each finding, and what it showed, to ``folder``."""
        for one in self.findings.values():
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / hashlib.sha256(one.kind.encode()).hexdigest()[:12]
            path.write_bytes(one.data)
            path.with_suffix(".txt").write_text(f"{one.kind}\n{one.detail}", errors="replace")


def altered(target: Target, data: bytes, chance: random.Random) -> bytes:
    """Return ``data`` altered a few times."""
    for _ in range(chance.randint(1, ALTERATIONS)):
        data = target.mutate(data, chance)
    return data


def blind(
    examiner: Examiner,
    seed: int,
    *,
    inputs: int = 0,
    seconds: float = math.inf,
    longest: int = sys.maxsize,
) -> Examiner:
    """Try altered seeds, so many or for so long; the same ones for the same seed.

    What grows beyond ``longest`` bytes is left out. Ends before if it is interrupted.
    """
    target, chance = examiner.target, random.Random(seed)
    with contextlib.suppress(KeyboardInterrupt):
        examiner.warm_up()
        end = time.monotonic() + seconds
        while examiner.inputs < (inputs or math.inf) and time.monotonic() < end:
            data = altered(target, chance.choice(target.seeds), chance)
            if len(data) <= longest:
                examiner.examine(data)
    return examiner


def campaign(
    target: Target, seed: int, seconds: float, longest: int, folder: Path, atheris: Any
) -> NoReturn:
    """Try inputs of at most ``longest`` bytes for so long, print what was found and end.

    ``folder`` is where findings are kept. ``atheris`` chooses the inputs by what they reach, if it
    is given; it must have been there when the package was imported.
    """
    _guard()
    started = time.monotonic()
    examiner = Examiner(target, guarded=True)
    if atheris is None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        _end(blind(examiner, seed, seconds=seconds, longest=longest), started, folder)
    examiner.warm_up()

    def one_input(data: bytes) -> None:
        found = examiner.examine(data)
        if found is not None and found.count == 1:
            print(f"{target.name}: {found.kind}", flush=True)
            examiner.keep(folder)
        if time.monotonic() - started > seconds:
            _end(examiner, started, folder)

    def mutate(data: bytes, most: int, number: int) -> bytes:
        chance = random.Random(number)
        if chance.random() < 0.1:
            return bytes(atheris.Mutate(data, most))
        return altered(target, data, chance)[:most]

    with tempfile.TemporaryDirectory() as corpus:
        for number, data in enumerate(target.seeds):
            Path(corpus, str(number)).write_bytes(data)
        most = min(longest, max(4096, 2 * max(map(len, target.seeds))))
        options = [f"-seed={seed or 1}", "-rss_limit_mb=0", f"-timeout={GIVE_UP}", "-verbosity=0"]
        options += [f"-max_len={most}", "-detect_leaks=0", "-len_control=0"]
        atheris.Setup(["fuzzing", *options, corpus], one_input, custom_mutator=mutate)
        atheris.Fuzz()
    _end(examiner, started, folder)


def _end(examiner: Examiner, started: float, folder: Path) -> NoReturn:
    examiner.keep(folder)
    print(examiner.report(time.monotonic() - started), flush=True)
    os._exit(bool(examiner.findings))


def _guard() -> None:
    """Bound this process in memory, and have it say where it hangs."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (3 << 30, resource.RLIM_INFINITY))
    faulthandler.enable()


@contextlib.contextmanager
def broken_off(seconds: int = BREAK_OFF) -> Any:
    """Raise TimeoutError in the block after so many seconds of the process.

    Where Python's code runs by then; on a busy machine a second of the process may be a minute.
    """

    def stop(*_: object) -> NoReturn:
        raise TimeoutError("it hangs")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _memory(*, reset: bool = False) -> int:
    """The most memory that this process has had since it was last reset, in bytes."""
    try:
        if reset:
            Path("/proc/self/clear_refs").write_text("5")
        with open("/proc/self/status", encoding="ascii") as status:
            return next(1024 * int(s.split()[1]) for s in status if s.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return 0


def _place(error: BaseException) -> str:
    """Where in the package an error came up, as what is the same fault has it."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if "/searchengine/" in one.filename]
    if not ours:
        return "outside the package"
    last = ours[-1]
    return f"in {last.filename.rpartition('/searchengine/')[2]} {last.name}"
