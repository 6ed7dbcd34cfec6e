"""Where a passage stands: the page of a file, the article of a law."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchengine import Document, SearchEngine
from searchengine.query.display.locations import Location, location_of

LAW = """LUẬT VỀ SÂN CHƠI

Điều 1. Phạm vi
Luật này nói về sân chơi của tổ dân phố.

Điều 2. Giải thích từ ngữ
Theo khoản 1 Điều 9 của luật khác, cầu trượt là đồ chơi.

Điều 2a: Xích đu
Xích đu phải có dây chắc.

Điều 3
Bể cát được thay mỗi mùa.
"""


@pytest.mark.parametrize(
    ("words", "article"),
    [
        ("LUẬT VỀ", None),
        ("Phạm vi", "1"),
        ("cầu trượt", "2"),
        ("dây chắc", "2a"),
        ("Bể cát", "3"),
    ],
)
def test_a_law_says_in_which_article_it_is(words: str, article: str | None) -> None:
    assert location_of(LAW, LAW.index(words)) == Location(None, article)


def test_a_page_that_cites_articles_has_none() -> None:
    text = "Căn cứ các luật:\nĐiều 5. của luật nhà ở\nĐiều 9. của luật đất đai\nphường họp bàn."
    assert location_of(text, text.index("phường")) == Location()


def test_articles_that_an_amendment_quotes_are_not_its_own() -> None:
    text = LAW + "Sửa đổi như sau:\nĐiều 40. Mái che\nMái che sân chơi do phường dựng.\n"
    assert location_of(text, text.index("do phường")).article == "3"


def test_form_feeds_count_pages() -> None:
    text = "trang đầu\ftrang giữa\ftrang cuối"
    found = [location_of(text, text.index(word)).page for word in ("đầu", "giữa", "cuối")]
    assert found == [1, 2, 3]
    assert location_of("chỉ một tờ", 4).page is None


def test_hits_say_where_their_passage_stands(tmp_path: Path) -> None:
    text = "Mở đầu tập san.\f" + "Chuyện cũ ở làng. " * 30 + "\fVườn ươm cây bàng vuông."
    engine = SearchEngine.open(tmp_path / "index", create=True)
    with engine.writer() as writer:
        writer.add(Document("a", text))
        writer.add(Document("luat", LAW))
    first = engine.search("bàng vuông").hits[0]
    assert (first.page_number, first.article) == (3, None)
    assert first.to_json()["page_number"] == 3
    other = engine.search("bể cát").hits[0]
    assert (other.page_number, other.article) == (None, "3")
