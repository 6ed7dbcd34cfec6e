"""The start page: what there is, and what to try."""

from __future__ import annotations

import pytest

from searchengine import Document, SearchView
from tests.server.client import Client
from tests.server.pages.html import Engines, ask


def test_start_page_says_what_there_is_in_vietnamese(client: Client) -> None:
    page = ask(client)
    assert page.one("//html").get("lang") == "vi"
    assert "5 văn bản" in page.text("main")
    assert page.one("form[role=search] input[name=q]").get("value") == ""
    assert page.text("form[role=search] label") == "Từ cần tìm"


def test_examples_are_the_indexs_own(archive: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def suggest(_: SearchView, prefix: str) -> list[str]:
        asked.append(prefix)
        return ["tổ", "dân phố 3"] if prefix == "t" else []

    monkeypatch.setattr(SearchView, "suggest", suggest)
    page = ask(archive)
    assert page.texts("nav.examples a") == ["dân phố 3"]
    assert ask(archive, q="dân phố 3").texts(".hits h2")
    first = len(asked)
    ask(archive)
    assert len(asked) == first  # Kept while the index is the same.


def test_examples_are_cut_in_no_word_name_or_period(
    make_engine: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    suggested = {
        "đ": ["đăng ký hộ", "ba Bến Thuyền", "nhiệm kỳ 2020", "Phường Cầu"],
        "Phường Cầu ": ["Phường Cầu Mới họp dân"],
        "c": ["chi bộ"],
        "chi bộ ": ["chi bộ đã", "chi bộ nông trường", "chi bộ khu phố"],
        "k": ["khai giảng năm học"],
    }
    monkeypatch.setattr(SearchView, "suggest", lambda _, prefix: suggested.get(prefix, []))
    page = ask(Client(make_engine(Document(id="1", text="Chi bộ khu phố trồng cây."))))
    assert page.texts("nav.examples a") == ["chi bộ khu phố", "khai giảng năm học"]


def test_start_page_of_an_empty_index_says_what_to_do(make_engine: Engines) -> None:
    page = ask(Client(make_engine()))
    assert "Kho chưa có văn bản nào" in page.text("main")
    assert "searchengine index" in page.text(".panel code")
