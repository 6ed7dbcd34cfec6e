"""Completion: what is offered while somebody types."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchengine import Document, SearchEngine

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
