"""Indexes of earlier formats, and what they hold.

Those in ``formats`` were made by versions of this program that wrote formats 5 to 7, of the
documents below: two commits, of which the second replaced one document and deleted another.
"""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

from searchengine import Document

FORMATS = Path(__file__).parent / "formats"
RESOLUTION = "Đại hội chi bộ khu phố 5B nhiệm kỳ 2020 – 2025 bầu chi ủy mới."
DOCUMENTS = [
    Document(
        id="nghi-quyet.txt",
        title="Nghị quyết đại hội chi bộ",
        text=RESOLUTION,
        date=datetime.date(2022, 7, 1),
        date_precision="month",
        date_origin="stamp",
        place="phường Việt Hưng",
        author="Hồng Hoàn",
        source="Bản tin phường",
        path="/kho/nghi-quyet.txt",
        numbers=("74-KH/ĐU",),
        term_of_office=(2020, 2025),
        content_hash="00ff",
        original=f"Trang chủ\n{RESOLUTION}\nLiên hệ",
        extra={"url": "https://a.vn", "sâu": [1, None, 2.5]},
    ),
    Document(
        id="nam.txt",
        text="Hội nghị tổng kết năm của phường Bắc Hồng.",
        date=datetime.date(2021, 1, 1),
        date_precision="year",
    ),
    Document(id="thay.txt", text="Bản sau của đại hội đảng viên."),
]
TEXTS = {document.id: document.text for document in DOCUMENTS}
FINGERPRINTS = [
    '["nghi-quyet.txt", "00ff", "/kho/nghi-quyet.txt", "nghi-quyet.txt", 5, 6, "0a", 7]',
    "thay",
]


def old_index(path: Path, name: str = "format5.zip") -> Path:
    with zipfile.ZipFile(FORMATS / name) as packed:
        packed.extractall(path)
    return path
