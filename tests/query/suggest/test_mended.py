"""What is searched for at once where a typed word is hardly in the index, and what never is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from searchengine import Document, SearchEngine
from searchengine.cli.commands import main

PAGES = [
    "Tai nạn giao thông trên đường về quê làm ba người bị thương.",
    "Bác sĩ khuyên người bị sốt xuất huyết uống nhiều nước và nghỉ ngơi.",
    "Cây nha đam mọc bên giếng, bà hái nha đam nấu chè cho cả xóm.",
    "Khách đến nhà đám từ sớm; nhà đám kê thêm bàn.",
    "Hãng bay Vietjet mở đường bay mới, vé mua trên Google.",
    "Đoàn xe xẻ dọc cánh rừng, người thợ xẻ dọc thân cây.",
    "Sẽ dọc theo bờ sông mà đi, sẽ dọc theo bờ đê mà về.",
    "Phòng thử làm bài test về luật thuế, tờ khai tax bằng tiếng nước ngoài.",
]
NAME = "Già Thoong kể chuyện bản cũ."


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("mended") / "index"
    with SearchEngine.open(path, create=True) as opened, opened.writer() as writer:
        for number, text in enumerate([*PAGES * 12, NAME]):
            writer.add(Document(id=str(number), title=text.split(",")[0], text=text))
    return str(path)


@pytest.fixture(scope="module")
def engine(directory: str) -> Iterator[SearchEngine]:
    with SearchEngine.open(directory) as opened:
        yield opened


MISTAKES = [
    ("sốtt xuất huyết", "sốt xuất huyết"),
    ("sốt xuất huyêt", "sốt xuất huyết"),
    ("sot xuat huyett", "sot xuat huyet"),
    ("tai nạn giao thôngg", "tai nạn giao thông"),
]


@pytest.mark.parametrize(("typed", "meant"), MISTAKES)
def test_a_word_that_is_not_there_is_searched_as_it_was_meant(
    engine: SearchEngine, typed: str, meant: str
) -> None:
    results = engine.search(typed, fold_duplicates=False)
    assert (results.query, results.corrected) == (typed, meant)
    assert results.to_json()["corrected"] == meant
    assert [hit.id for hit in results] == [
        hit.id for hit in engine.search(meant, fold_duplicates=False)
    ]
    assert engine.histogram(typed, by="year").total == results.total


@pytest.mark.parametrize(
    "query",
    [
        "nha dam",  # nha đam and nhà đám are both there
        "nha đam",
        "nhà đám",
        "xẻ dọc",  # though sẽ dọc is as common
        "sẽ dọc",
        "vietjet google",
        "test tax",
        "thoong",
        "kubernetes giao thông",  # nothing that it could be
        "lưới",  # a syllable that so small an index need not have
        "74-KH/ĐU",
    ],
)
def test_what_the_index_knows_or_cannot_know_stays(engine: SearchEngine, query: str) -> None:
    assert engine.search(query).corrected is None


@pytest.mark.parametrize(
    "query",
    ['"sốtt xuất huyết"', "title:sốtt xuất huyết", "+sốtt xuất huyết", "-sốtt huyết", "sốtt* ngơi"],
)
def test_what_has_signs_stays(engine: SearchEngine, query: str) -> None:
    assert engine.search(query).corrected is None


def test_what_was_typed_can_be_insisted_on(engine: SearchEngine) -> None:
    typed = "sốtt xuất huyết"
    results = engine.search(typed, correct=False)
    assert (results.corrected, results.suggestion) == (None, "sốt xuất huyết")
    assert engine.highlights(typed, "sốt cao")
    assert not engine.highlights(typed, "sốt cao", correct=False)


def test_the_same_is_searched_on_every_page(engine: SearchEngine) -> None:
    pages = [engine.search("sốtt xuất huyết", limit=3, page=page) for page in (1, 2)]
    assert [page.corrected for page in pages] == ["sốt xuất huyết"] * 2
    assert pages[0].total == pages[1].total


def test_the_command_says_so_in_a_line(directory: str) -> None:
    arguments = ["search", "sốtt xuất huyết", "--index", directory]
    said = CliRunner().invoke(main, arguments).stderr
    assert "results for: sốt xuất huyết (--no-correct: for what was typed)" in said
    assert "results for" not in CliRunner().invoke(main, [*arguments, "--no-correct"]).stderr


def test_keystrokes_half_of_which_the_index_has_are_read(engine: SearchEngine) -> None:
    results = engine.search("tai nanj giao thoong")
    assert results.notes == ("read as keystrokes: tai nạn giao thông",)
    assert results.corrected is None


@pytest.mark.parametrize("query", ["già thoong", "test", "tax", "google", "vietjet"])
def test_words_of_the_index_are_no_keystrokes(engine: SearchEngine, query: str) -> None:
    assert engine.search(query).notes == ()


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    """One paper with a number, among many that write the same letters with their marks."""
    path = tmp_path_factory.mktemp("numbers") / "index"
    with SearchEngine.open(path, create=True) as opened:
        with opened.writer() as writer:
            writer.add(Document(id="45", text="Quyết định 45/QĐ-UBND lập tổ công nghệ số."))
            for number in range(40):
                writer.add(Document(id=f"o{number}", text="Căn cứ QĐ của UBND, tổ công nghệ số."))
        yield opened


@pytest.mark.parametrize("typed", ["45 qđ ubnd", "45/QĐ-UBND", "45 qd ubnd", "số 45-qd/ubnd"])
def test_a_number_that_is_found_is_meant_as_it_was_typed(papers: SearchEngine, typed: str) -> None:
    found = papers.search(typed, limit=1)
    assert [hit.id for hit in found] == ["45"]
    assert found.corrected is None
    assert found.suggestion is None


def test_words_beside_a_number_and_numbers_that_nobody_has_are_mended(
    papers: SearchEngine,
) -> None:
    assert papers.search("45 qd ubnd to cong nghe so").suggestion == "45 qd ubnd tổ công nghệ số"
    assert papers.search("46 qd ubnd").suggestion == "46 qđ ubnd"
