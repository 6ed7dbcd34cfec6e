"""The search box in a real browser: typing, suggestions, keys, input methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]


def box(page: Page) -> Any:
    return page.get_by_role("combobox", name="Từ cần tìm")


def options(page: Page) -> Any:
    return page.get_by_role("option")


@pytest.mark.parametrize("typed", ["đại hội chi bộ khu 5B", "dai hoi chi bo khu 5b"])
def test_typing_with_or_without_diacritics_finds_the_same(open_page: Open, typed: str) -> None:
    page = open_page()
    expect(box(page)).to_be_focused()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    first = page.locator(".hits li").first
    expect(first.get_by_role("link")).to_contain_text("Đại hội Chi bộ khu 5B")
    expect(first.locator(".about")).to_contain_text("03/07/2022")
    expect(box(page)).to_have_value(typed)


def test_a_suggestion_is_chosen_by_the_keyboard(open_page: Open) -> None:
    page = open_page()
    page.keyboard.type("khơi m")
    expect(options(page).first).to_be_visible()
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    chosen = options(page).first
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(box(page)).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    text = chosen.text_content() or ""
    expect(box(page)).to_have_value(text)
    page.keyboard.press("Enter")
    expect(page.locator(".hits li").first).to_be_visible()
    expect(box(page)).to_have_value(text)


def test_arrows_go_round_through_what_was_typed(open_page: Open) -> None:
    page = open_page()
    page.keyboard.type("khơi m")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(options(page).last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(box(page)).to_have_value("khơi m")
    expect(box(page)).not_to_have_attribute("aria-activedescendant", "")


def test_escape_closes_the_list_and_gives_back_what_was_typed(open_page: Open) -> None:
    page = open_page()
    page.keyboard.type("khơi m")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box(page)).to_have_value("khơi m")


def test_a_suggestion_is_chosen_by_a_click(open_page: Open) -> None:
    page = open_page()
    page.keyboard.type("khơi m")
    text = options(page).first.text_content() or ""
    options(page).first.click()
    expect(page.locator(".hits li").first).to_be_visible()
    expect(box(page)).to_have_value(text)


def test_a_composition_is_not_disturbed(open_page: Open) -> None:
    """While an input method composes a word, nothing is asked, shown or sent."""
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: "/suggest" in request.url and asked.append(request.url))
    keyboard = page.context.new_cdp_session(page)
    for text in ("m", "mu", "mươ", "mươn"):
        keyboard.send(
            "Input.imeSetComposition",
            {"text": text, "selectionStart": len(text), "selectionEnd": len(text)},
        )
        page.wait_for_timeout(150)
        expect(page.get_by_role("listbox")).to_be_hidden()
        expect(box(page)).to_have_value(text)
    box(page).dispatch_event("keydown", {"key": "ArrowDown", "keyCode": 229})
    box(page).dispatch_event("keydown", {"key": "Escape", "isComposing": True})
    expect(box(page)).to_have_value("mươn")
    assert asked == []
    keyboard.send("Input.insertText", {"text": "mươn"})
    expect(options(page).first).to_be_visible()
    expect(box(page)).to_have_value("mươn")
    assert len(asked) == 1


def test_fast_typing_asks_once(open_page: Open) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: "/suggest" in request.url and asked.append(request.url))
    page.keyboard.type("khơi mư", delay=10)
    expect(options(page).first).to_be_visible()
    # Seven keys; on a busy machine there may be a pause between two of them.
    assert len(asked) <= 2


def test_keys_lead_to_the_search_box(open_page: Open) -> None:
    page = open_page("/?q=khơi mương")
    expect(box(page)).not_to_be_focused()
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value("khơi mương")
    page.keyboard.type("5/2")
    expect(box(page)).to_have_value("5/2")
    page.get_by_label("Từ", exact=True).focus()
    page.keyboard.press("Control+k")
    expect(box(page)).to_be_focused()


def test_a_slash_in_a_field_is_a_slash(open_page: Open) -> None:
    page = open_page("/?q=khơi mương")
    field = page.get_by_label("Từ", exact=True)
    field.focus()
    page.keyboard.type("3/2020")
    expect(field).to_have_value("3/2020")


def test_everything_is_reached_by_tabs_and_the_first_skips_to_the_content(open_page: Open) -> None:
    page = open_page("/?q=khơi mương")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Đến nội dung chính")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    names = []
    for _ in range(40):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.className || document.activeElement.id"))
        outline = page.evaluate(
            """() => { const active = document.activeElement;
                 const box = active.closest('form.search') ?? active;
                 const place = active.querySelector?.('.place');
                 return [active, box, place].some((element) => element &&
                   (getComputedStyle(element).outlineStyle !== 'none' ||
                    getComputedStyle(element).boxShadow !== 'none' ||
                    (element === place && getComputedStyle(element).stroke !== 'none'))) }"""
        )
        assert outline, names[-1]
    assert "q" in names
    assert "from" in names
