"""Altering inputs: bytes, texts, and the members of archives.

Each function takes what is to be altered and a source of chance, and alters one thing.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Sequence

from tests.fuzzing.campaign import Mutate

#: So often a piece is repeated at most: what takes time by the square shows at that.
REPEATS = 3000
#: An input does not grow beyond so many bytes.
LONGEST = 200_000
_NUMBERS = (
    0,
    1,
    -1,
    2,
    127,
    128,
    255,
    256,
    32767,
    65535,
    65536,
    (1 << 31) - 1,
    1 << 31,
    (1 << 32) - 1,
    1 << 32,
    1 << 63,
    10**20,
)
_NUMBER = re.compile(rb"\d+")


def bytes_mutator(*pieces: bytes) -> Mutate:
    """Return what alters bytes; ``pieces`` are put in now and then."""
    steps: Sequence[Callable[[bytes, random.Random], bytes]] = (
        _set, _flip, _cut, _copy, _repeat, _number, _insert, _shorten,
    )  # fmt: skip

    def mutate(data: bytes, chance: random.Random) -> bytes:
        if pieces and chance.random() < 0.4:
            at = chance.randint(0, len(data))
            over = chance.choice((0, 0, chance.randint(0, 20)))
            return data[:at] + chance.choice(pieces) + data[at + over :]
        return chance.choice(steps)(data, chance)[:LONGEST]

    return mutate


def text_mutator(*pieces: str) -> Mutate:
    """Return what alters texts in UTF-8, in which there may be lone surrogates."""
    letters = (
        "aăâđêôơưáạảãàÁẠĐ \n\t.,:;-/\"'()0123456789\u0301\u0323\u200b\u00a0\u2028\x00\ud800😀ﬁIİ"
    )

    def mutate(data: bytes, chance: random.Random) -> bytes:
        text = as_text(data)
        at, stop = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
        way = chance.randrange(6)
        if way == 0:
            text = text[:at] + chance.choice(letters) + text[at:]
        elif way == 1:
            text = text[:at] + text[stop:]
        elif way == 2 and len(text) < LONGEST:
            piece = text[at : at + chance.randint(1, 40)] or "a"
            times = min(chance.choice((2, 3, 50, REPEATS)), 1 + LONGEST // (8 * len(piece)))
            text = text[:at] + piece * times + text[at:]
        elif way == 3:
            text = text[:at] + chance.choice(letters) + text[at + 1 :]
        elif way == 4:
            text = text[:at] + text[stop:] + text[at:stop]
        elif pieces:
            text = text[:at] + chance.choice(pieces) + text[at:]
        return text.encode("utf-8", "surrogatepass")

    return mutate


def as_text(data: bytes) -> str:
    """The text that an input stands for, whatever bytes it has."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def archive_mutator(inner: Mutate) -> Mutate:
    """Return what alters the members of a zip archive by ``inner``, now and then its own bytes."""
    raw = bytes_mutator()

    def mutate(data: bytes, chance: random.Random) -> bytes:
        if chance.random() < 0.1:
            return raw(data, chance)
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                members = [(name, archive.read(name)) for name in archive.namelist()]
        except Exception:  # What raw bytes make of an archive may fail in any way.
            return raw(data, chance)
        if not members:
            return raw(data, chance)
        at = chance.randrange(len(members))
        name, content = members[at]
        if chance.random() < 0.05:
            members[at] = (chance.choice(members)[0] + chance.choice(("", "x")), content)
        elif chance.random() < 0.05:
            del members[at]
        else:
            members[at] = (name, inner(content, chance))
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in dict(members).items():
                archive.writestr(*member)
        return held.getvalue()

    return mutate


def _set(data: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def _flip(data: bytes, chance: random.Random) -> bytes:
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + data[at + chance.randint(1, 64) :]


def _shorten(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randint(0, len(data))] if chance.random() < 0.3 else data


def _copy(data: bytes, chance: random.Random) -> bytes:
    at, start = chance.randint(0, len(data)), chance.randint(0, len(data))
    return data[:at] + data[start : start + chance.randint(1, 200)] + data[at:]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(data))
    piece = data[at : at + chance.randint(1, 40)] or b"\0"
    times = min(chance.choice((2, 3, 50, REPEATS)), 1 + LONGEST // (2 * len(piece)))
    return data[:at] + piece * times + data[at:]


def _insert(data: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + chance.randbytes(chance.randint(1, 8)) + data[at:]


def _number(data: bytes, chance: random.Random) -> bytes:
    """Put another number in place of one that is written in figures, or in binary."""
    value = chance.choice(_NUMBERS)
    found = list(_NUMBER.finditer(data))
    if found and chance.random() < 0.7:
        one = chance.choice(found)
        return data[: one.start()] + str(value).encode() + data[one.end() :]
    size = chance.choice((1, 2, 4, 8))
    packed = (value % (1 << 8 * size)).to_bytes(size, chance.choice(("little", "big")))
    at = chance.randint(0, len(data))
    return data[:at] + packed + data[at + size :]
