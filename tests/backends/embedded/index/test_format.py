"""docs/index-format.md says enough to read an index: a reader made from it finds the same."""

from __future__ import annotations

import datetime
import json
import random
import re
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

import pytest

from searchengine import Document, SearchEngine
from searchengine.backends.embedded.index import writer as writer_module
from searchengine.backends.embedded.index.arrays import stream_writer
from searchengine.backends.embedded.index.commit.storage import open_index
from searchengine.backends.embedded.index.phrases import (
    order_writer,
    pair_spellings,
    symbols,
)
from searchengine.backends.embedded.index.schema import NO_DAY
from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.backends.embedded.index.stored import writer as stored_writer
from searchengine.document_json import meta_of
from searchengine.text.analysis import analyze_syllables
from tests.backends.embedded.index.format_reader import (
    Segment,
    halves,
    read_index,
    spellings,
    stream,
    texts,
)
from tests.backends.embedded.index.vectors.made import Letters, vectors_of

PAGE = Path(__file__).parents[4] / "docs" / "index-format.md"
WORDS = "đại hội chi bộ khu phố phường đảng viên nghị quyết ủy ban nhân dân Hà Nội".split()
#: Enough for gaps that take more than one slot of eight bits.
COUNT = 620
FIRST = datetime.date(1969, 12, 1)


def documents() -> list[Document]:
    """Documents whose words are near, far, often and seldom."""
    chance = random.Random(11)
    found = []
    for number in range(COUNT):
        words = chance.choices(WORDS, k=chance.randrange(2, 40))
        # Terms of many documents far apart, near each other, and both.
        words += ["xã"] * (number % 9 == 0) + ["thôn"] * (number < 40 or number == COUNT - 1)
        words += ["bản"] * (number < 200 or number == 400)
        words += ["dang", "viên"] * (number % 17 == 0)
        words += ["ấp"] * (20 * (number % 50 == 0)) + ["buôn"] * (number in (3, COUNT - 2))
        found.append(
            Document(
                id=f"trang/{number}.txt",
                title=" ".join(words[:3]) if number % 2 else "",
                text=f"{' '.join(words)} số {number}-NQ/TW",
                date=FIRST + datetime.timedelta(number) if number % 3 else None,
                place=f"phường {number % 7}" if number % 5 else "",
                author="Hồng Hoàn" if number % 11 == 0 else "",
                term_of_office=(2020, 2025) if number % 4 == 0 else None,
                original=f"Trang chủ\n{' '.join(words)}" if number % 6 == 0 else None,
                extra={"lẻ": "\udc80"} if number == 8 else {},
            )
        )
    return found


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two segments of all classes of slots, with dictionaries, deleted and replaced documents."""
    path = tmp_path_factory.mktemp("format") / "index"
    with pytest.MonkeyPatch.context() as small:
        small.setattr(writer_module, "BATCH_DOCUMENTS", 100)
        small.setattr(stream_writer, "TAIL_SLOTS", 5)
        small.setattr(stream_writer, "NARROW_GAP", 4)
        small.setattr(stream_writer, "BYTE_GAP", 20)
        small.setattr(pair_spellings, "COMMON", 20)
        small.setattr(order_writer, "COMMON", 20)
        small.setattr(symbols, "SYLLABLE_CODES", 12)
        small.setattr(stored_writer, "LEAST_BYTES", 8 << 10)
        small.setattr(stored_writer, "SAMPLE_BYTES", 32 << 10)
        engine = SearchEngine.open(path, create=True)
        with engine.writer() as writer:
            for document in documents():
                writer.add(document, f"tệp {document.id}" if document.place else "")
            writer.add(Document(id="trang/3.txt", text="Bản sau của trang ba"))
        with engine.writer() as writer:
            writer.delete("trang/5.txt")
            writer.add(Document(id="trang/6.txt", text="Bản khác"))
        engine.embed(Letters())
        with engine.writer() as writer:
            writer.add(Document(id="trang/7.txt", text="Chưa có vectơ"))
    return path


@pytest.fixture(scope="module")
def read(index: Path) -> list[Segment]:
    return read_index(index)


def test_it_finds_the_same_postings(index: Path, read: list[Segment]) -> None:
    ours = Snapshot(open_index(index)).segments
    classes = set()
    for one, other in zip(ours, read, strict=True):
        assert set(other.streams.facts["streams"]) == set(one.specs)
        for name in one.specs:
            expected = {}
            for term, _ in one.terms(name):
                docs, freqs = one.postings(name, term)
                counts = [1] * len(docs) if freqs is None else freqs.tolist()
                expected[term] = dict(zip(docs.tolist(), counts, strict=True))
            assert stream(other.streams, name) == expected
            if f"{name}/lengths" in other.streams.sections:
                lengths = list(other.streams.array(f"{name}/lengths"))
                assert lengths == one.lengths(name).tolist()
            classes |= {
                kind for kind in range(5) if other.streams.sections[f"{name}/slots{kind}"][2]
            }
    assert classes == set(range(5))


def test_it_finds_the_same_syllables_in_order(read: list[Segment]) -> None:
    for segment in read:
        for number, found in enumerate(texts(segment.streams)):
            meta = json.loads(segment.documents[number]["meta"])
            body = f"{meta['title']}\n{segment.documents[number]['text']}"
            assert found == analyze_syllables(body)[0]


def test_it_finds_the_same_spellings_of_pairs(read: list[Segment]) -> None:
    first, *_ = read
    usual, pairs = spellings(first.streams), stream(first.streams, "bigrams")
    assert usual["dang vien"] == "đảng viên"
    unusual = stream(first.streams, "unusual")
    assert unusual
    every = texts(first.streams)
    for pair, spelled in usual.items():
        wanted = tuple(spelled.split())
        counts = {
            number: count
            for number, text in enumerate(every)
            if (count := list(pairwise(text)).count(wanted))
        }
        left = {
            number: count - unusual.get(pair, {}).get(number, 0)
            for number, count in pairs[pair].items()
        }
        assert {number: count for number, count in left.items() if count} == counts


def test_the_examples_reach_what_the_page_describes(read: list[Segment]) -> None:
    first, second, _ = read
    assert 20 in first.streams.array("syllables/large_freqs2")
    assert 255 in first.streams.array("syllables/slots3")
    assert 15 in halves(first.streams.array("syllables/slots4"))
    assert first.stored.bytes("text/dictionaries")
    assert 2 in first.streams.array("order/sizes")
    assert first.streams.array("order/rare")
    assert any(first.streams.array(f"bigrams/large{kind}") for kind in range(1, 5))
    assert (len(first.documents), len(first.live)) == (COUNT + 1, COUNT - 3)
    assert (len(second.documents), len(second.live)) == (1, 1)


def test_it_finds_the_same_documents(index: Path, read: list[Segment]) -> None:
    live = [segment.documents[number] for segment in read for number in segment.live]
    with SearchEngine.open(index) as engine:
        for document, found in zip(engine.documents(), live, strict=True):
            assert json.loads(found["meta"]) == meta_of(document)
            assert (found["text"], found.get("original")) == (document.text, document.original)
        assert [one["file"] for one in live if "file" in one] == list(engine.fingerprints())


def test_it_finds_documents_by_their_ids(read: list[Segment]) -> None:
    for segment in read:
        for number in segment.live:
            id_ = json.loads(segment.documents[number]["meta"])["id"]
            assert segment.ids[id_] == number


def test_it_finds_the_same_vectors(read: list[Segment]) -> None:
    count = 0
    for segment in read:
        for file in segment.vector_files:
            assert (file.facts["model"], file.facts["dimensions"]) == ("chu-cai", 8)
        for number in segment.live:
            title = json.loads(segment.documents[number]["meta"])["title"]
            text = segment.documents[number]["text"]
            if number not in segment.vectors:
                assert text == "Chưa có vectơ"
                continue
            told, passages = segment.vectors[number]
            hash_ = blake2b(f"{title}\0{text}".encode(), digest_size=8)
            assert told == int.from_bytes(hash_.digest(), "little")
            expected = vectors_of(Document(id="x", text=text))
            assert [span for span, _ in passages] == [tuple(one) for one in expected.spans.tolist()]
            for (_, vector), codes in zip(passages, expected.codes.tolist(), strict=True):
                assert vector == pytest.approx([0.01 * code for code in codes], abs=1e-6)
            count += 1
    assert count == COUNT - 2


def test_it_finds_the_same_dates(index: Path, read: list[Segment]) -> None:
    snapshot = Snapshot(open_index(index))
    days = [
        (first, last)
        for segment in read
        for first, last in zip(
            segment.streams.array("column/first_day"),
            segment.streams.array("column/last_day"),
            strict=True,
        )
    ]
    first, last = snapshot.days()
    assert days == list(zip(first.tolist(), last.tolist(), strict=True))
    assert (NO_DAY, NO_DAY) in days
    assert (-30, -30) in days


def test_the_page_names_every_file_and_section(index: Path, read: list[Segment]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for path in index.iterdir():
        # A segment's name may happen to be of digits alone.
        shown = re.sub(r"_\d+\.", "_N.", re.sub(r"MAIN_[0-9a-f]{16}", "MAIN_S", path.name))
        shown = re.sub(r"S\.\d+\.", "S.N.", shown)
        assert f"`{shown}`" in page
    containers = [(read[0].streams, ("column", "order", "usual")), (read[0].stored, ())]
    for container, literal in containers:
        for name in container.sections:
            group, _, part = name.rpartition("/")
            if group.startswith("vocabulary/"):
                group = "vocabulary/V"
            elif group not in literal:
                group = "T" if container is read[0].streams else "R"
            # Of the five classes the page writes the first and the last, or C.
            forms = {part, re.sub(r"\d$", "C", part), re.sub("freqs[23]$", "freqs1", part)}
            forms |= {re.sub("slots[123]$", "slots0", part)}
            assert any(f"`{group}/{form}`" in page for form in forms), name
    for name in (*read[0].streams.facts["streams"], *read[0].vector_files[0].sections):
        assert f"`{name}`" in page


def test_the_reader_has_nothing_of_ours() -> None:
    source = (Path(__file__).parent / "format_reader.py").read_text(encoding="utf-8")
    modules = set(re.findall(r"^(?:import|from) (\w+)", source, re.MULTILINE))
    assert modules == {"__future__", "json", "pathlib", "struct", "typing", "zlib", "zstandard"}
