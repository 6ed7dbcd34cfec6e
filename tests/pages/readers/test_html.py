"""HTML pages: the article without its page, and only the dates that the tags state."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest

from searchengine import Document
from searchengine.pages import Page, Problem, to_document
from searchengine.pages.readers.nesting import flattened
from tests.pages.walking import walk

ARTICLE = """
<p>Chiều 3/7, Chi bộ khu 5B tổ chức Đại hội nhiệm kỳ 2022-2025 với sự tham dự của đông đủ đảng viên
trong chi bộ và lãnh đạo phường Quang Trung.</p>
<p>Đại hội đã nghe báo cáo chính trị, thảo luận sôi nổi và bầu ra cấp ủy mới gồm năm đồng chí.</p>
<p>Bí thư chi bộ cảm ơn sự tín nhiệm của Đại hội và hứa sẽ hoàn thành tốt nhiệm vụ được giao.</p>
"""


def page(head: str = "", around: str = "") -> str:
    return (
        f"<!DOCTYPE html><html lang='vi'><head>{head}</head><body>"
        f"<nav><a href='/'>Trang chủ</a> <a href='/tin'>Tin tức</a></nav>{around}"
        f"<article><h1>Đại hội Chi bộ khu 5B</h1>{ARTICLE}</article>"
        "<footer>Bản quyền thuộc về phường</footer></body></html>"
    )


def read(tmp_path: Path, data: bytes, name: str = "a.html") -> Document:
    (tmp_path / name).write_bytes(data)
    [found] = walk(tmp_path)
    assert isinstance(found, Page), found
    return to_document(found)


def test_the_article_is_taken_out_of_its_page(tmp_path: Path) -> None:
    document = read(tmp_path, page("<title>Đại hội Chi bộ khu 5B</title>").encode())
    assert document.title == "Đại hội Chi bộ khu 5B"
    assert document.text.startswith("Chiều 3/7, Chi bộ khu 5B")
    assert "Trang chủ" not in document.text
    assert "Bản quyền" not in document.text
    assert document.place == "phường Quang Trung"


def test_what_the_tags_say_about_the_page_is_taken(tmp_path: Path) -> None:
    head = (
        "<title>Đại hội - Trang tin</title><meta property='og:title' content='Đại hội Chi bộ'>"
        "<meta property='article:published_time' content='2022-07-04T08:00:00+07:00'>"
        "<meta name='author' content='Hồng Hoàn'><meta property='og:site_name' content='Trang tin'>"
    )
    document = read(tmp_path, page(head).encode())
    assert (str(document.date), document.date_origin) == ("2022-07-04", "metadata")
    assert (document.author, document.source) == ("Hồng Hoàn", "Trang tin")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2022-07-04T08:00:00+07:00", "2022-07-04"),
        ("2022-07-03T18:30:00Z", "2022-07-04"),
        ("2022-07-04", "2022-07-04"),
    ],
)
def test_a_time_element_dates_the_page_in_our_zone(tmp_path: Path, moment: str, day: str) -> None:
    document = read(tmp_path, page(around=f"<time datetime='{moment}'>hôm qua</time>").encode())
    assert (str(document.date), document.date_origin) == (day, "metadata")


def test_times_of_other_pages_in_a_list_date_nothing(tmp_path: Path) -> None:
    others = "<aside><ul><li>Tin khác <time datetime='2023-01-02'>2/1</time></li></ul></aside>"
    document = read(tmp_path, page(around=others).encode())
    assert (str(document.date), document.date_origin) == ("2022-07-03", "term")


def test_without_a_date_in_its_tags_the_rules_decide(tmp_path: Path) -> None:
    document = read(tmp_path, page().encode())
    assert (str(document.date), document.date_origin) == ("2022-07-03", "term")


def test_html_is_known_by_its_beginning_where_the_name_says_nothing(tmp_path: Path) -> None:
    assert "<p>" not in read(tmp_path, page().encode(), name="tin-5").text


def test_a_declared_encoding_is_used(tmp_path: Path) -> None:
    data = page("<meta charset='utf-16'>").encode("utf-16")
    assert "Đại hội đã nghe báo cáo" in read(tmp_path, data).text
    russian = (
        "<html><head><meta charset='windows-1251'></head><body><p>Привет, мир</p></body></html>"
    )
    assert "Привет, мир" in read(tmp_path, russian.encode("cp1251")).text


@pytest.mark.parametrize(
    ("error", "package"),
    [
        (ModuleNotFoundError("No module named 'trafilatura'", name="trafilatura"), "trafilatura"),
        (ModuleNotFoundError("No module named 'justext.core'", name="justext.core"), "justext"),
        (
            ImportError(
                "lxml.html.clean module is now a separate project lxml_html_clean.\nInstall"
            ),
            "lxml_html_clean",
        ),
    ],
)
def test_the_package_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: ImportError, package: str
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "trafilatura":
            raise error
        return real(name, *rest)

    (tmp_path / "a.html").write_text(page(), encoding="utf-8")
    monkeypatch.setattr(builtins, "__import__", without)
    [problem] = walk(tmp_path)
    assert isinstance(problem, Problem)
    assert problem.message == f"is HTML; {package} is missing: install it (pip install {package})"


@pytest.mark.parametrize("opened", ["<font size=2>", "<DIV>", "<ul><li>", "<table><tr><td>"])
def test_what_nobody_closed_hides_nothing_behind_it(tmp_path: Path, opened: str) -> None:
    lines = "".join(f"{opened}Dòng {number} của trang cũ. " for number in range(400))
    source = f"<html><body><p>Đầu trang nói về <b>mùa</b> màng.</p>{lines}</body></html>"
    text = read(tmp_path, source.encode()).text
    assert "mùa màng" in text
    assert "Dòng 0 của" in text
    assert "Dòng 399 của" in text


def test_only_what_is_too_deep_is_made_flat() -> None:
    wide = "<ul>" + "<li><b>Một</b> <div>hai</div>" * 900 + "</ul>"
    assert flattened(wide) == wide
    deep = "<div>" * 300 + "<i>Ba</i>" + "</div>" * 300
    assert flattened(deep) == "<p>" * 300 + "<i>Ba</i>" + "</p>" * 300
    assert flattened("<B>" * 300 + "<font>Ba</font>") == "<font>Ba</font>"
