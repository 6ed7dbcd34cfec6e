"""What surrounds an article on a page: menus, counters, widgets, comment boxes, link lists.

Patterns for whole lines only, each of them something that an article's own sentence is not.
``layout`` decides how far from the edges of a page they may act.
"""

from __future__ import annotations

import re

from searchengine.text.normalization import normalize

#: A line longer than this is never furniture, whatever it says.
LINE_MAX = 200
#: Between two pieces of furniture a short line without a full stop is furniture too (a widget's
#: labels, names of linked sites).
FILLER_MAX = 80
#: In a list of links each line is the headline of another article.
LINK_MAX = 200

_COUNT = r"[\d.,\s]*"
_NUMBER = r"\d+(?:[.,]\d+)*"
#: At the head: menus, section names, text-size and share buttons, visit counts.
_HEAD = re.compile(
    r"(?:"
    r"\d{1,7}|[-–—_=*•|.\s]+|a[-+]?(?:\s*a[-+]?)*"
    r"|trang chủ|home|menu|đăng nhập|tìm kiếm|liên hệ|sitemap|rss"
    r"|tin (?:mới(?: nhất)?|nổi bật|tức|tức[ ,–-]+sự kiện|hoạt động|địa phương|trong nước|nóng)"
    r"|chi tiết (?:tin|bài viết|tin tức)|nội dung (?:tin|bài viết|chi tiết)"
    r"|(?:trang chủ|home)\s*(?:[>»›/|]|->).*"
    r"|(?:in(?: trang| bài viết| ấn)?|gửi (?:mail|email|bài viết)|chia sẻ|lưu)|quay lại"
    r"|(?:xem )?(?:cỡ|kích|khổ) (?:chữ|thước chữ).*|font size.*|đọc bài viết|nghe bài viết"
    r"|(?:màu|tương phản|xem với cỡ chữ).{0,40}"
    rf"|(?:số )?(?:lượt|lần) (?:xem|đọc|truy cập)\s*:?{_COUNT}|lượt xem\s*:?{_COUNT}"
    r"|(?:like|share|tweet|facebook|zalo|twitter|print|email|google\+)"
    r"(?:[\s|,]+(?:like|share|tweet|facebook|zalo|twitter|print|email|google\+))*"
    r")[\s:|]*",
    re.IGNORECASE,
)
#: At the tail: a line that begins junk. Each names a widget, never a thing that articles say alone.
_TAIL = re.compile(
    r"(?:"
    r"thời tiết(?: hôm nay)?|dự báo thời tiết|t[ỷỉ] giá(?: ngoại tệ| hối đoái| vàng)?|giá vàng"
    r"|thống kê(?: truy cập| lượt truy cập| website)?\s*:?"
    r"|(?:thống kê|online|đang online|đang truy cập|đang xem|hôm nay|hôm qua|tuần này|tuần trước"
    r"|tháng này|tháng trước|tất cả|tổng(?: số)?(?: lượt)?(?: truy cập)?|lượt truy cập"
    r"|số (?:lượt|người) (?:truy cập|online|trực tuyến)|khách(?: trực tuyến)?|thành viên online"
    rf"|tổng lượt truy cập|truy cập)\s*:?\s*{_NUMBER}(?:[^\d.,;!?/–-]{{1,40}}{_NUMBER})*"
    rf"|(?:số )?lượt (?:xem|đọc|truy cập)(?: bài viết)?\s*:?{_COUNT}"
    r"|(?:tổng )?(?:số )?lượt (?:truy cập|đánh giá|bình chọn).*"
    r"|đánh giá(?: bài viết)?\s*:?(?: [\d/★☆., ]+)?|tổng số điểm của bài viết là.*"
    r"|click để đánh giá bài viết.*|xếp hạng\s*:.*|\(?\d+ (?:đánh giá|bình chọn|votes?)\)?"
    r"|(?:\d+ )?bình luận(?: \(\d+\))?\s*:?"
    r"|(?:gửi|viết|thêm|ý kiến) (?:bình luận|bạn đọc|của bạn).*"
    r"|(?:nhập )?mã (?:xác thực|xác nhận|bảo mật|bảo vệ|captcha).*|captcha.*|đổi mã khác"
    r"|họ (?:và )?tên\s*:?\s*\*?|nội dung\s*:?\s*\*|e-?mail\s*:?\s*\*?|gửi đi|làm mới|nhập lại"
    r"|liên kết(?: website| web| trang| site)?\s*:?|danh sách liên kết|website liên kết"
    r"|-+\s*(?:liên kết|chọn|lựa chọn)\b.*-*"
    r"|quay (?:lại|về)(?: trang.{0,20})?|(?:về |lên )?đầu trang|trở (?:lại|về)(?: trang.{0,20})?"
    r"|in(?: trang| bài viết| bài này)|gửi (?:email|mail|cho bạn bè)|chia sẻ(?: bài viết)?\s*:?"
    r"|(?:like|share|tweet|facebook|zalo|twitter|print)(?:[\s|,]+(?:like|share|tweet|facebook|zalo))*"
    r"|quảng cáo|banner.{0,30}|thư viện (?:ảnh|video|hình ảnh)|video clips?"
    r"|(?:từ khóa|từ khoá|tags?|thẻ)\s*:.*"
    r"|(?:©|\(c\)|copyright|bản quyền)\s.{0,160}|(?:®\s*)?ghi rõ nguồn.{0,120}"
    r"|(?:nguồn\s*:\s*\[link nguồn\]\s*)+"
    r")\s*",
    re.IGNORECASE,
)
#: At the tail: the heading of a list of other articles.
_LINKS = re.compile(
    r"(?:\*\s*)?(?:các |những )?(?:"
    r"(?:tin|bài|bài viết|tin bài|tin tức|thông tin|nội dung)(?: đã đăng| đã đưa)?"
    r"(?:,? (?:tin|bài|bài viết))?"
    r" (?:khác|liên quan|cùng chuyên mục|cùng chủ đề|cùng loại|mới hơn|cũ hơn|mới nhất|mới"
    r"|xem nhiều(?: nhất)?|đọc nhiều(?: nhất)?|nổi bật|đã đưa|đã đăng|tiếp theo)"
    r"|(?:cùng chuyên mục|có thể bạn quan tâm|xem thêm|đọc nhiều|tiêu điểm|bài đọc nhiều)"
    r"|(?:tin|bài) (?:đã đưa|đã đăng)"
    r")(?: khác)?\s*[:.…]*\s*",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…][\"”’)]?$")


def is_head_junk(line: str) -> bool:
    """Return whether a line above the article is furniture (``tin mới nhất``, a lone counter)."""
    return len(line) <= LINE_MAX and _HEAD.fullmatch(normalize(line)) is not None


def is_tail_junk(line: str) -> bool:
    """Return whether a line below the article is furniture by itself (``Tỷ giá ngoại tệ``)."""
    return len(line) <= LINE_MAX and _TAIL.fullmatch(normalize(line)) is not None


def opens_links(line: str) -> bool:
    """Return whether a line heads a list of other articles (``Các tin khác``)."""
    return len(line) <= FILLER_MAX and _LINKS.fullmatch(normalize(line)) is not None


def is_filler(line: str) -> bool:
    """Return whether a line between two pieces of furniture may go with them."""
    return len(line) <= FILLER_MAX and _SENTENCE_END.search(line) is None


def is_link(line: str) -> bool:
    """Return whether a line below ``Các tin khác`` can be a headline."""
    return len(line) <= LINK_MAX and not line.endswith((".", ";"))
