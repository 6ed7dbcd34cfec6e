"""What documents score and in which order they come: BM25, order, paging, folding, alternatives."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from itertools import product

import pytest

from searchengine.backends.contract.base import (
    ALL,
    CLOSE,
    Contract,
    page,
    ranked,
    scores,
    terms,
)
from searchengine.backends.fields import NUMBERS, TITLE_FOLDED, TITLE_SYLLABLES
from searchengine.backends.plan_json import plan_from_json, plan_to_json
from searchengine.backends.protocol import Backend
from searchengine.backends.values import (
    DATE,
    AnyOf,
    FacetSpec,
    FieldTerm,
    Not,
    Phrase,
    Plan,
    ScoringTerm,
    Sort,
    TermQuery,
)
from searchengine.errors import TimeLimitError
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES

#: Four, six and eight syllables: six on average.
RAIN = ["mưa rào chiều nay", "mưa mưa mãi trên sông Đáy", "trời hửng nắng sau ba ngày mưa gió"]


def bm25(documents: int, holders: int, frequency: int, length: float, mean: float) -> float:
    """BM25 as the textbook has it."""
    idf = math.log(1 + (documents - holders + 0.5) / (holders + 0.5))
    return idf * frequency / (frequency + 1.2 * (0.25 + 0.75 * length / mean))


class RankingContract(Contract):
    """Scores by definition, and the order of documents."""

    def test_scores_are_bm25(self, backend: Backend) -> None:
        plan = Plan(None, (*terms(SYLLABLES, "mưa"), *terms(SYLLABLES, "nắng", weight=2.5)))
        with self.fill(backend, RAIN) as view:
            assert scores(view, plan) == pytest.approx(
                {
                    "a": bm25(3, 3, 1, 4, 6),
                    "b": bm25(3, 3, 2, 6, 6),
                    "c": bm25(3, 3, 1, 8, 6) + 2.5 * bm25(3, 1, 1, 8, 6),
                },
                rel=CLOSE,
            )

    def test_each_field_has_its_own_lengths(self, backend: Backend) -> None:
        pages = [
            page("a", "Lúa đông xuân trổ bông.", title="Lúa"),
            page("b", "Giá lúa tăng nhẹ ở miền Tây.", title="Giá lúa hôm nay"),
            page("c", "Ruộng lúa chín vàng."),
        ]
        plan = Plan(None, (*terms(FOLDED, "lua"), *terms(TITLE_FOLDED, "lua", weight=0.2)))
        with self.fill(backend, pages) as view:
            # A title's syllables are among those of the whole: 6, 11 and 4 of them, 7 on average.
            assert scores(view, plan) == pytest.approx(
                {
                    "a": bm25(3, 3, 2, 6, 7) + 0.2 * bm25(3, 2, 1, 1, 5 / 3),
                    "b": bm25(3, 3, 2, 11, 7) + 0.2 * bm25(3, 2, 1, 4, 5 / 3),
                    "c": bm25(3, 3, 1, 4, 7),
                },
                rel=CLOSE,
            )

    def test_pairs_of_neighbours_score_as_terms(self, backend: Backend) -> None:
        texts = ["hội làng hội làng", "làng mở hội", "hội làng ta"]
        with self.fill(backend, texts) as view:
            # Three, two and two bigrams.
            assert scores(view, Plan(None, terms(BIGRAMS, "hoi lang"))) == pytest.approx(
                {"a": bm25(3, 2, 2, 3, 7 / 3), "c": bm25(3, 2, 1, 2, 7 / 3)}, rel=CLOSE
            )

    def test_a_phrase_scores_as_a_term(self, backend: Backend) -> None:
        """By the documents that hold it, and the places of each where it begins."""
        texts = ["hội làng, hội làng", "làng mở hội to", "hội làng ta vui lắm", "hội lang"]
        with self.fill(backend, texts) as view:
            found = scores(view, Plan(None, terms(SYLLABLES, "hội làng")))
            assert found == pytest.approx(
                {"a": bm25(4, 2, 2, 4, 15 / 4), "c": bm25(4, 2, 1, 5, 15 / 4)}, rel=CLOSE
            )
            near = Phrase(("làng",), 1, ("hội",)).term
            wide = Phrase(("hội", "ta"), 1).term
            plan = Plan(None, terms(SYLLABLES, near, wide))
            parts = view.explain(plan, ["a", "b", "c", "d"])
            told = [{one.term: one.frequency for one in part.parts} for part in parts if part]
            assert told == [{near: 2}, {near: 1}, {near: 1, wide: 1}, {}]
            assert view.frequencies([FieldTerm(SYLLABLES, near), FieldTerm(SYLLABLES, wide)]) == [
                3,
                1,
            ]

    def test_document_numbers_score_their_idf(self, backend: Backend) -> None:
        pages = [
            page("a", "Kế hoạch 12-KH/ĐU và 12-KH/ĐU đều nhắc việc này nhiều lần trong năm."),
            page("b", "Theo 12-KH/ĐU."),
            page("c", "Không có số."),
        ]
        with self.fill(backend, pages) as view:
            idf = math.log(1 + 1.5 / 2.5)
            found = scores(view, Plan(None, terms(NUMBERS, "12-kh-du", weight=2.0)))
            assert found == pytest.approx({"a": 2 * idf, "b": 2 * idf}, rel=CLOSE)

    def test_a_term_twice_counts_twice(self, backend: Backend) -> None:
        with self.fill(backend, RAIN) as view:
            once = scores(view, Plan(None, terms(SYLLABLES, "mưa")))
            twice = scores(view, Plan(None, terms(SYLLABLES, "mưa", "mưa")))
            assert twice == pytest.approx({id_: 2 * score for id_, score in once.items()})

    def test_of_an_ideas_forms_the_best_counts(self, backend: Backend) -> None:
        """The terms of a form are added, whatever the other forms give is not."""
        texts = ["ubnd xã", "ủy ban xã bàn", "ubnd, tức ủy ban, họp", "xã ta"]
        short = ScoringTerm(SYLLABLES, "ubnd", 1.0, idea=1, form=1)
        long = [ScoringTerm(SYLLABLES, word, 0.4, idea=1, form=2) for word in ("ủy", "ban")]
        plan = Plan(None, (short, *long, *terms(SYLLABLES, "xã")))
        with self.fill(backend, texts) as view:
            each = [scores(view, Plan(None, (one,))) for one in plan.score]
            by_short, by_long = each[0], {id_: each[1][id_] + each[2][id_] for id_ in "bc"}
            assert by_short["c"] > by_long["c"] > 0
            assert scores(view, plan) == pytest.approx(
                {
                    "a": by_short["a"] + each[3]["a"],
                    "b": by_long["b"] + each[3]["b"],
                    "c": by_short["c"],
                    "d": each[3]["d"],
                },
                rel=CLOSE,
            )

    def test_forms_that_give_the_same_count_once(self, backend: Backend) -> None:
        """The first in the plan; two ideas count both."""
        one = ScoringTerm(SYLLABLES, "mưa", 1.0, idea=1, form=7)
        other, again = replace(one, form=3), replace(one, idea=2)
        with self.fill(backend, RAIN) as view:
            alone = scores(view, Plan(None, (one,)))
            assert scores(view, Plan(None, (one, other))) == pytest.approx(alone, rel=CLOSE)
            found = scores(view, Plan(None, (one, other, again)))
            assert found == pytest.approx({id_: 2 * alone[id_] for id_ in alone}, rel=CLOSE)

    def test_an_explanation_says_which_form_counts(self, backend: Backend) -> None:
        forms = [
            ScoringTerm(SYLLABLES, word, weight, idea=1, form=form)
            for word, weight, form in (("mưa", 2.0, 1), ("sông", 1.0, 2), ("đáy", 1.5, 2))
        ]
        with self.fill(backend, RAIN) as view:
            rain, river = view.explain(Plan(None, tuple(forms)), ["a", "b"])
            assert rain is not None
            assert river is not None
            assert [one.term for one in rain.parts] == ["mưa"]
            assert rain.outdone == ()
            assert [one.term for one in river.parts] == ["sông", "đáy"]
            assert [one.term for one in river.outdone] == ["mưa"]
            assert river.score == pytest.approx(sum(one.score for one in river.parts), rel=CLOSE)

    def test_each_of_thousands_of_terms_counts(self, backend: Backend) -> None:
        """A cluster's search asks for 1,024 at most."""
        words = ["".join(one) for one in product("bdhklmnprst", "aeou", "bdhklmnprst", "aeou")]
        held = [words[:: at + 1] for at in range(9)] + [words[:1]]
        mean = sum(map(len, held)) / len(held)
        holders = Counter(word for one in held for word in one)
        expected = {
            "abcdefghij"[at]: sum(bm25(10, holders[word], 1, len(one), mean) for word in one)
            for at, one in enumerate(held)
        }
        with self.fill(backend, [" ".join(one) for one in held]) as view:
            plan = Plan(None, terms(SYLLABLES, *words), facets=FacetSpec(("place",), 5))
            assert scores(view, plan) == pytest.approx(expected, rel=CLOSE)
            assert ranked(view, plan) == sorted(expected, key=lambda id_: -expected[id_])
            any_word = AnyOf(tuple(TermQuery(SYLLABLES, word) for word in words))
            assert view.search(Plan(any_word, terms(SYLLABLES, *words))).total == 10
            assert view.search(Plan(Not(any_word))).total == 0

    def test_the_best_come_first(self, backend: Backend) -> None:
        with self.fill(backend, RAIN) as view:
            assert ranked(view, Plan(None, terms(SYLLABLES, "mưa"))) == ["b", "a", "c"]

    def test_filters_and_the_tree_do_not_score(self, backend: Backend) -> None:
        score = terms(SYLLABLES, "mưa")
        with self.fill(backend, RAIN) as view:
            alone = scores(view, Plan(None, score))
            asked = scores(view, Plan(AnyOf((TermQuery(FOLDED, "song"),)), score))
            filtered = scores(view, Plan(None, score, filters=(TermQuery(FOLDED, "song"),)))
            assert asked == filtered == pytest.approx({"b": alone["b"]})

    def test_what_scores_nothing_comes_last_in_the_order_of_adding(self, backend: Backend) -> None:
        texts = ["đường làng", "đường phố", "mưa đường", "đường đê", "đường mưa mưa"]
        with self.fill(backend, texts) as view:
            plan = Plan(TermQuery(SYLLABLES, "đường"), terms(SYLLABLES, "mưa"))
            found = scores(view, plan)
            assert ranked(view, plan)[:2] == ["e", "c"]
            assert found["a"] == found["b"] == found["d"] == 0
            if self.keeps_order_over_commits or self.commit_size is None:
                assert ranked(view, plan) == ["e", "c", "a", "b", "d"]

    def test_equal_scores_keep_the_order_of_adding(self, backend: Backend) -> None:
        """Within one commit."""
        with backend.writer() as writer:
            for id_ in ("thu", "hạ", "đông", "xuân"):
                writer.add(page(id_, "bốn mùa hoa nở"))
        backend.refresh()
        with backend.open_view() as view:
            plan = Plan(None, terms(SYLLABLES, "hoa", "mùa"))
            assert ranked(view, plan) == ["thu", "hạ", "đông", "xuân"]
            assert ranked(view, Plan(ALL)) == ["thu", "hạ", "đông", "xuân"]

    def test_pages_continue_each_other(self, backend: Backend) -> None:
        texts = [f"hoa sen {'hồ ' * (at % 4)}tây" for at in range(11)]
        plan = Plan(None, terms(FOLDED, "ho", "sen"), limit=11)
        with self.fill(backend, texts) as view:
            whole = ranked(view, plan)
            assert sorted(whole) == sorted("abcdefghijk")
            paged = [
                id_
                for offset in range(0, 12, 4)
                for id_ in ranked(view, replace(plan, offset=offset, limit=4))
            ]
            assert paged == whole

    def test_beyond_the_end_there_is_nothing_but_the_total(self, backend: Backend) -> None:
        for_all = Plan(ALL, terms(SYLLABLES, "mưa"), offset=3, limit=5)
        with self.fill(backend, RAIN) as view:
            for plan in (for_all, replace(for_all, match=None)):
                ranking = view.search(plan)
                assert (ranking.total, ranking.ranked) == (3, ())

    def test_a_limit_of_nothing_gives_the_total_alone(self, backend: Backend) -> None:
        plan = Plan(ALL, terms(SYLLABLES, "mưa"), limit=0)
        by_date, folded = replace(plan, sort=Sort(DATE)), replace(plan, fold_duplicates=True)
        with self.fill(backend, RAIN) as view:
            for asked in (
                plan,
                replace(plan, match=None),
                replace(plan, score=()),
                by_date,
                folded,
            ):
                ranking = view.search(asked)
                assert (ranking.total, ranking.ranked) == (3, ())

    def test_documents_come_whole_but_for_their_original(self, backend: Backend) -> None:
        whole = page(
            "ho-tay",
            "Hoa sen nở rộ.\nBà con dậy sớm hái sen ướp trà.",
            date="2023-06",
            title="Sen Tây Hồ",
            place="quận Tây Hồ",
            author="Trần Văn Sen",
            source="Báo Hồ",
            path="bao/sen.txt",
            numbers=("5-QĐ/HT",),
            content_hash="ab12",
            original="Trang chủ\nHoa sen nở rộ.",
            extra={"chuyên mục": ["hoa", 3]},
        )
        with self.fill(backend, [whole]) as view:
            ranking = view.search(Plan(None, terms(SYLLABLES, "sen")))
            assert ranking.ranked[0].document == replace(whole, original=None)

    def test_an_alternative_answers_where_nothing_matches(self, backend: Backend) -> None:
        other = Plan(TermQuery(FOLDED, "song"), terms(SYLLABLES, "mưa"))
        nothing = Plan(TermQuery(FOLDED, "tuyet"), otherwise=other)
        with self.fill(backend, RAIN) as view:
            for plan in (nothing, Plan(None, terms(FOLDED, "tuyet"), otherwise=other)):
                assert view.search(plan).otherwise
                assert ranked(view, plan) == ["b"]
                assert scores(view, plan) == scores(view, other)
                assert view.histogram(plan, "year").undated == 1
                (parts,) = view.explain(plan, ["b"])
                assert parts is not None
                assert parts.score == pytest.approx(scores(view, other)["b"])

    def test_filters_call_for_no_alternative(self, backend: Backend) -> None:
        plan = Plan(
            TermQuery(FOLDED, "song"),
            filters=(TermQuery(FOLDED, "nang"),),
            otherwise=Plan(ALL),
        )
        with self.fill(backend, RAIN) as view:
            ranking = view.search(plan)
            assert (ranking.total, ranking.otherwise) == (0, False)

    def test_an_alternative_may_have_another(self, backend: Backend) -> None:
        nothing = TermQuery(FOLDED, "tuyet")
        plan = Plan(nothing, otherwise=Plan(nothing, otherwise=Plan(TermQuery(FOLDED, "nang"))))
        with self.fill(backend, RAIN) as view:
            assert ranked(view, plan) == ["c"]
            assert view.search(plan).otherwise

    def test_a_plan_that_went_through_json_answers_the_same(self, backend: Backend) -> None:
        plan = Plan(
            AnyOf((TermQuery(FOLDED, "mua"), TermQuery(TITLE_SYLLABLES, "lũ"))),
            (ScoringTerm(SYLLABLES, "mưa", 0.1), ScoringTerm(BIGRAMS, "mua rao", 1 / 3)),
            facets=FacetSpec(("year", "place"), 5),
            fold_duplicates=True,
            otherwise=Plan(ALL),
        )
        with self.fill(backend, RAIN) as view:
            assert view.search(plan_from_json(plan_to_json(plan))) == view.search(plan)

    def test_no_time_no_answer(self, backend: Backend) -> None:
        plan = Plan(None, terms(SYLLABLES, "mưa"), seconds=1e-9)
        with self.fill(backend, RAIN) as view:
            for asked in (plan, replace(plan, match=ALL)):
                with pytest.raises(TimeLimitError):
                    view.search(asked)
                with pytest.raises(TimeLimitError):
                    view.facets(asked, ("place",), 10, "count")
                with pytest.raises(TimeLimitError):
                    view.histogram(asked, "year")
                with pytest.raises(TimeLimitError):
                    view.explain(asked, ["a"])
            assert len(view.search(replace(plan, seconds=60)).ranked) == 3
