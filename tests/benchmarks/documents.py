"""A handful of documents for the tests of the benchmarks."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

from benchmarks.corpus import Item, Selection, read_items
from benchmarks.corpus import write_corpus as write_streams

PLACES = ("phường Hòa Khê", "xã Đông Yên", "thị trấn Phú Thủy", "khu phố Sáu")
EVENTS = ("họp dân cuối năm", "sửa đường liên thôn", "khám sức khỏe người cao tuổi")
DETAILS = (
    "Bà con góp ý về cổng làng, nước sạch và đèn đường trước khi lãnh đạo trả lời từng câu.",
    "Đoàn thanh niên dựng rạp từ sáng sớm, còn các cụ chuẩn bị trà nóng cho mọi người đến dự.",
)


def write_corpus(path: Path) -> list[dict[str, str]]:
    records = [
        {
            "id": f"tin-{number}",
            "title": f"{place[0].upper()}{place[1:]} {event}",
            "text": f"Sáng thứ bảy tuần thứ {number}, {place} {event}. {detail} "
            f"Buổi thứ {number} kết thúc lúc mười một giờ, có ba mươi hộ ở {place} tham gia đầy đủ "
            "và ký vào biên bản để gửi lên cấp trên xem xét trong tháng tới.",
            "date": f"2023-05-{number + 1:02}",
        }
        for number, (place, event, detail) in enumerate(product(PLACES, EVENTS, DETAILS))
    ]
    lines = (json.dumps(record, ensure_ascii=False) for record in records)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return records


def items_of(directory: Path) -> list[Item]:
    """The documents as every engine gets them, with their streams."""
    write_corpus(directory / "corpus.jsonl")
    write_streams(directory / "corpus.jsonl", directory, 24, 0)
    return list(read_items(directory, Selection(1, 24), streams=True))
