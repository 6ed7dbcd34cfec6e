"""The page of results in a real browser: facets, histogram, dates, the back button, no scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
QUERY = "/?q=%22khơi mương%22"


def total(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_facet_narrows_and_its_chip_widens(open_page: Open, scripts: bool) -> None:
    page = open_page(QUERY, java_script_enabled=scripts)
    total(page, "60 văn bản")
    page.get_by_role("link", name="xã Đồng Lác 15").click()
    total(page, "15 văn bản")
    assert "place=" in page.url
    page.get_by_role("link", name="Bỏ lọc xã Đồng Lác").click()
    total(page, "60 văn bản")


@pytest.mark.parametrize("scripts", [True, False])
def test_declared_fields_narrow_and_sort(open_page: Open, scripts: bool) -> None:
    page = open_page(QUERY, java_script_enabled=scripts)
    page.get_by_role("link", name="Việc làng 12").click()
    total(page, "12 văn bản")
    page.get_by_label("kinh phí Từ").fill("125000")
    page.get_by_label("kinh phí Đến").fill("400000.5")
    page.keyboard.press("Enter")
    total(page, "5 văn bản")
    expect(page.locator(".chips")).to_contain_text("kinh phí: từ 125.000 đến 400.000,5")
    page.get_by_role("group", name="Sắp xếp").get_by_role("link", name="kinh phí").click()
    page.get_by_role("link", name="Nhỏ nhất trước").click()
    expect(page.locator(".hits h2").first).to_contain_text("Xóm 10 ")
    expect(page.locator(".about").first).to_contain_text("kinh phí: 125.000")
    page.locator(".hits a").first.click()
    expect(page.locator(".facts")).to_contain_text("125.000")
    expect(page.locator(".facts")).not_to_contain_text("chép tay")
    page.go_back()
    page.get_by_role("link", name="Bỏ tất cả").click()
    total(page, "60 văn bản")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_bar_of_the_histogram_narrows_to_its_time(open_page: Open, scripts: bool) -> None:
    page = open_page(QUERY, java_script_enabled=scripts)
    bars = page.locator(".histogram a")
    expect(bars).to_have_count(10)
    page.get_by_role("link", name="2016: 6 văn bản").click()
    total(page, "6 văn bản")
    expect(page.locator(".hits time").first).to_contain_text("/2016")
    # Now the bars are months.
    page.locator(".histogram a").first.focus()
    name = page.locator(".histogram a").first.get_attribute("aria-label") or ""
    page.keyboard.press("Enter")
    expect(page.locator(".hits time").first).to_contain_text(name[:7])


def test_a_date_range_is_typed_as_people_write_dates(open_page: Open) -> None:
    page = open_page(QUERY)
    page.get_by_label("Từ", exact=True).fill("05/01/2020")
    page.get_by_label("Đến", exact=True).fill("2021")
    page.get_by_role("form", name="Khoảng thời gian").get_by_role("button").click()
    total(page, "12 văn bản")
    page.get_by_label("Từ", exact=True).fill("32/1/2020")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("“32/1/2020” không phải là ngày")
    expect(page.get_by_label("Từ", exact=True)).to_have_value("32/1/2020")


def test_sorting_and_boost_are_links_in_the_address(open_page: Open) -> None:
    page = open_page(QUERY)
    page.get_by_role("link", name="Mới nhất").click()
    expect(page.locator(".hits time").first).to_contain_text("/2023")
    page.get_by_role("link", name="Phù hợp nhất").click()
    boost = page.get_by_role("group", name="Ưu tiên văn bản mới")
    boost.get_by_role("link", name="Tắt").click()
    expect(boost.get_by_role("link", name="Tắt")).to_have_attribute("aria-current", "true")
    assert "boost=off" in page.url


def test_the_back_button_brings_back_each_state(open_page: Open) -> None:
    page = open_page(QUERY)
    page.get_by_role("link", name="Sổ tay 20").click()
    total(page, "20 văn bản")
    page.get_by_role("link", name="Trang sau").click()
    expect(page.locator(".pages [aria-current]")).to_have_text("2")
    page.locator(".hits a").first.click()
    expect(page.locator(".facts")).to_contain_text("Sổ tay")
    page.go_back()
    expect(page.locator(".pages [aria-current]")).to_have_text("2")
    page.go_back()
    total(page, "20 văn bản")
    page.go_back()
    total(page, "60 văn bản")
    expect(page.get_by_label("Từ cần tìm")).to_have_value('"khơi mương"')
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_everything_works_without_scripts(open_page: Open) -> None:
    page = open_page("/", java_script_enabled=False)
    page.get_by_label("Từ cần tìm").fill("dai hoi chi bo khu 5b")
    page.get_by_role("button", name="Tìm").click()
    page.locator(".hits a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đại hội Chi bộ khu 5B")
    page.get_by_role("link", name="Đến chỗ đầu tiên").click()
    expect(page.locator("mark:target")).to_have_id("m1")
    for number in (2, 3):
        page.locator("mark:target").get_by_label("Chỗ khớp sau").click()
        expect(page.locator("mark:target")).to_have_id(f"m{number}")
        expect(page.locator("mark:target")).to_be_in_viewport()
    page.locator("mark:target").get_by_label("Chỗ khớp trước").click()
    expect(page.locator("mark:target")).to_have_id("m2")
    page.locator(".back a").click()
    total(page, "văn bản")
    page.get_by_role("link", name="English").click()
    total(page, "documents")


def test_the_language_is_kept_through_a_search(open_page: Open) -> None:
    page = open_page("/?lang=en")
    page.keyboard.type('"khoi muong"')
    page.keyboard.press("Enter")
    total(page, "60 documents")
    page.locator(".hits a").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
