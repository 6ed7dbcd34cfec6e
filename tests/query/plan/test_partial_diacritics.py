"""Which syllables of a marked query were stripped, and what they ask for."""

from __future__ import annotations

import pytest

from searchengine.backends.values import FieldTerm, ScoringTerm
from searchengine.query.language.parser import parse
from searchengine.query.plan.partial_diacritics import bare_shares, frequencies_needed, weigh_mixed
from searchengine.query.plan.query_analysis import analyze_query
from searchengine.query.plan.weights import BARE_WEIGHTS, text_terms
from tests.conftest import TODAY

#: Documents with a syllable's letters in any marking, and with it bare.
FREQUENCIES = {"hoi": (400, 0), "dang": (500, 5), "nam": (600, 300), "ho": (200, 8), "ta": (90, 80)}


def frequency(asked: FieldTerm) -> int:
    folded, bare = FREQUENCIES.get(asked.term, (100, 100))
    return folded if asked.field == "folded" else bare


def terms_of(query: str) -> list[ScoringTerm]:
    return text_terms(analyze_query(parse(query), TODAY))


def mixed(query: str) -> list[ScoringTerm]:
    terms = terms_of(query)
    counts = {asked: frequency(asked) for asked in frequencies_needed(terms)}
    return weigh_mixed(terms, bare_shares(terms, counts))


def weigh(query: str) -> dict[tuple[str, str], float]:
    return {(term.field, term.term): term.weight for term in mixed(query)}


def test_a_stripped_syllable_weighs_as_in_a_bare_query() -> None:
    weights = weigh("đại hoi")
    assert ("syllables", "hoi") not in weights
    assert ("title_syllables", "hoi") not in weights
    assert weights["folded", "hoi"] == pytest.approx(BARE_WEIGHTS["folded"])
    assert weights["title_folded", "hoi"] == pytest.approx(BARE_WEIGHTS["title_folded"])


def test_the_marked_syllables_beside_it_stay_as_they_are() -> None:
    plain = {(term.field, term.term): term.weight for term in terms_of("đại hoi")}
    weights = weigh("đại hoi")
    for key in [("syllables", "đại"), ("folded", "dai"), ("bigrams", "dai hoi")]:
        assert weights[key] == plain[key]


def test_what_may_be_either_counts_as_both() -> None:
    weights = weigh("đại hoi nam")
    assert weights["syllables", "nam"] == pytest.approx(0.5)
    assert weights["folded", "nam"] == pytest.approx(0.5 * 0.3 + 0.5 * 1.0)


@pytest.mark.parametrize("query", ["đội nam thắng", "bà ta", "trẻ nam ho ta", "đại hội 2022 abc"])
def test_a_query_as_typed_is_left_alone(query: str) -> None:
    assert mixed(query) == terms_of(query)


def test_no_weight_is_lost_between_exact_and_title() -> None:
    title = {
        k: v for k, v in weigh("đại dang").items() if k[0].startswith("title_") and k[1] == "dang"
    }
    assert sum(title.values()) == pytest.approx(0.2)
