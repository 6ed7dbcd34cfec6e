"""Lines of several processes: each whole, and the others' go on if one stops in the middle."""

from __future__ import annotations

import io
import os
import threading

from searchengine.server.processes.log import Log

LINES = 200


def test_lines_of_several_sources_never_mix() -> None:
    written = io.BytesIO()
    log = Log(written)

    def write(letter: bytes, file: int) -> None:
        # In odd pieces, as a full pipe would cut them.
        data = (letter * 5000 + b"\n") * LINES
        for start in range(0, len(data), 777):
            os.write(file, data[start : start + 777])
        os.close(file)

    threads = []
    for letter in (b"a", b"b", b"c"):
        reading, writing = os.pipe()
        threads.append(threading.Thread(target=write, args=(letter, writing)))
        threads.append(threading.Thread(target=log.relay, args=(os.fdopen(reading, "rb"),)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = written.getvalue().splitlines()
    assert sorted(lines) == [letter * 5000 for letter in (b"a", b"b", b"c") for _ in range(LINES)]


def test_a_last_line_without_an_end_gets_one() -> None:
    written = io.BytesIO()
    log = Log(written)
    log.relay(io.BytesIO(b"whole\nbroken off"))
    log.say("đi tiếp")
    assert written.getvalue().decode() == "whole\nbroken off\nđi tiếp\n"


def test_a_log_that_nobody_reads_holds_nobody_up() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    stream = os.fdopen(writing, "wb", buffering=0)
    log = Log(stream)
    log.relay(io.BytesIO(b"one\ntwo\n"))
    log.say("three")
    stream.close()
