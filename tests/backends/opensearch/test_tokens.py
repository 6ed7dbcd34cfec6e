"""A document's packed tokens: counted one by one or many at once, and what they match."""

from __future__ import annotations

import pytest

from searchengine.backends.contract.base import page
from searchengine.backends.fields import NUMBERS, TITLE_FOLDED, FieldTable
from searchengine.backends.opensearch.records import StoredTokens, sources_of
from searchengine.backends.values import (
    AllOf,
    AnyOf,
    FieldTerm,
    Not,
    PhraseQuery,
    RangeQuery,
    TermQuery,
)
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES, WORDS

TEXT = "Xóm đò đò đò có 12 nhà; đò qua sông, nhà ven sông, bến sông có đò."


def tokens() -> StoredTokens:
    (source,) = sources_of([(page("a", TEXT, title="Đò sông"), "")], FieldTable(()))
    return StoredTokens(source["tokens"])


def test_many_terms_are_counted_as_each_by_itself() -> None:
    terms = [
        FieldTerm(field, term)
        for field in (SYLLABLES, FOLDED, WORDS, TITLE_FOLDED)
        for term in ("đò", "do", "sông", "song", "nhà", "nha", "xóm", "bến", "có", "co", "vắng")
    ]
    pairs = "do do", "do song", "song do", "nha ven", "ven song", "co do", "co 12", "xom do", "a b"
    terms += [FieldTerm(BIGRAMS, pair) for pair in (*pairs, "do qua")]
    terms += [FieldTerm(SYLLABLES, "đò đò"), FieldTerm(SYLLABLES, "nhà sông~2")]
    terms += [FieldTerm(NUMBERS, "12"), FieldTerm("nowhere", "đò")]
    each = tokens()
    found = tokens().counted(tuple(terms))
    assert found == [each.count(*term) for term in terms]
    assert found[terms.index(FieldTerm(SYLLABLES, "đò"))] == 6
    assert found[terms.index(FieldTerm(BIGRAMS, "do do"))] == 2
    assert found[terms.index(FieldTerm(SYLLABLES, "nhà sông~2"))] == 2
    assert found[terms.index(FieldTerm(BIGRAMS, "a b"))] == 0


def test_queries_of_terms_match_what_holds_them() -> None:
    ferry, empty = TermQuery(SYLLABLES, "đò"), TermQuery(SYLLABLES, "vắng")
    one = tokens()
    assert one.holds(AllOf((ferry, Not(empty))))
    assert one.holds(AnyOf((empty, PhraseQuery(SYLLABLES, ("ven", "sông")))))
    assert not one.holds(AllOf((ferry, empty)))
    assert not one.holds(PhraseQuery(SYLLABLES, ("sông", "ven")))
    with pytest.raises(TypeError, match="no query of terms"):
        one.holds(RangeQuery("date", 1, 2))
