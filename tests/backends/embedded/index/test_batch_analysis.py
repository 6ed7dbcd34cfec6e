"""The arrays that are indexed hold exactly the streams that the pipeline gives."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from searchengine.backends.embedded.index.arrays.builder import Builder
from searchengine.backends.embedded.index.arrays.segment import Segment
from searchengine.backends.embedded.index.arrays.streams import Streams
from searchengine.backends.embedded.index.document_builder import Assembler, Pending
from searchengine.backends.embedded.index.schema import COLUMNS, STAMP, STREAM_SPECS
from searchengine.backends.fields import NAME_FOLDED, SCORED_STREAMS
from searchengine.document import Document
from searchengine.text.analysis import analyze, analyze_syllables, bigrams_of


def streams_of(documents: list[Document], run_tokens: int = 1 << 20) -> Streams:
    builder = Builder(STREAM_SPECS, COLUMNS, tempfile.TemporaryFile, run_tokens)
    assembler = Assembler(builder)
    for start in range(0, len(documents), 2):
        batch = documents[start : start + 2]
        assembler.add([Pending(d.id, lambda d=d: d) for d in batch])  # type: ignore[misc]
    sink = io.BytesIO()
    builder.write(sink, STAMP)
    return Streams([Segment(sink.getvalue(), "test")], [None])


def frequencies(streams: Streams, stream: str, number: int) -> dict[str, int]:
    found = {}
    for term, _ in streams.terms(stream):
        docs, freqs = streams.postings(stream, term)
        for place, doc in enumerate(docs.tolist()):
            if doc == number:
                found[term] = 1 if freqs is None else int(freqs[place])
    return found


def expected(document: Document) -> dict[str, list[str]]:
    body = f"{document.title}\n{document.text}" if document.title else document.text
    whole = analyze([body])[0]
    syllables, folded = analyze_syllables(document.title)
    return {
        "words": whole.words,
        "syllables": whole.syllables,
        "folded": whole.folded,
        "bigrams": whole.bigrams,
        "title_syllables": syllables,
        "title_folded": folded,
        "title_bigrams": bigrams_of(folded),
    }


def check(documents: list[Document], run_tokens: int = 1 << 20) -> None:
    streams = streams_of(documents, run_tokens)
    for number, document in enumerate(documents):
        for stream, tokens in expected(document).items():
            wanted = {token: tokens.count(token) for token in tokens}
            assert frequencies(streams, stream, number) == wanted, (document, stream)
            assert streams.lengths(stream)[number] == len(tokens)
    assert set(expected(documents[0])) == set(SCORED_STREAMS) - {NAME_FOLDED}


def test_a_stray_mark_behind_a_tone_that_moves_is_no_tone() -> None:
    stray = Document(id="1", title="Vé đôí\u0300 với trẻ", text="Bến xe nôị\u0309 thành. " * 9)
    check([stray, Document(id="2", text="Vé đôí với trẻ")])
    assert {"đối", "nội", "với"} <= set(expected(stray)["syllables"])
    assert expected(stray)["title_syllables"] == ["vé", "đối", "với", "trẻ"]


def test_seeds(seeds: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(seeds.glob("*.txt"))]
    documents = [Document(id=str(n), text=text) for n, text in enumerate(texts)]
    check([*documents, Document(id="t", title="Đại hội khu 5B", text=texts[1])])


def test_several_runs_give_the_same(seeds: Path) -> None:
    text = (seeds / "001_15548a90c78a3968.txt").read_text(encoding="utf-8")
    pieces = [piece for piece in text.split("\n") if piece.strip()]
    documents = [Document(id=str(n), title=p[:20], text=p) for n, p in enumerate(pieces)]
    check(documents, run_tokens=100)


words = st.sampled_from(
    ["Đại", "hội", "chi bộ", "uỷ ban", "Hà Nội", "20.000đ", "\n", "…", "a_b", "x@y.vn", "v1.5b",
     "74-KH/ĐU", "http://a.vn/b", "vùng\nthiểu số", "NĂM", "26,6", "ướ",
     "kĩ thuật", "Qui định", "5 tỉ", "\u00a0", "ð"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(words, max_size=3), st.lists(words, max_size=12)),
        min_size=1,
        max_size=5,
    )
)
def test_any_text(pairs: list[tuple[list[str], list[str]]]) -> None:
    documents = [
        Document(id=str(n), title=" ".join(" ".join(title).split()), text=" ".join(text))
        for n, (title, text) in enumerate(pairs)
    ]
    check(documents)
