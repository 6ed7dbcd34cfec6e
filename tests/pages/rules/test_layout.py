"""What is cut from the head and tail of a page, and what never is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchengine.pages import Page, to_document

ARTICLE = (
    "Sáng nay, bà con tổ dân phố số 5 ra quân dọn vệ sinh các tuyến đường của phường.\n\n"
    "Bí thư chi bộ cho biết việc này sẽ được làm đều đặn vào mỗi cuối tuần, có phân công.\n\n"
    "Nhiều gia đình đã tự nguyện góp cây xanh để trồng dọc hai bên đường."
)


def text_of(page: str, title: str = "") -> str:
    return to_document(Page(id="a", text=page, title=title)).text


@pytest.mark.parametrize(
    "junk",
    [
        "Thời tiết\n\nTỷ giá ngoại tệ",
        "Thống kê truy cập\nĐang online 2938 Tổng lượt truy cập 874748626",
        "Đánh giá:\n\nlượt đánh giá: , trung bình: Bình luận\n\nMã xác thực không đúng.\n Bản đồ",
        "Bình luận\nHọ và tên\nNội dung *\nGửi đi",
        "Các tin khác\nPhường ra quân dọn vệ sinh\nTổ dân phố số 7 họp mặt đầu năm",
        "Tin, bài liên quan:\n- Kỳ 1: Con đường của xóm",
        "Từ khóa: phường, vệ sinh",
        "Bản quyền thuộc về phường Bắc Hồng. Ghi rõ nguồn khi đăng lại.",
        "Lượt xem: 1.204\nIn trang\nVề đầu trang",
    ],
)
def test_widgets_and_link_lists_below_the_article_are_cut(junk: str) -> None:
    assert text_of(f"{ARTICLE}\n\n{junk}\n") == ARTICLE


@pytest.mark.parametrize(
    "junk",
    ["tin mới nhất", "Trang chủ > Tin tức > Đời sống", "5", "Cỡ chữ: A- A A+", "Lượt xem: 295"],
)
def test_menus_and_counters_above_the_headline_are_cut(junk: str) -> None:
    document = to_document(Page(id="a", text=f"{junk}\n\nTổ 5 ra quân\n{junk}\n\n{ARTICLE}"))
    assert (document.title, document.text) == ("Tổ 5 ra quân", ARTICLE)


@pytest.mark.parametrize(
    "ending",
    [
        "Thời tiết hôm ấy nắng đẹp, ai nấy đều vui.",
        "Hôm nay 9-10, phường tiếp tục ra quân ở tổ 6.",
        "Tháng trước, phường đã làm việc này ở tổ 4.",
        "Đánh giá: đây là cách làm hay.",
        "Mọi chi tiết xin liên hệ:\nĐịa chỉ: số 5 phố Chợ\nĐiện thoại: 0239 123 456",
        "Danh sách tổ trưởng:\n1. Bà Lan\n2. Ông Hùng\n3. Cô Mai",
    ],
)
def test_the_article_s_own_last_lines_stay(ending: str) -> None:
    page = f"{ARTICLE}\n\n{ending}"
    assert text_of(page) == page


def test_a_widget_s_name_in_the_middle_of_an_article_cuts_nothing() -> None:
    page = f"{ARTICLE}\n\nThời tiết\n\n{ARTICLE}"
    assert text_of(page) == page


def test_a_line_that_repeats_the_given_title_is_not_text() -> None:
    assert text_of(f"Tổ 5 ra quân\n\n{ARTICLE}", title="Tổ 5  ra quân") == ARTICLE
    assert text_of(f"Một dòng khác\n\n{ARTICLE}", title="Tổ 5 ra quân").startswith("Một dòng khác")


def test_a_page_of_furniture_alone_is_kept_whole() -> None:
    page = "Thống kê truy cập\nOnline: 113"
    assert text_of(page) == page


def test_an_untouched_text_has_no_other_original() -> None:
    document = to_document(Page(id="a", text=ARTICLE, title="Tổ 5"))
    assert (document.text, document.original) == (ARTICLE, None)


@given(
    st.lists(
        st.sampled_from(
            [
                "Thời tiết",
                "5",
                "Online: 113",
                "Hồng Hoàn",
                "",
                "Các tin khác",
                "Câu một. Câu hai.",
                "a",
            ]
        ),
        max_size=12,
    ).map("\n".join)
    | st.text(max_size=200)
)
def test_the_text_is_an_unbroken_piece_of_any_page(page: str) -> None:
    document = to_document(Page(id="a", text=page))
    assert document.text in page
    assert bool(document.text) == bool(page.strip())
    if document.text != page:
        assert document.original == page
