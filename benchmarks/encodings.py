"""How well texts in old encodings are repaired, and whether any other text is altered.

``python -m benchmarks.encodings --corpus FILE.jsonl[.gz] --docs N`` takes the first N texts, writes
their paragraphs as each old encoding has them, repairs them, and counts those that came out as they
were: whole articles, articles whose paragraphs are in any encoding or none, articles in capitals,
and short pieces by themselves. Then it repairs the texts as they are, and any FILE of ``--clean``
(JSON lines with ``text``, or plain text), counts the paragraphs that this changed, and says how
long it took. ``--wrong N`` shows N of each that went wrong.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from searchengine.text.encodings import misread_utf8, viqr
from searchengine.text.encodings.repairing import CHARSETS, repair
from searchengine.text.encodings.tcvn3 import TCVN3
from searchengine.text.folding import VIETNAMESE_LETTERS

Encode = Callable[[str], str]

#: How many of the marked letters inside syllables have a space behind them where letters are torn.
TEAR = 0.3
_INNER = re.compile(f"[{''.join(VIETNAMESE_LETTERS)}](?=[^\\W\\d_])")
_LETTERS_ONLY = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){3,}")
_PIECES = ("", "piece, 1 word damaged", "piece, 2 words damaged", "piece, 3 or more")
#: Syllables of a short piece.
PIECE = (4, 12)
SEED = 20_260_101
#: What typesetting has and old encodings lack.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‘’", "'"),
        "–": "-",
        "—": "-",
        "…": "...",
        "\xa0": " ",
    }
)
_WRITTEN = frozenset(VIETNAMESE_LETTERS) | {chr(code) for code in range(0x20, 0x7F)}


def _latin1(text: str) -> str:
    return text.encode().decode("latin-1")


def _twice(text: str) -> str:
    return misread_utf8.encode(misread_utf8.encode(text))


def _cut(text: str) -> str:
    """With what most often becomes of the bytes that are spaces or have no width."""
    return misread_utf8.encode(text).replace("\xa0", " ").replace("\xad", "")


ENCODINGS: dict[str, Encode] = {
    **{charset.name: charset.encode for charset in CHARSETS},
    viqr.NAME: viqr.encode,
    "UTF-8 read as windows-1252": misread_utf8.encode,
    "UTF-8 read as Latin-1": _latin1,
    "UTF-8 read as windows-1252 twice": _twice,
    "UTF-8 read as windows-1252, bytes lost": _cut,
}


def _torn(line: str, dice: random.Random) -> str:
    """A space before or behind marked letters, as programs take them from PDF files."""
    return _INNER.sub(lambda found: found[0] + " " * (dice.random() < TEAR), line)


def _without_width(line: str, dice: random.Random) -> str:
    """Something without width for spaces between syllables."""
    return re.sub(r"(?<=[^\W\d_]) (?=[^\W\d_])", lambda _: dice.choice(" \u200b"), line)


DAMAGES: dict[str, Callable[[str, random.Random], str]] = {
    "torn letters": _torn,
    "no width": _without_width,
}


def texts_of(path: Path) -> Iterator[str]:
    """The ``text`` of each line of a JSON-lines file, perhaps gzipped, or a whole plain text."""
    if ".jsonl" not in path.suffixes:
        yield path.read_text(encoding="utf-8", errors="replace")
        return
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield from (record[key] for key in ("title", "text") if record.get(key))


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of a text that an old encoding can hold, with plain quotes and dashes."""
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN)
    lines = (line.strip() for line in plain.split("\n"))
    return [line for line in lines if line and _WRITTEN.issuperset(line)]


class Tally:
    """How many damaged paragraphs there were, and how many came out as they had been."""

    def __init__(self, shown: int) -> None:
        self.damaged: Counter[str] = Counter()
        self.right: Counter[str] = Counter()
        self._shown = Counter[str]()
        self._most = shown

    def add(self, name: str, encoding: str, meant: str, damaged: str, repaired: str) -> None:
        """Count one paragraph; TCVN3 has lost the case of single capitals, which is no error."""
        if meant == damaged:
            return
        self.damaged[name] += 1
        same = (
            (one.casefold() for one in (meant, repaired))
            if encoding == TCVN3.name
            else (meant, repaired)
        )
        if len(set(same)) == 1:
            self.right[name] += 1
        elif self._shown[name] < self._most:
            self._shown[name] += 1
            print(
                f"{name}: {damaged!r}\n    meant {meant!r}\n    is    {repaired!r}", file=sys.stderr
            )

    def print(self) -> None:
        """Print a line a name."""
        for name, damaged in self.damaged.items():
            share = self.right[name] / damaged
            print(f"{name:<52}{damaged:>10,}{self.right[name]:>10,}{share:>10.3%}")


def measure(texts: Sequence[str], tally: Tally) -> None:
    """Damage and repair all texts in every way."""
    dice = random.Random(SEED)
    for text in texts:
        meant = paragraphs_of(text)
        if not meant:
            continue
        for name in ENCODINGS:
            _repair_together(meant, [name] * len(meant), "whole", tally)
        _repair_together(meant, [dice.choice([*ENCODINGS, ""]) for _ in meant], "mixed", tally)
        capitals = [line.upper() for line in meant]
        for charset in CHARSETS:
            _repair_together(capitals, [charset.name] * len(meant), "capitals", tally)
        for line in meant:
            _measure_damage(line, dice, tally)
        for line in meant:
            words = line.split()
            size = dice.randint(*PIECE)
            start = dice.randrange(max(1, len(words) - size))
            piece = " ".join(words[start : start + size])
            for name in ENCODINGS:
                changed = sum(word != ENCODINGS[name](word) for word in piece.split())
                _repair_together([piece], [name], _PIECES[min(changed, 3)], tally)


def _measure_damage(line: str, dice: random.Random, tally: Tally) -> None:
    for name, damage in DAMAGES.items():
        damaged = damage(line, dice)
        tally.add(name, name, line, damaged, repair(damaged).text)
    words = _LETTERS_ONLY.search(line)
    heading = " ".join(words.group().split()[: PIECE[1]]).upper() if words else ""
    for name, gap in (("heading spread", " "), ("heading spread, wider between words", "  ")):
        damaged = gap.join(map(" ".join, heading.split()))
        tally.add(name, name, heading, damaged, repair(damaged).text)


def _repair_together(meant: list[str], names: list[str], how: str, tally: Tally) -> None:
    damaged = [
        ENCODINGS[name](line) if name else line for line, name in zip(meant, names, strict=True)
    ]
    repaired = repair("\n".join(damaged)).text.split("\n")
    for line, name, before, after in zip(meant, names, damaged, repaired, strict=True):
        tally.add(f"{how}: {'all' if how == 'mixed' else name}", name, line, before, after)
        if not name and line != after:
            tally.damaged["mixed: clean paragraphs altered"] += 1


def measure_clean(name: str, texts: Sequence[str], shown: int) -> None:
    """Repair texts as they are, and print how many of their paragraphs that changed."""
    start = time.perf_counter()
    repaired = [repair(text) for text in texts]
    seconds = time.perf_counter() - start
    altered, paragraphs = Counter[str](), 0
    for text, found in zip(texts, repaired, strict=True):
        before, after = text.split("\n"), found.text.split("\n")
        paragraphs += len(before)
        for one, other in zip(before, after, strict=True):
            if one != other:
                altered["+".join(found.kinds)] += 1
                if sum(altered.values()) <= shown:
                    print(f"altered: {found.kinds} {_difference(one, other)}", file=sys.stderr)
    size = sum(map(len, texts))
    print(
        f"clean: {name}: {paragraphs:,} paragraphs, {sum(altered.values()):,} altered; "
        f"{size:,} characters in {seconds:.2f} s"
    )
    for kind, count in altered.most_common():
        print(f"    {kind}: {count:,}")


def _difference(one: str, other: str) -> str:
    """Where two lines part, with a little before it."""
    at = next((n for n, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1), 0)
    return f"{one[max(0, at - 30) : at + 50]!r} is {other[max(0, at - 30) : at + 50]!r}"


def main() -> None:
    """Measure what the options say, and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True, help="JSON lines with a text field")
    parser.add_argument("--docs", type=int, default=500, help="texts that are damaged (500)")
    parser.add_argument(
        "--clean-docs", type=int, default=10_000, help="texts that are not (10,000)"
    )
    parser.add_argument("--clean", type=Path, nargs="*", default=[], help="further clean texts")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="show N of a kind")
    options = parser.parse_args()
    tally = Tally(options.wrong)
    measure(list(islice(texts_of(options.corpus), options.docs)), tally)
    print(f"{'':<52}{'damaged':>10}{'right':>10}{'share':>10}")
    tally.print()
    for path in [options.corpus, *options.clean]:
        texts = list(islice(texts_of(path), options.clean_docs))
        measure_clean(path.name, texts, options.wrong * 10)


if __name__ == "__main__":
    main()
