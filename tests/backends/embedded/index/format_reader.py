"""A reader of the index written from ``docs/index-format.md`` alone, with nothing of ours."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path
from typing import Any

import zstandard

LETTERS = {"u1": "B", "u2": "H", "u4": "I", "u8": "Q", "i1": "b", "i4": "i", "i8": "q", "f4": "f"}
BITS = (16, 16, 16, 8, 4)
FIELDS = {"meta": ("meta", "file"), "text": ("text",), "original": ("original",)}


class Container:
    """The sections of a ``.streams``, ``.stored`` or ``.vectors`` file."""

    def __init__(self, data: bytes) -> None:
        assert struct.unpack("<8sI4s", data[:16]) == (b"VNARRAYS", 1, bytes(4))
        at, length, checksum, version, zeros, magic = struct.unpack("<QIII4s8s", data[-32:])
        assert (version, zeros, magic) == (1, bytes(4), b"VNARRAYS")
        directory = data[at : at + length]
        assert zlib.crc32(directory) == checksum
        assert at + length + 32 == len(data)
        self.data = data
        content = json.loads(directory)
        self.facts, self.sections = content["facts"], content["sections"]

    def bytes(self, name: str) -> bytes:
        _, start, length, checksum = self.sections[name]
        assert start % 64 == 0
        found = self.data[start : start + length]
        assert zlib.crc32(found) == checksum
        return found

    def array(self, name: str) -> tuple[int, ...]:
        letter = LETTERS[self.sections[name][0][1:]]
        found = self.bytes(name)
        return struct.unpack(f"<{len(found) // struct.calcsize(letter)}{letter}", found)


def halves(values: tuple[int, ...]) -> list[int]:
    return [half for value in values for half in (value & 15, value >> 4)]


def quarters(values: tuple[int, ...]) -> list[int]:
    return [value >> shift & 3 for value in values for shift in (0, 2, 4, 6)]


def vocabulary(streams: Container, name: str) -> list[str]:
    terms, start, found = streams.bytes(f"vocabulary/{name}/terms"), 0, []
    for end in streams.array(f"vocabulary/{name}/ends"):
        found.append(terms[start:end].decode())
        start = end
    return found


def keys(streams: Container, name: str) -> list[int]:
    lows = streams.array(f"{name}/lows")
    highs, starts = streams.array(f"{name}/highs"), streams.array(f"{name}/high_starts")
    found = []
    for high, start, stop in zip(highs, starts, [*starts[1:], len(lows)], strict=False):
        found += [high * 65536 + low for low in lows[start:stop]]
    return found


def places(streams: Container, name: str) -> list[tuple[int, int, int]]:
    """Of each term its class, its first slot and the number of its slots."""
    heads = {}
    content = streams.bytes(f"{name}/heads")
    for row in range(0, len(content), 24):
        start, term, slots, _, kind = struct.unpack("<QIIII", content[row : row + 24])
        heads[term] = (kind, start, slots)
    blocks, at, found = streams.array(f"{name}/blocks"), [0, 0], []
    for term, code in enumerate(streams.array(f"{name}/codes")):
        if term % 64 == 0:
            at = list(blocks[2 * (term // 64) :][:2])
        if code == 0:
            found.append(heads[term])
            continue
        kind, slots = code >> 7, code & 127
        found.append((kind, at[kind], slots))
        at[kind] += slots
    return found


def stream(streams: Container, name: str) -> dict[str, dict[int, int]]:
    """Every term of a stream with its documents and their frequencies."""
    unusual = {"vocabulary": "folded", "pairs": True}
    facts = unusual if name == "unusual" else streams.facts["streams"][name]
    strings = vocabulary(streams, facts["vocabulary"])
    parts, largest = (quarters, 4) if facts["pairs"] else (halves, 16)
    slots = [streams.array(f"{name}/slots{kind}") for kind in range(5)]
    slots[4] = tuple(halves(slots[4]))
    freqs: list[list[int]] = [[]]
    for kind in range(1, 5):
        freqs.append([part + 1 for part in parts(streams.array(f"{name}/freqs{kind}"))])
        large = streams.array(f"{name}/large{kind}")
        for slot, frequency in zip(large, streams.array(f"{name}/large_freqs{kind}"), strict=True):
            assert freqs[kind][slot] == largest
            freqs[kind][slot] = frequency
    found = {}
    for key, (kind, first, count) in zip(keys(streams, name), places(streams, name), strict=True):
        one, other = divmod(key, len(strings))
        term = f"{strings[one]} {strings[other]}" if facts["pairs"] else strings[key]
        full, document, postings = 2 ** BITS[kind] - 1, 0, {}
        for slot in range(first, first + count):
            document += slots[kind][slot]
            if slots[kind][slot] < full:
                postings[document] = freqs[kind][slot] if kind else 1
        found[term] = postings
    return found


def texts(streams: Container) -> list[list[str]]:
    """The syllables of every document in their order."""
    sizes, syllables = streams.array("order/sizes"), streams.array("order/syllables")
    stands_for, start = [], 0
    for size in sizes:
        stands_for.append(syllables[start : start + size])
        start += size
    rare, symbols = streams.array("order/rare"), streams.array("order/symbols")
    strings = vocabulary(streams, "syllables")
    found, first, first_rare = [], 0, 0
    for end, rare_end in zip(
        streams.array("order/ends"), streams.array("order/rare_ends"), strict=True
    ):
        waiting = list(rare[first_rare:rare_end])
        ranks: list[int] = []
        for symbol in symbols[first:end]:
            ranks += stands_for[symbol] if symbol else [waiting.pop(0)]
        assert not waiting
        found.append([strings[rank] for rank in ranks])
        first, first_rare = end, rare_end
    return found


def spellings(streams: Container) -> dict[str, str]:
    """How each common pair is mostly spelled."""
    folded, strings = vocabulary(streams, "folded"), vocabulary(streams, "syllables")
    parts = (streams.array(f"usual/{part}") for part in ("pairs", "first", "second"))
    found = {}
    for key, first, second in zip(*parts, strict=True):
        one, other = divmod(key, len(folded))
        found[f"{folded[one]} {folded[other]}"] = f"{strings[first]} {strings[second]}"
    return found


def documents(stored: Container) -> list[dict[str, str]]:
    """The fields of every document."""
    found: list[dict[str, str]] = [{} for _ in range(stored.facts["documents"])]
    for series, names in FIELDS.items():
        blocks, start, number = stored.bytes(f"{series}/blocks"), 0, 0
        parts, dictionaries = (
            stored.array(f"{series}/parts"),
            stored.bytes(f"{series}/dictionaries"),
        )
        runs = [(parts[at], parts[at + 2]) for at in range(0, len(parts), 3)]
        ends = stored.array(f"{series}/ends")
        for block, (end, last) in enumerate(
            zip(ends, stored.array(f"{series}/documents"), strict=True)
        ):
            run = max(at for at, (first, _) in enumerate(runs) if first <= block)
            dictionary = dictionaries[runs[run - 1][1] if run else 0 : runs[run][1]]
            known = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
            raw = zstandard.ZstdDecompressor(dict_data=known).decompress(blocks[start:end])
            (count,) = struct.unpack_from("<I", raw)
            bounds = [0, *struct.unpack_from(f"<{count}I", raw, 4)]
            records = raw[4 + 4 * count :]
            for at in range(count):
                fields(records[bounds[at] : bounds[at + 1]], names, found[number])
                number += 1
            assert number == last
            start = end
    return found


def fields(record: bytes, names: tuple[str, ...], found: dict[str, str]) -> None:
    at = 4 * len(names)
    for name, length in zip(names, struct.unpack_from(f"<{len(names)}i", record), strict=True):
        if length >= 0:
            found[name] = record[at : at + length].decode("utf-8", "surrogatepass")
            at += length


def ids(terms: bytes) -> dict[str, int]:
    """The last document of each id."""
    assert terms[:4] == b"HSH3"
    described = struct.unpack(">i", terms[-4:])[0]
    tables = len(terms) - 4 - described - 256 * 12
    at, end, found = 13, struct.unpack_from(">q", terms, tables)[0], {}
    while at < end:
        key, value = struct.unpack_from(">ii", terms, at)
        name = terms[at + 8 : at + 8 + key]
        flag, _, _, _, _, _, _, last, _, _ = struct.unpack_from(">BfIBBfIIqi", terms, at + 8 + key)
        assert (name[:2], flag, value) == (bytes(2), 0, 35)
        found[name[2:].decode()] = last
        at += 8 + key + value
    return found


Passage = tuple[tuple[int, int], list[float]]


def vectors(file: Container) -> dict[int, tuple[int, list[Passage]]]:
    """Of each document the hash of its text, and the span and the vector of each passage."""
    size, codes, scales = file.facts["dimensions"], file.array("codes"), file.array("scales")
    spans, start, found = file.array("spans"), 0, {}
    for number, end, told in zip(
        *(file.array(name) for name in ("documents", "ends", "hashes")), strict=True
    ):
        passages: list[Passage] = []
        for at in range(start, end):
            numbers = [code * scales[at] for code in codes[size * at : size * (at + 1)]]
            passages.append(((spans[2 * at], spans[2 * at + 1]), numbers))
        found[number] = told, passages
        start = end
    return found


class Segment:
    """One segment: ``streams``, ``documents``, ``ids``, ``vectors``, ``live`` numbers."""

    def __init__(self, directory: Path, written: dict[str, Any]) -> None:
        content = {}
        for name, one in written["files"].items():
            data = (directory / name).read_bytes()
            assert len(data) == one["bytes"]
            assert one["crc32"] in (None, zlib.crc32(data))
            content[name.partition(".")[2]] = data
        self.vector_files = [
            Container(content[name]) for name in content if name.endswith("vectors")
        ]
        self.vectors = {k: v for file in self.vector_files for k, v in vectors(file).items()}
        self.streams = Container(content["streams"])
        self.stored = Container(content["stored"])
        self.documents = documents(self.stored)
        self.ids = ids(content["trm"])
        self.live = sorted(set(range(written["documents"])) - set(written["deleted"]))


def read_index(directory: Path) -> list[Segment]:
    """Read the last commit of an index."""
    mark = json.loads((directory / "searchengine.json").read_bytes())
    assert mark == {"format": 8, "checksum": zlib.crc32(b'{"format": 8}')}
    last = max(directory.glob("_MAIN_*.manifest"), key=lambda one: int(one.stem.split("_")[2]))
    data = last.read_bytes()
    content = data[:-16]
    seal = struct.unpack("<II8s", data[-16:])
    assert seal == (len(content), zlib.crc32(content), b"VNSEALED")
    written = json.loads(content)
    assert (written["format"], last.name) == (8, f"_MAIN_{written['generation']}.manifest")
    return [Segment(directory, one) for one in written["segments"]]
