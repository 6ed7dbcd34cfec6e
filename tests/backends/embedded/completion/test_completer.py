"""Completion: what is offered while somebody types."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchengine import Document, SearchEngine
from searchengine.text.tone import canonical_tones

TITLES = [
    "Đại hội đảng bộ phường An Bình",
    "Đại hội đảng bộ xã Phú Hòa",
    "Đại hội đảng bộ thị trấn",
    "Khai mạc đại hội công đoàn",
    "Đại học mở thêm ngành luật",
    "Kỷ luật hai cán bộ phường",
    "Hòa Bình đón khách du lịch",
    "Bảng giá đất năm mới",
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    directory = tmp_path_factory.mktemp("complete") / "index"
    with SearchEngine.open(directory, create=True) as opened:
        with opened.writer() as writer:
            for number, title in enumerate(TITLES):
                text = f"{title}.\nBà con trồng hoa cúc, hoa hồng trước nhà văn hóa khu phố."
                writer.add(Document(id=str(number), title=title, text=text))
        yield opened


@pytest.mark.parametrize("typed", ["dai hoi d", "đại hội đ", "đai hoi đ", "đại hoi d", "DAI HOI D"])
def test_a_phrase_goes_on_as_titles_do(engine: SearchEngine, typed: str) -> None:
    found = engine.suggest(typed)
    assert found[0].lower() == "đại hội đảng bộ"


def test_phrases_come_before_whole_titles(engine: SearchEngine) -> None:
    found = engine.suggest("dai hoi d")
    assert "Đại hội đảng bộ phường An Bình" in found[1:]


def test_a_word_is_completed_from_the_vocabulary(engine: SearchEngine) -> None:
    assert "văn hóa" in engine.suggest("văn") or "văn hóa" in engine.suggest("văn h")
    assert engine.suggest("trồ")[0] == "trồng"


def test_no_word_is_offered_with_the_point_of_a_short_form(
    make_engine: Callable[..., SearchEngine],
) -> None:
    engine = make_engine("Trường ĐH. Cửu Long và trường ĐHX mời sinh viên.")
    assert engine.suggest("đh") == ["đhx"]


def test_what_follows_is_read_from_texts_where_no_title_helps(engine: SearchEngine) -> None:
    assert engine.suggest("hoa h")[0].lower() == "hoa hồng"
    assert "khu phố" in engine.suggest("khu ")


def test_a_mark_that_was_typed_is_kept(engine: SearchEngine) -> None:
    assert all(one.lower().startswith("bảng") for one in engine.suggest("bả"))
    assert engine.suggest("bạng") == []


@pytest.mark.parametrize("typed", ["hoà b", "hòa b", unicodedata.normalize("NFD", "hòa b")])
def test_tone_placement_and_unicode_form_do_not_matter(engine: SearchEngine, typed: str) -> None:
    assert engine.suggest(typed)[0] == "hòa Bình" or engine.suggest(typed)[0] == "Hòa Bình"


@pytest.mark.parametrize("typed", ["ki lu", "ky lu", "kỷ lu", "kỉ lu"])
def test_i_and_y_are_one(engine: SearchEngine, typed: str) -> None:
    assert engine.suggest(typed)[0].lower().startswith("kỷ luật")


def test_a_space_asks_for_the_next_word(engine: SearchEngine) -> None:
    assert "đại hội đảng bộ" in [one.lower() for one in engine.suggest("dai hoi ")]


def test_each_completion_comes_once_and_says_more(engine: SearchEngine) -> None:
    found = [one.lower() for one in engine.suggest("đại hội đảng bộ")]
    assert len(set(found)) == len(found)
    assert "đại hội đảng bộ" not in found


def test_the_limit_holds(engine: SearchEngine) -> None:
    assert len(engine.suggest("d", limit=3)) == 3
    assert engine.suggest("d", limit=0) == []


@pytest.mark.parametrize(
    "prefix", ["", "  ", "!?…", "\0", "😀", "\ud800", "x" * 1_000_000, "zzzz", "*", "../", "شمس"]
)
def test_odd_prefixes_complete_to_nothing(engine: SearchEngine, prefix: str) -> None:
    assert engine.suggest(prefix) == []


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=30) | st.text("đaihoảộ \0\"'.,-:", max_size=12))
def test_no_prefix_raises(engine: SearchEngine, prefix: str) -> None:
    assert all(isinstance(one, str) and one for one in engine.suggest(prefix))


def test_an_empty_index_completes_nothing(make_engine: Callable[..., SearchEngine]) -> None:
    assert make_engine().suggest("đại") == []


def test_deleted_pages_complete_nothing(make_engine: Callable[..., SearchEngine]) -> None:
    engine = make_engine(
        Document(id="a", title="Chè trôi nước", text="Chè trôi nước"),
        Document(id="b", title="Bánh trôi", text="Bánh trôi"),
    )
    assert engine.suggest("chè t") == ["chè trôi", "Chè trôi nước"]
    engine.delete(["a"])
    assert engine.suggest("chè t") == []


def titled(*titles: str) -> list[Document]:
    """A page of each title, which its text repeats."""
    return [
        Document(id=str(number), title=title, text=f"{title}.")
        for number, title in enumerate(titles)
    ]


def lowered(found: list[str]) -> list[str]:
    return [one.lower() for one in found]


def test_of_very_many_titles_some_are_read_and_say_the_same(
    make_engine: Callable[..., SearchEngine],
) -> None:
    engine = make_engine()
    with engine.writer() as writer:
        for number in range(200):
            title = "Hội làng cầu ngư" if number % 3 else "Hội xuân năm mới"
            writer.add(Document(id=str(number), title=title, text=f"{title} thứ {number}."))
    found = lowered(engine.suggest("hội "))
    assert found == ["hội làng cầu ngư", "hội xuân năm mới"]
    assert lowered(engine.suggest("hoi x"))[0].startswith("hội xuân")


def test_a_phrase_does_not_stop_inside_a_name(make_engine: Callable[..., SearchEngine]) -> None:
    engine = make_engine(
        *titled("Đại hội Du lịch miền Trung", "Đại hội Đoàn phường", "Họp Đại hội Đảng bộ")
    )
    found = lowered(engine.suggest("dai hoi d"))
    assert "đại hội du" not in found
    assert "đại hội du lịch" in found


def test_a_phrase_does_not_begin_inside_a_word(make_engine: Callable[..., SearchEngine]) -> None:
    engine = make_engine(
        *titled("Khép lại thế giới cũ", "Chuyện thế giới cũ kỹ", "Giới trẻ thích đọc sách")
    )
    found = lowered(engine.suggest("gi"))
    assert "giới trẻ" in " ".join(found)
    assert not any(one.startswith("giới cũ") for one in found)


def test_a_phrase_does_not_end_with_a_function_word(
    make_engine: Callable[..., SearchEngine],
) -> None:
    engine = make_engine(
        *titled("Trồng lúa ở miền núi", "Trồng lúa ở đồng bằng", "Trồng lúa vụ mới")
    )
    assert not any(one.endswith(" ở") for one in engine.suggest("trong l"))


def test_half_a_date_ends_no_phrase(make_engine: Callable[..., SearchEngine]) -> None:
    engine = make_engine(
        *titled("Giá vàng hôm nay 12/6", "Giá vàng hôm nay 12/7", "Giá vàng hôm nay 12/8")
    )
    found = lowered(engine.suggest("gia vang"))
    assert "giá vàng hôm nay" in found
    assert "giá vàng hôm nay 12" not in found


def test_a_letter_offers_what_says_something(make_engine: Callable[..., SearchEngine]) -> None:
    text = "Của bà con và của chúng tôi, cho các cháu, có cả cá chép của chợ."
    titles = ("Cá chép sông Đà", "Mùa cá chép", "Chợ quê của bà con")
    engine = make_engine(
        *(Document(id=title, title=title, text=f"{title}. {text}") for title in titles)
    )
    found = lowered(engine.suggest("c"))
    assert found[0].startswith("cá chép")
    assert not {"của", "có", "cho", "các"} & set(found[:3])


def test_marks_of_the_words_before_are_kept(make_engine: Callable[..., SearchEngine]) -> None:
    engine = make_engine(*titled("Bảng giá đất", "Bảng giá nhà", "Băng giá phủ đỉnh núi"))
    found = lowered(engine.suggest("băng g"))
    assert found
    assert all(one.startswith("băng giá") for one in found)


def test_names_and_abbreviations_keep_their_capitals(
    make_engine: Callable[..., SearchEngine],
) -> None:
    engine = make_engine(*titled("Đà Nẵng mở hội", "Đà Nẵng trồng cây", "Giá SJC tăng", "Giá SJC"))
    assert "Đà Nẵng" in engine.suggest("da n")
    assert "giá SJC" in engine.suggest("gia s")


def test_titles_of_all_commits_count(make_engine: Callable[..., SearchEngine]) -> None:
    engine = make_engine(*titled("Hội làng xưa", "Hội chợ xuân", "Hội thi cấy lúa"))
    for number, title in enumerate(["Hội thi gói bánh", "Hội thi thả diều", "Hội chợ quê"]):
        with engine.writer() as writer:
            writer.add(Document(id=f"new{number}", title=title, text=title))
    found = lowered(engine.suggest("hoi "))
    assert found[:2] == ["hội thi", "hội chợ"]
    assert "hội làng xưa" in found


def test_a_long_phrase_is_cut_between_words(make_engine: Callable[..., SearchEngine]) -> None:
    title = "Lễ hội hoa xuân mở cửa đón khách đến hết tháng giêng năm nay"
    engine = make_engine(*titled(title, title))
    (found,) = [one for one in engine.suggest("le hoi h") if one != title]
    assert title.lower().startswith(found.lower() + " ")
    assert 6 <= len(found.split()) <= 10


def test_every_marking_that_was_begun_counts(make_engine: Callable[..., SearchEngine]) -> None:
    engine = make_engine(*titled("Đại hội đảng viên", "Đại hội dân làng", "Đại hội đảng bộ"))
    found = lowered(engine.suggest("đại hội đ"))
    assert found[0].startswith("đại hội đảng")
    assert not any("dân" in one for one in found)


@pytest.mark.parametrize("typed", ["uy", "ủy", "uỷ", "thoa", "ky th", "kĩ"])
def test_each_thing_is_listed_in_one_spelling(
    make_engine: Callable[..., SearchEngine], typed: str
) -> None:
    titles = ["Uỷ ban phường họp", "Xã bầu Uỷ ban mới", "Dân hỏi uỷ ban quận", "Ủy ban trả lời"]
    titles += ["Bàn thoả thuận mới", "Ký thoả thuận cũ", "Dạy kĩ thuật cưa", "Thi kĩ thuật hàn"]
    engine = make_engine(
        *(Document(id=title, title=title, text=f"{title}, {title}.") for title in titles)
    )
    found = [canonical_tones(one).lower().replace("kĩ", "kỹ") for one in engine.suggest(typed)]
    assert found
    assert len(found) == len(set(found))
