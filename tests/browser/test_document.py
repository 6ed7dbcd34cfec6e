"""The page of a document in a real browser: stepping through its matches; hostile text."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import HOSTILE

Open = Callable[..., Page]


def current(page: Page, number: int) -> None:
    expect(page.locator("mark.current")).to_have_id(f"m{number}")
    expect(page.locator("mark.current")).to_be_in_viewport()
    expect(page.locator(".matches [role=status]")).to_contain_text(f"Chỗ {number}/")


def test_matches_are_stepped_through_by_buttons_and_keys(open_page: Open) -> None:
    page = open_page("/?q=khơi mương")
    page.locator(".hits a").first.click()
    page.get_by_role("button", name="Chỗ khớp sau").click()
    current(page, 1)
    page.keyboard.press("n")
    current(page, 2)
    page.keyboard.press("p")
    page.keyboard.press("p")
    current(page, 12)  # Before the first comes the last.
    page.get_by_role("button", name="Chỗ khớp sau").click()
    current(page, 1)


def test_stepping_leaves_the_back_button_alone(open_page: Open) -> None:
    page = open_page("/?q=khơi mương")
    page.locator(".hits a").first.click()
    expect(page.get_by_role("button", name="Chỗ khớp sau")).to_be_visible()
    for _ in range(3):
        page.keyboard.press("n")
    current(page, 3)
    assert page.url.endswith("#m3")
    page.go_back()
    expect(page.locator(".hits li").first).to_be_visible()


def test_an_address_can_name_a_match(open_page: Open) -> None:
    id_ = quote("xã/tin 7%", safe="")
    page = open_page(f"/document?id={id_}&q=khoi+muong#m4")
    current(page, 4)


def test_n_and_p_are_letters_in_the_search_box(open_page: Open) -> None:
    page = open_page(f"/document?id={quote('xã/tin 7%', safe='')}&q=mương")
    box = page.get_by_label("Từ cần tìm")
    box.fill("")
    box.press_sequentially("nap")
    expect(box).to_have_value("nap")
    expect(page.locator("mark.current")).to_have_count(0)


@pytest.mark.parametrize(
    "path",
    [
        "/?q=ve sầu",
        f"/?q={quote(HOSTILE)}&place={quote(HOSTILE)}&from={quote('2014')}",
        f"/document?id={quote(HOSTILE, safe='')}&q={quote('ve sầu ' + HOSTILE)}",
        f"/?q=ve+sầu&lang={quote(HOSTILE)}&sort={quote(HOSTILE)}&page={quote(HOSTILE)}",
    ],
)
def test_hostile_text_does_nothing(open_page: Open, path: str) -> None:
    page = open_page(path)
    expect(page.locator("main")).to_contain_text("<script>window.harmed=1</script>")
    box = page.get_by_label("Từ cần tìm")
    box.fill(HOSTILE)
    box.press("ArrowDown")
    page.wait_for_timeout(200)
    assert page.evaluate("window.harmed") is None
    assert page.locator("img").count() == 0
    for link in page.locator("a").all():
        assert not (link.get_attribute("href") or "").startswith("javascript")
