"""Documents in two editions, and a process that writes the second: ``python -m …writing``.

The first has a quarter of them. The second has not every fifth, and all others with another text.
Articles of one's own take the place of made-up ones where ``OPENSEARCH_ARTICLES`` names a file of
JSON lines with ``title`` and ``text``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from searchengine.backends.contract.base import page
from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.document import Document

WORDS = (
    "làng nghề gốm bên sông chợ phiên vùng cao mưa lũ đường liên thôn trường học nhà văn hóa hội "
    "trại hè thư viện bến phà cầu treo ruộng bậc thang đình chùa trạm y tế sân bóng hợp tác xã"
).split()
QUESTIONS = (
    "làng nghề gốm", "cho phien vung cao", '"trạm y tế"', "đường liên thôn", "sân bóng trường học",
    "bến phà", "thư viện", "ruong bac thang", '"hội trại hè"', "hợp tác xã",
)  # fmt: skip


def edition(number: int, count: int) -> Iterator[Document]:
    """Yield the documents of the first or the second edition, of ``count`` in all."""
    taken = count // 4 if number == 1 else count
    for at, (title, text) in enumerate(islice(_articles(), taken)):
        if number == 1 or at % 5:
            date = f"{2000 + at % 20}-0{1 + at % 9}-11"
            said = f"Bản thứ {number}. {text}"
            yield page(f"bài {at}", said, title=title, date=date, place=f"xã {at % 7}")


def write(
    backend: OpenSearchBackend,
    number: int,
    count: int,
    tell: Callable[[], None] = lambda: None,
) -> None:
    """Make the index an edition, in one commit; ``tell`` is called before that begins."""
    with backend.writer() as writer:
        if number == 2:
            for at in range(0, count // 4, 5):
                writer.delete(f"bài {at}")
        for one in edition(number, count):
            writer.add(one)
        tell()


def seed(what: str) -> int:
    """Return the seed of a run, which is printed; ``OPENSEARCH_SEED`` gives that of another one."""
    found = int(os.environ.get("OPENSEARCH_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"\n{what}: seed {found}")
    return found


def _articles() -> Iterator[tuple[str, str]]:
    if given := os.environ.get("OPENSEARCH_ARTICLES"):
        with Path(given).open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                yield record["title"], record["text"]
    choice = random.Random(1)
    while True:
        words = choice.choices(WORDS, k=40)
        yield " ".join(words[:5]), " ".join(words)


def main() -> None:
    """Open an index and make it the second edition."""
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("spool", type=Path)
    parser.add_argument("count", type=int)
    arguments = parser.parse_args()
    backend = OpenSearchBackend.open(arguments.address, spool=arguments.spool)
    write(backend, 2, arguments.count, lambda: print("begun", flush=True))
    print("done", flush=True)


if __name__ == "__main__":
    main()
