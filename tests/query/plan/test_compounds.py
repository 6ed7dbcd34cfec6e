"""Which neighbours of a query are one word, and how bare ones are marked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from searchengine import SearchEngine

Make = Callable[..., SearchEngine]

#: Pages where every syllable of the names is common by itself.
OTHERS = [
    *[f"Tâm lý người Mỹ ở bang {name}." for name in "Iowa Utah Ohio Maine Texas".split()],
    *[
        f"Cô Thị Lan, cậu Minh và anh Khai ở bản {name}, họ Nguyễn."
        for name in "Lát Nậm Ta".split()
    ],
]
SINGER = [f"Mỹ Tâm\nHát ở {place}." for place in "Huế Vinh Lào Pleiku".split()]


def full(engine: SearchEngine, query: str) -> list[str]:
    """The texts of the pages that match in full."""
    hits = engine.search(query, limit=50, correct=False, fold_duplicates=False)
    return sorted(engine.get(hit.id).text for hit in hits if not hit.partial)


@pytest.mark.parametrize("query", ["my tam", "mỹ tâm", "Mỹ Tâm", "mỹ tam"])
def test_a_name_is_one_word_however_it_is_typed(make_engine: Make, query: str) -> None:
    engine = make_engine(*SINGER, "Phía Mỹ tạm dừng cấp phép.", "Ca si My Tam hat.", *OTHERS)
    assert full(engine, query) == sorted([*SINGER, "Ca si My Tam hat."])


def test_where_pages_mostly_mean_two_things_both_count(make_engine: Make) -> None:
    pages = [
        *[f"Cháy chung cư {name}." for name in "Hoa Sen Cúc Mai".split()],
        *[f"Tìm chứng cứ vụ {name}." for name in "Hoa Sen Cúc Mai".split()],
    ]
    engine = make_engine(*pages, *OTHERS)
    assert full(engine, "chung cu") == sorted(pages)
    assert full(engine, "chung cư") == sorted(pages[:4])


def test_neighbours_that_are_no_word_need_not_stand_side_by_side(make_engine: Make) -> None:
    apart = [f"Lúa ở {name} mười ngày mới chín." for name in "Lát Nậm Ta Cắn Lay Sơ".split()]
    engine = make_engine("Lúa chín rồi.", *apart, *OTHERS)
    assert full(engine, "lua chin") == full(engine, "lúa chín") == sorted([*apart, "Lúa chín rồi."])


STREET = [f"Phố Nguyễn Thị Minh Khai ở {place}." for place in "Huế Vinh Lào Pleiku".split()]


@pytest.mark.parametrize("query", ["Nguyễn Thị Minh Khai", "Phố Nguyễn Thị Minh Khai"])
def test_a_name_of_four_syllables_is_one_word(make_engine: Make, query: str) -> None:
    engine = make_engine(*STREET, "Bà Nguyễn Thị Lan gặp Minh Khai.", *OTHERS)
    assert full(engine, query) == sorted(STREET)


@pytest.mark.parametrize("query", ["Trần Đại Quang", "trần đại quang"])
def test_a_name_of_three_syllables_is_one_word(make_engine: Make, query: str) -> None:
    street = [f"Phố Trần Đại Quang ở {place}." for place in "Huế Vinh Lào Pleiku".split()]
    engine = make_engine(*street, "Trần Đại rồi tới vinh quang.", *OTHERS)
    assert full(engine, query) == sorted(street)


def test_two_names_side_by_side_are_two(make_engine: Make) -> None:
    apart = [f"Đội Việt Nam đá ở {name}, sân Thường Châu." for name in "Lát Nậm Ta Cắn".split()]
    engine = make_engine("Việt Nam, Thường Châu tuyết trắng.", *apart, *OTHERS)
    assert len(full(engine, "Việt Nam Thường Châu")) == 5
