"""What is counted beside the documents: facets and histograms."""

from __future__ import annotations

import pytest

from searchengine.backends.contract.base import ALL, Contract, page, terms
from searchengine.backends.counts import MAX_BARS, Histogram
from searchengine.backends.fields import FACET_NAMES
from searchengine.backends.protocol import Backend
from searchengine.backends.values import (
    FacetSpec,
    FieldTerm,
    Order,
    Plan,
    RangeQuery,
    Sort,
    TermQuery,
)
from searchengine.text.streams import FOLDED, SYLLABLES

PAGES = (
    page("1", "gió mùa về", date="2021-11-20", place="xã Đông Hải", author="An"),
    page("2", "gió bấc", date="2021-11", place="xã An Hải", author="An"),
    page("3", "gió nồm", date="2022", place="xã Ân Hải", source="Báo Biển"),
    page("4", "gió chướng", date="2022-02-01", place="xã Đông Hải", author="Ân"),
    page("5", "lặng gió", place="xã Áng Hải", author="An"),
    page("6", "nắng to", date="2022-03-05", place="xã Dông Hải"),
)
WIND = TermQuery(FOLDED, "gio")


def listed(counts: dict[str, int]) -> list[tuple[str, int]]:
    """The values of a facet in the order in which they were given."""
    return list(counts.items())


class CountingContract(Contract):
    """Facets and histograms of all that a plan matches."""

    def test_values_come_commonest_first_then_the_vietnamese_way(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            found = view.facets(Plan(ALL), ("place", "author"), 10, "count")
            assert list(found) == ["place", "author"]
            assert listed(found["place"]) == [
                ("xã Đông Hải", 2),
                ("xã An Hải", 1),
                ("xã Áng Hải", 1),
                ("xã Ân Hải", 1),
                ("xã Dông Hải", 1),
            ]
            assert listed(found["author"]) == [("An", 3), ("Ân", 1)]

    def test_values_by_name(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            found = view.facets(Plan(ALL), ("place",), 3, "name")
            assert listed(found["place"]) == [("xã An Hải", 1), ("xã Áng Hải", 1), ("xã Ân Hải", 1)]

    @pytest.mark.parametrize("order", ["count", "name"])
    def test_years_and_months_come_newest_first(self, backend: Backend, order: Order) -> None:
        """A document of a whole year is of none of its months."""
        with self.fill(backend, PAGES) as view:
            found = view.facets(Plan(ALL), ("month", "year"), 10, order)
            assert listed(found["year"]) == [("2022", 3), ("2021", 2)]
            assert listed(found["month"]) == [("2022-03", 1), ("2022-02", 1), ("2021-11", 2)]

    def test_a_document_counts_for_its_folder_and_all_above_it(self, backend: Backend) -> None:
        folders = ("2024", "2024/Nghị quyết/Quý 1", "", "Nghị quyết/", "Nghi\u0323 quyết")
        papers = [page(str(at), folder=folder) for at, folder in enumerate(folders)]
        with self.fill(backend, papers) as view:
            assert listed(view.facets(Plan(ALL), ("folder",), 10, "count")["folder"]) == [
                ("2024", 2),
                ("Nghị quyết", 2),
                ("2024/Nghị quyết", 1),
                ("2024/Nghị quyết/Quý 1", 1),
            ]
            assert view.frequencies([FieldTerm("folder", "2024/Nghị quyết")]) == [1]

    def test_a_limit_cuts_after_ordering(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            found = view.facets(Plan(ALL), ("place", "year"), 2, "count")
            assert listed(found["place"]) == [("xã Đông Hải", 2), ("xã An Hải", 1)]
            assert listed(view.facets(Plan(ALL), ("year",), 1, "count")["year"]) == [("2022", 3)]

    def test_only_what_matches_is_counted(self, backend: Backend) -> None:
        plan = Plan(WIND, filters=(RangeQuery("date", None, None),))
        with self.fill(backend, PAGES) as view:
            found = view.facets(plan, FACET_NAMES, 10, "count")
            assert listed(found["place"]) == [
                ("xã Đông Hải", 2),
                ("xã An Hải", 1),
                ("xã Ân Hải", 1),
            ]
            assert found["source"] == {"Báo Biển": 1}
            assert view.facets(Plan(None), ("place",), 10, "count") == {"place": {}}

    def test_a_search_counts_what_it_matches_and_not_what_it_shows(self, backend: Backend) -> None:
        spec = FacetSpec(("year", "author"), 1)
        with self.fill(backend, PAGES) as view:
            for plan in (
                Plan(WIND, facets=spec, limit=1, offset=3),
                Plan(None, terms(FOLDED, "gio"), facets=spec, limit=1),
                Plan(WIND, facets=spec, sort=Sort("date"), limit=0),
                Plan(WIND, facets=spec, fold_duplicates=True),
            ):
                assert view.search(plan).facets == {"year": {"2022": 2}, "author": {"An": 3}}

    def test_without_facets_asked_for_there_are_none(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            assert view.search(Plan(WIND)).facets == {}

    def test_a_histogram_has_no_gaps(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            assert view.histogram(Plan(ALL), "month") == Histogram(
                by="month",
                bars=(
                    ("2021-11", 2),
                    ("2021-12", 0),
                    ("2022-01", 0),
                    ("2022-02", 1),
                    ("2022-03", 1),
                ),
                earlier=0,
                year_only=1,
                undated=1,
            )

    def test_a_histogram_by_year(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            found = view.histogram(Plan(None, terms(SYLLABLES, "gió")), "year")
            assert found == Histogram("year", (("2021", 2), ("2022", 2)), 0, 0, 1)

    def test_a_histogram_of_undated_documents_has_no_bars(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            plan = Plan(TermQuery(SYLLABLES, "lặng"))
            assert view.histogram(plan, "year") == Histogram("year", (), 0, 0, 1)
            of_a_year = Plan(TermQuery(SYLLABLES, "nồm"))
            assert view.histogram(of_a_year, "month") == Histogram("month", (), 0, 1, 0)
            assert view.histogram(Plan(None), "year") == Histogram("year", (), 0, 0, 0)

    def test_a_histogram_has_so_many_bars_at_most(self, backend: Backend) -> None:
        pages = [
            page("bia", "bia đá", date="1463-05-02"),
            page("ảnh", "ảnh cũ", date=f"{2022 - MAX_BARS // 12}-06-01"),
            page("tin", "tin mới", date="2022-05-31"),
        ]
        with self.fill(backend, pages) as view:
            found = view.histogram(Plan(ALL), "month")
            assert (len(found), found.earlier, found.total) == (MAX_BARS, 1, 3)
            assert found[0] == ("1922-06", 1)
            assert found[len(found) - 1] == ("2022-05", 1)
            assert len(view.histogram(Plan(ALL), "year")) == 560
