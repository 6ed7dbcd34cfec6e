"""What the machine draws: documents, changes, settings, faults, and sizes at which code turns.

Documents are few and alike, so that replacing, duplicates and equal scores come often, and odd
ones are among them: empty texts, long ones, parts of wholes, letters in pieces, broken characters.
"""

from __future__ import annotations

import datetime
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from hypothesis import strategies as st

from searchengine import Document
from searchengine.backends.contract.differential.generated import (
    DECLARED,
    FIRST_DAY,
    FOLDERS,
    KINDS,
    PAGES,
    PHRASES,
    PLACES,
    SOURCES,
)
from searchengine.backends.embedded.index import writer
from searchengine.backends.embedded.index.arrays import merge, stream_writer
from searchengine.backends.embedded.index.commit import merge_policy
from searchengine.backends.embedded.index.phrases import (
    anchors,
    order_writer,
    pair_spellings,
    symbols,
    text_order,
)
from searchengine.backends.embedded.scoring import impacts, term_store
from searchengine.backends.fields import IndexSettings

IDS = (
    *("a", "b", "c", "d", "e", "f", "g", "h"),
    "sổ/mưa.txt", unicodedata.normalize("NFD", "sổ/mưa.txt"), "sổ/mưa.txt#2", "🙂", " ",
)  # fmt: skip
ODD = (
    "", " ", "\n\n", "\r\n", "\f", "\t", "\u2028", "\x00", "\ufeff", "\u200b", "\ud800",
    "👩‍🌾", "中文字",
    "Đ", "İstanbul", "ﬁn", "½", "١٢", "ế" * 40, unicodedata.normalize("NFD", "Nguyễn Thuỵ"),
    "e\u0301\u0302", "vịêt", "kĩ-thuật", "C++", "a_b", "'", '"', "10.000.000", "-1", "𝒳",
)  # fmt: skip
#: Texts that are nearly the same as another, and one longer than a block.
REPEATED = (
    "Sáng nay bà con thôn Đoài ra đồng gặt lúa sớm, vì tin báo mưa to sẽ đến trong hai ngày tới.",
    " ".join(f"{PHRASES[n % 7]} lần {n * n % 97}" for n in range(40)),
)
DAYS = (
    *(FIRST_DAY + datetime.timedelta(n) for n in (0, 1, 40, 700, 2900)),
    datetime.date(1, 1, 1), datetime.date(1970, 1, 1), datetime.date(9999, 12, 31),
)  # fmt: skip

pieces = st.one_of(st.sampled_from(PHRASES), st.sampled_from(PHRASES), st.sampled_from(ODD))
texts = st.one_of(
    st.builds(
        lambda parts, between: between.join(parts),
        st.lists(pieces, max_size=9),
        st.sampled_from((" ", " ", ", ", ". ", "\n")),
    ),
    st.builds(
        lambda text, more: f"{text} {more}", st.sampled_from(REPEATED), st.sampled_from(("", "Ảnh"))
    ),
)
extras = st.fixed_dictionaries(
    {},
    optional={
        "loại": st.sampled_from((*KINDS, [], list(KINDS[1:3]), None, "")),
        "số trang": st.sampled_from((*PAGES, -0.0, 1e300, True)),
        "ngày ký": st.sampled_from(("2015-03-01", "03/2015", "2015", "hôm nào", 7)),
    },
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A document; half of its fields are as they are by default, mostly."""
    id_ = draw(st.sampled_from(IDS))
    # Drawn as one, for what is drawn takes more time than what is done with it.
    where, dated, title = draw(
        st.tuples(st.integers(0, 255), st.integers(0, 63), st.lists(pieces, max_size=2))
    )
    date = DAYS[dated % 8] if dated & 8 else None
    precision: Any = ("day", "month", "year", "day")[dated >> 4] if date else "none"
    return Document(
        id=id_,
        text=draw(texts),
        title=" ".join(title),
        date=date,
        date_precision=precision,
        place=PLACES[where % len(PLACES)],
        source=SOURCES[where % len(SOURCES)],
        folder=FOLDERS[where % len(FOLDERS)],
        path=f"/kho/{id_}" if where & 8 else "",
        numbers=("7/2019/NQ-HĐND", "08-KH/TU")[: where >> 6],
        term_of_office=(2020, 2025) if where & 16 else None,
        part_of=("", "", "bộ A", "bộ B")[where >> 4 & 3],
        original="Trang chủ\ud801\n" if where & 32 else None,
        extra=draw(extras),
    )


Change: TypeAlias = "Document | str | IndexSettings | None"
#: The texts of synonyms, and which fields are declared.
settings_drawn = st.builds(
    IndexSettings,
    st.sampled_from(("", "bờ kè, đê", "gốm => sứ, nghề gốm")),
    st.sampled_from((DECLARED, DECLARED, DECLARED[::-1], DECLARED[:1], ())),
)
#: A document is added, one of an id deleted, all deleted, settings changed.
changes: st.SearchStrategy[Change] = st.one_of(
    *(documents() for _ in range(6)),
    *(st.sampled_from(IDS) for _ in range(3)),
    settings_drawn,
    st.none(),
)


@dataclass(frozen=True)
class Fault:
    """The disk fails at a step from now on, or the process ends there.

    ``once`` is one failure, after ``full`` only deleting works, after ``crash`` nothing does.
    """

    step: int
    kind: Literal["once", "full", "crash"]


faults = st.builds(Fault, st.integers(0, 70), st.sampled_from(("crash", "once", "full")))

#: Where large indexes take other ways than small ones: values at which a small one takes them.
SMALL: dict[str, tuple[tuple[Any, str, int], ...]] = {
    "rows": (
        (impacts, "SMALL_INDEX", 0),
        (term_store, "ROW_MINIMUM", 1),
        (term_store, "ROW_SHARE", 1000),
    ),
    "batches": ((writer, "BATCH_DOCUMENTS", 2),),
    "merges": ((merge_policy, "FACTOR", 3), (merge_policy, "SMALLEST", 2)),
    "streams": (
        (stream_writer, "TAIL_SLOTS", 5),
        (stream_writer, "NARROW_GAP", 4),
        (stream_writer, "BYTE_GAP", 20),
        (merge, "CHUNK_POSTINGS", 50),
    ),
    "phrases": (
        (pair_spellings, "COMMON", 2),
        (order_writer, "COMMON", 2),
        (order_writer, "LEAST_SAMPLE", 300),
        (order_writer, "CHUNK_SYLLABLES", 100),
        (symbols, "SYLLABLE_CODES", 6),
        (symbols, "WORTH", 2),
        (text_order, "BLOCK_DOCUMENTS", 5),
        (text_order, "FEW_SYMBOLS", 3),
        (anchors, "MANY_HITS", 1),
        (anchors, "MANY_HOLDERS", 1),
        (anchors, "PIECE", 4),
    ),
}
#: Which of these hold, and whether hardly anything is kept between searches.
sizes = st.tuples(st.frozensets(st.sampled_from(sorted(SMALL))), st.booleans())
