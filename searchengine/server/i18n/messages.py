"""What the engine says, in the language of the page: notes on a query and errors.

The engine speaks English to programs and terminals. Its sentences are recognised by their form;
one that is not is shown as it is, marked as English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchengine.server.pages.address import Language


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and the language it is in."""

    text: str
    lang: Language


#: What somebody gave, as the engine repeats it.
_QUOTED = "['\"](.*)['\"]"

_VIETNAMESE = [
    (re.compile(pattern, re.DOTALL), translation)
    for pattern, translation in (
        (
            "the signs do not form a query: searched as plain words",
            "Các dấu trong câu tìm không hợp thành phép tìm nào, nên đã tìm như từ thường.",
        ),
        (
            "no page has the words in quotes side by side: searched without the quotes",
            "Không trang nào có các từ trong ngoặc kép đứng liền nhau, nên đã tìm không kể ngoặc.",
        ),
        (
            "no page has these words, which were left aside: (.*)",
            "Không trang nào có các từ sau, nên đã bỏ qua: {0}.",
        ),
        (
            "few pages have all of the words: those that have most of them count as well",
            "Ít trang có đủ mọi từ, nên đã tính cả những trang có phần lớn các từ.",
        ),
        (
            "the query is long: only its first ([0-9]+) words are searched",
            "Câu tìm dài quá, nên chỉ tìm {0} từ đầu.",
        ),
        ("there is no folder '(.*)'; there are: (.*)", "Không có thư mục “{0}”. Có: {1}."),
        (
            "there is no folder '(.*)', nor any other",
            "Không có thư mục “{0}”, cũng không có thư mục nào.",
        ),
        ("read as keystrokes: (.*)", "Đã đọc các phím gõ thành: {0}"),
        ("the query is empty.*", "Chưa có từ nào để tìm."),
        (
            "the query has no word in it, only signs.*",
            "Câu tìm chỉ có dấu, không có từ nào. Hãy gõ từ cần tìm.",
        ),
        (
            "the query has ([0-9,]+) characters, ([0-9,]+) is the limit.*",
            "Câu tìm có {0} ký tự, nhiều hơn mức {1}. Hãy rút ngắn lại.",
        ),
        (
            "page ([0-9]+) is out of reach: only the first ([0-9,]+) results can be paged",
            "Không xem được trang {0}: chỉ xem được {1} kết quả đầu. Hãy tìm hẹp hơn.",
        ),
        (
            f"the year of {_QUOTED} is not between ([0-9]+) and ([0-9]+); .*",
            "Năm của “{0}” không nằm trong khoảng {1} đến {2}.",
        ),
        (
            f"there is no field {_QUOTED}: choose from (.*)",
            "Không có trường nào tên là “{0}”. Có các trường: {1}.",
        ),
        (
            f"{_QUOTED} is no number: filter {_QUOTED} by one, .*",
            "“{0}” không phải là số. Hãy lọc “{1}” theo một số, hoặc một khoảng như 5..10.",
        ),
        (
            f"a filter is written FIELD=VALUE, such as (.*): {_QUOTED}",
            "“{1}” chưa phải là phép lọc. Hãy viết TRƯỜNG=GIÁ TRỊ, ví dụ {0}.",
        ),
        (
            f"sort by {_QUOTED} in the direction 'asc' or 'desc': {_QUOTED}",
            "Không có cách sắp xếp “{1}”. Sau “{0}:” chỉ có asc (tăng dần) hoặc desc (giảm dần).",
        ),
        (
            "the best score comes first: sort by 'score'",
            "Văn bản phù hợp nhất bao giờ cũng đứng đầu: hãy sắp xếp theo score.",
        ),
        (
            f"{_QUOTED} is not a date; .*",
            "“{0}” không phải là ngày. Hãy viết như 03/07/2022, 07/2022 hoặc 2022.",
        ),
        (
            f"there is no {_QUOTED} in the calendar; .*",
            "Trong lịch không có ngày “{0}”. Hãy viết như 03/07/2022, 07/2022 hoặc 2022.",
        ),
        (
            "the first day .* is behind the last .*",
            "Ngày bắt đầu ở sau ngày kết thúc. Hãy đổi lại hai ngày.",
        ),
        (
            "there was no time for what the query means: searched by its words alone",
            "Không đủ thời gian để xét nghĩa của câu tìm, nên chỉ tìm theo từ.",
        ),
        ("the search took longer than it may.*", "Đã hết thời gian dành cho một lần tìm."),
        (
            "the index does not answer.*",
            "Nơi giữ các văn bản chưa trả lời. Hãy thử lại sau vài giây.",
        ),
        ("the server is busy.*", "Đang có quá nhiều người tìm cùng lúc."),
        ("too many requests: .*", "Đã quá số lần tìm cho phép trong một phút."),
        ("the token to read is missing or wrong: .*", "Mật khẩu thiếu hoặc sai."),
        (
            "the request took longer than ([0-9.]+) seconds.*",
            "Lần tìm này lâu hơn {0} giây. Hãy tìm hẹp hơn, hoặc thử lại.",
        ),
    )
]


def translate(sentence: str, lang: Language) -> Said:
    """Return what the engine said in ``lang``, or as it was said where there is no translation."""
    for pattern, translation in _VIETNAMESE if lang == "vi" else ():
        found = pattern.fullmatch(sentence)
        if found:
            return Said(translation.format(*map(_number, found.groups())), "vi")
    return Said(sentence[:1].upper() + sentence[1:], "en")


def _number(text: str) -> str:
    return text.replace(",", ".") if re.fullmatch("[0-9]{1,3}(,[0-9]{3})+", text) else text
