"""How the page looks in a real browser: every width, light and dark, and axe's judgement of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]

DOCUMENT = f"/document?id={quote('003_d9644e13f35e637b.txt')}&q=đại+hội#m2"
PAGES = {
    "start": "/",
    "results": "/?q=khơi mương&place=xã+Đồng+Sậy&from=2015&to=2022",
    "fields": "/?q=khơi mương&f=loại+tin=Việc+đồng&f=kinh+phí=5..&sort=ngày+ký:asc",
    "document": DOCUMENT,
    "nothing": "/?q=zzkxqj&place=đâu",
    "english": "/?q=khơi mương&lang=en&page=2",
}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")


def violations(page: Page) -> list[str]:
    """What axe says against the page as it stands, with everything unfolded."""
    for summary in page.locator("main summary:visible").all():
        summary.click()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    answer = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert len(answer["passes"]) > 10
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:120]}"
        for violation in answer["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")])
def test_axe_finds_no_violation(open_page: Open, size: dict[str, Any], scheme: str) -> None:
    page = open_page("/", **size, color_scheme=scheme, reduced_motion="reduce")
    root = page.url.rstrip("/")
    found = []
    for name in ("start", "results", "fields", "document"):
        page.goto(root + PAGES[name])
        found += violations(page)
    assert found == []


def test_axe_finds_no_violation_in_other_states(open_page: Open) -> None:
    page = open_page("/", reduced_motion="reduce")
    root = page.url.rstrip("/")
    found = []
    for path in (
        PAGES["nothing"],
        PAGES["english"],
        "/?q=khơi&from=x",
        "/?q=khơi&f=x=y",
        "/khong-co",
    ):
        page.goto(root + path)
        found += violations(page)
    assert found == []


def test_axe_finds_no_violation_while_suggestions_are_open(open_page: Open) -> None:
    page = open_page("/", reduced_motion="reduce")
    page.keyboard.type("khơi m")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 768])
def test_no_width_needs_sideways_scrolling(open_page: Open, width: int) -> None:
    page = open_page("/", viewport={"width": width, "height": 700})
    root = page.url.rstrip("/")
    for path in PAGES.values():
        page.goto(root + path)
        for summary in page.locator("main summary:visible").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_on_a_phone_the_filters_open_on_demand(open_page: Open) -> None:
    page = open_page(PAGES["results"], **PHONE)
    facet = page.get_by_role("heading", name="Nguồn")
    expect(facet).to_be_hidden()
    page.get_by_text("Lọc kết quả").tap()
    expect(facet).to_be_visible()


def test_on_a_desk_the_filters_stand_beside_the_hits(open_page: Open) -> None:
    page = open_page(PAGES["results"], **DESK)
    expect(page.get_by_role("heading", name="Nguồn")).to_be_visible()
    hits = page.locator(".hits").bounding_box()
    filters = page.locator(".filters").bounding_box()
    assert hits
    assert filters
    assert filters["x"] >= hits["x"] + hits["width"]


def test_dark_is_dark_and_light_is_light(open_page: Open) -> None:
    def ground(scheme: str) -> int:
        page = open_page("/", color_scheme=scheme)
        colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        return sum(int(part) for part in colour[4:-1].split(","))

    assert ground("dark") < 150
    assert ground("light") > 600


def test_without_motion_nothing_scrolls_smoothly(open_page: Open) -> None:
    page = open_page(DOCUMENT, reduced_motion="reduce")
    behaviour = page.evaluate("getComputedStyle(document.documentElement).scrollBehavior")
    assert behaviour == "auto"
