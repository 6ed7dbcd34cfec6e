"""The word segmenter against pyvi: the same words, and how much faster, in one run.

Both take turns on blocks of the same texts in one process, so that a busy machine slows both
alike; the segmenter starts empty. Prints the tokens that differ, tokens a second, and the ratio.
Run it as ``python -m benchmarks.segment --corpus FILE.jsonl[.gz] --docs N``; it needs pyvi itself.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest
from pathlib import Path
from time import perf_counter

from searchengine.text.segmentation.segmenter import Segmenter

# Texts a turn: long enough to time, short enough for both to meet the same state of the machine.
BLOCK = 250
SHOWN = 20


def texts_of(corpus: Path) -> Iterator[str]:
    """The ``text`` of each line of a JSON lines file, which may be compressed with gzip."""
    opened = gzip.open if corpus.suffix == ".gz" else open
    with opened(corpus, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def differences(
    ours: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[str | None, str | None]]:
    """The words at which two segmentations of a text part, one pair a place."""
    return ((a, b) for a, b in zip_longest(ours, theirs) if a != b)


def main() -> None:
    """Segment the corpus with both and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True, help="JSON lines with a text field")
    parser.add_argument("--docs", type=int, default=1000, help="how many texts (default 1000)")
    parser.add_argument("--skip", type=int, default=0, help="how many texts to pass over first")
    options = parser.parse_args()

    from pyvi import ViTokenizer

    segmenter, by_types = Segmenter(), Segmenter()
    spent = {"pyvi": 0.0, "segment": 0.0, "segment_types": 0.0}
    documents = tokens = words = differing = 0
    texts = islice(texts_of(options.corpus), options.skip, options.skip + options.docs)
    while block := list(islice(texts, BLOCK)):
        start = perf_counter()
        theirs = [ViTokenizer.tokenize(text).split() for text in block]
        middle = perf_counter()
        ours = segmenter.segment(block)
        end = perf_counter()
        batch = by_types.segment_types(block)
        spent["segment_types"] += perf_counter() - end
        spent["segment"] += end - middle
        spent["pyvi"] += middle - start

        documents += len(block)
        tokens += len(batch.ids)
        for our_words, their_words in zip(ours, theirs, strict=True):
            words += len(their_words)
            for our_word, their_word in differences(our_words, their_words):
                differing += 1
                if differing <= SHOWN:
                    print(f"differs: {our_word!r}, pyvi {their_word!r}")

    print(f"{documents} texts, {tokens} tokens, {words} words, {differing} words different")
    for name, seconds in spent.items():
        rate, ratio = tokens / seconds, spent["pyvi"] / seconds
        print(f"{name:14} {rate:12,.0f} tokens/s   {ratio:5.1f} times pyvi")


if __name__ == "__main__":
    main()
