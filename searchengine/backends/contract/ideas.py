"""What a query's ideas do: who matches in full, who in part, and what nearness is worth."""

from __future__ import annotations

import pytest

from searchengine.backends.contract.base import ALL, CLOSE, Contract, page, ranked, scores, terms
from searchengine.backends.protocol import Backend, View
from searchengine.backends.values import (
    DATE,
    AnyOf,
    Coverage,
    FacetSpec,
    Idea,
    Nearness,
    Plan,
    Sort,
    TermQuery,
    ValueQuery,
)
from searchengine.text.streams import FOLDED, SYLLABLES

PAGES = (
    page("cả ba", "lúa chín ngoài đồng xa", place="Bản Lác", date="2020"),
    page("hai", "lúa chín trên nương", place="Bản Lác", date="2021"),
    page("một", "đồng tiền", date="2022"),
    page("không", "văn nghệ", date="2023"),
)


def idea(word: str, weight: float = 1.0, *others: str) -> Idea:
    """An idea of one syllable, or any of some."""
    words = (word, *others)
    any_of = AnyOf(tuple(TermQuery(SYLLABLES, one) for one in words))
    return Idea(any_of, weight, tuple((one,) for one in words))


THREE = (idea("lúa"), idea("chín"), idea("đồng", 2.0))
SCORE = terms(SYLLABLES, "lúa", "chín", "đồng")


def full(view: View, plan: Plan) -> set[str]:
    """The ids of the documents that match in full."""
    found = view.search(plan)
    ids = [one.document.id for one in found.ranked if not one.partial]
    # They come first.
    assert ids == [one.document.id for one in found.ranked][: len(ids)]
    assert (found.total, found.total_partial) == (len(ids), len(found.ranked) - len(ids))
    return set(ids)


class IdeasContract(Contract):
    """Coverage and nearness."""

    @pytest.mark.parametrize(
        ("shares", "enough", "expected", "share"),
        [
            ((1.0,), 10, {"cả ba"}, 1.0),
            ((1.0, 0.5), 1, {"cả ba"}, 1.0),
            ((1.0, 0.5), 2, {"cả ba", "hai", "một"}, 0.5),
            ((1.0, 0.75, 0.5, 0.25), 3, {"cả ba", "hai", "một"}, 0.5),
            ((1.0, 0.75), 3, {"cả ba"}, 1.0),
        ],
    )
    def test_the_first_share_that_enough_documents_reach(
        self, backend: Backend, shares: tuple[float, ...], enough: int, expected: set[str],
        share: float,
    ) -> None:  # fmt: skip
        view = self.fill(backend, PAGES)
        plan = Plan(None, SCORE, coverage=Coverage(THREE, shares, enough))
        assert full(view, plan) == expected
        assert view.search(plan).share == share

    def test_ideas_that_no_document_has_are_left_aside(self, backend: Backend) -> None:
        view = self.fill(backend, PAGES)
        ideas = (idea("vắng", 9.0), idea("lúa"), idea("mất"))
        plan = Plan(None, SCORE, coverage=Coverage(ideas, (1.0,)))
        assert full(view, plan) == {"cả ba", "hai"}
        assert view.search(plan).absent == (0, 2)

    def test_without_any_idea_left_all_match_in_full(self, backend: Backend) -> None:
        view = self.fill(backend, PAGES)
        plan = Plan(None, SCORE, coverage=Coverage((idea("vắng"),), (1.0,)))
        assert full(view, plan) == {"cả ba", "hai", "một"}

    def test_any_form_of_an_idea_is_enough(self, backend: Backend) -> None:
        view = self.fill(backend, PAGES)
        plan = Plan(None, SCORE, coverage=Coverage((idea("lúa"), idea("xa", 1, "nương")), (1.0,)))
        assert full(view, plan) == {"cả ba", "hai"}

    def test_filters_narrow_both_and_change_no_share(self, backend: Backend) -> None:
        view = self.fill(backend, PAGES)
        coverage = Coverage(THREE, (1.0, 0.5), 3)
        filters = (ValueQuery("place", ("ban", "lac"), True),)
        plan = Plan(None, SCORE, filters=filters, coverage=coverage)
        assert full(view, plan) == {"cả ba", "hai"}

    def test_full_matches_come_first_in_every_order(self, backend: Backend) -> None:
        view = self.fill(backend, PAGES)
        coverage = Coverage((idea("lúa"),), (1.0,))
        for descending, order in (
            (True, "hai, cả ba, không, một"),
            (False, "cả ba, hai, một, không"),
        ):
            plan = Plan(ALL, SCORE, coverage=coverage, sort=Sort(DATE, descending))
            found = ranked(view, plan)
            assert found[:2] == order.split(", ")[:2]
            assert set(found[2:]) == {"không", "một"}
            assert full(view, plan) == {"cả ba", "hai"}

    def test_facets_and_histograms_count_full_matches(self, backend: Backend) -> None:
        view = self.fill(backend, PAGES)
        coverage = Coverage((idea("đồng"),), (1.0,))
        plan = Plan(ALL, SCORE, coverage=coverage, facets=FacetSpec(("year",), 9), limit=1)
        assert view.search(plan).facets == {"year": {"2022": 1, "2020": 1}}
        assert view.facets(plan, ["year"], 9, "count") == {"year": {"2022": 1, "2020": 1}}
        assert view.histogram(plan, "year").total == 2

    def test_the_best_scores_match_in_full_whatever_they_have(self, backend: Backend) -> None:
        view = self.fill(backend, ["lúa lúa lúa", "lúa chín", "lúa ở đồng bằng sông nước"])
        score = terms(SYLLABLES, "lúa")
        ideas = (idea("lúa"), idea("chín"))
        first = ranked(view, Plan(None, score))[0]
        assert first == "a"
        assert full(view, Plan(None, score, coverage=Coverage(ideas, (1.0,)))) == {"b"}
        assert full(view, Plan(None, score, coverage=Coverage(ideas, (1.0,), best=1))) == {"a", "b"}

    def test_nearness_is_worth_the_best_window_and_the_title(self, backend: Backend) -> None:
        view = self.fill(
            backend,
            [
                page("gần", "xưa kia lúa chín vàng"),
                page("xa", "lúa một hai ba bốn năm chín"),
                page("tên", "mười một", title="Chín lúa"),
                page("nửa", "chỉ có lúa"),
            ],
        )
        coverage = Coverage((idea("lúa", 3.0), idea("chín", 1.0)), (1.0,))
        near = Nearness(SYLLABLES, coverage.ideas, window=4, boost=0.5, title_boost=0.2, depth=10)
        plan = Plan(ALL, SCORE, coverage=coverage, nearness=near)
        ids = ["gần", "xa", "tên", "nửa"]
        found = view.explain(plan, ids)
        factors = {one: parts.nearness for one, parts in zip(ids, found, strict=True) if parts}
        expected = {"gần": 1.5, "xa": 1.375, "tên": 1.7, "nửa": 1.375}
        assert factors == pytest.approx(expected, rel=CLOSE)
        without = scores(view, Plan(ALL, SCORE, coverage=coverage))
        assert scores(view, plan) == pytest.approx(
            {one: without[one] * factor for one, factor in factors.items()}, rel=CLOSE
        )

    def test_of_an_idea_the_best_form_counts_by_its_syllables(self, backend: Backend) -> None:
        view = self.fill(backend, ["giay phep o day", "bang lai xe", "khong"])
        forms = (("giay", "phep", "lai", "xe"), ("bang", "lai"))
        query = TermQuery(FOLDED, "khong")
        coverage = Coverage((Idea(query, 1.0, forms),), (0.0,))
        near = Nearness(FOLDED, coverage.ideas, window=2, boost=1.0, title_boost=0.0, depth=10)
        plan = Plan(ALL, terms(FOLDED, "o"), coverage=coverage, nearness=near)
        found = view.explain(plan, ["a", "b", "c"])
        assert [one.nearness for one in found if one] == pytest.approx([1.5, 2.0, 1.0])

    def test_nearness_orders_the_first_documents_alone(self, backend: Backend) -> None:
        texts = ["lúa lúa lúa", "lúa lúa và gạo", "lúa chín", "lúa và rất nhiều lời khác chín"]
        view = self.fill(backend, texts)
        score = terms(SYLLABLES, "lúa")
        by_score = ranked(view, Plan(None, score))
        assert by_score[:2] == ["a", "b"]
        ideas = (idea("chín"),)
        for depth, order in ((1, by_score), (4, ["c", "d", "a", "b"])):
            near = Nearness(SYLLABLES, ideas, window=3, boost=9.0, title_boost=0.0, depth=depth)
            assert ranked(view, Plan(None, score, nearness=near)) == order
