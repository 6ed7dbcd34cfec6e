"""Fields that an index declares: filtered by, counted, sorted by, and kept with the settings."""

from __future__ import annotations

from typing import Any

import pytest

from searchengine.backends.contract.base import ALL, Contract, day, matched, ranked
from searchengine.backends.fields import Field, IndexSettings
from searchengine.backends.protocol import Backend, View
from searchengine.backends.values import DATE, Plan, RangeQuery, Sort, ValueQuery
from searchengine.document import Document
from searchengine.errors import InputError

FIELDS = (Field("loại", "keyword"), Field("trang", "number"), Field("ngày ký", "date"))


def record(id_: str, **extra: Any) -> Document:
    """Return a document with extra fields."""
    return Document(id=id_, text="Văn bản của thôn", extra=extra)


class DeclaredFieldsContract(Contract):
    """What a declared field does, and what an index keeps of what it was told."""

    def records(self, backend: Backend) -> View:
        """Return a view of four records, the last of which has nothing that can be kept."""
        self.declare(backend, *FIELDS)
        return self.fill(
            backend,
            [
                record("a", loại="Hương ước", trang=3, **{"ngày ký": "2022-07-03"}),
                record("b", loại=["Biên bản", "Phụ lục"], trang="12", **{"ngày ký": "2021-01-01"}),
                record("c", loại="Tờ trình", trang=2.5),
                record("d", loại=None, trang="dày", **{"ngày ký": "hôm qua"}),
            ],
        )

    def test_the_order_of_fields_may_change_while_documents_are_written(
        self, backend: Backend
    ) -> None:
        fields = (*FIELDS, Field("tờ", "number"))
        self.declare(backend, *fields)
        with backend.writer() as writer:
            for number in range(1100):  # More than are made into arrays together.
                writer.add(record(f"{number}", trang=number))
            writer.configure(IndexSettings(fields=fields[::-1]))
            writer.add(record("sau", trang=1050))
        backend.refresh()
        with backend.open_view() as view:
            assert view.document_count == 1101
            assert view.settings.fields == fields[::-1]
            assert matched(view, ALL, RangeQuery("trang", 1050, 1050)) == {"1050", "sau"}

    def test_a_keyword_is_found_by_syllables_side_by_side(self, backend: Backend) -> None:
        with self.records(backend) as view:
            assert matched(view, ALL, ValueQuery("loại", ("huong", "uoc"), True)) == {"a"}
            assert matched(view, ALL, ValueQuery("loại", ("phụ", "lục"), False)) == {"b"}
            assert matched(view, ALL, ValueQuery("loại", ("phu", "lục"), False)) == set()

    def test_numbers_and_dates_are_found_by_ranges(self, backend: Backend) -> None:
        with self.records(backend) as view:
            assert matched(view, RangeQuery("trang", 2.5, 3)) == {"a", "c"}
            assert matched(view, RangeQuery("trang", None, None)) == {"a", "b", "c"}
            signed = RangeQuery("ngày ký", day("2021-06-01"), None)
            assert matched(view, signed) == {"a"}

    def test_they_sort_and_documents_without_a_value_come_last(self, backend: Backend) -> None:
        with self.records(backend) as view:

            def order(field: str, descending: bool) -> str:
                return "".join(ranked(view, Plan(ALL, sort=Sort(field, descending))))

            assert order("trang", True) == "bacd"
            assert order("trang", False) == "cabd"
            assert order("loại", False) == "bacd"
            assert order("ngày ký", True)[:2] == "ab"

    def test_values_are_counted_and_numbers_sort_by_size(self, backend: Backend) -> None:
        with self.records(backend) as view:
            found = view.facets(Plan(ALL), ("trang", "loại"), 10, "name")
            assert list(found["trang"].items()) == [("2.5", 1), ("3", 1), ("12", 1)]
            assert list(found["loại"]) == ["Biên bản", "Hương ước", "Phụ lục", "Tờ trình"]

    def test_what_is_not_declared_is_an_error(self, backend: Backend) -> None:
        with self.records(backend) as view:
            with pytest.raises(InputError, match="no field"):
                view.facets(Plan(ALL), ("cỡ chữ",), 10, "name")
            with pytest.raises(InputError, match="no field"):
                view.search(Plan(ALL, sort=Sort("cỡ chữ")))

    def test_settings_are_of_a_commit(self, backend: Backend) -> None:
        with self.records(backend) as before:
            with backend.writer() as writer:
                writer.configure(IndexSettings("trang, tờ", FIELDS))
            backend.refresh()
            with backend.open_view() as after:
                assert after.settings == IndexSettings("trang, tờ", FIELDS)
                assert after.version != before.version
            assert before.settings == IndexSettings(fields=FIELDS)

    def test_fields_are_declared_before_the_first_document(self, backend: Backend) -> None:
        with self.records(backend) as view, backend.writer() as writer:
            with pytest.raises(InputError, match="documents"):
                writer.configure(IndexSettings())
            assert view.search(Plan(ALL, sort=Sort(DATE))).total == 4

    def test_fields_are_declared_anew_where_every_document_goes(self, backend: Backend) -> None:
        with self.records(backend) as view:
            every = list(view.documents())
            settings = IndexSettings(fields=FIELDS[:1])
            with backend.writer() as writer:
                for document in every:
                    writer.delete(document.id)
                writer.configure(settings)
                writer.add(every[0])
            backend.refresh()
            with backend.open_view() as after:
                assert after.settings == settings
                assert list(after.documents()) == every[:1]
            assert list(view.documents()) == every
