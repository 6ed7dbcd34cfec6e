"""Campaigns on the files of an index: altered where they mean something, under right checksums.

An input is a list of alterations of a sound index: which part, where and how. Parts are the arrays
of ``.streams`` and ``.stored``, the facts and the directory beside them, unpacked blocks of
documents, the manifest and Whoosh's files. What comes of it has the lengths and checksums that fit,
is opened, verified, searched and written on; it may answer anything, or say that it is damaged.
"""

from __future__ import annotations

import contextlib
import copy
import datetime
import io
import json
import random
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import zstandard

from searchengine import Document, SearchEngine, upgrade_index
from searchengine.backends.embedded.index.arrays.sections import SectionReader
from searchengine.backends.embedded.index.commit import merge_policy
from searchengine.backends.embedded.index.stored.reader import SERIES
from searchengine.backends.fields import IndexSettings, fields_of
from searchengine.errors import SearchEngineError
from tests.backends.embedded.index.old_indexes import FORMATS
from tests.fuzzing.campaign import Target, broken_off
from tests.fuzzing.mutation import archive_mutator, bytes_mutator

#: One alteration: which part, how, where, and what to put there.
_STEP = struct.Struct("<HBxHHq")
_EXTREME = (
    0,
    1,
    -1,
    2,
    3,
    63,
    64,
    65,
    127,
    128,
    255,
    256,
    4096,
    65535,
    65536,
    (1 << 31) - 1,
    1 << 31,
    (1 << 32) - 1,
    1 << 32,
    (1 << 62),
    (1 << 63) - 1,
    -(1 << 63),
)
_VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1.5,
    1 << 31,
    1 << 40,
    10**30,
    "",
    "x",
    "../x",
    [],
    {},
    [[]],
    {"a": 1},
    float("nan"),
    "<u4",
    "|O",
    "<M8[s]",
    "\ud800",
    "words",
    [-1],
    [0, 0],
    7,
)
_SYLLABLES = (
    "to dân phố mương hẻm nước xẻng cuốc bà con góp công nạo vét dọn rác tối họp bàn việc".split()
)
_SETTINGS = IndexSettings(fields=fields_of({"trang": "number", "loại": "keyword", "hạn": "date"}))
#: What an altered archive may make Python's reader of them raise.
UNPACKING = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
#: Documents of the larger index: its postings are read by term, not as a whole.
MANY = 150
_HEAD, _TAIL = struct.Struct("<8sI4x"), struct.Struct("<QIII4x8s")
_SEAL = struct.Struct("<II8s")

Files = dict[str, bytes]


@lru_cache(maxsize=1)
def bases() -> tuple[Files, ...]:
    """The files of two sound indexes, a small one of two segments and a larger one."""
    chance = random.Random(7)
    few = [Document(id=str(n), title="Nạo vét", text="Bà con tổ 12 họp") for n in range(3)]
    return _made([few, few[:1]]), _made([[_document(n, chance) for n in range(MANY)]])


def _document(number: int, chance: random.Random) -> Document:
    words = chance.choices(_SYLLABLES, k=chance.randint(5, 40)) + ["mương"] * chance.choice(
        (0, 0, 20)
    )
    return Document(
        id=f"kh/{number}",
        title=" ".join(words[:4]),
        text=" ".join(words) + f" {number}",
        date=datetime.date(2020 + number % 5, 1 + number % 12, 1),
        place=chance.choice(("Bến Nghé", "")),
        numbers=(f"{number}/KH-UBND",) if number % 3 else (),
        extra={"trang": number, "loại": "a", "hạn": "2024-05-17"},
    )


def _made(commits: list[list[Document]]) -> Files:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "index")
        with SearchEngine.open(path, create=True, settings=_SETTINGS) as engine:
            for documents in commits:
                with engine.writer() as writer:
                    for one in documents:
                        writer.add(one)
        return {one.name: one.read_bytes() for one in path.iterdir() if "LOCK" not in one.name}


def alter(data: bytes) -> Files:
    """Return the files of the index that an input stands for."""
    files = dict(bases()[data[0] % 2 if data else 0])
    manifest = next(name for name in files if name.endswith(".manifest"))
    contents = json.loads(files[manifest][: -_SEAL.size])
    # Names of segments are others each time, their order is not.
    names = [name for segment in contents["segments"] for name in sorted(segment["files"])]
    containers = {
        name: _Container(files[name]) for name in names if name.endswith((".streams", ".stored"))
    }
    raw = {name: files[name] for name in names if name not in containers}
    parts: list[tuple[str, str]] = [("", "")]
    for name, container in containers.items():
        parts += [(name, part) for part in container.parts()]
    parts += [(name, "") for name in raw]
    for at in range(1, len(data) - _STEP.size + 1, _STEP.size):
        part, how, place, other, value = _STEP.unpack_from(data, at)
        name, section = parts[part % len(parts)]
        if not name:
            contents = _altered_json(contents, how, place, value)
        elif name in raw:
            raw[name] = _altered_bytes(raw[name], how, place, other, value, 4)
        else:
            containers[name].alter(section, how, place, other, value)
    files.update(raw)
    files.update({name: container.packed() for name, container in containers.items()})
    _fit(contents, files)
    written = json.dumps(contents).encode("utf-8", "replace") + b"\n"
    files[manifest] = written + _SEAL.pack(len(written), zlib.crc32(written), b"VNSEALED")
    return files


def _fit(contents: Any, files: Files) -> None:
    """Have a manifest say the lengths and checksums that its files have."""
    with contextlib.suppress(TypeError, KeyError, AttributeError):
        for segment in contents["segments"]:
            for name, entry in segment["files"].items():
                if name in files and type(entry.get("bytes")) is int:
                    entry["bytes"] = len(files[name])
                    if entry.get("crc32") is not None:
                        entry["crc32"] = zlib.crc32(files[name])


class _Container:
    """The sections of one file, to be altered one by one."""

    def __init__(self, content: bytes) -> None:
        reader = SectionReader(content, "sound")
        self._facts: Any = copy.deepcopy(reader.facts)
        self._sections: dict[str, list[Any]] = {
            name: [reader.array(name).dtype.str, reader.array(name).tobytes()]
            for name in reader.names()
        }
        self._directory: list[tuple[int, int, int]] = []

    def parts(self) -> list[str]:
        """What can be altered; facts as often as all else, for much hangs on them."""
        blocks = [f"unpacked:{one}" for one in SERIES if f"{one}/blocks" in self._sections]
        return [*self._sections, *blocks, "facts", "facts", "directory"]

    def alter(self, part: str, how: int, place: int, other: int, value: int) -> None:
        """Alter one part."""
        if part == "facts":
            self._facts = _altered_json(self._facts, how, place, value)
        elif part == "directory":
            self._directory.append((how, place, value))
        elif part.startswith("unpacked:"):
            self._alter_block(part.partition(":")[2], how, place, other, value)
        else:
            section = self._sections[part]
            if how % 16 == 15:
                section[0] = str(_VALUES[16 + place % 3]) if other % 2 else "|u1"
                return
            with contextlib.suppress(TypeError):
                size = np.dtype(section[0]).itemsize or 1
                section[1] = _altered_bytes(section[1], how, place, other, value, size)

    def _alter_block(self, series: str, how: int, place: int, other: int, value: int) -> None:
        """Alter what is in the first block of a series of records."""
        blocks, ends = self._sections[f"{series}/blocks"], self._sections[f"{series}/ends"]
        with contextlib.suppress(zstandard.ZstdError, IndexError, ValueError):
            bounds = np.frombuffer(ends[1], "<u8").astype(np.int64)
            first = zstandard.ZstdDecompressor().decompress(blocks[1][: bounds[0]], 1 << 24)
            again = zstandard.ZstdCompressor().compress(
                _altered_bytes(first, how, place, other, value, 4)
            )
            blocks[1] = again + blocks[1][bounds[0] :]
            ends[1] = (bounds + (len(again) - bounds[0])).astype("<u8").tobytes()

    def packed(self) -> bytes:
        """The file, with the checksums of what it holds."""
        held = io.BytesIO()
        held.write(_HEAD.pack(b"VNARRAYS", 1))
        directory: dict[str, Any] = {}
        for name, (dtype, content) in self._sections.items():
            held.write(bytes(-held.tell() % 64))
            directory[name] = [dtype, held.tell(), len(content), zlib.crc32(content)]
            held.write(content)
        whole: Any = {"facts": self._facts, "sections": directory}
        for how, place, value in self._directory:
            whole = _altered_json(whole, how, place, value)
        written = json.dumps(whole).encode("utf-8", "replace")
        at = held.tell()
        held.write(written)
        held.write(_TAIL.pack(at, len(written), zlib.crc32(written), 1, b"VNARRAYS"))
        return held.getvalue()


def _altered_bytes(data: bytes, how: int, place: int, other: int, value: int, size: int) -> bytes:
    """Alter a number of ``size`` bytes, or the length of the whole."""
    count = max(len(data) // size, 1)
    at = place % count * size
    if how % 16 < 10:
        changed = (value % (1 << 8 * size)).to_bytes(size, "little")
        return data[:at] + changed + data[at + size :]
    if how % 16 < 12:
        return data[:at] + data[at + (other % 8 + 1) * size :]
    if how % 16 < 14:
        return data[:at] + data[at : at + (other % 8 + 1) * size] + data[at:]
    return data[: other % (len(data) + 1)] if other % 3 else b""


def _altered_json(value: Any, how: int, place: int, number: int) -> Any:
    """Put another value at one place, or take it away."""
    value = copy.deepcopy(value)
    holders = list(_places(value))
    if not holders:
        return _VALUES[how % len(_VALUES)]
    holder, key = holders[place % len(holders)]
    if how % 16 == 0:
        del holder[key]
    elif how % 16 < 6:
        holder[key] = number
    else:
        holder[key] = copy.deepcopy(_VALUES[number % len(_VALUES)])
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in JSON values, by what holds it and its key there."""
    keys = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for key in list(keys):
        yield value, key
        yield from _places(value[key])


def use(data: bytes) -> None:
    """Open, verify, ask and write on the index that an input stands for."""
    with broken_off(), tempfile.TemporaryDirectory(dir=_fast()) as folder:
        path = Path(folder, "index")
        path.mkdir()
        for name, content in alter(data).items():
            (path / name).write_bytes(content)
        with _typed(), SearchEngine.open(path) as engine:
            for way in WAYS:
                with _typed():
                    way(engine)


@contextlib.contextmanager
def _typed() -> Iterator[None]:
    """Let errors of the package pass that are one line."""
    try:
        yield
    except SearchEngineError as error:
        if "\n" in str(error):
            raise


def upgrade(data: bytes) -> None:
    """Upgrade an index of an earlier format, whose files are in a zip archive."""
    with broken_off(), tempfile.TemporaryDirectory(dir=_fast()) as folder:
        path = Path(folder, "index")
        path.mkdir()
        with contextlib.suppress(*UNPACKING), zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in packed.namelist():
                (path / Path(name).name).write_bytes(packed.read(name))
        with _typed():
            upgrade_index(path)
            with SearchEngine.open(path) as engine:
                assert engine.verify() == []
                _read(engine)


def _fast() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _search(engine: SearchEngine) -> None:
    json.dumps(engine.search("nuoc muong to 12", explain=True, facets=True).to_json())


def _phrases(engine: SearchEngine) -> None:
    engine.search('"bà con" "nạo vét mương"~3 xẻng NEAR/4 cuốc', match_all=True, sort="trang")
    engine.search('title:nạo* -"dọn rác" mươ*', sort="date")


def _read(engine: SearchEngine) -> None:
    for one in engine.documents():
        engine.get(one.id)
    list(engine.fingerprints())


def _count(engine: SearchEngine) -> None:
    engine.facets("mương", names=("place", "year", "loại"))
    engine.histogram("mương")
    engine.stats()


def _suggest(engine: SearchEngine) -> None:
    engine.suggest("nạo v")
    engine.search("nao vett muonng hem xengg")


def _verify(engine: SearchEngine) -> None:
    engine.verify()


def _write(engine: SearchEngine) -> None:
    before, merge_policy.FACTOR = merge_policy.FACTOR, 2
    try:
        with engine.writer() as writer:
            writer.delete("kh/3")
            writer.add(Document(id="2", text="Tổ 12 mới họp"))
    finally:
        merge_policy.FACTOR = before


WAYS: tuple[Callable[[SearchEngine], None], ...] = (
    _search, _phrases, _read, _count, _suggest, _verify, _write,
)  # fmt: skip


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Add an alteration to an input, take one away or change one."""
    steps = [data[at : at + _STEP.size] for at in range(1, len(data), _STEP.size)]
    if steps and chance.random() < 0.5:
        del steps[chance.randrange(len(steps))]
    value = chance.choice(_EXTREME) if chance.random() < 0.8 else chance.getrandbits(40)
    made = _STEP.pack(
        chance.randrange(1 << 16), chance.randrange(256), chance.randrange(1 << 16),
        chance.randrange(1 << 16), value,
    )  # fmt: skip
    first = bytes([chance.randrange(2)]) if chance.random() < 0.2 else data[:1]
    return first + b"".join([*steps, made])


INDEX_TARGETS: dict[str, Callable[[], Target]] = {
    "index": lambda: Target("index", (b"\0", b"\1"), use, mutate),
    "upgrade": lambda: Target(
        "upgrade",
        [path.read_bytes() for path in sorted(FORMATS.glob("*.zip"))],
        upgrade,
        archive_mutator(bytes_mutator()),
    ),
}
