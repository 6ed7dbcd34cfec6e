"""A page that was read becomes a document, whatever it holds."""

from __future__ import annotations

import datetime
import json
import pickle
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from searchengine.pages import Page, to_document

#: What pages are made of, so that the rules have something to find and to trip over.
PIECES = st.sampled_from(
    """Chi bộ|Đại hội|khu 5B|phường|ngày|tháng|năm|nhiệm kỳ|2020-2025|3/7/2022|31/02/2022|15/10|
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM|Độc lập - Tự do - Hạnh phúc|ĐẢNG CỘNG SẢN VIỆT NAM|KẾ HOẠCH|V/v|*
XÃ ĐÔNG XUÂN|Đông Xuân, ngày|TM.|CHỦ TỊCH|Nơi nhận:|(Ban hành kèm theo|thông qua|này được|\n|
Ngày đăng|Cập nhật:|16:58|74-KH/ĐU|30/2020/NĐ-CP|99999999999|UBND|Số:|Kính gửi|./.|Nguyễn Văn A|
(Ảnh: Hùng)|"|“|:|-|,|.|\n|\n\n|\t|\0|\ud800|\u200b|Đ|Ð|e\u0302\u0301|１|²|٣|😀|\u2028
""".split("|")
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=30).map(" ".join) | st.text(
    st.characters(codec=None)
)
GIVEN = (
    TEXTS
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.datetimes()
    | st.datetimes(timezones=st.timezones())
    | st.dates()
    | st.lists(TEXTS)
)


@given(text=TEXTS, title=TEXTS, date=GIVEN, author=TEXTS)
def test_every_page_becomes_a_document(text: str, title: str, date: Any, author: str) -> None:
    document = to_document(Page(id="a", text=text, title=title, date=date, author=author))
    assert document.date is None or type(document.date) is datetime.date
    assert json.loads(json.dumps(list(document.numbers))) == list(document.numbers)
    assert pickle.loads(pickle.dumps(document)) == document
