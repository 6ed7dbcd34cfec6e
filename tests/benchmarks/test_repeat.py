"""More documents than a corpus has: new ids, the same sentences, none held for long."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import corpus
from benchmarks.repeat import BLOCK, repeated, sentences
from tests.benchmarks.documents import write_corpus

RECORDS = [
    {"id": f"d{n}", "title": f"Tin {n}", "text": f"Câu đầu {n}. Câu hai {n}! Câu ba {n}."}
    for n in range(3 * BLOCK)
]


def test_one_copy_is_the_corpus_itself() -> None:
    assert list(repeated(lambda: RECORDS, 1, seed=1)) == RECORDS


def test_copies_have_new_ids_and_the_same_sentences_mixed() -> None:
    made = list(repeated(lambda: RECORDS, 3, seed=1))
    assert made[: len(RECORDS)] == RECORDS
    assert len({record["id"] for record in made}) == len(made) == 3 * len(RECORDS)
    wanted = Counter(s for record in RECORDS for s in sentences(record["text"]))
    for copy in (1, 2):
        part = made[copy * len(RECORDS) : (copy + 1) * len(RECORDS)]
        assert all(record["id"].endswith(f"~{copy}") for record in part)
        assert Counter(s for record in part for s in sentences(record["text"])) == wanted
        assert sorted(r["title"] for r in part) == sorted(r["title"] for r in RECORDS)
        whole = sum(mine["text"] == own["text"] for mine, own in zip(part, RECORDS, strict=True))
        assert whole < 3


def test_a_seed_gives_the_same_copies_again() -> None:
    assert list(repeated(lambda: RECORDS, 2, 1)) == list(repeated(lambda: RECORDS, 2, 1))
    assert list(repeated(lambda: RECORDS, 2, 1)) != list(repeated(lambda: RECORDS, 2, 2))


def test_only_a_block_is_read_ahead() -> None:
    read = 0

    def records() -> Iterator[dict[str, Any]]:
        nonlocal read
        for record in RECORDS:
            read += 1
            yield record

    made = repeated(records, 2, seed=1)
    list(islice(made, len(RECORDS) + 1))
    assert read <= len(RECORDS) + BLOCK


def test_a_corpus_is_written_with_its_copies(tmp_path: Path) -> None:
    write_corpus(tmp_path / "corpus.jsonl")
    counts = corpus.write_corpus(tmp_path / "corpus.jsonl", tmp_path, 24, 0, copies=3)
    assert counts["documents"] == 72
    lines = (tmp_path / corpus.DOCUMENTS_FILE).read_text(encoding="utf-8").splitlines()
    written = [json.loads(line) for line in lines]
    assert len({one["id"] for one in written}) == 72
    assert {one["source"].split()[0] for one in written} == {"báo"}


def test_given_sources_are_few_common_and_many_rare() -> None:
    counts = Counter(corpus.drawn("báo", f"tin-{n}", 50) for n in range(5_000))
    assert 40 < len(counts) <= 50
    assert counts["báo 01"] > 500
    assert min(counts.values()) < 60
