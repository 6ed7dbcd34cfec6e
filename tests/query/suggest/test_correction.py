"""Did you mean: what is suggested for a misspelt or bare query, and when nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchengine import Document, SearchEngine
from searchengine.deadline import limited
from searchengine.errors import TimeLimitError
from searchengine.query.suggest.correction import corrected
from searchengine.query.suggest.pair_forms import NO_PAGES
from searchengine.text.folding import fold
from searchengine.text.lexicon.confusions import mark_cost, slips_of, sounds_like, spellings_of

#: A few pages in which every word of the tests stands in its usual company.
PAGES = [
    "Đại hội đảng bộ phường bầu ban chấp hành khóa mới với mười lăm đồng chí.",
    "Đảng bộ xã tổ chức đại hội, thông qua nghị quyết về giải pháp phát triển kinh tế.",
    "Hội nghị bàn giải pháp xử lý vi phạm giao thông ở cửa ngõ thành phố.",
    "Công an xử lý vi phạm giao thông, tạm giữ nhiều xe máy tự chế.",
    "Cán bộ nghỉ hưu sớm được hưởng chế độ theo quy định; người nghỉ hưu nhận sổ ở phường.",
    "Sau khi nghỉ hưu, bác Lành trồng rau. Nhiều người nghĩ rằng trồng rau rất khó.",
    "Trường học sửa chữa mái nhà trước năm học mới; thợ sửa chữa làm cả ngày chủ nhật.",
    "Lãnh đạo phường gặp gỡ bà con. Lãnh đạo các đoàn thể cùng dự buổi gặp gỡ.",
    "Giải pháp chống ngập: nạo vét cống, sửa chữa trạm bơm, lãnh đạo quận cho biết.",
    "Đại hội đảng bộ quận thành công tốt đẹp; đảng bộ quận có năm mươi chi bộ.",
    "Ban nhạc Facebook Live biểu diễn tại Đà Nẵng, khán giả cổ vũ nồng nhiệt.",
    "Kỷ luật lao động ở nhà máy rất nghiêm; công nhân giữ kỷ luật.",
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    directory = tmp_path_factory.mktemp("correct") / "index"
    with SearchEngine.open(directory, create=True) as opened:
        with opened.writer() as writer:
            for number, text in enumerate(PAGES * 5):
                writer.add(Document(id=str(number), text=text))
        yield opened


def suggestion(engine: SearchEngine, query: str) -> str | None:
    return engine.search(query, correct=False).suggestion


@pytest.mark.parametrize(
    ("bare", "restored"),
    [
        ("dai hoi dang bo", "đại hội đảng bộ"),
        ("nghi huu som", "nghỉ hưu sớm"),
        ("Dai Hoi dang bo", "Đại Hội đảng bộ"),
        ("DAI HOI DANG BO", "ĐẠI HỘI ĐẢNG BỘ"),
        ("ki luat lao dong", "kỷ luật lao động"),
    ],
)
def test_a_bare_query_gets_its_diacritics_back(
    engine: SearchEngine, bare: str, restored: str
) -> None:
    assert suggestion(engine, bare) == restored


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nghĩ hưu sớm", "nghỉ hưu sớm"),  # hỏi, ngã
        ("sữa chữa mái nhà", "sửa chữa mái nhà"),
        ("sử lý vi phạm", "xử lý vi phạm"),  # s, x
        ("dải pháp chống ngập", "giải pháp chống ngập"),  # d, gi
        ("nãnh đạo phường", "lãnh đạo phường"),  # l, n
        ("đại hội đản bộ", "đại hội đảng bộ"),  # n, ng
        ("vi phạm giao thôngg", "vi phạm giao thông"),  # a letter doubled
        ("đại hội đảng bộ phừơgn", "đại hội đảng bộ phường"),  # two letters swapped
        ("nghi hưu sớm", "nghỉ hưu sớm"),  # a tone left out
        ("đại hội đng bộ", "đại hội đảng bộ"),  # a letter left out, and its marks
        ("xử lý vi phm giao thông", "xử lý vi phạm giao thông"),
        ("giải pháp chốg ngập", "giải pháp chống ngập"),
        ("lãnh đạo phườg", "lãnh đạo phường"),
        ("nghỉ ưu sớm", "nghỉ hưu sớm"),  # what is left is a word too
        ("rải pháp chống ngập", "giải pháp chống ngập"),  # r, gi
        ("lãnh đạoo phườg", "lãnh đạo phường"),  # two side by side
    ],
)
def test_a_misspelt_word_is_mended_by_its_neighbours(
    engine: SearchEngine, typed: str, meant: str
) -> None:
    assert suggestion(engine, typed) == meant


@pytest.mark.parametrize(
    "query",
    [
        "đại hội đảng bộ",
        "người nghĩ rằng trồng rau",  # nghĩ is right here
        "kỉ luật lao động",  # i or y is custom, not a mistake
        "sửa chữa",
        "facebook live",
        "Facebook",
        "kubernetes docker",
        "12/2022",
        "74-KH/ĐU",
        "UBND",
    ],
)
def test_what_is_fine_or_foreign_is_left_alone(engine: SearchEngine, query: str) -> None:
    assert suggestion(engine, query) is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"nghỉ hưu" xử lí vi phạmm', '"nghỉ hưu" xử lí vi phạm'),
        ("title:đại sử lý vi phạm", "title:đại xử lý vi phạm"),
        ("sử lý vi phạm -quan", "xử lý vi phạm -quan"),
        ("dang bo AND phuong", "đảng bộ AND phường"),
        ("dang bo date:2022..", "đảng bộ date:2022.."),
        ('dang bo place:"phuong moi"', 'đảng bộ place:"phuong moi"'),
        ("dang bo +12", "đảng bộ +12"),
        # With diacritics beside it, what is held would be asked for without them.
        ('"dai hoi" dang bo', None),
        ("title:dai dang bo", None),
        ("dang bo -quan", None),
        ("+dai dang bo", None),
        ("dai* dang bo", None),
        ('"dai hoi dang bo"', None),
        ("dai hoi  dang bo!", "đại hội  đảng bộ!"),
    ],
)
def test_only_bare_words_change(engine: SearchEngine, query: str, expected: str | None) -> None:
    assert suggestion(engine, query) == expected


def test_nothing_is_imposed(engine: SearchEngine) -> None:
    results = engine.search("nghĩ hưu sớm")
    assert results.query == "nghĩ hưu sớm"
    assert results.to_json()["suggestion"] == "nghỉ hưu sớm"


def test_the_suggestion_is_an_option(engine: SearchEngine) -> None:
    assert engine.search("dai hoi dang bo", suggest=False).suggestion is None


def test_no_word_is_considered_when_the_time_is_over(engine: SearchEngine) -> None:
    with engine.open_view() as view, limited(1e-9), pytest.raises(TimeLimitError):
        corrected(view._view.lexicon(), "dai hoi dang bo", NO_PAGES)


def test_keystrokes_that_were_understood_get_no_suggestion(engine: SearchEngine) -> None:
    results = engine.search("ddaij hooij ddarng booj")
    assert any("đại hội đảng bộ" in note for note in results.notes)
    assert results.suggestion is None


#: Pages of words with the letters of dầu, each commoner.
COMMON = [
    *[f"Từ đầu tuần {number}, họp xóm." for number in range(110)],
    *[
        f"Xóm {number} có {word} ở ngõ."
        for word in "đấu dấu đâu đau".split()
        for number in range(20)
    ],
]


def indexed(directory: Path, texts: Sequence[str]) -> SearchEngine:
    engine = SearchEngine.open(directory / "index", create=True)
    with engine.writer() as writer:
        for number, text in enumerate(texts):
            writer.add(Document(id=str(number), text=text))
    return engine


def test_what_stands_beside_a_mistake_is_seen_beside_what_that_means(tmp_path: Path) -> None:
    prices = [f"Xăng dầu ở {place} tăng giá." for place in "Huế Vinh Lào Pleiku".split()]
    with indexed(tmp_path, [*prices * 8, *COMMON, "Dàu."]) as engine:
        assert suggestion(engine, "xănng dàu") == "xăng dầu"


def test_half_a_correction_is_none(tmp_path: Path) -> None:
    """The second word may be several things beside the first, which is clear by itself."""
    ways = [f"Xăng {word} ở Huế." for word in ("dầu", "dấu", "dậu")]
    with indexed(tmp_path, [*ways * 16, *COMMON, "Dàu."]) as engine:
        assert suggestion(engine, "xănng dàu") is None
        assert suggestion(engine, "xănng dầu") == "xăng dầu"


def test_words_of_deleted_pages_are_not_suggested(make_engine: Callable[..., SearchEngine]) -> None:
    engine = make_engine("Chè trôi nước ngon", "Trang thứ hai")
    assert suggestion(engine, "che troi nuoc") == "chè trôi nước"
    engine.delete(["a"])
    assert suggestion(engine, "che troi nuoc") is None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_no_query_text_breaks_it(engine: SearchEngine, text: str) -> None:
    from searchengine.errors import QueryError

    try:
        found = engine.search(text).suggestion
    except QueryError:
        return
    assert found is None or found.strip()


def test_spellings_of_a_bare_syllable() -> None:
    assert {"đại", "dài", "đài", "dãi"} <= set(spellings_of("dai"))
    assert {"kỷ", "kỳ", "kí"} & set(spellings_of("ky")) == {"kỷ", "kỳ"}  # ký is the commoner
    assert all(fold(word) in ("ky", "ki") for word in spellings_of("ky"))
    assert "lắk" in spellings_of("lak")
    assert spellings_of("facebook") == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("su", "xu"),
        ("che", "tre"),
        ("giai", "dai"),
        ("rai", "dai"),
        ("lam", "nam"),
        ("ban", "bang"),
    ],
)
def test_what_sounds_alike_does_so_both_ways(one: str, other: str) -> None:
    assert other in dict(sounds_like(one))
    assert one in dict(sounds_like(other))


def test_a_doubled_letter_costs_less_than_a_wrong_key() -> None:
    slips = dict(slips_of("thongg"))
    assert slips["thong"] < dict(slips_of("thonh"))["thong"]


def test_marks_cost_where_they_differ() -> None:
    assert mark_cost("đại", "đại") == 0
    assert 0 < mark_cost("đại", "đài") < mark_cost("đại", "dài")
