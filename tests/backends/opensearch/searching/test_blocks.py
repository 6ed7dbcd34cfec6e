"""Blocks of vocabularies: a term is found in the one where it lies, whatever part counts it."""

from __future__ import annotations

from typing import Any

from searchengine.backends.opensearch.records import pack
from searchengine.backends.opensearch.searching import blocks
from searchengine.backends.opensearch.searching.blocks import (
    Blocks,
    added,
    blocks_of_beginnings,
    blocks_of_terms,
    counted,
    has_vocabulary,
    listed,
)
from searchengine.backends.values import FieldTerm
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES

TEXTS = {
    "a-0": "bến\t3\nchợ\t2",
    "a-1": "ghe\t5\nghe xuồng\t1",
    "b-0": "chợ\t-1\nlũ\t4",
}
STREAMS = {"a-0": SYLLABLES, "a-1": SYLLABLES, "b-0": SYLLABLES}


def hit(name: str) -> dict[str, Any]:
    first = TEXTS[name].partition("\t")[0]
    found = {"_id": name, "sort": [STREAMS[name], first], "fields": {"count": [2]}}
    return {**found, "_source": {"terms": pack(TEXTS[name])}}


PARTS = [listed([hit("a-0"), hit("a-1")]), listed([hit("b-0")])]


def term(text: str, field: str = SYLLABLES) -> FieldTerm:
    return FieldTerm(field, text)


def test_a_term_is_counted_in_all_parts() -> None:
    terms = [term(one) for one in ("chợ", "bến", "ghe", "gh", "lũ", "a", "z")]
    terms.append(term("chợ", FOLDED))
    lying = blocks_of_terms(PARTS, terms)
    packed = Blocks().keep("index", map(hit, lying))
    counts = [counted(terms, lying, packed)[one] for one in terms]
    assert counts == [1, 3, 5, 0, 4, 0, 0, 0]
    assert "a-1" not in blocks_of_terms(PARTS, [term("chợ")])


def test_beginnings_read_the_blocks_that_may_have_some() -> None:
    assert blocks_of_beginnings(PARTS, SYLLABLES, ("gh",)) == ["a-0", "a-1", "b-0"]
    assert blocks_of_beginnings(PARTS, SYLLABLES, ("c",)) == ["a-0", "b-0"]
    assert not blocks_of_beginnings(PARTS, FOLDED, ("c",))
    names = blocks_of_beginnings(PARTS, SYLLABLES, ("",))
    packed = Blocks().keep("index", map(hit, names))
    assert added(packed.values(), ("ch", "b")) == {"bến": 3, "chợ": 1}


def test_blocks_are_kept_by_their_index(monkeypatch: Any) -> None:
    monkeypatch.setattr(blocks, "KEPT", 1)
    kept = Blocks()
    kept.keep("one", [hit("a-0")])
    assert set(kept.kept("one", ["a-0", "a-1"])) == {"a-0"}
    assert not kept.kept("other", ["a-0"])
    kept.keep("one", [hit("a-1")])
    kept.keep("one", [hit("b-0")])
    assert not kept.kept("one", ["a-0"])


def test_phrases_are_in_no_vocabulary() -> None:
    assert has_vocabulary(BIGRAMS, "cho noi")
    assert not has_vocabulary(SYLLABLES, "chợ nổi")
    assert not has_vocabulary("place", "bến")
