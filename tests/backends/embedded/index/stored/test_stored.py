"""Stored documents read back, however they were packed, merged and thinned out."""

from __future__ import annotations

import io
import random
import tempfile
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pytest
import zstandard
from numpy.typing import NDArray

from searchengine.backends.embedded.index.stored import writer as stored_writer
from searchengine.backends.embedded.index.stored.reader import (
    StoredReader,
    pack_record,
    unpack_record,
)
from searchengine.backends.embedded.index.stored.writer import StoredWriter
from searchengine.errors import IndexDamagedError

Fields = Mapping[str, str]

WORDS = (
    "chi bộ đại hội nhiệm kỳ khu phố phường đảng viên ủy ban nhân dân kế hoạch tổ chức hội nghị "
    "triển khai công tác dân vận khéo xây dựng nông thôn mới biểu dương khen thưởng"
).split()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything happens with a thousandth of the pages."""
    monkeypatch.setattr(stored_writer, "LEAST_BYTES", 8 << 10)
    monkeypatch.setattr(stored_writer, "SAMPLE_BYTES", 32 << 10)
    monkeypatch.setattr(stored_writer, "COPIED_BYTES", 64 << 10)
    monkeypatch.setattr(stored_writer, "DICTIONARY_BYTES", 1 << 10)


def documents(count: int, seed: int = 0, *, first: int = 0) -> list[Fields]:
    chance = random.Random(seed)
    found = []
    for number in range(first, first + count):
        text = " ".join(chance.choices(WORDS, k=chance.randrange(150)))
        fields = {"meta": f'{{"id": "{number}"}}', "text": f"{number} {text}"}
        if number % 3 == 0:
            fields["file"] = f"trang-{number}.txt"
        if number % 5 == 0:
            fields["original"] = f"Trang chủ\n{text}\n\udc80"
        found.append(fields)
    return found


def written(
    fields: Iterable[Fields] = (),
    segments: Iterable[tuple[StoredReader, NDArray[np.bool_] | None]] = (),
    *,
    quick: bool = False,
) -> StoredReader:
    writer = StoredWriter(tempfile.TemporaryFile, quick=quick)
    for segment, live in segments:
        writer.append(segment, live)
    for one in fields:
        writer.add(one)
    sink = io.BytesIO()
    writer.write(sink)
    return StoredReader(sink.getvalue(), "stored")


def read(reader: StoredReader) -> Iterator[Fields]:
    return (reader.fields(number) for number in range(reader.size))


def dictionaries(reader: StoredReader) -> list[bool]:
    return [bool(part.dictionary) for part in reader.series("text").parts]


def test_records_keep_what_is_missing_and_what_is_empty() -> None:
    record = pack_record(["", None, "ấp \udc80"])
    assert unpack_record(record, ("a", "b", "c"), {}) == {"a": "", "c": "ấp \udc80"}
    with pytest.raises(ValueError, match="length"):
        unpack_record(record + b"x", ("a", "b", "c"), {})


@pytest.mark.parametrize("count", [0, 1, 8, 400])
def test_documents_read_back(small: None, count: int) -> None:
    expected = documents(count)
    reader = written(expected)
    assert list(read(reader)) == expected
    assert dictionaries(reader) == [count == 400]
    metas = [{k: v for k, v in one.items() if k in ("meta", "file")} for one in expected]
    assert list(reader.each("meta")) == metas
    reader.verify()


def test_few_pages_are_worth_no_dictionary() -> None:
    assert dictionaries(written(documents(300))) == [False]


def test_pages_of_which_no_dictionary_can_be_made_are_packed_without(
    small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise zstandard.ZstdError("cannot train dict")

    monkeypatch.setattr(zstandard, "train_dictionary", refuse)
    expected = documents(400)
    reader = written(expected)
    assert list(read(reader)) == expected
    assert dictionaries(reader) == [False]


def test_merging_keeps_every_document_in_order(small: None) -> None:
    chance = np.random.default_rng(3)
    expected: list[Fields] = []
    reader: StoredReader | None = None
    for step in range(12):
        parts = [] if reader is None else [reader]
        # Some segments are large enough for a dictionary of their own, some are not.
        counts = [int(chance.choice([1, 30, 500])) for _ in range(int(chance.integers(0, 3)))]
        added = [documents(count, step, first=1000 * step + count) for count in counts]
        parts += [written(one, quick=bool(chance.integers(2))) for one in added]
        new = documents(int(chance.integers(0, 40)), step, first=1000 * step)
        expected += [one for some in added for one in some]
        lives = [chance.random(one.size) < chance.choice([0.9, 2]) for one in parts]
        kept = np.concatenate([*lives, np.empty(0, np.bool_)])
        expected = [one for one, stays in zip(expected, kept, strict=True) if stays] + new
        reader = written(new, zip(parts, lives, strict=True))
        assert list(read(reader)) == expected
        reader.verify()
    assert reader is not None
    # What was packed with a dictionary of its own is not packed again, and little is not copied.
    assert 1 <= len(dictionaries(reader)) <= 6


def test_small_segments_take_the_dictionary_that_is_there(small: None) -> None:
    large = written(documents(800))
    merged = written(documents(3, 7), [(large, None), (written(documents(30, 8)), None)])
    assert [part.dictionary for part in merged.series("text").parts] == [
        part.dictionary for part in large.series("text").parts
    ]


def test_an_altered_dictionary_is_told_of(small: None) -> None:
    sink = io.BytesIO()
    writer = StoredWriter(tempfile.TemporaryFile)
    for one in documents(400):
        writer.add(one)
    writer.write(sink)
    whole = sink.getvalue()
    dictionary = StoredReader(whole, "stored").series("text").parts[0].dictionary
    at = whole.index(dictionary) + len(dictionary) // 2
    altered = StoredReader(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], "stored")
    with pytest.raises(IndexDamagedError, match="text/dictionaries is altered"):
        altered.fields(0)
