"""Which fields the first records suggest."""

from __future__ import annotations

from typing import Any

import pytest

from searchengine.pages.field_inference import infer_fields


def records(name: str, *values: Any) -> list[dict[str, Any]]:
    return [{name: value} for value in values]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["Nghị quyết", "Công văn"] * 5, "keyword"),
        ([["Y tế", "Xã hội"], ["Y tế"], "Giáo dục"] * 4, "keyword"),
        ([1, 2.5, 3, 4, 5, 6], "number"),
        (["2022-07-03", "2021-01-01T08:00:00Z"] * 3, "date"),
    ],
)
def test_each_kind(values: list[Any], kind: str) -> None:
    assert infer_fields(records("loại", *values)) == {"loại": kind}


@pytest.mark.parametrize(
    "values",
    [
        [f"https://xa.vn/tin/{n}" for n in range(20)],
        ["Một câu rất dài. " * 10] * 10,
        [True, False] * 5,
        ["Nghị quyết", 3] * 5,
        [{"a": 1}] * 10,
        ["Công văn"] * 2 + [None] * 8,
        ["Công văn"] * 4,
        ["  "] * 10,
    ],
)
def test_what_may_be_anything_is_left_alone(values: list[Any]) -> None:
    assert infer_fields(records("gì", *values)) == {}


def test_nothing_suggests_nothing() -> None:
    assert infer_fields([]) == {}
    assert infer_fields([{}] * 10) == {}
