"""Documents check themselves when they are made, and say which one is wrong and where."""

from __future__ import annotations

import datetime
import json
import math
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchengine import Document
from searchengine.document import EXTRA_DEPTH, restored
from searchengine.errors import InputError


def made(**values: Any) -> Document:
    return Document(**{"id": "tin-1", "text": "Chi bộ khu 5B họp.", **values})


def test_a_datetime_is_taken_for_its_vietnamese_day() -> None:
    moment = datetime.datetime(2022, 7, 2, 18, 30, tzinfo=datetime.timezone.utc)
    document = made(date=moment)
    assert document.date == datetime.date(2022, 7, 3)
    assert not isinstance(document.date, datetime.datetime)
    assert document.date_precision == "day"


def test_a_datetime_without_a_zone_is_local() -> None:
    assert made(date=datetime.datetime(2022, 7, 3, 1, 30)).date == datetime.date(2022, 7, 3)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"id": 5}, "the id of a document must be text, not int: 5"),
        ({"id": ""}, "a document has no id: give one to that which begins 'Chi bộ khu 5B họp.'"),
        ({"id": "", "title": "Tin"}, "a document has no id: give one to that which begins 'Tin'"),
        ({"text": None}, "document 'tin-1': its text must be text, not None"),
        ({"title": b"Tin"}, "document 'tin-1': its title must be text, not bytes"),
        ({"place": None}, "document 'tin-1': its place must be text, not None"),
        ({"author": ["Lan"]}, "document 'tin-1': its author must be text, not list"),
        ({"source": 1}, "document 'tin-1': its source must be text, not int"),
        ({"path": 1}, "document 'tin-1': its path must be text, not int"),
        ({"content_hash": 1}, "document 'tin-1': its content_hash must be text, not int"),
        ({"original": 1}, "document 'tin-1': its original must be text or None, not int"),
        (
            {"date": "2022-07-03"},
            "document 'tin-1': its date must be a datetime.date or None, not str",
        ),
        (
            {"date_precision": "week"},
            "document 'tin-1': its date_precision must be one of day, month, year, none",
        ),
        (
            {"date_origin": "guess"},
            "document 'tin-1': its date_origin must be one of "
            "metadata, address, paper, stamp, lead, term, year, none",
        ),
        ({"numbers": ["74-KH/ĐU"]}, "document 'tin-1': its numbers must be a tuple of texts"),
        ({"numbers": (74,)}, "document 'tin-1': its numbers must be a tuple of texts"),
        (
            {"term_of_office": (2020,)},
            "document 'tin-1': its term_of_office must be a tuple of two years, or None",
        ),
        (
            {"term_of_office": [2020, 2025]},
            "document 'tin-1': its term_of_office must be a tuple of two years, or None",
        ),
        ({"extra": None}, "document 'tin-1': its extra must be a dict of JSON values, not None"),
    ],
)
def test_a_field_of_the_wrong_type_is_told(values: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InputError) as refused:
        made(**values)
    assert str(refused.value) == complaint


def deep(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels - 1):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ({1, 2}, "a set"),
        ((1, 2), "a tuple"),
        (b"x", "a bytes"),
        (datetime.date(2022, 7, 3), "a date"),
        (math.nan, "the number nan"),
        ([{"x": math.inf}], "the number inf"),
        ({"x": {1: 2}}, "an object with a name that is no text"),
        pytest.param(10**5000, "a number of more than 14,000 bits", id="a long number"),
        (deep(EXTRA_DEPTH + 1), "lists or objects more than 100 deep"),
    ],
)
def test_an_extra_field_that_is_no_json_is_told(value: Any, what: str) -> None:
    with pytest.raises(InputError) as refused:
        made(extra={"lượt": 5, "nhãn": value})
    complaint = f"document 'tin-1': its extra field 'nhãn' holds {what}; give JSON values only"
    assert str(refused.value) == complaint


def test_the_name_of_an_extra_field_is_text() -> None:
    with pytest.raises(InputError, match="names of extra fields must be text, not int: 1"):
        made(extra={1: 2})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)  # fmt: skip


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), JSON))
def test_extra_fields_that_are_json_stay_as_they_are(extra: dict[str, Any]) -> None:
    document = made(extra=extra)
    assert json.loads(json.dumps(document.extra)) == extra
    assert pickle.loads(pickle.dumps(document)) == document


def test_lists_may_be_as_deep_as_is_said() -> None:
    assert made(extra={"x": deep(EXTRA_DEPTH)}).extra["x"] == deep(EXTRA_DEPTH)


def test_what_an_index_kept_is_not_checked_again() -> None:
    document = restored(id="cũ", text="", place=None, extra={"x": math.nan})
    assert (document.place, document.title, document.date) == (None, "", None)
    with pytest.raises(TypeError, match="no field 'tuổi'"):
        restored(id="cũ", text="", tuổi=3)
