"""Documents grouped by a value: counts equal counting one by one."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from searchengine.backends.embedded.index.doc_groups import (
    NO_GROUPS,
    Groups,
    Matched,
    Names,
    grouped,
)


def by_hand(codes: list[int], mask: list[bool]) -> Counter[int]:
    return Counter(code for code, holds in zip(codes, mask, strict=True) if holds and code >= 0)


def random_codes(seed: int, count: int) -> list[int]:
    """Few large groups and many small ones; a third of the documents have no code."""
    rng = np.random.default_rng(seed)
    codes = np.minimum(rng.zipf(1.3, count), 5000)
    codes[rng.random(count) < 0.33] = -1
    return [int(code) for code in codes]


def groups_of(codes: list[int]) -> Groups:
    docs = np.array([d for d, code in enumerate(codes) if code >= 0], np.int32)
    return grouped(docs, np.array([code for code in codes if code >= 0], np.int32))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("share", [0.0, 0.002, 0.3, 1.0])
def test_counts_and_the_largest_groups(seed: int, share: float) -> None:
    codes = random_codes(seed, 3000)
    groups = groups_of(codes)
    mask = np.random.default_rng(seed).random(3000) < share
    expected = by_hand(codes, mask.tolist())
    matched = Matched(mask)
    assert (matched.few is None) == (share > 0.25)
    counts = dict(zip(groups.codes.tolist(), groups.counts(matched).tolist(), strict=True))
    assert {code: count for code, count in counts.items() if count} == expected
    for wanted in (1, 3, 20, 500, 10_000):
        found, held = groups.largest(matched, wanted)
        shown = Counter(dict(zip(found.tolist(), held.tolist(), strict=True)))
        least = sorted(expected.values(), reverse=True)[:wanted][-1:] or [1]
        assert shown == {code: count for code, count in expected.items() if count >= least[0]}


def test_groups_grow_with_a_commit() -> None:
    before, after = random_codes(1, 1000), random_codes(2, 300)
    end = 900
    docs = np.array([end + d for d, code in enumerate(after) if code >= 0], np.int32)
    added = np.array([code for code in after if code >= 0], np.int32)
    extended = groups_of(before).extended(end, docs, added)
    whole = groups_of(before[:end] + after)
    for part in ("docs", "codes", "ends"):
        one, other = getattr(extended, part), getattr(whole, part)
        np.testing.assert_array_equal(one, other)


def test_the_documents_of_some_groups() -> None:
    groups = groups_of([2, -1, 0, 2, 1, 0])
    chosen = np.isin(groups.codes, [0, 1])
    assert sorted(groups.within(chosen).tolist()) == [2, 4, 5]


def test_no_groups_count_nothing() -> None:
    for mask in (np.ones(3, np.bool_), np.zeros(3, np.bool_)):
        assert NO_GROUPS.counts(Matched(mask)).tolist() == []
        assert NO_GROUPS.largest(Matched(mask), 5)[0].tolist() == []


def test_a_document_counts_in_each_of_its_groups() -> None:
    groups = grouped(np.array([7, 3, 7, 9, 0], np.int32), np.array([1, 1, 0, 4, 4], np.int32))
    mask = np.zeros(40, np.bool_)
    mask[[3, 7, 8]] = True
    assert Matched(mask).few is not None
    counts = dict(zip(groups.codes.tolist(), groups.counts(Matched(mask)).tolist(), strict=True))
    assert counts == {0: 1, 1: 2, 4: 0}
    codes, held = groups.largest(Matched(mask), 1)
    assert (codes.tolist(), held.tolist()) == ([1], [2])


def test_names_keep_their_numbers() -> None:
    names = Names()
    assert names.numbers(["xã Đông Dư", "Ấp Mới", "xã Đông Dư"]) == [0, 1, 0]
    assert names.numbers(["Đa Kao", "Ấp Mới"]) == [2, 1]
    assert names.strings == ["xã Đông Dư", "Ấp Mới", "Đa Kao"]


def test_ranks_follow_names_that_come_later() -> None:
    names = Names()
    names.numbers(["xã Đông Dư", "Ấp Mới"])
    assert names.ranks().tolist() == [1, 0]
    names.numbers(["xã Dương Xá", "An Khánh"])
    assert names.ranks().tolist() == [3, 1, 2, 0]


def test_names_are_found_by_the_syllables_that_they_hold() -> None:
    names = Names()
    names.numbers(["xã Đông Dư", "Ấp Mới", "Đông Ngạc"])
    assert names.holding(["dong"]) == [0, 2]
    assert names.holding(["du", "dong"]) == [0]
    assert names.holding(["dong", "moi"]) == names.holding(["không có"]) == []
    names.numbers(["Mới Đông"])
    assert names.holding(["dong", "moi"]) == [3]
    assert names.holding(["dong"]) == [0, 2, 3]
