"""What dates do: the decay of scores and the order by date."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from searchengine.backends.contract.base import (
    ALL,
    CLOSE,
    Contract,
    day,
    page,
    ranked,
    scores,
    terms,
)
from searchengine.backends.protocol import Backend, View
from searchengine.backends.values import DATE, Curve, DateDecay, Plan, Sort
from searchengine.text.streams import SYLLABLES

NEW = page("moi", "cấy lúa", date="2024-01-01")
OLD = page("cu", "cấy lúa", date="2023-09-23")
OLDER = page("xua", "cấy lúa", date="2021-01-01")
UNDATED = page("khong", "cấy lúa")
#: Halves in a hundred days.
DECAY = DateDecay(
    origin=(day("2024-01-01"), day("2024-01-01")),
    today=day("2024-01-01"),
    scale=100.0,
    offset=0.0,
    decay=0.5,
    weight=1.0,
    curve="exp",
)
SCORE = terms(SYLLABLES, "lúa")


def factors(view: View, decay: DateDecay, *ids: str) -> list[float]:
    """What the dates of documents multiply their scores by."""
    found = view.explain(Plan(ALL, SCORE, decay), ids)
    return [one.date_factor for one in found if one is not None]


class DateContract(Contract):
    """Boosts by date, and sorting by it."""

    @pytest.mark.parametrize(
        ("curve", "offset", "expected"),
        [
            ("exp", 0.0, 0.5 ** (100 / 100)),
            ("exp", 30.0, 0.5 ** (70 / 100)),
            ("gauss", 0.0, 0.5),
            ("gauss", 30.0, math.exp(math.log(0.5) * 0.7**2)),
            ("linear", 0.0, 0.5),
            ("linear", 30.0, 1 - 70 / 200),
        ],
    )
    def test_curves(self, backend: Backend, curve: Curve, offset: float, expected: float) -> None:
        decay = replace(DECAY, curve=curve, offset=offset)
        with self.fill(backend, [NEW, OLD]) as view:
            assert factors(view, decay, "moi", "cu") == pytest.approx([2, 1 + expected], rel=CLOSE)

    def test_a_line_ends_at_nothing(self, backend: Backend) -> None:
        with self.fill(backend, [NEW, OLDER]) as view:
            assert factors(view, replace(DECAY, curve="linear"), "xua") == [1.0]

    def test_the_weight_is_how_much_a_date_counts(self, backend: Backend) -> None:
        with self.fill(backend, [NEW, OLD]) as view:
            half = factors(view, replace(DECAY, weight=0.3), "moi", "cu")
            assert half == pytest.approx([1.3, 1.15], rel=CLOSE)

    def test_scores_are_multiplied(self, backend: Backend) -> None:
        with self.fill(backend, [OLDER, OLD, NEW]) as view:
            plain, boosted = Plan(None, SCORE), Plan(None, SCORE, DECAY)
            once = scores(view, plain)["moi"]
            assert ranked(view, boosted) == ["moi", "cu", "xua"]
            assert scores(view, boosted) == pytest.approx(
                {"moi": 2 * once, "cu": 1.5 * once, "xua": once * (1 + 0.5**10.95)}, rel=CLOSE
            )

    def test_undated_documents_have_the_mean_of_all_dated_ones(self, backend: Backend) -> None:
        """Of those that do not match as well."""
        other = page("khac", "trồng ngô", date="2023-09-23")
        with self.fill(backend, [NEW, UNDATED, other]) as view:
            assert factors(view, DECAY, "khong") == pytest.approx([1.75], rel=CLOSE)

    def test_an_undated_title_of_other_years_takes_the_boost_away(self, backend: Backend) -> None:
        pages = [
            page("năm ấy", "lúa", title="Vụ lúa 2023"),
            page("năm khác", "lúa", title="Vụ lúa 2019"),
            page("cả hai", "lúa", title="Vụ lúa 2019 và 2024"),
            page("trong bài", "lúa năm 2019", title="Vụ lúa"),
            page("không là năm", "lúa", title="Bán 1200 tấn lúa"),
            page("có ngày", "lúa", title="Nhớ vụ lúa 2019", date="2024-01-01"),
        ]
        with self.fill(backend, pages) as view:
            decay = replace(DECAY, years=(2023, 2024))
            ids = [one.id for one in pages]
            assert factors(view, decay, *ids) == [2.0, 1.0, 2.0, 2.0, 2.0, 2.0]
            assert factors(view, DECAY, *ids) == [2.0] * 6

    def test_without_any_date_nothing_is_multiplied(self, backend: Backend) -> None:
        with self.fill(backend, [UNDATED]) as view:
            assert factors(view, DECAY, "khong") == [1.0]
            assert scores(view, Plan(None, SCORE, DECAY)) == scores(view, Plan(None, SCORE))

    def test_the_nearest_day_of_a_month_or_year_counts(self, backend: Backend) -> None:
        pages = [
            page("tháng", "lúa", date="2023-09"),
            page("năm", "lúa", date="2024"),
            page("sau", "lúa", date="2024-08"),
        ]
        decay = replace(
            DECAY, origin=(day("2024-01-08"), day("2024-02-01")), today=day("2025-01-01")
        )
        with self.fill(backend, pages) as view:
            # 2023-09-30 is a hundred days before the origin's first day, 2024-08-01 182 after.
            assert factors(view, decay, "tháng", "năm", "sau") == pytest.approx(
                [1.5, 2.0, 1 + 0.5**1.82], rel=CLOSE
            )

    def test_what_is_yet_to_come_counts_as_today(self, backend: Backend) -> None:
        pages = [page("mai", "lúa", date="2029-05-01"), page("nay", "lúa", date="2024-01-01")]
        with self.fill(backend, pages) as view:
            assert factors(view, DECAY, "mai", "nay") == [2.0, 2.0]
            late = replace(DECAY, today=day("2024-04-10"))
            assert factors(view, late, "mai", "nay") == pytest.approx([1.5, 2.0], rel=CLOSE)
            ahead = replace(DECAY, origin=(day("2026-01-01"), day("2026-12-31")))
            assert factors(view, ahead, "mai") == [2.0]

    def test_newest_first(self, backend: Backend) -> None:
        """By the last day of what a date covers; documents without one come last."""
        pages = [
            page("không", "lúa"),
            page("tháng-sáu", "lúa", date="2022-06"),
            page("giữa-tháng", "lúa", date="2022-06-15"),
            page("cả-năm", "lúa", date="2022"),
            page("năm-cũ", "lúa", date="2021-12-31"),
        ]
        with self.fill(backend, pages) as view:
            order = ["cả-năm", "tháng-sáu", "giữa-tháng", "năm-cũ", "không"]
            assert ranked(view, Plan(ALL, sort=Sort(DATE))) == order
            assert ranked(view, Plan(None, SCORE, sort=Sort(DATE))) == order
            assert ranked(view, Plan(ALL, sort=Sort(DATE), offset=1, limit=2)) == order[1:3]

    def test_oldest_first(self, backend: Backend) -> None:
        """By the first day; documents without a date still come last."""
        pages = [
            page("không", "lúa"),
            page("tháng-sáu", "lúa", date="2022-06"),
            page("cả-năm", "lúa", date="2022"),
            page("năm-cũ", "lúa", date="2021-12-31"),
        ]
        with self.fill(backend, pages) as view:
            plan = Plan(ALL, SCORE, sort=Sort(DATE, descending=False))
            assert ranked(view, plan) == ["năm-cũ", "cả-năm", "tháng-sáu", "không"]

    def test_documents_of_a_day_come_by_score(self, backend: Backend) -> None:
        pages = [
            page("dài", "lúa trên đồng xa tít tắp", date="2022-06-15"),
            page("ngắn", "lúa lúa", date="2022-06-15"),
            page("mới", "lúa trên đồng xa tít tắp", date="2022-06-16"),
            page("ngoài", "ngô"),
            page("trong", "lúa"),
        ]
        with self.fill(backend, pages) as view:
            plan = Plan(ALL, SCORE, sort=Sort(DATE))
            assert ranked(view, plan) == ["mới", "ngắn", "dài", "trong", "ngoài"]

    def test_documents_of_a_day_come_by_the_whole_score(self, backend: Backend) -> None:
        """That a year covers the origin counts, though it ends on the same day."""
        pages = [
            page("ngày", "lúa trên đồng", date="2022-12-31"),
            page("năm", "lúa trên đồng xa", date="2022"),
        ]
        decay = replace(DECAY, origin=(day("2022-03-01"), day("2022-03-01")))
        with self.fill(backend, pages) as view:
            assert ranked(view, Plan(None, SCORE, sort=Sort(DATE))) == ["ngày", "năm"]
            assert ranked(view, Plan(None, SCORE, decay, sort=Sort(DATE))) == ["năm", "ngày"]
