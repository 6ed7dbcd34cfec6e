"""The process that leads the others: keeps them running, passes things on, and stops them.

It holds the listening socket and the log, and answers nothing itself. A worker that ends is
replaced at once, later if they end again and again. Workers obey the parent alone: a signal to
all of them is theirs to ignore, and when the parent is gone they answer what they have and end.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import IO, Any

from searchengine.errors import SearchEngineError
from searchengine.server.processes.channel import Lines, Message, Outbox, encode
from searchengine.server.processes.dispatch import Dispatcher
from searchengine.server.processes.exchange import Exchange
from searchengine.server.processes.log import Log
from searchengine.server.settings import Settings

#: A worker that has run for so many seconds did not end because it could not start.
STEADY_SECONDS = 5.0
#: Ends in quick succession: the first is made good at once, the next after so many seconds, which
#: double each time, up to the most.
DELAY_SECONDS, MOST_DELAY_SECONDS = 0.2, 10.0
#: So many starts in a row must fail for the server to give up, if nobody answers.
START_TRIES = 5

SIGNALS = (signal.SIGINT, signal.SIGTERM)

#: What a worker runs. It finds modules where its parent does, never in the current folder for
#: being started there.
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[3:]; "
    "from searchengine.server.processes.worker import main; main()"
)


class StartError(SearchEngineError):
    """The processes that should answer end as soon as they are started."""

    status = 500


@dataclass(frozen=True, slots=True)
class WorkerStart:
    """What a worker is told when it starts."""

    directory: str
    cache_bytes: int
    settings: Settings
    #: The number of an open file that it shares: the table of requests by client.
    clients: int | None = None

    def message(self) -> Message:
        """Return it as JSON values."""
        return asdict(self)

    @classmethod
    def of(cls, message: Message) -> WorkerStart:
        """Return what a message says."""
        # JSON knows lists only.
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in message["settings"].items()
        }
        return cls(**{**message, "settings": Settings(**given)})


def lead(
    listener: socket.socket, start: WorkerStart, count: int, started: Callable[[int], None]
) -> None:
    """Let ``count`` workers answer what connects to ``listener`` until SIGTERM or SIGINT.

    ``started`` is called with the number of documents once all take requests. A second signal
    ends the workers at once. Raises :class:`StartError` if they do not come up.
    """
    log = Log(getattr(sys.stderr, "buffer", None) or open(2, "wb", closefd=False))  # noqa: SIM115
    asyncio.run(_Parent(listener, start, count, started, log).run())


class _Worker:
    """A process that answers, and the parent's ends of what leads to it."""

    def __init__(self, start: WorkerStart, log: Log, told: Callable[[_Worker, Message], None]):
        self.ready = False
        #: Why it could not start, if it said so.
        self.reason = ""
        self.ended = asyncio.Event()
        self._told = told
        self._lines = Lines()
        with contextlib.ExitStack() as on_error, contextlib.ExitStack() as its_own:
            pairs = []
            for _ in range(2):
                ours, theirs = socket.socketpair()
                pairs.append((ours, theirs))
                on_error.callback(ours.close)
                its_own.callback(theirs.close)
            shared = [] if start.clients is None else [start.clients]
            self._process = _started([theirs.fileno() for _, theirs in pairs], shared)
            on_error.pop_all()
        self.connections, self._control = (ours for ours, _ in pairs)
        self._loop = asyncio.get_running_loop()
        for channel in (self.connections, self._control):
            channel.setblocking(False)
        self._outbox = Outbox(self._control)
        self._outbox.send(encode(start.message()))
        self._loop.add_reader(self._control, self._read)
        threading.Thread(target=self._watch, args=(log,), daemon=True).start()

    def send(self, message: Message) -> None:
        """Tell it something."""
        self._outbox.send(encode(message))

    def finish(self) -> None:
        """Let it answer what it has and end; one that is only starting ends at once."""
        if self.ready:
            with contextlib.suppress(OSError):
                self.connections.shutdown(socket.SHUT_WR)
        else:
            self.kill()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def close(self) -> None:
        """Close what led to it, once it has ended."""
        self._read()
        self._loop.remove_reader(self._control)
        self._outbox.close()
        self.connections.close()
        self._control.close()

    def how_it_ended(self) -> str:
        """Return why it is no more, for the log."""
        code = self._process.returncode
        if self.reason:
            return self.reason
        if code is not None and code < 0:
            with contextlib.suppress(ValueError):
                return f"killed by {signal.Signals(-code).name}"
        return f"exit code {code}"

    def _read(self) -> None:
        try:
            while data := self._control.recv(65536):
                for message in self._lines.feed(data):
                    self._told(self, message)
            self._loop.remove_reader(self._control)
        except BlockingIOError:
            pass
        except OSError:
            self._loop.remove_reader(self._control)

    def _watch(self, log: Log) -> None:
        """In a thread: pass its lines on to the log, then wait for its end."""
        source: IO[bytes] | None = self._process.stdout
        assert source is not None
        log.relay(source)
        self._process.wait()
        with contextlib.suppress(RuntimeError):  # The parent has gone on without it.
            self._loop.call_soon_threadsafe(self.ended.set)


def _started(sockets: Sequence[int], shared: Sequence[int]) -> subprocess.Popen[bytes]:
    """A new process that holds its two sockets and shared files, and takes no signals for all."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        return subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, *map(str, sockets), *map(os.path.abspath, sys.path)],
            stdin=subprocess.DEVNULL,
            # What is printed by mistake belongs in the log too.
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[*sockets, *shared],
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Parent:
    def __init__(
        self,
        listener: socket.socket,
        start: WorkerStart,
        count: int,
        started: Callable[[int], None],
        log: Log,
    ) -> None:
        self._start = start
        self._count = count
        self._started: Callable[[int], None] | None = started
        self._log = log
        self._dispatcher = Dispatcher(listener)
        self._exchange = Exchange()
        self._workers: set[_Worker] = set()
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self._signalled)
        keepers = [asyncio.create_task(self._keep()) for _ in range(self._count)]
        try:
            await asyncio.gather(*keepers)
        finally:
            for keeper in keepers:
                keeper.cancel()
            for worker in self._workers:
                worker.kill()
            await asyncio.gather(*(worker.ended.wait() for worker in self._workers))

    async def _keep(self) -> None:
        """Have one worker run at any time, until the server stops."""
        failures = 0
        while not self._stopping.is_set():
            began = asyncio.get_running_loop().time()
            ready = False
            try:
                worker = _Worker(self._start, self._log, self._told)
            except OSError as error:
                how = str(error)  # Too many processes or open files, or no memory for one more.
            else:
                self._workers.add(worker)
                await worker.ended.wait()
                self._part_from(worker)
                ready, how = worker.ready, worker.how_it_ended()
            if self._stopping.is_set():
                return
            steady = asyncio.get_running_loop().time() - began > STEADY_SECONDS
            failures = 0 if ready and steady else failures + 1
            if not ready and failures >= START_TRIES and self._nobody_answers():
                raise StartError(
                    f"the processes that should answer cannot start ({how}): 'searchengine "
                    "verify' looks at the index, and --processes 1 serves without them"
                )
            self._log.say(f"error: a process of the server has ended ({how}): starting another")
            if failures > 1:
                delay = min(DELAY_SECONDS * 2 ** (failures - 2), MOST_DELAY_SECONDS)
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), delay)

    def _nobody_answers(self) -> bool:
        return self._started is not None or not len(self._dispatcher)

    def _told(self, worker: _Worker, message: Message) -> None:
        if "ready" in message:
            if self._stopping.is_set():
                worker.kill()
                return
            worker.ready = True
            documents: Any = message["ready"]
            self._exchange.join(worker, worker.send, lambda: self._takes_part(worker, documents))
        elif "failed" in message:
            worker.reason = message["failed"]
        else:
            self._exchange.told(worker, message)

    def _takes_part(self, worker: _Worker, documents: int) -> None:
        """Hand connections to a worker, which searches the last commit by now."""
        if self._stopping.is_set():
            return
        self._dispatcher.add(worker, worker.connections)
        if self._started is not None and len(self._dispatcher) == self._count:
            started, self._started = self._started, None
            started(documents)

    def _part_from(self, worker: _Worker) -> None:
        self._workers.discard(worker)
        self._dispatcher.remove(worker)
        worker.close()
        self._exchange.leave(worker)

    def _signalled(self) -> None:
        if self._stopping.is_set():
            for worker in self._workers:
                worker.kill()
            return
        self._stopping.set()
        self._dispatcher.close()
        for worker in self._workers:
            worker.finish()
