"""Who is handed a connection, and what becomes of those that a worker did not live to take."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from searchengine.server.processes import dispatch
from searchengine.server.processes.dispatch import Dispatcher


class Worker:
    """The worker's end of a channel."""

    def __init__(self, scene: Scene, name: str) -> None:
        ours, self.channel = socket.socketpair()
        ours.setblocking(False)
        self.channel.setblocking(False)
        self.connections: list[socket.socket] = []
        scene.dispatcher.add(name, ours)
        scene.opened += [ours, self.channel]
        self._scene = scene

    def arrived(self) -> int:
        """How many connections have come, taken or not."""
        while True:
            try:
                byte, numbers, *_ = socket.recv_fds(self.channel, 1, 1)
            except BlockingIOError:
                return len(self.connections)
            if not byte:
                return len(self.connections)
            self.connections += [socket.socket(fileno=number) for number in numbers]
            self._scene.opened += self.connections[-1:]

    def take(self, count: int) -> None:
        self.channel.send(b"+" * count)

    def end(self, count: int) -> None:
        for _ in range(count):
            self.connections.pop().close()
        self.channel.send(b"-" * count)


class Scene:
    """A listener with a dispatcher, and clients; everything is closed with it."""

    def __init__(self) -> None:
        self.opened: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.dispatcher = Dispatcher(self.listener)
        self.address = self.listener.getsockname()

    def __enter__(self) -> Scene:
        return self

    def __exit__(self, *_: object) -> None:
        self.dispatcher.close()
        for name in "abc":
            self.dispatcher.remove(name)
        for one in self.opened:
            one.close()

    def client(self) -> socket.socket:
        self.opened.append(socket.create_connection(self.address, 5))
        return self.opened[-1]

    async def connect(self, count: int) -> list[socket.socket]:
        clients = [self.client() for _ in range(count)]
        await settled()
        return clients


async def settled() -> None:
    """Let the event loop do what there is to do."""
    for _ in range(20):
        await asyncio.sleep(0.001)


def run(scenario: Callable[[Scene], Coroutine[Any, Any, None]]) -> None:
    async def work() -> None:
        with Scene() as scene:
            await scenario(scene)

    asyncio.run(work())


def test_each_connection_goes_to_the_worker_with_the_fewest() -> None:
    async def scenario(scene: Scene) -> None:
        workers = [Worker(scene, name) for name in "abc"]
        await scene.connect(6)
        assert [worker.arrived() for worker in workers] == [2, 2, 2]
        workers[1].take(2)
        workers[1].end(2)
        await settled()
        await scene.connect(2)
        assert [worker.arrived() for worker in workers] == [2, 2, 2]

    run(scenario)


def test_connections_wait_in_the_system_while_there_is_no_worker() -> None:
    async def scenario(scene: Scene) -> None:
        await scene.connect(3)
        worker = Worker(scene, "a")
        await settled()
        assert worker.arrived() == 3

    run(scenario)


def test_what_a_worker_did_not_live_to_take_goes_to_another() -> None:
    async def scenario(scene: Scene) -> None:
        first = Worker(scene, "a")
        clients = await scene.connect(4)
        assert first.arrived() == 4
        first.take(1)
        first.channel.close()
        for connection in first.connections:
            connection.close()
        scene.dispatcher.remove("a")
        second = Worker(scene, "b")
        await settled()
        assert second.arrived() == 3
        for connection in second.connections:
            connection.sendall(b"x")
        assert clients[0].recv(1) == b"", "this one was the dead worker's"
        assert [client.recv(1) for client in clients[1:]] == [b"x"] * 3

    run(scenario)


def test_a_worker_that_is_found_dead_gets_nothing() -> None:
    async def scenario(scene: Scene) -> None:
        dead, living = Worker(scene, "a"), Worker(scene, "b")
        dead.channel.close()
        await scene.connect(4)
        assert living.arrived() == 4
        scene.dispatcher.remove("a")
        assert len(scene.dispatcher) == 1

    run(scenario)


def test_only_so_many_are_on_their_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "ON_THE_WAY", 2)

    async def scenario(scene: Scene) -> None:
        worker = Worker(scene, "a")
        await scene.connect(5)
        assert worker.arrived() == 2
        worker.take(1)
        await settled()
        assert worker.arrived() == 3
        worker.take(2)
        await settled()
        assert worker.arrived() == 5

    run(scenario)


def test_closing_hands_out_all_that_has_connected_and_listens_no_more() -> None:
    async def scenario(scene: Scene) -> None:
        worker = Worker(scene, "a")
        await settled()
        # Connected, but the event loop has not come round to it.
        clients = [scene.client() for _ in range(3)]
        scene.dispatcher.close()
        assert worker.arrived() == 3
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(scene.address)
        worker.connections[0].sendall(b"x")
        assert clients[0].recv(1) == b"x"

    run(scenario)


def test_closing_without_a_worker_ends_what_has_connected() -> None:
    async def scenario(scene: Scene) -> None:
        clients = await scene.connect(1)
        scene.dispatcher.close()
        assert clients[0].recv(1) == b""

    run(scenario)
